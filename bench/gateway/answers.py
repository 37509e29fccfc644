"""Answers: what a model may write, fuzzed, through the reader; and every fault a provider may have, through the SDK.

The model's faults are played in process, a hundred thousand times; the provider's by the stand-in, over loopback.
"""

import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable

from ..harness import ROOT, Metric, Options, spread, table
from . import plain  # noqa: F401 - makes the addon's pure packages and the stand-in importable

_TEXTS, _DEADLINE, _SLACK_MS, _TRIES = 120_000, 0.4, 100, 3
#: The fault modes: a provider slow, busy, broken, or somebody else.
FAULTS = (
    "overloaded", "rate_limited", "server_error", "html_502", "unauthorized", "slow", "reset", "html", "empty",
    "stream_reset", "stream_clean", "stream_hang", "stream_bad_json", "trickle", "stream_error", "invalid_utf8",
)  # fmt: skip


def answers(options: Options) -> dict[str, Metric]:
    """Run both halves."""
    if str(ROOT / "tests") not in sys.path:
        sys.path.append(str(ROOT / "tests"))
    return {**_fuzz(options), **_faults()}


# --- the model ----------------------------------------------------------------------------------------------------


def _fuzz(options: Options) -> dict[str, Metric]:
    from llm_examples import SCHEMA, Review  # noqa: PLC0415

    from l10n_cl_ai.llm import answers as reader  # noqa: PLC0415
    from l10n_cl_ai.llm.conform import conform  # noqa: PLC0415

    rng = random.Random(options.seed)
    ended: Counter[str] = Counter()
    outwards, taken_in, lost = [], [], 0
    reading = 0.0
    for _ in range(_TEXTS):
        value = _value(rng)
        how = rng.choice(list(_DAMAGE))
        text = _DAMAGE[how](rng, value)
        start = time.thread_time()
        try:
            read = reader.read(text, SCHEMA, Review.from_json)
        except (reader.InvalidAnswer, reader.Abstained) as refused:
            ended["abstention" if isinstance(refused, reader.Abstained) else "refusal in words"] += 1
            lost += how in _HARMLESS and isinstance(refused, reader.InvalidAnswer)
        except Exception as error:  # noqa: BLE001 - this is what is counted
            outwards.append(f"{type(error).__name__} on {text[:80]!r}")
        else:
            ended["answer"] += 1
            taken_in.append(read)
        reading += time.thread_time() - start
    inwards = sum(not _valid(one, SCHEMA, conform) for one in taken_in)
    table(
        "What the reader made of fuzzed answers", ("ended as", "times"), [*ended.items(), ("traceback", len(outwards))]
    )
    for line in outwards[:5]:
        sys.stdout.write(f"  {line}\n")
    return {
        "answers_exceptions_outwards": Metric(len(outwards), goal=0, most=True, n=_TEXTS),
        "answers_invalid_inwards": Metric(inwards, goal=0, most=True, n=ended["answer"]),
        "answers_good_ones_refused": Metric(lost, goal=0, most=True, n=_TEXTS),
        "answers_read_us": Metric(round(reading / _TEXTS * 1e6, 1), n=_TEXTS),
    }


def _valid(review, schema: dict, conform: Callable) -> bool:
    """Whether an answer taken in keeps every promise, looked at from outside: not by what let it in."""
    again = review.model_dump(mode="json", exclude_unset=True)
    lines = [one["line"] for one in again["findings"]]
    return (
        conform(json.loads(json.dumps(again, allow_nan=False)), schema) == again
        and again["verdict"] in ("send", "review")
        and 0 <= again["confidence"] <= 1
        and all(line is None or (type(line) is int and 1 <= line <= 1000) for line in lines)
        and all(len(one["rule"]) <= 40 and "\x00" not in one["rule"] for one in again["findings"])
        and not (again["verdict"] == "send" and any(one["severity"] == "error" for one in again["findings"]))
        and bool(json.dumps(again, ensure_ascii=False).encode())
    )


_SCRAPS = (
    '"',
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\\",
    "\\u",
    "\\ud83d",
    "null",
    "NaN",
    "1e999",
    "```json\n",
    "```",
    "\x00",
    "\ud800",
    "\ufeff",
    "9" * 40,
    "-",
    "true",
    "//",
    "<data>",
    "\n",
    "ñ",
    "😀",
    '"verdict":',
    "'",
)
_ODD = (
    None,
    True,
    -1,
    0,
    1.5,
    3.0,
    10**17,
    10**40,
    1e308,
    "",
    "send",
    "SEND",
    "ERROR",
    "\x00",
    "\ud800",
    [],
    {},
    [[]],
    {"a": 1},
)


def _value(rng: random.Random) -> dict:
    """An answer that is right, but for a contradiction or an abstention now and then."""
    return {
        "verdict": rng.choice(("send", "review", "Review", "REVIEW", "unknown")),
        "confidence": rng.choice((0, 1, 0.5, round(rng.random(), 3))),
        "findings": [
            {"rule": rng.choice(("F04", 'a "{x}" [b', "ñ😀\n", "")), "severity": rng.choice(("warning", "Warning")),
             "line": rng.choice((None, 1, 7.0, 1000)),
             **({"tone": rng.choice(("Alto", "BAJO", None))} if rng.random() < 0.5 else {})}
            for _ in range(rng.randrange(4))
        ],
    }  # fmt: skip


def _plain(rng: random.Random, value: dict) -> str:
    return json.dumps(value, ensure_ascii=rng.random() < 0.5, indent=rng.choice((None, 2)))


def _around(before: str, after: str) -> Callable[[random.Random, dict], str]:
    return lambda rng, value: before + _plain(rng, value) + after


def _cut(rng: random.Random, value: dict) -> str:
    text = _plain(rng, value)
    return text[: rng.randrange(len(text))]


def _mutated(rng: random.Random, value: dict) -> str:
    text = _plain(rng, value)
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(len(text) + 1)
        text = text[:place] + rng.choice((*_SCRAPS, "")) + text[place + rng.randrange(4) :]
    return text


def _soup(rng: random.Random, _value: dict) -> str:
    return "".join(rng.choice(_SCRAPS) for _ in range(rng.randrange(60)))


def _nested(rng: random.Random, value: dict) -> str:
    levels = rng.choice((3, 31, 33, 500, 20_000))
    return rng.choice(('{"a":', "[", '{"findings":[')) * levels + _plain(rng, value) * rng.randrange(2)


def _odd_values(rng: random.Random, value: dict) -> str:
    places = [value, *value["findings"]]
    for _ in range(rng.randint(1, 3)):
        one = rng.choice(places)
        one[rng.choice([*one, "extra", "Verdict"])] = rng.choice(_ODD)
    return json.dumps(value)


def _pair(rng: random.Random, value: dict) -> str:
    return _plain(rng, value) + rng.choice(("", "\n", ", ", "\nMejor:\n")) + _plain(rng, _value(rng))


def _trailing_comma(rng: random.Random, value: dict) -> str:
    return _plain(rng, value)[:-1] + ",}"


def _key_twice(rng: random.Random, value: dict) -> str:
    return json.dumps(value)[:-1] + f', "{rng.choice(list(value))}": 1}}'


#: What a model may do to its answer that changes nothing.
_HARMLESS = {
    "fence": _around("```json\n", "\n```"), "prose": _around("Claro, aquí está:\n\n", "\n\n¿Algo más?"),
    "bom": _around("\ufeff", ""), "brackets": _around("Según [1] y {así}: ", " (ver [2])."),
}  # fmt: skip
_DAMAGE: dict[str, Callable[[random.Random, dict], str]] = {
    **_HARMLESS, "plain": _plain, "cut": _cut, "mutated": _mutated, "soup": _soup, "nested": _nested,
    "odd values": _odd_values, "twice": _pair, "trailing comma": _trailing_comma, "key twice": _key_twice,
}  # fmt: skip


# --- the provider -------------------------------------------------------------------------------------------------


def _faults() -> dict[str, Metric]:
    import standin  # noqa: PLC0415 - after the path
    from transport_client import asked  # noqa: PLC0415

    with standin.running() as server:
        asked(server)  # the first call of a process makes its TLS settings
        played = [_Fault(server, mode) for mode in FAULTS]
    table("Faults of the provider", ("fault", "reason", "billing", "after the deadline"), [one.row for one in played])
    late = [max(0.0, one.late_ms) for one in played]
    return {
        "faults_tracebacks": Metric(sum(bool(one.error) for one in played), goal=0, most=True, n=len(played)),
        "faults_over_deadline_ms": Metric(
            round(max(late), 1), goal=_SLACK_MS, most=True, n=len(late), more=spread(late)
        ),
        "faults_billed_below_provider": Metric(
            sum(one.undercounted for one in played), goal=0, most=True, n=len(played)
        ),
    }


class _Fault:
    """A fault played until it is over in time: the best of some tries, as other work shares the machine."""

    def __init__(self, server, mode: str):
        self.mode, self.error, self.outcome, self.late_ms, self.undercounted = mode, "", None, float("inf"), False
        for _ in range(_TRIES):
            self._play(server)
            if self.error or self.late_ms < _SLACK_MS:
                break

    @property
    def row(self) -> tuple:
        if self.error:
            return self.mode, f"TRACEBACK {self.error}", "", ""
        reason = self.outcome.failure or "answer"
        return self.mode, reason, self.outcome.billing, f"{max(0, self.late_ms):.0f} ms"

    def _play(self, server) -> None:
        from transport_client import call_at  # noqa: PLC0415

        from l10n_cl_ai.llm.transport import RetryBudget, Transport  # noqa: PLC0415

        server.reset()
        server.script(self.mode, times=0)
        start = time.perf_counter()
        try:
            self.outcome = Transport(RetryBudget(loan=9)).call(call_at(server, _DEADLINE))
        except Exception as error:  # noqa: BLE001 - this is what is counted
            self.error = type(error).__name__
            return
        self.late_ms = min(self.late_ms, (time.perf_counter() - start - _DEADLINE) * 1000)
        server.gate("slow").set()
        self.undercounted = self.undercounted or _undercounted(server, self.outcome)


def _undercounted(server, outcome) -> bool:
    """Whether what we count is less than what the provider bills, where we say we know."""
    server.settled(1)
    if outcome.billing == "unknown":
        return False  # charged at the prompt's upper bound by the engine
    billed = server.messages[-1].billed
    return outcome.usage.input < billed.prompt or outcome.usage.output < billed.output
