"""An office of the demo's people who talk with the assistant."""

from ..gateway.provider import Provider
from ..gateway.workers_odoo import Odoo, Session
from ..gateway.workers_way import Way, until
from .talk import Person

_MESSAGE = "SELECT {} FROM l10n_cl_ai_message WHERE id = %s"


class Office(Way):
    """Camila asks, Javiera manages; two companies."""

    def __init__(self, odoo: Odoo, provider: Provider, workers: int):
        super().__init__(odoo, provider, workers, None)

    def prepare(self) -> None:
        """Let both log in, and Javiera accept what the assistant sends, for the first company."""
        self.admin, self.manager = Session(self.odoo, "admin", "admin"), Session(self.odoo, "jefa", "jefa")
        self.feature = self.admin.ref("feature_chat")
        self.home, self.elsewhere = (self.admin.ref(f"demo_company_{name}") for name in ("nuble", "quillon"))
        self.accept(self.home)
        self.camila = Person(self.odoo, "contador", "contador", self.home)

    def status(self, message: int) -> tuple:
        """Return (status, reason, text, cost) of an answer, as the database has it now."""
        [row] = self.odoo.query(_MESSAGE.format("status, reason, text, cost"), message)
        return row

    def ended(self, message: int, seconds_more: bool = False) -> tuple:
        """Wait until an answer is not being written any more, and return its status."""
        until(lambda: self.status(message)[0] != "running")
        return self.status(message)

    def says(self, text: str, **how) -> None:
        """Let the provider answer so from now on."""
        self.provider.script(answer=text, **how)
