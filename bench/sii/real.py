"""The SII's own saved pages of tables, mutated cell by cell. They lie beside this checkout and are not copied into
it."""

import random
from collections.abc import Iterator

from lxml import html

from ..harness import shared_data
from .mutations import Expected

from l10n_cl_ai.sii.look import look  # isort: skip
from l10n_cl_ai.sii.mapping import Mapping  # isort: skip

#: Mutations of each page.
EACH = 120


def real_cases(lot: random.Random) -> Iterator[tuple[Mapping, dict[str, str], bytes, str, Expected | None]]:
    """Yield (mapping, what was known, page, name, what must be found; None: nothing)."""
    for path in sorted((shared_data() / "sii_pages").glob("*.html")):
        mapping = Mapping("table", number="1", title="2")
        page = (
            f'<html><head><meta charset="utf-8"></head><body><table>{path.read_text("utf-8")}</table></body></html>'
        ).encode()
        first = look(mapping, page, "https://www.sii.cl/x.htm", "", None)
        known = {row.identity: row.digest for row in first.rows}
        titles = [row for row in first.rows if len(row.title) >= 4 and row.number]
        if len(titles) < 3:
            continue
        for at in range(EACH):
            root = html.fromstring(page.decode())
            name, expected = _mutated(root, titles, lot, at)
            if name:
                yield mapping, known, html.tostring(root, encoding="utf-8"), f"real {name}", expected


def _mutated(root, rows, lot, at) -> tuple[str, Expected | None]:
    if at % 3 == 2:
        for element in root.iter("td"):
            element.set("class", f"c{lot.randrange(9)}")
            element.set("data-x", str(lot.random()))
        root.body.insert(0, html.fromstring(f"<p>Visitas: {lot.randrange(10**6)}</p>"))
        return "attributes", None
    row = lot.choice(rows)
    lines = [line for line in root.iter("tr") if not line.xpath(".//table") and _is(line, row)]
    if len(lines) != 1:
        return "", None
    [line] = lines
    if at % 3:
        line.getparent().remove(line)
        return "removed", Expected(removed=1)
    cell = line.xpath("./td | ./th")[1]
    for child in list(cell):
        cell.remove(child)
    cell.text = f"{row.title} modificado {lot.randrange(100)}"
    return "reworded", Expected(changed=1)


def _is(line, row) -> bool:
    cells = [" ".join(cell.text_content().split()) for cell in line.xpath("./td | ./th")]
    return len(cells) > 1 and cells[0] == row.number and cells[1] == row.title
