"""Part ``render``: hostile answers as shown, here and in a real browser; the time beside Odoo's sanitiser."""

import json
import random
import statistics
import subprocess
import sys
from collections import Counter

from ..gateway import plain  # noqa: F401 - before anything of the addon: Odoo is not needed
from ..harness import ROOT, Metric, Options, interleave, pin_to_one_cpu, say, table
from .grounded_world import invoice
from .render_payloads import payloads

from l10n_cl_ai.chat.markdown import render as rendered  # isort: skip

sys.path.insert(0, str(ROOT / "tests" / "unit"))
from markup import faults

HOSTS, SEEN, KEYS = frozenset({"sii.cl"}), {"sii.cl", "www.sii.cl"}, frozenset({"A1", "R1", "R2", "R3"})
ANSWERS = 60


def render(options: Options) -> dict[str, Metric]:
    return _hostile(options) | _timed(options)


def _hostile(options: Options) -> dict[str, Metric]:
    texts = payloads()
    shown = ["".join(rendered(text, KEYS, HOSTS)) for text in texts]
    found = Counter()
    for text, html in zip(texts, shown):
        for fault in (wrong := faults([html], SEEN, KEYS)):
            found[fault.split(" ")[0]] += 1
        if wrong and options.verbose:
            say(f"  {wrong} in {text[:120]!r}")
    ours, raw = _browser(shown), _browser(texts)
    table(
        "hostile answers in Chromium",
        ("what", "scripts", "loads", "covers"),
        [(name, *told.values()) for name, told in (("as rendered", ours), ("unrendered (control)", raw)) if told],
    )
    outcome = {"hostile_faults": Metric(found.total(), 0, len(texts), most=True)}
    for name in ("scripts", "requests", "covers"):
        more = {"unrendered": raw[name]} if raw else {"skipped": "no browser"}
        outcome[f"hostile_{name}"] = Metric(ours[name] if ours else None, 0, len(texts), most=True, more=more)
    return outcome


def _browser(pages: list[str]) -> dict[str, int] | None:
    """Return what pages do in a browser; None where there is none."""
    python = ROOT / ".dev" / "screens" / "bin" / "python"
    if not python.exists():
        return None
    texts = json.dumps([page.encode("utf-8", "replace").decode() for page in pages])
    run = subprocess.run(
        [python, ROOT / "bench" / "chat" / "render_browser.py"],
        input=texts,
        capture_output=True,
        text=True,
        timeout=300,
    )
    if run.returncode:
        say(f"  the browser: {run.stderr[-400:]}")
        return None
    return json.loads(run.stdout.splitlines()[-1])


def _timed(options: Options) -> dict[str, Metric]:
    """Compare with what Odoo would take to clean the same HTML."""
    try:
        from odoo.tools.mail import html_sanitize  # noqa: PLC0415 - only where Odoo is
    except ImportError:
        return {"render_time_ratio": Metric(None, 0.3, most=True, more={"skipped": "no Odoo"})}
    lot = random.Random(options.seed)
    answers = [answer(lot) for _number in range(ANSWERS)]
    pages = ["".join(rendered(text, KEYS, HOSTS)) for text in answers]
    pin_to_one_cpu()
    seconds = interleave(
        {
            "render": lambda: [rendered(text, KEYS, HOSTS) for text in answers],
            "html_sanitize": lambda: [html_sanitize(page) for page in pages],
        },
        max(options.rounds, 7),
    )
    ratios = [ours / theirs for ours, theirs in zip(seconds["render"], seconds["html_sanitize"])]
    table(
        "time",
        ("who", "ms an answer"),
        [(name, round(1000 * statistics.median(runs) / ANSWERS, 3)) for name, runs in seconds.items()],
    )
    spread = {"min": round(min(ratios), 3), "max": round(max(ratios), 3)}
    return {"render_time_ratio": Metric(round(statistics.median(ratios), 3), 0.3, ANSWERS, most=True, more=spread)}


def answer(lot: random.Random) -> str:
    """Return an answer such as the assistant gives: a statement, a list, a table of invoices, an offer."""
    rows = [invoice(lot, folio) for folio in lot.sample(range(100, 99_999), lot.randrange(3, 9))]
    lines = "\n".join(
        f"| {row['document']} | {row['partner_id']} | {row['invoice_date_due']} | $ {row['amount_total']:,} | [R{at % 3 + 1}] |"  # noqa: E501
        for at, row in enumerate(rows)
    )
    return (
        f"Hay **{len(rows)} facturas** sin pagar; la mayor vence el {rows[0]['invoice_date_due']} [R1].\n\n"
        f"### Detalle\n\n| Documento | Cliente | Vence | Total | |\n|---|---|---|--:|---|\n{lines}\n\n"
        "Para reclamar una factura recibida:\n\n1. Entre en el registro de compras del SII "
        "[A1].\n2. Elija *Reclamar* antes de ocho "
        "días corridos [A1].\n   - Por el contenido, `RCD`\n   - Por falta de mercaderías, "
        "`RFT`\n\n> El plazo corre desde la recepción.\n\n"
        "Más en https://www.sii.cl/preguntas_frecuentes/ o en [el "
        "registro](https://sii.cl/rcv). ¿Quiere que busque otra?"
    )
