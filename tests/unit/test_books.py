"""What asks for figures of the books, and what for a rule; more of both in ``l10n_cl_ai/tests/book_questions.py``."""

import pytest

from l10n_cl_ai.chat import books


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("¿Cuánto me debe Comercial Andes?", books.RECEIVABLE),
        ("CUANTO LE DEBEMOS a Entel", books.PAYABLE),
        ("IVA de octubre", books.TAX),
        ("¿Cuánto vendimos ayer?", books.SALES),
        ("compras de agosto", books.PURCHASES),
        ("¿Está pagada la factura N° 1234?", books.DOCUMENTS),
    ],
)
def test_figures_of_the_books_have_their_place(question, place):
    assert books.place_of(question) == place


@pytest.mark.parametrize(
    "question",
    [
        "", "¿?", "¿Cuántos días tenemos para reclamar una factura?",
        "¿Quién debe retener en una boleta de honorarios?",
        "¿Hasta cuándo se paga el F29?", "¿Cuánto se retiene de los honorarios pagados en 2026?",
        "¿Qué hago con el remanente de crédito fiscal?", "factura 33 o 34", "¿Cómo anulo una factura electrónica?",
        "saldo de remanente de crédito fiscal",
    ],
)  # fmt: skip
def test_rules_are_none_of_the_books(question):
    assert books.place_of(question) is None


def test_of_long_questions_the_beginning_is_read():
    assert books.place_of("cuanto factura de la el en " * 2000) is None
