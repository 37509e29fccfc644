"""From a file of the SII or of a customer to recorded answers: whose documents it names, and what it leaves open."""

from odoo import api, fields, models

from ..dte.rut import normalize
from .account_move_outcome import EARLY
from .answer_facts import Said


class AiOutcome(models.Model):
    _inherit = "l10n_cl_ai.outcome"

    @api.model
    def _import(self, response, company, source, attachment=None):
        """Record the answers of a file about documents of one company.

        Documents are found with the user's rights, by RUT, type and folio, never in another company.

        :param response: ``dte.response.Response``
        :param source: "xml" or "email"
        :return: (rows, list of what was not recorded and why, in words)
        """
        answers, notes = self._own_answers(response, company)
        moves, notes_of_moves = self._answered_moves(answers, company)
        said_of = []
        for answer in answers:
            move = moves.get((answer.type, answer.folio))
            if move is None:
                continue
            if answer.kind == "claim" and answer.receiver != normalize(move.commercial_partner_id.vat):
                notes.append(self._about(answer, self.env._("the one who answers is not its customer")))
                continue
            if answer.at and answer.at > fields.Datetime.now() + EARLY:
                notes.append(self._about(answer, self.env._("it is dated in the future")))
                continue
            said = Said(
                answer.kind, answer.event, answer.details, answer.at, answer.received_at, source, attachment
            )
            said_of.append((move, said))
        return self._record(said_of), [*notes, *notes_of_moves, *self._open_ends(response)]

    @api.model
    def _own_answers(self, response, company):
        """Return the answers about what the company issued, and a note about those that are not."""
        rut = normalize(company.vat)
        own = [answer for answer in response.answers if rut and answer.issuer == rut]
        others = len(response.answers) - len(own)
        if not others:
            return own, []
        return own, [
            self.env._(
                "%(count)s documents are of another issuer than %(company)s.", count=others, company=company.name
            )
        ]

    @api.model
    def _answered_moves(self, answers, company):
        """Return ({(type, folio): document}, notes about those that were not found)."""
        wanted = {(answer.type, answer.folio) for answer in answers}
        if not wanted:
            return {}, []
        candidates = self.env["account.move"].search(
            [
                ("company_id", "=", company.id),
                ("move_type", "in", ("out_invoice", "out_refund", "in_invoice", "in_refund")),
                ("l10n_latam_document_type_id.code", "in", sorted({str(kind) for kind, _folio in wanted})),
                ("sequence_number", "in", sorted({folio for _kind, folio in wanted if folio < 2**31})),
            ]
        )
        found = {}
        for move in candidates.filtered(lambda each: each._l10n_cl_ai_is_answerable()):
            key = (int(move.l10n_latam_document_type_id.code), int(move._l10n_cl_ai_number()))
            found.setdefault(key, []).append(move)
        missing = sorted(wanted - set(found))
        notes = [self._about_number(*key, self.env._("no such document was found")) for key in missing]
        twice = [key for key, moves in found.items() if key in wanted and len(moves) > 1]
        notes += [self._about_number(*key, self.env._("several documents have this folio")) for key in twice]
        moves = {key: moves[0] for key, moves in found.items() if len(moves) == 1}
        return self._writable(moves, wanted, notes)

    @api.model
    def _writable(self, moves, wanted, notes):
        """Leave out the documents that the user may read and not write."""
        every = self.env["account.move"].union(*moves.values())
        allowed = every._filtered_access("write")
        refused = [key for key, move in moves.items() if move not in allowed and key in wanted]
        notes += [self._about_number(*key, self.env._("you may not change this document")) for key in refused]
        return {key: move for key, move in moves.items() if move in allowed}, notes

    @api.model
    def _open_ends(self, response):
        """Return what a file says without naming documents: those accepted, and errors of the whole upload."""
        notes = [
            self.env._(
                "The SII accepted %(count)s documents of type %(type)s without naming them: record them by hand, once "
                "you know which they are.",
                count=count,
                type=kind,
            )
            for kind, count in sorted(response.unnamed.items())
        ]
        notes += [
            self.env._("About the whole upload, no document named: %(words)s", words=each.gloss or each.code)
            for each in response.errors
        ]
        return notes

    @api.model
    def _about(self, answer, reason):
        return self._about_number(answer.type, answer.folio, reason)

    @api.model
    def _about_number(self, kind, folio, reason):
        return self.env._("Type %(type)s, folio %(folio)s: %(reason)s.", type=kind, folio=folio, reason=reason)
