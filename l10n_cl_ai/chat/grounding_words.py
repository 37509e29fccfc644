"""Words of a claim beside the words of its source: how many are there, whose names, and whether one denies the other."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from .facts import WORDS, fold

_WORD = re.compile(r"[a-z]+")
_STOP = frozenset(
    "a al ante aquel aquella aun aunque bajo cada como con contra cual cuales cuando de del desde donde dos e el ella ellas ellos "
    "en entre era es esa ese eso esta estan estas este esto estos fue ha hace hacia han hasta hay la las le les lo los mas "
    "me mi misma mismo mismos mucho muy ni no nos o otra otras otro otros para pero por porque pues que quien se sea segun "
    "ser si sido sin sobre son su sus tal tambien tanto te tiene tienen toda todas todo todos tras tu un una unas uno unos "
    "usted y ya debe deben puede pueden cuyo cuya dentro asi solo esos esas ante mediante respecto caso casos".split()
)
#: What two sentences that are otherwise alike must not differ in.
_OPPOSED = [tuple(pair.split("/")) for pair in (
    "habil/corrid", "emisor/receptor", "comprador/vendedor", "cliente/proveedor", "prestador/beneficiario", "siempre/nunca",
    "siempre/jamas", "antes/despues", "anterior/posterior", "anteriores/posteriores", "minimo/maximo", "mayor/menor",
    "mas/menos", "superior/inferior", "natural/juridica", "aument/disminu", "aument/rebaj", "permit/prohib", "afect/exent",
    "gravad/exent", "obligatori/voluntari", "obligatori/optativ", "obligatori/facultativ", "obligad/eximid", "obligad/liberad",
    "acept/rechaz", "mensual/anual", "mensual/trimestral", "debito/credito", "compras/ventas", "compra/venta",
    "manual/automatic", "electronic/papel", "inclu/exclu", "primer/ultim", "vigente/derogad", "aplica/excluye", "suma/resta",
    "origen/destino", "arrendador/arrendatario", "cedente/cesionario", "mandante/mandatario", "empleador/trabajador",
    "antes/hasta", "desde/hasta",
)]  # fmt: skip
_NEGATORS = frozenset({"no", "nunca", "jamas", "tampoco", "ni", "sin"})
#: What stands between "no" and what it denies.
_CLITICS = frozenset("se le les lo la los las me te nos".split())
_NAME = re.compile(r"(?<![\w.])[A-ZÁÉÍÓÚÑ][\w&áéíóúñü]+(?:[ -][A-ZÁÉÍÓÚÑ][\w&áéíóúñü]+)*")
#: What anybody may name: they say nothing that a source has to say.
_COMMON = frozenset(
    "sii iva dte rut odoo chile rcv caf nc nd servicio impuestos internos impuesto tributario codigo ley resolucion articulo "
    "circular decreto oficio formulario factura boleta guia nota clp uf utm uta pdf xml web internet excel csv lunes martes "
    "miercoles jueves viernes sabado domingo enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre total neto saldo estado cliente proveedor fecha folio monto vencimiento res ex art inciso letra name rut".split()
)


def stems(text: str) -> list[str]:
    """Return the words that carry meaning, cut to what their forms share."""
    return [_stem(word) for word in _WORD.findall(fold(text)) if len(word) > 2 and word not in _STOP and word not in WORDS]


def _stem(word: str) -> str:
    if len(word) <= 5:
        return word.rstrip("s") if len(word) > 3 else word
    return word[:5] if len(word) < 9 else word[:6]


@lru_cache(maxsize=256)
def sentences(text: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """Return the sentences of a source, folded, each with its stems."""
    parts = re.split(r"(?<=[.;!?:\n])(?<!\bart\.)(?<!\bn\.)\s*(?=[^\d\s])", text)
    return tuple((fold(part), frozenset(stems(part))) for part in parts if part.strip())


def containment(claim: str, texts: Iterable[str]) -> tuple[float, int]:
    """Return which share of the claim's words its sources have, and how many words that were."""
    mine = set(stems(claim))
    if not mine:
        return 1.0, 0
    theirs = {_stem(word) for text in texts for word in _WORD.findall(fold(text))}
    return len(mine & theirs) / len(mine), len(mine)


def strange_names(claim: str, texts: Sequence[str], given: Sequence[str]) -> list[tuple[int, int]]:
    """Return where in a claim names stand that neither its sources nor the user named."""
    known = {_stem(word) for text in (*texts, *given) for word in re.findall(r"[a-z0-9]+", fold(text))}
    strange = []
    for found in _NAME.finditer(claim):
        words = re.findall(r"[a-z]+", fold(found[0]))
        if _begins(claim, found.start()):
            words = words[1:] if len(words) > 1 else []
        if any(len(word) > 1 and word not in _COMMON | _STOP and _stem(word) not in known for word in words):
            strange.append(found.span())
    return strange


def _begins(claim: str, at: int) -> bool:
    """Return whether a capital is only that of a sentence's first word."""
    before = claim[:at].rstrip(" *_\"'«“(¿¡")
    return not before or before[-1] in ".:;!?|\n…-"


def contradicts(claim: str, texts: Sequence[str], least: float) -> bool:
    """Return whether a sentence of the source says almost the same, but one of the two says no.

    :param least: share of the claim's words that such a sentence has
    """
    mine = frozenset(stems(claim))
    if len(mine) < 2:
        return False
    said = fold(claim)
    likeness = [(len(mine & words) / len(mine), other, words) for text in texts for other, words in sentences(text)]
    best = max((like for like, _other, _words in likeness), default=0)
    if best < least:
        return False
    alike = [other for like, other, _words in likeness if like >= best - 0.05]
    return all(_opposed(said, other) for other in alike)


def _opposed(mine: str, other: str) -> bool:
    my_no, my_yes = _denied(mine)
    other_no, other_yes = _denied(other)
    if (my_no - other_no) & other_yes or (other_no - my_no) & my_yes:
        return True
    return any(_crossed(mine, other, *pair) for pair in _OPPOSED)


def _denied(text: str) -> tuple[set[str], set[str]]:
    """Return the words that are denied, and those that are said without."""
    denied, said = set(), set()
    words = _WORD.findall(text)
    for at, word in enumerate(words):
        before = words[max(at - 3, 0) : at]
        while before and before[-1] in _CLITICS:
            before.pop()
        if not before or before[-1] not in _NEGATORS:
            said.add(word[:4])
        elif "si" not in words[max(at - 7, 0) : at]:  # a condition denies nothing
            denied.add(word[:4])
    return denied, said


def _crossed(mine: str, other: str, one: str, two: str) -> bool:
    """Return whether one text has only the first of two opposites and the other only the second."""
    have = [[bool(re.search(rf"\b{word}", text)) for word in (one, two)] for text in (mine, other)]
    return have in ([[True, False], [False, True]], [[False, True], [True, False]])
