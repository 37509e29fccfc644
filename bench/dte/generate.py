#!/usr/bin/env python3
"""Write the corpus: ``python -m bench.dte.generate [--seed N]``.

The contents depend on the seed alone. Keys, and with them stamps and signatures, are new each time,
as no private key is kept.
"""

import argparse
import random
from collections import Counter

from lxml import etree

from . import shapes_export, shapes_trade  # noqa: F401 - importing registers their shapes
from .builder import NS, build
from .material import CORPUS, Schemas
from .shapes import SHAPES
from .signer import SIGNER, sign, stamp, written

XSI = "http://www.w3.org/2001/XMLSchema-instance"
SII = "60803000-K"
#: {file name: (envelope, schema, shapes in it)}
SETS = {
    "set_invoices": ("EnvioDTE", "EnvioDTE_v10.xsd", ("33_five_lines", "33_orders", "34_one_line", "61_annuls")),
    "set_one": ("EnvioDTE", "EnvioDTE_v10.xsd", ("52_sale",)),
    "set_exports": ("EnvioDTE", "EnvioDTE_v10.xsd", ("110_goods", "111_raises", "112_returns")),
    "set_purchases": ("EnvioDTE", "EnvioDTE_v10.xsd", ("46_total_by_line", "43_one_line", "56_raises")),
    "set_boletas": ("EnvioBOLETA", "EnvioBOLETA_v11.xsd", ("39_one_line", "39_net", "41_one_line", "39_decimals")),
    "set_one_boleta": ("EnvioBOLETA", "EnvioBOLETA_v11.xsd", ("39_five_lines",)),
}


def document(name: str, seed: int, folio: int | None = None, issuer: dict | None = None) -> etree._Element:
    """Return one signed document of a shape; ``issuer`` replaces the company that issues it."""
    rng = random.Random(f"{seed} {name}")
    day = f"2026-11-{rng.randrange(3, 20):02d}"
    made = SHAPES[name](rng, day)
    if issuer:
        made.issuer = made.issuer | {tag: value for tag, value in issuer.items() if tag in made.issuer}
    root = build(made, folio or rng.randrange(101, 90_000), day)
    stamp(root)
    sign(root, root[0])
    return root


def envelope(kind: str, schema: str, names: tuple[str, ...], seed: int) -> etree._Element:
    """Return a signed set of documents of one issuer, addressed to the SII."""
    first = document(names[0], seed)
    who = {etree.QName(e).localname: e.text for e in first[0][0].find(f"{{{NS}}}Emisor")}
    documents = [document(name, seed, 1001 + n, who) for n, name in enumerate(names)]
    counts = Counter(each[0].findtext(f".//{{{NS}}}TipoDTE") for each in documents)
    subtotals = "".join(
        f"<SubTotDTE><TpoDTE>{code}</TpoDTE><NroDTE>{count}</NroDTE></SubTotDTE>" for code, count in counts.items()
    )
    inside = "".join(etree.tostring(each, encoding="unicode") for each in documents)
    root = etree.fromstring(
        f'<{kind} xmlns="{NS}" xmlns:xsi="{XSI}" xsi:schemaLocation="{NS} {schema}" version="1.0">'
        f'<SetDTE ID="SetDoc"><Caratula version="1.0"><RutEmisor>{who["RUTEmisor"]}</RutEmisor>'
        f"<RutEnvia>{SIGNER}</RutEnvia><RutReceptor>{SII}</RutReceptor><FchResol>2014-08-22</FchResol>"
        f"<NroResol>80</NroResol><TmstFirmaEnv>2026-11-20T09:30:00</TmstFirmaEnv>{subtotals}</Caratula>"
        f"{inside}</SetDTE></{kind}>"
    )
    sign(root, root[0])
    return root


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=20261122)
    seed = parser.parse_args().seed
    made = {name: document(name, seed) for name in SHAPES}
    made |= {name: envelope(*content, seed) for name, content in SETS.items()}
    schemas = Schemas()
    CORPUS.mkdir(exist_ok=True)
    for old in CORPUS.glob("*.xml"):
        old.unlink()
    for name, root in made.items():
        error = schemas.error(root)
        if error:
            print(f"{name}: {error}")
        (CORPUS / f"{name}.xml").write_bytes(written(root))
    print(f"{len(made)} files; schemas {'checked' if schemas.present else 'not beside this checkout'}")


if __name__ == "__main__":
    main()
