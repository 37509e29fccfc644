"""Makes the suppliers' documents of the demo: ``python tests/demo_documents.py`` writes them anew.

They are stamped and signed with the tests' own keys, so the rules that need a signature have one.
"""

import pathlib

if __name__ == "__main__":
    import conftest  # noqa: F401 - makes l10n_cl_ai importable without Odoo

import factory
import signing

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "l10n_cl_ai" / "demo"
_HEAD, _LINE = "Encabezado", "Detalle[1]"
_BUYER = {
    "RUTRecep": "76192083-9", "RznSocRecep": "Comercial Ñuble Limitada", "DirRecep": "Av. Libertad 1234",
    "GiroRecep": "Venta de artículos de oficina", "CmnaRecep": "Chillán", "CiudadRecep": "Chillán",
}  # fmt: skip
_PAPER_MILL = {
    "RUTEmisor": "96741350-K", "RznSoc": "Papelera Andina S.A.", "GiroEmis": "Fabricación de papel",
    "Acteco": "170110", "DirOrigen": "Camino Lo Ruiz 3200", "CmnaOrigen": "Renca", "CiudadOrigen": "Santiago",
}  # fmt: skip
_PRINTER = {
    "RUTEmisor": "76230981-5", "RznSoc": "Imprenta Cordillera Limitada", "GiroEmis": "Servicios de impresión",
    "Acteco": "181101", "DirOrigen": "San Martín 940", "CmnaOrigen": "Los Ángeles", "CiudadOrigen": "Los Ángeles",
}  # fmt: skip


def documents() -> dict[str, bytes]:
    """Return {file name: content}."""
    return {
        "papelera_33_48211.xml": _document(
            33, 48211, "2026-11-03", _PAPER_MILL, ("Bobina de papel 70 g", 5, 42000), due="2026-12-03"
        ),
        # Booked as folio 7730 and at a price of 1,200.
        "imprenta_33_7703.xml": _document(
            33, 7703, "2026-11-05", _PRINTER, ("Impresión de catálogo 2026", 500, 1240), due="2026-12-05"
        ),
        # It says that it corrects a text, and takes 50,000 off.
        "imprenta_61_512.xml": _document(
            61, 512, "2026-11-12", _PRINTER, ("Dice: catálogo 2025. Debe decir: catálogo 2026", 1, 50000),
            reference={
                "FolioRef": "7703", "FchRef": "2026-11-05", "CodRef": "2",
                "RazonRef": "Dice: catálogo 2025. Debe decir: catálogo 2026",
            },
        ),
    }  # fmt: skip


def _document(kind, folio, day, issuer, item, due=None, reference=None) -> bytes:
    """Return a signed document with one line ``(name, quantity, price)``."""
    name, quantity, price = item
    net = quantity * price
    iva = (net * 19 + 50) // 100
    root = factory.changed(factory.dte(kind, folio), "Detalle[2]", None)
    texts = {f"{_HEAD}/Emisor/{tag}": text for tag, text in issuer.items()}
    texts |= {f"{_HEAD}/Receptor/{tag}": text for tag, text in _BUYER.items()}
    texts |= {f"Referencia/{tag}": text for tag, text in (reference or {}).items()}
    texts |= {
        f"{_HEAD}/IdDoc/FchEmis": day, "TmstFirma": f"{day}T10:00:00",
        f"{_HEAD}/Totales/MntNeto": net, f"{_HEAD}/Totales/IVA": iva, f"{_HEAD}/Totales/MntTotal": net + iva,
        f"{_LINE}/NmbItem": name, f"{_LINE}/QtyItem": quantity, f"{_LINE}/PrcItem": price,
        f"{_LINE}/MontoItem": net,
    }  # fmt: skip
    if due:
        texts[f"{_HEAD}/IdDoc/FchVenc"] = due
    for path, text in texts.items():
        root = factory.changed(root, path, text)
    return signing.sign(root, caf={"first": folio // 1000 * 1000 + 1, "last": (folio // 1000 + 1) * 1000})


if __name__ == "__main__":
    for _name, _content in documents().items():
        (FOLDER / _name).write_bytes(_content)
