"""What can be answered about a DTE, and one answer as it is recorded."""

import datetime
from typing import NamedTuple

from odoo import models

from ..dte.response import Detail

KINDS = [
    ("accepted", "Accepted by the SII"),
    ("reparo", "Accepted with reparos"),
    ("rejected", "Rejected by the SII"),
    ("claim", "Answer of the customer"),
]
EVENTS = [
    ("ACD", "Content accepted"),
    ("RCD", "Content claimed"),
    ("ERM", "Goods or services received"),
    ("RFP", "Part of the goods missing"),
    ("RFT", "All goods missing"),
    ("NCA", "Annulled by a credit note"),
    ("ENC", "A credit note refers to it"),
    ("PAG", "Paid in cash"),
    ("CED", "Ceded"),
    ("CNS", "Other event (CNS)"),
    ("received", "Received by the customer's system"),
    ("not_received", "Refused by the customer's system"),
]
SOURCES = [
    ("typed", "Typed by hand"),
    ("xml", "File of the answer"),
    ("email", "E-mail, not verified"),
    ("module", "Module that sends"),
]


class Said(NamedTuple):
    """One answer about one document, as it is recorded.

    :param kind: key of :data:`KINDS`, :param event: key of :data:`EVENTS`, of a customer
    :param details: tuple of ``dte.response.Detail``
    :param at: when it was answered, UTC; None: now
    :param received_at: when the SII received the document, UTC; None: unknown
    :param source: key of :data:`SOURCES`
    :param attachment: the file it was read from; may be empty
    """

    kind: str
    event: str | None = None
    details: tuple[Detail, ...] = ()
    at: datetime.datetime | None = None
    received_at: datetime.datetime | None = None
    source: str = "module"
    attachment: models.BaseModel | None = None
