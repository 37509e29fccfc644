"""Reads documents from XML as suppliers and emitters write them. The input is hostile.

No entity is expanded, no DTD accepted, nothing fetched; size and depth are bounded. Roots ``DTE``,
``EnvioDTE`` and ``EnvioBOLETA`` are read, with and without the SII's namespace, in ISO-8859-1 and
UTF-8.
"""

import contextlib
import copy
import re
from decimal import Decimal
from typing import ClassVar

from lxml import etree

from .document import Context, Cover, Document
from .field import Field, Section, Sections, parse_integer
from .message import Message, _
from .node import Node, number, plain

#: Largest file read, in bytes: an EnvioDTE with 2,000 documents takes about 15 MB.
MAX_BYTES = 32 * 1024 * 1024
#: Most tags in a file (a tree takes far more memory than its text), documents in a file, and parts
#: that repeat in a document: each well above what the SII allows (2,000 DTE, 1,000 lines).
MAX_TAGS, MAX_DOCUMENTS, MAX_PARTS = 3_000_000, 10_000, 5_000
#: Most values of a file that are not written as they should be; each makes a finding.
MAX_FLAWS = 50_000
#: Most processing instructions in a file: no DTE has any, and taking them out takes a time that grows
#: with their number's square.
MAX_INSTRUCTIONS = 10_000
#: Most namespace declarations in a file, beyond six for each document: canonicalisation takes a time
#: that grows with the product of their number and that of the elements.
MAX_NAMESPACES = 24
#: The three bodies a DTE may have.
BODIES = frozenset({"Documento", "Exportaciones", "Liquidacion"})

_PARSER_OPTIONS = {
    "resolve_entities": False,
    "no_network": True,
    "huge_tree": False,  # libxml2 then bounds depth (256) and text length (10 MB)
    "load_dtd": False,
    "remove_comments": True,  # no part of what is signed (C14N without comments); they would split texts
}
# Making a parser costs more than reading a small document with it; lxml locks it between threads.
_PARSER = etree.XMLParser(**_PARSER_OPTIONS)
_LATIN_PARSER = etree.XMLParser(encoding="ISO-8859-1", **_PARSER_OPTIONS)
#: All of them write "<" and "!" as ASCII does, so that a DTD can be seen before parsing.
_ENCODINGS = frozenset({"ISO-8859-1", "UTF-8", "US-ASCII", "ASCII", "ISO-8859-15", "WINDOWS-1252"})
_DECLARATION = re.compile(rb"<\?xml\s[^>]*?\?>")
#: An accented letter of Spanish in UTF-8; read as ISO-8859-1 it gives what no Spanish text has (Ã±).
_utf8_letter = re.compile(rb"\xc3[\x80-\xbf]").search
_ENCODING = re.compile(rb"""\sencoding\s*=\s*["']([^"']*)["']""")


class Unreadable(ValueError):
    """The input can't be read as DTEs; ``reason`` says why and what to do, for people."""

    def __init__(self, reason: Message):
        super().__init__(str(reason))
        self.reason = reason


class Envelope(Node):
    """EnvioDTE or EnvioBOLETA: what is said once for all the documents in it."""

    cover = Section("Caratula", Cover)
    documents: tuple["Document", ...] = ()
    members: ClassVar[dict] = {}

    def __init__(self, element):
        self.document, self.flaws, self.is_boleta = self, [], False
        super().__init__()
        self.element = element
        self.kind = etree.QName(element).localname


class Written:
    """How a document was written: what only its XML can tell.

    :param declaration: the XML declaration's bytes, b"" when there is none
    :param encoding: the declared encoding, upper case
    :param misencoded: the bytes are not of the declared encoding: they were read as ISO-8859-1, which
        garbles the letters of a UTF-8 file that declares ISO-8859-1
    :param envelope: the envelope it came in, None for a lone DTE
    :param index: position in the file, from 1
    :param dte: the ``DTE`` element, :param body: the ``Documento`` inside it
    """

    __slots__ = ("body", "declaration", "dte", "encoding", "envelope", "index", "memo", "misencoded")

    def __init__(self, declaration, encoding, misencoded, envelope, index, dte, body):
        self.declaration, self.encoding, self.misencoded = declaration, encoding, misencoded
        self.envelope, self.index, self.dte, self.body = envelope, index, dte, body
        #: What several rules need and is dear to make (:mod:`.signature`), by name.
        self.memo: dict[str, object] = {}

    @property
    def document_id(self) -> str | None:
        return self.body.get("ID")


def read(data: bytes, context: Context | None = None) -> list[Document]:
    """Return the documents in a file.

    :param data: the file's bytes, at most :data:`MAX_BYTES`
    :param context: what is known around them, shared by all
    :raises Unreadable: not XML, not DTEs, too large, forbidden constructions
    """
    root, declaration, encoding, misencoded = _parse(data)
    dtes, envelope = _dtes(root)
    documents, flaws = [], 0
    for index, dte in enumerate(dtes, 1):
        body = _body(dte)
        if body is None:
            raise Unreadable(_("Document %(index)s of the file has no Documento element.", index=index))
        written = Written(declaration, encoding, misencoded, envelope, index, dte, body)
        documents.append(_document(body, written, context))
        flaws += len(documents[-1].flaws)
        _bound_flaws(flaws)
    if envelope is not None:
        envelope.documents = tuple(documents)
    return documents


def dtes_of(data: bytes) -> list:
    """Return the ``DTE`` elements of a file, as safely as :func:`read` does.

    :raises Unreadable: not XML, not DTEs, too large, forbidden constructions
    """
    return _dtes(_parse(data)[0])[0]


def _parse(data: bytes):
    """Return (root element, declaration, encoding, misencoded)."""
    if len(data) > MAX_BYTES:
        raise Unreadable(
            _("The file is larger than %(limit)s MB; split it.", limit=MAX_BYTES // 2**20)
        )
    text = data.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    if not text.startswith(b"<") or text[1:2] == b"\0":
        raise Unreadable(_("The file is not XML."))
    match = _DECLARATION.match(text)
    declaration = match.group() if match else b""
    encoding = _encoding(declaration)
    _refuse_bombs(text)
    misencoded = encoding != "UTF-8" and _utf8_letter(text) is not None
    try:
        root = etree.fromstring(text, _PARSER)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        root = _parse_as_latin(text, error)
        misencoded = True
    return root, declaration, encoding, misencoded


def _encoding(declaration: bytes) -> str:
    """Return the declared encoding, upper case; UTF-8 is the norm's word for none."""
    match = _ENCODING.search(declaration)
    encoding = match[1].decode("ascii", "replace").upper() if match else "UTF-8"
    if encoding not in _ENCODINGS:
        raise Unreadable(
            _("Encoding %(encoding)s is not read; use ISO-8859-1.", encoding=encoding[:40])
        )
    return encoding


def _refuse_bombs(text: bytes) -> None:
    """Refuse, before a tree is built, what no DTE has and costs time or memory."""
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise Unreadable(_("The file declares a DTD or entities, which no DTE does; it was not read."))
    if len(text) > 4 * MAX_TAGS and text.count(b"<") > MAX_TAGS:
        raise Unreadable(_("The file has more than %(limit)s tags; split it.", limit=MAX_TAGS))
    if text.count(b"<?") > MAX_INSTRUCTIONS:
        raise Unreadable(_("The file has too many processing instructions; it was not read."))
    declared = text.count(b"xmlns")
    if declared > MAX_NAMESPACES and declared > MAX_NAMESPACES + 6 * text.count(b"<DTE"):
        raise Unreadable(_("The file declares too many namespaces; it was not read."))


def _parse_as_latin(text: bytes, error: Exception):
    """Read again what was refused for its encoding alone; the refusal stands for anything else."""
    codes = {entry.type for entry in getattr(error, "error_log", None) or ()}
    encoding_errors = {etree.ErrorTypes.ERR_INVALID_CHAR, etree.ErrorTypes.ERR_INVALID_ENCODING}
    if codes & encoding_errors:
        # Where this fails too, the first error is the one that says what to mend.
        with contextlib.suppress(etree.XMLSyntaxError, ValueError):
            return etree.fromstring(text, _LATIN_PARSER)
    line = getattr(error, "lineno", None) or 1
    raise Unreadable(
        _("The file is not well-formed XML (line %(line)s): %(detail)s", line=line, detail=str(error)[:200])
    ) from error


def _local(element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _dtes(root):
    """Return (the DTE elements in order, the envelope or None)."""
    kind = _local(root)
    if kind == "DTE":
        return [root], None
    if kind not in ("EnvioDTE", "EnvioBOLETA"):
        raise Unreadable(
            _(
                "The root element is %(tag)s; DTE, EnvioDTE or EnvioBOLETA was expected.",
                tag=kind[:60] or "?",
            )
        )
    envelope = Envelope(root)
    sets = [child for child in root if _local(child) == "SetDTE"]
    dtes = []
    for child in (grandchild for each in sets for grandchild in each):
        if _local(child) == "DTE":
            dtes.append(child)
        elif _local(child) == "Caratula":
            cover = Cover(envelope, Envelope.cover)
            _fill(cover, child)
            envelope.__dict__["cover"] = cover
    if not dtes:
        raise Unreadable(_("The envelope holds no DTE."))
    if len(dtes) > MAX_DOCUMENTS:
        raise Unreadable(_("The file has more than %(limit)s documents; split it.", limit=MAX_DOCUMENTS))
    return dtes, envelope


def _body(dte):
    bodies = [child for child in dte if _local(child) in BODIES]
    if len(bodies) > 1:
        raise Unreadable(_("%(part)s stands twice where it may stand once; it was not read.", part=_local(bodies[1])))
    return bodies[0] if bodies else None


def _document(body, written: Written, context: Context | None) -> Document:
    document = Document(complete=True, type_code=_type_of(body), context=context, xml=written)
    if next(body.iter(etree.PI), None) is not None:
        # An instruction splits the text it stands in, and what is signed is the body as it came.
        body = copy.deepcopy(body)
        etree.strip_tags(body, etree.PI)
    _fill(document, body)
    return document


def _type_of(body) -> int | None:
    """Return TipoDTE before anything else is read: names of elements hang on it."""
    element = next(body.iter("{*}TipoDTE"), None)
    try:
        return None if element is None else parse_integer((element.text or "").strip())
    except ValueError:
        return None


def _fill(node: Node, element) -> None:
    """Read an element's children into a node, in the document's order.

    What is written as it should be is stored here; anything else goes through ``put_text``, which
    knows all that can be wrong. This loop is what reading costs: about half a microsecond a field.
    """
    members, values = node.members, node.__dict__
    for child in element:
        member = members.get(child.tag)
        if member is None:
            continue
        if member.node_class is not None:
            _fill_part(node, member, child)
            continue
        if member.name in values and not member.many:
            _refuse_repeated(member)
        raw = child.text
        if raw is None:
            _put_text(node, member, "")
        elif member.parse is None:
            if len(raw) <= member.room and plain(raw):
                values[member.name] = raw
            else:
                _put_text(node, member, raw)
        else:
            try:
                value = member.parse(raw)
            except ValueError:
                _put_text(node, member, raw)
                continue
            values[member.name] = value
            if value.__class__ is Decimal and member.exceeds(raw, node.document.is_export):
                node.flaw("precision", member, raw)
                _bound_flaws(len(node.document.flaws))
    for name in node.repeated:
        if name in values:
            values[name] = number(values[name])


def _refuse_repeated(member: Field | Section) -> None:
    """A document that says a thing twice can be read in two ways: whatever was judged, the SII may read the other."""
    raise Unreadable(_("%(part)s stands twice where it may stand once; it was not read.", part=member.tag))


def _put_text(node: Node, member: Field, raw: str) -> None:
    """Store what takes a second look; refuse what is repeated or wrong beyond all measure."""
    if member.many and len(node.__dict__.get(member.name, ())) >= MAX_PARTS:
        raise Unreadable(
            _("%(part)s is repeated more than %(limit)s times.", part=member.tag, limit=MAX_PARTS)
        )
    node.put_text(member, raw)
    _bound_flaws(len(node.document.flaws))


def _bound_flaws(count: int) -> None:
    if count > MAX_FLAWS:
        raise Unreadable(
            _("More than %(limit)s values of the file are badly written; it was not read.", limit=MAX_FLAWS)
        )


def _fill_part(node: Node, section: Section, element) -> None:
    part = section.node_class(node, section)
    _fill(part, element)
    if section.__class__ is not Sections:
        if section.name in node.__dict__:
            _refuse_repeated(section)
        node.__dict__[section.name] = part
        return
    parts = node.__dict__.setdefault(section.name, [])
    parts.append(part)
    if len(parts) > MAX_PARTS:
        raise Unreadable(
            _("%(part)s is repeated more than %(limit)s times.", part=section.tag, limit=MAX_PARTS)
        )


__all__ = ["MAX_BYTES", "Envelope", "Unreadable", "Written", "dtes_of", "read"]
