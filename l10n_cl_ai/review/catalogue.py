"""What only somebody who reads can see in a DTE: the topics of group J, each with its facts beside it.

No topic blocks: the gravest a remark of the AI can be is a warning (DESIGN §5).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ..dte.message import Message, _
from ..dte.rule import Action
from ..dte.types import ALL, BOLETAS, EXPORTS, GUIDES, NATIONAL, NOTES


@dataclass(frozen=True)
class Topic:
    """One kind of thing that does not fit together.

    :param code: J and two digits
    :param title: for people
    :param look: what to look for, for the model, in English
    :param source: what the matter itself rests on; the judgement is the model's
    :param types: DTE types it can be about
    :param places: elements a remark may point at, as prefixes of paths
    :param action: what a remark of enough confidence is: a warning or a note
    """

    code: str
    title: Message
    look: str
    source: str
    types: frozenset[int]
    places: tuple[str, ...]
    action: Action = Action.WARN


_HEAD, _LINES, _REFERENCES = "Encabezado/", "Detalle", "Referencia"

TOPICS: dict[str, Topic] = {
    topic.code: topic
    for topic in (
        Topic(
            "J01",
            _("The document type fits the operation"),
            "The type of the document does not fit what is sold or to whom: a boleta where the buyer's business needs "
            "an invoice to use the IVA, an invoice (33) for something that is exempt by nature, a sale where a "
            "purchase invoice (46) would be due, a note that speaks of a new sale.",
            "DL 825, arts. 52, 53 y 55; Formato DTE v2.5, IdDoc <TipoDTE>",
            ALL - GUIDES,
            (f"{_HEAD}IdDoc/TipoDTE", _LINES),
        ),
        Topic(
            "J02",
            _("What is sold fits the issuer's activity"),
            "A line sells what the issuer's giro has nothing to do with. Auxiliary sales (freight, installation, "
            "interest, used equipment, reimbursements) fit any giro.",
            "Formato DTE v2.5, Emisor <GiroEmis>, <Acteco>",
            ALL,
            (f"{_HEAD}Emisor/GiroEmis", _LINES),
        ),
        Topic(
            "J03",
            _("Descriptions say what is sold"),
            "A description is so vague that nobody could tell what was sold (varios, productos, servicios, item 1), "
            "is absurd, is left over from a test (prueba, test, asdf) or in a language the receiver will not read.",
            "DL 825, art. 54; Formato DTE v2.5, Detalle <NmbItem>",
            ALL,
            (_LINES,),
        ),
        Topic(
            "J04",
            _("The reason of a note fits its code and amounts"),
            "The reason of a credit or debit note contradicts its reference code or its lines: it says that all is "
            "annulled and corrects a part, that a text is corrected and has amounts, that a price rises in a credit "
            "note, or speaks of another document or product than its lines.",
            "Formato DTE v2.5, Referencias <CodRef>, <RazonRef>",
            NOTES,
            (_REFERENCES, _LINES, f"{_HEAD}Totales"),
        ),
        Topic(
            "J05",
            _("Exempt or taxable as its nature demands"),
            "A line is exempt although what it sells is taxable by its nature, or taxable although it is exempt. "
            "Exempt: education by recognised establishments, passenger transport, health services the law names, rent "
            "of real estate WITHOUT furniture or installations, interest. Taxable: rent of furnished real estate "
            "(amoblado) or with installations for a trade, services in general since 2023-01-01 unless the provider "
            "is a society of professionals, freight, goods.",
            "DL 825, arts. 8, 12 y 13; Ley 21.420",
            NATIONAL - GUIDES,
            (_LINES,),
        ),
        Topic(
            "J06",
            _("Quantities, units and prices are usual"),
            "A quantity, unit or price is far from what the history shows for the same item, in a way that suggests a "
            "slip: a zero too many, the price of a box for a unit, quantity and price swapped. Without a usual price "
            "in the history say nothing of this kind, unless unit and quantity contradict the description itself.",
            "Historia de la empresa con este cliente",
            ALL,
            (_LINES,),
        ),
        Topic(
            "J07",
            _("Goods with a tax of their own carry its code"),
            "A line sells goods with an additional tax or a change of subject (alcohol, soft drinks, jewels, meat, "
            "flour, scrap, cardboard, wheat, timber, live cattle …) and carries no tax code of its own.",
            "DL 825, arts. 37 y 42; Formato DTE v2.5, §4",
            NATIONAL - BOLETAS - GUIDES,
            (_LINES,),
        ),
        Topic(
            "J08",
            _("Documents named in the texts are referenced"),
            "A text names an order (OC, orden de compra), a guía, a contract, a HES or another invoice with its "
            "number, and no reference names that document. Or the history shows that this customer always wants such a "
            "reference, and there is none.",
            "Formato DTE v2.5, Referencias <TpoDocRef>, <FolioRef>",
            ALL - BOLETAS,
            (_LINES, _REFERENCES),
        ),
        Topic(
            "J09",
            _("Comuna, city and place fit together"),
            "Comuna and city contradict each other, or a text places the delivery where the receiver's comuna is not "
            "and that matters for the document.",
            "Formato DTE v2.5, Receptor <CmnaRecep>",
            ALL - EXPORTS,
            (f"{_HEAD}Receptor", f"{_HEAD}Emisor", _LINES),
            Action.INFO,
        ),
    )
}


def topics_for(type_code: int | None) -> dict[str, Topic]:
    """Return the topics that can be about a document of this type, by code."""
    return {code: topic for code, topic in TOPICS.items() if type_code in topic.types}


def sources(codes: Iterable[str]) -> list[str]:
    """Return what these topics rest on, each source once."""
    return list(dict.fromkeys(TOPICS[code].source for code in codes))
