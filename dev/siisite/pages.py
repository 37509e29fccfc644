"""Pages like the SII's, written from data: numbered norms, links, a list in a script, tables of values. Also served,
and changed while watched, by the driver of the monitor."""

from __future__ import annotations

import html
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

MONTHS = ("Enero", "Febrero", "Marzo", "Abril", "Mayo", "Junio", "Julio", "Agosto", "Septiembre", "Octubre",
          "Noviembre", "Diciembre")  # fmt: skip
_MATTERS = (
    "Modifica el formato de la factura electrónica y fija la fecha desde la cual rige",
    "Imparte instrucciones sobre el impuesto al valor agregado de los servicios digitales",
    "Establece la obligación de emitir guías de despacho electrónicas en el traslado de bienes",
    "Fija la tasa de retención de las boletas de honorarios para el año siguiente",
    "Complementa la nómina de grandes contribuyentes que se indica",
    "Actualiza los requisitos de la representación impresa de la boleta electrónica",
    "Delega facultades en los directores regionales que señala",
    "Prorroga el plazo para presentar las declaraciones juradas que se indican",
    "Instruye sobre el régimen Pro Pyme del artículo 14 letra D de la Ley sobre Impuesto a la Renta",
    "Deja sin efecto la resolución que indica y refunde sus instrucciones",
)  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One row as the page's author thinks of it."""

    number: int
    day: date
    title: str
    file: str
    value: str = ""


@dataclass(frozen=True)
class Page:
    """A kind of page: how it is written, and read (parameters of ``sii.mapping.Mapping``)."""

    name: str
    path: str
    mapping: dict[str, str]
    write: Callable[[list[Item]], str]

    @property
    def url(self) -> str:
        return f"https://www.sii.cl{self.path}"


def written(day: date) -> str:
    return f"{day.day:02d} de {MONTHS[day.month - 1]} del {day.year}"


def items(lot: random.Random, count: int, prefix: str = "reso") -> list[Item]:
    """Return rows, the newest first."""
    newest, made = date(2026, 8, 21), []
    for at in range(count):
        number = 106 - at
        title = f"{lot.choice(_MATTERS)} ({lot.choice(('Ley N° 21.713', 'D.L. 825', 'D.L. 824', 'Código Tributario'))}, punto {number})."
        made.append(Item(number, newest - timedelta(days=at * 3), title, f"{prefix}{number}.pdf"))
    return made


def values(lot: random.Random, count: int) -> list[Item]:
    return [Item(at, date(2026, 1 + at % 9, 1 + at // 9), "", "", f"{39 + at % 5}.{lot.randrange(100, 999)},{lot.randrange(10, 99)}")
            for at in range(count)]  # fmt: skip


def _around(title: str, inside: str) -> str:
    return f"""<!DOCTYPE html><html lang="es"><head><meta charset="utf-8"><title>{title}</title>
<style>.x{{color:red}}</style><script>var hoy = new Date();</script></head><body class="sii">
<header><a href="/"><img src="/logo.gif" alt="SII"></a></header><nav><ul><li><a href="/ayudas/">Ayudas</a></li>
<li><a href="circu_ayuda.pdf">Guía</a></li></ul></nav><!--top--><div id="my-wrapper"><div class="col-sm-9"><h2>{title}</h2>
{inside}
</div></div><!--bottom--><p class="contador">Visitas: 48.213</p><footer><p>Servicio de Impuestos Internos, 2026</p></footer></body></html>"""


def _resoluciones(rows: list[Item]) -> str:
    return _around("Resoluciones 2026", "\n".join(
        f"<h5><a href='{item.file}' target='_blank'>Resoluci&oacute;n Exenta SII N&deg; {item.number} del {written(item.day)}</a></h5>"
        f"<p>{html.escape(item.title)}</p><span>Fuente: Subdirección Jurídica</span><!--row-->" for item in rows))  # fmt: skip


def _circulares(rows: list[Item]) -> str:
    return _around("Circulares 2026", "\n".join(
        f'<div class="fila"><h5>Circular N° {item.number} del {written(item.day)}</h5><p>{html.escape(item.title)}</p>'
        f'<a class="pdf" href="{item.file}">Ver documento</a></div><!--row-->' for item in rows))  # fmt: skip


def _formatos(rows: list[Item]) -> str:
    lines = "\n".join(
        f'<li><a href="factura_mercado/{item.file}">{html.escape(item.title)}</a> ({item.day:%d-%m-%Y})</li><!--row-->'
        for item in rows)  # fmt: skip
    return _around("Formatos y esquemas", f"<ul>{lines}</ul>")


def _oficios(rows: list[Item]) -> str:
    lines = "\n".join(
        f"<tr><td>{item.number}</td><td>{item.day:%d/%m/%Y}</td><td><a href='{item.file}'>{html.escape(item.title)}</a></td></tr><!--row-->"
        for item in rows)  # fmt: skip
    return _around(
        "Jurisprudencia", f"<table border=1><tr><th>N°</th><th>Fecha</th><th>Materia</th></tr>{lines}</table>"
    )


def _noticias(rows: list[Item]) -> str:
    lines = ",\n".join(
        f"['{item.file.removesuffix('.pdf')}', '{item.day:%d-%m-%Y}', '{item.title}', 'foto.jpg']/*row*/"
        for item in rows
    )
    return _around(
        "Noticias", f"<div id='lista'></div><script>var arrayIndice = [\n{lines}\n];\npinta(arrayIndice);</script>"
    )


def _uf(rows: list[Item]) -> str:
    cells = {(item.day.day, item.day.month): item.value for item in rows}
    heads = "".join(f"<th>{month[:3]}</th>" for month in MONTHS)
    lines = "\n".join(
        f"<tr><th>{day}</th>" + "".join(f"<td>{cells.get((day, month), '&nbsp;')}</td>" for month in range(1, 13)) + "</tr>"
        for day in range(1, 32))  # fmt: skip
    return _around("Unidad de Fomento 2026", f"<table><tr><th>Día</th>{heads}</tr>{lines}</table>")


PAGES = (
    Page("resoluciones", "/normativa_legislacion/resoluciones/2026/res_ind2026.htm", {"kind": "norms", "pattern": "/reso*"}, _resoluciones),
    Page("circulares", "/normativa_legislacion/circulares/2026/indcir2026.htm", {"kind": "norms"}, _circulares),
    Page("formatos", "/factura_electronica/formato_xml.htm", {"kind": "links", "pattern": "/factura_mercado/*"}, _formatos),
    Page("oficios", "/normativa_legislacion/jurisprudencia/2026/indice.htm",
         {"kind": "table", "number": "N°", "day": "Fecha", "title": "Materia"}, _oficios),
    Page("noticias", "/noticias/2026/index.html",
         {"kind": "script", "path": "arrayIndice", "title": "3", "day": "2", "link": "1", "address": "{}.htm"}, _noticias),
    Page("uf", "/valores_y_fechas/uf/uf2026.htm", {"kind": "matrix"}, _uf),
)  # fmt: skip


def rows_for(page: Page, lot: random.Random, count: int = 12) -> list[Item]:
    return values(lot, count) if page.name == "uf" else items(lot, count, "noti" if page.name == "noticias" else "reso")


def retitled(item: Item, lot: random.Random) -> Item:
    """Return the row with other words, or another value."""
    if item.value:
        return replace(item, value=item.value[:-1] + str((int(item.value[-1]) + 1 + lot.randrange(8)) % 10))
    return replace(item, title=item.title.replace(").", f"; se modifica el punto {lot.randrange(200, 900)})."))
