"""Masking: what counts as private, and what of a document must reach the model as it is."""

import json
import re

import demo_documents
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from private_texts import NAMES, masked, raw, words
from stdnum import luhn

from l10n_cl_ai.demo import documents as demo
from l10n_cl_ai.llm.privacy import Masker
from l10n_cl_ai.llm.question import Private

# -- each kind -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12.345.678-9", "[RUT_1]"),  # written as nothing else is, with a wrong digit
        ("CL12345678-5, RUT12345678-5", "CL[RUT_1], RUT[RUT_1]"),
        ("12 345 678-5; 12,345,678-5; 12.345.6785", "[RUT_1]; [RUT_1]; [RUT_1]"),
        ("rol 96741350K", "rol [RUT_1]"),
        ("RUT: 12345678-9", "RUT: [RUT_1]"),
        ("RUTEmisor 123456785", "RUTEmisor [RUT_1]"),
        ("<RUTRecep>12345678-5</RUTRecep>", "<RUTRecep>[RUT_1]</RUTRecep>"),
        ("a.b+c@d-e.gob.cl.", "[EMAIL_1]."),
        ("mailto:ventas%40x.cl", "mailto:[EMAIL_1]"),
        ("Fono N° 987654321", "Fono N° [PHONE_1]"),
        ("Fono 22345678, 22345679 y 22345670.", "Fono [PHONE_1], [PHONE_2] y [PHONE_3]."),
        ("+54 9 11 1234-5678; +34612345678", "[PHONE_1]; [PHONE_2]"),
        ("(45) 221 1234, 45-2211234", "[PHONE_1], [PHONE_1]"),
        ("912 345 678", "[PHONE_1]"),
        ("Bencina BCDF12 y BC-DF-12, BCDF-12", "Bencina [PLATE_1] y [PLATE_1], [PLATE_1]"),
        ("camión patente AB1234-K", "camión patente [PLATE_1]-K"),
        ("Patente: ab-1234; moto ABC12", "Patente: [PLATE_1]; moto [PLATE_2]"),
        ("cta. cte. 001-23456-07 Banco", "cta. cte. [ACCOUNT_1] Banco"),
        ("Cuenta Vista Banco Estado N° 12 345 67890", "Cuenta Vista Banco Estado N° [ACCOUNT_1]"),
        ("Cuenta RUT 12345678", "Cuenta RUT [RUT_1]"),
        ("Visa 4111 1111 1111 1111, 4111111111111111", "Visa [CARD_1], [CARD_1]"),
        ("Amex 3782 822463 10005", "Amex [CARD_1]"),
    ],
)
def test_what_is_masked(text, expected):
    assert masked(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "123456785",  # a bare number of the right digits is an amount
        "Neto $ 912345678 y total 912.345.678",
        "MntTotal: 987654321",
        "987654321,50",
        "folio 987654321",
        "12345678-9",  # wrong check digit: a code
        "112345678-5 y 12345678-55",
        "Ruta 5 Sur km 1234567, rutina 7654321, Fruta 1234567",
        "9 1050 9450",  # quantity, price, amount
        "Lápiz grafito N° 9 1350 1350, factura N° 987654321",
        "2 2345 4690",
        "45 2123456",
        "09-11-2026 10:30, 2026-11-09, 9/12/2026 1234",
        "diferencia +15000000",
        "1.000.000 + 12.345.678",
        "CPVC20 HDTV55 RGBW12 XBCDF12 BCDF123 bcdf12 BCDE12 BCDF12-A3",
        "AB1234 sin más",
        "cuenta contable 1101001, cuenta 5 cajas 12345",
        "depósito en cuenta corriente por $ 1.500.000 el 15-11-2026",
        "cuenta corriente factura 48211",
        "7801234567892 4006381333931",  # bar codes
        "1234567890123456",
        "UF 38.500,12; 19 %; 3 x 1.190",
        "celular modelo A15, cantidad 2 x 199.990",
        "fono fax el 15-11-2026",
        "Pedido 4500012345 línea 10",
        "Resolución Ex. SII N° 80 de 22-08-2014",
        "arroba @ sola, a@b sin dominio",
        "Ley 20.393, artículo 1°",
    ],
)
def test_what_is_not_private_reaches_the_model(text):
    assert masked(text) == text


@given(st.integers(0, 10**12), st.integers(0, 99))
def test_no_amount_is_masked(amount, cents):
    dotted = f"{amount:,}".replace(",", ".")
    for text in (f"$ {amount}", f"${dotted}", f"total {dotted}", f"{dotted},{cents:02}", f"MntNeto: {amount}",
                 f"<MontoItem>{amount}</MontoItem>", f"Folio {amount}"):  # fmt: skip
        assert masked(text) == text


@given(st.dates())
def test_no_date_is_masked(day):
    for form in ("%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d"):
        text = f"vence {day.strftime(form)}, {day.strftime(form)}"
        assert masked(text) == text


@given(st.integers(10**13, 10**16 - 1).map(lambda n: "4" + str(n)[1:]))
def test_cards_are_those_with_the_right_check_digit(number):
    whole = number + luhn.calc_check_digit(number)
    assert masked(f"pago {whole} hoy") == "pago [CARD_1] hoy"
    wrong = number + str((int(whole[-1]) + 1) % 10)
    assert masked(f"pago {wrong} hoy") == f"pago {wrong} hoy"


#: What must reach the model of a DTE as it is.
FIGURES = (
    "TipoDTE",
    "Folio",
    "FchEmis",
    "FchVenc",
    "Acteco",
    "MntNeto",
    "MntExe",
    "TasaIVA",
    "IVA",
    "MntTotal",
    "QtyItem",
    "PrcItem",
    "MontoItem",
    "FolioRef",
    "FchRef",
    "CodRef",
    "NmbItem",
    "VlrCodigo",
    "UnmdItem",
)


@pytest.mark.parametrize(("name", "content"), demo_documents.documents().items())
def test_the_documents_of_the_demo_keep_their_figures_and_lose_their_parties(name, content):
    before = content.decode("ISO-8859-1")
    root = etree.fromstring(content)
    private = [Private("name", leaf.text) for leaf in root.iter("{*}RznSoc", "{*}RznSocRecep")]
    private += [Private("address", leaf.text) for leaf in root.iter("{*}DirOrigen", "{*}DirRecep")]
    after = masked(before, private)
    for tag in FIGURES:
        leaves = re.compile(f"<{tag}>[^<]*<")
        assert leaves.findall(after) == leaves.findall(before)
    assert not raw(after)
    for item in private:
        assert item.text not in after


@pytest.mark.parametrize(
    "item", {item for document in demo.DOCUMENTS for item in document.items}, ids=lambda item: item.name
)
def test_the_lines_of_the_demo_are_not_private(item):
    text = f"{item.quantity} {item.name} {item.price} {item.quantity * item.price:.0f}"
    assert masked(text) == text


# -- names ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("COMERCIAL NUBLE LTDA", "[NAME_1]"),
        ("comercial  ñuble\nlimitada", "[NAME_1]"),
        ("Comercial Ñuble", "[NAME_1]"),
        ("Comercial N\u0303uble SpA", "[NAME_1]"),
        ("comercializadora ñuble", "comercializadora ñuble"),
        ("Sr. JOSE PEÑA SOTO.", "Sr. [NAME_1]."),
        ("José, Peña; Soto", "José, Peña; Soto"),
        ('["José","Peña Soto"]', '["José","Peña Soto"]'),
        ("{José} {Peña} [Soto]", "{José} {Peña} [Soto]"),
        ("José: Peña! Soto; **José** **Peña Soto**", "[NAME_1]; **[NAME_1]**"),
        ("José <Peña> | Soto; PEÑA + SOTO, JOSE", "[NAME_1]; [NAME_1]"),
        (f"José{' ' * 20}Peña\t\n  Soto; José?Peña=Soto", "[NAME_1]; [NAME_1]"),
        ("Falabella", "Falabella"),
        ("FALABELLA SA y falabella ltda", "[NAME_1] y [NAME_1]"),
        ("Sol, sol, SOL, parasol", "[NAME_1], sol, [NAME_1], parasol"),
        ("Avenida Libertad 1234", "[ADDRESS_1]"),
        ("en Libertad Nro. 1234 depto 5", "en [ADDRESS_1]"),
        ("libertad 12345", "libertad 12345"),
    ],
)
def test_names_and_addresses(text, expected):
    assert masked(text, NAMES) == expected


def test_the_longest_name_wins_and_each_company_is_itself():
    given_names = [Private("name", text) for text in ("Maule SpA", "Agro Maule SpA", "Agro Maule Limitada")]
    masker = Masker(given_names)
    text = "Agro Maule Limitada, Agro Maule SpA, Maule SpA"
    assert masker.mask(text) == "[NAME_1], [NAME_2], [NAME_3]"
    assert masker.restore("[NAME_3], [NAME_2], [NAME_1]") == "Maule SpA, Agro Maule SpA, Agro Maule Limitada"


@pytest.mark.parametrize("name", [
    "Yahoo! Chile", "Acme: Soluciones", "Norte | Sur Consultores", "Hoteles @ Home", "A+B Ingeniería", "Juan <Pérez>",
    "¿Qué? Librería", "Café* Ñuñoa", "100% Natural Foods", "Luz/Agua Norte", "Río = Mar", "R$ Import Export",
])  # fmt: skip
def test_a_name_is_found_as_it_is_written(name):
    for text in (name, name.upper(), f"Paga {name}, hoy", f'{{"partner":"{name}","more":1}}'):
        assert name.split()[-1].lower() not in masked(text, [Private("name", name)]).lower()
    assert json.loads(masked(f'{{"partner":"{name}"}}', [Private("name", name)]))["partner"].count("[NAME_1]") == 1


def test_names_that_say_nothing_are_left():
    useless = [Private("name", text) for text in ("", " ", "A", "12", "Ventas", "Facturación", "...")]
    text = "Ventas de A: 12 facturas; facturación..."
    assert masked(text, useless) == text


def test_numbers_given_are_found_however_they_are_parted():
    bank = [Private("account", "00-123-45678")]
    assert masked("a 0012345678, 00 123 45678, 00-123-45678 y 123 45678", bank) == (
        "a [ACCOUNT_1], [ACCOUNT_1], [ACCOUNT_1] y 123 45678"
    )


@given(st.lists(words, min_size=2, max_size=4), st.sampled_from(("upper", "title", "lower")))
def test_a_name_of_several_words_is_found_in_any_case(parts, case):
    # A given name of words such as "ventas" alone would be nobody's.
    name = " ".join([*parts, "zúñiga"])
    assert masked(f"({getattr(name, case)()})", [Private("name", name)]) == "([NAME_1])"
