"""Names of partners in a question are found before it leaves, however the user writes them."""

from odoo.tests import TransactionCase, tagged


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChatNames(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls.env["res.partner"]
        cls.partners.create([{"name": name} for name in (
            "Viñedos Quillón SpA", "Ferretería O'Higgins Ltda.", "Soc. Agrícola Ránquil S.A.", "José Soto Peña", "Ana",
            "Yahoo! Ñuble", "Norte:  Sur/Este", "ÁRIDOS ÇELIK", "(Taller) Los Ñires",
        )])  # fmt: skip

    def named(self, text):
        return set(self.partners._l10n_cl_ai_named_in(text))

    def test_a_name_is_found_without_accents_case_and_legal_form(self):
        for text in ("¿Cuánto debe viñedos quillon?", "VIÑEDOS QUILLÓN SPA", "vinedos   quillón, en mayo"):
            with self.subTest(text=text):
                self.assertEqual(self.named(text), {"Viñedos Quillón SpA"})
        self.assertEqual(self.named("la ferretería o'higgins no paga"), {"Ferretería O'Higgins Ltda."})
        self.assertEqual(self.named("soc agricola ranquil"), {"Soc. Agrícola Ránquil S.A."})
        self.assertEqual(self.named("jose soto peña y viñedos quillón"), {"José Soto Peña", "Viñedos Quillón SpA"})

    def test_nor_does_it_matter_what_stands_between_before_and_in_which_order(self):
        for text, name in (
            ("¿José Soto Peña pagó?", "José Soto Peña"), ("Soto Peña, José", "José Soto Peña"),
            ("cliente:José\tSoto\nPeña.", "José Soto Peña"),
            ('[["partner_id","ilike","jose soto peña"]]', "José Soto Peña"),
            ("(VIÑEDOS  QUILLÓN)", "Viñedos Quillón SpA"), ("<b>Viñedos Quillón S.p.A.</b>", "Viñedos Quillón SpA"),
            ("Yahoo Ñuble y nada", "Yahoo! Ñuble"), ("¡yahoo! nuble!", "Yahoo! Ñuble"),
            ("NORTE SUR ESTE", "Norte:  Sur/Este"),
            ("áridos celik", "ÁRIDOS ÇELIK"), ("Taller Los Nires", "(Taller) Los Ñires"),
            ("Jos\u00e9\u200b Soto\u00a0Pe\u00f1a", "José Soto Peña"), ("José\u200bSoto\u200bPeña", "José Soto Peña"),
            ("Jose&nbsp;Soto Pe&ntilde;a", "José Soto Peña"),
        ):  # fmt: skip
            with self.subTest(text=text):
                self.assertEqual(self.named(text), {name})

    def test_part_of_a_name_or_a_short_one_is_no_name(self):
        self.assertEqual(self.named("viñedos de quillón, josé soto, ana"), set())

    def test_whatever_is_written_it_finds_nothing_and_does_not_fail(self):
        for text in ("", " ", "'; DROP TABLE res_partner; --", "%" * 100, "\\" * 50, "x " * 50_000):
            with self.subTest(text=text[:20]):
                self.assertEqual(self.named(text), set())
