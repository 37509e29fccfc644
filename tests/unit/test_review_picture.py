"""What of a document is sent: all that may, nothing that may not, and no line without a word."""

import json

import factory
import pytest
import review_examples as examples
from hypothesis import given
from hypothesis import strategies as st
from private_texts import raw

from l10n_cl_ai import review
from l10n_cl_ai.dte.types import ALL
from l10n_cl_ai.llm.privacy import Masker
from l10n_cl_ai.llm.prompt import QUOTES
from l10n_cl_ai.llm.question import Private
from l10n_cl_ai.review import History, Troubles, Usual

#: What factory's documents hold of people and places and may not leave; the receiver of an export lives abroad.
PRIVATE = (
    factory.ISSUER, factory.RECEIVER, factory.FOREIGN, "Comercial Ñuble", "Servicios Araucanía", "Overseas Trading",
    "Av. Libertad", "Calle Prat", "5th Avenue", "Juan Soto", "12345678-5", "BCDF12", "US123456",
)  # fmt: skip
HEAD = "Encabezado/IdDoc"


def places(picture):
    return [json.loads(line)["at"] for line in picture.text.splitlines()]


@pytest.mark.parametrize("count", [1, 60, 1000])
def test_every_line_is_there_or_named(count):
    picture = examples.picture(examples.long(count))
    held = {*places(picture), *picture.left_out}
    assert held >= {f"Detalle[{number}]" for number in range(1, count + 1)}
    assert not set(places(picture)) & set(picture.left_out)


def test_sixty_lines_are_sent_whole():
    picture = examples.picture(examples.long(60))
    assert picture.left_out == ()
    assert picture.values["Detalle[60]/NmbItem"] == "Artículo número 60"
    assert picture.values["Detalle[60]/PrcItem"] == 1060


@given(st.integers(0, 3000), st.integers(1, 40))
def test_the_room_is_kept_whatever_it_is(room, count):
    picture = examples.picture(examples.long(count), room=room)
    assert len(picture.text.encode()) <= room
    assert len(places(picture)) + len(picture.left_out) == len(places(examples.picture(examples.long(count))))


@pytest.mark.parametrize("kind", sorted(ALL))
def test_nothing_private_of_a_right_document_is_in_it(kind):
    picture = examples.picture(factory.dte(kind))
    assert [word for word in PRIVATE if word in picture.text] == []
    assert raw(picture.text) == []
    assert "Detalle[1]/NmbItem" in picture.values


@pytest.mark.parametrize("kind", sorted(ALL))
def test_all_of_it_is_on_the_allow_list(kind):
    for path in examples.picture(factory.dte(kind)).values:
        bare = "/".join(step.partition("[")[0] for step in path.split("/"))
        assert any(bare == name or bare.startswith(f"{name}/") for name in examples.ALLOWED), path


def test_an_empty_allow_list_sends_nothing():
    picture = examples.picture(factory.dte(33), allowed=())
    assert (picture.text, picture.values, picture.left_out) == ("", {}, ())


def test_a_name_on_the_list_allows_no_other_that_begins_alike():
    picture = examples.picture(factory.dte(33), allowed=("Encabezado/Emisor/Giro", "Encabezado/IdDoc/TipoDTE"))
    assert list(picture.values) == [f"{HEAD}/TipoDTE"]


def test_folio_and_day_make_no_difference():
    first = examples.picture(factory.dte(33, folio=101))
    later = factory.changed(factory.dte(33, folio=999), f"{HEAD}/FchEmis", "2026-11-27")
    assert examples.picture(later).digest == first.digest
    assert "101" not in first.text
    assert first.values[f"{HEAD}/FchEmis"] == "2026-11"


@pytest.mark.parametrize(
    ("path", "text"),
    [("Detalle[1]/NmbItem", "Otra cosa"), ("Detalle[2]/QtyItem", "3"),
     ("Encabezado/Totales/MntTotal", "1"), ("Encabezado/Receptor/CmnaRecep", "Arica")],
)  # fmt: skip
def test_what_is_judged_makes_another_digest(path, text):
    root = factory.dte(33)
    assert examples.picture(factory.changed(root, path, text)).digest != examples.picture(root).digest


def test_a_quote_is_found_whatever_its_dress():
    picture = examples.picture(factory.dte(33))
    assert picture.holds("RESMA  de «papel»") == "Detalle[1]/NmbItem"
    assert picture.holds("1.050") == "Detalle[1]/PrcItem"
    assert picture.holds("unicornio") is None
    assert picture.holds("…!?") is None


def test_a_quote_is_looked_for_at_its_own_path_first():
    picture = examples.picture(factory.changed(factory.dte(33), "Detalle[2]/NmbItem", "Resma de papel carta 75 g"))
    assert picture.holds("papel", "Detalle[2]/NmbItem") == "Detalle[2]/NmbItem"
    assert picture.holds("papel", "Detalle[2]/QtyItem") == "Detalle[1]/NmbItem"
    assert picture.holds("papel", "no/such") == "Detalle[1]/NmbItem"


@given(st.text(max_size=80))
def test_any_text_is_sent_as_one_line_and_comes_back(text):
    document = factory.document(factory.dte(33))
    document.lines[0].__dict__["name"] = text
    picture = review.picture_of(document, examples.ALLOWED, examples.ROOM)
    lines = [json.loads(line) for line in picture.text.split("\n")]
    [line] = [line for line in lines if line["at"] == "Detalle[1]"]
    assert line.get("NmbItem", "") == text.translate(QUOTES)


@pytest.mark.parametrize("name", ['Comercial "El Roble" SpA', "Comercial «El Roble» SpA", "Comercial “El Roble” SpA"])
def test_a_name_in_quotation_marks_leaves_under_a_pseudonym(name):
    """No private text is looked for across a quotation mark, which may be JSON's own."""
    masker = Masker([Private("name", name)])
    picture = examples.picture(examples.long(1, name=f"Comisión de {name} por ventas"))
    usual, trouble = Usual(f"Comisión de {name}", 5, (1, 1), (1, 1)), Troubles("A", f"De {name}", 1)
    history = History(items=(usual,), rejects=(trouble,))
    for text, times in ((picture.text, 1), (history.text(), 2)):
        sent = masker.mask(text)
        assert "Roble" not in sent
        assert sent.count("[NAME_1]") == times
        assert all(json.loads(line) for line in sent.splitlines())
    assert picture.holds(f"Comisión de {name}", "Detalle[1]/NmbItem") == "Detalle[1]/NmbItem"


def test_a_draft_without_a_date_is_what_is_posted_of_it():
    root = factory.dte(33)
    posted = examples.picture(root)
    later = examples.picture(factory.changed(root, "Encabezado/IdDoc/FchEmis", "2027-01-31"))
    assert (later.text == posted.text, later.digest == posted.digest) == (False, True)
    undated = factory.document(factory.dte(33))
    del undated.header.identification.__dict__["date"]
    assert review.picture_of(undated, examples.ALLOWED, examples.ROOM).digest == posted.digest
