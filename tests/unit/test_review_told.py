"""What a caller tells of a document that no record stands behind: its history, and whom it names."""

import json

import test_old_contract
from hypothesis import given
from hypothesis import strategies as st

from l10n_cl_ai import dte, review
from l10n_cl_ai.dte import old_contract

LINE = {"nombre": "Resma", "cantidad": 10, "precio": 1000}


def test_earlier_documents_make_items_usual():
    earlier = [{"items": [LINE, {**LINE, "nombre": "RESMA", "precio": 1200, "cantidad": 5}]}, {"items": [LINE]}]
    history = review.history_of(earlier)
    [item] = history.items
    assert (history.documents, item.count, item.prices, item.quantities) == (2, 3, (1000, 1200), (5, 10))
    assert item.exempt is False


def test_what_became_of_them_is_counted():
    earlier = [
        {"estado": "Aceptado"}, {"estado": "rechazado", "codigo_estado": "HED-2-104"},
        {"estado": "RECHAZADO", "codigo_estado": "HED-2-104"}, {"estado": "reparo", "codigo_estado": "Secreto: Soto"},
        {"estado": "reclamado", "codigo_estado": "RCD"}, {"estado": "quién sabe"}, {"estado": ["x"]}, {},
    ]  # fmt: skip
    history = review.history_of(earlier)
    assert (history.documents, history.accepted, history.troubles) == (8, 1, 4)
    assert [(each.code, each.count) for each in history.rejects] == [("HED-2-104", 2)]
    assert "Secreto" not in history.text()


def test_none_told_is_none_known():
    assert review.history_of([]) == review.History()
    assert review.history_of([]).text() == ""


def test_lines_that_tell_no_price_are_not_usual():
    assert review.history_of([{"items": [{"nombre": "Resma"}]}, {"items": "x"}, {"items": [5]}]).items == ()


def test_names_and_addresses_are_private():
    data = {
        **test_old_contract.LEAST, "razon_social_receptor": "Servicios Araucanía SpA", "direccion_receptor": "Prat 456",
        "Contacto": "Juana Soto", "DirDest": "Bodega 7",
    }  # fmt: skip
    private = review.private_of(old_contract.take(data).document)
    assert [(each.kind, each.text) for each in private] == [
        ("name", "Servicios Araucanía SpA"), ("name", "Juana Soto"), ("address", "Prat 456"), ("address", "Bodega 7"),
    ]  # fmt: skip


def test_a_document_that_names_nobody_has_nothing_private():
    assert review.private_of(dte.Document(complete=False, type_code=33)) == ()
    assert review.private_of(dte.Document(complete=True, type_code=33)) == ()


@given(st.lists(st.dictionaries(test_old_contract.NAMES | st.sampled_from(["estado", "codigo_estado"]),
                                test_old_contract.JSON, max_size=5), max_size=5))  # fmt: skip
def test_whatever_comes_can_be_told_to_the_model(objects):
    review.history_of(objects).text().encode()
    for data in objects:
        document = old_contract.take({**test_old_contract.LEAST, **data}).document
        picture = review.picture_of(document, ("Encabezado", "Detalle", "Referencia"), 10_000)
        json.dumps([picture.text, picture.values])
        picture.text.encode()
        review.private_of(document)


def test_whoever_earlier_documents_name_leaves_under_a_pseudonym_too():
    earlier = [{"razon_social_receptor": "Juana Pérez Soto", "items": [LINE]}, {"rut_emisor": 5}, {}]
    assert [each.text for each in review.private_of_earlier(earlier)] == ["Juana Pérez Soto"]
