"""What an answer's HTML may hold, as its tests and bench see it."""

import re
from urllib.parse import urlsplit

from lxml import etree

#: The closed list: tags, and the attributes each may have.
ALLOWED = {
    "p": set(),
    "br": set(),
    "hr": set(),
    "em": set(),
    "strong": set(),
    "s": set(),
    "code": set(),
    "ul": set(),
    "li": set(),
    "thead": set(),
    "tbody": set(),
    "tr": set(),
    "h4": {"class"},
    "h5": {"class"},
    "h6": {"class"},
    "blockquote": {"class"},
    "table": {"class"},
    "th": {"class"},
    "td": {"class"},
    "ol": {"start"},
    "pre": {"class", "tabindex"},
    "div": {"class", "tabindex"},
    "a": {"href", "rel", "target"},
    "button": {"type", "class", "data-key"},
    "span": {"class", "title"},
}
CLASSES = {
    "o_l10n_cl_ai_heading",
    "o_l10n_cl_ai_quote",
    "o_l10n_cl_ai_code",
    "o_l10n_cl_ai_table",
    "o_l10n_cl_ai_source",
    "o_l10n_cl_ai_unsupported",
    "table",
    "table-sm",
    "table-responsive",
    "text-center",
    "text-end",
    "text-nowrap",
}


def tree(blocks: list[str]) -> etree._Element:
    """Return the blocks as a tree: they have to be well-formed, which is stricter than HTML."""
    return etree.fromstring(f"<div class='table'>{''.join(blocks)}</div>".encode())


def faults(blocks: list[str], hosts: set[str], keys: set[str] = frozenset()) -> list[str]:
    """Return what stands in the HTML of an answer that must not."""
    try:
        root = tree(blocks)
    except etree.XMLSyntaxError as error:
        return [f"not well-formed: {error}"]
    return [fault for element in root.iter() for fault in _faults(element, hosts, keys)]


def _faults(element, hosts: set[str], keys: set[str]):
    if element.tag not in ALLOWED:
        yield f"tag {element.tag}"
        return
    if strange := set(element.attrib) - ALLOWED[element.tag]:
        yield f"attributes {strange} of {element.tag}"
    if strange := set(element.get("class", "").split()) - CLASSES:
        yield f"classes {strange}"
    if element.tag == "button" and (element.get("data-key") not in keys or element.get("type") != "button"):
        yield f"button {element.get('data-key')}"
    if element.tag == "a":
        yield from _link_faults(element, hosts)
    if re.search("[\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f]", "".join(filter(None, (element.text, element.tail)))):
        yield "invisible letters"


def _link_faults(element, hosts: set[str]):
    where = urlsplit(element.get("href"))
    if where.scheme != "https" or where.netloc not in hosts or not element.get("href").isascii():
        yield f"link to {element.get('href')}"
    if element.get("rel") != "noopener noreferrer" or element.get("target") != "_blank":
        yield "link without rel"
