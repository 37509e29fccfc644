"""Builds right DTEs of every type, with arithmetic of its own.

Nothing of the addon's rules is used here: a corpus that shared their arithmetic could not show that
they are wrong. Sources: Formato DTE v2.5 (2026-02), Formato Boleta v4.2 (2025-09).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from lxml import etree

NS = "http://www.sii.cl/SiiDte"
BODY = {43: "Liquidacion", 110: "Exportaciones", 111: "Exportaciones", 112: "Exportaciones"}
EXPORTS = (110, 111, 112)
BOLETAS = (39, 41)
FOREIGN, ANONYMOUS = "55555555-5", "66666666-6"
IVA = Decimal(19)
#: Rates of the taxes that the corpus uses (Formato DTE v2.5 §4).
RATES = {
    15: "19", 19: "12", 23: "15", 24: "31.5", 25: "20.5", 26: "20.5", 27: "10", 271: "18",
    30: "10", 32: "8", 34: "4", 36: "10", 44: "15",
}


def pesos(value: Decimal | int) -> int:
    """Return whole pesos, halves up."""
    return int(Decimal(value).quantize(Decimal(1), ROUND_HALF_UP))


@dataclass
class Item:
    """One line. ``discount`` and ``surcharge`` are percentages; ``tax`` is a CodImpAdic."""

    name: str
    quantity: Decimal | int | None
    price: Decimal | int | None
    exempt: int | None = None
    unit: str | None = "UN"
    discount: Decimal | int | None = None
    surcharge: Decimal | int | None = None
    tax: int | None = None
    description: str | None = None
    codes: Sequence[tuple[str, str]] = ()
    settles: str | None = None

    def amounts(self, decimals: bool) -> tuple:
        """Return (discount, surcharge, amount) of the line."""
        base = Decimal(self.quantity or 0) * Decimal(self.price or 0)
        off = pesos(base * Decimal(self.discount or 0) / 100)
        extra = pesos(base * Decimal(self.surcharge or 0) / 100)
        total = base - off + extra
        return off, extra, (total.normalize() if decimals else pesos(total))


@dataclass
class Shape:
    """What one document is made of; the builder adds up the rest."""

    kind: int
    items: Sequence[Item]
    gross: bool = False
    net_lines: bool = False
    discounts: Sequence[tuple] = ()
    id: Mapping[str, object] = field(default_factory=dict)
    issuer: Mapping[str, object] = field(default_factory=dict)
    receiver: Mapping[str, object] = field(default_factory=dict)
    transport: Mapping[str, object] = field(default_factory=dict)
    totals: Mapping[str, object] = field(default_factory=dict)
    references: Sequence[Mapping[str, object]] = ()
    commission: tuple[int, int] | None = None
    retains: bool = False
    construction: bool = False
    currency: tuple[str, int] = ("DOLAR USA", 950)


def number(value: object) -> str:
    """Return a number as a DTE writes it: no exponent, no trailing zeros."""
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def build(shape: Shape, folio: int, day: str) -> etree._Element:
    """Return the ``DTE`` element of a shape, unsigned and without TED."""
    header = {
        "IdDoc": _ordered_id(shape, folio, day),
        "Emisor": shape.issuer,
        "Receptor": shape.receiver,
    }
    if shape.transport:
        header["Transporte"] = shape.transport
    header["Totales"], other = _totals(shape)
    if other:
        header["OtraMoneda"] = other
    body = {"Encabezado": header, "Detalle": [_line(shape, n, i) for n, i in enumerate(shape.items, 1)]}
    if shape.discounts:
        body["DscRcgGlobal"] = [_discount(n, *each) for n, each in enumerate(shape.discounts, 1)]
    if shape.references:
        body["Referencia"] = [{"NroLinRef": n, **each} for n, each in enumerate(shape.references, 1)]
    if shape.commission:
        net, exempt = shape.commission
        body["Comisiones"] = {
            "NroLinCom": 1, "TipoMovim": "C", "Glosa": "Comisión de venta",
            "ValComNeto": net, "ValComExe": exempt, "ValComIVA": pesos(net * IVA / 100),
        }
    body["TmstFirma"] = f"{day}T16:20:00"
    root = etree.Element(f"{{{NS}}}DTE", nsmap={None: NS}, version="1.0")
    tag = BODY.get(shape.kind, "Documento")
    append(etree.SubElement(root, f"{{{NS}}}{tag}", ID=f"F{folio}T{shape.kind}"), body)
    return root


def append(parent: etree._Element, content: Mapping) -> None:
    """Write a tree of mappings, lists and values under an element."""
    for tag, value in content.items():
        for each in value if isinstance(value, list) else [value]:
            child = etree.SubElement(parent, f"{{{NS}}}{tag}")
            if isinstance(each, Mapping):
                append(child, each)
            else:
                child.text = number(each)


def _ordered_id(shape: Shape, folio: int, day: str) -> dict:
    """Put IdDoc in the order of the schema."""
    given = {"TipoDTE": shape.kind, "Folio": folio, "FchEmis": day, **shape.id}
    if shape.gross:
        given["MntBruto"] = 1
    if shape.net_lines:
        given["IndMntNeto"] = 2
    order = (
        "TipoDTE", "Folio", "FchEmis", "IndNoRebaja", "TipoDespacho", "IndTraslado", "IndServicio",
        "IndMntNeto", "MntBruto", "TpoTranCompra", "TpoTranVenta", "FmaPago", "FmaPagExp", "FchCancel",
        "MntPagos", "PeriodoDesde", "PeriodoHasta", "TermPagoCdg", "TermPagoGlosa", "FchVenc",
        "TipoFactEsp", "MedioPago",
    )
    return {tag: given[tag] for tag in order if tag in given}


def _line(shape: Shape, position: int, item: Item) -> dict:
    off, extra, amount = item.amounts(shape.kind in EXPORTS)
    line: dict[str, object] = {"NroLinDet": position}
    if item.codes:
        line["CdgItem"] = [{"TpoCodigo": kind, "VlrCodigo": value} for kind, value in item.codes]
    optional = (
        ("TpoDocLiq", item.settles), ("IndExe", item.exempt), ("NmbItem", item.name),
        ("DscItem", item.description), ("QtyItem", item.quantity),
        ("UnmdItem", item.unit if item.quantity is not None else None), ("PrcItem", item.price),
        ("DescuentoPct", item.discount), ("DescuentoMonto", off or None),
        ("RecargoPct", item.surcharge), ("RecargoMonto", extra or None),
        ("CodImpAdic", item.tax), ("MontoItem", amount),
    )
    return line | {tag: value for tag, value in optional if value is not None}


def _discount(position: int, movement: str, kind: str, value, exempt=None, gloss="Descuento pactado"):
    row = {"NroLinDR": position, "TpoMov": movement, "GlosaDR": gloss, "TpoValor": kind, "ValorDR": value}
    return row | ({"IndExeDR": exempt} if exempt else {})


def _bases(shape: Shape) -> dict[int | None, Decimal | int]:
    """Return the sums of lines by IndExe (None: taxable), global discounts and surcharges applied."""
    sums: dict = defaultdict(int)
    for item in shape.items:
        sums[item.exempt] += item.amounts(shape.kind in EXPORTS)[2]
    lines = dict(sums)
    for movement, kind, value, *rest in shape.discounts:
        group = rest[0] if rest else None
        if shape.kind in EXPORTS and group not in lines:
            group = next(iter(lines))
        change = pesos(Decimal(lines[group]) * Decimal(value) / 100) if kind == "%" else value
        sums[group] += change if movement == "R" else -change
    return sums


def _totals(shape: Shape) -> tuple[dict, dict | None]:
    """Return (Totales, OtraMoneda or None)."""
    sums = _bases(shape)
    if shape.kind in EXPORTS:
        return _export_totals(shape, sum(sums.values()))
    if shape.kind in BOLETAS:
        return _boleta_totals(shape, sums), None
    if shape.totals.get("MntTotal") == 0:
        return dict(shape.totals), None
    net, exempt, deposit = sums[None], sums[1], sums[3]
    if shape.gross:
        net = pesos(net / (1 + IVA / 100))
    iva = pesos(net * IVA / 100)
    totals: dict[str, object] = {}
    if net:
        totals["MntNeto"] = net
    if exempt:
        totals["MntExe"] = exempt
    if net:
        totals |= {"TasaIVA": 19, "IVA": iva}
    totals |= {tag: shape.totals[tag] for tag in ("IVAProp", "IVATerc") if tag in shape.totals}
    total = net + exempt + iva + deposit
    taxes, sign = _taxes(shape, iva), -1 if shape.retains else 1
    if taxes:
        totals["ImptoReten"] = taxes
    retained = sum(tax["MontoImp"] for tax in taxes)
    total += sign * retained
    if shape.retains and 0 < retained < iva:
        totals["IVANoRet"] = iva - retained
    if shape.construction:
        totals["CredEC"] = pesos(iva * Decimal("0.65"))
        total -= totals["CredEC"]
    if deposit:
        totals["GrntDep"] = deposit
    if shape.commission:
        fee, free = shape.commission
        totals["Comisiones"] = {"ValComNeto": fee, "ValComExe": free, "ValComIVA": pesos(fee * IVA / 100)}
        total -= fee + free + pesos(fee * IVA / 100)
    totals["MntTotal"] = total
    return totals | _not_billable(shape, sums, total), None


def _not_billable(shape: Shape, sums: Mapping, total: int, period: str = "MontoPeriodo") -> dict:
    other = sums[2] - sums[6]
    if not (sums[2] or sums[6]):
        return {}
    return {"MontoNF": other, period: total + other, "VlrPagar": total + other}


def _taxes(shape: Shape, iva: int) -> list[dict]:
    """Return the ImptoReten rows: rate × the lines that carry the code."""
    if shape.retains and not any(item.tax for item in shape.items):
        return [{"TipoImp": 15, "TasaImp": 19, "MontoImp": iva}]
    bases: dict[int, int] = defaultdict(int)
    for item in shape.items:
        if item.tax:
            bases[item.tax] += item.amounts(False)[2]
    return [
        {"TipoImp": code, "TasaImp": Decimal(RATES[code]), "MontoImp": pesos(base * Decimal(RATES[code]) / 100)}
        for code, base in bases.items()
    ]


def _boleta_totals(shape: Shape, sums: Mapping) -> dict:
    """A boleta's lines include IVA, unless IndMntNeto says that they are net."""
    taxable, exempt = sums[None], sums[1]
    totals: dict[str, object] = {}
    if shape.kind == 41:
        totals["MntExe"] = exempt
        total = exempt
    else:
        net = taxable if shape.net_lines else pesos(taxable / (1 + IVA / 100))
        iva = pesos(net * IVA / 100) if shape.net_lines else taxable - net
        total = net + iva + exempt
        totals["MntNeto"] = net
        if exempt:
            totals["MntExe"] = exempt
        totals["IVA"] = iva
    totals["MntTotal"] = total
    return totals | _not_billable(shape, sums, total, "TotalPeriodo")


def _export_totals(shape: Shape, total) -> tuple[dict, dict]:
    name, rate = shape.currency
    totals = {"TpoMoneda": name, "MntExe": total, "MntTotal": total}
    in_pesos = (Decimal(total) * rate).quantize(Decimal("0.0001"))
    other = {
        "TpoMoneda": "PESO CL", "TpoCambio": rate,
        "MntExeOtrMnda": in_pesos.normalize(), "MntTotOtrMnda": in_pesos.normalize(),
    }
    return totals, other
