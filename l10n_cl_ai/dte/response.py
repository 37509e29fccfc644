"""Reads what the SII and customers answer about DTEs from their XML. The input is hostile, as in ``reader``.

``RESULTADO_ENVIO`` (RespSII_v10.xsd) is the SII's answer to an upload: it names only the documents it objects
to. ``RespuestaDTE`` (RespuestaEnvioDTE_v10.xsd) is a customer's, exchanged between companies. Signatures are not
verified: whoever uses an answer must say so.
"""

import datetime
import re
from typing import NamedTuple
from zoneinfo import ZoneInfo

from .answer_code import Code, find_code, normalize, severity
from .field import parse_integer
from .message import _
from .reader import Unreadable, _local, _parse
from .rut import normalize as normalize_rut

_CHILE = ZoneInfo("America/Santiago")
#: Most documents an answer may name (NroDetalles has four digits), and most details of each.
MAX_ANSWERS, MAX_DETAILS = 9_999, 200
#: Longest gloss kept, in characters: the schema allows 256, the SII's DETALLE is unbounded.
MAX_GLOSS = 500
#: States of a document in the SII's answer (REVISIONDTE/ESTADO), by how they begin.
_REVISIONS = {
    "RCH": "rejected", "RECHAZ": "rejected", "RFR": "rejected", "RSC": "rejected", "RCT": "rejected",
    "RPR": "reparo", "RLV": "reparo", "REPARO": "reparo", "AOK": "accepted", "ACEPT": "accepted", "DOK": "accepted",
}  # fmt: skip
#: EstadoDTE of a customer's answer: 0 accepted, 1 accepted with discrepancies, 2 rejected.
_RESULTS = {0: "ACD", 1: "ACD", 2: "RCD"}
_MOMENTS = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%d-%m-%Y %H:%M:%S")


class Detail(NamedTuple):
    """One reason of an answer.

    :param code: as :func:`.answer_code.normalize` has it; None where only words came
    :param line_number: of the document, from 1
    :param gloss: the text as received, at most :data:`MAX_GLOSS` characters
    """

    code: str | None
    line_number: int | None
    gloss: str | None


class Answer(NamedTuple):
    """What one file says of one document.

    :param issuer, receiver: RUTs; None where the file does not say
    :param kind: "accepted", "reparo", "rejected" (the SII) or "claim" (the customer)
    :param event: of a customer: "ACD", "RCD", "received", "not_received"
    :param at: when it was answered, UTC without zone, as Odoo keeps it; None where unreadable
    :param received_at: when the SII received the document, likewise; of the SII's answers only
    """

    issuer: str | None
    receiver: str | None
    type: int
    folio: int
    kind: str
    event: str | None
    details: tuple[Detail, ...]
    at: datetime.datetime | None
    received_at: datetime.datetime | None = None


class Response(NamedTuple):
    """What a file says.

    :param speaker: "sii" or "customer"
    :param issuer: RUT of the company that issued the documents
    :param answers: of the documents it names
    :param unnamed: {type: number of documents accepted that it does not name}
    :param errors: what it says of the upload as a whole, which names no document
    """

    speaker: str
    issuer: str | None
    answers: tuple[Answer, ...]
    unnamed: dict[int, int]
    errors: tuple[Detail, ...]


def is_response(data: bytes) -> bool:
    """Whether a file looks like an answer, without parsing it."""
    head = data[:4096]
    return b"RESULTADO_ENVIO" in head or b"RespuestaDTE" in head


def read_response(data: bytes) -> Response:
    """Return what a file of the SII or of a customer answers.

    :raises Unreadable: not XML, not an answer, too large, forbidden constructions
    """
    root = _parse(data)[0]
    kind = _local(root)
    if kind == "RESULTADO_ENVIO":
        return _read_sii(root)
    if kind == "RespuestaDTE":
        return _read_customer(root)
    raise Unreadable(
        _("The root element is %(tag)s; RespuestaDTE or RESULTADO_ENVIO was expected.", tag=kind[:60] or "?")
    )


# -- the SII -----------------------------------------------------------------------------------------


def _read_sii(root) -> Response:
    head = _child(root, "IDENTIFICACION")
    issuer = normalize_rut(_text(head, "RUTEMISOR"))
    moment = parse_moment(_text(head, "TMSTRECEPCION"))
    revisions = _bounded(_children(_child(root, "REVISIONENVIO"), "REVISIONDTE"))
    answers = tuple(_revision(each, issuer, moment) for each in revisions)
    return Response("sii", issuer, answers, _unnamed(root, answers), _upload_errors(root, head))


def _revision(element, issuer, moment) -> Answer:
    details = tuple(
        _detail(each.text) for each in _children(element, "DETALLE")[:MAX_DETAILS] if (each.text or "").strip()
    )
    kind = _kind(_text(element, "ESTADO"), details)
    number = (_integer(element, "TIPODTE"), _integer(element, "FOLIO"))
    return Answer(issuer, None, *number, kind, None, details, moment, moment)


def _kind(state: str, details) -> str:
    """Return what a document's state means; unknown words are judged by the gravest code beside them."""
    words = state.upper().replace("ACEPTADO CON REPARO", "REPARO")
    first = re.split(r"[^A-Z]+", words.strip())[0]
    for begins, kind in _REVISIONS.items():
        if first.startswith(begins):
            return kind
    for marker, kind in (("RECHAZ", "rejected"), ("REPARO", "reparo")):
        if marker in words:
            return kind
    grades = {severity(each.code) for each in details}
    if "reject" in grades:
        return "rejected"
    if grades & {"reparo", "info"}:
        return "reparo"
    raise Unreadable(_("The state %(state)s of a document is not known.", state=state[:60] or "?"))


def _unnamed(root, answers) -> dict[int, int]:
    """Return {type: accepted documents} of the statistics: the SII names only what it objects to."""
    counts = {}
    for each in _children(_child(root, "ESTADISTICA"), "SUBTOTAL")[:20]:
        accepted = _text(each, "ACEPTA")
        if accepted:
            kind = _integer(each, "TIPODOC")
            named = sum(answer.type == kind and answer.kind == "accepted" for answer in answers)
            counts[kind] = max(0, _integer(each, "ACEPTA") - named)
    return {kind: count for kind, count in counts.items() if count}


def _upload_errors(root, head) -> tuple[Detail, ...]:
    """Return what stopped a whole upload. "EPR" (processed) is no error."""
    errors = [
        _detail(each.text)
        for each in _children(_child(root, "ERRORENVIO"), "DETERRENVIO")[:MAX_DETAILS]
        if (each.text or "").strip()
    ]
    state = _text(head, "ESTADO")
    if state[:3].upper() in ("RSC", "RFR", "RCT"):
        errors.insert(0, Detail(state[:3].upper(), None, state[:MAX_GLOSS]))
    return tuple(errors)


# -- a customer --------------------------------------------------------------------------------------


def _read_customer(root) -> Response:
    result = _child(root, "Resultado")
    head = _child(result, "Caratula")
    issuer, customer = normalize_rut(_text(head, "RutRecibe")), normalize_rut(_text(head, "RutResponde"))
    moment = parse_moment(_text(head, "TmstFirmaResp"))
    answers = [_result(each, customer, moment) for each in _bounded(_children(result, "ResultadoDTE"))]
    errors = []
    for upload in _bounded(_children(result, "RecepcionEnvio")):
        received = _bounded(_children(upload, "RecepcionDTE"))
        answers += [_reception(each, customer, moment) for each in received]
        if not received and _integer(upload, "EstadoRecepEnv"):
            errors.append(_detail(_text(upload, "RecepEnvGlosa")))
    return Response("customer", issuer, tuple(_bounded(answers)), {}, tuple(errors[:MAX_DETAILS]))


def _result(element, customer, moment) -> Answer:
    """Commercial approval of a document. The SII's registry decides what holds; this only tells."""
    state = _integer(element, "EstadoDTE")
    if state not in _RESULTS:
        raise Unreadable(_("The state %(state)s of a document is not known.", state=str(state)[:60]))
    reason = _text(element, "CodRchDsc") or None
    return _customer_answer(element, customer, moment, _RESULTS[state], reason, _text(element, "EstadoDTEGlosa"))


def _reception(element, customer, moment) -> Answer:
    """Technical reception of a document by the customer's system: neither acceptance nor claim."""
    state = _integer(element, "EstadoRecepDTE")
    event = "not_received" if state else "received"
    return _customer_answer(element, customer, moment, event, None, _text(element, "RecepDTEGlosa"))


def _customer_answer(element, customer, moment, event, reason, gloss) -> Answer:
    code = normalize(reason)
    detail = Detail(code.text if code else None, None, gloss[:MAX_GLOSS] or None)
    receiver = normalize_rut(_text(element, "RUTRecep")) or customer
    if receiver != customer:
        raise Unreadable(_("The answer of %(customer)s speaks of documents of others.", customer=customer or "?"))
    number = (_integer(element, "TipoDTE"), _integer(element, "Folio"))
    details = (detail,) if detail.code or detail.gloss else ()
    issuer = normalize_rut(_text(element, "RUTEmisor"))
    return Answer(issuer, receiver, *number, "claim", event, details, moment)


# -- parts -------------------------------------------------------------------------------------------


def _detail(text: str | None) -> Detail:
    """Return a reason with its code taken out of the words, which stay as they came."""
    gloss = " ".join((text or "").split())
    code = find_code(gloss) or Code("")
    return Detail(code.text or None, code.line_number, gloss[:MAX_GLOSS] or None)


def parse_moment(text: str | None) -> datetime.datetime | None:
    """Return a moment of Chile's clock in UTC without zone; None for what is none."""
    text = (text or "").strip()[:40]
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        moment = next(filter(None, (_as(text, form) for form in _MOMENTS)), None)
    if moment is None or not 2000 <= moment.year <= 2100:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=_CHILE)
    return moment.astimezone(datetime.UTC).replace(tzinfo=None, microsecond=0)


def _as(text: str, form: str) -> datetime.datetime | None:
    try:
        return datetime.datetime.strptime(text, form)
    except ValueError:
        return None


def _children(element, tag: str) -> list:
    return [] if element is None else [child for child in element if _local(child) == tag]


def _child(element, tag: str):
    """Return the only child of a name, None when there is none: two could be read in two ways."""
    found = _children(element, tag)
    if len(found) > 1:
        raise Unreadable(_("%(part)s stands twice where it may stand once; it was not read.", part=tag))
    return found[0] if found else None


def _text(element, tag: str) -> str:
    child = _child(element, tag)
    return "" if child is None else " ".join((child.text or "").split())


def _integer(element, tag: str) -> int:
    text = _text(element, tag)
    try:
        if len(text) > 18:
            raise ValueError(text)
        return parse_integer(text)
    except ValueError:
        raise Unreadable(
            _("%(part)s is %(value)s; a number was expected.", part=tag, value=text[:60] or "?")
        ) from None


def _bounded(parts: list) -> list:
    if len(parts) > MAX_ANSWERS:
        raise Unreadable(_("The answer names more than %(limit)s documents.", limit=MAX_ANSWERS))
    return parts
