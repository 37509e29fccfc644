"""An office with the demo's companies and people, driven from outside: what they do, and what the provider sees."""

import contextlib
from collections.abc import Iterator

from ..gateway.provider import Provider
from ..gateway.workers_odoo import Odoo, Session
from ..gateway.workers_way import Way, until

#: Milliseconds are not what is measured here: a press of a button that took longer has waited for somebody.
PROMPT = 3.0


class Office(Way):
    """The demo: Camila is an accountant, Javiera a manager; two companies."""

    def __init__(self, odoo: Odoo, provider: Provider, workers: int):
        super().__init__(odoo, provider, workers, None)

    def prepare(self) -> None:
        """Let both log in, and Javiera accept what a review sends, for the first company."""
        self.admin = Session(self.odoo, "admin", "admin")
        self.manager, self.accountant = Session(self.odoo, "jefa", "jefa"), Session(self.odoo, "contador", "contador")
        self.feature = self.admin.ref("feature_dte_review")
        self.home, self.elsewhere = (self.admin.ref(f"demo_company_{name}") for name in ("nuble", "quillon"))
        self.accept(self.home)

    def document(self, text: str, company: int | None = None) -> int:
        """Write an exempt invoice of one line, as nobody has seen it before; return its id."""
        here = company or self.home
        origin = self.admin.ref("demo_furnished" if here == self.home else "demo_quillon_invoice")
        [move] = self.accountant.call("account.move", "copy", [origin], company=here)
        [data] = self.accountant.call("account.move", "read", [move], ["invoice_line_ids"], company=here)
        values = {"invoice_line_ids": [[1, data["invoice_line_ids"][0], {"name": text}]], "invoice_date": "2026-11-20"}
        self.accountant.call("account.move", "write", [move], values, company=here)
        return move

    def press(self, move: int, company: int | None = None) -> None:
        """Press *Review with AI*."""
        self.accountant.call(
            "account.move", "action_l10n_cl_ai_review", [move], company=company or self.home, button=True)

    def review(self, move: int) -> dict:
        """Return the last review of a document, as the database has it now."""
        names = ("id", "state", "reason", "recommendation", "finding_count", "attempts", "cost")
        rows = self.odoo.query(
            f"SELECT {', '.join(names)} FROM l10n_cl_ai_review WHERE move_id = %s ORDER BY id DESC LIMIT 1", move)
        return dict(zip(names, rows[0], strict=True)) if rows else {}

    def finished(self, move: int) -> dict:
        """Wait for the background to be done with a document, and return its review."""
        until(lambda: self.review(move).get("state") not in (None, "queued", "running"))
        return self.review(move)

    def reviewed(self, text: str, company: int | None = None) -> dict:
        move = self.document(text, company)
        self.press(move, company)
        return self.finished(move)

    @contextlib.contextmanager
    def holding(self, text: str) -> Iterator[int]:
        """Press the button, and keep the provider from answering until the block ends. Yields the document's id."""
        move = self.document(text)
        self.provider.script(gate="bench")
        try:
            self.press(move)
            until(lambda: self.asked() > 0)
            yield move
        finally:
            self.provider.open("bench")
