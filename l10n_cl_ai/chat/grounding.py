"""Whether an answer rests on what was shown: a check without any AI, the same each time.

Each claim is compared with the text of just the sources cited for it: every number, date, RUT and article must stand
there, names and most words too, and no sentence that is otherwise alike may say the opposite. What a reader himself
wrote needs no source. A sum, difference or count may be drawn from cited records if it is exact. What has no support is
marked; nothing is taken away, as the reader decides.

What it does not see: what differs in words alone that are neither names nor opposites, and right facts of one source
put together wrongly where no sentence of it is like the claim.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .facts import facts, fold
from .facts_known import Known
from .grounding_claims import Claim, blocks, keys_in
from .grounding_words import alike, containment, contradicts, misstates, strange_names

#: A claim with fewer of its words in the source has no support; how alike a sentence must be to be compared with.
LEAST_WORDS, LEAST_ALIKE = 0.55, 0.55
#: Claims of fewer words say too little to be judged by their words.
_FEW = 4
#: Claims that are judged, and sources of one: at most. What is beyond them has not been looked at, and so no support.
_MOST_CLAIMS, _MOST_KEYS = 400, 60

#: What claims nothing about documents or rules: greetings, offers, advice to look, and that something is not known.
_NO_CLAIM = re.compile(
    r"^\W*(?:hola|buen[oa]s|gracias|de nada|claro|por supuesto|perfecto|entendido|listo|saludos|hello|hi\b|thanks|"
    r"disculp|lo siento|con gusto|si (?:quiere|quieres|necesita|necesitas|desea|prefiere)|puedo |podria |te puedo|"
    r"le puedo|avis[ae]me|dime|digame|indi(?:ca|que)me|cuent[ea]me|quedo |recuerd|recomiendo|le recomiendo|"
    r"te recomiendo|sugiero|conviene (?:revisar|consultar|confirmar|verificar)|consult[ae] |revis[ae] |"
    r"verifi(?:ca|que) |"
    r"estos? son|estas? son|aqui (?:esta|van?|tiene)|a continuacion|i can|let me|you can ask|busque|revise|consulte|"
    r"deje |prepare |propuse|la propuesta|queda |espera |la pregunta|"
    r"puedes? (?:consultar|revisar|verificar|preguntar)|necesito )"
    r"|no (?:tengo|encontre|encuentro|aparece[n]?|puedo|pude|dispongo|cuento con|"
    r"hay (?:datos|informacion|registros|resultados)|figura[n]?|se (?:encontr|indica|menciona|informa)|sabria|logre|"
    r"consta)|i (?:don't|do not) (?:have|know)|no (?:data|record)"
    r"|(?:las? fuentes?|los? (?:articulos?|documentos?|registros?)) (?:consultad\w+ )?"
    r"no (?:dice|indica|menciona|contiene|trae)"
    # That a proposal waits, and for whom.
    r"|^\W*(?:no se (?:escrib|ha escrito|cambi|guard|modific)|nada se (?:escrib|ha escrito|cambi|guard|modific))\w*"
    r".{0,60}\b(?:clic|confirm|apr[ou]e?b|apli[cq]|acept)"
)
_BUT = re.compile(r",? (?:pero|aunque|sin embargo|no obstante|but|however)[ ,]|; ")


@dataclass
class Report:
    """What a check found.

    :param marks: (start, end, why) of what has no support; ``why`` is ``uncited``, ``unknown_source``, ``number``,
        ``date``, ``negation`` or ``unsupported``
    :param cited: keys that were cited and are known, :param unknown: keys that nobody gave; in the order they stand
    """

    marks: list[tuple[int, int, str]] = field(default_factory=list)
    cited: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def check(text: str, sources: Mapping[str, str], given: Sequence[str] = ()) -> Report:
    """Return what of an answer has support in what was shown.

    :param text: the answer, in Markdown, with keys such as ``[A1]``
    :param sources: what was shown under each key
    :param given: what the user himself wrote
    """
    found = blocks(text)
    judge = _Judge(sources, given)
    claims = [(claim, len(block.claims)) for block in found for claim in block.claims]
    marks = {mark for claim, siblings in claims[:_MOST_CLAIMS] for mark in judge.marks(claim, siblings)}
    if len(claims) > _MOST_CLAIMS:
        marks.add((claims[_MOST_CLAIMS][0].start, len(text), "unsupported"))
    return Report(
        _apart(marks),
        [key for key in keys_in(text) if key in sources],
        [key for key in keys_in(text) if key not in sources],
    )


class _Judge:
    def __init__(self, sources: Mapping[str, str], given: Sequence[str]) -> None:
        self.sources, self.given = sources, list(given)
        self.user = Known(self.given)
        self._known: dict[tuple[str, ...], Known] = {}

    def known(self, keys: Sequence[str]) -> Known:
        """Return what these sources say together."""
        if (keys := tuple(keys)) not in self._known:
            self._known[keys] = Known(self.sources[key] for key in keys)
        return self._known[keys]

    def marks(self, claim: Claim, siblings: int) -> Iterator[tuple[int, int, str]]:
        keys = [key for key in claim.keys if key in self.sources]
        if len(keys) > _MOST_KEYS:
            yield claim.start, claim.end, "unsupported"
        elif len(keys) < len(claim.keys):
            yield claim.start, claim.end, "unknown_source"
        elif not keys:
            yield from self._uncited(claim)
        else:
            yield from self._cited(claim, keys, siblings)

    def _uncited(self, claim: Claim) -> Iterator[tuple[int, int, str]]:
        """Mark what is claimed without a source. What only says what is not known, asks or offers claims nothing."""
        at = 0
        for end in [*(but.end() for but in _BUT.finditer(fold(claim.text))), len(claim.text)]:
            part = claim.text[at:end]
            if self._claims(part, claim.kind):
                yield claim.start + at, claim.start + end, "uncited"
            at = end

    def _claims(self, part: str, kind: str) -> bool:
        bare = fold(part).strip(" *_\n")
        if bare.endswith("?"):
            return False
        if any(not self.user.has(fact) for fact in facts(part)):
            return not (kind == "heading" and len(facts(part)) == 1 and facts(part)[0].kind == "word")
        if kind == "heading" or bare.endswith(":") or _NO_CLAIM.search(bare):
            return False
        return len(re.findall(r"[a-z]{2,}", bare)) >= _FEW

    def _cited(self, claim: Claim, keys: list[str], siblings: int) -> Iterator[tuple[int, int, str]]:
        near = [key for key in claim.near if key in self.sources]
        known, texts = self.known(keys), [self.sources[key] for key in keys]
        others = alike(claim.text, [text for text in texts if not _is_record(text)], LEAST_ALIKE)
        local = Known(others)
        wrong = False
        for fact in facts(claim.text):
            if (
                (known.has(fact) and not local.differs(fact))
                or self.user.has(fact)
                or self.known(near or keys).adds_up(fact)
            ):
                continue
            if fact.kind in ("word", "number") and siblings in fact.values:
                continue  # "tres pasos:" before three of them
            wrong = True
            yield claim.start + fact.start, claim.start + fact.end, "date" if fact.kind == "date" else "number"
        for start, end in strange_names(claim.text, texts, self.given):
            wrong = True
            yield claim.start + start, claim.start + end, "unsupported"
        if contradicts(claim.text, others) or misstates(claim.text, texts):
            yield claim.start, claim.end, "negation"
        elif not wrong and not all(map(_is_record, texts)):
            share, words = containment(claim.text, [*texts, *self.given])
            if words >= _FEW and share < LEAST_WORDS:
                yield claim.start, claim.end, "unsupported"


def _is_record(text: str) -> bool:
    return text.lstrip().startswith(("{", "[{"))


def _apart(marks: set[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Return the marks in order, without those that stand within another one."""
    kept: list[tuple[int, int, str]] = []
    for mark in sorted(marks, key=lambda mark: (mark[0], -mark[1])):
        if not kept or mark[0] >= kept[-1][1]:
            kept.append(mark)
    return kept
