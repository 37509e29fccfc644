"""Files made to hurt a reader of XML. Each is made when its turn comes, so that they don't add up."""

import gzip
from collections.abc import Callable

from .material import corpus

HEAD = b'<?xml version="1.0" encoding="ISO-8859-1"?>\n'
NS = b'xmlns="http://www.sii.cl/SiiDte"'
MEGABYTE = 1024 * 1024


def _right() -> bytes:
    return corpus()["33_one_line"]


def _set() -> bytes:
    return corpus()["set_invoices"]


def _bomb() -> bytes:
    levels = b"".join(
        b'<!ENTITY e%d "%s">' % (n, (b"&e%d;" % (n - 1)) * 10 if n else b"lol") for n in range(12)
    )
    return HEAD + b"<!DOCTYPE DTE [" + levels + b"]><DTE " + NS + b"><Documento>&e11;</Documento></DTE>"


def _quadratic() -> bytes:
    return (HEAD + b'<!DOCTYPE DTE [<!ENTITY a "' + b"x" * 100_000 + b'">]><DTE ' + NS + b"><Documento>"
            + b"&a;" * 10_000 + b"</Documento></DTE>")


def _late_doctype() -> bytes:
    return HEAD + b"<!-- " + b"x" * 8192 + b' --><!DOCTYPE DTE [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + (
        b"<DTE " + NS + b"><Documento><Encabezado><IdDoc><TipoDTE>&x;</TipoDTE></IdDoc></Encabezado></Documento></DTE>"
    )


def _external() -> bytes:
    return (HEAD + b'<!DOCTYPE DTE SYSTEM "http://127.0.0.1:9/x.dtd"><DTE ' + NS + b"><Documento/></DTE>")


def _utf16_bomb() -> bytes:
    """The bomb in UTF-16: byte patterns of a DTD don't show."""
    return _bomb().split(b"\n", 1)[1].decode().encode("utf-16")


def _utf7() -> bytes:
    return _right().replace(b"ISO-8859-1", b"UTF-7", 1)


def _in_body(xml: bytes) -> bytes:
    return _right().replace(b"<Detalle>", xml + b"<Detalle>", 1)


def attacks() -> dict[str, Callable[[], bytes]]:
    """Return {what it is: function that makes it}."""
    return {
        "empty": lambda: b"",
        "blank": lambda: b" \n\t" * 1000,
        "billion laughs": _bomb,
        "quadratic blow-up": _quadratic,
        "external entity behind 8 kB of comment": _late_doctype,
        "external DTD": _external,
        "billion laughs in UTF-16": _utf16_bomb,
        "declared UTF-7": _utf7,
        "declared unknown encoding": lambda: _right().replace(b"ISO-8859-1", b"KLINGON-1", 1),
        "declared UTF-16, is not": lambda: _right().replace(b"ISO-8859-1", b"UTF-16", 1),
        "declared EBCDIC": lambda: _right().replace(b"ISO-8859-1", b"IBM037", 1),
        "UTF-16 with mark": lambda: _right().split(b"\n", 1)[1].decode("latin-1").encode("utf-16"),
        "UTF-8 with mark": lambda: b"\xef\xbb\xbf" + _right().decode("latin-1").replace(
            "ISO-8859-1", "UTF-8", 1).encode(),
        "Latin-1 declared UTF-8": lambda: _right().replace(b"ISO-8859-1", b"UTF-8", 1),
        "100 MB of one text": lambda: _in_body(b"<Basura>" + b"x" * 100 * MEGABYTE + b"</Basura>"),
        "100 MB of blanks": lambda: b" " * 100 * MEGABYTE,
        "31 MB of one text": lambda: _in_body(b"<Basura>" + b"x" * 31 * MEGABYTE + b"</Basura>"),
        "31 MB of small elements": lambda: _in_body(b"<a/>" * (31 * MEGABYTE // 4)),
        "31 MB of lines": lambda: _in_body(
            b"<Detalle><NroLinDet>1</NroLinDet><NmbItem>x</NmbItem></Detalle>" * (31 * MEGABYTE // 65)),
        "31 MB of attributes": lambda: _in_body(
            b"<a " + b" ".join(b'a%d="x"' % n for n in range(31 * MEGABYTE // 14)) + b"/>"),
        "31 MB of namespaces": lambda: _in_body(
            b"".join(b'<a xmlns:n%d="u%d"/>' % (n, n) for n in range(31 * MEGABYTE // 26))),
        "31 MB of references": lambda: _in_body(
            b"<Referencia><NroLinRef>1</NroLinRef></Referencia>" * (31 * MEGABYTE // 49)),
        "31 MB of comments": lambda: _in_body(b"<!---->" * (31 * MEGABYTE // 7)),
        "number of a million digits": lambda: _right().replace(b"<MntTotal>", b"<MntTotal>" + b"9" * 1_000_000, 1),
        "quantity of a million decimals": lambda: _right().replace(b"<QtyItem>", b"<QtyItem>0." + b"1" * 1_000_000, 1),
        "RUT of a million digits": lambda: _right().replace(b"<RUTRecep>", b"<RUTRecep>" + b"9" * 1_000_000, 1),
        "name of nine million letters": lambda: _right().replace(b"<NmbItem>", b"<NmbItem>" + b"a" * 9_000_000, 1),
        "mail of a million @": lambda: _right().replace(
            b"<DirRecep>", b"<CorreoRecep>" + b"a@" * 500_000 + b"</CorreoRecep><DirRecep>", 1),
        "nested 100,000 deep": lambda: HEAD + b"<DTE " + NS + b">" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</DTE>",
        "nested 250 deep": lambda: _in_body(b"<a>" * 240 + b"</a>" * 240),
        "sets within sets": lambda: HEAD + b"<EnvioDTE " + NS + b">" + b"<SetDTE>" * 5000,
        "2,000 documents in a set": lambda: _many(2000),
        "set of nothing": lambda: HEAD + b"<EnvioDTE " + NS + b"><SetDTE/></EnvioDTE>",
        "document of nothing": lambda: HEAD + b"<DTE " + NS + b"><Documento/></DTE>",
        "truncated in the middle": lambda: _right()[: len(_right()) // 2],
        "truncated before the last tag": lambda: _right()[:-3],
        "two roots": lambda: _right() + b"<DTE/>",
        "HTML": lambda: b"<!DOCTYPE html><html><body>404 Not Found</body></html>",
        "JSON": lambda: b'{"TipoDTE": 33}',
        "PDF": lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)) * 100,
        "gzip": lambda: gzip.compress(_right()),
        "zeros": lambda: bytes(MEGABYTE),
        "random bytes": lambda: bytes((n * 7919 + n // 251) % 256 for n in range(MEGABYTE)),
        "control characters": lambda: _right().replace(b"<NmbItem>", b"<NmbItem>\x01\x02", 1),
        "CDATA": lambda: _right().replace(b"<NmbItem>", b"<NmbItem><![CDATA[<script>]]>", 1),
        "processing instructions": lambda: _in_body(b"<?php echo 1 ?><?xml-stylesheet href='file:///etc/passwd'?>"),
        "XInclude": lambda: _in_body(
            b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'),
        "percent signs": lambda: _right().replace(b"<NmbItem>", b"<NmbItem>%(found)s %s %d %% {0} ", 1),
    }


def _many(count: int) -> bytes:
    """Return a set with one document over and over."""
    whole = _set()
    start, end = whole.index(b"<DTE "), whole.index(b"</DTE>") + len(b"</DTE>")
    return whole[:end] + whole[start:end] * (count - 1) + whole[whole.index(b"</SetDTE>"):]
