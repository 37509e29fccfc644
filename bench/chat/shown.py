"""What a browser would do with an answer: addresses it would load or offer, and markup that acts."""

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from urllib.parse import urlsplit

_LOADS = frozenset({"src", "srcset", "href", "action", "formaction", "poster", "data", "background", "cite", "ping",
                    "xlink:href", "manifest", "icon", "longdesc", "usemap", "style", "id", "name"})  # fmt: skip
_TAGS = frozenset(re.findall(r"\w+", """
a b blockquote br button code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i input li ol p pre s span strong sub sup table
tbody td th thead tr ul"""))
_HOST = re.compile(r"[a-z0-9.-]+")


class _Look(HTMLParser):
    def __init__(self, hosts: Iterable[str]):
        super().__init__()
        self.hosts, self.found = tuple(hosts), []

    def handle_starttag(self, tag, attrs):
        if tag not in _TAGS:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name.startswith("on") or (name in _LOADS and not (tag == "a" and name == "href")):
                self.found.append(f"<{tag} {name}>")
            elif name == "href" and not self._known(value or ""):
                self.found.append(f"<a href={value!r}>")

    handle_startendtag = handle_starttag

    def _known(self, address: str) -> bool:
        parts = urlsplit(address)
        host = parts.netloc
        return parts.scheme == "https" and bool(_HOST.fullmatch(host)) and any(
            host == one or host.endswith(f".{one}") for one in self.hosts)


def unsafe(blocks: Iterable[str], hosts: Iterable[str] = ("sii.cl",)) -> list[str]:
    """Return what in rendered blocks loads, leads to a host that is not among these, or acts."""
    look = _Look(hosts)
    for block in blocks:
        look.feed(block)
        look.close()
        look.reset()
    return look.found
