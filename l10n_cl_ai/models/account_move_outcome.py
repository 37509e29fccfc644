"""What an invoice knows of its answers: the SII's, the customer's, and how long the customer may still claim."""

import datetime

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column

from ..dte import answer_code
from ..dte.response import MAX_GLOSS, Detail
from .account_move import READERS
from .answer_facts import KINDS, Said
from .move_facts import chilean_day, folio_number, issued_by_us

#: Calendar days from the SII's reception within which a customer may claim (Ley 19.983, art. 3; the SII's FAQ
#: 001.003.6914: received on 1 January at 20:00, the term ends on 9 January at 23:59).
TERM = datetime.timedelta(days=8)
#: How far clocks may differ.
EARLY = datetime.timedelta(hours=1)
#: Documents that the SII's registry of acceptance and claims takes.
CLAIMABLE = ("33", "34", "43")
#: Events that decide whether a document is accepted; the others only inform.
ACCEPTS, CLAIMS = ("ACD", "ERM", "PAG"), ("RCD", "RFP", "RFT")
#: What follows from the answers; Odoo keeps nobody from writing stored computed fields by RPC.
ANSWERED = frozenset(
    {"l10n_cl_ai_sii_state", "l10n_cl_ai_claim_state", "l10n_cl_ai_received_at", "l10n_cl_ai_accept_until"}
)
#: Stored columns of documents that are empty where they are new, with their types.
_COLUMNS = {
    "l10n_cl_ai_validation_id": "int4",
    "l10n_cl_ai_verdict": "varchar",
    "l10n_cl_ai_sii_state": "varchar", "l10n_cl_ai_claim_state": "varchar", "l10n_cl_ai_received_at": "timestamp",
    "l10n_cl_ai_accept_until": "date", "l10n_cl_ai_review_id": "int4",
}  # fmt: skip
ACCEPTANCES = [
    ("running", "The customer may still claim"),
    ("claimed", "Claimed"),
    ("accepted", "Accepted by the customer"),
    ("expired", "Accepted: the term has passed"),
]
CLAIM_STATES = [
    ("ACD", "Content accepted"),
    ("RCD", "Content claimed"),
    ("ERM", "Goods or services received"),
    ("RFP", "Part of the goods missing"),
    ("RFT", "All goods missing"),
    ("PAG", "Paid in cash"),
]


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_cl_ai_outcome_ids = fields.One2many("l10n_cl_ai.outcome", "move_id", "Answers", groups=READERS)
    l10n_cl_ai_sii_state = fields.Selection(
        KINDS[:3], "SII's answer", compute="_compute_l10n_cl_ai_answers", store=True, copy=False,
        groups=READERS, help="The last one about the present folio.",
    )  # fmt: skip
    l10n_cl_ai_claim_state = fields.Selection(
        CLAIM_STATES, "Customer's answer", compute="_compute_l10n_cl_ai_answers", store=True,
        copy=False, groups=READERS,
    )  # fmt: skip
    l10n_cl_ai_received_at = fields.Datetime(
        "Received by the SII", compute="_compute_l10n_cl_ai_answers", store=True, copy=False,
        groups=READERS,
    )  # fmt: skip
    l10n_cl_ai_accept_until = fields.Date(
        "Claim until", compute="_compute_l10n_cl_ai_answers", store=True, copy=False, groups=READERS,
        help="Last day, until midnight in Chile, on which the customer may claim. After it the document is "
        "irrevocably accepted.",
    )  # fmt: skip
    l10n_cl_ai_acceptance = fields.Selection(
        ACCEPTANCES, "Acceptance", compute="_compute_l10n_cl_ai_acceptance", search="_search_l10n_cl_ai_acceptance",
        groups=READERS,
    )  # fmt: skip
    l10n_cl_ai_days_left = fields.Integer(
        "Days left to claim", compute="_compute_l10n_cl_ai_acceptance", groups=READERS, aggregator=None,
        help="Calendar days, today not counted: 0 is the last day.",
    )  # fmt: skip
    l10n_cl_ai_to_confirm = fields.Boolean(
        "Answer by e-mail to confirm", compute="_compute_l10n_cl_ai_to_confirm", groups=READERS
    )

    # -- CRUD ----------------------------------------------------------------------------------------

    def _auto_init(self):
        # Where these are new nothing was checked, answered or reviewed yet: to compute that of millions takes minutes.
        for name, kind in _COLUMNS.items():
            if not column_exists(self.env.cr, self._table, name):
                create_column(self.env.cr, self._table, name, kind)
        return super()._auto_init()

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        # What creating a document says of its answers, by RPC or by a user's defaults, does not hold.
        for name in ANSWERED:
            self.env.add_to_compute(self._fields[name], moves)
        return moves

    def write(self, vals):
        if not ANSWERED.isdisjoint(vals):
            raise AccessError(self.env._("What was answered can't be written by hand; record the answer."))
        return super().write(vals)

    # -- computes ------------------------------------------------------------------------------------

    @api.depends("l10n_cl_ai_outcome_ids.is_verified", "name", "l10n_latam_document_type_id", "state")
    def _compute_l10n_cl_ai_answers(self):
        # Not through the one2many: who sees none of the answers must not store that there are none.
        # sudo: what is stored is of the document, whoever makes Odoo compute it.
        outcomes = self.env["l10n_cl_ai.outcome"].sudo().search(
            [("move_id", "in", self.ids), ("is_verified", "=", True)], order="at, id"
        )
        answers = outcomes.grouped(lambda outcome: outcome.move_id.id)
        for move in self:
            mine = answers.get(move.id, outcomes.browse()).filtered(move._l10n_cl_ai_is_current)
            of_sii = mine.filtered(lambda outcome: outcome.kind != "claim")
            decisive = mine.filtered(lambda outcome: outcome.event in (*ACCEPTS, *CLAIMS))
            state = of_sii[-1:].kind
            received = of_sii.filtered("received_at")[-1:].received_at
            move.l10n_cl_ai_sii_state = state
            move.l10n_cl_ai_claim_state = decisive[-1:].event
            move.l10n_cl_ai_received_at = received
            move.l10n_cl_ai_accept_until = state != "rejected" and move._l10n_cl_ai_term_from(received)

    def _l10n_cl_ai_term_from(self, received):
        """Return the last day on which the customer may claim, False where nothing runs.

        :param received: when the SII received the document, UTC
        """
        runs = received and self.l10n_latam_document_type_id.code in CLAIMABLE
        return chilean_day(received) + TERM if runs else False

    def _l10n_cl_ai_is_current(self, outcome):
        """Whether an answer is about the folio that the document has now."""
        kind, folio = self.l10n_latam_document_type_id.code, self._l10n_cl_ai_number()
        return outcome.document_type == kind and outcome.folio == folio

    def _l10n_cl_ai_number(self):
        """Return the folio as answers keep it, also of a document that went back to draft with it."""
        if self.state == "draft" and not self.posted_before:
            return False
        folio = folio_number((self.l10n_latam_document_number or "").strip())
        return str(folio) if folio else False

    @api.depends("l10n_cl_ai_claim_state", "l10n_cl_ai_accept_until")
    def _compute_l10n_cl_ai_acceptance(self):
        today = chilean_day(fields.Datetime.now())
        for move in self:
            until, event = move.l10n_cl_ai_accept_until, move.l10n_cl_ai_claim_state
            passed = bool(until and until < today)
            state = "claimed" if event in CLAIMS else "accepted" if event in ACCEPTS else False
            move.l10n_cl_ai_acceptance = state or (until and ("expired" if passed else "running"))
            running = move.l10n_cl_ai_acceptance == "running"
            move.l10n_cl_ai_days_left = (until - today).days if running else 0

    def _search_l10n_cl_ai_acceptance(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = chilean_day(fields.Datetime.now())
        silent = Domain("l10n_cl_ai_claim_state", "=", False)
        domains = {
            "claimed": Domain("l10n_cl_ai_claim_state", "in", CLAIMS),
            "accepted": Domain("l10n_cl_ai_claim_state", "in", ACCEPTS),
            "running": silent & Domain("l10n_cl_ai_accept_until", ">=", today),
            "expired": silent & Domain("l10n_cl_ai_accept_until", "<", today),
            False: silent & Domain("l10n_cl_ai_accept_until", "=", False),
        }
        return Domain.OR([domain for state, domain in domains.items() if state in value])

    @api.depends("l10n_cl_ai_outcome_ids.is_verified")
    def _compute_l10n_cl_ai_to_confirm(self):
        for move in self:
            move.l10n_cl_ai_to_confirm = not all(move.l10n_cl_ai_outcome_ids.mapped("is_verified"))

    # -- actions -------------------------------------------------------------------------------------

    def action_l10n_cl_ai_type_outcome(self):
        """Open the form in which an accountant types what was answered about this document."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record an answer"),
            "res_model": "l10n_cl_ai.outcome.wizard",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_move_id": self.id},
        }

    def action_l10n_cl_ai_open_outcomes(self):
        """Open what was answered about these documents."""
        action = self.env["ir.actions.act_window"]._for_xml_id("l10n_cl_ai.ai_outcome_action")
        return {**action, "domain": [("move_id", "in", self.ids)], "context": {}}

    # -- recording -----------------------------------------------------------------------------------

    def _l10n_cl_ai_record_outcome(
        self, kind, details=(), *, event=None, at=None, received_at=None, source="module", attachment=None
    ):
        """Record what the SII or the customer answered about this document, and return the rows.

        For the module that sends. Idempotent: the same answer about the same folio on the same Chilean day, or
        again the last one when no moment is given, is recorded once.

        :param kind: "accepted", "reparo", "rejected" (the SII) or "claim" (the customer, with its event)
        :param details: texts as they came ("(HED-2-210) …"), or (code, gloss) pairs; several are one answer
        :param event: "ACD", "RCD", "ERM", "RFP", "RFT", or one that informs
        :param at: when it was answered, UTC without zone; now when left out
        :param received_at: when the SII received the document, likewise: from it the 8 days to claim are counted
        :param attachment: the file it was read from
        :raise AccessError: the user is no accountant, or may not write the document
        :raise UserError: it is no DTE that the company issued, it was never posted, or the answer makes no sense
        """
        self.ensure_one()
        self.env["l10n_cl_ai.outcome"]._check_accountant()
        self.check_access("write")
        self._l10n_cl_ai_check_answerable(kind, event)
        self._l10n_cl_ai_check_moments(at, received_at)
        said = Said(kind, event, tuple(map(detail_of, details)), at, received_at, source, attachment)
        return self.env["l10n_cl_ai.outcome"]._record([(self, said)])

    def _l10n_cl_ai_check_answerable(self, kind, event):
        if not self.l10n_cl_ai_applies or not issued_by_us(self):
            raise UserError(self.env._("Answers are recorded about DTEs that the company issued."))
        if not self._l10n_cl_ai_is_answerable():
            name = self.display_name
            raise UserError(self.env._("%(document)s has no folio: nobody can have answered.", document=name))
        selections = self.env["l10n_cl_ai.outcome"]._fields
        kinds, events = selections["kind"].get_values(self.env), selections["event"].get_values(self.env)
        if kind not in kinds or (event not in events if kind == "claim" else event):
            raise UserError(
                self.env._("An answer is the SII's (accepted, reparo, rejected), or a customer's with its event.")
            )

    @api.model
    def _l10n_cl_ai_check_moments(self, *moments):
        """Refuse a moment to come: a slip of the year would give the customer a year to claim."""
        limit = fields.Datetime.now() + EARLY
        if any(moment and moment > limit for moment in moments):
            raise UserError(self.env._("Nobody has answered in the future: correct the date."))

    def _l10n_cl_ai_lock_answers(self):
        """Let only one transaction at a time record answers of these documents.

        Whoever waited finds them changed, and Odoo runs his request again, in which the answer is known.
        """
        if self:
            self.env.flush_all()
            ids = sorted(self.ids)
            self.env.execute_query(
                SQL("SELECT id FROM account_move WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", ids)
            )

    def _l10n_cl_ai_is_answerable(self):
        """Whether this is a DTE that the company issued and that has had a folio."""
        return bool(self.l10n_cl_ai_applies and issued_by_us(self) and self._l10n_cl_ai_number())

    def _l10n_cl_ai_line_of_detail(self, number):
        """Return the id of the invoice line that line ``number`` of the DTE shows, False where there is none."""
        document = self._l10n_cl_ai_documents()[0]
        lines = (getattr(document, "sources", None) or {}).get("Detalle", ())
        return lines[number - 1] if 0 < number <= len(lines) else False


def detail_of(detail):
    """Return what a caller gives as a reason, with its code taken out of the words."""
    code, gloss = (None, detail) if isinstance(detail, str) else detail
    found = answer_code.normalize(code) if code else answer_code.find_code(gloss or "")
    gloss = " ".join((gloss or "").split())[:MAX_GLOSS]
    return Detail(found.text if found else None, found.line_number if found else None, gloss or None)
