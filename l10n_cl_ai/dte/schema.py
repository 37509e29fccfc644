"""The SII's schemas as one more check, run when an administrator has loaded them.

A generation is one set of files as the SII publishes it. A document is judged by the newest; where that
refuses it and an older one does not, the document is merely of its time. Schemas come from archives that
people upload: they are admitted as text only (bounded, no DTD, no location outside their own set) and
compiled from memory, so that nothing is ever fetched from a disk or a network.
"""

import io
import pathlib
import re
import threading
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lxml import etree

from .document import Document
from .node import SII
from .reader import BODIES
from .schema_files import Refused, admit, read_archive, read_folder
from .types import BOLETAS

#: Root elements with a schema of their own, and the file that declares each.
_ROOTS = {
    "DTE": re.compile(r"(?:^|/)DTE_v\d+\.xsd$"),
    "EnvioDTE": re.compile(r"(?:^|/)EnvioDTE_v\d+\.xsd$"),
    "EnvioBOLETA": re.compile(r"(?:^|/)EnvioBOLETA_v\d+\.xsd$"),
}
#: Errors told of one document: the first ones; the rest mostly follow from them.
MAX_ERRORS = 10

_one_at_a_time = threading.Lock()
_CHILDREN = BODIES | {"Signature"}
_NAMESPACE = re.compile(r"\{[^}]*\}")
#: What a document that was not yet stamped and signed lacks, in libxml2's words.
_UNSIGNED = re.compile(r"'TmstFirma'.*Expected is .*\bTED\b|'DTE'.*Missing child.*\bSignature\b")
#: A boleta has no schema outside its envelope: this one lends it one.
_BOLETA_COVER = f"""<EnvioBOLETA xmlns="{SII[1:-1]}" version="1.0"><SetDTE ID="S"><Caratula version="1.0">
<RutEmisor>60803000-K</RutEmisor><RutEnvia>60803000-K</RutEnvia><RutReceptor>60803000-K</RutReceptor>
<FchResol>2020-01-01</FchResol><NroResol>0</NroResol><TmstFirmaEnv>2020-01-01T00:00:00</TmstFirmaEnv>
<SubTotDTE><TpoDTE>39</TpoDTE><NroDTE>1</NroDTE></SubTotDTE></Caratula></SetDTE></EnvioBOLETA>"""


class SchemaError(NamedTuple):
    """One thing a schema refuses: the line in the file, the element's path, libxml2's words."""

    line: int
    path: str
    message: str


class SchemaVerdict(NamedTuple):
    """What the schemas say of one document.

    :param errors: against the newest generation; empty where it accepts the document
    :param accepted_by: the newest generation that accepts it; None where none does
    """

    errors: tuple[SchemaError, ...]
    accepted_by: str | None


class _Resolver(etree.Resolver):
    """Gives a schema the other files of its own set, and nothing else."""

    def __init__(self, files: Mapping[str, bytes]):
        super().__init__()
        self.files = files

    def resolve(self, system_url, public_id, context):
        if system_url not in self.files:
            raise Refused("location", system_url)
        return self.resolve_file(io.BytesIO(self.files[system_url]), context, base_url=system_url)


class Generation:
    """One set of schema files.

    :param name: for people: a folder's name, a date
    :param files: contents by path within the set; raises :class:`~.schema_files.Refused`
    """

    def __init__(self, name: str, files: Mapping[str, bytes]):
        self.name, self.files = name, admit(files)
        self._compiled: dict[str, etree.XMLSchema | None] = {}

    def schema(self, root: str) -> etree.XMLSchema | None:
        """Return the compiled schema of a root element; None where the set has none.

        :raises etree.XMLSchemaParseError: the file is no schema
        """
        if root not in self._compiled:
            self._compiled[root] = self._compile(root)
        return self._compiled[root]

    def _compile(self, root: str) -> etree.XMLSchema | None:
        path = next((path for path in sorted(self.files) if _ROOTS[root].search(path)), None)
        if path is None:
            return None
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        parser.resolvers.add(_Resolver(self.files))
        return etree.XMLSchema(etree.fromstring(self.files[path], parser, base_url=path))


class SchemaSet:
    """Generations of schemas, newest first; goes into ``Context.schema``."""

    def __init__(self, generations: Iterable[Generation]):
        self.generations = tuple(generations)

    @classmethod
    def load(cls, *folders) -> "SchemaSet":
        """Return the schemas in folders, the newest first.

        :raises Refused: a file may not be used; :raises OSError: a folder can't be read
        """
        paths = map(pathlib.Path, folders)
        return cls(Generation(path.name, read_folder(path)) for path in paths)

    @classmethod
    def of_archives(cls, *archives: tuple[str, bytes]) -> "SchemaSet":
        """Return the schemas in (name, zip file) pairs, the newest first; raise ``Refused``."""
        return cls(Generation(name, read_archive(data)) for name, data in archives)

    def judge(self, document: Document) -> SchemaVerdict | None:
        """Return what the schemas say; None where no generation has a schema for such a document.

        The answer is kept with the document, as more than one rule asks.
        """
        memo = document.xml.memo
        if memo.get("judged_by") is not self:
            memo["judged_by"], memo["verdict"] = self, self._judge(document)
        return memo["verdict"]

    def _judge(self, document: Document) -> SchemaVerdict | None:
        first = None
        for generation in self.generations:
            errors = _errors(generation, document)
            if errors is None:
                continue
            first = errors if first is None else first
            if not errors:
                return SchemaVerdict(first, generation.name)
        return None if first is None else SchemaVerdict(first, None)


def _errors(generation: Generation, document: Document) -> tuple[SchemaError, ...] | None:
    written = document.xml
    if written.envelope is not None:
        found = _envelope_errors(generation, written.envelope)
        if found is None:
            return None
        # What stands outside every document is told with the first.
        own = found.get(written.index, ())
        return (*found.get(0, ()), *own) if written.index == 1 else tuple(own)
    root = _in_namespace(_without_extensions(written.dte))
    if document.type in BOLETAS:
        lent = etree.fromstring(_BOLETA_COVER)
        lent[0].append(root if root is not written.dte else _copy(root))
        found = _validate(generation.schema("EnvioBOLETA"), lent)
        if found is None:
            return None
        errors = [error for error, place in found if place == 1]
    else:
        found = _validate(generation.schema("DTE"), root)
        if found is None:
            return None
        errors = [error for error, _place in found]
    if not document.ted.present and root.find("{*}Signature") is None:
        errors = [error for error in errors if not _UNSIGNED.search(error.message)]
    return tuple(errors[:MAX_ERRORS])


def _envelope_errors(generation: Generation, envelope) -> dict[int, list[SchemaError]] | None:
    """Judge an envelope once for all its documents; return errors by the document's position."""
    memo = envelope.__dict__.setdefault("schema_memo", {})
    if generation not in memo:
        found = _validate(generation.schema(envelope.kind), _in_namespace(envelope.element))
        memo[generation] = None if found is None else {}
        for error, place in found or ():
            errors = memo[generation].setdefault(place, [])
            if len(errors) < MAX_ERRORS:
                errors.append(error)
    return memo[generation]


def _validate(schema, root) -> list[tuple[SchemaError, int]] | None:
    """Return (error, position of the DTE it stands in, 0 outside) pairs; None without a schema."""
    if schema is None:
        return None
    with _one_at_a_time:  # a schema keeps the log of its last validation, and threads share it
        if schema.validate(root):
            return []
        log = schema.error_log
    places = {dte: index for index, dte in enumerate(root.iter(f"{SII}DTE"), 1)}
    found = []
    for entry in log:
        element = _element(root, entry.path)
        dte = next((each for each in _upwards(element) if each in places), None)
        line = entry.line or getattr(element, "sourceline", None) or 1
        error = SchemaError(line, _path(element), _NAMESPACE.sub("", entry.message)[:300])
        found.append((error, places.get(dte, 0)))
    return found


def _element(root, path: str | None):
    """Return the element that libxml2 names by its place ("/*/*[2]/*"), None where it can't be found."""
    steps = re.sub(r"^/[^/]+", ".", path or "")
    try:
        found = root.xpath(steps, namespaces={"ds": "http://www.w3.org/2000/09/xmldsig#"})
    except etree.XPathError:
        return None
    return found[0] if found and isinstance(found, list) else None


def _upwards(element):
    while element is not None:
        yield element
        element = element.getparent()


def _path(element) -> str:
    """Return an element's path as people write it, from the document's body on."""
    steps = []
    for each in _upwards(element):
        name = etree.QName(each).localname
        if name in ("Documento", "Exportaciones", "Liquidacion", "DTE", "SetDTE"):
            break
        if each.getparent() is None:
            break
        alike = [one for one in each.getparent() if one.tag == each.tag]
        steps.append(f"{name}[{alike.index(each) + 1}]" if len(alike) > 1 else name)
    return "/".join(reversed(steps)) or (etree.QName(element).localname if element is not None else "")


def _without_extensions(dte):
    """Return a lone DTE without what suppliers hang beside the signed document for their buyers."""
    if all(etree.QName(child).localname in _CHILDREN for child in dte.iterchildren(etree.Element)):
        return dte
    bare = _copy(dte)
    for child in bare:
        if child.tag.__class__ is not str or etree.QName(child).localname not in _CHILDREN:
            bare.remove(child)
    return bare


def _in_namespace(root):
    """Return the element, or a copy of it in the SII's namespace where it has none."""
    if root.tag.startswith("{"):
        return root
    return _copy(root, f' xmlns="{SII[1:-1]}"')


def _copy(element, declaration: str = ""):
    """Return a copy of an element in a document of its own; lines stay those of the file."""
    text = etree.tostring(element, encoding="unicode", with_tail=False)
    name = text[: len(element.tag) + 1]
    copied = etree.fromstring(name + declaration + text[len(name) :] if declaration else text)
    for mine, theirs in zip(copied.iter(), element.iter(), strict=True):
        mine.sourceline = theirs.sourceline
    return copied


__all__ = ["Generation", "Refused", "SchemaError", "SchemaSet", "SchemaVerdict"]
