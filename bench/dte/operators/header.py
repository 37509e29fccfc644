"""D: form of payment, kind of operation, transport."""

from ..builder import BOLETAS
from ..case import EXPORTS, PAPER, Case, spoil

_AFTER_FOLIO = ("TipoDTE", "Folio", "FchEmis")
_BEFORE_PAYMENT = (*_AFTER_FOLIO, "IndNoRebaja", "TipoDespacho", "IndTraslado", "IndServicio", "MntBruto")


@spoil("D01", {33, 34, 43}, also="D02")
def no_payment_form(case: Case):
    case.drop("IdDoc/FmaPago")


@spoil("D01", PAPER, also="A03 D02")
def payment_form_nine(case: Case):
    case.set("IdDoc/FmaPago", 9)


@spoil("D02", {33, 34, 43})
def credit_without_due_date(case: Case):
    case.need(case.text("IdDoc/FmaPago") == "2" and not case.has("IdDoc/MntPagos"))
    case.drop("IdDoc/FchVenc")


@spoil("D02", {33})
def instalments_do_not_add_up(case: Case):
    case.plus("IdDoc/MntPagos/MntPago", 1000)


@spoil("D03", {52}, also="D06")
def no_transfer_kind(case: Case):
    case.drop("IdDoc/IndTraslado")


@spoil("D03", {52}, also="A03 D06")
def transfer_kind_zero(case: Case):
    case.set("IdDoc/IndTraslado", 0)


@spoil("D03", {52}, also="D06")
def export_transfer_without_customs(case: Case):
    case.set("IdDoc/IndTraslado", 8)


def _without_transport(tag: str, types=frozenset({33, 52}), also=""):
    def act(case: Case):
        case.need(case.kind == 52 or case.has("IdDoc/TipoDespacho"))
        case.need(case.text("IdDoc/TipoDespacho") != "1" or tag not in ("Patente", "RUTTrans"))
        case.drop(f"Transporte/{tag}")

    act.__name__ = f"no_transport_{tag}"
    spoil("D04", types, also)(act)


_without_transport("Patente")
_without_transport("RUTTrans")
_without_transport("Chofer")
_without_transport("DirDest")
_without_transport("CmnaDest")
_without_transport("FchSalida")
_without_transport("HraSalida")


@spoil("D05", {33, 52})
def left_before_issue(case: Case):
    case.set("Transporte/FchSalida", "2026-10-30")


@spoil("D05", {33, 52}, also="A03 A04 C09")
def driver_without_name(case: Case):
    case.drop("Transporte/Chofer/NombreChofer")


@spoil("D05", {33, 52})
def arrives_before_leaving(case: Case):
    case.need(case.has("Transporte/HraSalida"))
    case.put("Transporte", "<FchLlegada>2026-10-29</FchLlegada>", after=(
        "Patente", "PatenteCarro", "RUTTrans", "Chofer", "DirDest", "CmnaDest", "CiudadDest", "FchSalida", "HraSalida"))


@spoil("D06", {52}, also="E08 E03 F01 F02 F13")
def sale_without_prices(case: Case):
    case.need(case.text("IdDoc/IndTraslado") == "1")
    case.drop_all("Detalle/PrcItem")


@spoil("D06", {52}, also="G10 D04")
def internal_transfer_to_another(case: Case):
    case.need(case.text("IdDoc/IndTraslado") == "5")
    case.set("Receptor/RUTRecep", "76354771-K")


@spoil("D06", {52}, also="F01 F02 F04 F12 E09")
def guide_with_global_discount(case: Case):
    case.put("", "<DscRcgGlobal><NroLinDR>1</NroLinDR><TpoMov>D</TpoMov><TpoValor>%</TpoValor><ValorDR>10</ValorDR>"
                 "</DscRcgGlobal>", after=("Encabezado", "Detalle"))


@spoil("D07", frozenset(BOLETAS), also="A03 C03 C06 D08")
def boleta_without_service_indicator(case: Case):
    case.drop("IdDoc/IndServicio")


@spoil("D07", also="A03 G17 H01 H02 H04 D08 C03 C06")
def service_indicator_nine(case: Case):
    case.set("IdDoc/IndServicio", 9)


@spoil("D07", {52}, also="A03")
def guide_with_service_indicator(case: Case):
    case.put("IdDoc", "<IndServicio>3</IndServicio>", after=(*_AFTER_FOLIO, "TipoDespacho", "IndTraslado"))


@spoil("D08", frozenset(BOLETAS))
def service_without_period(case: Case):
    case.drop("IdDoc/PeriodoDesde")
    case.drop("IdDoc/PeriodoHasta")


@spoil("D08", {33})
def half_a_period(case: Case):
    case.drop("IdDoc/PeriodoHasta")


@spoil("D09", {52}, also="F01 F04 F06 A03")
def gross_guide(case: Case):
    case.put("IdDoc", "<MntBruto>1</MntBruto>", after=(*_AFTER_FOLIO, "TipoDespacho", "IndTraslado", "IndServicio"))


@spoil("D09", EXPORTS, also="A03 F01 F02 F06")
def gross_export(case: Case):
    case.put("IdDoc", "<MntBruto>1</MntBruto>", after=(*_AFTER_FOLIO, "IndServicio"))


@spoil("D09", {33}, also="F01 F08")
def gross_with_additional_taxes(case: Case):
    case.need(any(e.text in ("24", "25", "26", "27", "271") for e in case.all("Totales/ImptoReten/TipoImp")))
    case.put("IdDoc", "<MntBruto>1</MntBruto>", after=(*_AFTER_FOLIO, "IndServicio"))


@spoil("D10", {33, 34, 46, 52, 56})
def no_rebate_outside_credit_notes(case: Case):
    case.put("IdDoc", "<IndNoRebaja>1</IndNoRebaja>", after=_AFTER_FOLIO)


@spoil("D10", {61}, also="A03 G16")
def no_rebate_seven(case: Case):
    case.set("IdDoc/IndNoRebaja", 7)


@spoil("D11", EXPORTS)
def payment_term_code_alone(case: Case):
    case.put("IdDoc", "<TermPagoCdg>60D</TermPagoCdg>", after=(*_BEFORE_PAYMENT, "FmaPago", "FmaPagExp", "FchCancel"))


@spoil("D11", {110})
def advance_without_its_date(case: Case):
    case.set("IdDoc/FmaPagExp", 32)


@spoil("D11", PAPER, also="A03")
def payment_term_too_long(case: Case):
    case.put("IdDoc", f"<TermPagoGlosa>{'x' * 101}</TermPagoGlosa>", after=(
        *_BEFORE_PAYMENT, "FmaPago", "FmaPagExp", "FchCancel", "MntPagos", "PeriodoDesde", "PeriodoHasta"))


