"""The documents of the demo, in the order in which they are made.

Amounts are net CLP, except in boletas, where Odoo adds the IVA to them as well.
"""

from typing import NamedTuple


class Item(NamedTuple):
    """A line: net unit price in the document's currency; ``exempt`` lines carry no tax."""

    name: str
    quantity: float
    price: float
    exempt: bool = False
    discount: float = 0


class Document(NamedTuple):
    """A document of the demo.

    :param key: its XML id, after ``demo_``
    :param type: code of l10n_latam.document.type
    :param partner: key in :data:`.parties.PARTNERS`
    :param day: days from today; a date "YYYY-MM-DD" for a document whose XML is in the demo
    :param move_type: as in account.move
    :param posted: posted, else a draft to mend and post
    :param origin: key of the document that a note speaks of
    :param folio: number of a supplier's document, as an import wrote it
    :param xml: file in this folder, attached
    :param values: other values of account.move
    :param per_line: IVA is rounded per line, as the company did before
    :param company: key in :data:`.parties.COMPANIES`
    """

    key: str
    type: str
    partner: str
    items: tuple[Item, ...]
    day: int | str = -5
    move_type: str = "out_invoice"
    posted: bool = False
    origin: str | None = None
    folio: str | None = None
    xml: str | None = None
    values: dict = {}
    per_line: bool = False
    company: str = "company_nuble"


PAPER = Item("Resma de papel carta 75 g", 10, 3290)
FOLDER = Item("Archivador oficio lomo ancho", 12, 1990)
COURSE = Item("Curso de contabilidad tributaria (exento)", 1, 180000, exempt=True)

DOCUMENTS = (
    # -- right -------------------------------------------------------------------------------------
    Document("invoice", "33", "araucania", (PAPER, FOLDER), day=-20, posted=True),
    Document(
        "invoice_discount", "33", "biobio",
        (Item("Silla ergonómica", 4, 89990, discount=10), Item("Instalación", 1, 25000)), day=-18, posted=True,
    ),
    Document("invoice_exempt", "34", "itata", (COURSE,), day=-16, posted=True),
    Document("receipt", "39", "anonymous", (Item("Cuaderno universitario 100 hojas", 3, 1470),), day=-12, posted=True),
    Document("receipt_exempt", "41", "anonymous", (Item("Libro de segunda mano", 1, 4500, exempt=True),), day=-12,
             posted=True),
    Document(
        "credit_note", "61", "araucania", (Item("Archivador oficio lomo ancho (devolución)", 2, 1990),), day=-9,
        move_type="out_refund", origin="invoice", posted=True, values={"ref": "Devolución de 2 archivadores"},
    ),
    Document(
        "debit_note", "56", "biobio", (Item("Diferencia de precio de instalación", 1, 10000),), day=-8,
        origin="invoice_discount", posted=True, values={"ref": "Diferencia de precio"},
    ),
    Document(
        "purchase_invoice", "46", "campesino", (Item("Papel y cartón recolectado, kilos", 850, 90),), day=-10,
        move_type="in_invoice", posted=True,
    ),
    Document(
        "export", "110", "overseas", (Item("Handmade paper, boxes of 50", 40, 37.5, exempt=True),), day=-7,
        values={"currency": "USD"}, posted=True,
    ),
    Document("bill", "33", "papelera", (Item("Bobina de papel 70 g", 5, 42000),), day="2026-11-03",
             move_type="in_invoice", folio="48211", xml="papelera_33_48211.xml", posted=True),
    Document("invoice_mixed", "33", "biobio", (PAPER, COURSE), day=-2),
    # -- what accountants know ---------------------------------------------------------------------
    Document("no_comuna", "33", "carmen", (PAPER,), day=-4),
    Document("no_giro", "33", "roble", (FOLDER,), day=-4),
    Document("wrong_rut", "33", "maule", (PAPER, FOLDER), day=-3),
    Document("long_giro", "33", "agricola", (Item("Talonario de guías, 50 juegos", 6, 7990),), day=-3),
    Document("wrong_comuna", "33", "condes", (Item("Escritorio 1,40 m", 2, 129990),), day=-3),
    Document("per_line", "33", "araucania",
             tuple(Item(f"Lápiz grafito N° {number}", 1, 1350) for number in range(1, 11)), day=-3, per_line=True),
    Document("many_lines", "33", "biobio",
             tuple(Item(f"Artículo de oficina, código {number:03d}", 1, 1350) for number in range(1, 62)), day=-2),
    Document("emoji", "33", "aurora", (Item("Set “Primavera” — oferta 5€ 😀", 10, 4990),), day=-2),
    Document(
        "long_name", "33", "araucania",
        (Item("Multifuncional láser a color con alimentador automático de documentos, bandeja doble y "
              "tres años de garantía en terreno", 1, 389990),), day=-2,
    ),
    Document("exempt_in_33", "33", "itata", (COURSE,), day=-1),
    Document("future", "33", "biobio", (PAPER,), day=12),
    Document("folio_letters", "33", "papelera", (Item("Bobina de papel 90 g", 2, 51000),), day=-1,
             move_type="in_invoice", folio="A-48377"),
    Document("note_without_origin", "61", "araucania", (Item("Rebaja de precio acordada", 1, 5000),), day=-1,
             move_type="out_refund", values={"ref": "Rebaja de precio"}),
    Document("large_receipt", "39", "anonymous", (Item("Equipamiento completo de oficina", 1, 5600000),), day=-1),
    Document("bill_disagrees", "33", "imprenta", (Item("Impresión de catálogo 2026", 500, 1200),), day="2026-11-05",
             move_type="in_invoice", folio="7730", xml="imprenta_33_7703.xml"),
    Document(
        "refund_text", "61", "imprenta", (Item("Dice: catálogo 2025. Debe decir: catálogo 2026", 1, 50000),),
        day="2026-11-12", move_type="in_refund", folio="512", xml="imprenta_61_512.xml",
    ),
    # -- what only a reader sees: the rules find nothing ---------------------------------------------
    Document("furnished", "34", "araucania",
             (Item("Arriendo amoblado departamento, noviembre", 1, 450000, exempt=True),), day=-2),
    Document("passengers", "33", "biobio",
             (Item("Transporte de pasajeros, bus de 40 asientos a Concepción", 1, 120000),), day=-2),
    Document("order_named", "33", "araucania", (Item("Resmas según OC 4500123877", 20, 3290),), day=-1),
    # -- the second company, which still rounds per line --------------------------------------------
    Document("quillon_invoice", "33", "araucania", (Item("Mantención mensual de equipos", 1, 150000),), day=-6,
             posted=True, company="company_quillon"),
    Document("quillon_per_line", "33", "biobio",
             tuple(Item(f"Visita técnica {number}", 1, 1350) for number in range(1, 7)), day=-2, per_line=True,
             company="company_quillon"),
)  # fmt: skip
