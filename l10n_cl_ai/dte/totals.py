"""Totales and OtraMoneda of the header (Formato DTE v2.5, zone A)."""

from .body import Commission
from .field import Amount, Integer, Number, Section, Sections, Text
from .message import _
from .node import Node


class Tax(Node):
    """ImptoReten: an additional tax, or a retention of a factura de compra."""

    code = Integer("TipoImp", _("Tax code"))
    rate = Number("TasaImp", _("Tax rate"), places=2)
    amount = Amount("MontoImp", _("Tax amount"))


class Totals(Node):
    """Totales."""

    currency = Text("TpoMoneda", _("Currency"), max=15)
    net = Amount("MntNeto", _("Net amount"))
    exempt = Amount("MntExe", _("Exempt amount"))
    slaughter_base = Amount("MntBase", _("Slaughter base"))
    margin_base = Amount("MntMargenCom", _("Commercial margin base"))
    iva_rate = Number("TasaIVA", _("IVA rate"), places=2)
    iva = Amount("IVA", _("IVA"))
    own_iva = Amount("IVAProp", _("Own IVA"))
    third_party_iva = Amount("IVATerc", _("Third-party IVA"))
    taxes = Sections("ImptoReten", Tax)
    iva_not_retained = Amount("IVANoRet", _("IVA not retained"))
    construction_credit = Amount("CredEC", _("Construction credit"))
    container_deposit = Amount("GrntDep", _("Container deposit"))
    commissions = Section("Comisiones", Commission)
    total = Amount("MntTotal", _("Total amount"))
    not_billable = Amount("MontoNF", _("Non-billable amount"))
    period = Amount("MontoPeriodo", _("Period amount"), boleta="TotalPeriodo")
    previous_balance = Amount("SaldoAnterior", _("Previous balance"))
    payable = Amount("VlrPagar", _("Amount payable"))


class OtherCurrency(Node):
    """OtraMoneda."""

    currency = Text("TpoMoneda", _("Other currency"), max=15)
    rate = Number("TpoCambio", _("Exchange rate"), places=4)
    net = Number("MntNetoOtrMnda", _("Net in other currency"), places=4)
    exempt = Number("MntExeOtrMnda", _("Exempt in other currency"), places=4)
    iva = Number("IVAOtrMnda", _("IVA in other currency"), places=4)
    total = Number("MntTotOtrMnda", _("Total in other currency"), places=4)
