"""A hundred answers at once on Odoo's evented process, beside it idle; and what we add to the first word."""

import concurrent.futures
import http.client
import json
import statistics
import threading
import time
import urllib.parse

from ..gateway.provider import Provider, standin
from ..gateway.workers_odoo import Odoo, serving
from ..harness import Metric, Options, say, table
from .talk import Person, Stream
from .ways_office import Office

#: Answers at once, and seconds between two words of each.
STREAMS, _TRICKLE = 100, 0.5
_TEXT = "palabra " * 400
#: Questions, and pings, of a measurement.
_QUESTIONS, _PINGS = 15, 60
_PING = "/web/health"
#: By which the provider knows the questions that are answered at length.
_LONG = "Explica todo"


def load(_options: Options) -> dict[str, Metric]:
    """Serve the demo with two workers, and measure its evented process."""
    from house import demo, postgres  # noqa: PLC0415 - only where the house stands

    with postgres.running() as server, standin() as provider:
        environment = {"L10N_CL_AI_API_KEY": provider.key, "L10N_CL_AI_BASE_URL": provider.url}
        with serving(server, demo.template(server), workers=2, **environment) as odoo:
            office = Office(odoo, provider, 2)
            office.prepare()
            office.admin.call("l10n_cl_ai.feature", "write", [office.feature], {"rate_per_minute": 100_000})
            budgets = office.manager.call("l10n_cl_ai.budget", "search", [], company=office.home)
            office.manager.call("l10n_cl_ai.budget", "write", budgets, {"limit_usd": 1000.0}, company=office.home)
            return _measure(office)


def _measure(office: Office) -> dict[str, Metric]:
    office.says(_TEXT, trickle=_TRICKLE, when={"contains": _LONG})
    office.says("Hola, esto es una respuesta corta. " * 3, trickle=0.01)
    _first_words(office.camila, 3)  # what is loaded at first use is no matter of every question
    floor = _floor(office.provider)
    idle, ping = _first_words(office.camila, _QUESTIONS), _pings(office.odoo)
    with _crowd(office):
        busy_ping = _pings(office.odoo)
        busy = _first_words(office.camila, _QUESTIONS)
        [(still,)] = office.odoo.query("SELECT count(*) FROM l10n_cl_ai_message WHERE status = 'running'")
    added = (statistics.median(idle) - statistics.median(floor)) * 1000
    rows = [(name, *(f"{value * 1000:.1f}" for value in (statistics.median(times), _p95(times)))) for name, times in (
        ("provider alone, first word", floor), ("idle, first word", idle), (f"{STREAMS} answers, first word", busy),
        ("idle, ping", ping), (f"{STREAMS} answers, ping", busy_ping))]  # fmt: skip
    table("Odoo's evented process", ("", "p50 ms", "p95 ms"), rows)
    say(f"  {still} of {STREAMS} answers were still being written at the end.")
    return {
        "load_added_to_first_word_ms": Metric(round(added, 1), 50, len(idle), most=True),
        "load_first_word_ratio": Metric(
            round(statistics.median(busy) / statistics.median(idle), 2), 1.5, len(busy), most=True
        ),
        "load_ping_ratio": Metric(
            round(statistics.median(busy_ping) / statistics.median(ping), 2), 1.5, len(busy_ping), most=True
        ),
        "load_streams": Metric(still, STREAMS, STREAMS),
    }


def _p95(times):
    return sorted(times)[int(len(times) * 0.95)]


def _first_words(person: Person, count: int) -> list[float]:
    """Return the seconds until the first piece of an answer, of so many questions one after the other."""
    times = []
    for number in range(count):
        stream = person.asks(f"Pregunta {number}", evented=True)
        stream.until("blocks")
        times.append(stream.first("blocks"))
        stream.until("done")
    return times


def _floor(provider: Provider) -> list[float]:
    """Return the seconds until the provider's first piece of text, sent what we sent, without us: what it makes of our
    instructions and tools is its own time.
    """
    where, times = urllib.parse.urlsplit(provider.url), []
    body = json.dumps(provider.calls()[-1]["body"])
    headers = {"Authorization": f"Bearer {provider.key}", "anthropic-version": "2026-10-21",
               "Content-Type": "application/json"}  # fmt: skip
    for _number in range(_QUESTIONS):
        connection = http.client.HTTPConnection(where.hostname, where.port, timeout=30)
        start = time.monotonic()
        connection.request("POST", "/v1/messages", body, headers)
        for line in connection.getresponse():
            if b"text_delta" in line:
                times.append(time.monotonic() - start)
                break
        connection.close()
    return times


def _pings(odoo: Odoo) -> list[float]:
    """Return the seconds that Odoo's own sign of life takes on the evented process."""
    where, times = urllib.parse.urlsplit(odoo.evented_url), []
    for _number in range(_PINGS):
        start = time.monotonic()
        connection = http.client.HTTPConnection(where.hostname, where.port, timeout=30)
        connection.request("GET", _PING)
        connection.getresponse().read()
        connection.close()
        times.append(time.monotonic() - start)
    return times


class _crowd:
    """So many people who read answers that go on all the while."""

    def __init__(self, office: Office):
        self._office, self._streams = office, []

    def __enter__(self) -> list[Stream]:
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            self._streams = list(pool.map(self._open, range(STREAMS)))
        for stream in self._streams:
            threading.Thread(target=self._read, args=(stream,), daemon=True).start()
        return self._streams

    def _open(self, number):
        stream = self._office.camila.asks(f"{_LONG} {number}", evented=True)
        stream.until("blocks")
        return stream

    def _read(self, stream):
        try:
            for _event in stream:
                pass
        except (OSError, ValueError, AttributeError, http.client.HTTPException):
            return  # it was left

    def __exit__(self, *_error):
        for stream in self._streams:
            stream.leave()
