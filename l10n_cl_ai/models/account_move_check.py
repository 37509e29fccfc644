"""Running the rules over moves, so that nothing the engine does can hurt the user's work."""

import logging
import time
from typing import NamedTuple

from odoo import models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from .. import dte
from ..dte.digest import digest

_logger = logging.getLogger(__name__)

#: A search for outdated checks compares at most this many candidates one by one (about 1 ms each);
#: beyond it they count as outdated, which asks for a new check at worst.
SEARCH_LIMIT = 5000
#: After this many moves in a row on which the engine failed, the rest is not even tried.
ENOUGH_FAILURES = 3


class Judgement(NamedTuple):
    """What the rules say of one document.

    :param move: empty for an XML that is no bill's
    :param digest: of what was judged, and by which rules; None when nothing was
    :param duration: ms
    :param error: why nothing could be evaluated
    """

    company: models.BaseModel
    move: models.BaseModel
    document: dte.Document | None
    report: dte.Report
    digest: str | None
    duration: float = 0.0
    source: str = "move"
    filename: str | None = None
    error: str | None = None


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_cl_ai_check(self):
        """Check the DTEs among these moves and return their checks.

        Never raises for what stands in a document. Where the engine itself fails, the failure is
        logged, the check says "not evaluated", and the transaction is as if it had not been tried.
        """
        moves = self.filtered("l10n_cl_ai_applies")
        # What the user did so far may be refused by the database on its own account, not on ours.
        self.env.flush_all()
        if not moves:
            return self.env["l10n_cl_ai.validation"]
        try:
            return moves._l10n_cl_ai_check_batch()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise  # the whole request is run again, by Odoo
        except Exception:
            _logger.exception("Checking %s DTEs at once failed; checking them one by one", len(moves))
            return moves._l10n_cl_ai_check_singly()

    def _l10n_cl_ai_check_batch(self):
        with self.env.cr.savepoint():
            return self.env["l10n_cl_ai.validation"]._record(self._l10n_cl_ai_judge())

    def _l10n_cl_ai_check_singly(self):
        """Check one by one, so that a move that the engine fails on does not take the others along."""
        checks, failures = self.env["l10n_cl_ai.validation"], 0
        for move in self:
            error = self.env._("The checks before this one failed too.")
            if failures < ENOUGH_FAILURES:
                try:
                    checks |= move._l10n_cl_ai_check_batch()
                    failures = 0
                    continue
                except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                    raise
                except Exception as failure:
                    _logger.exception("The check of DTE failed on account.move %s", move.id)
                    failures += 1
                    error = f"{type(failure).__name__}: {failure}"[:250]
            checks |= move._l10n_cl_ai_record_failure(error)
        return checks

    def _l10n_cl_ai_record_failure(self, error):
        code = self.l10n_latam_document_type_id.code
        report = dte.Report(int(code), None, None)
        failed = Judgement(self.company_id, self, None, report, None, error=error)
        try:
            with self.env.cr.savepoint():
                return self.env["l10n_cl_ai.validation"]._record([failed])
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("The failed check of account.move %s could not be kept either", self.id)
            return self.env["l10n_cl_ai.validation"]

    def _l10n_cl_ai_judge(self):
        """Return a judgement per move. A received bill is judged by its XML, where one is attached."""
        started = time.perf_counter()
        documents = self._l10n_cl_ai_documents()
        digests = self._l10n_cl_ai_digests(documents)
        written = self._l10n_cl_ai_attached_xml(dict(zip(self.ids, documents, strict=True)))
        share = (time.perf_counter() - started) / len(self)
        judgements = []
        for move, picture in zip(self, documents, strict=True):
            document = written.get(move.id, picture)
            started = time.perf_counter()
            report = dte.check(document)
            duration = (time.perf_counter() - started + share) * 1000
            judgements.append(
                Judgement(move.company_id, move, document, report, digests[move.id], duration)
            )
        return judgements

    # -- does the last check still hold --------------------------------------------------------------

    def _l10n_cl_ai_digests(self, documents):
        """Return {move id: digest} of what a check would judge now, and by which rules."""
        attached = self._l10n_cl_ai_xml_attachments()
        policies = {
            company: sorted(self.env["l10n_cl_ai.rule.policy"]._actions(company).items())
            for company in self.company_id
        }
        ruleset, digests = self.env["l10n_cl_ai.rule"]._ruleset(), {}
        for move, document in zip(self, documents, strict=True):
            files = attached.get(move.id)
            around = (
                ruleset,
                policies[move.company_id],
                files and files.mapped("checksum"),
                move._l10n_cl_ai_surroundings(document),
            )
            digests[move.id] = digest(document, *around)
        return digests

    def _l10n_cl_ai_surroundings(self, document):
        """Return what of the context decides findings; days pass without a check growing old."""
        known = document.context.__dict__
        day, today = self.invoice_date, known["today"]
        originals = [
            (key, original.total, original.receiver_rut, original.state, str(original.date))
            for key, original in known.get("originals", {}).items()
        ]
        return (
            known["role"],
            known.get("company_rut"),
            known["rounding"],
            sorted(known["issued"].values()) if known.get("issued") else False,
            [(caf.type, caf.range.first, caf.range.last, str(caf.date)) for caf in known.get("cafs", ())],
            originals,
            bool(day and day > today),
            # While it is not issued, the month it would be declared in matters.
            (today.year, today.month) if self.state == "draft" else None,
        )

    def _l10n_cl_ai_safe_digests(self):
        """Return the digests, None when they can't be made: a list of invoices must open all the same."""
        moves = self._origin
        if not moves:
            return {}
        try:
            # A query that fails must not leave the reader a transaction in which nothing works any more.
            with self.env.cr.savepoint(flush=False):
                return moves._l10n_cl_ai_digests(moves._l10n_cl_ai_documents())
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("Comparing %s DTEs with their checks failed", len(moves))
            return None

    def _l10n_cl_ai_stale_ids(self):
        """Return the ids of moves whose last check no longer holds.

        SQL finds what was written since; only those are compared by digest.
        """
        candidates = self._l10n_cl_ai_touched()
        compared, beyond = candidates[:SEARCH_LIMIT], candidates[SEARCH_LIMIT:]
        digests = compared._l10n_cl_ai_safe_digests() or {}
        stale = compared.filtered(lambda move: digests.get(move.id) != move.l10n_cl_ai_validation_id.digest)
        return (stale + beyond).ids

    def _l10n_cl_ai_touched(self):
        """Return the checked moves of which something was written after their check."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT move.id
                  FROM account_move move
                  JOIN l10n_cl_ai_validation checked ON checked.id = move.l10n_cl_ai_validation_id
                  JOIN res_company company ON company.id = move.company_id
                 WHERE checked.verdict != 'error'
                   AND move.company_id = ANY(%(companies)s)
                   AND (
                       checked.ruleset_version != %(ruleset)s
                       OR move.write_date >= checked.create_date
                       OR move.state = 'draft'
                       OR company.write_date >= checked.create_date
                       OR EXISTS (SELECT FROM account_move_line line
                                   WHERE line.move_id = move.id
                                     AND line.write_date >= checked.create_date)
                       OR EXISTS (SELECT FROM res_partner partner
                                   WHERE partner.id IN (move.commercial_partner_id, company.partner_id)
                                     AND partner.write_date >= checked.create_date)
                       OR EXISTS (SELECT FROM account_move origin
                                   WHERE origin.id IN (move.reversed_entry_id, move.debit_origin_id)
                                     AND origin.write_date >= checked.create_date)
                       OR EXISTS (SELECT FROM ir_attachment attached
                                   WHERE attached.res_model = 'account.move'
                                     AND attached.res_id = move.id
                                     AND attached.write_date >= checked.create_date)
                       OR EXISTS (SELECT FROM l10n_cl_ai_outcome said
                                    JOIN l10n_latam_document_type kind ON kind.code = said.document_type
                                   WHERE said.company_id = move.company_id
                                     AND kind.id = move.l10n_latam_document_type_id
                                     AND said.folio = move.sequence_number::text
                                     AND said.kind != 'claim'
                                     AND said.write_date >= checked.create_date)
                       OR EXISTS (SELECT FROM l10n_cl_ai_rule_policy policy
                                   WHERE policy.company_id = move.company_id
                                     AND policy.write_date >= checked.create_date)
                   )
                 ORDER BY move.id DESC
                """,
                companies=self.env.companies.ids,
                ruleset=self.env["l10n_cl_ai.rule"]._ruleset(),
            )
        )
        # What the user may not read is not among what he searches.
        return self.browse([row[0] for row in rows])._filtered_access("read")
