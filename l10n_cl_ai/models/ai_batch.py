"""Mass reviews by the provider's Message Batches: half the price, within a day."""

import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate, format_date

from ..llm.batch_transport import MOST_REQUESTS
from ..llm.question import Reason
from .ai_queued import NOTIFICATION, OWN_REASONS
from .ai_usd import CompanyMoney
from .kept import STAY, Keeping

_lt = LazyTranslate(__name__)

STATES = [
    ("draft", "Being prepared"),
    ("sending", "Being sent"),
    ("submitted", "At the provider"),
    ("collecting", "Results being written"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
    ("failed", "Failed"),
]
OPEN = ("draft", "sending", "submitted", "collecting")
REASONS = {
    **OWN_REASONS,
    "searching": _lt(
        "The provider's answer was lost when this was sent. It is being looked for in the provider's list; until then "
        "its money stays reserved, and nothing is sent twice."
    ),
    "lost": _lt(
        "Nothing was heard of this batch any more. Its questions are charged at their estimate, as the provider may "
        "have billed them; compare with the provider's console."
    ),
    "unpaid": _lt("No question had to be asked, or none fitted into the budget: nothing was sent."),
}


class AiBatch(models.Model):
    """One sending to the provider. Written by the wizard and the cron; nobody writes it by hand."""

    _name = "l10n_cl_ai.batch"
    _inherit = "l10n_cl_ai.evidence"
    _description = "Mass review by the AI"
    _order = "id desc"
    _l10n_cl_ai_kept = (
        Keeping(
            "batches", _lt("Mass reviews, after they have ended"), days=730, date="finished_at",
            ended=(("state", "not in", OPEN),), why=_lt("What was asked at half price, and what it cost."),
            users=("user_id",), personal=("name", "state", "finished_at"),
            processing=("dte_review",), erase=STAY,
            law=_lt(
                "It proves an expense and who caused it (Income Tax Law, art. 31; Tax Code, art. 17); it goes by time."
            ),
        ),
    )  # fmt: skip

    name = fields.Char(readonly=True, required=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", "Asked by", required=True, readonly=True, index=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="draft", index=True)
    reason = fields.Char(readonly=True)
    reason_message = fields.Char("Note", compute="_compute_reason_message")
    pending = fields.Json(readonly=True, groups="base.group_system", help="Ids of documents still to be prepared.")
    item_ids = fields.One2many("l10n_cl_ai.batch.item", "batch_id", groups="base.group_system")
    total = fields.Integer("Documents", readonly=True)
    asked = fields.Integer("Sent to the AI", readonly=True, aggregator="sum")
    done = fields.Integer("Finished", readonly=True, aggregator="sum")
    progress = fields.Float("Progress (%)", compute="_compute_progress")
    estimate = fields.Float("Reserved (USD)", digits=(16, 6), readonly=True, help="The most that it may cost.")
    cost = fields.Float("Cost (USD)", digits=(16, 6), readonly=True)
    cost_words = fields.Char("Cost in the company's currency", compute="_compute_cost_words")
    provider_ref = fields.Char("Batch at the provider", readonly=True, index="btree_not_null")
    sent_at = fields.Datetime("Sent on", readonly=True)
    submitted_at = fields.Datetime("Accepted by the provider on", readonly=True)
    renewed_at = fields.Datetime(readonly=True)
    finished_at = fields.Datetime("Finished on", readonly=True)
    cancel_wanted = fields.Boolean("To be cancelled", readonly=True)
    next_look = fields.Datetime("Next look", readonly=True, default=fields.Datetime.now, index=True)
    lease_until = fields.Datetime(readonly=True, help="Whose worker has not said a word by then counts as dead.")
    attempts = fields.Integer("Times taken up", readonly=True, default=0)
    looks = fields.Integer(readonly=True, help="Looks without news, by which the next waits longer.")
    failures = fields.Integer(readonly=True, help="Errors of ours in a row.")

    @api.depends("reason")
    @api.depends_context("lang")
    def _compute_reason_message(self):
        for record in self:
            reason, words = record.reason, REASONS.get(record.reason)
            known = self.env["l10n_cl_ai.gateway"]._reason_message(reason) if reason in set(Reason) else ""
            record.reason_message = known or (self.env._(words) if words else reason or "")

    @api.depends("total", "done", "state")
    def _compute_progress(self):
        for record in self:
            whole = record.state in ("done", "cancelled", "failed")
            record.progress = 100.0 if whole else 100.0 * record.done / record.total if record.total else 0.0

    @api.depends("cost", "estimate", "state")
    @api.depends_context("lang")
    def _compute_cost_words(self):
        money = CompanyMoney(self.env)
        for record in self:
            day = fields.Date.to_date(record.finished_at or record.create_date) or fields.Date.today()
            record.cost_words = money.words(record.cost, record.company_id, day)

    # -- actions -------------------------------------------------------------------------------------

    def action_cancel(self):
        """Take the rest back. What the provider has answered by then is paid for, and written all the same."""
        self.check_access("read")
        if any(record.user_id != self.env.user for record in self) and not self._may_cancel_others():
            raise UserError(self.env._("Only who asked, or a manager of AI Chile, can cancel this."))
        # sudo: batches are written by methods only; the right was looked at above
        records = self.sudo().filtered(lambda record: record.state in OPEN)
        records.lock_for_update()
        records.write({"cancel_wanted": True, "next_look": fields.Datetime.now()})
        records._wake()
        return True

    def _may_cancel_others(self):
        return self.env.user.has_group("l10n_cl_ai.group_manager")

    def action_open_reviews(self):
        """Open the reviews of these batches."""
        action = self.env["ir.actions.act_window"]._for_xml_id("l10n_cl_ai.ai_review_action")
        return {**action, "domain": [("batch_ref", "in", self.ids)], "context": {}}

    # -- making --------------------------------------------------------------------------------------

    @api.model
    def _start(self, moves):
        """Put documents into batches of what one sending holds, in the current user's name; the cron does the rest."""
        ids = moves.ids
        parts = [ids[at : at + MOST_REQUESTS] for at in range(0, len(ids), MOST_REQUESTS)]
        own = {"company_id": self.env.company.id, "user_id": self.env.uid}
        day = fields.Date.context_today(self)
        # sudo: nobody writes batches by hand; who may start one was looked at by the wizard
        records = self.sudo().create(
            [
                {**own, "name": self._title(day, number, len(parts)), "pending": part, "total": len(part)}
                for number, part in enumerate(parts, start=1)
            ]
        )
        records._wake()
        return records.sudo(False)

    @api.model
    def _title(self, day, number, of):
        text = self.env._("Mass review of %(day)s", day=format_date(self.env, day))
        return f"{text} ({number}/{of})" if of > 1 else text

    def _prepare_item_vals(self, rows):
        return [
            {"batch_id": self.id, "res_model": row._name, "res_id": row.id, "token": uuid.uuid4().hex} for row in rows
        ]

    def _wake(self, at=None):
        """See that these are looked at. :param at: UTC, not before; None: once this transaction is committed"""
        # sudo: ir.cron - waking it is no right of who starts a batch
        self.env.ref("l10n_cl_ai.cron_batch").sudo()._trigger(at)

    def _tell(self):
        """Tell the screens of who asked that these moved, once this is committed."""
        for user, records in self.grouped("user_id").items():
            notices = [{"id": one.id, "state": one.state, "done": one.done, "total": one.total} for one in records]
            user._bus_send(NOTIFICATION, {"model": self._name, "records": notices})
