"""The desk: keys of what is shown, what is masked, what is proposed."""

import pytest

from l10n_cl_ai.chat.desk import Desk, Draft, Source
from l10n_cl_ai.llm.question import Private


def test_keys_are_numbered_by_kind_in_order_of_appearance():
    desk = Desk()
    keys = [
        desk.cite("article", "l10n_cl_ai.article", 7, "Plazo", "8 días"),
        desk.cite("record", "account.move", 3, "FAC 1", "total 100"),
        desk.cite("record", "account.move", 4, "FAC 2", "total 200"),
        desk.cite("file", "", 0, "dte.xml", "<DTE/>"),
    ]
    assert keys == ["A1", "R1", "R2", "F1"]


def test_the_same_record_keeps_its_key_and_all_that_was_shown_of_it():
    desk = Desk()
    desk.cite("record", "account.move", 3, "FAC 1", "total 100")
    assert desk.cite("record", "account.move", 3, "FAC 1 (OC-7)", "net 84") == "R1"
    assert desk.cite("record", "account.move", 3, "FAC 1 (OC-7)", "total 100") == "R1"
    source = desk.sources["R1"]
    assert source.text == "total 100\nnet 84"
    assert source.title == "FAC 1 (OC-7)"
    assert desk.cite("record", "res.partner", 3, "Nombre", "") == "R2"


def test_a_text_within_another_is_shown_all_the_same():
    desk = Desk()
    desk.cite("record", "account.move", 3, "FAC 1", "total 1000")
    desk.cite("record", "account.move", 3, "FAC 1", "total 100")
    assert desk.sources["R1"].text == "total 1000\ntotal 100"


def test_figures_are_known_by_their_title():
    desk = Desk()
    assert desk.cite("record", "account.move", 0, "IVA 2026-08", "1") == "R1"
    assert desk.cite("record", "account.move", 0, "IVA 2026-09", "2") == "R2"
    assert desk.cite("record", "account.move", 0, "IVA 2026-08", "3") == "R1"


def test_a_conversation_goes_on_with_its_keys():
    desk = Desk()
    desk.cite("record", "account.move", 3, "FAC 1", "total 100", "https://example.org")
    desk.cite("article", "l10n_cl_ai.article", 7, "Plazo", "8 días")
    desk.hide("name", "Ana Díaz")
    desk.propose(Draft("note", "account.move", 3, text="x"))
    again = Desk.from_json(desk.to_json())
    assert again.sources == desk.sources
    assert again.private == [Private("name", "Ana Díaz")]
    assert again.drafts == []
    assert again.cite("record", "account.move", 4, "FAC 2", "") == "R2"
    assert again.cite("record", "account.move", 3, "FAC 1", "") == "R1"
    assert Desk.from_json(None).sources == {}


def test_what_is_hidden_is_hidden_once_and_never_empty():
    desk = Desk(private=[Private("name", "Ana Díaz")])
    for text in ("Ana Díaz", "", None, "  ", "Luis"):
        desk.hide("name", text)
    assert [one.text for one in desk.private] == ["Ana Díaz", "Luis"]


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="no such kind"):
        Desk().cite("page", "x", 1, "", "")


def test_a_gap_in_the_keys_is_not_filled():
    desk = Desk([Source("R7", "record", "account.move", 1, "", "")])
    assert desk.cite("record", "account.move", 2, "", "") == "R8"


def test_what_is_shown_again_and_again_does_not_grow_for_ever():
    desk = Desk()
    for number in range(30):
        desk.cite("record", "res.partner", 7, "Andes", f"{number} " + "x" * 3000)
    text = desk.sources["R1"].text
    assert len(text) <= 40_000
    assert text.endswith("29 " + "x" * 3000)


def test_a_conversation_keeps_the_newest_of_what_was_shown():
    desk = Desk()
    for number in range(12):
        desk.cite("record", "res.partner", number + 1, f"Socio {number}", f"texto {number}")
        desk.hide("name", f"Socio Número {number}")
    kept = desk.to_json(sources=5, private=3)
    assert [source["key"] for source in kept["sources"]] == ["R8", "R9", "R10", "R11", "R12"]
    assert len(kept["private"]) == 3
    assert Desk.from_json(kept).cite("record", "res.partner", 99, "Otro", "x") == "R13"
