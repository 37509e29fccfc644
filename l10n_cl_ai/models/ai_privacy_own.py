"""What is held of a person where the ORM does not write: the ledger, cached answers, the index of what was booked."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..llm.tier import Lost
from .ai_gateway import _engine
from .ai_privacy import _ACCENTS, _PLAIN, Found


class AiPrivacy(models.AbstractModel):
    _inherit = "l10n_cl_ai.privacy"

    @api.model
    def _found_of(self, kind, model, keeping, subject):
        rows = self.env[model].sudo().browse()  # sudo: as in the method that is extended
        if kind == "cache":
            return Found(kind, keeping, rows, rows.browse(self._cached(subject)))
        if kind == "index":
            indexed = self.env.execute_query(
                SQL("SELECT DISTINCT index_id FROM l10n_cl_ai_index_entry WHERE vendor = %s", _term(subject))
            )
            mine = rows.browse([row_id for (row_id,) in indexed])
            return Found(kind, keeping, mine.filtered(lambda index: index.company_id == subject.company), rows)
        return super()._found_of(kind, model, keeping, subject)

    @api.model
    def _going(self, found, mine):
        going = super()._going(found, mine)
        if found.kind == "conversations":
            # What an answer is just being written into goes when it is asked for again.
            going._release_dead()
            return going.filtered(lambda one: "running" not in one.message_ids.mapped("status"))
        if found.kind == "messages":
            return going.filtered(lambda one: one.status != "running")
        return going

    def _cached(self, subject):
        """Return the ids of cached answers that name him: where a mask did not know his name."""
        if not subject.person.needle:
            return []
        found = self.env.execute_query(
            SQL(
                """
                SELECT id, value FROM l10n_cl_ai_cache_entry
                 WHERE company_id = %s AND translate(lower(value), %s, %s) ~ %s
                """,
                subject.company.id, _ACCENTS, _PLAIN, subject.person.needle,
            )
        )  # fmt: skip
        return [row_id for row_id, value in found if subject.person.is_in(value)]

    @api.model
    def _strike(self, kind, keeping, rows, subject):
        if kind in ("cache", "content"):
            # Of an answer without him nobody could say what it answers.
            self._delete(kind, rows, subject)
            return rows
        struck = super()._strike(kind, keeping, rows, subject)
        if kind == "messages":
            # What thoughts were bound to is not there any more: they are not sent again.
            struck.filtered("turns").write({"seal": False})
        return struck

    @api.model
    def _delete(self, kind, rows, subject):
        if kind == "cache":
            self.env.execute_query(
                SQL("DELETE FROM l10n_cl_ai_cache_entry WHERE id = ANY(%s) RETURNING id", list(rows.ids))
            )
            self._forget_in_redis(subject.company)
        elif kind == "content":
            self.env.execute_query(
                SQL("UPDATE l10n_cl_ai_request SET content_sent = NULL, content_answer = NULL WHERE id = ANY(%s)"
                    " RETURNING id", list(rows.ids))
            )  # fmt: skip
        elif kind == "index":
            self._unlearn(rows, subject)
        else:
            return super()._delete(kind, rows, subject)
        rows.invalidate_model()
        return None

    def _forget_in_redis(self, company):
        """Delete what is cached of a company in Redis too, all of it: there nobody can look for a name.

        :raises UserError: Redis can't be told
        """
        cache = _engine(self.env).stores.cache
        if not hasattr(cache, "forget_first"):
            return
        try:
            cache.forget_first(company.id)
        except Lost:
            raise UserError(
                self.env._("Redis, where answers are cached, cannot be reached now: nothing was erased. Try again.")
            ) from None

    def _unlearn(self, indexes, subject):
        """Take back what was learned of a supplier, to the last count."""
        for index in indexes:
            lines = self.env.execute_query(
                SQL("SELECT res_id FROM l10n_cl_ai_index_entry WHERE index_id = %s AND vendor = %s",
                    index.id, _term(subject))
            )  # fmt: skip
            index._forget([res_id for (res_id,) in lines])
            index._compact()


def _term(subject):
    return f"V{subject.partner.id}"
