"""Part ``changes``: controlled changes of pages like the SII's and of real ones; a watcher of whole texts beside it."""

import hashlib
import random
from collections import Counter

from ..gateway import plain  # noqa: F401 - before anything of the addon: Odoo is not needed
from ..harness import Metric, Options, say, shared_data, table, wilson
from .mutations import BROKEN, COSMETIC, Expected, encoded, row_changes
from .real import real_cases
from .site import PAGES, rows_for

from l10n_cl_ai.sii.look import Look, look  # isort: skip
from l10n_cl_ai.sii.page_text import NoText, read_html  # isort: skip

#: Mutations of each page of ours: of rows (with cosmetic noise on top of half of them), cosmetic, broken.
ROWS, COSMETICS, BROKENS = 120, 80, 30


def changes(options: Options) -> dict[str, Metric]:
    """Return the share of row changes found exactly, and of false alarms."""
    tally = run(random.Random(options.seed), shared_data() is not None)
    found, alarms = tally.figures()
    tally.show()
    return {
        "row_changes_found": Metric(round(found[0] / found[1], 4), 1.0, found[1], more={"interval": wilson(*found)}),
        "false_alarms": Metric(alarms[0], 0, alarms[1], most=True, more={"of_texts_watched_whole": tally.whole_alarms}),
    }


class Tally:
    """What came of each mutation."""

    def __init__(self):
        self.right, self.all, self.misses = Counter(), Counter(), []
        self.whole_alarms = 0

    def rows(self, name: str, seen: Look, expected: Expected) -> None:
        told = Expected(len(seen.changes.added), len(seen.changes.changed), len(seen.changes.removed))
        self._count(f"rows: {name}", told == expected and not seen.doubt, (told, expected, seen.doubt))

    def quiet(self, name: str, seen: Look) -> None:
        self._count(f"quiet: {name}", bool(seen.doubt) or not seen.changes, (seen.changes, seen.doubt))

    def _count(self, name, right, why):
        self.all[name] += 1
        self.right[name] += right
        if not right:
            self.misses.append((name, why))

    def figures(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Return (found, of how many) row changes, and (false alarms, of how many)."""
        rows = [name for name in self.all if name.startswith("rows")]
        quiet = [name for name in self.all if name.startswith("quiet")]
        return (
            (sum(self.right[name] for name in rows), sum(self.all[name] for name in rows)),
            (sum(self.all[name] - self.right[name] for name in quiet), sum(self.all[name] for name in quiet)),
        )

    def show(self) -> None:
        table(
            "mutations",
            ["mutation", "right", "of"],
            [[name, self.right[name], self.all[name]] for name in sorted(self.all)],
        )
        for name, why in self.misses[:10]:
            say(f"  {name}: {why}"[:300])


def run(lot: random.Random, real: bool = False) -> Tally:
    """Mutate every page and look at it.

    :param real: the SII's own saved pages as well, from beside this checkout
    """
    tally = Tally()
    for page in PAGES:
        rows = rows_for(page, lot)
        before = encoded(page.write(rows))
        known = {row.identity: row.digest for row in look(page.mapping, before, page.url, "", None).rows}
        if len(known) != len(rows):
            raise AssertionError(f"{page.name}: {len(known)} rows are read of {len(rows)}")
        seen_whole = _whole(before)

        def seen(text, page=page, known=known):
            return look(page.mapping, encoded(text), page.url, "", known)

        for at in range(ROWS):
            name, after, expected = row_changes(page, rows, lot)
            text = page.write(after)
            if at % 2:
                text = COSMETIC[lot.choice(sorted(COSMETIC))](text, lot)
            tally.rows(name, seen(text), expected)
        for _time in range(COSMETICS):
            name, after = lot.choice(sorted(COSMETIC)), list(rows)
            if lot.random() < 0.3:
                lot.shuffle(after)
            text = COSMETIC[name](page.write(after), lot)
            tally.quiet(name, seen(text))
            tally.whole_alarms += _whole(encoded(text)) != seen_whole
        for _time in range(BROKENS):
            name = lot.choice(sorted(BROKEN))
            text = BROKEN[name](page.write(rows), lot)
            tally.quiet(name, seen(text))
            tally.whole_alarms += _whole(encoded(text)) != seen_whole
    if real:
        for mapping, known, body, name, expected in real_cases(lot):
            told = look(mapping, body, "https://www.sii.cl/x.htm", "", known)
            if expected is None:
                tally.quiet(name, told)
            else:
                tally.rows(name, told, expected)
    return tally


def _whole(body: bytes) -> str:
    """The peer: a watcher that hashes a page's text."""
    try:
        return hashlib.sha256(read_html(body).text.encode()).hexdigest()
    except NoText:
        return ""
