"""What is kept in memory of the knowledge base: read once, and never older than what the transaction sees."""

import contextlib
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from ..models import ai_index_shelf
from .common import NOW
from .test_knowledge import KnowledgeCase


class Emptied(dict):
    """Emptied by another thread right after somebody saw what it has."""

    def __contains__(self, word):
        has = super().__contains__(word)
        self.clear()
        return has


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestKnowledgeKept(KnowledgeCase):
    def setUp(self):
        super().setUp()
        self.index = self.env["l10n_cl_ai.index"]._of(self.env["res.company"], "article")
        # Whatever tests before this one left there.
        vars(self.env.registry).pop("l10n_cl_ai_shelves", None)

    @contextlib.contextmanager
    def reads(self, count):
        """Count how often articles are read from the database."""
        index = self.env.registry["l10n_cl_ai.index"]
        with patch.object(index, "_read_shelf", autospec=True, side_effect=index._read_shelf) as read:
            yield
        self.assertEqual(read.call_count, count)

    def test_articles_are_read_once(self):
        with self.reads(1):
            self.assertEqual(self.found("vencimiento"), [self.plazo.name])
            self.assertEqual(self.found("talonraios"), [self.folios.name])

    def test_any_change_is_found_by_the_next_search(self):
        self.found("vencimiento")
        for change, found in (
            (lambda: self.plazo.write({"body": "Dice pertrechos."}), {"pertrechos": [self.plazo.name]}),
            (lambda: self._article("Pertrechos", company_id=self.company.id),
             {"pertrechos": ["Pertrechos", self.plazo.name]}),
            (lambda: self.plazo.write({"active": False}), {"pertrechos": ["Pertrechos"], "vencimiento": []}),
            (self.folios.unlink, {"talonarios": []}),
        ):  # fmt: skip
            change()
            for words, names in found.items():
                with self.subTest(words):
                    self.assertEqual(self.found(words), names)

    def test_what_does_not_change_words_is_not_read_anew(self):
        self.found("vencimiento")
        with self.reads(0):
            self.plazo.source_name = "Una ley"
            self.assertEqual(self.found("vencimiento"), [self.plazo.name])

    def test_what_was_taken_back_is_not_found(self):
        with contextlib.closing(self.env.cr.savepoint()):
            self._article("Pertrechos")
            self.assertEqual(self.found("pertrechos"), ["Pertrechos"])
        self.env.invalidate_all()
        self.assertEqual(self.found("pertrechos"), [])
        # A number that was taken back is never given again.
        self._article("Menaje")
        self.assertEqual((self.found("pertrechos"), self.found("menaje")), ([], ["Menaje"]))

    def test_a_change_that_is_committed_late_is_told_by_how_many_there_are(self):
        """Two write at once; the one that began first ends last."""
        self.index._changed()
        [before] = self.stamps()
        self.env.cr.execute(
            "INSERT INTO l10n_cl_ai_index_change (index_id, id)"
            " SELECT index_id, min(id) - 1 FROM l10n_cl_ai_index_change WHERE index_id = %s GROUP BY index_id",
            [self.index.id],
        )
        [after] = self.stamps()
        self.assertEqual(after[1], before[1])
        self.assertNotEqual(after, before)

    def test_many_changes_become_a_new_one(self):
        self.found("vencimiento")
        [before] = self.stamps()
        self.patch(ai_index_shelf, "_MOST_CHANGES", 0)
        self.index._sum_up_changes()
        [after] = self.stamps()
        self.assertEqual(after[0], 1)
        self.assertGreater(after[1], before[1])
        self.assertEqual(self.found("vencimiento"), [self.plazo.name])

    def test_little_is_kept_where_there_is_no_room(self):
        self._article("Viáticos", company_id=self.company.id)
        self.patch(ai_index_shelf, "MOST_KEPT", 0)
        for _time in range(2):
            self.assertEqual(self.found("viáticos"), ["Viáticos"])
        self.assertEqual(len(vars(self.env.registry)["l10n_cl_ai_shelves"]), 1)

    def test_a_search_holds_while_another_forgets_the_lexemes(self):
        self.found("vencimiento")
        self.patch(self.env.registry, "l10n_cl_ai_lexemes", Emptied(self.env.registry.l10n_cl_ai_lexemes))
        self.assertEqual(self.found("vencimiento"), [self.plazo.name])

    def stamps(self):
        self.env.cr.execute(
            "SELECT count(*), max(id) FROM l10n_cl_ai_index_change WHERE index_id = %s", [self.index.id]
        )
        return self.env.cr.fetchall()
