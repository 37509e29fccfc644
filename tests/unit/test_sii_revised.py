"""A document that says something else under the same address; and what is only another writing of it."""

import pytest

from l10n_cl_ai.sii.revised import MOST_SHOWN, Revision, differences, is_believable, revision

TEXT = """# Resolución Exenta N° 107

Los emisores de guías de despacho deberán informar la comuna de destino a contar del 1 de mayo de 2099. La multa es
la del artículo 97 N° 17.

| Mes | UTM |
| --- | --- |
| Enero | 67.429 |
"""


def told(before, *sights):
    """Return what is told at the last of several sights."""
    seen, found = set(), Revision()
    for sight in sights:
        differing = differences(before, sight)
        found, seen = revision(differing, seen), set(differing)
    return found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1 de mayo de 2099", "1 de junio de 2099"), ("artículo 97 N° 17", "artículo 97 N° 15"), ("67.429", "68.034"),
        ("de destino", "de origen y de destino"), ("La multa es\nla del artículo 97 N° 17.\n", ""),
        ("| Enero | 67.429 |", "| Enero | 67.429 |\n| Febrero | 67.501 |"),
        ("N° 17.", "N° 17.\n\nDéjase sin efecto la Resolución N° 5."),
    ],
)  # fmt: skip
def test_what_is_said_otherwise_is_told_at_the_second_sight(old, new):
    after = TEXT.replace(old, new)
    assert after != TEXT
    assert not told(TEXT, after)
    assert told(TEXT, after, after)


def test_only_what_changed_is_shown():
    found = told(TEXT, *[TEXT.replace("1 de mayo", "1 de junio")] * 2)
    assert len(found.added) == len(found.removed) == 1
    assert "1 de junio" in found.added[0] and "multa" not in " ".join(found.lines())
    assert [line[0] for line in found.lines()] == ["+", "−"]


@pytest.mark.parametrize(
    "after",
    [
        TEXT.upper(), TEXT.replace("\n", "\n\n").replace("es\n\nla", "es la"), TEXT.replace("es\nla", "es la"),
        TEXT.replace(" de ", "  de "), TEXT.replace("N°", "Nº"), TEXT.replace("í", "i"),
        TEXT + "\nVisitas: 48.213\n", TEXT + "\n\nDomingo 29 de noviembre de 2026\n",
        TEXT + "\n\nPágina 3 de 12\n\n17\n",
        "\n\n".join(reversed(TEXT.split("\n\n"))),
    ],
)  # fmt: skip
def test_another_writing_is_no_change(after):
    assert after != TEXT
    assert not differences(TEXT, after)


def test_what_comes_and_goes_is_no_change():
    banners = [f"{TEXT}\n\nAtención: horario especial de la oficina {at}.\n" for at in "abcd"]
    assert not told(banners[0], *banners[1:])
    assert not told(TEXT, banners[0], TEXT, banners[0])
    changed = [banner.replace("1 de mayo", "1 de junio") for banner in banners]
    assert "1 de junio" in "".join(told(TEXT, *changed[:2]).added), "a banner hides no change"
    assert "horario" not in "".join(told(TEXT, *changed[:2]).added)


def test_a_document_that_is_all_another_is_shown_in_part():
    found = told(TEXT, *["".join(f"Artículo {at} que se agrega.\n\n" for at in range(200))] * 2)
    assert len(found.added) == 200
    assert len(found.lines()) == MOST_SHOWN + 1


def test_an_error_page_is_not_the_document():
    assert is_believable("Resolución", TEXT, TEXT)
    assert not is_believable("Request Rejected", TEXT, TEXT)
    assert not is_believable("", "# Servicio no disponible\n\nVuelva más tarde.", "")
    assert not is_believable("", TEXT[:30], TEXT)


def test_a_table_of_a_hundred_thousand_figures_is_read_at_once():
    figures = "1 " * 100_000
    assert differences(figures, figures + figures) == {}, "figures alone say nothing"
    assert list(differences(figures, f"{figures} b").values()) == [" ".join(f"{figures} b".split())]
