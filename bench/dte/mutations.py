"""Random spoilings of a file: of its bytes, and of its tree. Everything depends on the generator given."""

import random

from lxml import etree

#: Texts that have hurt readers before.
NASTY = (
    "", " ", "0", "-1", "1e400", "NaN", "Infinity", "1_000", "١٢٣", "9" * 40, "0" * 60, "1.5", "1,5", "1.000",
    "2026-02-30", "0000-00-00", "9999-12-31", "2026-11-18T25:61:61", "\u200b", "\x85", "\xa0", "😀", "%s%(x)s%",
    "66666666-6", "0-0", "-", "K", "1-k", "99999999999-K", "'; DROP TABLE", "<![CDATA[", "\ud7ff", "a" * 5000,
)


def mutated(rng: random.Random, data: bytes) -> bytes:
    """Return a file with one to four mutations of its tree, or of its bytes."""
    if rng.random() < 0.5:
        for _ in range(rng.randint(1, 4)):
            data = rng.choice(_BYTES)(rng, data)
        return data
    root = etree.fromstring(data)
    for _ in range(rng.randint(1, 4)):
        elements = [e for e in root.iter() if isinstance(e.tag, str)]
        rng.choice(_TREE)(rng, rng.choice(elements), elements)
    return etree.tostring(root, encoding=rng.choice(("ISO-8859-1", "UTF-8", "US-ASCII")), xml_declaration=True)


# -- bytes -------------------------------------------------------------------------------------------------


def _flip(rng, data):
    spoiled = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        if spoiled:
            spoiled[rng.randrange(len(spoiled))] = rng.randrange(256)
    return bytes(spoiled)


def _slice(rng, data):
    start, end = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    return start, min(end, start + 400)


def _cut(rng, data):
    start, end = _slice(rng, data)
    return data[:start] + data[end:]


def _repeat(rng, data):
    start, end = _slice(rng, data)
    return data[:end] + data[start:end] * rng.randint(1, 20) + data[end:]


def _truncate(rng, data):
    return data[: rng.randrange(len(data) + 1)]


def _insert(rng, data):
    place = rng.randrange(len(data) + 1)
    what = rng.choice((b"\x00", b"\xff\xfe", b"<", b"&", b"&amp;", b"&#0;", b"&#x1F600;", b"]]>", b"<!--", b"<?x ?>",
                       b"<!DOCTYPE a>", b"</DTE>", b"\xed\xa0\x80", b"<Detalle>"))
    return data[:place] + what + data[place:]


def _encoding(rng, data):
    name = rng.choice((b"UTF-8", b"UTF-16", b"US-ASCII", b"ISO-8859-15", b"windows-1252", b"EBCDIC", b"", b"x" * 99))
    return data.replace(b"ISO-8859-1", name, 1)


_BYTES = (_flip, _cut, _repeat, _truncate, _insert, _encoding)


# -- tree --------------------------------------------------------------------------------------------------


def _remove(rng, element, elements):
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _double(rng, element, elements):
    parent = element.getparent()
    if parent is not None:
        copy = etree.fromstring(etree.tostring(element, with_tail=False))
        parent.insert(rng.randrange(len(parent) + 1), copy)


def _text(rng, element, elements):
    element.text = "".join(c for c in rng.choice(NASTY) if c not in "\x00")


def _swap(rng, element, elements):
    other = rng.choice(elements)
    element.text, other.text = other.text, element.text


def _rename(rng, element, elements):
    element.tag = rng.choice((rng.choice(elements).tag, "Inventado", "{http://x}y"))


def _wrap(rng, element, elements):
    """Put a whole copy of the document's part where a text was expected."""
    other = rng.choice(elements)
    if len(other) < 40:
        element.append(etree.fromstring(etree.tostring(other, with_tail=False)))


def _attribute(rng, element, elements):
    element.set(rng.choice(("ID", "version", "algoritmo", "URI", "Algorithm")), rng.choice(NASTY).replace("\x85", ""))


def _comment(rng, element, elements):
    element.insert(0, etree.Comment(" x "))
    element.append(etree.ProcessingInstruction("x", "y"))


_TREE = (_remove, _double, _text, _text, _swap, _rename, _wrap, _attribute, _comment)
