"""Right documents of every type, and ways to spoil them one thing at a time.

``dte(33)`` is a ``DTE`` element, complete and arithmetically right, unsigned and without TED
(``signing.sign`` adds both). All parties are invented.
"""

import copy
import datetime

from lxml import etree

from l10n_cl_ai import dte as rules

NS = "http://www.sii.cl/SiiDte"
ISSUER, RECEIVER, FOREIGN, SII = "76192083-9", "77262640-1", "55555555-5", "60803000-K"
TODAY = datetime.date(2026, 11, 20)
BODY = {110: "Exportaciones", 111: "Exportaciones", 112: "Exportaciones", 43: "Liquidacion"}


def dte(kind: int, folio: int = 101) -> etree._Element:
    """Return a right ``DTE`` element of a type, in the SII's namespace."""
    body = {
        "Encabezado": {
            "IdDoc": _identification(kind, folio),
            "Emisor": _issuer(kind),
            "Receptor": _receiver(kind),
            **_transport(kind),
            "Totales": _totals(kind),
            **_other_currency(kind),
        },
        "Detalle": _lines(kind),
        **_references(kind),
        **_commissions(kind),
        "TmstFirma": "2026-11-18T10:00:00",
    }
    root = etree.Element(f"{{{NS}}}DTE", nsmap={None: NS}, version="1.0")
    element = etree.SubElement(root, f"{{{NS}}}{BODY.get(kind, 'Documento')}", ID=f"F{folio}T{kind}")
    _build(element, body)
    return root


def _build(parent, content: dict) -> None:
    for tag, value in content.items():
        for each in value if isinstance(value, list) else [value]:
            child = etree.SubElement(parent, f"{{{NS}}}{tag}")
            if isinstance(each, dict):
                _build(child, each)
            else:
                child.text = str(each)


def _identification(kind, folio):
    head = {"TipoDTE": kind, "Folio": folio, "FchEmis": "2026-11-18"}
    if kind in (39, 41):
        return {**head, "IndServicio": 3}
    if kind == 52:
        return {**head, "TipoDespacho": 2, "IndTraslado": 1}
    if kind in (110, 111, 112):
        return {**head, "FmaPago": 2, "FmaPagExp": 1, "FchVenc": "2026-12-18"}
    if kind in (33, 34, 43, 46):
        return {**head, "FmaPago": 2, "FchVenc": "2026-12-18"}
    return head


def _issuer(kind):
    boleta = kind in (39, 41)
    issuer = {
        "RUTEmisor": ISSUER,
        "RznSocEmisor" if boleta else "RznSoc": "Comercial Ñuble Limitada",
        "GiroEmisor" if boleta else "GiroEmis": "Venta al por mayor de artículos de oficina",
    }
    if not boleta:
        issuer |= {"Acteco": "464903"}
    return issuer | {
        "DirOrigen": "Av. Libertad 1234",
        "CmnaOrigen": "Chillán",
        "CiudadOrigen": "Chillán",
    }


def _receiver(kind):
    if kind in (39, 41):
        return {"RUTRecep": "66666666-6"}
    foreign = kind in (110, 111, 112)
    receiver = {
        "RUTRecep": FOREIGN if foreign else RECEIVER,
        "RznSocRecep": "Overseas Trading Inc" if foreign else "Servicios Araucanía SpA",
    }
    if foreign:
        receiver["Extranjero"] = {"NumId": "US123456", "Nacionalidad": "225"}
    return receiver | {
        "GiroRecep": "Importaciones" if foreign else "Servicios de ingeniería",
        "DirRecep": "5th Avenue 100" if foreign else "Calle Prat 456, Piso 2",
        "CmnaRecep": "New York" if foreign else "Temuco",
        "CiudadRecep": "New York" if foreign else "Temuco",
    }


def _transport(kind):
    if kind == 52:
        return {
            "Transporte": {
                "Patente": "BCDF12",
                "RUTTrans": "77262640-1",
                "Chofer": {"RUTChofer": "12345678-5", "NombreChofer": "Juan Soto"},
                "DirDest": "Calle Prat 456, Piso 2",
                "CmnaDest": "Temuco",
                "FchSalida": "2026-11-18",
                "HraSalida": "10:30:00",
            }
        }
    if kind in (110, 111, 112):
        packages = {"CodTpoBultos": 22, "CantBultos": 10, "Marcas": "SIN MARCA"}
        return {
            "Transporte": {
                "Aduana": {
                    "CodModVenta": 1, "CodClauVenta": 5, "TotClauVenta": "1500.00", "CodViaTransp": 1,
                    "CodPtoEmbarque": 905, "CodPtoDesemb": 271, "TotBultos": 10, "TipoBultos": packages,
                    "CodPaisRecep": 225, "CodPaisDestin": 225,
                }
            }
        }
    return {}


def _lines(kind):
    if kind in (110, 111, 112):
        return [_line(1, "Vino tinto reserva, caja de 12 botellas", 10, 150, unit="U")]
    if kind in (34, 41):
        return [_line(1, "Curso de contabilidad tributaria", 1, 15000, exempt=1)]
    first, second = _line(1, "Resma de papel carta 75 g", 10, 1050), _line(2, "Archivador oficio", 2, 1425)
    if kind == 43:
        first, second = ({"NroLinDet": x["NroLinDet"], "TpoDocLiq": "33", **x} for x in (first, second))
    return [first, second]


def _line(number, name, quantity, price, exempt=None, unit="UN"):
    line = {"NroLinDet": number}
    if exempt:
        line["IndExe"] = exempt
    return line | {
        "NmbItem": name, "QtyItem": quantity, "UnmdItem": unit, "PrcItem": price,
        "MontoItem": quantity * price,
    }


def _totals(kind):
    """10 × 1,050 + 2 × 1,425 = 13,350; IVA 2,536.5 → 2,537 (half up; half to even would be 2,536)."""
    if kind in (110, 111, 112):
        return {"TpoMoneda": "DOLAR USA", "MntExe": 1500, "MntTotal": 1500}
    if kind in (34, 41):
        return {"MntExe": 15000, "MntTotal": 15000}
    if kind == 39:
        return {"MntNeto": 11218, "IVA": 2132, "MntTotal": 13350}
    totals = {"MntNeto": 13350, "TasaIVA": 19, "IVA": 2537}
    if kind == 46:
        retained = {"TipoImp": 15, "TasaImp": 19, "MontoImp": 2537}
        return {**totals, "ImptoReten": retained, "MntTotal": 13350}
    if kind == 43:
        commissions = {"ValComNeto": 1000, "ValComExe": 0, "ValComIVA": 190}
        return {**totals, "Comisiones": commissions, "MntTotal": 15887 - 1190}
    return {**totals, "MntTotal": 15887}


def _other_currency(kind):
    if kind not in (110, 111, 112):
        return {}
    pesos = {"TpoMoneda": "PESO CL", "TpoCambio": 950, "MntExeOtrMnda": 1425000, "MntTotOtrMnda": 1425000}
    return {"OtraMoneda": pesos}


def _references(kind):
    origin = {56: 33, 61: 33, 111: 110, 112: 110}.get(kind)
    if not origin:
        return {}
    return {
        "Referencia": {
            "NroLinRef": 1, "TpoDocRef": origin, "FolioRef": 77, "FchRef": "2026-11-02",
            "CodRef": 3, "RazonRef": "Corrige montos",
        }
    }


def _commissions(kind):
    if kind != 43:
        return {}
    return {
        "Comisiones": {
            "NroLinCom": 1, "TipoMovim": "C", "Glosa": "Comisión de venta",
            "ValComNeto": 1000, "ValComExe": 0, "ValComIVA": 190,
        }
    }


# -- spoiling ----------------------------------------------------------------------------------------


def find(root, path: str):
    """Return the element at ``Encabezado/Totales/IVA`` or ``Detalle[2]/NmbItem``."""
    steps = "/".join(f"{{{NS}}}{step}" for step in path.split("/"))
    return root[0].find(steps)


def changed(root, path: str, text: str | None):
    """Return a copy with the text at ``path`` set; ``None`` takes the element out."""
    root = copy.deepcopy(root)
    element = find(root, path)
    if text is None:
        element.getparent().remove(element)
    else:
        element.text = str(text)
    return root


def added(root, path: str, xml: str, before: str | None = None):
    """Return a copy with elements (written without namespace) put into ``path`` ("" is the body).

    :param before: tag of the child they go in front of; at the end when left out
    """
    root = copy.deepcopy(root)
    parent = find(root, path) if path else root[0]
    place = len(parent) if before is None else parent.index(parent.find(f"{{{NS}}}{before}"))
    for offset, child in enumerate(etree.fromstring(f'<x xmlns="{NS}">{xml}</x>')):
        parent.insert(place + offset, child)
    return root


# -- checking ----------------------------------------------------------------------------------------


def written(root) -> bytes:
    return etree.tostring(root, encoding="ISO-8859-1", xml_declaration=True)


def document(root, **context):
    """Return the Document of a ``DTE`` element; ``today`` is known unless told otherwise."""
    known = {"today": TODAY, **context}
    return rules.read(written(root), rules.Context(**known))[0]


def findings(root, rule: str | None = None, **context) -> list:
    """Return what the rules (or the one named) find in a ``DTE`` element."""
    report = rules.check(document(root, **context))
    return [f for f in report.findings if rule in (None, f.rule)]
