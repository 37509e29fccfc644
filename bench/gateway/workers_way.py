"""One way to run Odoo with the gateway in it, driven from outside: what people do, and what the provider sees."""

import contextlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from .provider import Provider
from .workers_odoo import Odoo, Session

FEATURE = "dte_review"
#: Seconds: a call's deadline as most checks want it, and for how long something is waited for.
LONG, _ARRIVAL = 20.0, 15.0
_SHOWN = ("status", "reason", "answer", "request_id", "message")


class Failed(AssertionError):
    """A check that was not passed, with what was found instead."""


def expect(passed: bool, found: object) -> None:
    if not passed:
        raise Failed(str(found))


@dataclass
class Way:
    """One way to run Odoo, driven from outside.

    :param redis: the process to kill, and where it listens; None without Redis
    :param calls: that the provider got and has since forgotten
    """

    odoo: Odoo
    provider: Provider
    workers: int
    redis: tuple | None
    calls: list[dict] = field(default_factory=list)
    late: float = 0.0
    other: float = 0.0

    # --- what people do -----------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Have a second company, and a manager of both who accepts the feature in the first by its dialog."""
        self.admin = Session(self.odoo, "admin", "admin")
        self.feature = self.admin.ref(f"feature_{FEATURE}")
        self.home = self.admin.ref("main_company", "base")
        [self.elsewhere] = self.admin.call("res.company", "create", [{"name": "Segunda SpA"}])
        self.admin.call("res.users", "create", [{
            "name": "Encargada", "login": "encargada", "password": "encargada", "company_id": self.home,
            "company_ids": [[6, 0, [self.home, self.elsewhere]]],
            "group_ids": [[6, 0, [self.admin.ref("group_manager")]]],
        }])  # fmt: skip
        self.set_deadline(LONG)
        self.manager = Session(self.odoo, "encargada", "encargada")
        self.accept(self.home)
        with ThreadPoolExecutor(4) as pool:  # every worker has shown a page before pages are timed
            list(pool.map(lambda _number: (self.odoo.get("/web/login"), self.read()), range(8)))

    def accept(self, company: int) -> None:
        switch = self.manager.find(
            "l10n_cl_ai.feature.switch", ["feature_id", "=", self.feature], ["company_id", "=", company])
        action = self.manager.call("l10n_cl_ai.feature.switch", "action_open_accept", [switch], button=True)
        model, context = action["res_model"], {**action["context"], "company": company}
        [dialog] = self.manager.call(model, "create", [{"accepted": True}], **context)
        self.manager.call(model, "action_accept", [dialog], company=company, button=True)

    def set_deadline(self, seconds: float) -> None:
        self.admin.call("l10n_cl_ai.feature", "write", [self.feature], {"deadline": seconds})

    def ask(self, text: str, company: int | None = None) -> dict:
        """Press the button of the dialog that tries a feature; return what it shows, and the seconds of the press."""
        model, here = "l10n_cl_ai.try.wizard", company or self.home
        [dialog] = self.manager.call(model, "create", [{"feature_id": self.feature, "text": text}], company=here)
        start = time.monotonic()
        self.manager.call(model, "action_ask", [dialog], company=here, button=True)
        seconds = time.monotonic() - start
        [shown] = self.manager.call(model, "read", [dialog], list(_SHOWN), company=here)
        return {**shown, "seconds": seconds}

    def read(self) -> float:
        """Read some records; return the seconds it took."""
        start = time.monotonic()
        self.manager.call("l10n_cl_ai.feature", "search_read", [], ["name", "state"], company=self.home)
        return time.monotonic() - start

    # --- what the provider sees ---------------------------------------------------------------------------------------

    def forget(self) -> None:
        """Begin anew with the provider; what it has billed is kept."""
        until(lambda: all(call["done"] for call in self.provider.calls()))
        self.calls += self.provider.calls()
        self.provider.reset()

    def asked(self) -> int:
        return sum(call["kind"] == "messages" for call in self.provider.calls())

    @contextlib.contextmanager
    def held(self, asks: list[Callable[[], dict]]) -> Iterator[list[Future]]:
        """Ask while the provider holds its answers back, until the gate is opened."""
        self.provider.script(gate="bench")
        with ThreadPoolExecutor(len(asks)) as pool:
            try:
                futures = [pool.submit(ask) for ask in asks]
                until(lambda: self.asked() > 0)
                yield futures
            finally:
                self.provider.open("bench")


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + _ARRIVAL
    while not happened():
        if time.monotonic() > end:
            raise Failed("waited in vain")
        time.sleep(0.03)
