"""Articles of the knowledge base kept in memory for who searches, as the transaction that asks sees them."""

from odoo import models
from odoo.tools import SQL

from ..chat.shelf import Shelf
from . import ai_index  # noqa: F401 - what it extends is defined first

#: Words in articles that a process keeps of one database, some 20 bytes each; what was read last is kept in any case.
MOST_KEPT = 2_000_000
#: Changes of one index that are told apart; of more the cron makes one.
_MOST_CHANGES = 1000


class AiIndex(models.Model):
    _inherit = "l10n_cl_ai.index"

    def _changed(self):
        """Say that articles changed: from its commit on, no other transaction takes what it kept of before.

        Rows are only added, so two who write articles at once do not wait for each other; and their number tells a row
        that is committed after one with a higher number.
        """
        self.env.cr.execute(SQL("INSERT INTO l10n_cl_ai_index_change (index_id) VALUES (%s)", self.id))

    def _sum_up_changes(self):
        """Make one of many changes. It is a new one: whoever kept something reads it anew."""
        self.env.cr.execute(
            SQL(
                """
                WITH many AS (
                    SELECT index_id, max(id) AS last FROM l10n_cl_ai_index_change
                     GROUP BY index_id HAVING count(*) > %s
                ), gone AS (
                    DELETE FROM l10n_cl_ai_index_change AS change USING many
                     WHERE change.index_id = many.index_id AND change.id <= many.last
                )
                INSERT INTO l10n_cl_ai_index_change (index_id) SELECT index_id FROM many
                """,
                _MOST_CHANGES,
            )
        )

    def _shelves(self):
        """Return these indexes in memory (list of ``Shelf``): no company's stands in another's."""
        stamps = {
            index: stamp
            for index, *stamp in self.env.execute_query(
                SQL(
                    "SELECT index_id, count(*), max(id) FROM l10n_cl_ai_index_change"
                    " WHERE index_id = ANY(%s) GROUP BY index_id",
                    list(self.ids),
                )
            )
        }
        # With the registry, for a database that takes the place of another of its name has another registry.
        kept = vars(self.env.registry).setdefault("l10n_cl_ai_shelves", {})
        return [index._shelf(stamps.get(index.id), kept) for index in self]

    def _shelf(self, stamp, kept):
        known, shelf = kept.get(self.id, (None, None))
        if shelf is None or known != stamp:
            shelf = self._read_shelf()
            kept.pop(self.id, None)
            kept[self.id] = stamp, shelf
            self._make_room(kept)
        return shelf

    def _make_room(self, kept):
        """Let go of what was read longest ago. Other threads may do the same meanwhile."""
        for index, (_stamp, shelf) in list(kept.items())[:-1]:
            if sum(one.size for _stamp, one in list(kept.values())) <= MOST_KEPT:
                return
            if kept.get(index, (None, None))[1] is shelf:
                kept.pop(index, None)

    def _read_shelf(self):
        rows = self.env.execute_query
        return Shelf(
            dict(rows(SQL("SELECT id, res_id FROM l10n_cl_ai_index_entry WHERE index_id = %s", self.id))),
            rows(
                SQL(
                    "SELECT lexeme, array_agg(entry_id), array_agg(weight) FROM l10n_cl_ai_index_posting"
                    " WHERE index_id = %s GROUP BY lexeme",
                    self.id,
                )
            ),
            rows(SQL("SELECT word, lexeme FROM l10n_cl_ai_index_word WHERE index_id = %s", self.id)),
        )
