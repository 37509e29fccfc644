import datetime

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from ..chat.desk import Desk
from .ai_common import AiCase
from .common import NOW

DAY = datetime.date(2026, 11, 18)


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class KnowledgeCase(AiCase):
    """An article for every company, and no other that was delivered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What is delivered stays out of the ranking here.
        cls.env["l10n_cl_ai.article"].search([]).unlink()
        cls.plazo = cls._article("Plazo de vencimiento del formulario especial", "El formulario vence el día veinte.")
        cls.folios = cls._article("Rango autorizado de talonarios", "Los talonarios se timbran por rangos numerados.")

    @classmethod
    def _article(cls, name, body="", **values):
        return cls.env["l10n_cl_ai.article"].create({"name": name, "body": body, **values})

    def found(self, *queries, user=None, company=None, **asked):
        user = user or self.user
        articles = self.env["l10n_cl_ai.article"].with_user(user)
        articles = articles.with_context(allowed_company_ids=(company or user.company_id).ids)
        return [hit.article.name for hit in articles._search_knowledge(list(queries), **asked)]


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestKnowledgeSearch(KnowledgeCase):
    def test_found_by_words_of_title_keywords_and_body(self):
        self.plazo.keywords = "impuesto mensual"
        for query in ("¿Cuál es el PLAZO?", "impuestos mensuales", "dias que vencen"):
            with self.subTest(query):
                self.assertEqual(self.found(query)[:1], [self.plazo.name])

    def test_a_list_is_searched_as_the_assistant_searches(self):
        draft = self._article("Borrador del talonario", active=False)
        articles = self.env["l10n_cl_ai.article"]
        for words, found in (
            ("vence plazo formularios", self.plazo),
            ("talonario", self.folios | draft),
            ("nada de nada", articles.browse()),
        ):
            with self.subTest(words):
                listed = articles.with_context(active_test=False).search([("found_by", "ilike", words)])
                self.assertEqual(listed, found.sorted("name"))

    def test_the_title_counts_more_than_the_body(self):
        in_body = self._article("Otra cosa", "Una plantilla contiene campos.")
        in_title = self._article("Plantilla", "Otra cosa que contiene campos.")
        self.assertEqual(self.found("plantilla"), [in_title.name, in_body.name])

    def test_long_bodies_are_read_to_the_end(self):
        long = self._article("Manual", "\n\n".join([*["Relleno sin interés alguno."] * 400, "Aquí dice pertrechos."]))
        [hit] = self.env["l10n_cl_ai.article"]._search_knowledge(["pertrechos"])
        self.assertEqual(hit.article, long)
        self.assertIn("pertrechos", hit.passage)
        self.assertLessEqual(len(hit.passage), 1500)

    def test_slips_of_unknown_words_are_mended(self):
        for slip in ("talonraios", "talonario", "talonarois", "tlonarios", "ttalonarios", "rnagos"):
            with self.subTest(slip):
                self.assertEqual(self.found(slip), [self.folios.name])

    def test_known_words_are_not_mended(self):
        self._article("Tres rasgos", "")
        self.assertEqual(self.found("rasgos"), ["Tres rasgos"])

    def test_what_no_article_has_finds_nothing(self):
        for query in ("xilófono", "el de la", "", "¿?", "' OR 1=1 --", "\\", "a\nb"):
            with self.subTest(query):
                self.assertEqual(self.found(query), [])

    def test_reformulations_find_what_one_text_does_not(self):
        self.assertEqual(self.found("talonarios"), [self.folios.name])
        self.assertEqual(set(self.found("talonarios", "vencimiento")), {self.folios.name, self.plazo.name})

    def test_what_several_texts_find_comes_first(self):
        both = self._article("Rango y vencimiento", "Algo más que decir, para que no gane por ser breve.")
        self.assertEqual(self.found("rango", "vencimiento")[0], both.name)

    def test_limit(self):
        for number in range(4):
            self._article(f"Rango {number}")
        self.assertEqual(len(self.found("rango", limit=2)), 2)

    def test_validity(self):
        self.plazo.write({"valid_from": DAY - datetime.timedelta(5), "valid_to": DAY})
        self.assertEqual(self.found("vencimiento"), [self.plazo.name])
        self.plazo.valid_to = DAY - datetime.timedelta(1)
        self.assertEqual(self.found("vencimiento"), [])
        self.assertEqual(self.found("vencimiento", on=DAY - datetime.timedelta(1)), [self.plazo.name])
        self.assertEqual(self.found("vencimiento", on=DAY - datetime.timedelta(6)), [])

    def test_what_is_to_be_reviewed_is_still_found(self):
        self.plazo.review_on = DAY
        self.assertTrue(self.plazo.to_review)
        self.assertIn(self.plazo, self.plazo.search([("to_review", "=", True)]))
        self.assertNotIn(self.folios, self.plazo.search([("to_review", "=", True)]))
        self.assertIn(self.folios, self.plazo.search([("to_review", "=", False)]))
        self.assertEqual(self.found("vencimiento"), [self.plazo.name])
        self.plazo.action_reviewed()
        self.assertFalse(self.plazo.to_review)

    def test_search_of_what_does_not_hold(self):
        self.plazo.valid_to = DAY - datetime.timedelta(1)
        self.assertEqual(self.plazo.search([("expired", "=", True)]), self.plazo)
        self.assertEqual(self.plazo.search([("expired", "=", False)]), self.folios)

    def test_what_does_not_hold_never_hides_what_does(self):
        for number in range(70):
            self._article(f"Vencimiento {number}", valid_to=DAY - datetime.timedelta(1))
        self.assertEqual(self.found("vencimiento"), [self.plazo.name])

    def test_topics(self):
        iva, renta = self.env["l10n_cl_ai.topic"].create(
            [{"code": "t_iva", "name": "IVA"}, {"code": "t_renta", "name": "Renta"}]
        )
        self.folios.topic_ids = iva
        self.assertEqual(self.found("rangos", topics=iva), [self.folios.name])
        self.assertEqual(self.found("rangos", topics=renta), [])
        self.assertEqual(self.found("vencimiento", topics=renta), [self.plazo.name])


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestKnowledgeUpkeep(KnowledgeCase):
    def test_the_index_follows_what_is_written(self):
        self.plazo.body = "Ahora habla de maquinarias."
        self.assertEqual(self.found("maquinaria"), [self.plazo.name])
        self.assertEqual(self.found("veinte"), [])

    def test_drafts_are_not_found_and_do_not_weigh(self):
        self.plazo.active = False
        self.assertEqual(self.found("vencimiento"), [])
        self.assertFalse(self.entries(self.plazo))
        self.plazo.active = True
        self.assertEqual(self.found("vencimiento"), [self.plazo.name])

    def test_what_is_deleted_leaves_nothing(self):
        gone = self.plazo.id
        self.plazo.unlink()
        self.assertEqual(self.found("vencimiento"), [])
        self.env.cr.execute(
            "SELECT count(*) FROM l10n_cl_ai_index_posting WHERE lexeme = 'vencimient' AND index_id = %s",
            [self.env["l10n_cl_ai.index"]._of(self.env["res.company"], "article").id],
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))
        self.assertFalse(self.entries(self.plazo.browse(gone)))

    def test_an_article_that_changes_its_company_moves(self):
        self.plazo.company_id = self.company
        self.assertEqual(len(self.entries(self.plazo)), 1)
        self.assertEqual(self.found("vencimiento", user=self.other_manager), [])
        self.assertEqual(self.found("vencimiento"), [self.plazo.name])

    def test_no_counts_of_labels_are_kept(self):
        index = self.env["l10n_cl_ai.index"]._of(self.env["res.company"], "article")
        self.env.cr.execute("SELECT count(*) FROM l10n_cl_ai_index_count WHERE index_id = %s", [index.id])
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_a_copy_is_the_company_s_own(self):
        copied = self.plazo.with_user(self.manager).copy()
        self.assertEqual(copied.company_id, self.company)

    def test_changes_are_written_down(self):
        article = self._article("Con historia")
        self.env.cr.flush()  # what is changed while it is made is no history
        article.name = "Con más historia"
        self.env.cr.flush()
        self.assertIn("name", article.message_ids.tracking_value_ids.field_id.mapped("name"))

    def test_the_preview_is_safe(self):
        self.plazo.body = "# Uno\n\n<img src=x onerror=alert(1)> **dos**"
        self.assertIn("<strong>dos</strong>", self.plazo.preview)
        self.assertNotIn("<img", self.plazo.preview)

    def test_what_is_refused(self):
        for values in ({"body": "x" * 200_001}, {"source_url": "javascript:alert(1)"}):
            with self.subTest(list(values)), self.assertRaises(ValidationError):
                self.plazo.write(values)

    def entries(self, article):
        self.env.cr.execute(
            "SELECT entry.id FROM l10n_cl_ai_index_entry entry JOIN l10n_cl_ai_index index ON index.id = index_id"
            " WHERE kind = 'article' AND res_id = %s",
            [article.id],
        )
        return self.env.cr.fetchall()


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestKnowledgeRights(KnowledgeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls._article("Viáticos de la gerencia", "Cada viático se rinde.", company_id=cls.company.id)
        cls.foreign = cls._article("Viáticos del aserradero", "Cada viático se anota.", company_id=cls.other.id)

    def test_a_company_finds_its_own_and_what_all_read(self):
        self.assertEqual(self.found("viáticos plazo"), [self.own.name, self.plazo.name])
        self.assertEqual(self.found("viáticos", user=self.other_manager), [self.foreign.name])

    def test_who_works_in_two_companies_finds_those_of_the_one_he_is_in(self):
        self.user.company_ids = self.company | self.other
        self.assertEqual(self.found("viáticos", company=self.other), [self.foreign.name])

    def test_what_another_company_writes_does_not_weigh(self):
        self._article("Plazo uno", "Talonarios y más.")

        def ranks():
            index = self.env["l10n_cl_ai.index"]._articles_of(self.company)
            return index._rank_articles(["plazo de talonarios", "talonaris"])

        before = ranks()
        for number in range(20):
            self._article(f"Plazo {number}", "plazo plazo talonaris " * 9, company_id=self.other.id)
        self.assertEqual(ranks(), before)

    def test_others_are_not_read(self):
        with self.assertRaises(AccessError):
            self.foreign.with_user(self.user).read(["name"])
        self.assertTrue(self.own.with_user(self.user).read(["name"]))

    def test_users_read_no_drafts(self):
        self.own.active = False
        with self.assertRaises(AccessError):
            self.own.with_user(self.user).read(["name"])
        self.assertTrue(self.own.with_user(self.manager).read(["name"]))

    def test_who_writes_what(self):
        cases = [
            (self.user, self.own, False), (self.user, self.plazo, False), (self.manager, self.own, True),
            (self.manager, self.plazo, False), (self.manager, self.foreign, False), (self.system, self.plazo, True),
            (self.system, self.foreign, False),
        ]  # fmt: skip
        for user, article, may in cases:
            with self.subTest(user=user.login, article=article.name):
                seen = article.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
                self.assertEqual(seen.has_access("write"), may)
                self.assertEqual(seen.has_access("unlink"), may)

    def test_a_manager_makes_his_company_s_and_none_for_all(self):
        articles = self.env["l10n_cl_ai.article"].with_user(self.manager)
        self.assertEqual(articles.create({"name": "Propio"}).company_id, self.company)
        for company in (False, self.other.id):
            with self.subTest(company), self.assertRaises(AccessError):
                articles.create({"name": "Ajeno", "company_id": company})
        with self.assertRaises(AccessError):
            self.own.with_user(self.manager).company_id = False


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestKnowledgeTool(KnowledgeCase):
    def run_tool(self, **asked):
        desk = Desk()
        self.env["l10n_cl_ai.tool"]._sync()
        toolbox = self.env["l10n_cl_ai.toolbox"].with_user(self.user)
        toolbox = toolbox.with_context(allowed_company_ids=self.company.ids, **asked.pop("context", {}))
        return toolbox._run("search_knowledge", asked, desk), desk

    def test_what_is_shown_is_cited_by_its_key(self):
        self.plazo.write({"source_name": "Manual interno", "source_url": "https://www.sii.cl/x", "valid_from": DAY})
        answer, desk = self.run_tool(queries=["vencimiento", "formulario"])
        source = desk.sources["A1"]
        self.assertEqual((source.kind, source.model, source.res_id), ("article", "l10n_cl_ai.article", self.plazo.id))
        for text in ("Manual interno", "https://www.sii.cl/x", "El formulario vence", "valid from 2026-11-18"):
            self.assertIn(text, answer.text)
            self.assertIn(text, source.text)

    def test_found_by_date_it_says_that_it_does_not_hold_today(self):
        self.plazo.valid_to = DAY - datetime.timedelta(10)
        self.assertIn("nothing was found", self.run_tool(queries=["vencimiento"])[0].text)
        answer, _desk = self.run_tool(queries=["vencimiento"], date="2026-11-01")
        self.assertIn("NOT valid today", answer.text)

    def test_many_long_articles_fit(self):
        for number in range(6):
            self._article(f"Extenso {number}", "\n\n".join(['Párrafo "extenso" \\ con comillas.'] * 200))
        answer, desk = self.run_tool(queries=["extenso"])
        self.assertLessEqual(len(answer.text), 8000)
        self.assertGreaterEqual(len(desk.sources), 3)

    def test_topics_of_the_agent(self):
        topic, other = self.env["l10n_cl_ai.topic"].create([{"code": "t_a", "name": "A"}, {"code": "t_b", "name": "B"}])
        self.plazo.topic_ids = [Command.set(topic.ids)]
        _answer, desk = self.run_tool(queries=["vencimiento"], context={"l10n_cl_ai_topic_ids": other.ids})
        self.assertFalse(desk.sources)
