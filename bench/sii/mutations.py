"""Controlled changes of pages: of their rows, which must all be found, and of everything else, which must not."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from .site import Item, Page, retitled

Edit = Callable[[str, random.Random], str]


@dataclass(frozen=True)
class Expected:
    """How many rows are added, changed and removed."""

    added: int = 0
    changed: int = 0
    removed: int = 0


# -- of rows -------------------------------------------------------------------------------------------


def row_changes(page: Page, rows: list[Item], lot: random.Random) -> tuple[str, list[Item], Expected]:
    """Return (name, rows after it, what must be found) of one change of rows."""
    ways = _VALUE_WAYS if page.name == "uf" else _WAYS
    name = lot.choice(sorted(ways))
    after, expected = ways[name](list(rows), lot, page)
    return name, after, expected


def _added(rows, lot, page):
    newest = max(rows, key=lambda item: item.number)
    more = lot.choice((1, 1, 2, 3))
    for step in range(1, more + 1):
        number = newest.number + step
        fresh = replace(newest, number=number, day=newest.day + timedelta(days=step), file=f"nueva{number}.pdf",
                        title=f"Establece nuevas instrucciones que se indican en el anexo {number}.")  # fmt: skip
        rows.insert(lot.choice((0, 0, len(rows), lot.randrange(len(rows) + 1))), fresh)
    return rows, Expected(added=more)


def _removed(rows, lot, page):
    for _step in range(gone := lot.choice((1, 1, 2))):
        rows.pop(lot.randrange(len(rows)))
    return rows, Expected(removed=gone)


def _redated(rows, lot, page):
    at = lot.randrange(len(rows))
    # Within its year: a norm of another year is another norm.
    rows[at] = replace(rows[at], day=rows[at].day + timedelta(days=lot.randrange(1, 20)))
    return rows, Expected(changed=1)


def _reworded(rows, lot, page):
    at = lot.randrange(len(rows))
    rows[at] = retitled(rows[at], lot)
    return rows, Expected(changed=1)


def _relinked(rows, lot, page):
    at = lot.randrange(len(rows))
    rows[at] = replace(
        rows[at], file=f"v2_{rows[at].file}" if page.name != "resoluciones" else f"reso_v2_{rows[at].file}"
    )
    by_link = page.name in ("formatos", "noticias")
    return rows, Expected(added=1, removed=1) if by_link else Expected(changed=1)


def _renumbered(rows, lot, page):
    at = lot.randrange(len(rows))
    rows[at] = replace(rows[at], number=rows[at].number + 500)
    by_number = page.name in ("resoluciones", "circulares", "oficios")
    return rows, Expected(added=1, removed=1) if by_number else Expected()


def _new_value(rows, lot, page):
    last = rows[-1]
    rows.append(replace(last, day=last.day.replace(day=28), value="40.123,45"))
    return rows, Expected(added=1)


_WAYS = {"added": _added, "removed": _removed, "redated": _redated, "reworded": _reworded, "relinked": _relinked,
         "renumbered": _renumbered}  # fmt: skip
_VALUE_WAYS = {"value_changed": _reworded, "value_added": _new_value, "value_removed": _removed}


# -- of the rest ---------------------------------------------------------------------------------------


def _counter(page: str, lot: random.Random) -> str:
    return re.sub(r"Visitas: [\d.]+", f"Visitas: {lot.randrange(10**6)}", page)


def _banner(page: str, lot: random.Random) -> str:
    where = lot.choice(("<!--top-->", "<!--bottom-->", "</body>"))
    text = lot.choice(("Horario especial del 24 de diciembre del 2026", "Operación Renta 2026: <a href='/renta/'>infórmese</a>",
                       "<marquee>Campaña de septiembre</marquee>"))  # fmt: skip
    return page.replace(where, f'{where if where != "</body>" else ""}<div class="banner"><p>{text}</p></div>'
                        f'{"</body>" if where == "</body>" else ""}', 1)  # fmt: skip


def _between(page: str, lot: random.Random) -> str:
    """A notice between two rows, where pages made by hand have them."""
    marks = [found.end() for found in re.finditer("<!--row-->", page)]
    if not marks or "<table" in page or "<ul>" in page.split("<h2>")[-1]:
        return _banner(page, lot)
    at = lot.choice(marks)
    return f"{page[:at]}<p>Para leer estos documentos requiere un lector de PDF.</p>{page[at:]}"


def _session(page: str, lot: random.Random) -> str:
    ident = f"{lot.getrandbits(64):x}"
    way = lot.choice(
        (f"?jsessionid={ident}", f";jsessionid={ident}", f"?utm_source=home&PHPSESSID={ident}", "#top", f"?_={ident}")
    )
    return re.sub(r"(href=['\"][^'\"]+\.pdf)", lambda found: found[1] + way, page)


def _attributes(page: str, lot: random.Random) -> str:
    page = re.sub(
        r"<(h5|p|li|td|tr|div)>",
        lambda found: f'<{found[1]} class="c{lot.randrange(99)}" data-id="{lot.randrange(999)}">',
        page,
    )
    return re.sub(
        r"<a href=(['\"])([^'\"]*)\1( target='_blank')?", r'<a rel="noopener" target="_blank" href="\2"', page
    )


def _space(page: str, lot: random.Random) -> str:
    return re.sub(r">\s*<", lambda _found: f">{lot.choice((' ', chr(10), chr(9) * 2, '  '))}<", page).replace(
        " del ", "\u00a0 del "
    )


def _entities(page: str, lot: random.Random) -> str:
    named = {"á": "&aacute;", "é": "&eacute;", "í": "&#237;", "ó": "&oacute;", "ú": "&uacute;", "ñ": "&ntilde;"}
    head, mark, script = page.partition("arrayIndice")
    return "".join(named.get(sign, sign) for sign in head) + mark + script


def _comments(page: str, lot: random.Random) -> str:
    return page.replace("<h2>", f"<!-- generado {lot.random()} --><h2>").replace(
        "<head>", f"<head><meta name=g content={lot.random()}>"
    )


def _writing(page: str, lot: random.Random) -> str:
    return (
        page.replace("N&deg; ", lot.choice(("N&ordm; ", "N&deg;", "Nº "))).replace(
            "N° ", lot.choice(("Nº ", "N°", "N&deg; "))
        )
        if "<th>N°" not in page
        else page.replace("N°", "Nº")
    )


def _hidden(page: str, lot: random.Random) -> str:
    fake = "<div style='display: none'><h5><a href='reso999.pdf'>Resolución Exenta SII N° 999 del 30 de Agosto del 2026</a></h5><p>Texto que nadie ve en la página</p></div>"
    return page.replace("<!--top-->", f"<!--top-->{fake}", 1)


def _scripts(page: str, lot: random.Random) -> str:
    return page.replace("</body>", f"<script>ga('send', {lot.random()}); var otro = [[1,2]];</script></body>")


def _latin(page: str, lot: random.Random) -> str:
    return page.replace('charset="utf-8"', 'charset="iso-8859-1"')


def _year(page: str, lot: random.Random) -> str:
    return page.replace("Internos, 2026", f"Internos, {lot.randrange(2027, 2040)}")


COSMETIC: dict[str, Edit] = {
    "counter": _counter, "banner": _banner, "between": _between, "session": _session, "attributes": _attributes,
    "space": _space, "entities": _entities, "comments": _comments, "writing": _writing, "hidden": _hidden,
    "scripts": _scripts, "latin": _latin, "year": _year,
}  # fmt: skip


def encoded(page: str) -> bytes:
    """Return a page's bytes, in the charset that it says."""
    return page.encode("iso-8859-1", "xmlcharrefreplace") if "iso-8859-1" in page[:400] else page.encode()


# -- what is no page -----------------------------------------------------------------------------------


def _first_row_only(page: str) -> str:
    """Return half a page, as a server under load sends it: framed, with one of its rows."""
    if "<!--row-->" in page:
        return page[: page.find("<!--row-->") + 10] + page[page.rfind("<!--bottom-->") :]
    if "/*row*/" in page:
        return page[: page.find("/*row*/") + 7] + page[page.rfind("\n];") :]
    return re.sub(r"<td>[\d.,]+</td>", "<td></td>", page)


BROKEN: dict[str, Edit] = {
    "rejected": lambda _page, lot: "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. "
    f"Your support ID is: {lot.getrandbits(60)}</body></html>",
    "not_found": lambda page, _lot: re.sub(r"<title>.*?</title>", "<title>Página no encontrada</title>", page),
    "login": lambda _page, _lot: "<html><body><h1>Autenticación</h1><form><input name=rut></form></body></html>",
    "empty": lambda _page, _lot: "",
    "blank": lambda page, _lot: re.sub(r"(?s)<h2>.*?<!--bottom-->", "<!--bottom-->", page),
    "cut": lambda page, lot: page[: int(len(page) * lot.uniform(0.3, 0.95))],
    "few": lambda page, _lot: _first_row_only(page),
    "mojibake": lambda page, _lot: page.replace("utf-8", "x").encode().decode("cp1252", "replace")
    if "<!--row-->" in page and "<table" not in page else "<html></html>",
    "maintenance": lambda _page, _lot: "<html><head><title>SII</title></head><body><h1>Sitio en mantención</h1><p>Vuelva el 3 de mayo "
    "del 2026</p></body></html>",
}  # fmt: skip
