"""Documents for the tests of the review, their pictures, and answers about them."""

import re
from pathlib import Path

import factory
from lxml import etree

from l10n_cl_ai import review

#: What may leave, as the addon ships it.
ALLOWED = frozenset(
    re.search(
        r'<field name="code">dte_review</field>.*?name="allowed_fields"\s*>([^<]*)<',
        (Path(__file__).parents[1] / "l10n_cl_ai/data/ai_feature_data.xml").read_text(),
        re.DOTALL,
    )[1].split()
)
ROOM = 160_000
REMARK = {
    "code": "J03", "path": "Detalle[1]/NmbItem", "quote": "Resma de papel", "reason": "No dice qué papel.",
    "suggestion": "Indicar el gramaje.", "confidence": 80,
}  # fmt: skip


def long(count, kind=33, name="Artículo número {}"):
    """A document of so many lines, each with a text of its own."""
    root = factory.dte(kind)
    for line in root[0].findall(f"{{{factory.NS}}}Detalle"):
        root[0].remove(line)
    for number in range(1, count + 1):
        line = etree.Element(f"{{{factory.NS}}}Detalle")
        text = name.format(number)
        factory._build(line, factory._line(number, text, number, 1000 + number))
        root[0].insert(number, line)
    return root


def picture(root, allowed=ALLOWED, room=ROOM):
    return review.picture_of(factory.document(root), allowed, room)


def answer(*remarks, outcome=None, **changes):
    return {"outcome": outcome or ("remarks" if remarks else "nothing"), "remarks": list(remarks), **changes}


def remark(**changes):
    return {**REMARK, **changes}
