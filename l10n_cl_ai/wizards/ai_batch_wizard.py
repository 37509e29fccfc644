"""The mass review before it is sent: what it would ask, what it would cost, and how long it takes."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..llm.question import Reason
from ..models import batch_gateway
from ..models.ai_queued import OPEN, NotAsked
from ..models.ai_usd import CompanyMoney

#: Documents looked into one by one; of more, so many are taken for all.
SAMPLE = 300
#: Documents of one mass review at most.
MOST = 20_000
#: Tokens of an answer, where none was measured yet.
TYPICAL = 250
_NO_TOKEN = "00000000000000000000000000000000"


@dataclass
class Figures:
    """What would become of documents. Amounts in USD."""

    count: Counter = field(default_factory=Counter)
    reason: Reason | None = None
    most: Decimal = Decimal(0)
    expected: Decimal = Decimal(0)
    alone: Decimal = Decimal(0)

    def scaled(self, factor):
        """Return the figures of so many times as many documents."""
        count = Counter({name: round(number * factor) for name, number in self.count.items()})
        amounts = (amount * Decimal(factor) for amount in (self.most, self.expected, self.alone))
        return Figures(count, self.reason, *amounts)


class AiBatchWizard(models.TransientModel):
    _name = "l10n_cl_ai.batch.wizard"
    _description = "Mass review with AI"

    company_id = fields.Many2one("res.company", required=True, readonly=True, default=lambda self: self.env.company)
    selected = fields.Boolean(readonly=True, help="The documents were selected in a list.")
    date_from = fields.Date("From", default=lambda self: self._last_month()[0])
    date_to = fields.Date("To", default=lambda self: self._last_month()[1])
    move_ids = fields.Many2many("account.move", string="Selected documents", readonly=True)
    total = fields.Integer("Documents", compute="_compute_figures")
    not_dte = fields.Integer("Not a DTE", compute="_compute_figures")
    reviewed = fields.Integer("Reviewed or waiting already", compute="_compute_figures")
    blocked = fields.Integer("To be mended first", compute="_compute_figures", help="The rules block them.")
    vouched = fields.Integer("The AI can add nothing", compute="_compute_figures")
    shared = fields.Integer("Answered by an equal question", compute="_compute_figures")
    to_ask = fields.Integer("To be asked", compute="_compute_figures")
    sampled = fields.Boolean(compute="_compute_figures")
    problem = fields.Char(compute="_compute_figures")
    over_budget = fields.Boolean(compute="_compute_figures")
    expected_words = fields.Char("Expected cost", compute="_compute_figures")
    most_words = fields.Char("At most", compute="_compute_figures", help="So much is reserved until it has ended.")
    alone_words = fields.Char("Asked one by one", compute="_compute_figures")
    budget_words = fields.Char("Budget left", compute="_compute_figures")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "account.move" and "move_ids" in fields:
            selected = self.env["account.move"].browse(self.env.context.get("active_ids", []))
            values |= {"selected": True, "move_ids": [Command.set(selected._filtered_access("read").ids)]}
        return values

    @api.model
    def _last_month(self):
        end = fields.Date.subtract(fields.Date.start_of(fields.Date.context_today(self), "month"), days=1)
        return fields.Date.start_of(end, "month"), end

    # -- figures -------------------------------------------------------------------------------------

    @api.depends("move_ids", "selected", "date_from", "date_to", "company_id")
    @api.depends_context("lang", "uid")
    def _compute_figures(self):
        for wizard in self:
            moves = wizard._moves()
            documents = wizard._documents(moves)
            figures = wizard._figures(documents)
            wizard.total, wizard.not_dte = len(moves), len(moves) - len(documents)
            wizard.sampled = len(documents) > SAMPLE
            for name in ("reviewed", "blocked", "vouched", "to_ask"):
                wizard[name] = figures.count[name]
            wizard.shared = figures.count["cached"] + figures.count["equal"]
            reason = figures.reason
            wizard.problem = reason and self.env["l10n_cl_ai.gateway"]._reason_message(reason)
            wizard._show_money(figures)

    def _show_money(self, figures):
        money = CompanyMoney(self.env)
        day = self.env["l10n_cl_ai.budget"]._today(self.company_id)

        def words(usd):
            own = money.words(usd, self.company_id, day)
            return f"{money.dollars(usd)} · {own}" if own else money.dollars(usd)

        self.expected_words, self.most_words = words(figures.expected), words(figures.most)
        self.alone_words = words(figures.alone)
        left = self._left(day)
        self.over_budget = bool(left) and figures.most > min(left.values())
        self.budget_words = " · ".join(f"{name}: {words(amount)}" for name, amount in left.items())

    def _left(self, day):
        """Return {budget's name: USD left} of what this has to fit into."""
        # sudo: l10n_cl_ai.budget, l10n_cl_ai.feature - who is to spend the money sees how much is left of it
        budgets = self.env["l10n_cl_ai.budget"].sudo()
        feature = self.env["l10n_cl_ai.feature"]._for("dte_review", self.company_id)
        limits = budgets._limits(self.company_id, self.env.user, feature, day)
        rows = self.env.execute_query(
            SQL(
                "SELECT budget_id, period_start, spent + reserved FROM l10n_cl_ai_budget_counter"
                " WHERE budget_id = ANY(%s) AND simulated = %s",
                [limit.budget_id for limit in limits],
                self.env["ir.http"]._l10n_cl_ai_simulated(),
            )
        )
        used = {(budget, start): Decimal(str(amount)) for budget, start, amount in rows}
        left = (limit.limit - used.get((limit.budget_id, limit.period_start), 0) for limit in limits)
        return {limit.name: max(amount, Decimal(0)) for limit, amount in zip(limits, left, strict=True)}

    def _moves(self):
        """Return the documents chosen that the user may read, of the wizard's company."""
        moves = self.env["account.move"]
        if self.selected:
            return self.move_ids._filtered_access("read").filtered(lambda move: move.company_id == self.company_id)
        if not self.date_from or not self.date_to:
            return moves
        domain = [("company_id", "=", self.company_id.id), ("state", "=", "posted"), ("move_type", "!=", "entry"),
                  ("invoice_date", ">=", self.date_from), ("invoice_date", "<=", self.date_to)]  # fmt: skip
        return moves.search(domain, order="id", limit=MOST)

    def _documents(self, moves):
        return moves.filtered(lambda move: move.l10n_cl_ai_applies and move.state != "cancel")

    def _figures(self, documents):
        """Return what would become of documents, from those looked into."""
        documents = documents._origin
        looked = documents[:SAMPLE]
        figures = self._looked_into(looked)
        return figures.scaled(len(documents) / len(looked)) if len(documents) > SAMPLE else figures

    def _looked_into(self, moves):
        figures = Figures()
        env = self.env(context={**self.env.context, "allowed_company_ids": self.company_id.ids})
        asks = self._asks(moves.with_env(env), figures.count)
        posed = batch_gateway.posed(env, asks, [_NO_TOKEN] * len(asks))
        for quote in batch_gateway.batches(env).quote(posed, self._typical()):
            figures.count["to_ask" if quote.kind == "asked" else quote.kind] += 1
            figures.reason = figures.reason or quote.reason
            figures.most += quote.most
            figures.expected += quote.expected
            figures.alone += quote.alone
        return figures

    def _asks(self, moves, count):
        """Return the questions about those that need one; count the others."""
        handler = moves.env["l10n_cl_ai.review.handler"]
        last = moves.l10n_cl_ai_review_id
        standing = last.filtered(lambda one: one.state in OPEN or (one.state == "done" and one.holds))
        fresh = moves - standing.move_id
        count["reviewed"] += len(moves) - len(fresh)
        documents, histories, asks = fresh._l10n_cl_ai_documents(), fresh._l10n_cl_ai_history(), []
        for move, document, picture in zip(fresh, documents, handler._pictures(documents), strict=True):
            try:
                asks.append(handler._worth_asking(move, document, picture, histories[move.id]))
            except NotAsked as reason:
                count["blocked" if reason.reason == "rules_first" else "vouched"] += 1
        return asks

    def _typical(self):
        """Return the tokens of the answers that this company got so far."""
        # sudo: l10n_cl_ai.request - an average, of all who asked
        rows = self.env["l10n_cl_ai.request"].sudo()._read_group(
            [("company_id", "=", self.company_id.id), ("feature", "=", "dte_review"), ("status", "=", "answered")],
            [], ["output_tokens:avg"])  # fmt: skip
        return int(rows[0][0] or TYPICAL)

    # -- actions -------------------------------------------------------------------------------------

    def action_start(self):
        """Start the mass review in the background, and show how far it is."""
        self.ensure_one()
        if not self.env.user.has_group("l10n_cl_ai.group_accountant"):
            raise AccessError(self.env._("Only accountants (AI Chile) may have documents reviewed."))
        if not self.to_ask or self.problem:
            raise UserError(self.problem or self.env._("There is nothing to ask the AI about these documents."))
        documents = self._documents(self._moves())
        batches = self.env["l10n_cl_ai.batch"].with_company(self.company_id)._start(documents)
        action = self.env["ir.actions.act_window"]._for_xml_id("l10n_cl_ai.ai_batch_action")
        if len(batches) == 1:
            return {**action, "res_id": batches.id, "views": [(False, "form")], "view_mode": "form"}
        return {**action, "domain": [("id", "in", batches.ids)]}
