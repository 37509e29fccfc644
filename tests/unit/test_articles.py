"""The starter articles: complete, sourced, of this country's rates and codes, and nothing but Markdown."""

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

ADDON = Path(__file__).resolve().parents[2] / "l10n_cl_ai"
FILES = sorted((ADDON / "data/articles").glob("*.xml"))
TABLES = ADDON / "dte/tables"
_DETAIL = re.compile(r"\b(?:HED|DTE|CAF|TED|REF|ENV|CRT|DETL?|CHR|SCH)-\d(?:-\d+|\d+)\b")
#: Ley 21.133: what is withheld of a boleta de honorarios, by year.
HONORARIOS = {"2025": "14,5", "2026": "15,25", "2027": "16", "2028": "17"}


def records(model):
    return [record for file in FILES for record in etree.parse(file).iterfind(f".//record[@model='{model}']")]


def value(record, name):
    field = record.find(f"field[@name='{name}']")
    return "" if field is None else (field.text or "")


ARTICLES = records("l10n_cl_ai.article")
BODIES = "\n".join(value(article, "body") for article in ARTICLES)


@pytest.fixture(params=ARTICLES, ids=lambda article: article.get("id"))
def article(request):
    return request.param


def test_there_are_some_sixty_and_no_two_alike():
    assert len(ARTICLES) >= 55
    for name in ("code", "name"):
        values = [value(article, name) for article in ARTICLES]
        assert len(set(values)) == len(values)


def test_each_says_where_it_comes_from_and_when_it_is_looked_at_again(article):
    assert len(value(article, "source_name")) > 5
    assert date(2026, 12, 1) < date.fromisoformat(value(article, "review_on")) <= date(2027, 12, 31)
    assert value(article, "origin") == "starter"
    assert len(value(article, "keywords").split(",")) >= 2


def test_each_stands_under_topics_that_there_are(article):
    topics = {record.get("id") for record in records("l10n_cl_ai.topic")}
    used = re.findall(r"ref\('(\w+)'\)", article.find("field[@name='topic_ids']").get("eval"))
    assert used and set(used) <= topics


def test_every_topic_has_an_article():
    used = {ref for article in ARTICLES for ref in re.findall(r"ref\('(\w+)'\)", etree.tostring(article).decode())}
    assert {record.get("id") for record in records("l10n_cl_ai.topic")} <= used


def test_each_is_plain_markdown_of_a_readable_length(article):
    body = value(article, "body")
    assert 150 < len(body) < 3000
    assert not re.search(r"<[a-z/!]", body)
    assert not re.search(r"^#[^# ]|^#{4,}", body, re.MULTILINE)
    assert all(host.endswith(("sii.cl", "bcn.cl")) for host in re.findall(r"https?://([^/\s)]+)", body))
    for table in re.findall(r"(?:^\|.*\n?)+", body, re.MULTILINE):
        rows = table.splitlines()
        assert len(rows) > 2 and re.fullmatch(r"(\|-+)+\|", rows[1])
        assert all(row.endswith("|") and row.count("|") == rows[0].count("|") for row in rows)


def test_addresses_of_sources_are_of_the_state_and_safe(article):
    url = value(article, "source_url")
    assert not url or re.match(r"https://www\.(sii|bcn)\.cl/\w", url)


def test_codes_of_the_sii_are_those_of_our_table():
    known = json.loads((TABLES / "sii_detail_codes.json").read_text())["rows"]
    named = set(_DETAIL.findall(BODIES))
    assert named and named <= set(known)


def test_the_table_of_types_is_whole():
    [article] = [article for article in ARTICLES if value(article, "code") == "dte-tipos"]
    rows = re.findall(r"^\| ([\d, /]+) \|", value(article, "body"), re.MULTILINE)
    named = {int(one) for row in rows for one in re.findall(r"\d+", row)}
    assert named == {33, 34, 39, 41, 43, 46, 52, 56, 61, 110, 111, 112}


def test_rates_are_those_of_the_law():
    rate = json.loads((TABLES / "iva_rates.json").read_text())["rows"][0]["rate"]
    [honorarios] = [article for article in ARTICLES if value(article, "code") == "retencion-honorarios"]
    rows = dict(re.findall(r"^\| (\d{4}) \| ([\d,]+) % \|$", value(honorarios, "body"), re.MULTILINE))
    assert rows == HONORARIOS
    [iva] = [article for article in ARTICLES if value(article, "code") == "iva-redondeo"]
    assert f"**{rate} %**" in value(iva, "body")


def test_a_rate_of_honorarios_is_told_with_its_year():
    told = re.findall(r"(1[4-7](?:,\d+)?) % en (20\d\d)", BODIES)
    assert told and all(HONORARIOS[year] == rate for rate, year in told)


def test_135_uf_in_pesos_are_those_of_our_table():
    [boleta] = [article for article in ARTICLES if value(article, "code") == "boleta-135-uf"]
    uf = json.loads((TABLES / "uf.json").read_text())["rows"]["2025"]
    pesos = f"{int(135 * Decimal(uf)):,}".replace(",", ".")
    assert f"En 2026, con $ {uf[:2]}.{uf[2:].replace('.', ',')}, el límite son **$ {pesos}**" in value(boleta, "body")
    assert date.fromisoformat(value(boleta, "review_on")).year == 2027


def test_additional_taxes_are_those_of_our_table():
    rows = json.loads((TABLES / "tax_codes.json").read_text())["rows"]
    [article] = [article for article in ARTICLES if value(article, "code") == "iva-adicionales"]
    told = re.findall(r"^\| (\d+) \| [^|]+ \| ([\d,]+) % \|$", value(article, "body"), re.MULTILINE)
    assert len(told) >= 5
    for code, rate in told:
        assert rows[code]["rate"] == rate.replace(",", ".")


def test_retentions_are_those_of_our_table():
    rows = json.loads((TABLES / "tax_codes.json").read_text())["rows"]
    [article] = [article for article in ARTICLES if value(article, "code") == "retencion-factura-compra"]
    told = re.findall(r"^\| \w+ \| (\d+) \| (\d+) % \| (\d+) \|$", value(article, "body"), re.MULTILINE)
    assert len(told) == sum(row.get("scope") == "partial" for row in rows.values())
    for code, rate, whole in told:
        assert (rows[code]["rate"], rows[code]["scope"], rows[whole]["scope"]) == (rate, "partial", "total")


def test_claims_are_the_events_that_our_table_calls_so():
    events = json.loads((TABLES / "customer_events.json").read_text())["rows"]
    [article] = [article for article in ARTICLES if value(article, "code") == "acuse-eventos"]
    claims = re.findall(r"^\| (\w{3}) \| Reclama", value(article, "body"), re.MULTILINE)
    assert set(claims) == {code for code, event in events.items() if event["effect"] == "claim"}


def test_nobody_is_told_that_eight_days_reject():
    [article] = [article for article in ARTICLES if value(article, "code") == "acuse-ocho-dias"]
    assert "irrevocablemente aceptado" in value(article, "body")


def test_years_of_honorarios_hold_in_their_year_and_tell_its_rate():
    found = set()
    for article in ARTICLES:
        year = re.fullmatch(r"retencion-honorarios-(\d{4})", value(article, "code"))
        if year:
            found.add(year[1])
            assert f"**{HONORARIOS[year[1]]} %**" in value(article, "body")
            dates = value(article, "valid_from"), value(article, "valid_to")
            assert dates == (f"{year[1]}-01-01", f"{year[1]}-12-31")
    assert found == {"2026", "2027"}


def test_what_135_uf_are_is_reckoned_from_our_table():
    uf = json.loads((TABLES / "uf.json").read_text())["rows"]["2025"]
    [article] = [article for article in ARTICLES if value(article, "code") == "boleta-medio-pago"]
    pesos = f"{Decimal(uf) * 135:,.1f}".replace(",", "_").replace(".", ",").replace("_", ".")
    assert f"$ {pesos}" in value(article, "body")


def test_none_ends_before_it_begins(article):
    since, until = value(article, "valid_from"), value(article, "valid_to")
    assert not (since and until) or date.fromisoformat(since) <= date.fromisoformat(until)
