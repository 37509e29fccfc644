"""The reader: hostile input gives documents or Unreadable, never a crash, in bounded time and memory."""

import time
import tracemalloc

import pytest
import signing
from factory import added, changed, dte, written
from hypothesis import given, settings
from hypothesis import strategies as st

from l10n_cl_ai import dte as core
from l10n_cl_ai.dte import reader
from l10n_cl_ai.dte.types import ALL

_RIGHT = [signing.sign(dte(kind)) for kind in (33, 39, 43, 52, 110)]
_RIGHT.append(signing.written(signing.envelope([dte(33), dte(61)])))


def reason(data: bytes) -> str:
    """Return why a file can't be read."""
    with pytest.raises(core.Unreadable) as refused:
        core.read(data)
    assert refused.value.reason.template
    return str(refused.value)


def outcome(data: bytes) -> list:
    """Read and judge a file as a caller does; anything but Unreadable comes through."""
    try:
        documents = core.read(data)
    except core.Unreadable as refused:
        assert str(refused)
        return []
    return [core.check(each) for each in documents]


@pytest.mark.parametrize("kind", sorted(ALL))
def test_a_document_is_read(kind):
    (document,) = core.read(signing.sign(dte(kind, 77)))
    assert (document.type, document.id.folio, document.flaws) == (kind, 77, [])
    assert document.header.present
    assert document.lines[0].index == 1
    assert document.xml.document_id == f"F77T{kind}"


@pytest.mark.parametrize(
    ("declared", "written_in"),
    [("UTF-8", "utf-8"), ("iso-8859-1", "latin-1"), ("WINDOWS-1252", "cp1252"), (None, "utf-8")],
)
def test_encodings(declared, written_in):
    text = written(dte(33)).decode("latin-1").split("?>", 1)[1]
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    (document,) = core.read((head + text).encode(written_in))
    assert document.issuer.name == "Comercial Ñuble Limitada"
    assert not document.xml.misencoded
    (document,) = (
        core.read(b"\xef\xbb\xbf" + (head + text).encode(written_in))
        if written_in == "utf-8"
        else (document,)
    )
    assert document.issuer.comuna == "Chillán"


def test_latin_1_that_declares_utf_8_is_read():
    (document,) = core.read(written(dte(33)).replace(b"ISO-8859-1", b"UTF-8"))
    assert document.issuer.name == "Comercial Ñuble Limitada"
    assert document.xml.misencoded


@pytest.mark.parametrize(
    "data",
    [
        b"", b" \n", b"%PDF-1.4", b"\0\1\2\3" * 100, b"{}", b"\xff\xfe<\0", b"\xef\xbb\xbf", b"<", b"<DTE",
        b"<?xml", b"<a/>", b"<html><body>Sesion expirada</body></html>", b"<DTE/>", b"<EnvioDTE/>",
        b"<EnvioDTE><SetDTE/></EnvioDTE>", b"<DTE><Documento></DTE>", b"<DTE>&nada;</DTE>",
        b"<!-- solo esto -->", b"<DTE>\0</DTE>", b"<EnvioDTE><SetDTE><DTE/></SetDTE></EnvioDTE>",
        b'<?xml version="1.0"?>', b"<x:DTE/>",
    ],
)  # fmt: skip
def test_what_is_no_dte_is_unreadable(data):
    assert reason(data)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "cp500"])
def test_encodings_that_hide_what_is_written_are_refused(encoding):
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    assert reason(f'{head}<!DOCTYPE a [<!ENTITY x "y">]><DTE>&x;</DTE>'.encode(encoding))


@pytest.mark.parametrize("name", ["UTF-7", "utf-16", "EBCDIC-CP-US", "no-such", "ISO-2022-JP", "", "\xff"])
def test_other_declared_encodings_are_refused(name):
    data = written(dte(33)).replace(b"ISO-8859-1", name.encode("latin-1"))
    assert "ncoding" in reason(data)


_BOMBS = {
    "laughs": "<!DOCTYPE l [<!ENTITY a0 'ha'>"
    + "".join(f"<!ENTITY a{i} '{f'&a{i - 1};' * 10}'>" for i in range(1, 12))
    + "]><DTE><Documento>&a11;</Documento></DTE>",
    "quadratic": "<!DOCTYPE l [<!ENTITY a '" + "x" * 100_000 + "'>]><DTE>" + "&a;" * 10_000 + "</DTE>",
    "external": "<!DOCTYPE l [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><DTE><Documento>&a;</Documento></DTE>",
    "parameter": "<!DOCTYPE l [<!ENTITY % p SYSTEM 'http://127.0.0.1:9/x.dtd'> %p;]><DTE/>",
    "dtd": "<!DOCTYPE DTE SYSTEM 'http://127.0.0.1:9/x.dtd'><DTE><Documento/></DTE>",
    "late": "<DTE>" + " " * 10_000 + "<!DOCTYPE x></DTE>",
}


@pytest.mark.parametrize("name", _BOMBS)
@pytest.mark.parametrize("head", ["", '<?xml version="1.0" encoding="ISO-8859-1"?>\n', "<!-- x -->"])
def test_bombs_are_refused_before_a_tree_is_built(name, head):
    started = time.process_time()
    assert "DTD" in reason((head + _BOMBS[name]).encode())
    assert time.process_time() - started < 1


def test_size_is_bounded():
    assert "MB" in reason(b"<DTE>" + b" " * reader.MAX_BYTES)
    assert "MB" in reason(bytes(100 * 1024 * 1024))


@pytest.mark.parametrize(
    "data",
    [
        b"<a>" * 300_000,
        b"<DTE>" + b"<Documento>" * 300 + b"</Documento>" * 300 + b"</DTE>",
        b"<DTE" + b"".join(b' a%d="1"' % i for i in range(100_000)) + b"/>",
        b"<DTE" + b"".join(b' xmlns:a%d="http://a"' % i for i in range(50_000)) + b"><Documento/></DTE>",
        b"<DTE><Documento>" + b"<Detalle/>" * (reader.MAX_PARTS + 1) + b"</Documento></DTE>",
        b"<EnvioDTE><SetDTE>%s</SetDTE></EnvioDTE>" % (b"<DTE><Documento/></DTE>" * (reader.MAX_DOCUMENTS + 1)),
        b"<DTE><Documento>" + b"<a/>" * reader.MAX_TAGS + b"<b/></Documento></DTE>",
    ],
    ids=["open", "deep", "attributes", "namespaces", "lines", "documents", "tags"],
)  # fmt: skip
def test_shapes_that_no_dte_has_are_refused_in_bounded_time(data):
    started = time.process_time()
    assert reason(data)
    assert time.process_time() - started < 5


def test_a_wide_document_takes_bounded_memory():
    data = (
        b"<DTE><Documento>"
        + b"<Detalle><NmbItem>x</NmbItem></Detalle>" * reader.MAX_PARTS
        + b"</Documento></DTE>"
    )
    tracemalloc.start()
    try:
        (document,) = core.read(data)
        assert len(document.lines) == reader.MAX_PARTS
        assert tracemalloc.get_traced_memory()[1] < 20 * len(data)
    finally:
        tracemalloc.stop()


def test_a_long_text_is_read_or_refused_but_never_cut():
    for size, readable in ((1_000_000, True), (11_000_000, False)):
        data = written(changed(dte(33), "Detalle[1]/NmbItem", "x" * size))
        if readable:
            (document,) = core.read(data)
            assert len(document.lines[0].name) == size
            assert [flaw.kind for flaw in document.flaws] == ["too_long"]
        else:
            assert reason(data)


@pytest.mark.parametrize("data", _RIGHT)
def test_every_truncation_is_unreadable_or_read(data):
    for length in range(0, len(data) - 1, 37):
        assert reason(data[:length])


def test_numbers_in_other_scripts_and_shapes_are_no_numbers():
    for text in ("１２３", "1_000", "0x10", "1e5", "٣", "NaN", "Infinity", "9" * 5000, "--1", "1.2.3", "½"):
        (document,) = core.read(written(changed(dte(33), "Encabezado/Totales/MntTotal", text)))
        assert [flaw.kind for flaw in document.flaws] == ["malformed"], text
        assert not document.totals.knows("total")


def test_elements_in_other_places_and_namespaces_are_not_taken():
    data = written(dte(33)).replace(
        b"<Encabezado>", b'<Encabezado><MntTotal>1</MntTotal><x:Folio xmlns:x="http://x">9</x:Folio>'
    )
    (document,) = core.read(data)
    assert (document.totals.total, document.id.folio) == (15887, 101)


def test_a_comment_does_not_cut_a_text():
    data = written(dte(33)).replace(b"<MntTotal>15887", b"<MntTotal>158<!-- x -->87")
    assert core.read(data)[0].totals.total == 15887
    data = written(dte(33)).replace(b"<MntTotal>15887", b"<MntTotal><![CDATA[158]]>87")
    assert core.read(data)[0].totals.total == 15887


def test_an_envelope_knows_its_documents():
    documents = core.read(_RIGHT[-1])
    envelope = documents[0].xml.envelope
    assert (envelope.kind, [d.xml.index for d in documents]) == ("EnvioDTE", [1, 2])
    assert envelope.documents == tuple(documents)
    assert envelope.cover.resolution_number == 80


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(_RIGHT),
    st.lists(st.tuples(st.integers(0, 10**6), st.binary(max_size=4)), min_size=1, max_size=8),
)
def test_spoiled_bytes_never_crash(data, spoils):
    mutant = bytearray(data)
    for place, value in spoils:
        at = place % len(mutant)
        mutant[at : at + len(value) or at + 1] = value
    for report in outcome(bytes(mutant)):
        assert "internal error" not in report.not_evaluated.values(), report.not_evaluated


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(_RIGHT[:-1]), st.data())
def test_spoiled_texts_never_crash(data, draw):
    """Any text in any element: what a person or a program may have typed."""
    pieces = data.split(b"<")
    at = draw.draw(st.integers(3, len(pieces) - 1))
    tag, _, _ = pieces[at].partition(b">")
    text = draw.draw(st.text(st.characters(codec="latin-1", exclude_categories=("Cc",)), max_size=30))
    pieces[at] = tag + b">" + text.replace("&", "&amp;").replace("<", "&lt;").encode("latin-1")
    for report in outcome(b"<".join(pieces)):
        assert "internal error" not in report.not_evaluated.values(), report.not_evaluated


@given(st.binary(max_size=400))
def test_noise_is_unreadable(data):
    assert reason(data)
    assert reason(b"<DTE>" + data.replace(b">", b""))


@pytest.mark.parametrize(
    ("path", "xml"),
    [
        ("Encabezado/Totales", "<MntTotal>1</MntTotal>"),
        ("Encabezado/IdDoc", "<Folio>9</Folio>"),
        ("Encabezado", "<Totales><MntTotal>1</MntTotal></Totales>"),
        ("Detalle[1]", "<NmbItem>Otra cosa</NmbItem>"),
    ],
)
def test_what_is_said_twice_can_be_read_two_ways_and_is_refused(path, xml):
    assert "twice" in reason(written(added(dte(33), path, xml)))


def test_a_second_body_is_refused():
    root = dte(33)
    root.append(dte(34)[0])
    assert "twice" in reason(written(root))


def test_what_may_repeat_is_read():
    root = added(dte(33), "Encabezado/Emisor", "<Telefono>1</Telefono><Telefono>2</Telefono>", before="Acteco")
    assert core.read(written(root))[0].issuer.phones == ("1", "2")
