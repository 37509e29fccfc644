"""G: references."""

from ..builder import NS
from ..case import EXPORTS, NOTES, PAPER, Case, spoil

NATIONAL_NOTES = frozenset({56, 61})
#: Behind what the references stand.
_BEFORE = ("Encabezado", "Detalle", "SubTotInfo", "DscRcgGlobal")


def _acts(case: Case, code: int) -> None:
    """Only notes that annul (1), correct text (2) or correct amounts (3)."""
    case.need(case.kind in NOTES and case.text("Referencia/CodRef") == str(code))


@spoil("G01", NOTES, also="C03")
def note_without_reference(case: Case):
    case.drop_all("Referencia")


@spoil("G01")
def references_numbered_from_two(case: Case):
    case.set("Referencia/NroLinRef", len(case.all("Referencia")) + 1)


@spoil("G01", {33, 34}, also="A03")
def forty_one_references(case: Case):
    case.need(not case.has("Referencia"))
    case.put("", "".join(
        f"<Referencia><NroLinRef>{n}</NroLinRef><TpoDocRef>801</TpoDocRef><FolioRef>{n}</FolioRef>"
        "<FchRef>2026-10-20</FchRef></Referencia>" for n in range(1, 42)
    ), after=_BEFORE)


@spoil("G02", also="G01 G05 G06 G08 G10 G13 G17 C03")
def unknown_reference_type(case: Case):
    case.set("Referencia/TpoDocRef", "999")


@spoil("G02", also="A03 G01 G05 G06 G08 G10 G13 G17 C03")
def reference_type_of_four_characters(case: Case):
    case.set("Referencia/TpoDocRef", "8010")


@spoil("G03", also="G10 G06 G08")
def folio_zero_without_global(case: Case):
    case.set("Referencia/FolioRef", 0)


@spoil("G03", also="A03 G10 G06 G08")
def referenced_folio_too_long(case: Case):
    case.set("Referencia/FolioRef", "1" * 19)


@spoil("G03", also="A03 G10 G06 G08 G13 C09 A04")
def reference_without_folio(case: Case):
    case.drop("Referencia/FolioRef")


@spoil("G04", PAPER, also="A03")
def reference_without_date(case: Case):
    case.drop("Referencia/FchRef")


@spoil("G04", PAPER)
def reference_after_the_document(case: Case):
    case.set("Referencia/FchRef", "2026-11-29")


@spoil("G05", NOTES)
def note_without_code(case: Case):
    case.drop("Referencia/CodRef")


@spoil("G05", NOTES, also="A03")
def code_nine(case: Case):
    case.set("Referencia/CodRef", 9)


@spoil("G06", {61, 56}, also="")
def annuls_two_documents(case: Case):
    _acts(case, 1)
    extra = case.clone("Referencia")
    for tag, text in (("NroLinRef", "2"), ("FolioRef", "78")):
        extra.find(f"{{{NS}}}{tag}").text = text


@spoil("G06", NATIONAL_NOTES, context_only=True)
def annuls_part_of_the_total(case: Case):
    _acts(case, 1)
    for original in case.context["originals"].values():
        original.total += 1000


@spoil("G07", NATIONAL_NOTES, also="G08 E08")
def text_correction_with_amounts(case: Case):
    """An amount correction that says it is one of text."""
    _acts(case, 3)
    case.set("Referencia/CodRef", 2)


@spoil("G08", NATIONAL_NOTES)
def amount_correction_of_nothing(case: Case):
    _acts(case, 2)
    case.set("Referencia/CodRef", 3)


@spoil("G08", {61}, context_only=True)
def takes_off_more_than_there_was(case: Case):
    _acts(case, 3)
    for original in case.context["originals"].values():
        original.total = 1


@spoil("G09", {61}, also="G11 G10 G01 G06 C03")
def annuls_a_guide(case: Case):
    _acts(case, 1)
    case.set("Referencia/TpoDocRef", 52)


@spoil("G10", NATIONAL_NOTES, context_only=True)
def original_was_rejected(case: Case):
    for original in case.context["originals"].values():
        original.state = "rejected"


@spoil("G10", NATIONAL_NOTES, context_only=True)
def original_of_another_receiver(case: Case):
    for original in case.context["originals"].values():
        original.receiver_rut = "76354771-K"


@spoil("G11", {61}, also="G10 G06 C03 F09")
def credit_note_annuls_credit_note(case: Case):
    case.set("Referencia/TpoDocRef", 61)


@spoil("G11", {56}, also="G10 G06 F09")
def debit_note_annuls_invoice(case: Case):
    _acts(case, 1)
    case.set("Referencia/TpoDocRef", 33)


@spoil("G11", NATIONAL_NOTES, also="G10 G06 C03 F09 G08")
def national_note_on_export(case: Case):
    case.set("Referencia/TpoDocRef", 110)


@spoil("G11", EXPORTS - {110})
def export_note_on_invoice(case: Case):
    case.set("Referencia/TpoDocRef", 33)


@spoil("G12", {33, 34})
def other_rut_on_an_order(case: Case):
    case.put("Referencia", "<RUTOtr>76354771-K</RUTOtr>", after=("NroLinRef", "TpoDocRef", "IndGlobal", "FolioRef"))


@spoil("G12", NATIONAL_NOTES)
def other_rut_is_the_issuer(case: Case):
    rut = case.text("Emisor/RUTEmisor")
    case.put("Referencia", f"<RUTOtr>{rut}</RUTOtr>", after=("NroLinRef", "TpoDocRef", "IndGlobal", "FolioRef"))


@spoil("G13", {33, 34})
def guide_of_two_months_ago(case: Case):
    case.need(case.text("Referencia/TpoDocRef") == "52")
    case.set("Referencia/FchRef", "2026-09-02")


@spoil("G14", {33, 34}, also="C10 C03")
def public_buyer_without_order(case: Case):
    case.need(not case.has("Referencia"))
    case.need(case.text("Receptor/RUTRecep") != "55555555-5")
    case.set("Receptor/RUTRecep", "60805000-0")


@spoil("G01", also="A03")
def reason_too_long(case: Case):
    case.set("Referencia/RazonRef", "x" * 91)


@spoil("G16", {61}, also="F09")
def original_of_last_year(case: Case):
    case.need(not case.has("IdDoc/IndNoRebaja") and case.has("Totales/IVA"))
    case.need(case.number("Totales/IVA") > 0)
    case.set("Referencia/FchRef", "2025-11-02")


@spoil("G17", {110})
def service_without_resolution(case: Case):
    case.need(case.has("IdDoc/IndServicio"))
    case.drop_all("Referencia")
