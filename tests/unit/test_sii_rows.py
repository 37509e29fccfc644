"""Pages of the SII read into rows: each kind of page, and what of it is no row."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l10n_cl_ai.sii.mapping import Mapping, Unmapped
from l10n_cl_ai.sii.row import Row, canonical, folded
from l10n_cl_ai.sii.script_list import script_list
from l10n_cl_ai.sii.spanish_date import days_in, first_day

URL = "https://www.sii.cl/normativa_legislacion/resoluciones/2026/res_ind2026.htm"
NORMS = """<html><head><title>Resoluciones 2026</title></head><body><nav><a href="reso1.pdf">Menú</a></nav>
<div class="banner">Horario especial de atención del 24 de diciembre del 2026</div><div>
<h5><a href='reso106.pdf' target='_blank'>Resoluci&oacute;n Exenta SII N&deg; 106 del 21 de Agosto del 2026</a></h5>
<p>Modifica el formato de la factura electrónica y fija su entrada en vigencia.</p><span>Fuente: Fiscalización</span>
<h5><a href='reso105.pdf'>Resolución Exenta SII N° 105 del 20 de Agosto del 2026</a></h5>
<p>Complementa la nómina de Grandes Contribuyentes que se indica.</p><span>Fuente: Grandes Contribuyentes</span>
<h5>Circular N°26, del 18 de Junio del 2026</h5><p>Actualiza instrucciones sobre el crédito fiscal.</p>
<a href="circu26.pdf?jsessionid=AB12">Ver documento</a></div>
<p>Visitas: 123.456 desde el 1 de enero de 2010</p></body></html>"""


def rows(page, **mapping):
    return Mapping(**({"kind": "norms"} | mapping)).rows(page.encode(), URL)


def test_norms_are_read_with_number_day_matter_and_link():
    first, second, third = rows(NORMS)
    assert (first.kind, first.number, first.day) == ("resol", "106", date(2026, 8, 21))
    assert first.title == "Modifica el formato de la factura electrónica y fija su entrada en vigencia."
    assert first.url == "https://www.sii.cl/normativa_legislacion/resoluciones/2026/reso106.pdf"
    assert second.title == "Complementa la nómina de Grandes Contribuyentes que se indica."
    assert (third.kind, third.number, third.day) == ("circular", "26", date(2026, 6, 18))
    assert third.title == "Actualiza instrucciones sobre el crédito fiscal."
    assert third.url.startswith("https://www.sii.cl/normativa_legislacion/resoluciones/2026/circu26.pdf")


def test_a_norm_whose_matter_is_in_its_heading():
    [row] = rows("<p>Circular N° 54 del 23 de Diciembre del 2011 <a href='circu54.doc'>Word</a><br>"
                 "Tabla de cálculo de reajustes, intereses y multas. Fuente: Fiscalización</p>")  # fmt: skip
    assert row.title == "Tabla de cálculo de reajustes, intereses y multas."
    [row] = rows("<li>Ley N° 21.713 de 24-10-2024: cumplimiento de las obligaciones tributarias</li>")
    assert (row.kind, row.number, row.day) == ("ley", "21713", date(2024, 10, 24))
    assert row.title == "cumplimiento de las obligaciones tributarias"


def test_links_that_fit_are_rows_and_no_others():
    page = """<body><a href="/ayudas/">Ayudas</a><ul>
    <li><a href="formato_dte_202602.pdf"><img src="pdf.gif"></a> <a href="formato_dte_202602.pdf#page=2">Formato DTE
    v2.5 (Febrero 2026)</a></li><li><a href="schema_dte.zip">Esquemas XML</a>, actualizados al 06/02/2026</li>
    <li><a href="javascript:alert(1)">Formato x.pdf</a></li></ul></body>"""
    found = rows(page, kind="links", pattern=".pdf")
    assert [row.title for row in found] == ["Formato DTE v2.5 (Febrero 2026)"]
    both = rows(page, kind="links", pattern="_dte*")
    assert [row.title for row in both] == [
        "Formato DTE v2.5 (Febrero 2026)",
        "Esquemas XML, actualizados al 06/02/2026",
    ]
    assert both[1].day == date(2026, 2, 6)


def test_a_table_is_read_by_the_names_of_its_columns():
    head = "<tr><th>Fecha</th><th>N°</th><th>Materia</th></tr>"
    line = "<tr><td>02-01-2026</td><td>7</td><td><a href='o7.pdf'>Sobre el IVA de servicios</a></td></tr>"
    turned = (
        "<tr><th>Materia</th><th>Fecha</th><th>N°</th></tr>"
        "<tr><td><a href='o7.pdf'>Sobre el IVA de servicios</a></td><td>02-01-2026</td><td>7</td></tr>"
    )
    named = {"kind": "table", "number": "Nº", "day": "fecha", "title": "Materia"}
    [row] = rows(f"<table><tr><td><table>{head}{line}</table></td></tr></table>", **named)
    assert (row.number, row.day, row.title) == ("7", date(2026, 1, 2), "Sobre el IVA de servicios")
    [again] = rows(f"<table>{turned}</table>", **named)
    assert again == row
    [third] = rows(f"<table>{head}{line}</table>", kind="table", number="2", day="1", title="3")
    assert third == row


def test_a_matrix_has_a_row_for_every_value_there_is():
    page = """<table><tr><th>Día</th><th>Ene</th><th>Feb</th></tr><tr><td>1</td><td>39.001,10</td><td></td></tr>
    <tr><td>2</td><td>39.002,20</td><td>&nbsp;</td></tr></table>"""
    found = rows(page, kind="matrix")
    assert [(row.title, row.value) for row in found] == [("1 Ene", "39.001,10"), ("2 Ene", "39.002,20")]


def test_a_list_in_a_script_is_read_and_not_run():
    page = r"""<script>var x = 1; arrayIndice = [ // de hoy
      ['081025noti01pcr', '08-10-2025', 'SII habilita <b>nueva</b> gu\u00eda &amp; formato de \'DTE\'', 'x.jpg'],
      ["071025noti02aav","07-10-2025","Vence el plazo del F29",""],]; alert(1)</script>"""
    mapping = {"kind": "script", "title": "3", "day": "2", "link": "1", "address": "{}.htm"}
    first, second = Mapping(**mapping).rows(page.encode(), "https://www.sii.cl/noticias/2025/index.html")
    assert (first.title, first.day) == ("SII habilita nueva guía & formato de 'DTE'", date(2025, 10, 8))
    assert first.url == "https://www.sii.cl/noticias/2025/081025noti01pcr.htm"
    assert second.title == "Vence el plazo del F29"


@pytest.mark.parametrize("text", ["x", "arrayIndice = [[1, f(2)]]", "arrayIndice = [[['a']]]", "arrayIndice = ["])
def test_a_script_without_such_a_list_is_said_to_be(text):
    with pytest.raises(ValueError):
        list(script_list(text, "arrayIndice"))


@pytest.mark.parametrize("path", ["//[", "count(//a)", "//a/@href", "foo:bar()"])
def test_an_xpath_that_leads_to_no_elements_is_said_to_be(path):
    with pytest.raises(Unmapped):
        rows(NORMS, path=path)


def test_a_pattern_has_few_stars():
    with pytest.raises(Unmapped):
        rows(NORMS, pattern="*a*b*c*d*e*")


@pytest.mark.parametrize(("text", "day"), [
    ("18 de Junio del 2026", date(2026, 6, 18)), ("1° de mayo de 2026", date(2026, 5, 1)),
    ("desde el 01/09/2025", date(2025, 9, 1)), ("2026-02-06", date(2026, 2, 6)), ("18.06.2026", date(2026, 6, 18)),
    ("31 de febrero de 2026", None), ("folio 12-13-20261", None), ("1.123.2026", None),
    ("5 de setiembre de 2026", date(2026, 9, 5)),
])  # fmt: skip
def test_days(text, day):
    assert first_day(text) == day


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 12, 31)))
def test_a_day_is_read_however_it_is_written(day):
    months = ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
              "noviembre", "diciembre"]  # fmt: skip
    for text in (
        f"{day:%d-%m-%Y}",
        f"{day:%d/%m/%Y}",
        day.isoformat(),
        f"{day.day} de {months[day.month - 1]} de {day.year}",
    ):
        assert [found for _s, _e, found in days_in(f"x {text}, y")] == [day]


@given(st.text(max_size=60))
def test_writing_is_no_difference(text):
    assert folded(text) == folded(f"  {text}\u00a0") == folded(folded(text))


def test_what_names_the_reader_is_no_part_of_an_address():
    plain = canonical("https://www.sii.cl/a/b.htm?id=2&x=1")
    for other in ("http://WWW.sii.cl//a/b.htm?x=1&id=2#top", "https://www.sii.cl/a/b.htm;jsessionid=9?x=1&id=2",
                  "https://www.sii.cl:443/a/b.htm?id=2&x=1&utm_source=mail&PHPSESSID=1"):  # fmt: skip
        assert canonical(other) == plain
    assert canonical("https://www.sii.cl/a/b.htm?id=3&x=1") != plain


def test_value_and_day_make_a_row_another():
    row = Row("UF", day=date(2026, 1, 1), url="https://x.cl/a")
    assert row.digest != Row("UF", day=date(2026, 1, 2), url="https://x.cl/a").digest
    assert Row("1 Ene", value="39,1").digest != Row("1 Ene", value="3,91").digest


def test_links_with_spaces_and_accents_are_written_as_browsers_send_them():
    [row] = rows('<li><a href="Formato Resolución 2.5%20b.pdf?a=1&b=[2]">Formato</a></li>', kind="links")
    assert row.url.endswith("/Formato%20Resoluci%C3%B3n%202.5%20b.pdf?a=1&b=[2]")


def test_a_number_without_a_day_is_another_years_at_another_address():
    first, second = (Row("Sobre el IVA", number="7", url=f"https://x.cl/{year}/o7.pdf") for year in (2026, 2027))
    assert first.identity != second.identity
    dated = Row("Sobre el IVA", number="7", url="https://x.cl/a", day=date(2026, 1, 2))
    assert dated.identity == Row("Otra", number="7", url="https://x.cl/b", day=date(2026, 3, 2)).identity


def test_what_a_row_is_known_by_fits_into_an_index():
    long = [
        Row("x" * 5000, url=url, number=number) for url in ("", "https://x.cl/" + "aé" * 990) for number in ("", "7")
    ]
    assert all(len(row.identity) <= 500 for row in long)
    assert Row("x" * 5000).identity != Row("x" * 5000 + "y").identity


def test_a_page_without_norms_has_no_rows_and_is_no_mapping_that_fails():
    assert rows("<html><title>Request Rejected</title><p>Support ID: 1</p></html>") == []
