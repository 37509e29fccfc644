"""``odoo dte check``: the command line."""

import importlib.util
import io
import json
import os
import pathlib
import subprocess
import sys
import types
import zoneinfo

import factory
import pytest

from l10n_cl_ai import dte as rules
from l10n_cl_ai.dte import caf, console, console_input, console_output
from l10n_cl_ai.dte.message import Message

TODAY = ("--today", factory.TODAY.isoformat(), "--lang", "en")
KEYS = {"file", "index", "type", "folio", "issuer", "findings", "not_evaluated"}
FINDING_KEYS = {
    "rule", "sii_effect", "action", "path", "found", "expected", "message", "source", "basis",
    "likely_sii_code",
}
MAIN = """
import pathlib, sys, types
package = types.ModuleType("l10n_cl_ai")
package.__path__ = [sys.argv.pop(1)]
sys.modules["l10n_cl_ai"] = package
from l10n_cl_ai.dte import console
sys.exit(console.main())
"""


@pytest.fixture
def run(capsys):
    """Run the command line; return its exit code, what it said, and what it complained of."""

    def call(*arguments, lang=TODAY):
        code = console.main(["check", *map(str, arguments), *lang])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


@pytest.fixture
def folder(tmp_path):
    """Return a folder with a right document, one with wrong IVA, and one whose credit note is undated."""
    save(tmp_path / "right.xml", factory.dte(33))
    save(tmp_path / "wrong.XML", wrong())
    (tmp_path / "below").mkdir()
    save(tmp_path / "below" / "note.xml", factory.changed(factory.dte(61, 5), "Referencia/CodRef", 9))
    (tmp_path / "notes.txt").write_text("not for the rules")
    return tmp_path


def wrong(folio=102):
    return factory.changed(factory.dte(33, folio), "Encabezado/Totales/IVA", 2536)


def issued_by(rut):
    return factory.changed(factory.dte(33), "Encabezado/Emisor/RUTEmisor", rut)


def save(path, root):
    path.write_bytes(factory.written(root))
    return path


def envelope(*roots):
    body = "".join(factory.etree.tostring(root, encoding="unicode") for root in roots)
    return f'<EnvioDTE xmlns="{factory.NS}"><SetDTE ID="S">{body}</SetDTE></EnvioDTE>'


def lines(out):
    return [json.loads(line) for line in out.splitlines()]


def test_nothing_to_block_is_0(run, folder):
    code, out, err = run(folder / "right.xml")
    assert (code, err) == (0, "")
    assert "type 33, folio 101, issuer 76192083-9" in out
    assert "Documents: 1. To block: 0." in out


def test_something_to_block_is_1_and_says_why(run, folder):
    code, out, err = run(folder / "wrong.XML")
    assert (code, err) == (1, "")
    assert "F04  Encabezado/Totales/IVA: 2536 → 2537" in out
    [finding] = factory.findings(wrong(), "F04")
    assert str(finding.message) in " ".join(out.split())
    assert f"the SII accepts it with a reparo · {finding.source[:40]}" in out
    assert "Documents: 1. To block: 1." in out


def test_what_is_not_the_siis_word_says_so(run, tmp_path):
    guide = "<Referencia><NroLinRef>2</NroLinRef><TpoDocRef>52</TpoDocRef><FolioRef>4</FolioRef>" \
        "<FchRef>2026-11-02</FchRef><CodRef>1</CodRef></Referencia>"
    out = run(save(tmp_path / "note.xml", factory.added(factory.dte(61), "", guide, before="TmstFirma")))[1]
    assert "reported by users, not official · likely code REF-3-415" in " ".join(out.split())


def test_a_folder_is_read_with_what_is_below_in_order(run, folder):
    code, out, err = run(folder, "--format", "json")
    assert (code, err) == (1, "")
    assert [pathlib.Path(each["file"]).name for each in lines(out)] == ["right.xml", "wrong.XML", "note.xml"]


def test_each_file_is_read_once(run, folder):
    (folder / "again.xml").symlink_to(folder / "right.xml")
    out = run(folder, folder, folder / "right.xml", "--format", "json")[1]
    assert len(lines(out)) == 3


def test_json_has_the_keys_that_programs_expect(run, folder):
    (folder / "set.xml").write_text(envelope(factory.dte(34, 7), factory.dte(39, 8)))
    out = run(folder / "set.xml", folder / "wrong.XML", "--format", "json")[1]
    first, second, third = lines(out)
    assert all(each.keys() == KEYS for each in (first, second, third))
    assert [(e["index"], e["type"], e["folio"], e["issuer"]) for e in (first, second, third)] == [
        (1, 34, 7, factory.ISSUER), (2, 39, 8, factory.ISSUER), (1, 33, 102, factory.ISSUER),
    ]
    finding = next(f for f in third["findings"] if f["rule"] == "F04")
    assert finding.keys() == FINDING_KEYS
    assert (finding["sii_effect"], finding["action"], finding["basis"]) == ("reparo", "block", "sii")
    assert [finding[k] for k in ("path", "found", "expected")] == ["Encabezado/Totales/IVA", "2536", "2537"]
    assert {"rule": "K01", "lacking": "counterpart"} in third["not_evaluated"]


def test_text_numbers_the_documents_of_a_set(run, tmp_path):
    path = tmp_path / "set.xml"
    path.write_text(envelope(factory.dte(34, 7), factory.dte(34, 8)))
    out = run(path)[1]
    assert f"{path} · type 34, folio 7" in out
    assert f"{path} [2] · type 34, folio 8" in out


def test_min_action_hides_but_never_changes_the_exit_code(run, tmp_path):
    public = factory.changed(factory.dte(33), "Encabezado/Receptor/RUTRecep", "60910000-1")
    path = save(tmp_path / "public.xml", public)
    assert "G14" in run(path)[1]
    for action in ("warn", "block"):
        code, out, _ = run(path, "--min-action", action)
        assert code == 0
        assert "G14" not in out and "Only findings that --min-action leaves out: " in out
    path = save(tmp_path / "wrong.xml", wrong())
    code, out, _ = run(path, "--min-action", "block", "--format", "json")
    assert code == 1
    assert {f["action"] for f in lines(out)[0]["findings"]} == {"block"}


@pytest.mark.parametrize(("content", "message"), [
    (b"", "The file is not XML."), (b"\x89PNG\r\n", "The file is not XML."), (b"<DTE", "not well-formed"),
    (b"<x/>", "The root element is x"), (b"<EnvioDTE/>", "The envelope holds no DTE."),
    (b'<!DOCTYPE x [<!ENTITY a "b">]><DTE/>', "declares a DTD"),
])
def test_unreadable_is_2_and_the_others_are_checked(run, folder, content, message):
    (folder / "bad.xml").write_bytes(content)
    code, out, err = run(folder, "--format", "json")
    assert code == 2
    assert err.startswith(f"{folder / 'bad.xml'}: ") and message in err
    assert "Traceback" not in err
    assert len(lines(out)) == 3


def test_what_is_too_large_is_not_read_to_its_end(run, tmp_path, monkeypatch):
    monkeypatch.setattr(console_input, "MAX_BYTES", 1000)
    monkeypatch.setattr(rules.reader, "MAX_BYTES", 1000)
    path = tmp_path / "large.xml"
    path.write_bytes(b"<" + b"x" * 5000)
    assert len(console_input.read_file(path)) == 1001
    code, _, err = run(path)
    assert code == 2 and "larger than" in err


def test_missing_empty_and_odd_paths_are_named(run, tmp_path):
    (tmp_path / "empty").mkdir()
    code, out, err = run(tmp_path / "nothing.xml", tmp_path / "empty", "a\0b", "--format", "json")
    assert (code, out) == (2, "")
    assert f"{tmp_path / 'nothing.xml'}: There is no such file or folder." in err
    assert f"{tmp_path / 'empty'}: There is no XML file in this folder." in err
    assert "a\\x00b: It is not a name of a file." in err


@pytest.mark.parametrize(("error", "message"), [
    (PermissionError(13, "denied"), "There is no permission to read it."),
    (OSError(5, "Input/output error"), "It could not be read: Input/output error"),
])
def test_files_that_can_not_be_opened_are_named(run, folder, monkeypatch, error, message):
    def refuse(path):
        if str(path).endswith("right.xml"):
            raise error
        return pathlib.Path(path).read_bytes()

    monkeypatch.setattr(console_input, "read_file", refuse)
    code, out, err = run(folder, "--format", "json")
    assert (code, err) == (2, f"{folder / 'right.xml'}: {message}\n")
    assert len(lines(out)) == 2


def test_folders_that_can_not_be_opened_are_named(run, folder, monkeypatch):
    scan = os.scandir

    def refuse(path):
        if str(path).endswith("below"):
            raise PermissionError(13, "denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    code, out, err = run(folder, "--format", "json")
    assert (code, err) == (2, f"{folder / 'below'}: There is no permission to read it.\n")
    assert len(lines(out)) == 2


def test_links_in_circles_end_and_broken_ones_are_named(run, folder):
    (folder / "below" / "up").symlink_to(folder, target_is_directory=True)
    (folder / "self.xml").symlink_to(folder / "self.xml")
    (folder / "gone.xml").symlink_to(folder / "nowhere.xml")
    code, out, err = run(folder, "--format", "json")
    assert (code, len(lines(out))) == (2, 3)
    assert f"{folder / 'gone.xml'}: There is no such file or folder." in err
    assert f"{folder / 'self.xml'}: It could not be read:" in err


def test_a_pipe_in_a_folder_is_left_alone(run, folder):
    os.mkfifo(folder / "pipe.xml")
    code, out, _ = run(folder, "--format", "json")
    assert (code, len(lines(out))) == (1, 3)


def test_standard_input(run, monkeypatch):
    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=io.BytesIO(factory.written(wrong()))))
    code, out, _ = run("-", "--format", "json")
    assert (code, lines(out)[0]["file"], lines(out)[0]["folio"]) == (1, "-", 102)


@pytest.mark.parametrize("arguments", [
    (), ("-", "-"), ("x.xml", "--today", "19-11-2026"), ("x.xml", "--format", "xml"),
    ("x.xml", "--lang", "fr"),
])
def test_wrong_arguments_are_refused_with_the_usage(capsys, arguments):
    with pytest.raises(SystemExit) as exit_:
        console.main(["check", *arguments])
    assert exit_.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_help_says_what_the_exit_codes_mean(capsys):
    with pytest.raises(SystemExit) as exit_:
        console.main(["check", "--help", "--lang", "en"])
    assert exit_.value.code == 0
    assert "1 something to block (whatever --min-action" in " ".join(capsys.readouterr().out.split())


def test_one_folio_on_two_documents_is_told_to_the_rules(run, tmp_path, monkeypatch):
    seen = []
    check = console.check
    monkeypatch.setattr(console, "check", lambda d: seen.append(d.context.__dict__.get("issued")) or check(d))
    save(tmp_path / "1.xml", factory.dte(33))
    save(tmp_path / "2-copy.xml", factory.dte(33))
    save(tmp_path / "3-other.xml", factory.changed(factory.dte(33), "Encabezado/Totales/MntTotal", 15888))
    save(tmp_path / "4-type.xml", factory.dte(34))
    save(tmp_path / "5-issuer.xml", issued_by(factory.SII))
    run(tmp_path)
    assert seen == [None, None, {(33, 101): "sent"}, None, None]


CAF = (
    "<AUTORIZACION><CAF version='1.0'><DA><RE>76192083-9</RE><RS>X</RS><TD>33</TD>"
    "<RNG><D>1</D><H>500</H></RNG><FA>2026-10-01</FA>"
    "<RSAPK><M>AA</M><E>Aw==</E></RSAPK><IDK>300</IDK></DA><FRMA>x</FRMA></CAF>"
    "<RSASK>SECRET</RSASK></AUTORIZACION>"
)


def test_cafs_are_told_to_the_rules(run, folder, monkeypatch):
    cafs = []
    check = console.check
    monkeypatch.setattr(console, "check", lambda d: cafs.append(d.context.cafs) or check(d))
    (folder / "caf").write_text(CAF)
    assert run(folder / "right.xml", "--caf", folder / "caf")[0] == 0
    [[authorised]] = cafs
    assert (authorised.rut, authorised.type, authorised.key_id) == (factory.ISSUER, 33, 300)
    assert (authorised.range.first, authorised.range.last) == (1, 500)
    assert authorised.date.isoformat() == "2026-10-01"


def test_the_private_key_of_a_caf_is_not_kept():
    authorised = caf.read_caf(CAF.encode())
    kept = [authorised.__dict__, authorised.parent.__dict__, authorised.document.__dict__]
    assert "SECRET" not in repr(kept)


@pytest.mark.parametrize("content", [
    "", "<DTE/>", "<AUTORIZACION/>", CAF.replace("<TD>33</TD>", ""), CAF.replace("<H>500</H>", "<H>x</H>"),
])
def test_a_bad_caf_is_named_and_the_documents_are_checked(run, folder, content):
    (folder / "caf").write_text(content)
    cafs = ("--caf", folder / "caf", "--caf", folder / "none")
    code, out, err = run(folder / "right.xml", *cafs, "--format", "json")
    assert (code, len(lines(out))) == (2, 1)
    assert [line.split(": ")[0] for line in err.splitlines()] == [str(folder / "caf"), str(folder / "none")]


def test_a_broken_rule_is_told_in_one_line(run, folder, monkeypatch):
    def fail(doc):
        raise ZeroDivisionError("a fault of ours")

    broken = rules.rule(
        "Z99", title=Message("x", {}), source="x", effect=rules.SiiEffect.NONE, action=rules.Action.INFO,
    )
    broken(fail)
    try:
        code, out, err = run(folder / "right.xml", "--format", "json")
    finally:
        del rules.RULES["Z99"]
        rules.engine._plan.cache_clear()
    assert code == 0
    assert "Z99" in err and "ZeroDivisionError" in err and "Traceback" not in err
    assert {"rule": "Z99", "lacking": "internal error"} in lines(out)[0]["not_evaluated"]


def test_a_hostile_file_can_not_drive_the_terminal(run, tmp_path):
    path = save(tmp_path / "a\x1b[31m.xml", issued_by("\x9b2J"))
    out = run(path)[1]
    assert "\x1b" not in out and "\x9b" not in out
    assert "\\x1b[31m.xml" in out and "\\x9b2J" in out


def test_long_values_are_cut_in_text_and_whole_in_json(run, tmp_path):
    path = save(tmp_path / "long.xml", issued_by("9" * 5000))
    assert "9" * 700 not in run(path)[1].replace("\n", "").replace(" ", "")
    found = [f["found"] for f in lines(run(path, "--format", "json")[1])[0]["findings"] if f["rule"] == "C01"]
    assert found == ["9" * 5000]


def test_colours_only_on_a_terminal(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    report = rules.check(factory.document(wrong()))

    def shown(out):
        console_output.Text(out, str).document("f.xml", 1, report, report.findings)
        return out.getvalue()

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert "\x1b[31;1mTo block (" in shown(Terminal())
    assert "\x1b" not in shown(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in shown(Terminal())


def test_spanish_comes_from_the_addons_catalog(tmp_path, monkeypatch):
    catalog = tmp_path / "es_CL.po"
    catalog.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "To block"\nmsgstr "Para bloquear"\n\nmsgid "To know"\nmsgstr ""\n\n'
        '#, fuzzy\nmsgid "To look at"\nmsgstr "Quizás"\n',
        encoding="utf-8",
    )
    say = console.translator("es", catalog)
    assert [say(t) for t in ("To block", "To know", "To look at", "else")] == [
        "Para bloquear", "To know", "To look at", "else",
    ]
    assert console.translator("en", catalog)("To block") == "To block"
    assert console.translator("es", tmp_path / "none.po")("To block") == "To block"
    monkeypatch.setitem(sys.modules, "polib", None)
    console._spanish.cache_clear()
    assert console.translator("es", catalog)("To block") == "To block"
    console._spanish.cache_clear()


def test_every_lack_the_context_has_is_named_in_words():
    members = {name for name, each in vars(rules.Context).items() if isinstance(each, rules.field.Field)}
    assert members - {"today"} <= console_output._LACKS.keys()


def test_without_time_zones_the_day_is_asked_for(capsys, monkeypatch):
    def none():
        raise zoneinfo.ZoneInfoNotFoundError("no tzdata")

    monkeypatch.setattr(console, "today_in_chile", none)
    with pytest.raises(SystemExit) as exit_:
        console.main(["check", "x.xml", "--lang", "en"])
    assert exit_.value.code == 2 and "--today" in capsys.readouterr().err


def process(folder, *arguments, **options):
    addon = pathlib.Path(console.__file__).parent.parent
    command = [sys.executable, "-c", MAIN, str(addon), "check", *map(str, arguments), "--lang", "en"]
    return subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.PIPE, **options)


def test_a_closed_pipe_ends_it_quietly(tmp_path):
    copies = [factory.etree.fromstring(factory.written(factory.dte(33, folio))) for folio in range(1, 400)]
    (tmp_path / "set.xml").write_text(envelope(*copies))
    command = process(tmp_path, "set.xml", "--format", "json")
    assert command.stdout.readline().startswith(b'{"file": "set.xml"')
    command.stdout.close()
    assert command.stderr.read() == b""
    assert command.wait(30) == console.BROKEN_PIPE
    command.stderr.close()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_any_terminal_encoding_and_file_name_will_do(tmp_path, encoding):
    name = os.fsdecode(b"caf\xe9.xml")
    save(tmp_path / name, wrong())
    for form in ("text", "json"):
        command = process(tmp_path, name, "--format", form, env={**os.environ, "PYTHONIOENCODING": encoding})
        out, err = command.communicate(timeout=30)
        assert (command.returncode, err) == (1, b"")
        assert b"F04" in out
    assert json.loads(out)["file"] == name


def test_odoo_runs_it_without_the_addons_models(monkeypatch, capsys, folder):
    """The command file is loaded as Odoo does: by its path, under the name odoo.cli.dte."""
    command = types.ModuleType("odoo.cli")
    command.Command = type("Command", (), {"prog": "odoo dte"})
    monkeypatch.setitem(sys.modules, "odoo", types.ModuleType("odoo"))
    monkeypatch.setitem(sys.modules, "odoo.cli", command)
    path = pathlib.Path(console.__file__).parent.parent / "cli" / "dte.py"
    spec = importlib.util.spec_from_file_location("odoo.cli.dte", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.Dte.name == spec.name.rpartition(".")[2]
    with pytest.raises(SystemExit) as exit_:
        module.Dte().run(["check", str(folder / "wrong.XML"), *TODAY])
    assert exit_.value.code == 1
    assert "F04" in capsys.readouterr().out


XSD = (
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.sii.cl/SiiDte">'
    '<xs:element name="DTE"/></xs:schema>'
)


def schemas(tmp_path, name="DTE_v10.xsd", text=XSD):
    folder = tmp_path / "xsd"
    folder.mkdir()
    (folder / name).write_text(text)
    return folder


def test_schemas_are_told_to_the_rules(run, tmp_path, monkeypatch):
    path = save(tmp_path / "right.xml", factory.dte(33))
    check = console.check
    known = []
    told = known.append
    monkeypatch.setattr(console, "check", lambda d: told(d.context.__dict__.get("schema")) or check(d))
    assert run(path)[0] == 0
    assert run(path, "--schemas", schemas(tmp_path))[0] == 0
    assert known[0] is None
    [generation] = known[1].generations
    assert generation.name == str(tmp_path / "xsd")


@pytest.mark.parametrize(("name", "text", "message"), [
    ("notes.txt", "", "There is no *.xsd file in this folder."),
    ("DTE_v10.xsd", "<x", "A file is not a plain XML schema: DTE_v10.xsd."),
    ("DTE_v10.xsd", XSD.replace("xs:element", "xs:elements"), "A file is not a valid schema: "),
    ("other.xsd", XSD, "There is no schema of a DTE here"),
    ("DTE_v10.xsd", XSD.replace("<xs:element", '<xs:include schemaLocation="gone.xsd"/><xs:element'),
     "A schema asks for a file that is not in the folder: gone.xsd."),
])
def test_bad_schemas_are_named_and_the_documents_are_checked(run, tmp_path, name, text, message):
    path = save(tmp_path / "right.xml", factory.dte(33))
    folder = schemas(tmp_path, name, text)
    code, out, err = run(path, "--schemas", folder, "--format", "json")
    assert (code, len(lines(out))) == (2, 1)
    assert err.startswith(f"{folder}: {message}")
