"""What changed between what was known of a source and what its page says now, and whether that is to be believed."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .row import Row, folded

#: Titles and headings of what a server shows in place of a page.
_ERRORS = (
    "request rejected", "requested url was rejected", "pagina no encontrada", "not found", "no disponible",
    "en mantencion", "service unavailable", "bad gateway", "forbidden", "acceso denegado", "access denied",
    "error 403", "error 404", "error 500", "error 502", "error 503", "ha ocurrido un error", "temporalmente fuera",
    "autenticacion", "identificacion de contribuyentes", "under maintenance",
)  # fmt: skip
#: From so many rows on, losing or rewriting more than half of them at once is first looked at again.
_FEW = 4


@dataclass(frozen=True)
class Changes:
    """:param removed: identities of rows that are gone"""

    added: tuple[Row, ...] = ()
    changed: tuple[Row, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def compare(known: Mapping[str, str], rows: Iterable[Row]) -> Changes:
    """Return what changed.

    :param known: {identity: digest} of the rows as they were; order means nothing
    """
    now = {row.identity: row for row in rows}
    return Changes(
        added=tuple(row for identity, row in now.items() if identity not in known),
        changed=tuple(row for identity, row in now.items() if known.get(identity, row.digest) != row.digest),
        removed=tuple(identity for identity in known if identity not in now),
    )


def doubt(changes: Changes, known: int, rows: int) -> str:
    """Return why changes are not believed at first sight, in a word; empty where they are.

    A page that suddenly has few of its rows, or has all of them in other words, is more likely broken (an error page,
    a half page, an encoding) than new.
    """
    if not rows:
        return "no_rows"
    lost, won, other = len(changes.removed), len(changes.added), len(changes.changed)
    if lost > known / 2 and won < lost and known >= 2:
        return "shrunk"
    return "rewritten" if known >= _FEW and lost + other > known / 2 else ""


def is_error_page(headings: Iterable[str]) -> bool:
    """Return whether a page's title and headings are those of an error, a login or a pause for maintenance."""
    return any(word in folded(heading) for heading in headings for word in _ERRORS)


def fingerprint(rows: Iterable[Row]) -> str:
    """Return what a set of rows is known by, whatever their order: for what is to be seen twice before it counts."""
    lines = sorted(f"{row.identity}\t{row.digest}" for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
