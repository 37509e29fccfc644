"""What is proposed for one line of a vendor bill, what became of it, and whether it was right."""

from odoo import api, fields, models

from .. import suggest
from .suggestion_states import APPLIED as APPLIED

TARGETS = [("project", "Project"), ("account", "Account")]
METHODS = [
    ("rule", "Rule"),
    ("history", "History"),
    ("similar", "Similar"),
    ("ai", "AI"),
    ("none", "None"),
]
BANDS = [("auto", "Automatic"), ("suggested", "Suggested"), ("unknown", "I don't know")]
STATES = [
    ("open", "Proposed"),
    ("accepted", "Accepted"),
    ("changed", "Another chosen"),
    ("dismissed", "Dismissed"),
    ("undone", "Undone"),
]


class AiSuggestion(models.Model):
    """Written by methods only, in the name of who pressed the button.

    Ids of accounts stand in it, and never names: those are read when they are shown, with the rights of who looks.
    """

    _name = "l10n_cl_ai.suggestion"
    _inherit = "l10n_cl_ai.evidence"
    _description = "Suggestion for a line of a vendor bill"
    _order = "id desc"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    move_id = fields.Many2one(
        "account.move", "Bill", required=True, readonly=True, index=True, ondelete="cascade", check_company=True
    )
    line_id = fields.Many2one(
        "account.move.line", required=True, readonly=True, index=True, ondelete="cascade", check_company=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Supplier", related="move_id.commercial_partner_id", store=True, readonly=True
    )
    line_name = fields.Char("Description", compute="_compute_line_name")
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary("Net", readonly=True)
    target = fields.Selection(TARGETS, "What", required=True, readonly=True, default="project")
    method = fields.Selection(METHODS, required=True, readonly=True, default="none")
    band = fields.Selection(BANDS, required=True, readonly=True, default="unknown", index=True)
    probability = fields.Float(
        readonly=True, aggregator="avg", help="That it is right, as measured on this company's lines."
    )
    label = fields.Char(readonly=True, help="What is proposed: ids of accounts and their percentages.")
    proposal = fields.Char("Proposed", compute="_compute_proposal")
    candidates = fields.Json(readonly=True, help="[{label, probability, method}], best first.")
    source_ids = fields.Json("Learned from", readonly=True, help="Ids of the journal items it was learned from.")
    state = fields.Selection(STATES, required=True, readonly=True, default="open", index=True)
    applied_by = fields.Selection([("person", "A person"), ("auto", "Automatic")], readonly=True)
    applied_label = fields.Char(readonly=True, help="What was written on the line.")
    before = fields.Json(readonly=True, help="What the line had before.")
    decided_by = fields.Many2one("res.users", readonly=True, ondelete="set null")
    decided_at = fields.Datetime(readonly=True)
    reason = fields.Text("Reason of the AI", readonly=True)
    final_label = fields.Char("Posted on", readonly=True)
    final = fields.Char("Posted", compute="_compute_proposal")
    settled_on = fields.Date("Posted in", readonly=True, index=True)
    right = fields.Float("Precision", readonly=True, aggregator="avg", digits=(5, 4))
    asked_by = fields.Many2one("res.users", "Asked by", readonly=True, ondelete="set null")

    _line_idx = models.Index("(line_id, target, id DESC)")

    @api.depends("line_id.name")
    def _compute_line_name(self):
        for record in self:
            # sudo: who reads suggestions may have no right on journal items; this is the text that it is about
            record.line_name = record.sudo().line_id.name

    @api.depends("label", "final_label")
    @api.depends_context("uid", "lang")
    def _compute_proposal(self):
        names = self._names({label for record in self for label in (record.label, record.final_label) if label})
        for record in self:
            record.proposal = names.get((record.target, record.label), "")
            record.final = names.get((record.target, record.final_label), "")

    def _newest(self):
        """Return the last one of each line and target of these."""
        last = {(one.line_id.id, one.target): one.id for one in self.sorted("id")}
        return self.browse(sorted(last.values()))

    # -- words -----------------------------------------------------------------------------------------

    def _names(self, labels, targets=("project", "account")):
        """Return {(target, label): words} of labels all of whose accounts the user may read; one query a target."""
        names = {}
        for target in targets:
            ids_of = self._ids_of(target, labels)
            accounts = self._readable(target, set().union(*ids_of.values())) if ids_of else {}
            for label, ids in ids_of.items():
                if ids <= accounts.keys():
                    names[target, label] = self._in_words(target, label, accounts)
        return names

    @staticmethod
    def _ids_of(target, labels):
        """Return {label: ids of its accounts} of those that are labels of a target."""
        found = {}
        for label in labels:
            try:
                found[label] = {int(label)} if target == "account" else set(suggest.accounts_of(label))
            except ValueError:
                continue
        # An id may be typed: PostgreSQL takes none beyond four bytes.
        return {label: ids for label, ids in found.items() if ids and min(ids) > 0 and max(ids) < 2**31}

    def _readable(self, target, ids):
        """Return {id: name} of the accounts that the user may read, closed ones too."""
        model = self.env["account.account" if target == "account" else "account.analytic.account"]
        if not model.has_access("read"):
            return {}
        found = model.with_context(active_test=False).search([("id", "in", list(ids))])
        return {one.id: one.display_name if target == "account" else one.name for one in found}

    @staticmethod
    def _in_words(target, label, names):
        if target == "account":
            return names[int(label)]
        shares = suggest.distribution_of(label)
        texts = {key: " / ".join(names[int(one)] for one in key.split(",")) for key in shares}
        if list(shares.values()) == [100.0]:
            return next(iter(texts.values()))
        return " · ".join(f"{texts[key]} {share:g} %" for key, share in shares.items())

    # -- what may be proposed --------------------------------------------------------------------------

    @api.model
    def _visible(self, kind, labels, company):
        """Return the labels that may be proposed to the user: open accounts of the company that he may read."""
        wanted = self._ids_of(kind, labels)
        ids = set().union(*wanted.values()) if wanted else set()
        open_ids = self._open_accounts(ids, company) if kind == "account" else self._open_analytic(ids, company)
        return {label for label, accounts in wanted.items() if accounts <= open_ids}

    @api.model
    def _open_accounts(self, ids, company):
        accounts = self.env["account.account"].with_company(company)
        if not ids or not accounts.has_access("read"):
            return set()
        return set(accounts.search([("id", "in", list(ids)), *accounts._check_company_domain(company)]).ids)

    @api.model
    def _open_analytic(self, ids, company):
        accounts = self.env["account.analytic.account"]
        if not ids or not accounts.has_access("read"):
            return set()
        accounts = accounts.search([("id", "in", list(ids)), *accounts._check_company_domain(company)])
        return set(accounts.ids) - self._closed(accounts)

    @api.model
    def _closed(self, accounts):
        """Return the ids of accounts all of whose projects are closed, or kept from the user."""
        # sudo: whether a project is closed decides what is proposed, also for who may not read projects at all
        every = self.env["project.project"].sudo().with_context(active_test=False)
        projects = every.search([("account_id", "in", accounts.ids), ("is_template", "=", False)])
        own = self.env["project.project"]
        readable = projects
        if own.has_access("read"):
            readable = own.with_context(active_test=False).search([("id", "in", projects.ids)]).sudo()
        alive = readable.filtered(lambda project: project.active and not project.stage_id.fold)
        return set(projects.account_id.ids) - set(alive.account_id.ids)
