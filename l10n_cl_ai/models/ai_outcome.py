"""What the SII and the customer answered about a document, and what it means."""

import datetime
import hashlib

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import LazyTranslate

from ..dte import answer_code
from ..dte.explain import UNKNOWN, explain
from ..dte.response import MAX_GLOSS, Detail
from .ai_rule import translated
from .answer_facts import EVENTS, KINDS, SOURCES
from .kept import STAY, Keeping
from .move_facts import chilean_day

_lt = LazyTranslate(__name__)

#: Most reasons kept of one answer.
MAX_ROWS = 200
#: Rows of a document that wait to be confirmed, beyond which nothing more is taken from e-mails: anybody writes them.
MAX_WAITING = 100


class AiOutcome(models.Model):
    """One reason of one answer. Rows are only added: an answer of several reasons is several rows."""

    _name = "l10n_cl_ai.outcome"
    _inherit = "l10n_cl_ai.evidence"
    _description = "Answer about a DTE"
    _order = "at desc, id desc"
    _l10n_cl_ai_kept = (
        Keeping(
            "outcomes", _lt("Answers of the SII and of customers"), days=0, date="at",
            why=_lt("What became of a document, by which the next are judged."),
            partners=("partner_id", "move_id.partner_id"), users=("user_id", "confirmed_id"), texts=("gloss",),
            personal=("display_name", "gloss", "at"),
            processing=("dte_outcomes",), erase=STAY,
            law=_lt(
                "The answer to a tax document is kept with it, for six years (Tax Code, arts. 17 and 200)."
            ),
        ),
    )  # fmt: skip
    _check_company_auto = True

    move_id = fields.Many2one(
        "account.move", "Document", required=True, ondelete="cascade", index=True, check_company=True
    )
    company_id = fields.Many2one(related="move_id.company_id", store=True, index=True)
    partner_id = fields.Many2one("res.partner", "Customer", ondelete="set null", index="btree_not_null")
    document_type = fields.Char("DTE type", required=True)
    folio = fields.Char(help="The document's at the time; a rejected document may be issued with another.")
    kind = fields.Selection(KINDS, "Answer", required=True)
    event = fields.Selection(EVENTS)
    code = fields.Char(help="Detail code of the SII, without line number; there is no official list of them.")
    line_number = fields.Integer("Line", aggregator=None)
    move_line_id = fields.Many2one(
        "account.move.line", "Line of the invoice", ondelete="set null", index="btree_not_null"
    )
    gloss = fields.Char(size=MAX_GLOSS, help="Text as received. Whoever wrote it is not known.")
    at = fields.Datetime("Answered on", required=True)
    received_at = fields.Datetime("Received by the SII")
    source = fields.Selection(SOURCES, required=True)
    user_id = fields.Many2one("res.users", "Recorded by")
    attachment_id = fields.Many2one("ir.attachment", "File", ondelete="set null", index="btree_not_null")
    confirmed_id = fields.Many2one("res.users", "Confirmed by")
    is_verified = fields.Boolean(
        "Counts", help="What came by e-mail counts once an accountant has confirmed it: senders are not verified."
    )
    answer_key = fields.Char(required=True, help="The same in all rows of an answer.")
    rank = fields.Integer(required=True, aggregator=None, help="Of the reason in its answer, from 0.")
    meaning = fields.Text(compute="_compute_explanation")
    advice = fields.Text("What to do", compute="_compute_explanation")
    consequence = fields.Text(compute="_compute_explanation")
    known = fields.Char("Explained by", compute="_compute_explanation")
    note = fields.Char("About the explanation", compute="_compute_explanation")
    rule_ids = fields.Many2many("l10n_cl_ai.rule", string="Rules that foresee it", compute="_compute_explanation")
    remedy = fields.Char(compute="_compute_explanation")
    can_remedy = fields.Boolean(compute="_compute_remedy_label")
    remedy_label = fields.Char(compute="_compute_remedy_label")

    _answer_uniq = models.UniqueIndex("(move_id, answer_key, rank)", "This answer is recorded already.")
    _folio_idx = models.Index("(company_id, document_type, folio) WHERE kind != 'claim'")
    _history_idx = models.Index("(company_id, partner_id, document_type, at DESC)")

    # -- computes ------------------------------------------------------------------------------------

    @api.depends("document_type", "folio", "kind", "event", "code")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds, events = (dict(self._fields[name]._description_selection(self.env)) for name in ("kind", "event"))
        for outcome in self:
            said = outcome.code or events.get(outcome.event) or kinds.get(outcome.kind)
            outcome.display_name = f"DTE {outcome.document_type} · {outcome.folio or '—'} · {said}"

    @api.depends("kind", "event", "code", "gloss", "is_verified")
    @api.depends_context("lang")
    def _compute_explanation(self):
        notes, rule_ids = self._notes(), self.env["l10n_cl_ai.rule"]._ids_by_code()
        for outcome in self:
            found = outcome._explain()
            outcome.meaning = self._in_words(found.meaning)
            outcome.advice = self._in_words(found.advice)
            outcome.consequence = self._in_words(found.consequence)
            outcome.known = found.known
            outcome.note = notes[outcome._note_key(found)]
            outcome.rule_ids = [rule_ids[code] for code in found.rules if code in rule_ids]
            outcome.remedy = found.remedy

    def _explain(self):
        """Return what this reason means, a ``dte.explain.Explanation``.

        An AI may word its texts for a person by extending this; rules and remedy stay the tables'.
        """
        return explain(self.kind, self.code or None, self.gloss or None, self.event or None)

    def _note_key(self, found):
        if not self.is_verified:
            return "unverified"
        if self.kind != "claim" or found.known == UNKNOWN:
            return found.known
        return "registry" if self.source == "module" else "exchanged"

    def _notes(self):
        return {
            "unverified": self.env._(
                "It came by e-mail: neither the sender nor the signature was verified. Look it up at the SII, then "
                "confirm it; until then it changes nothing."
            ),
            "code": self.env._(
                "From reports of issuers and the SII's public manuals; the SII publishes no list of codes."
            ),
            "registry": self.env._(
                "From the SII's registry of acceptance and claims, as the module that sends read it."
            ),
            "exchanged": self.env._(
                "What holds is the SII's registry of acceptance and claims: look it up there. A file that companies "
                "exchange, or what a person types, only tells of it."
            ),
            "area": self.env._("This code is not known; the explanation goes by its area and severity."),
            "words": self.env._("Recognised by its words; the code is not known."),
            UNKNOWN: self.env._("Not known: nobody has reported what it means. Its words are all there is."),
        }

    @api.model
    def _in_words(self, text):
        """Return a text of the explainer in the user's language: of a table, or marked in the code."""
        if not text:
            return False
        if isinstance(text, dict):
            return text["es" if (self.env.lang or "").startswith("es") else "en"]
        return text.text(lambda template: translated(self.env, "l10n_cl_ai", template))

    @api.depends("kind", "event", "code", "gloss", "is_verified", "move_id.state", "move_id.name")
    @api.depends_context("lang", "uid")
    def _compute_remedy_label(self):
        remedies = self.env["l10n_cl_ai.remedy"]
        # Who reads answers may have no right on documents, and then mends none.
        readable = self.move_id._filtered_access("read")
        for outcome in self:
            outcome.can_remedy = outcome.move_id in readable and remedies._can(outcome)
            outcome.remedy_label = remedies._label(outcome.remedy) if outcome.can_remedy else False

    # -- actions -------------------------------------------------------------------------------------

    def action_remedy(self):
        """Do what mends the document, or open what does."""
        self.ensure_one()
        return self.env["l10n_cl_ai.remedy"]._run(self)

    def action_confirm(self):
        """Let an answer that came by e-mail count: an accountant has seen it at the SII."""
        self._check_accountant()
        self.move_id.check_access("write")
        answers = self.search([("move_id", "in", self.move_id.ids), ("answer_key", "in", self.mapped("answer_key"))])
        answers._confirm()
        return True

    @api.model
    def _check_accountant(self):
        if not self.env.su and not self.env.user.has_group("l10n_cl_ai.group_accountant"):
            raise AccessError(self.env._("Only accountants (AI Chile) may record what was answered."))

    # -- recording -----------------------------------------------------------------------------------

    @api.model
    def _record(self, said_of):
        """Keep answers; return their rows in order, those of an answer that is there already included.

        :param said_of: list of (account.move, :class:`.answer_facts.Said`)
        """
        moves = self.env["account.move"].union(*[move for move, _said in said_of])
        moves._l10n_cl_ai_lock_answers()
        # sudo: an answer is compared with all of its document, whoever recorded them.
        known = self.sudo().search([("move_id", "in", moves.ids)]).grouped(lambda row: row.move_id.id)
        rows = self.sudo()
        for move, said in said_of:
            before = known.get(move.id, self.sudo())
            made = self._same(move, said, before)
            if made and said.source != "email":
                self._replace(made.filtered(lambda row: not row.is_verified), move, said, before)
            if not made and said.source == "email" and self._flooded(before):
                continue
            # sudo: nobody may write answers by hand, or an acceptance could be forged; they are made here.
            made = made or self.sudo().create(self._prepare_outcome_vals_list(move, said, before))
            known[move.id] = before | made
            rows |= made
        return rows.sudo(self.env.su)

    @api.model
    def _flooded(self, before):
        """Whether so many answers of a document wait to be confirmed that no other is taken from an e-mail."""
        return len(before.filtered(lambda row: not row.is_verified)) >= MAX_WAITING

    @api.model
    def _replace(self, rows, move, said, before):
        """Let an answer that came by e-mail count, as another source tells it: who wrote the e-mail chose its moments.

        :param rows: of one answer, in which the same reasons are given
        """
        told = self._prepare_outcome_vals_list(move, said, before - rows) if rows else []
        # sudo: nobody may write answers by hand; they are written as they would have been made, see _record
        for row, vals in zip(rows.sudo().sorted("rank"), told, strict=True):
            kept = {"user_id": row.user_id.id, "attachment_id": vals["attachment_id"] or row.attachment_id.id}
            row.write({**vals, **kept, "confirmed_id": self.env.uid})

    def _confirm(self):
        # sudo: nobody may write answers by hand; only this mark is set, in the name of who sets it.
        self.sudo().write({"is_verified": True, "confirmed_id": self.env.uid})

    @api.model
    def _same(self, move, said, before):
        """Return the rows of an answer that says the same, empty when it is new.

        What a speaker says again about the same folio on the same Chilean day, having said nothing else in
        between, is one answer, from wherever it comes. Without a moment it is the same as his last one.
        """
        content = self._content_key(move, said)
        spoken = before.filtered(lambda row: (row.kind == "claim") == (said.kind == "claim"))
        alike = spoken.filtered(lambda row: row.answer_key.startswith(content))
        if said.at:
            day = chilean_day(said.at)
            alike = alike.filtered(lambda row: chilean_day(row.at) == day).sorted(lambda row: abs(row.at - said.at))
        else:
            alike &= spoken.sorted(lambda row: (row.at, row.id))[-1:]
        same = alike[:1]
        if same and said.at:
            span = sorted((same.at, said.at))
            if any(span[0] < row.at < span[1] for row in spoken - alike):
                return before.browse()
        return spoken.filtered(lambda row: row.answer_key == same.answer_key)

    @api.model
    def _content_key(self, move, said):
        """Return what is the same in all answers that say the same about a folio."""
        reasons = sorted(
            (each.code or "", each.line_number or 0, "" if each.code else each.gloss or "") for each in said.details
        )
        number = (move.l10n_latam_document_type_id.code, move._l10n_cl_ai_number())
        return hashlib.sha256(repr((said.kind, said.event, reasons, *number)).encode()).hexdigest()

    @api.model
    def _prepare_outcome_vals_list(self, move, said, before):
        """Return the values of an answer's rows: one for each reason, one where it gives none.

        :param before: rows of the document's earlier answers
        """
        at = said.at or max([fields.Datetime.now(), *(row.at + datetime.timedelta(seconds=1) for row in before)])
        common = {
            "move_id": move.id,
            "partner_id": move.commercial_partner_id.id,
            "document_type": move.l10n_latam_document_type_id.code,
            "folio": move._l10n_cl_ai_number(),
            "kind": said.kind,
            "event": said.event,
            "at": at,
            "received_at": said.received_at,
            "source": said.source,
            "is_verified": said.source != "email",
            "user_id": self.env.uid,
            "attachment_id": said.attachment.id if said.attachment else False,
            "answer_key": f"{self._content_key(move, said)} {at.isoformat()}",
        }
        details = said.details[:MAX_ROWS] or (Detail(None, None, None),)
        return [
            {**common, "rank": rank, **self._prepare_detail_vals(move, detail)}
            for rank, detail in enumerate(details)
        ]

    @api.model
    def _prepare_detail_vals(self, move, detail):
        of_line = detail.line_number and answer_code.area(detail.code) in ("DET", "DETL")
        line = move._l10n_cl_ai_line_of_detail(detail.line_number) if of_line else False
        return {
            "code": detail.code,
            "line_number": detail.line_number,
            "gloss": (detail.gloss or "")[:MAX_GLOSS] or False,
            "move_line_id": line,
        }
