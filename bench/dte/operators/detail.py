"""E: the lines."""

import copy

from ..builder import NS
from ..case import EXPORTS, PAPER, Case, spoil

#: What an amount of a line that stands alone sets off further on.
SUMS = "F01 F02 F05 F06 F07 F09 F11 F16 H01 H04 E09 F08"


@spoil("E01", PAPER, also=f"{SUMS} E07")
def sixty_one_lines(case: Case):
    """The first line again and again, numbered well."""
    lines = case.all("Detalle")
    last = lines[-1]
    for position in range(len(lines) + 1, 62):
        extra = copy.deepcopy(lines[0])
        extra.find(f"{{{NS}}}NroLinDet").text = str(position)
        last.addnext(extra)
        last = extra


@spoil("E01", PAPER, also="A03 C09 B11 D06 E05 E07 E08 E09 E11 G07 F01 F02 F05 F06 F07 F08 F09 F11 F12 F14 F16")
def no_lines(case: Case):
    case.drop_all("Detalle")


@spoil("E01")
def lines_numbered_from_two(case: Case):
    for position, element in enumerate(case.all("Detalle/NroLinDet"), 2):
        element.text = str(position)


@spoil("E02", also="A03 E11")
def item_name_too_long(case: Case):
    case.set("Detalle/NmbItem", "Nombre " + "x" * 74)


@spoil("E02", also="A03")
def unit_too_long(case: Case):
    case.set("Detalle/UnmdItem", "CAJAS")


@spoil("E02", also="A03")
def description_too_long(case: Case):
    case.need(not case.has("Detalle/DscItem"))
    case.put("Detalle", f"<DscItem>{'x' * 1001}</DscItem>", after=(
        "NroLinDet", "CdgItem", "TpoDocLiq", "IndExe", "NmbItem"))


@spoil("E02", also="A03")
def six_item_codes(case: Case):
    case.need(not case.has("Detalle/CdgItem"))
    code = "<CdgItem><TpoCodigo>INT1</TpoCodigo><VlrCodigo>1</VlrCodigo></CdgItem>"
    case.put("Detalle", code * 6, after=("NroLinDet",))


@spoil("E03", also=SUMS)
def amount_of_line_hundred_more(case: Case):
    case.need(case.has("Detalle/PrcItem") and case.has("Detalle/QtyItem"))
    case.plus("Detalle/MontoItem", 100)


@spoil("E03", {33, 34, 39, 52, 61}, also=SUMS)
def discount_forgotten_in_the_amount(case: Case):
    case.need(not case.has("Detalle/DescuentoMonto") and not case.has("Detalle/RecargoMonto"))
    case.need(case.has("Detalle/PrcItem") and case.number("Detalle/MontoItem") > 500)
    case.put("Detalle", "<DescuentoMonto>333</DescuentoMonto>", after=(
        "NroLinDet", "CdgItem", "IndExe", "NmbItem", "DscItem", "QtyItem", "UnmdItem", "PrcItem"))


@spoil("E04", also="E03")
def discount_percent_without_amount(case: Case):
    case.need(case.has("Detalle/DescuentoPct"))
    case.drop("Detalle/DescuentoMonto")


@spoil("E04")
def discount_percent_of_another_amount(case: Case):
    case.set("Detalle/DescuentoPct", 55)


@spoil("E05", {52}, also="E03 E08")
def guide_without_quantity(case: Case):
    case.drop("Detalle/QtyItem")


@spoil("E06", also=f"A03 E07 {SUMS}")
def exempt_code_seven(case: Case):
    case.set("Detalle/IndExe", 7)


@spoil("E06", {33, 34, 61}, also=f"E07 D06 {SUMS} F03")
def exempt_code_of_a_guide(case: Case):
    case.set("Detalle/IndExe", 5)


@spoil("E07", {33, 39}, also="C10 D08 F01 F02 F03 F04 F05 F06 E09 F08 F10")
def only_exempt_lines(case: Case):
    """A factura without a taxable line: the totals follow, the type doesn't."""
    case.need(not case.has("Detalle/IndExe") and not case.has("DscRcgGlobal") and not case.has("Totales/ImptoReten"))
    case.need(not case.has("IdDoc/MntBruto") and not case.has("Totales/CredEC") and not case.has("IdDoc/MntPagos"))
    for line in case.all("Detalle"):
        after = [child for child in line if child.tag.rpartition("}")[2] in ("NroLinDet", "CdgItem")][-1]
        code = after.makeelement(f"{{{NS}}}IndExe")
        code.text = "1"
        after.addnext(code)
    total = sum(int(line.findtext(f"{{{NS}}}MontoItem")) for line in case.all("Detalle"))
    for tag in ("MntNeto", "TasaIVA", "IVA"):
        if case.has(f"Totales/{tag}"):
            case.drop(f"Totales/{tag}")
    case.put("Totales", f"<MntExe>{total}</MntExe>")
    case.set("Totales/MntTotal", total)


@spoil("E07", {34}, also="F01 F02 F03 F05 F06 F12")
def exempt_invoice_with_iva(case: Case):
    case.put("Totales", "<MntNeto>1000</MntNeto>")
    case.put("Totales", "<TasaIVA>19</TasaIVA><IVA>190</IVA>", after=("MntNeto", "MntExe"))
    case.plus("Totales/MntTotal", 1190)


@spoil("E08", also="A03 E03 E04")
def price_zero(case: Case):
    case.set("Detalle/PrcItem", 0)


@spoil("E09", {33, 46, 61}, also="F08 F09")
def tax_in_totals_without_lines(case: Case):
    case.need(case.has("Totales/ImptoReten"))
    case.need(case.text("Totales/ImptoReten/TipoImp") != "15")
    case.drop_all("Detalle/CodImpAdic")


@spoil("E09", {33, 46}, also="F01 F06 F08 F09 D09")
def line_code_without_tax_in_totals(case: Case):
    case.need(case.has("Detalle/CodImpAdic"))
    case.drop_all("Totales/ImptoReten")


@spoil("E10", EXPORTS, also="A03 A05 E03 E04 F01 F02 F16")
def export_discount_with_decimals(case: Case):
    case.put("Detalle", "<DescuentoMonto>10.55</DescuentoMonto>", after=(
        "NroLinDet", "IndExe", "NmbItem", "QtyItem", "UnmdItem", "PrcItem"))
    case.set("Detalle/MontoItem", case.number("Detalle/MontoItem") - 10)


@spoil("E11", PAPER, also="B11")
def item_called_various(case: Case):
    case.need(not case.has("Detalle/DscItem"))
    case.need(not any(e.text == "2" for e in case.all("Referencia/CodRef")))
    case.set("Detalle/NmbItem", "Varios")


