"""Group A, the writing: characters, blanks, numbers and dates."""

from ..document import Document, Identification, Line
from ..field import Date, DateTime, Integer
from ..message import _
from ..node import unprintable
from ..rule import Action, Basis, SiiEffect, rule
from ..stamp import Stamp

F25 = "Formato DTE v2.5 (2026-02)"

#: Longest piece of a text that is shown.
_SHOWN = 80


@rule(
    "A02",
    title=_("Every character can be written in ISO-8859-1"),
    why=_("The text has characters that a DTE cannot carry (%(characters)s): «%(found)s»."),
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source=f"{F25}, §2: ISO-8859-1",
    fix="forbidden_characters",
)
def characters_are_latin(doc: Document):
    """Typographic quotes, dashes, the euro sign and emoji have no place in ISO-8859-1."""
    for flaw in doc.flaws:
        if flaw.kind == "charset":
            characters = sorted(filter(unprintable, set(flaw.raw)))
            names = " ".join(each if each.isprintable() else f"U+{ord(each):04X}" for each in characters[:8])
            yield flaw.node.wrong(flaw.field.name, found=flaw.raw[:_SHOWN], characters=names)
_NAMELESS = _("The line has no item name: the element is there, but empty.")


@rule(
    "A04",
    title=_("No blanks around a text, and none instead of one"),
    why=_("The text begins or ends with blanks: «%(found)s»."),
    effect=SiiEffect.REPARO,
    action=Action.WARN,
    source="Probado con los esquemas de 2026-02: lo aceptan, pero la copia del timbre queda distinta",
    basis=Basis.INFERRED,
    fix="untrimmed",
)
def texts_are_trimmed(doc: Document):
    """Elements without text are rule C09's part, but for the name of an item, and where there is no XML."""
    for flaw in doc.flaws:
        if flaw.kind == "untrimmed":
            if isinstance(flaw.node, Stamp):
                continue  # its copies end at the fortieth character, be it a blank; B11 compares them
            text = flaw.raw.strip()
            yield flaw.node.wrong(flaw.field.name, text[:_SHOWN], found=flaw.raw[:_SHOWN])
        elif flaw.kind == "empty":
            if isinstance(flaw.node, Line) and flaw.field.name == "name":
                # The XSD takes an empty name; the Formato does not count the document as issued.
                yield flaw.node.wrong("name", why=_NAMELESS, found=flaw.raw[:_SHOWN], effect=SiiEffect.REJECT)
            elif doc.xml is None:
                yield flaw.node.wrong(flaw.field.name, why=_("The text is only blanks."))


_MALFORMED = {
    Date: _("«%(found)s» is not a date as a DTE writes it: year-month-day, such as 2026-02-16."),
    DateTime: _("«%(found)s» is not a time as a DTE writes it, such as 2026-02-16T10:30:00."),
    Integer: _("«%(found)s» is not a whole number."),
}
_NOT_A_NUMBER = _(
    "«%(found)s» is not a number as a DTE writes it: no thousands separator, a point before the decimals."
)


@rule(
    "A05",
    title=_("Numbers and dates are written as a DTE wants them"),
    why=_("«%(found)s» has more decimals than this field takes."),
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source=f"{F25}, §2.1; SiiTypes v10, MontoType, Dec12_6Type, PctType, FechaType",
)
def numbers_and_dates_are_well_written(doc: Document):
    """National amounts are whole pesos; quantities and prices have 6 decimals, percentages 2."""
    flaws = doc.flaws
    if doc.xml is not None and doc.xml.index == 1 and doc.xml.envelope is not None:
        flaws = [*flaws, *doc.xml.envelope.flaws]
    for flaw in flaws:
        if flaw.kind == "malformed":
            why = _MALFORMED.get(type(flaw.field), _NOT_A_NUMBER)
            fix = "folio_digits" if flaw.field is Identification.folio else None
            yield flaw.node.wrong(flaw.field.name, why=why, found=flaw.raw[:_SHOWN], fix=fix)
        elif flaw.kind == "precision":
            yield flaw.node.wrong(flaw.field.name, found=flaw.raw[:_SHOWN])
