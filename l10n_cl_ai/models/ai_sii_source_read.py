"""What comes of a look at a watched page: rows that changed become documents, what is not believed becomes a
failure."""

import base64
from collections import Counter
from dataclasses import replace

from odoo import api, fields, models
from odoo.tools import SQL

from ..sii.look import Known, digest, look
from ..sii.row import canonical
from ..sii.turn import Step
from . import ai_sii_source  # noqa: F401 - what it extends is defined first
from .ai_sii_check import words_of
from .ai_sii_source import BROKEN_AFTER, MAPPED
from .sii_words import in_spanish, problem_words

#: New rows of one look that become documents, and as many that changed; the others are listed, and brought in by
#: hand where they matter.
_MOST_NEW = 60
#: Doubts that no number of looks makes true.
_NEVER = frozenset({"error_page", "mapping", "no_text"})
_WELL = {"failures": 0, "message": False, "doubted_seen": False, "doubted_times": 0}


class AiSiiSource(models.Model):
    _inherit = "l10n_cl_ai.sii.source"

    @api.model
    def _asked(self):
        """Return the fields that ``_step`` reads."""
        return [*MAPPED, "page_etag", "page_modified", "page_url", "body_digest", "rows_seen", "page_is_whole",
                "believed_at", "next_at"]  # fmt: skip

    def _step(self):
        """Return how it is read now: as this year's page, and in January as last year's where there is none yet."""
        url = self._address()
        # Of last year's page nothing is known that says whether this year's has changed.
        is_this = "{year}" not in self.url or canonical(self.page_url or "") == canonical(url)
        known = (self.page_etag or "", self.page_modified or "") if is_this else ("", "")
        before = self._address(last_year=True) if self._may_be_last_years() else ""
        believed = self.believed_at and self.body_digest and Known(
            self._mapping(), self.page_url or "", self.body_digest, self.rows_seen or "", self.page_is_whole
        )  # fmt: skip
        return Step((self._name, self.id), url, url, *known, before, known=believed or None)

    def _is_as_it_was(self, page, step):
        """Note that a page was looked at and has the rows that it had. This is what nearly every look finds: one
        statement, for all that is known of it was read with the others of its turn.

        :return: whether it is so, and is the page still that was planned to be read, and nobody has asked for a round
            meanwhile, which would have to count it
        """
        same = step.known and step.known.same(page)
        if not same:
            return False
        self.flush_recordset()
        now = fields.Datetime.now()
        # Who sets it otherwise, or believes it, has emptied the digest.
        self.env.cr.execute(SQL(
            """UPDATE l10n_cl_ai_sii_source
                  SET checks = checks + 1, checked_at = %(now)s, believed_at = %(now)s, write_date = %(now)s,
                      next_at = %(now)s + every_hours * interval '1 hour', failures = 0, message = NULL,
                      doubted_seen = NULL, doubted_times = 0, body_digest = %(digest)s, page_is_whole = %(whole)s,
                      page_etag = %(etag)s, page_modified = %(modified)s
                WHERE id = %(id)s AND body_digest = %(before)s
                  AND NOT EXISTS (SELECT 1 FROM l10n_cl_ai_sii_run WHERE state = 'waiting')""",
            now=now, digest=same.digest, whole=same.whole, etag=page.etag or step.etag or None,
            modified=page.modified or step.modified or None, id=self.id, before=step.known.digest,
        ))  # fmt: skip
        self.invalidate_recordset()
        return self.env.cr.rowcount == 1

    def _put_off(self, until):
        self.next_at = until

    def _settle(self, page, problem, run):
        """Write down what came of a look.

        :param page: ``sii.fetch.Page`` as read; :param problem: ``Unreadable`` where there is none
        :return: what is to be counted
        """
        self.ensure_one()
        documents = self._taken(page, problem, run)
        return Counter(looked=1, changes=len(documents), errors=int(bool(self.failures)))

    def _taken(self, page, problem, run):
        """Return the documents that a look brings, new or changed."""
        common = {"checked_at": fields.Datetime.now(), "next_at": self._later(), "checks": self.checks + 1}
        none = self.env["l10n_cl_ai.sii.document"]
        if problem:
            words = problem_words(in_spanish(self.env), problem)
            self._fail(words[:1].upper() + words[1:], common, run)
            return none
        if page.status == 304:
            # It was set otherwise while it was asked for: what has not changed is what it was read as before.
            self.write({"page_etag": False, "page_modified": False})
            return none
        return self._look(page, common, run)

    def _look(self, page, common, run):
        first, place = not self.believed_at, canonical(page.url)
        known = ["identity", "digest", "page", "gone_at"]
        rows = self.env["l10n_cl_ai.sii.row"].search_fetch([("source_id", "=", self.id)], known, order="id")
        # What stood on last year's page is not gone because this year's does not have it.
        here = rows.filtered(lambda row: row.page == place and not row.gone_at)
        known = None if first else {row.identity: row.digest for row in here}
        seen = look(self._mapping(), page.body, page.url, page.charset, known, self.page_is_whole)
        kept = {"page_url": page.url, "page_charset": page.charset, "page_body": base64.b64encode(page.body)}
        if seen.doubt == "no_rows" and not (first or known) and self._may_be_last_years():
            seen = replace(seen, doubt="")  # the new year's page is there, and nothing on it yet
        if seen.doubt and not self._is_believed_by_now(seen):
            self._doubt(seen, {**common, **kept}, run)
            return self.env["l10n_cl_ai.sii.document"]
        common |= {
            **_WELL, "believed_at": common["checked_at"], "page_etag": page.etag or False,
            "page_modified": page.modified or False, "body_digest": digest(page.body), "page_is_whole": seen.whole,
            "rows_seen": seen.seen,
        }  # fmt: skip
        if first:
            self.write({**common, **kept})
            rows.unlink()
            self._remember(seen.rows, {}, place)
            self.env["l10n_cl_ai.sii.check"]._write_down(self, run, seen, "first")
            return self.env["l10n_cl_ai.sii.document"]
        if not seen.changes:
            self.write(common)
            return self.env["l10n_cl_ai.sii.document"]
        self.write({**common, **kept, "changed_at": common["checked_at"]})
        return self._changed(seen, {row.identity: row for row in rows}, place, run)

    def _is_believed_by_now(self, seen):
        """Return whether a page that is doubted was seen so often, the very same, that it must be so; or a person says
        that it is: then nothing is noted of what was seen."""
        if not seen.rows or seen.doubt in _NEVER:
            return False
        return self.doubted_times >= BROKEN_AFTER - 1 and self.doubted_seen in (seen.seen, False)

    def _doubt(self, seen, vals, run):
        same = self.doubted_seen == seen.seen
        words = in_spanish(self.env)["l10n_cl_ai.sii.check"]._doubt_words(seen.doubt, seen.why)
        vals |= {"doubted_seen": seen.seen, "doubted_times": self.doubted_times + 1 if same else 1}
        self._fail(words, vals, run, seen)

    def _fail(self, message, vals, run, seen=None):
        # What is broken is told once, and not at every look.
        if not self.failures or self.message != message:
            checks = self.env["l10n_cl_ai.sii.check"]
            if seen:
                checks._write_down(self, run, seen, "doubted", message=message)
            else:
                checks.create({"source_id": self.id, "run_id": run[:1].id, "result": "failed", "message": message})
        self.write({**vals, "failures": self.failures + 1, "message": message})

    def _changed(self, seen, known, place, run):
        """Write changes of rows down, and return the documents that they bring.

        :param known: {identity: row as it was, gone or on another page among them}
        :param place: the page's address, as ``canonical`` has it
        """
        news, changed = self._news(seen.changes, known, place)
        was = {row.identity: words_of(known[row.identity]) for row in changed[:_MOST_NEW]}
        values = {row.title: known[row.identity].value for row in changed if row.value}
        self._write_changes(seen, known, max(0, len(news) - _MOST_NEW) if self.kind != "matrix" else 0, run)
        for identity in seen.changes.removed:
            known[identity].gone_at = fields.Datetime.now()
        rows = self._remember([*seen.changes.added, *seen.changes.changed], known, place)
        if self.kind != "matrix":
            return self._documents(rows, {row.identity for row in news[:_MOST_NEW]}, was)
        documents, fresh = self.env["l10n_cl_ai.sii.document"], [*news, *changed]
        return documents._take_values(self, fresh, values) if fresh else documents

    def _news(self, changes, known, place):
        """Return (rows that are new, rows that say something else than before).

        A row that comes back is no news where it says what it said. Values of another page are another year's.
        """
        news, changed = [], list(changes.changed)
        for row in changes.added:
            before = known.get(row.identity)
            if not before or (self.kind == "matrix" and before.page != place):
                news.append(row)
            elif before.digest != row.digest:
                changed.append(row)
        return news, changed

    def _write_changes(self, seen, known, left_out, run):
        told = [("added", words_of(row), "") for row in seen.changes.added]
        told += [("changed", words_of(row), words_of(known[row.identity])) for row in seen.changes.changed]
        told += [("removed", "", words_of(known[identity])) for identity in seen.changes.removed]
        words = left_out and self.env._(
            "So many new rows at once: nobody was told of %(count)s of them. Bring in by hand those that matter.",
            count=left_out,
        )
        self.env["l10n_cl_ai.sii.check"]._write_down(self, run, seen, "changed", told, words or "")

    def _documents(self, rows, news, was):
        documents = self.env["l10n_cl_ai.sii.document"]
        for row in rows:
            if row.identity in news:
                documents |= documents._take(row, "added")
            elif row.identity in was:
                documents |= documents._take(row, "changed", was[row.identity])
        return documents

    def _remember(self, rows, known, place):
        """Write rows (``sii.row.Row``) down as they are now; return their records."""
        model = self.env["l10n_cl_ai.sii.row"]
        found = model
        fresh = []
        for row in rows:
            vals = model._vals(row, self, place)
            if row.identity in known:
                known[row.identity].write(vals)
                found |= known[row.identity]
            else:
                fresh.append(vals)
        return found | model.create(fresh)
