"""What a model declares of its rows, once: how long they are kept, and what of them is somebody's.

A model of any addon joins retention, the rights of persons and the register of processing by an attribute::

    _l10n_cl_ai_kept = (Keeping("webhook_deliveries", _lt("Deliveries of webhooks"), days=90, date="create_date"),)
"""

from dataclasses import dataclass

from odoo.tools.translate import LazyGettext

#: What becomes of rows of a person's when they are to be erased.
DELETE, STRIKE, STAY = "delete", "strike", "stay"


@dataclass(frozen=True)
class Keeping:
    """One kind of data of a model.

    :param code: the kind's name in settings; unique in a database
    :param name: in words
    :param days: for which rows are kept, unless an administrator says otherwise; 0: as long as what they belong to
    :param date: field that says how old a row is
    :param domain: rows of this kind, where the model holds several
    :param ended: rows that may go at all: a domain, or the name of a method that returns one
    :param company: field, or path, of the company
    :param least: days that an administrator may not go below
    :param setting: field of ``res.company`` that holds the days, for kinds that are deleted by SQL of their own
    :param why: what it is kept for
    :param users: fields of the users whose data a row is
    :param partners: fields, or paths, of the partners whose data a row is
    :param record: fields with the model and the id of the record that a row is about
    :param texts: fields, also JSON, in which somebody may be named
    :param personal: fields of a person's own rows that he is given
    :param erase: what becomes of a person's rows when they are erased
    :param law: why they stay, if they do
    :param secret: rows of others that name him are counted only: their texts are private to somebody else
    :param processing: codes of what it comes of (``Processing``, or a feature's); ``*``: of every feature that sends
    """

    code: str
    name: LazyGettext
    days: int
    date: str = "create_date"
    domain: tuple = ()
    ended: tuple | str = ()
    company: str = "company_id"
    least: int = 1
    setting: str = ""
    why: LazyGettext | str = ""
    users: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    record: tuple[str, str] | None = None
    texts: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    erase: str = STRIKE
    law: LazyGettext | str = ""
    secret: bool = False
    processing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Processing:
    """An operation on personal data, beside those of the features, for the register that the law wants.

    A model declares it as ``_l10n_cl_ai_processing = (Processing(…),)``.

    :param code: unique in a database
    :param name: in words
    :param purpose: what for
    :param basis: lawful basis that is proposed; the administrator decides
    :param subjects: whose data
    :param categories: which data
    :param recipients: who else gets them, beside users of the company; empty: nobody
    """

    code: str
    name: LazyGettext
    purpose: LazyGettext
    basis: str
    subjects: LazyGettext
    categories: LazyGettext
    recipients: LazyGettext | str = ""
