"""Part ``grounded``: a scripted liar and honest answers before the check; reported of the half not tuned on."""

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace

from ..gateway import plain  # noqa: F401 - before anything of the addon: Odoo is not needed
from ..harness import Metric, Options, say, share, table, wilson
from .grounded_honest import Answer, lay_out, reworded, told
from .grounded_lies import CITATIONS, WORDS
from .grounded_world import Statement, half, invoice, said_in, texts

from l10n_cl_ai.chat.grounding import check  # isort: skip

#: Answers of each half.
HONEST, EACH_LIE = 1200, 60


def grounded(options: Options) -> dict[str, Metric]:
    """Return the share of lies that are marked, and of honest statements that are."""
    outcome = {}
    for part in ("tune", "held"):
        pool = Pool(part, random.Random(f"{options.seed}-{part}"))
        outcome[part] = (
            honest(pool, options.verbose and part == "tune"),
            lies(pool, options.verbose and part == "tune"),
        )
        _show(part, *outcome[part])
    (alarms, said), caught = outcome["held"]
    hits, n = sum(hit for hit, _n in caught.values()), sum(n for _hit, n in caught.values())
    return {
        "lies_caught": Metric(round(hits / n, 4), 1.0, n, more={"interval": wilson(hits, n), "missed": n - hits}),
        "false_alarms": Metric(round(alarms / said, 4), 0.02, said, most=True, more={"interval": wilson(alarms, said)}),
    }


class Pool:
    """Statements of one half of the sources."""

    def __init__(self, part: str, lot: random.Random) -> None:
        self.lot = lot
        self.texts = [
            (text, found) for identity, text in texts() if half(identity) == part and (found := said_in(text))
        ]
        if not self.texts:
            say("  no texts beside this checkout: records only")

    def statements(self) -> tuple[list[Statement], dict[str, str]]:
        """Return one to three statements, of records or of texts, and all that was shown."""
        return self._of_records() if not self.texts or self.lot.random() < 0.3 else self._of_texts()

    def _of_records(self) -> tuple[list[Statement], dict[str, str]]:
        rows = [invoice(self.lot, folio) for folio in self.lot.sample(range(100, 99_999), 4)]
        sources = {
            f"R{at}": json.dumps(row, ensure_ascii=False, separators=(",", ":")) for at, row in enumerate(rows, 1)
        }
        chosen = self.lot.sample(range(4), self.lot.randrange(1, 4))
        return [
            Statement(told(rows[at], self.lot), f"R{at + 1}", sources[f"R{at + 1}"], "record") for at in chosen
        ], sources

    def _of_texts(self) -> tuple[list[Statement], dict[str, str]]:
        shown = self.lot.sample(self.texts, 3)
        sources = {f"A{at}": text for at, (text, _said) in enumerate(shown, 1)}
        first = shown[0][1]
        said = [
            Statement(reworded(one, self.lot), "A1", shown[0][0])
            for one in self.lot.sample(first, min(len(first), self.lot.randrange(1, 3)))
        ]
        if self.lot.random() < 0.3:
            said.append(Statement(reworded(self.lot.choice(shown[1][1]), self.lot), "A2", shown[1][0]))
        return said, sources


def honest(pool: Pool, verbose: bool = False) -> tuple[int, int]:
    """Return how many honest statements are marked, of how many."""
    alarms = said = 0
    for _number in range(HONEST):
        statements, sources = pool.statements()
        answer = lay_out(statements, sources, pool.lot)
        report = check(answer.text, sources)
        said += len(statements)
        hit = [span for span in answer.spans if _marked(report, span)]
        elsewhere = any(not any(start < b and a < end for a, b in answer.spans) for start, end, _why in report.marks)
        alarms += len(hit) + elsewhere
        if verbose and report.marks:
            say(
                f"  alarm ({answer.what}) {[(answer.text[a:b], why) for a, b, why in report.marks]}\n     {answer.text!r}"  # noqa: E501
            )
    return alarms, said


def lies(pool: Pool, verbose: bool = False) -> dict[str, tuple[int, int]]:
    """Return (caught, told) by the way of lying."""
    counts: dict[str, Counter] = defaultdict(Counter)
    for way in (*WORDS, *CITATIONS):
        tries = 0
        while counts[way]["told"] < EACH_LIE and (tries := tries + 1) < 6000:
            for answer, at in _spoiled(way, pool):
                report = check(answer.text, answer.sources)
                caught = _marked(report, answer.spans[at])
                counts[way].update(told=1, caught=caught)
                if verbose and not caught:
                    say(f"  missed ({way}) {answer.statements[at].text!r}\n     {answer.statements[at].source!r}")
    return {way: (count["caught"], count["told"]) for way, count in counts.items()}


def _spoiled(way: str, pool: Pool) -> Iterator[tuple[Answer, int]]:
    statements, sources = pool.statements()
    at = pool.lot.randrange(len(statements))
    one = statements[at]
    if way in WORDS:
        text = WORDS[way](one, pool.lot)
        if not text or text == one.text or text in one.source:
            return
        statements[at] = replace(one, text=text)
    elif way == "unknown key":
        statements[at] = replace(one, key=f"{one.key[0]}{pool.lot.randrange(40, 90)}")
    elif way == "wrong source":
        others = [key for key in sources if sources[key] != one.source and not _says(sources[key], one.text)]
        if not others:
            return
        statements[at] = replace(one, key=pool.lot.choice(others))
    else:
        statements, at = [replace(one, key="")], 0
    yield lay_out(statements, sources, pool.lot), at


def _says(source: str, text: str) -> bool:
    """Return whether another source says the same: boilerplate that stands below many answers of the SII."""
    words = re.findall(r"\w{5,}", text.lower())
    return sum(word in source.lower() for word in words) >= 0.85 * len(words)


def _marked(report, span: tuple[int, int]) -> bool:
    return any(start < span[1] and span[0] < end for start, end, _why in report.marks)


def _show(part: str, said: tuple[int, int], caught: dict[str, tuple[int, int]]) -> None:
    rows = [(way, share(hit, n)) for way, (hit, n) in caught.items()]
    table(f"{part}: lies caught", ("way", "caught"), rows)
    say(f"  all: {share(sum(hit for hit, _n in caught.values()), sum(n for _hit, n in caught.values()))}")
    say(f"  honest statements marked: {share(*said)}")
