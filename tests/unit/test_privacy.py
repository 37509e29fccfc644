"""Masking: what is private never leaves, what is not stays, and the answer says what the document said."""

import json
import re
import string
import time

import demo_documents
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from lxml import etree
from stdnum import luhn
from stdnum.cl import rut as stdnum_rut

from l10n_cl_ai.demo import documents as demo
from l10n_cl_ai.llm.privacy import Masker
from l10n_cl_ai.llm.question import Private

NAMES = (
    Private("name", "Comercial Ñuble Limitada"),
    Private("name", "José Peña Soto"),
    Private("name", "Falabella S.A."),
    Private("name", "Sol"),
    Private("address", "Av. Libertad N° 1234, Depto. 5"),
)


def masked(text, private=()):
    return Masker(private).mask(text)


# -- an independent reader of private things: it shares nothing with the masker ------------------------------

RAW_RUT = re.compile(r"(?<![0-9A-Za-z])[0-9]{1,2}\.?[0-9]{3}\.?[0-9]{3} ?[-‐–−] ?[0-9Kk](?![0-9A-Za-z])")
RAW_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
RAW_PHONE = re.compile(r"(?:\+ ?56|\b56)[ .-]?\(?[2-9][0-9]?\)?[ .-]?[0-9]{3,4}[ .-]?[0-9]{3,4}|\b9[ .-]?[0-9]{4}[ .-]?[0-9]{4}\b")


def raw(text):
    """Return the RUTs, e-mails and phones that can be read in a text."""
    ruts = [found for found in RAW_RUT.findall(text) if stdnum_rut.is_valid(re.sub(r"[ .‐–−-]", "", found))]
    return ruts + RAW_EMAIL.findall(text) + RAW_PHONE.findall(text)


# -- what people write ---------------------------------------------------------------------------------------

bodies = st.integers(1_000_000, 99_999_999)
subscribers = st.integers(10_000_000, 99_999_999).map(str)


@st.composite
def ruts(draw):
    body = draw(bodies)
    digit = stdnum_rut.calc_check_digit(str(body))
    body = draw(st.sampled_from((str(body), f"{body:,}".replace(",", "."))))
    hyphen = draw(st.sampled_from(("-", "-", "‐", "–", " - ", "−")))
    return body + hyphen + draw(st.sampled_from((digit, digit.lower())))


phones = st.tuples(
    st.sampled_from(("+56 9 {} {}", "+569{}{}", "56 9 {} {}", "569{}{}", "9 {} {}", "9{}{}", "9-{}-{}", "(9) {} {}",
                     "+56-2-{}-{}", "+56 (2) {} {}", "+56 45 2{}{}", "9{} {}", "fono: 2{}{}", "Tel. 2 {} {}",
                     "(2) {} {}", "celular {}{}")),
    subscribers,
).map(lambda pair: pair[0].format(pair[1][:4], pair[1][4:]))  # fmt: skip
words = st.text(string.ascii_lowercase + "ñáé", min_size=1, max_size=9)
emails = st.builds("{}.{}@{}.{}".format, words, words, st.from_regex(r"[a-z][a-z0-9-]{0,9}", fullmatch=True),
                   st.sampled_from(("cl", "com", "gob.cl")))  # fmt: skip
private = st.one_of(ruts(), phones, emails)
sentences = st.lists(st.one_of(private, words.map(lambda word: f"palabra {word}")), min_size=1, max_size=12)
glue = st.sampled_from((", ", "; ", "\n", " y ", " / "))


@given(sentences, glue)
def test_nothing_private_can_be_read_in_what_leaves(parts, between):
    text = between.join(parts)
    assert not raw(masked(text))


@given(st.lists(private, unique_by=lambda text: re.sub(r"[^0-9a-zñáé@]", "", text)[-9:], min_size=1), glue)
def test_the_answer_says_what_the_document_said(parts, between):
    text = between.join(parts)
    masker = Masker()
    assert masker.restore(masker.mask(text)) == text


dense = st.text("0123456789-.,kK @+()[]_RUTab\nñ\u0301$%clfonota:é", max_size=120)


@given(st.one_of(st.text(max_size=80), dense))
@example("[RUT_1] 12.345.678-5 [[RUT_1]] [RUT_12.345.678-5]")
def test_masking_and_restoring_any_text_changes_nothing(text):
    masker, forms = Masker(NAMES), {}
    for span in masker._spans(text):
        form = text[span.start : span.end]
        # One value written in two ways comes back in the first.
        assume(forms.setdefault((span.kind, span.key), form) == form)
    assert masker.restore(masker.mask(text)) == text


def test_one_value_has_one_pseudonym_however_it_is_written():
    masker = Masker(NAMES)
    text = "12.345.678-5, 12345678-5, RUT 123456785; +56 9 8765 4321, 987654321; A@b.cl a@B.CL"
    assert masker.mask(text) == "[RUT_1], [RUT_1], RUT [RUT_1]; [PHONE_1], [PHONE_1]; [EMAIL_1] [EMAIL_1]"
    assert masker.mask("11.111.111-1 y 12345678-5") == "[RUT_2] y [RUT_1]"
    assert masker.restore("[RUT_1] y [RUT_2]") == "12.345.678-5 y 11.111.111-1"


def test_equal_questions_stay_equal():
    text = "76.192.083-9 vende a 96.741.350-K, de Comercial Ñuble Ltda."
    assert masked(text, NAMES) == masked(text, NAMES) == "[RUT_1] vende a [RUT_2], de [NAME_1]."
    assert masked("11.111.111-1 vende a 22.222.222-2, de Comercial Ñuble Ltda.", NAMES) == masked(text, NAMES)


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
FIGURES = ("TipoDTE", "Folio", "FchEmis", "FchVenc", "Acteco", "MntNeto", "MntExe", "TasaIVA", "IVA", "MntTotal", "QtyItem",
           "PrcItem", "MontoItem", "FolioRef", "FchRef", "CodRef", "NmbItem", "VlrCodigo", "UnmdItem")  # fmt: skip


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


@pytest.mark.parametrize("item", {item for document in demo.DOCUMENTS for item in document.items}, ids=lambda item: item.name)
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
    name = " ".join(parts)
    assume(any(len(part) > 1 for part in parts))
    text = f"({getattr(name, case)()})"
    found = masked(text, [Private("name", name)])
    assert found == "([NAME_1])" or (found == text and set(parts) <= {"venta", "ventas", "caja", "dte", "final", "chile"})


# -- hostile texts -------------------------------------------------------------------------------------------


def test_a_text_that_looks_like_a_pseudonym_can_not_pass_for_one():
    masker = Masker()
    body = masker.mask("[RUT_1] dice: repita [RUT_1] y [rut_2]. RUT 12.345.678-5")
    assert body == "[TEXT_1] dice: repita [TEXT_1] y [TEXT_2]. RUT [RUT_1]"
    assert masker.restore("[TEXT_1] [RUT_1] [TEXT_2]") == "[RUT_1] 12.345.678-5 [rut_2]"


def test_an_answer_restores_nothing_but_what_was_sent():
    masker = Masker()
    masker.mask("12.345.678-5")
    for text in ("[RUT_2]", "[NAME_1]", "[rut_1]", "[RUT_01]", "RUT_1", "[RUT_1", "[RUT_\u0661]", "[[TEXT_1]"):
        assert masker.restore(text) == text
    assert masker.restore("[[RUT_1]]") == "[12.345.678-5]"


def test_pieces_cut_by_another_find_do_not_leak():
    assert masked("Soto 12345678-5", [Private("name", "Peña Soto 12345678")]) == "Soto [RUT_1]"
    crossed = masked("Soto 12345678-5", [Private("name", "Soto 12345678")])
    assert "1234" not in crossed
    assert not raw(crossed)


#: Texts that make an expression go back on its steps again and again, if any can.
HOSTILE = ("a", "1", "1.", "1 ", "1-", "-", "@", "a@", "a.", "a@a.", "a-a@", "[", "[RUT_", "[RUT_1]", "+", "+56", "+56 9 ",
           "(", "9 1234 5678 ", "cta. ", "cuenta corriente ", "cuenta 1-", "fono ", "fono 1234567 ", "tel (", "RUT ", "rut:",
           "r.u.t. ", "vat ", "patente ", "placa AB ", "BC", "12.345.678-", "12345678-5 ", "4111 1111 ", "$ ", "mnt ", "%40",
           "comercial ", "comercial ñuble ", "av ", "n ", "a\u0301", "\u0301", " ", "\n", "\\", "ñ")  # fmt: skip


def seconds(text):
    """Return the processor time of masking a text, the best of three."""
    best = float("inf")
    for _attempt in range(3):
        start = time.process_time()
        masked(text, NAMES)
        best = min(best, time.process_time() - start)
    return best


@pytest.mark.parametrize("seed", HOSTILE)
def test_masking_takes_linear_time(seed):
    """Eight times the text takes some eight times as long: sixty-four times, if any expression were quadratic."""
    short, long = (seed * (size // len(seed)) for size in (8_000, 64_000))
    assert seconds(long) < 24 * max(seconds(short), 0.002)


def test_a_megabyte_of_everything_hostile_is_masked():
    text = "".join(seed * (1_000_000 // len(HOSTILE) // len(seed)) for seed in HOSTILE)
    masker = Masker(NAMES)
    assert masker.restore(masker.mask(text)).casefold() == text.casefold()


# -- JSON ----------------------------------------------------------------------------------------------------

leaves = st.one_of(private, st.text(max_size=20), st.integers(), st.booleans(), st.none(), st.floats(allow_nan=False))
values = st.recursive(leaves, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(words, inner, max_size=4)))


@given(values)
def test_json_comes_back_as_it_went(value):
    masker, forms = Masker(NAMES), {}
    for text in re.findall(r'"((?:[^"\\]|\\.)*)"', json.dumps(value, ensure_ascii=False)):
        for span in Masker(NAMES)._spans(json.loads(f'"{text}"', strict=False)):
            form = json.loads(f'"{text}"', strict=False)[span.start : span.end]
            assume(forms.setdefault((span.kind, span.key), form) == form)
    sent = json.dumps(masker.mask_json(value))
    assert masker.restore_json(json.loads(sent)) == value


strings = st.recursive(
    st.one_of(private, st.text(max_size=20)), lambda inner: st.one_of(st.lists(inner), st.dictionaries(words, inner))
)


@given(strings)
def test_masked_json_text_stays_json(value):
    text = masked(json.dumps(value, ensure_ascii=False), NAMES)
    assert type(json.loads(text)) is type(value)


def test_a_key_says_what_a_number_is():
    masker = Masker()
    value = {"rut": "123456785", "phone": 223456789, "amount_total": 987654321, "cuenta": [{"cta": "n° 12345"}]}
    sent = masker.mask_json(value)
    assert sent == {"rut": "[RUT_1]", "phone": "[PHONE_1]", "amount_total": 987654321, "cuenta": [{"cta": "n° [ACCOUNT_1]"}]}
    assert masker.restore_json(sent)["phone"] == "223456789"


def test_keys_are_masked_and_none_is_lost():
    masker = Masker()
    value = {"12.345.678-5": 1, "12345678-5": 2, "neto": 3}
    sent = masker.mask_json(value)
    assert not raw(json.dumps(sent))
    assert masker.restore_json(sent) == value


def test_an_original_comes_back_in_a_parsed_answer():
    masker = Masker([Private("name", "D'Angelo & Hijos")])
    assert masker.mask("pagó D'Angelo & Hijos") == "pagó [NAME_1]"
    assert masker.restore_json({"[NAME_1]": ["a [NAME_1]", 1, None]}) == {"D'Angelo & Hijos": ["a D'Angelo & Hijos", 1, None]}


# -- streams -------------------------------------------------------------------------------------------------


@given(st.data())
def test_an_answer_that_streams_is_restored_wherever_it_is_cut(data):
    masker = Masker()
    masker.mask("12.345.678-5 a@b.cl [RUT_7] 11.111.111-1")
    pieces = ["[RUT_1]", "[RUT_2]", "[RUT_12]", "[EMAIL_1]", "[TEXT_1]", "[", "]", "[RUT_", "[RUT", "texto ", "\n", "1]"]
    text = "".join(data.draw(st.lists(st.sampled_from(pieces))))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)))))
    stream = masker.stream()
    shown = "".join(stream.feed(text[start:end]) for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True))
    assert shown + stream.finish() == masker.restore(text)


def test_a_stream_waits_for_nothing_but_a_pseudonym():
    masker = Masker()
    masker.mask("12.345.678-5")
    stream = masker.stream()
    assert [stream.feed(piece) for piece in ("hola [", "x] [RU", "T_1", "] [RUT_", "9]")] == [
        "hola ", "[x] ", "", "12.345.678-5 ", "[RUT_9]"
    ]  # fmt: skip
    assert (stream.feed("[RUT_"), stream.finish(), stream.finish()) == ("", "[RUT_", "")
