"""A row of a page: one norm, one link, one value. What is watched is rows, never pages."""

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import parse_qsl, urlencode, urlsplit

#: Letters of a title, and of a value.
LONGEST_TITLE, LONGEST_VALUE = 1000, 100
#: Letters of an identity: longer ones, which no index of the database would take, are told by their digest.
_LONGEST_KEY = 500
_NOISE = re.compile(r"[^0-9a-z]+")
#: Parts of an address that name who looks, or from where, and not what is looked at.
_SESSION = re.compile(r"(?i);jsessionid=[^/?#]*")
_TRACKING = re.compile(
    r"(?i)(utm_\w+|jsessionid|phpsessid|aspsessionid\w*|sid|sessionid|session|fbclid|gclid|_|v|ver|t|ts|rnd|cb|nocache)"
)


@dataclass(frozen=True)
class Row:
    """One row as it is understood.

    :param kind: word for what it is, as *circular* or *resolucion*; empty where nothing says
    :param number: of a norm, as written; :param day: of the norm, or of publication
    :param url: of the document; may be empty
    :param value: of a table of values (UF, UTM …), as written
    """

    title: str
    url: str = ""
    kind: str = ""
    number: str = ""
    day: date | None = None
    value: str = ""

    @cached_property
    def identity(self) -> str:
        """What stays the same while a row changes: the norm's number and year, else the address, else the title."""
        return short(self._identity())

    def _identity(self) -> str:
        if self.value:
            return f"value:{folded(self.title)}"
        if self.number:
            year = self.day.year if self.day else ""
            return f"norm:{folded(self.kind)}:{folded(self.number)}:{year}"
        if self.url:
            return f"url:{canonical(self.url)}"
        return f"title:{folded(self.title)}:{self.day or ''}"

    @cached_property
    def digest(self) -> str:
        """What changes with it: SHA-256 of all that it says, writing aside."""
        said = [folded(self.kind), folded(self.number), str(self.day or ""), folded(self.title), canonical(self.url),
                " ".join(self.value.split())]  # fmt: skip
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def short(key: str) -> str:
    """Return what something is known by, in no more letters than an index takes: the same for the same."""
    if len(key) <= _LONGEST_KEY:
        return key
    return f"{key[: _LONGEST_KEY - 65]}#{hashlib.sha256(key.encode()).hexdigest()}"


def folded(text: str) -> str:
    """Return a text without what only its writing changes: case, accents, spaces, punctuation, kinds of *N°*."""
    plain = unicodedata.normalize("NFKD", text.replace("°", " ").replace("º", " ").replace("ª", " ")).casefold()
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(_NOISE.sub(" ", plain).split())


def canonical(url: str) -> str:
    """Return an address without what does not say where it leads: scheme, session, tracking, fragment, order."""
    try:
        parts = urlsplit(_SESSION.sub("", url.strip()))
    except ValueError:
        return url
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True)
             if not _TRACKING.fullmatch(name)]  # fmt: skip
    asked = f"?{urlencode(sorted(query))}" if query else ""
    return f"{parts.netloc.lower().removesuffix(':443')}{re.sub('/+', '/', parts.path or '/')}{asked}"
