"""What a company would know around a right document: its CAFs, folios, originals, resolution."""

import datetime
from decimal import Decimal

from .material import load_rules
from .signer import SIGNER

dte = load_rules()

TODAY = datetime.date(2026, 11, 20)
#: A plausible UF of 31 December 2025, CLP; the bench only needs its size.
UF = Decimal("39727.96")


def context(document) -> dict:
    """Return the members of Context that hold around a right document, all of them but the counterpart.

    :param document: the right document, as the rules' reader made it
    """
    note = {(int(r.type), int(r.folio)): r for r in document.references if r.code}
    return {
        "today": TODAY,
        "company_rut": document.issuer.rut,
        "role": "issuer",
        "issued": {(document.type, document.id.folio + 50_000): "accepted"},
        "originals": {key: _original(document, each) for key, each in note.items()},
        "cafs": (document.ted.stamp.caf.data,),
        "environment": "production",
        "resolution": (datetime.date(2014, 8, 22), 80),
        "signers": frozenset({SIGNER}),
        "uf": UF,
        "rounding": "round_globally",
    }


def _original(document, reference):
    """Return the document referred to: annulled whole, or twice as large as what the note changes."""
    total = document.totals.total * (1 if reference.code == 1 else 2) or 10_000
    return dte.Original(total, document.receiver.rut, "accepted", reference.date)
