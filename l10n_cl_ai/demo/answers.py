"""What the SII and the customers of the demo answered."""

from typing import NamedTuple


class Answer(NamedTuple):
    """An answer about a document of the demo.

    :param document: key in :data:`.documents.DOCUMENTS`
    :param kind, event, details: as in ``account.move._l10n_cl_ai_record_outcome``
    :param day: days from today
    :param received: of the SII: the document arrived there on the same day
    """

    document: str
    kind: str
    day: int
    details: tuple[str, ...] = ()
    event: str | None = None
    received: bool = True


ANSWERS = (
    Answer("invoice", "accepted", -20),
    Answer("invoice", "claim", -17, event="ERM", received=False),
    Answer("invoice_discount", "reparo", -18, ("DET L[1]-2-200: Monto del ítem no coincide", "HED-2-210: Monto neto")),
    Answer("invoice_discount", "claim", -15, ("No indica orden de compra",), "RCD", received=False),
    Answer("invoice_exempt", "rejected", -16, ("(HED-3-861) Actividad económica no corresponde al emisor",)),
    Answer("credit_note", "accepted", -9),
    Answer("export", "accepted", -7),
    Answer("quillon_invoice", "accepted", -6),
)
