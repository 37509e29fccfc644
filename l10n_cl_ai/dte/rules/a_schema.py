"""Group A, the schemas."""

from ..document import Document
from ..message import _
from ..node import SII
from ..rule import Action, SiiEffect, rule

_SCHEMA_LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
_OLDER = _("Only an older schema (%(schema)s) accepts the document. Line %(line)s, %(path)s: %(detail)s")


@rule(
    "A03",
    title=_("The SII's schema accepts the document"),
    why=_("Line %(line)s, %(path)s: %(detail)s"),
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source="DTE_v10.xsd, EnvioDTE_v10.xsd, EnvioBOLETA_v11.xsd, los que se hayan cargado",
    likely_sii_code="ENV-3-0",
    xml_only=True,
)
def schema_accepts_it(doc: Document):
    """The other rules say the same in better words; the schema sees what no rule looks at.

    What was right when it was issued stays so: an older generation turns the reject into a warning.
    """
    envelope = doc.xml.envelope
    if envelope is not None and doc.xml.index == 1:
        yield from _root(envelope)
    verdict = doc.context.schema.judge(doc)
    if verdict is None:
        return
    older = verdict.accepted_by is not None
    for error in verdict.errors:
        hit = doc.wrong(
            "header",
            why=_OLDER if older else None,
            effect=SiiEffect.NONE if older else None,
            action=Action.WARN if older else None,
            line=error.line,
            detail=error.message,
            schema=verdict.accepted_by,
        )
        yield hit._replace(path=error.path)


def _root(envelope):
    if not envelope.element.tag.startswith(SII):
        why = _("The envelope is not in the SII's namespace, %(expected)s (SCH-00001).")
        yield envelope.wrong("cover", SII[1:-1], why)
    if not envelope.element.get(_SCHEMA_LOCATION):
        why = _("The envelope does not say its schema (xsi:schemaLocation); the SII refuses it (SCH-00001).")
        yield envelope.wrong("cover", None, why)
