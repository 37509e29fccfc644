"""The stand-in's reading of a document of the SII: what it says is taken, for it repeats what stands there."""

import sys
from datetime import date
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "dev"))

import pytest
from standin import sii_reader

from l10n_cl_ai.sii.answer import reader
from l10n_cl_ai.sii.question import SCHEMA, content


@pytest.mark.parametrize(("title", "text", "days"), [
    ("Modifica las guías de despacho", "Deberán informar la comuna a contar del 1 de marzo de 2027. Y adecuar sus "
     "sistemas hasta el 31 de enero de 2027.", {(date(2027, 3, 1), "from"), (date(2027, 1, 31), "until")}),
    ("Delega facultades que señala", "Delégase la facultad de firmar por orden del Director.", set()),
])  # fmt: skip
def test_its_answer_is_taken(title, text, days):
    assert sii_reader.fits(SCHEMA)
    words = "\n".join(f'<data label="{part.label}">\n{part.text}\n</data>' for part in content(title, text, ""))
    read = reader(title, text)(sii_reader.answer(words))
    assert {(one.day, one.what) for one in read.days} == days and read.concerns == "cannot_tell"
