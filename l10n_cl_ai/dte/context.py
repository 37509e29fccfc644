"""What is known around a document."""

import datetime

from .field import Field
from .node import Node


class Context(Node):
    """What is known around a document. Every member is unknown until someone sets it.

    Rules name what they need of it (``needs=…``) and are not evaluated without it.
    """

    complete = False
    place = None

    def __init__(self, **known: object):
        self.document = self
        self.parent, self.index, self.present = None, None, True
        self.__dict__.update(known)

    #: Day in Chile, ``datetime.date``.
    today = Field("today")
    #: RUT of the company that asks, and its part in the document: "issuer" or "receiver".
    company_rut = Field("company_rut")
    role = Field("role")
    #: Day the document was sent to the SII; None while it is not sent yet.
    sent = Field("sent")
    #: {(type, folio): state} of the company's other issued documents; state is one of
    #: "sent", "accepted", "rejected", "annulled", "unknown".
    issued = Field("issued")
    #: {(type, folio): Original} of the documents that this one refers to.
    originals = Field("originals")
    #: Tuple of CafData of the company's loaded CAFs.
    cafs = Field("cafs")
    #: "production" or "certification".
    environment = Field("environment")
    #: (date, number) of the company's resolution.
    resolution = Field("resolution")
    #: RUTs allowed to sign for the company.
    signers = Field("signers")
    #: Value in CLP of the UF on 31 December of the year before the issue date.
    uf = Field("uf")
    #: Odoo's "round_per_line" or "round_globally".
    rounding = Field("rounding")
    #: The same document as the other source shows it (for cross-checks K01–K05).
    counterpart = Field("counterpart")
    #: Whether the schemas were run, and what they said: a :class:`~.schema.SchemaVerdict`.
    schema = Field("schema")


class Original:
    """What is known of a document that another one refers to.

    :param total: CLP; None where unknown
    :param receiver_rut: None where unknown
    :param state: as in :attr:`Context.issued`
    """

    def __init__(
        self,
        total: int | None = None,
        receiver_rut: str | None = None,
        state: str = "unknown",
        date: datetime.date | None = None,
    ):
        self.total, self.receiver_rut, self.state, self.date = total, receiver_rut, state, date
