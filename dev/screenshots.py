"""Drives the demo in a browser, as an accountant would, and keeps the screens of the README and guide.

Run through ``make screenshots`` while ``make demo`` is up. ``BASE`` names another address, ``OUT`` another
folder. A screen that does not come up ends the run with the step that failed.
"""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from house import chromium, python

try:
    from playwright.sync_api import Page, sync_playwright
except ImportError:
    # Run by any Python: its own environment takes over.
    screens = python.environment("screens", "screens") / "bin/python"
    if sys.executable == str(screens):
        raise
    os.execv(screens, [str(screens), *sys.argv])

BASE = os.environ.get("BASE", "http://localhost:8069")
OUT = pathlib.Path(os.environ.get("OUT", pathlib.Path(__file__).resolve().parent.parent / "docs" / "img"))
INVOICES = "/odoo/action-account.action_move_out_invoice_type"
BILLS = "/odoo/action-account.action_move_in_invoice_type"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
#: OdooBot greets a new user with a chat window, which covers everything on a phone.
NO_CHAT = """addEventListener("DOMContentLoaded", () => {
    const style = document.createElement("style");
    style.textContent = ".o-mail-ChatHub { display: none !important; }";
    document.head.append(style);
});"""
DESKTOP, PHONE = {"width": 1400, "height": 900}, {"width": 390, "height": 844}


def keep(page: Page, name: str) -> None:
    page.wait_for_timeout(700)  # let Odoo's transitions end
    page.screenshot(path=OUT / f"{name}.png")
    print(f"· {name}.png")


def log_in(page: Page) -> None:
    page.goto(f"{BASE}/web/login")
    page.fill("input[name=login]", "admin")
    page.fill("input[name=password]", "admin")
    page.click("button[type=submit]")
    page.wait_for_selector(".o_main_navbar", timeout=60_000)


def open_invoice(page: Page, customer: str) -> None:
    page.goto(BASE + INVOICES)
    page.click(f".o_data_row:has-text('{customer}') .o_data_cell >> nth=1")
    page.click("a[name=l10n_cl_ai_page]")


def invoice(page: Page) -> None:
    """The list, an invoice with its findings, one mended, and the mending undone."""
    page.goto(BASE + INVOICES)
    page.wait_for_selector(".o_data_row")
    keep(page, "lista")
    open_invoice(page, "La Aurora")
    page.wait_for_selector("[data-rule=A02]")
    keep(page, "factura")
    page.click(".o_l10n_cl_ai_finding[data-rule=A02] .o_l10n_cl_ai_fix >> nth=0")
    page.wait_for_selector("button[name=action_undo]")
    keep(page, "corregida")
    page.click("button[name=action_undo] >> nth=0")
    page.wait_for_selector("button[name=action_undo]", state="detached")


def review(page: Page) -> None:
    """What the AI adds, and a mass review: only where a stand-in answers (make demo AI=standin)."""
    page.goto(BASE + INVOICES)
    page.wait_for_selector(".o_data_row")
    if not page.locator(".o_l10n_cl_ai_simulated").count():
        return
    page.click(".o_data_row:has-text('450.000') .o_data_cell >> nth=1")
    page.click("a[name=l10n_cl_ai_page]")
    page.click("button[name=action_l10n_cl_ai_review] >> visible=true")
    page.wait_for_selector(".o_l10n_cl_ai_remark")
    keep(page, "revision")
    page.goto(BASE + INVOICES)
    page.click("thead .o_list_record_selector input")
    page.click(".o_cp_action_menus .dropdown-toggle:has(.fa-cog)")
    page.click(".o-dropdown--menu .o_menu_item:has-text('Revisión masiva')")
    page.wait_for_selector(".modal [name=cost_expected], .modal .o_form_view")
    keep(page, "masiva")


def bulk(page: Page) -> None:
    page.goto(BASE + INVOICES)
    page.click("thead .o_list_record_selector input")
    page.click(".o_cp_action_menus .dropdown-toggle:has(.fa-cog)")
    page.click(".o-dropdown--menu .o_menu_item:has-text('DTE')")
    page.wait_for_selector(".o_l10n_cl_ai_progress [aria-valuenow='100']")
    keep(page, "lote")
    page.click("button[name=action_open_results]")
    page.wait_for_selector(".o_list_view .o_data_row")
    keep(page, "resultados")


def xml_files(page: Page) -> None:
    demo = pathlib.Path(__file__).resolve().parent.parent / "l10n_cl_ai" / "demo"
    page.goto(f"{BASE}/odoo/action-l10n_cl_ai.ai_xml_wizard_action")
    page.set_input_files(".modal input[type=file]", sorted(demo.glob("*.xml"))[1:])
    page.wait_for_selector(".o_attachment >> nth=2")
    page.click("button[name=action_check]")
    page.wait_for_selector(".modal .o_data_row")
    keep(page, "xml")


def settings(page: Page) -> None:
    page.goto(f"{BASE}/odoo/settings")
    page.click(".settings_tab [data-key=account]")
    page.locator("[name=l10n_cl_ai_post_on_block]").first.scroll_into_view_if_needed()
    keep(page, "ajustes")


def analysis(page: Page) -> None:
    page.goto(f"{BASE}/odoo/action-l10n_cl_ai.ai_finding_action_analysis")
    page.wait_for_selector(".o_graph_renderer canvas")
    keep(page, "analisis")
    page.goto(f"{BASE}/odoo/action-l10n_cl_ai.ai_rule_action")
    page.wait_for_selector(".o_data_row")
    keep(page, "reglas")


def posting(page: Page) -> None:
    """A manager is asked for a reason before a document with blocks is posted."""
    open_invoice(page, "Panadería")
    page.click("button[name=action_post] >> visible=true")
    page.wait_for_selector(".modal [name=reason]")
    keep(page, "confirmar")


def suggestions(page: Page) -> None:
    """Which project a bill's lines belong to, and those of all drafts; when a company may book by itself."""
    page.goto(BASE + BILLS)
    page.click(".o_data_row:has-text('Ferretería'):has-text('Borrador') .o_data_cell >> nth=1")
    page.click("button[name=action_l10n_cl_ai_suggest] >> visible=true")
    page.wait_for_selector(".o_l10n_cl_ai_accept")
    page.wait_for_selector(".o_notification", state="detached")
    page.locator(".o_l10n_cl_ai_suggestion >> nth=-1").scroll_into_view_if_needed()
    keep(page, "sugerencias")
    page.set_viewport_size({**DESKTOP, "height": 760})
    page.goto(f"{BASE}/odoo/action-l10n_cl_ai.ai_suggestion_run_wizard_action")
    page.click(".modal button[name=action_start]")
    page.click(".o_notebook a[name=auto]")
    keep(page, "sugerir")
    page.goto(f"{BASE}/odoo/action-l10n_cl_ai.ai_automatic_wizard_action")
    page.wait_for_selector(".modal [name=words]")
    keep(page, "automatico")


def assistant(page: Page) -> None:
    """The assistant beside an invoice, and on its own page: only where a stand-in answers (make demo AI=standin)."""
    page.set_viewport_size(DESKTOP)
    page.goto(BASE + INVOICES)
    page.wait_for_selector(".o_data_row")
    if not page.locator(".o_l10n_cl_ai_simulated").count():
        return
    page.click(".o_data_row:has-text('450.000') .o_data_cell >> nth=1")
    page.click(".o_l10n_cl_ai_systray")
    page.click(".o_l10n_cl_ai_new")
    page.wait_for_selector(".o_l10n_cl_ai_chip")
    ask(page, "¿Qué dice esta factura?")
    keep(page, "asistente")
    page.click(".o_l10n_cl_ai_expand")
    page.wait_for_selector(".o_l10n_cl_ai_page .o_l10n_cl_ai_row")
    keep(page, "asistente-pagina")


def panel(page: Page) -> None:
    """What the AI has cost: in a demo all of it is simulated, where a stand-in answers at all."""
    page.goto(f"{BASE}/odoo/ai-panel")
    page.wait_for_selector("[data-now=budgets]")
    if not page.locator("[data-notice=elsewhere]").count():
        return
    page.click("[data-notice=elsewhere] button")
    page.wait_for_selector("main[aria-busy=false] [data-notice=simulated]")
    keep(page, "panel")


def ask(page: Page, words: str) -> None:
    page.fill(".o_l10n_cl_ai_input", words)
    page.click(".o_l10n_cl_ai_send")
    page.wait_for_selector(".o_l10n_cl_ai_actions")


def assistant_on_phone(page: Page) -> None:
    page.goto(BASE + INVOICES)
    page.wait_for_selector(".o_kanban_record")
    if page.locator(".o_l10n_cl_ai_simulated").count():
        page.click(".o_l10n_cl_ai_systray")
        ask(page, "¿Qué facturas vencen este mes?")
        keep(page, "asistente-telefono")


def phone(page: Page) -> None:
    page.goto(BASE + INVOICES)
    page.click(".o_kanban_record:has-text('La Aurora')")
    page.click("a[name=l10n_cl_ai_page]")
    page.locator(".o_l10n_cl_ai_findings").scroll_into_view_if_needed()
    keep(page, "telefono")


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium.find()), args=FLAGS)
        desktop = (invoice, review, bulk, xml_files, settings, analysis, posting, suggestions, assistant, panel)
        for size, steps in ((DESKTOP, desktop), (PHONE, (phone, assistant_on_phone))):
            page = browser.new_context(viewport=size, locale="es-CL").new_page()
            page.on("pageerror", lambda error: sys.exit(f"The browser met an error: {error}"))
            page.add_init_script(NO_CHAT)
            log_in(page)
            for step in steps:
                step(page)
        browser.close()


if __name__ == "__main__":
    main()
