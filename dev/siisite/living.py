"""A site that lives: it has pages from the start, and publishes when it is told to."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

from . import pages
from .server import Page, Site

#: What it publishes, one after the other: title, text of the document.
NEWS = (
    ("Modifica el formato de las guías de despacho electrónicas e incorpora la comuna de destino.",
     "Los emisores de guías de despacho electrónicas deberán informar la comuna de destino y la patente del vehículo, "
     "a contar del 1 de marzo de 2027. El incumplimiento será sancionado con la multa del artículo 97 N° 17 del Código "
     "Tributario. Los emisores podrán adecuar sus sistemas hasta el 31 de enero de 2027."),
    ("Fija la tasa de retención de las boletas de honorarios y de prestación de servicios de terceros.",
     "La tasa de retención será de 16% a contar del 1 de enero de 2027, conforme a la Ley N° 21.133. Los agentes "
     "retenedores deberán aplicar la retención al emitir la boleta de honorarios."),
    ("Delega facultades en los directores regionales que señala.",
    "Delégase la facultad de firmar por orden del Director."),
    ("Establece la obligación de informar el medio de pago en las boletas electrónicas de ventas y servicios.",
     "Los emisores de boletas electrónicas deberán informar el medio de pago desde el 1 de abril de 2027."),
    ("Imparte instrucciones sobre el crédito fiscal del impuesto al valor agregado de los servicios digitales.",
     "El crédito fiscal IVA de los servicios digitales se imputará en el período en que se emita la factura de compra. "
     "Modifica la Circular N° 42 de 2020, y deja sin efecto sus instrucciones sobre IVA."),
)  # fmt: skip


class LivingSite(Site):
    """Pages of this year; ``change("/publicar", {"page": …})`` publishes, ``change("/romper", …)`` breaks a page."""

    def __init__(self, *rest, **more):
        super().__init__(*rest, **more)
        lot, year = random.Random(1), str(date.today().year)
        self.year, self.count = year, 0
        self.rows = {page.name: pages.rows_for(page, lot) for page in pages.PAGES}
        self.pages["/robots.txt"] = Page(b"User-agent: *\nDisallow: /privado/\n", content_type="text/plain")
        for page in pages.PAGES:
            self.write(page)
        # What is there and never changes.
        self.pages[f"/valores_y_fechas/utm/utm{year}.htm"] = Page(pages.PAGES[-1].write(self.rows["uf"]).encode())
        self.pages["/factura_electronica/normativa.htm"] = Page(pages.PAGES[2].write(pages.items(lot, 9)).encode())

    def path_of(self, page: pages.Page) -> str:
        return page.path.replace("2026", self.year)

    def write(self, page: pages.Page) -> None:
        self.pages[self.path_of(page)] = Page(page.write(self.rows[page.name]).encode())

    def change(self, path: str, told: dict) -> dict:
        page = next(page for page in pages.PAGES if page.name == told.get("page", "resoluciones"))
        if path == "/romper":
            self.pages[self.path_of(page)] = Page(b"<html><head><title>Request Rejected</title></head></html>")
            return {"broken": page.name}
        if path == "/reparar":
            self.write(page)
            return {"mended": page.name}
        if path != "/publicar":
            raise KeyError(path)
        return {"published": self.publish(page)}

    def publish(self, page: pages.Page) -> str:
        """Put something new on a page; return its title."""
        rows = self.rows[page.name]
        if page.name == "uf":
            rows += [replace(rows[-1], day=date(2026, 12, day), value=f"40.{day:03d},{day:02d}") for day in range(1,
            10)]
            self.write(page)
            return "UF"
        title, text = NEWS[self.count % len(NEWS)]
        self.count += 1
        newest = max(rows, key=lambda row: row.number)
        fresh = replace(newest, number=newest.number + 1, day=newest.day + timedelta(days=1), title=title,
                        file=f"reso{newest.number + 1}.pdf")  # fmt: skip
        rows.insert(0, fresh)
        folder = self.path_of(page).rpartition("/")[0]
        folder += "/factura_mercado" if page.name == "formatos" else ""
        name = fresh.file.replace(".pdf", ".htm") if page.name == "noticias" else fresh.file
        self.pages[f"{folder}/{name}"] = Page(
            f"<html><body><h1>{title}</h1><p>Vistos: las facultades del artículo 6° del Código Tributario.</p>"
            f"<p>{text}</p></body></html>".encode()
        )
        self.write(page)
        return title
