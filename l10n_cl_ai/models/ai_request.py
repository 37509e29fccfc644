"""The ledger: one row for each question that somebody asked the gateway, whatever came of it."""

from odoo import api, fields, models
from odoo.tools import LazyTranslate

from ..llm.postgres import schema
from .ai_usd import CompanyMoney
from .kept import DELETE, STAY, Keeping

_lt = LazyTranslate(__name__)

STATES = [("running", "Under way"), ("done", "Done")]
STATUSES = [("answered", "Answered"), ("cached", "From the cache"), ("not_evaluated", "Not evaluated")]
REASONS = [
    ("disabled", "Switched off"),
    ("no_key", "No key"),
    ("rate_limited", "Too many questions"),
    ("over_budget", "Over budget"),
    ("breaker_open", "Provider resting after faults"),
    ("deadline", "Out of time"),
    ("overloaded", "Provider overloaded"),
    ("refused", "Refused by the model"),
    ("truncated", "Answer cut off"),
    ("invalid_answer", "Invalid answer"),
    ("too_large", "Too large"),
    ("auth", "Key not accepted"),
    ("bad_model", "Model not available"),
    ("unreachable", "Provider unreachable"),
]
#: As shown; the ledger books to 12 decimals, and sums and exports are as exact.
USD = (16, 6)


class AiRequest(models.Model):
    """A row of the ledger, written by :mod:`..llm.postgres.budget`; see :mod:`.ai_base_row`."""

    _name = "l10n_cl_ai.request"
    _inherit = "l10n_cl_ai.side.row"
    _description = "AI Consumption"
    _auto = False
    _log_access = False
    _order = "id desc"
    _l10n_cl_ai_kept = (
        Keeping(
            "ledger", _lt("Ledger of the AI: figures, without content"), days=400, date="asked_at", least=62,
            setting="l10n_cl_ai_ledger_days", why=_lt("What the AI cost, compared with the provider's invoice."),
            users=("user_id",), record=("res_model", "res_id"),
            processing=("*",), erase=STAY,
            personal=("asked_at", "feature", "model", "res_model", "res_id", "status", "cost"),
            law=_lt(
                "It proves an expense and who caused it (Income Tax Law, art. 31; Tax Code, art. 17), and holds no "
                "content of the question; it goes by time."
            ),
        ),
        Keeping(
            "content", _lt("What was sent and answered, masked"), days=0, date="asked_at", least=0,
            domain=("|", ("content_sent", "!=", False), ("content_answer", "!=", False)),
            setting="l10n_cl_ai_content_days",
            why=_lt("To look into what the AI was asked, where the company wants it."),
            users=("user_id",), record=("res_model", "res_id"), texts=("content_sent", "content_answer"),
            personal=("asked_at", "content_sent", "content_answer"),
            processing=("*",), erase=DELETE,
        ),
    )  # fmt: skip

    token = fields.Char(readonly=True)
    parent_id = fields.Many2one("l10n_cl_ai.request", "Follows on", readonly=True)
    child_ids = fields.One2many("l10n_cl_ai.request", "parent_id", "Further questions", readonly=True)
    asked_at = fields.Datetime("Asked on", readonly=True)
    settled_at = fields.Datetime("Settled on", readonly=True)
    swept_at = fields.Datetime(
        "Swept on", readonly=True, help="When a reservation whose worker died was charged."
    )
    lease_until = fields.Datetime("Reserved until", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", "Asked by", readonly=True)
    feature = fields.Selection(selection="_selection_feature", readonly=True)
    model = fields.Char(readonly=True)
    prompt_version = fields.Char(readonly=True)
    res_model = fields.Char("Model of the record", readonly=True)
    res_id = fields.Integer("Id of the record", readonly=True, aggregator=None)
    state = fields.Selection(STATES, readonly=True)
    status = fields.Selection(STATUSES, "Result", readonly=True)
    reason = fields.Selection(REASONS, readonly=True)
    detail = fields.Char("Technical detail", readonly=True)
    refused_by = fields.Integer(
        "Id of the budget that refused",
        readonly=True,
        aggregator=None,
        help="Negative for a company's safe default.",
    )
    stop_reason = fields.Char("Why the model stopped", readonly=True)
    stopped = fields.Boolean("Stopped by the user", readonly=True)
    unconfirmed = fields.Boolean(
        readonly=True,
        help="What it cost is not known exactly, so it was charged at its upper estimate: compare it with the "
        "provider's invoice.",
    )
    simulated = fields.Boolean(
        readonly=True, help="Answered by a stand-in for the provider: no money was spent."
    )
    batch = fields.Boolean("In a batch", readonly=True, help="Asked in a batch, at half price.")
    reserved = fields.Float("Reserved (USD)", digits=USD, readonly=True, aggregator="sum")
    cost = fields.Float("Cost (USD)", digits=USD, readonly=True, aggregator="sum")
    saved = fields.Float(
        "Saved (USD)",
        digits=USD,
        readonly=True,
        aggregator="sum",
        help="What the cached answer cost when it was asked.",
    )
    input_tokens = fields.Integer("Input", readonly=True, aggregator="sum")
    output_tokens = fields.Integer("Output", readonly=True, aggregator="sum")
    thinking_tokens = fields.Integer(
        "Thinking", readonly=True, aggregator="sum", help="Part of the output tokens, not beside them."
    )
    cache_write_5m_tokens = fields.Integer("Prompt cache write, 5 min", readonly=True, aggregator="sum")
    cache_write_1h_tokens = fields.Integer("Prompt cache write, 1 h", readonly=True, aggregator="sum")
    cache_read_tokens = fields.Integer("Prompt cache read", readonly=True, aggregator="sum")
    attempts = fields.Integer(readonly=True, aggregator="sum")
    admit_ms = fields.Float("Admission (ms)", digits=(16, 1), readonly=True, aggregator="avg")
    wait_ms = fields.Float("Wait (ms)", digits=(16, 1), readonly=True, aggregator="avg")
    call_ms = fields.Float("Call (ms)", digits=(16, 1), readonly=True, aggregator="avg")
    first_token_ms = fields.Float("First token (ms)", digits=(16, 1), readonly=True, aggregator="avg")
    settle_ms = fields.Float("Settlement (ms)", digits=(16, 1), readonly=True, aggregator="avg")
    provider_request_id = fields.Char("Provider's request", readonly=True)
    digest = fields.Char(readonly=True, help="SHA-256 of what was sent.")
    content_sent = fields.Text("What was sent", readonly=True)
    content_answer = fields.Text("What was answered", readonly=True)

    record = fields.Reference(selection="_selection_record", string="Asked about", compute="_compute_record")
    reason_words = fields.Char("What to do", compute="_compute_reason_words")
    cost_words = fields.Char("Cost in company currency", compute="_compute_words")
    saved_words = fields.Char("Saved in company currency", compute="_compute_words")

    def init(self):
        """Make the gateway's tables, those without a model too."""
        for statement in schema.UPGRADE:
            self.env.cr.execute(statement)
        return super().init()

    @api.model
    def _selection_feature(self):
        # sudo: l10n_cl_ai.feature - names only, of the features that somebody's rows speak of
        features = self.env["l10n_cl_ai.feature"].sudo().with_context(active_test=False)
        return [(feature.code, feature.name) for feature in features.search([("code", "!=", False)])]

    @api.model
    def _selection_record(self):
        # sudo: ir.model - names only
        models_ = self.env["ir.model"].sudo().search([("transient", "=", False)])
        return [(model.model, model.name) for model in models_]

    # -- computes ------------------------------------------------------------------------------------

    @api.depends("asked_at", "feature")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        features = dict(self._selection_feature())
        for request in self:
            request.display_name = f"#{request.id} · {features.get(request.feature, request.feature)}"

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_record(self):
        """Link the record asked about, for those who may read it."""
        for request in self:
            record = (
                self.env[request.res_model].browse(request.res_id) if request.res_model in self.env else None
            )
            readable = record is not None and record.exists() and record.has_access("read")
            request.record = f"{record._name},{record.id}" if readable else False

    @api.depends("reason", "status")
    @api.depends_context("lang")
    def _compute_reason_words(self):
        for request in self:
            request.reason_words = self.env["l10n_cl_ai.gateway"]._reason_message(request.reason)

    @api.depends("cost", "saved", "asked_at", "company_id")
    @api.depends_context("lang")
    def _compute_words(self):
        money = CompanyMoney(self.env)
        for request in self:
            # sudo: res.company - currency and root only; a row says what it cost to whoever may read the row
            company, day = request.company_id.sudo(), request.asked_at.date()
            request.cost_words = money.words(request.cost, company, day) if request.cost else ""
            request.saved_words = money.words(request.saved, company, day) if request.saved else ""

    # -- actions -------------------------------------------------------------------------------------

    def action_open_record(self):
        """Open the record that was asked about."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.record._name,
            "res_id": self.record.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
