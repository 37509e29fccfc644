"""Names a place of a document as people do: ``Detalle[3]/MontoItem`` → "Line 3 · Line amount"."""

from collections.abc import Callable

from .document import Document
from .field import Section
from .message import Message, _

#: Names of the parts that repeat, and of the header's, where the field's own name is not enough.
PARTS = {
    "Detalle": _("Line %(index)s"),
    "DscRcgGlobal": _("Global discount %(index)s"),
    "Referencia": _("Reference %(index)s"),
    "Comisiones": _("Commission %(index)s"),
    "ImptoReten": _("Additional tax %(index)s"),
    "MntPagos": _("Instalment %(index)s"),
    "CdgItem": _("Code %(index)s"),
    "TipoBultos": _("Package %(index)s"),
    "OtraMoneda": _("Other currency"),
    "Transporte": _("Transport"),
    "Aduana": _("Customs"),
    "TED": _("Stamp (TED)"),
    "CAF": _("CAF"),
}
#: What a rule may lack that is no element of the document, by its name in Context.
LACKS = {
    "xml": _("the XML of the document"),
    "today": _("today's date"),
    "company_rut": _("the company's RUT"),
    "role": _("the company's RUT"),
    "sent": _("the day it was sent to the SII"),
    "issued": _("the folios already issued"),
    "originals": _("the document it refers to"),
    "cafs": _("the CAF (authorised folios)"),
    "environment": _("whether it goes to production or certification"),
    "resolution": _("the company's SII resolution"),
    "signers": _("who may sign for the company"),
    "uf": _("the value of the UF"),
    "rounding": _("how the company rounds taxes"),
    "counterpart": _("the same document from the other source"),
    "schema": _("the SII's schemas (XSD)"),
    "internal error": _("nothing: the rule itself failed; the log says why"),
}


def words(path: str, translate: Callable[[str], str] = str) -> str:
    """Return a path in words; elements without a name of their own keep the SII's.

    :param translate: English → wanted language
    """
    lack = LACKS.get(path)
    if lack:
        return lack.text(translate)
    owner, names = Document, []
    for step in filter(None, path.split("/")):
        tag, _bracket, index = step.partition("[")
        member = owner.members.get(tag) if owner else None
        owner = member.node_class if isinstance(member, Section) else None
        name = PARTS.get(tag) or getattr(member, "label", None)
        if name:
            names.append(Message(name.template, {"index": index.rstrip("]")}).text(translate).rstrip())
        elif owner is None:
            names.append(step)
    return " · ".join(names) or path
