"""H: exports; K: the XML against the books."""

from ..case import EXPORTS, Case, spoil

CUSTOMS = "Transporte/Aduana"


def _without_customs(tag: str, also: str = ""):
    def act(case: Case):
        case.drop(f"{CUSTOMS}/{tag}")

    act.__name__ = f"no_customs_{tag}"
    spoil("H01", {110}, also)(act)


for _tag in (
    "CodModVenta", "CodClauVenta", "TotClauVenta", "CodViaTransp", "CodPtoEmbarque", "CodPtoDesemb", "TotBultos",
    "CodPaisRecep", "CodPaisDestin",
):
    _without_customs(_tag)


@spoil("H01", {110}, also="H02 H04")
def goods_without_customs(case: Case):
    case.drop(CUSTOMS)


@spoil("H02", EXPORTS)
def packages_without_marks(case: Case):
    case.need(not case.has(f"{CUSTOMS}/TipoBultos/IdContainer"))
    case.drop(f"{CUSTOMS}/TipoBultos/Marcas")


@spoil("H02", EXPORTS)
def container_without_seal(case: Case):
    case.drop(f"{CUSTOMS}/TipoBultos/Sello")


@spoil("H02", EXPORTS)
def container_without_number(case: Case):
    case.need(case.text(f"{CUSTOMS}/TipoBultos/CodTpoBultos") == "75")
    case.drop(f"{CUSTOMS}/TipoBultos/IdContainer")


@spoil("H03", EXPORTS, also="E08 F13")
def no_payment_with_amounts(case: Case):
    case.set("IdDoc/FmaPagExp", 21)


@spoil("H04", EXPORTS, also="F02 F06")
def freight_not_among_surcharges(case: Case):
    case.need(case.has(f"{CUSTOMS}/MntFlete"))
    case.drop_all("DscRcgGlobal")


@spoil("H05", EXPORTS)
def country_does_not_exist(case: Case):
    case.set(f"{CUSTOMS}/CodPaisRecep", 999)


@spoil("H05", EXPORTS)
def clause_does_not_exist(case: Case):
    case.set(f"{CUSTOMS}/CodClauVenta", 99)


@spoil("H05", EXPORTS)
def port_does_not_exist(case: Case):
    case.set(f"{CUSTOMS}/CodPtoEmbarque", 9999)


@spoil("H06", EXPORTS)
def export_to_a_chilean_rut(case: Case):
    case.set("Receptor/RUTRecep", "76354771-K")


@spoil("H07", EXPORTS, also="A03 F16")
def currency_by_its_iso_code(case: Case):
    case.set("Totales/TpoMoneda", "USD")


@spoil("H07", EXPORTS, also="A03 F16")
def pesos_by_another_name(case: Case):
    case.set("OtraMoneda/TpoMoneda", "PESO CHILENO")


# -- K -----------------------------------------------------------------------------------------------------


def _compared(case: Case) -> None:
    """The books hold the right document; the XML is the spoiled one."""
    case.context["counterpart"] = case.pristine


@spoil("K01", also="A06 B03 B04")
def folio_of_another_bill(case: Case):
    _compared(case)
    case.plus("IdDoc/Folio", 1)
    case.body.set("ID", f"F{case.text('IdDoc/Folio')}T{case.kind}")


@spoil("K02", also="C02 C03 C10 D06 G10 H06 F15")
def receiver_of_another_bill(case: Case):
    _compared(case)
    case.set("Receptor/RUTRecep", "76354771-K")


@spoil("K02", also="C02 D06 A08 B04")
def issuer_of_another_bill(case: Case):
    _compared(case)
    case.set("Emisor/RUTEmisor", "76354771-K")


@spoil("K03", also="F01 F02 F05 F06 F07 F09 F11 F13 F16 G06 G07 G08 D02 D06 H01")
def total_of_another_bill(case: Case):
    _compared(case)
    case.plus("Totales/MntTotal", 500)


@spoil("K04", also="B07 B09 B10 B13 D05 G04 G13")
def date_of_another_bill(case: Case):
    _compared(case)
    day = case.text("IdDoc/FchEmis")
    case.set("IdDoc/FchEmis", f"{day[:-2]}{int(day[-2:]) - 1:02d}")


@spoil("K05", also="E03 F01 F02 F05 F06 F07 F09 F11 F16 G07 E08 E09 F08 F10 H01")
def line_of_another_bill(case: Case):
    _compared(case)
    case.plus("Detalle/MontoItem", 500)


