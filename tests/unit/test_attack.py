"""Input made to keep the checker busy: always an answer, in bounded time."""

import datetime
import time

import factory
import pytest
from lxml import etree

from l10n_cl_ai import dte
from l10n_cl_ai.dte import reader, text_repair

#: Seconds; what these guard against took from half a minute to hours.
SOON = 8


@pytest.fixture
def soon():
    started = time.perf_counter()
    yield
    assert time.perf_counter() - started < SOON


def written(before: str, inserted: str) -> bytes:
    """Return a right document with something put before its first ``before``."""
    text = etree.tostring(factory.dte(33), encoding="unicode")
    assert before in text
    return text.replace(before, inserted + before, 1).encode("iso-8859-1")


def judged(data: bytes):
    documents = dte.read(data, dte.Context(today=datetime.date(2026, 11, 20)))
    return [dte.check(document) for document in documents]


@pytest.mark.parametrize(
    ("before", "inserted"),
    [
        ("<GiroEmis>", "<Acteco>1</Acteco>" * 200_000),
        ("<MntTotal>", "<IVA>x</IVA>" * 400_000),
        ("<MntTotal>", "<IVA/>" * 400_000),
        ("<MntTotal>", "<IVA>1.5</IVA>" * 400_000),
        ("<TmstFirma>", "a<?b?>" * 600_000),
    ],
    ids=["actecos", "malformed", "empty", "precision", "instructions"],
)
def test_what_is_repeated_without_measure_is_refused(soon, before, inserted):
    with pytest.raises(dte.Unreadable):
        judged(written(before, inserted))


def test_flaws_are_counted_over_all_the_documents_of_a_file():
    one = written("<FchVenc>", "<MntPagos><MntPago>x</MntPago></MntPagos>" * 4_000).decode("iso-8859-1")
    count = reader.MAX_FLAWS // 4_000 + 1
    data = f'<EnvioDTE xmlns="{factory.NS}"><SetDTE>{one * count}</SetDTE></EnvioDTE>'
    with pytest.raises(dte.Unreadable, match="badly written"):
        dte.read(data.encode("iso-8859-1"))


def test_many_taxes_over_many_lines(soon):
    tax = "<ImptoReten><TipoImp>24</TipoImp><TasaImp>1</TasaImp><MontoImp>1</MontoImp></ImptoReten>"
    line = "<Detalle><NmbItem>Pisco</NmbItem><CodImpAdic>24</CodImpAdic><MontoItem>1</MontoItem></Detalle>"
    data = written("<MntTotal>", tax * 4_000).decode("iso-8859-1")
    report = judged(data.replace("<Detalle>", line * 4_000 + "<Detalle>", 1).encode("iso-8859-1"))[0]
    assert "F08" in {finding.rule for finding in report.findings}


def test_a_text_that_will_not_be_shortened(soon):
    """The portal lets customers write such an address; an accountant presses Correct."""
    text = "a" + "," * 60 + "b " + "y" * 80
    assert text_repair.shortened(text, 64) == "a" + "," * 60 + "b"


def test_a_long_run_of_blanks_before_an_emoji(soon):
    assert text_repair.latin("a" + " " * 200_000 + "b😀") == "a" + " " * 200_000 + "b"
