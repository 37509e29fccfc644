"""Everything on screen in Spanish of Chile: the catalogue is whole and right, and reaches the people."""

import io
import re
import tempfile
from collections import Counter
from pathlib import Path

import polib

from odoo.modules import get_module_path
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools.translate import trans_export

from .common import DteCase

LANGUAGE = "es_CL"
CATALOG = Path(get_module_path("l10n_cl_ai")) / "i18n" / f"{LANGUAGE}.po"
#: What is put in when a text is shown: %(name)s, %s, %% and {name}; and the tags of a view.
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[a-z%]|\{\w+\}|</?\w+")
#: Texts that are the same in both languages.
SAME = {
    "AI Chile", "Boletas", "CAF", "Comuna", "Error", "F29", "Folio", "General", "ID", "IVA", "No", "Panel", "Total",
    "%(hours)s h", "%(minutes)s min", "Webhook", "Webhooks", "https://hooks.example.cl/odoo", "https://www.sii.cl/…",
    "HED-2-210 Monto neto no coincide\nDET[3]-2-200",  # an answer of the SII, as it comes
    "'Registro de tratamientos'", ", RUT", "//div[@id='listado']", "/reso*.pdf", "PPM", "Pro Pyme", "SII", "Token",
    "Unidad de Fomento (UF)", "https://www.sii.cl/…/{year}/index.htm", "robots.txt", "vino a granel, timbre",
    "{}.htm",
}  # fmt: skip


def objections(msgids, path):
    """Return what is wrong with a translation of these texts, a line each."""
    entries = {entry.msgid: entry for entry in polib.pofile(str(path))}
    found = [f"obsolete: {msgid}" for msgid, entry in entries.items() if entry.obsolete]
    for msgid in sorted(msgids):
        entry = entries.get(msgid)
        if entry is None or entry.obsolete or not entry.msgstr.strip():
            found.append(f"missing: {msgid}")
        elif entry.fuzzy:
            found.append(f"fuzzy: {msgid}")
        elif _placeholders(msgid) != _placeholders(entry.msgstr):
            found.append(f"placeholders: {msgid} → {entry.msgstr}")
        elif (msgid == entry.msgstr) != (msgid in SAME):
            found.append(f"same as in English: {msgid}")
    return found


def _placeholders(text):
    return Counter(PLACEHOLDER.findall(text))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCatalog(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        buffer = io.BytesIO()
        trans_export(None, ["l10n_cl_ai"], buffer, "po", cls.env)
        cls.exported = {entry.msgid for entry in polib.pofile(buffer.getvalue().decode())}

    def test_every_text_has_its_translation(self):
        self.assertGreater(len(self.exported), 500, "the export lost most of the texts")
        self.assertFalse(objections(self.exported, CATALOG))

    def test_the_template_has_every_text_and_no_other(self):
        """Odoo drops at load what the .pot does not have."""
        template = {entry.msgid for entry in polib.pofile(str(CATALOG.with_name("l10n_cl_ai.pot")))}
        self.assertFalse(template ^ self.exported, "run dev/i18n")

    def test_the_texts_of_the_rules_are_exported(self):
        """One of each way in which the pure package marks a text."""
        for kind, text in {
            "title in a decorator": "IVA is the rate of the net amount",
            "default explanation in a decorator": "The note may act on that type of document",
            "explanation on its own": "The line has no amount.",
            "over several lines": "There is no schema of a DTE here (DTE_v10.xsd, EnvioBOLETA_v11.xsd…).",
            "constant of a module": "This text is longer than the %(limit)s characters allowed.",
            "value of a table": "Line %(index)s",
            "label of a field": "Net amount",
        }.items():
            with self.subTest(kind):
                self.assertIn(text, self.exported)

    def test_a_spoiled_catalogue_is_noticed(self):
        spoils = {
            "missing": lambda entry: setattr(entry, "msgstr", ""),
            "fuzzy": lambda entry: entry.flags.append("fuzzy"),
            "placeholders": lambda entry: setattr(entry, "msgstr", entry.msgstr.replace("%(expected)s", "")),
            "same as in English": lambda entry: setattr(entry, "msgstr", entry.msgid),
            "obsolete": lambda entry: setattr(entry, "obsolete", True),
        }
        text = "The total is %(found)s, but net, exempt, IVA, taxes and the rest make %(expected)s."
        for kind, spoil in spoils.items():
            with self.subTest(kind), tempfile.TemporaryDirectory() as folder:
                catalog = polib.pofile(str(CATALOG))
                spoil(catalog.find(text))
                path = Path(folder) / CATALOG.name
                catalog.save(str(path))
                self.assertIn(kind, {line.partition(":")[0] for line in objections(self.exported, path)})

    def test_the_texts_of_the_rules_take_their_values(self):
        """A lone % would make Python refuse the text: the finding would be shown in English, or not at all."""
        for entry in polib.pofile(str(CATALOG)):
            if any(place.startswith("code:addons/l10n_cl_ai/dte/") for place, _line in entry.occurrences):
                values = dict.fromkeys(re.findall(r"%\((\w+)\)s", entry.msgid), "1")
                with self.subTest(entry.msgid):
                    for text in (entry.msgid, entry.msgstr):
                        self.assertNotIn("%(", text % values)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestShown(DteCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang(LANGUAGE)
        cls.env["ir.module.module"]._load_module_terms(["l10n_cl_ai"], [LANGUAGE])

    def test_a_finding_speaks_spanish(self):
        move = self.invoice(33, [self.line("Resma 😀")]).with_context(lang=LANGUAGE)
        move.action_l10n_cl_ai_check()
        finding = move.l10n_cl_ai_finding_ids.filtered(lambda each: "😀" in (each.found or ""))[:1]
        self.assertEqual(finding.place, "Línea 1 · Nombre del ítem")
        self.assertIn("caracteres que un DTE no admite", finding.message)
        self.assertIn("Resma", finding.message)
        self.assertIn("El SII", finding.consequence)
        self.assertEqual(finding.rule_id.name, "Todos los caracteres se pueden escribir en ISO-8859-1")
        self.assertIn("caracteres", finding.rule_id.display_name)

    def test_a_place_with_a_percent_sign_is_named(self):
        finding = self.env["l10n_cl_ai.finding"].with_context(lang=LANGUAGE).new({"path": "Detalle[2]/DescuentoPct"})
        self.assertEqual(finding.place, "Línea 2 · % de descuento")

    def test_a_screen_speaks_spanish(self):
        views = self.env["account.move"].with_context(lang=LANGUAGE).get_views([(False, "form")])
        arch = views["views"]["form"]["arch"]
        self.assertIn("Revisar DTE", arch)
        self.assertNotIn("Check DTE", arch)
        self.assertEqual(
            self.env.ref("l10n_cl_ai.ai_menu").with_context(lang=LANGUAGE).name,
            "DTE Chile",
        )
        fields = views["models"]["account.move"]["fields"]
        states = dict(fields["l10n_cl_ai_state"]["selection"])
        self.assertEqual(states["stale"], "Desactualizada")

    def test_a_widget_speaks_spanish(self):
        self.authenticate("admin", "admin")
        answer = self.url_open(f"/web/webclient/translations?lang={LANGUAGE}&mods=l10n_cl_ai").json()
        messages = {each["id"]: each["string"] for each in answer["modules"]["l10n_cl_ai"]["messages"]}
        self.assertEqual(messages["Warnings"], "Advertencias")
        self.assertEqual(messages["Should be:"], "Esperado:")
