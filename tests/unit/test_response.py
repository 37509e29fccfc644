"""Answers of the SII and of customers: read as their schemas say, and hostile files give Unreadable, never a crash."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from l10n_cl_ai.dte import Unreadable
from l10n_cl_ai.dte.response import MAX_DETAILS, MAX_GLOSS, is_response, parse_moment, read_response

SII = """<?xml version="1.0" encoding="ISO-8859-1"?>
<RESULTADO_ENVIO><IDENTIFICACION><RUTEMISOR>76192083-9</RUTEMISOR><RUTENVIA>12345678-5</RUTENVIA>
<TRACKID>123</TRACKID><TMSTRECEPCION>{moment}</TMSTRECEPCION><ESTADO>{state}</ESTADO></IDENTIFICACION>
<ESTADISTICA><SUBTOTAL><TIPODOC>33</TIPODOC><INFORMADO>5</INFORMADO><RECHAZO>1</RECHAZO><REPARO>1</REPARO>
<ACEPTA>3</ACEPTA></SUBTOTAL></ESTADISTICA>{rest}</RESULTADO_ENVIO>"""
REVISION = "<REVISIONDTE><FOLIO>{folio}</FOLIO><TIPODTE>33</TIPODTE><ESTADO>{state}</ESTADO>{details}</REVISIONDTE>"
CUSTOMER = """<?xml version="1.0" encoding="ISO-8859-1"?>
<RespuestaDTE xmlns="http://www.sii.cl/SiiDte" version="1.0"><Resultado ID="R1"><Caratula version="1.0">
<RutResponde>77262640-1</RutResponde><RutRecibe>76192083-9</RutRecibe><IdRespuesta>1</IdRespuesta>
<NroDetalles>1</NroDetalles><TmstFirmaResp>2026-11-20T10:00:00</TmstFirmaResp></Caratula>{rest}</Resultado>
</RespuestaDTE>"""
RESULT = """<ResultadoDTE><TipoDTE>33</TipoDTE><Folio>77</Folio><FchEmis>2026-11-18</FchEmis>
<RUTEmisor>76192083-9</RUTEmisor><RUTRecep>{receiver}</RUTRecep><MntTotal>12495</MntTotal><CodEnvio>1</CodEnvio>
<EstadoDTE>{state}</EstadoDTE><EstadoDTEGlosa>Precio no acordado</EstadoDTEGlosa><CodRchDsc>-2</CodRchDsc>
</ResultadoDTE>"""
RECEPTION = """<RecepcionEnvio><NmbEnvio>e.xml</NmbEnvio><FchRecep>2026-11-20T10:00:00</FchRecep><CodEnvio>1</CodEnvio>
<EnvioDTEID>E1</EnvioDTEID><EstadoRecepEnv>{upload}</EstadoRecepEnv><RecepEnvGlosa>Archivo ilegible</RecepEnvGlosa>
{documents}</RecepcionEnvio>"""
RECEIVED = """<RecepcionDTE><TipoDTE>33</TipoDTE><Folio>77</Folio><FchEmis>2026-11-18</FchEmis>
<RUTEmisor>76192083-9</RUTEmisor><RUTRecep>77262640-1</RUTRecep><MntTotal>1</MntTotal>
<EstadoRecepDTE>{state}</EstadoRecepDTE><RecepDTEGlosa>Error de firma</RecepDTEGlosa></RecepcionDTE>"""


def sii(*revisions, state="EPR - Envio Procesado", moment="2026-11-18 20:00:00", errors=""):
    rest = f"{errors}<REVISIONENVIO>{''.join(revisions)}</REVISIONENVIO>" if revisions else errors
    return SII.format(state=state, moment=moment, rest=rest).encode("latin-1")


def revision(state, *details, folio=77):
    return REVISION.format(folio=folio, state=state, details="".join(f"<DETALLE>{each}</DETALLE>" for each in details))


def customer(rest):
    return CUSTOMER.format(rest=rest).encode("latin-1")


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("RCH - DTE Rechazado", "rejected"), ("RECHAZADO", "rejected"),
        ("RLV - DTE Aceptado con Reparos Leves", "reparo"),
        ("RPR - DTE Aceptado con Reparos", "reparo"), ("DTE Aceptado con Reparos", "reparo"), ("ACEPTADO", "accepted"),
        ("DTE Rechazado", "rejected"), ("AOK", "accepted"),
    ],
)  # fmt: skip
def test_the_state_of_a_document_in_the_siis_answer(state, kind):
    (answer,) = read_response(sii(revision(state, "(HED-3-846) Falta comuna"))).answers
    assert (answer.kind, answer.type, answer.folio, answer.issuer) == (kind, 33, 77, "76192083-9")


def test_several_details_are_one_answer_with_codes_and_lines():
    (answer,) = read_response(sii(revision("RLV", "(HED-2-210) Neto", "DET L[3]-2-200: Monto del ítem"))).answers
    assert [(each.code, each.line_number) for each in answer.details] == [("HED-2-210", None), ("DET-2-200", 3)]
    assert answer.details[1].gloss == "DET L[3]-2-200: Monto del ítem"
    assert answer.received_at == answer.at == datetime.datetime(2026, 11, 18, 23)


def test_an_unknown_state_is_judged_by_its_codes_and_else_refused():
    assert read_response(sii(revision("XYZ", "(HED-3-846)"))).answers[0].kind == "rejected"
    assert read_response(sii(revision("XYZ", "(HED-2-210)"))).answers[0].kind == "reparo"
    with pytest.raises(Unreadable, match="XYZ"):
        read_response(sii(revision("XYZ", "sin código")))


def test_documents_that_are_accepted_and_not_named_are_counted():
    assert read_response(sii(revision("RCH", "x"))).unnamed == {33: 3}
    assert read_response(sii(revision("AOK"), revision("AOK", folio=78))).unnamed == {33: 1}


def test_an_upload_that_was_refused_whole_names_no_document():
    errors = "<ERRORENVIO><DETERRENVIO>ENV-3-0 Error de schema</DETERRENVIO></ERRORENVIO>"
    response = read_response(sii(state="RSC - Rechazado por Error en Schema", errors=errors))
    assert [each.code for each in response.errors] == ["RSC", "ENV-3-0"]
    assert response.answers == ()
    assert read_response(sii()).errors == ()


@pytest.mark.parametrize(("state", "event"), [(0, "ACD"), (1, "ACD"), (2, "RCD")])
def test_a_customers_answer(state, event):
    response = read_response(customer(RESULT.format(state=state, receiver="77262640-1")))
    (answer,) = response.answers
    assert (response.speaker, answer.kind, answer.event, answer.receiver) == ("customer", "claim", event, "77262640-1")
    assert answer.details[0].gloss == "Precio no acordado"
    assert answer.details[0].code == "-2"
    assert (answer.at, answer.received_at) == (datetime.datetime(2026, 11, 20, 13), None)


def test_a_customers_reception_is_neither_acceptance_nor_claim():
    for state, event in ((0, "received"), (1, "not_received"), (99, "not_received")):
        documents = RECEIVED.format(state=state)
        (answer,) = read_response(customer(RECEPTION.format(upload=0, documents=documents))).answers
        assert answer.event == event
    response = read_response(customer(RECEPTION.format(upload=91, documents="")))
    assert (response.answers, response.errors[0].gloss) == ((), "Archivo ilegible")


@pytest.mark.parametrize(
    "data",
    [
        b"", b"no xml", b"<DTE/>", b"<RESULTADO_ENVIO", customer(RESULT.format(state=7, receiver="77262640-1")),
        customer(RESULT.format(state=2, receiver="76418205-7")),  # speaks for another
        sii(revision("RCH", folio="siete")), sii(revision("RCH", folio="9" * 40)),
        sii(revision("RCH")).replace(b"<FOLIO>77</FOLIO>", b"<FOLIO>77</FOLIO><FOLIO>78</FOLIO>"),
        b'<!DOCTYPE a [<!ENTITY b "c">]><RESULTADO_ENVIO>&b;</RESULTADO_ENVIO>',
        b"<RESULTADO_ENVIO>" * 400 + b"</RESULTADO_ENVIO>" * 400,
    ],
    ids=range(11),
)  # fmt: skip
def test_what_can_be_read_in_two_ways_or_in_none_is_refused(data):
    with pytest.raises(Unreadable) as refused:
        read_response(data)
    assert refused.value.reason.template


def test_glosses_and_details_are_bounded():
    (answer,) = read_response(sii(revision("RCH", *["x" * 5000] * (MAX_DETAILS + 5)))).answers
    assert len(answer.details) == MAX_DETAILS
    assert {len(each.gloss) for each in answer.details} == {MAX_GLOSS}


def test_too_many_documents_are_refused(monkeypatch):
    monkeypatch.setattr("l10n_cl_ai.dte.response.MAX_ANSWERS", 2)
    with pytest.raises(Unreadable, match="more than 2"):
        read_response(sii(*[revision("RCH", folio=number) for number in range(1, 4)]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-18T20:00:00", (2026, 11, 18, 23)),  # summer: UTC-3
        ("2026-07-18 20:00:00", (2026, 7, 19, 0)),  # winter: UTC-4
        ("18/11/2026 20:00:00", (2026, 11, 18, 23)), ("18-11-2026 20:00:00", (2026, 11, 18, 23)),
        ("2026-11-18T20:00:00+00:00", (2026, 11, 18, 20)), ("ayer", None), ("", None), (None, None),
        ("0001-01-01T00:00:00", None), ("9999-12-31T23:59:59", None),
    ],
)  # fmt: skip
def test_moments_are_chiles_and_kept_in_utc(text, expected):
    assert parse_moment(text) == (expected and datetime.datetime(*expected))


def test_only_answers_look_like_answers():
    assert is_response(sii())
    assert is_response(customer(""))
    assert not is_response(b"<EnvioDTE/>")


_BASES = [
    sii(revision("RCH", "(HED-3-846) Falta")), customer(RESULT.format(state=2, receiver="77262640-1")),
    customer(RECEPTION.format(upload=0, documents=RECEIVED.format(state=1))),
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(base=st.sampled_from(_BASES), at=st.floats(0, 1), cut=st.integers(0, 60), put=st.binary(max_size=20))
def test_spoiled_files_are_read_or_refused(base, at, cut, put):
    place = int(at * len(base))
    try:
        response = read_response(base[:place] + put + base[place + cut :])
    except Unreadable as refused:
        assert str(refused)
        return
    for answer in response.answers:
        assert answer.kind in ("accepted", "reparo", "rejected", "claim")
        assert all(len(each.gloss or "") <= MAX_GLOSS for each in answer.details)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_in_words(data):
    with pytest.raises(Unreadable):
        read_response(data)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_a_moment_or_none(text):
    parse_moment(text)
