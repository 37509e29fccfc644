"""F: the totals."""

from decimal import Decimal

from ..builder import IVA as RATE_IN_PERCENT
from ..builder import pesos
from ..case import ALL, BOLETAS, EXPORTS, Case, spoil

RATE = RATE_IN_PERCENT / 100
IVA = frozenset({33, 43, 46, 52, 56, 61})
TAXED = IVA | {39}


@spoil("F01", TAXED, also="F04 F05 F06 F08 F09 F10 F11 F15")
def net_ten_more(case: Case):
    case.plus("Totales/MntNeto", 10)


@spoil("F01", {33}, also="F02 F12")
def global_discount_changed(case: Case):
    case.need(case.text("DscRcgGlobal/TpoValor") == "$" and not case.has("DscRcgGlobal/IndExeDR"))
    case.plus("DscRcgGlobal/ValorDR", 777)


@spoil("F02", ALL - EXPORTS, also="F05 F06 F07 F09")
def exempt_ten_more(case: Case):
    case.plus("Totales/MntExe", 10)


@spoil("F03", IVA, also="A03 F04 F06")
def rate_eighteen(case: Case):
    case.set("Totales/TasaIVA", 18)


@spoil("F03", IVA, also="F04 F06")
def no_rate(case: Case):
    case.drop("Totales/TasaIVA")


@spoil("F03", IVA - {46}, also="F04 F06 F09 F10 F11 F08")
def no_iva(case: Case):
    case.need(not case.has("Totales/CredEC") and not case.has("Totales/ImptoReten"))
    case.drop("Totales/IVA")


def _exact(case: Case) -> None:
    """Gross lines leave two right values of IVA, a peso apart: what is left over, and the rate's."""
    case.need(not case.has("IdDoc/MntBruto") and "39" not in [e.text for e in case.all("Referencia/TpoDocRef")])


@spoil("F04", IVA, also="F06 F09 F10 F11 F08")
def iva_one_more(case: Case):
    _exact(case)
    case.plus("Totales/IVA", 1)


@spoil("F04", IVA, also="F06 F09 F10 F11 F08")
def iva_one_less(case: Case):
    _exact(case)
    case.plus("Totales/IVA", -1)


@spoil("F04", IVA, also="F06 F09 F10 F11 F08")
def iva_thousand_more(case: Case):
    case.plus("Totales/IVA", 1000)


@spoil("F05", {39}, also="F01 F06")
def boleta_without_net(case: Case):
    case.drop("Totales/MntNeto")


@spoil("F05", {39}, also="F03 F04 F06")
def boleta_without_iva(case: Case):
    case.drop("Totales/IVA")


@spoil("F05", {39}, also="F04 F06")
def boleta_iva_fifty_more(case: Case):
    case.plus("Totales/IVA", 50)


@spoil("F05", {41}, also="F03 F04 F06")
def exempt_boleta_with_iva(case: Case):
    case.put("Totales", "<IVA>190</IVA>", after=("MntNeto", "MntExe"))


@spoil("F06", ALL - EXPORTS - {43}, also="F05 F07 F09 F11 G07 D02 D06 F13 G06 G08")
def total_one_more(case: Case):
    case.need(case.number("Totales/MntTotal") > 0 or case.kind != 52)
    case.plus("Totales/MntTotal", 1)


@spoil("F06", ALL - {43}, also="A03 B11 D02 D06 F05 F07 F09 F11 F13 F15 F16 G06 G07 G08 H01 H03 E08 A04")
def no_total(case: Case):
    case.drop("Totales/MntTotal")


@spoil("F11", {43}, also="A03 B11")
def settlement_without_total(case: Case):
    case.drop("Totales/MntTotal")


@spoil("F07", {33, 34, 39, 41})
def not_billable_ten_more(case: Case):
    case.plus("Totales/MontoNF", 10)


@spoil("F08", {33}, also="A03 E09 F06")
def tax_code_unknown(case: Case):
    case.set("Totales/ImptoReten/TipoImp", "99")


@spoil("F08", {33}, also="F06")
def tax_rate_of_another_tax(case: Case):
    case.need(case.has("Totales/ImptoReten/TasaImp"))
    case.set("Totales/ImptoReten/TasaImp", 13)


@spoil("F08", {33}, also="F06")
def tax_amount_hundred_more(case: Case):
    case.plus("Totales/ImptoReten/MontoImp", 100)


@spoil("F08", {33}, also="F06")
def tax_twice(case: Case):
    case.clone("Totales/ImptoReten")


@spoil("F08", {33}, also="E09 F06")
def sugary_drink_as_beer(case: Case):
    """The mapping that Odoo's chart invites: 18 % under code 26, which is beer at 20.5 %."""
    case.need(case.text("Totales/ImptoReten[5]/TipoImp") == "271")
    case.set("Totales/ImptoReten[5]/TipoImp", 26)


@spoil("F09", {46}, also="F06 F08")
def retained_less_than_iva(case: Case):
    case.need(case.text("Totales/ImptoReten/TipoImp") == "15")
    case.plus("Totales/ImptoReten/MontoImp", -100)


@spoil("F09", {46}, also="F06")
def not_retained_does_not_add_up(case: Case):
    case.plus("Totales/IVANoRet", 50)


@spoil("F09", {46}, also="E09 F06 F08")
def nothing_retained(case: Case):
    case.drop_all("Totales/ImptoReten")
    if case.has("Totales/IVANoRet"):
        case.drop("Totales/IVANoRet")


@spoil("F10", {33}, also="F06")
def construction_credit_of_another_rate(case: Case):
    case.plus("Totales/CredEC", 1000)


@spoil("F11", {43}, also="A03 F06")
def settlement_without_commission(case: Case):
    case.drop("Totales/Comisiones")


@spoil("F11", {43}, also="F06")
def settlement_total_ignores_commission(case: Case):
    case.plus("Totales/MntTotal", 1190)


@spoil("F11", {43}, also="F06")
def commission_does_not_add_up(case: Case):
    case.plus("Comisiones/ValComNeto", 500)


@spoil("F12", {33, 34, 39}, also="A03 F01 F02 F05 F06")
def unknown_movement(case: Case):
    case.set("DscRcgGlobal/TpoMov", "X")


@spoil("F12", {33, 34, 39}, also="A03 F01 F02 F05 F06")
def unknown_value_type(case: Case):
    case.set("DscRcgGlobal/TpoValor", "#")


@spoil("F12", {33}, also="F01 F06 F08 E09")
def amount_discount_over_different_taxes(case: Case):
    case.need(len(case.all("Totales/ImptoReten")) > 1)
    case.put("", "<DscRcgGlobal><NroLinDR>1</NroLinDR><TpoMov>D</TpoMov><TpoValor>$</TpoValor><ValorDR>100</ValorDR>"
                 "</DscRcgGlobal>", after=("Encabezado", "Detalle"))


@spoil("F13", ALL - EXPORTS - {43}, also="A03 A05 B11 F05 F06 F07 F09 D02 D06 G07 G08 G06")
def negative_total(case: Case):
    case.set("Totales/MntTotal", -100)


@spoil("F13", {33, 34, 39, 41, 46}, also="F05 F06 F07 F09 D02 E08")
def total_zero(case: Case):
    case.need(not case.has("Totales/MontoNF"))
    case.set("Totales/MntTotal", 0)


@spoil("F14", {33}, also="", context_only=True)
def company_rounds_per_line(case: Case):
    """Where line by line and at once make different IVA: nothing is wrong yet, but it would be."""
    case.need(not case.has("IdDoc/MntBruto") and not case.has("DscRcgGlobal") and not case.has("Detalle/IndExe"))
    amounts = [int(element.text) for element in case.all("Detalle/MontoItem")]
    case.need(sum(pesos(amount * RATE) for amount in amounts) != pesos(sum(amounts) * RATE))
    case.context["rounding"] = "round_per_line"


@spoil("F15", BOLETAS, also="A03 C03 E03 F01 F02 F05 F06 F07")
def large_boleta_to_nobody(case: Case):
    case.set("Receptor/RUTRecep", "66666666-6")
    if case.has("IdDoc/MedioPago"):
        case.drop("IdDoc/MedioPago")
    case.context["uf"] = Decimal(case.text("Totales/MntTotal")) / 140
    case.need(case.number("Totales/MntTotal") > 0)


@spoil("F15", {39})
def large_boleta_without_means_of_payment(case: Case):
    case.need(case.number("Totales/MntTotal") > 135 * case.context["uf"])
    case.drop("IdDoc/MedioPago")


@spoil("F16", EXPORTS, also="A03 H05 H07")
def export_without_currency(case: Case):
    case.drop("Totales/TpoMoneda")


@spoil("F16", EXPORTS, also="A03")
def export_without_pesos(case: Case):
    case.drop("OtraMoneda")


@spoil("F16", EXPORTS, also="A03")
def export_without_rate_of_exchange(case: Case):
    case.drop("OtraMoneda/TpoCambio")


@spoil("F16", EXPORTS, also="A03 F01 F03 F04 F06")
def export_with_iva(case: Case):
    case.put("Totales", "<IVA>190</IVA>", after=("TpoMoneda", "MntExe"))


@spoil("F16", EXPORTS, also="A03 F02 F06")
def export_without_exempt_amount(case: Case):
    case.drop("Totales/MntExe")


