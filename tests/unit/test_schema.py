"""The XSD as one more check: whose schemas, what they say, and what is not let in."""

import io
import threading
import zipfile

import pytest
import signing
from factory import NS, TODAY, changed, dte, written
from schemas import DTE, HEAD, STRICT_DTE, files

from l10n_cl_ai import dte as core
from l10n_cl_ai.dte.schema import Generation, SchemaSet
from l10n_cl_ai.dte.schema_files import MAX_BYTES, Refused, admit, read_archive, read_folder


@pytest.fixture(scope="module")
def newest():
    return SchemaSet([Generation("2026", files(3))])


@pytest.fixture(scope="module")
def both():
    return SchemaSet([Generation("2026", files(3)), Generation("2018", files(4))])


def archive(content: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in content.items():
            made.writestr(name, data)
    return stream.getvalue()


def check(data: bytes, schema: SchemaSet) -> list[list]:
    """Return what A03 finds, document by document."""
    documents = core.read(data, core.Context(today=TODAY, schema=schema))
    return [[f for f in core.check(each).findings if f.rule == "A03"] for each in documents]


@pytest.mark.parametrize("kind", [33, 39, 41, 61])
def test_a_right_document_is_silent(newest, kind):
    for data in (written(dte(kind)), signing.sign(dte(kind)), signing.written(signing.envelope([dte(kind)]))):
        assert check(data, newest) == [[]]


@pytest.mark.parametrize("kind", [33, 39])
def test_a_violation_is_told_with_line_element_and_words(newest, kind):
    data = written(dte(kind, 1234)).replace(b"<Folio>", b"\n\n<Folio>")
    ((finding,),) = check(data, newest)
    assert (finding.sii_effect, finding.action) == ("reject", "block")
    assert finding.path == "Encabezado/IdDoc/Folio"
    assert finding.message.params["line"] == 4
    assert "totalDigits" in str(finding.message)
    assert "{" not in str(finding.message)


def test_a_document_without_namespace_is_judged_in_it(newest):
    data = written(dte(33, 1234)).replace(f' xmlns="{NS}"'.encode(), b"")
    ((finding,),) = check(data, newest)
    assert finding.path == "Encabezado/IdDoc/Folio"
    assert check(written(dte(33)).replace(f' xmlns="{NS}"'.encode(), b""), newest) == [[]]


def test_an_older_schema_turns_a_reject_into_a_warning(both):
    ((finding,),) = check(written(dte(33, 1234)), both)
    assert (finding.sii_effect, finding.action) == ("none", "warn")
    assert "2018" in str(finding.message)
    ((finding,),) = check(written(dte(33, 12345)), both)
    assert (finding.sii_effect, finding.action) == ("reject", "block")


def test_each_document_of_an_envelope_hears_its_own(newest):
    data = signing.written(signing.envelope([dte(33, 1), dte(33, 1234), dte(33, 2)]))
    found = check(data, newest)
    assert [len(each) for each in found] == [0, 1, 0]
    assert found[1][0].path == "Encabezado/IdDoc/Folio"


def test_what_is_wrong_with_the_envelope_is_told_with_the_first(newest):
    data = signing.written(signing.envelope([dte(33, 1), dte(33, 2)])).replace(b"RutEmisor>", b"RutOtro>")
    first, second = check(data, newest)
    assert [f.path for f in first] == ["Caratula/RutOtro"]
    assert second == []


@pytest.mark.parametrize(
    ("old", "new"), [(b"xsi:schemaLocation", b"xsi:otra"), (f' xmlns="{NS}"'.encode(), b"")]
)
def test_an_envelope_says_its_schema_and_namespace(newest, old, new):
    data = signing.written(signing.envelope([dte(33)])).replace(old, new, 1)
    ((finding,),) = check(data, newest)
    assert "SCH-00001" in str(finding.message)


def test_what_suppliers_hang_beside_the_document_is_not_judged(newest):
    strict = {**files(3), "DTE_v10.xsd": STRICT_DTE.encode()}
    data = written(dte(33)).replace(b"</DTE>", b"<DocPersonalizado><x/></DocPersonalizado></DTE>")
    assert check(data, SchemaSet([Generation("strict", strict)])) == [[]]


def test_without_a_schema_for_it_nothing_is_said():
    only = {
        name: content for name, content in files(3).items() if name in ("DTE_v10.xsd", "SiiTypes_v10.xsd")
    }
    schemas = SchemaSet([Generation("DTE only", only)])
    assert check(written(dte(39, 1234)), schemas) == [[]]
    assert check(signing.written(signing.envelope([dte(33, 1234)])), schemas) == [[]]
    assert core.check(core.read(written(dte(33)))[0]).not_evaluated["A03"] == "schema"


def test_a_schema_is_shared_by_threads(newest):
    outcomes = []

    def work(folio: int, wrong: int) -> None:
        for _ in range(30):
            outcomes.append(len(check(written(dte(33, folio)), newest)[0]) == wrong)

    threads = [threading.Thread(target=work, args=case) for case in ((1, 0), (1234, 1)) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [True] * 120


# -- files that people bring -----------------------------------------------------------------------


def test_schemas_are_read_from_folders_and_archives(tmp_path):
    for name, content in files(3).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / "LEAME.txt").write_text("nada")
    assert read_folder(tmp_path) == files(3)
    assert read_archive(archive({**files(3), "LEAME.txt": b"nada", "x.exe": b"MZ"})) == files(3)
    for schemas in (SchemaSet.load(tmp_path), SchemaSet.of_archives(("zip", archive(files(3))))):
        assert len(check(written(dte(33, 1234)), schemas)[0]) == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "archive"),
        (b"PK\3\4 no more", "archive"),
        (archive({"../../etc/x.xsd": b"<a/>"}), "name"),
        (archive({"/abs.xsd": b"<a/>"}), "name"),
        (archive({"a\\..\\..\\b.xsd": b"<a/>"}), "name"),
        (archive({"C:x.xsd": b"<a/>"}), "name"),
        (archive({"bomb.xsd": b" " * (MAX_BYTES + 1)}), "size"),
        (archive({f"{n}.xsd": b"<a/>" for n in range(101)}), "size"),
        (archive({f"{n}.txt": b"" for n in range(1001)}), "size"),
        (b"\0" * (MAX_BYTES + 1), "size"),
    ],
    ids=lambda value: value if isinstance(value, str) else "zip",
)  # fmt: skip
def test_a_hostile_archive_is_refused(data, reason):
    with pytest.raises(Refused) as refused:
        read_archive(data)
    assert refused.value.reason == reason


def test_an_archive_that_lies_about_sizes_is_refused():
    data = bytearray(archive({"a.xsd": b"x" * 1000}))
    place = data.rfind(b"PK\1\2") + 24  # uncompressed size in the central directory
    data[place : place + 4] = (10).to_bytes(4, "little")
    with pytest.raises(Refused):
        admit(read_archive(bytes(data)))


def _schema(content: str) -> dict[str, bytes]:
    return {**files(3), "DTE_v10.xsd": content.encode()}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({}, "empty"),
        (_schema("no XML"), "content"),
        (_schema("<a/>"), "content"),
        (_schema('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + DTE), "content"),
        ({"a.xsd": (HEAD + "</xs:schema>").encode("utf-16")}, "content"),
        (_schema(DTE.replace("SiiTypes_v10.xsd", "/etc/passwd")), "location"),
        (_schema(DTE.replace("SiiTypes_v10.xsd", "../outside.xsd")), "location"),
        (_schema(DTE.replace("SiiTypes_v10.xsd", "http://127.0.0.1:9/x.xsd")), "location"),
        ({"../x.xsd": DTE.encode()}, "name"),
    ],
    ids=lambda value: value if isinstance(value, str) else "files",
)  # fmt: skip
def test_hostile_schemas_are_refused(content, reason):
    with pytest.raises(Refused) as refused:
        Generation("x", content)
    assert refused.value.reason == reason


def test_a_schema_never_reads_the_disk(tmp_path, monkeypatch):
    """The files of a set may change or go once they are read."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "SiiTypes_v10.xsd").write_text("not this one")
    assert Generation("x", files(3)).schema("DTE") is not None


def test_a_folder_that_is_not_there_holds_nothing(tmp_path):
    with pytest.raises(Refused):
        SchemaSet.load(tmp_path / "missing")


def test_long_lists_of_errors_are_cut(newest):
    many = changed(dte(33), "Encabezado/IdDoc/Folio", "x")
    data = signing.written(signing.envelope([many] * 40))
    assert all(len(each) <= 11 for each in check(data, newest))
