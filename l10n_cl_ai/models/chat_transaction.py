"""Short transactions of the assistant's threads, each of its own, for none may be open while the provider is asked."""

import contextlib
import functools

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..chat.tool import Asker

#: Times one is tried when another has written the same row.
_TRIES = 4


def discreet(cr):
    """Return a cursor that logs no statement that fails: they hold what was asked and answered, and whom it names. What
    fails is tried again or told, or logged by who called, without its values.
    """
    cr.execute = functools.partial(cr.execute, log_exceptions=False)
    return cr


@contextlib.contextmanager
def environment(asker: Asker, within=contextlib.nullcontext):
    """Lend an environment of the asker's, in its own transaction, which is committed at the end.

    :param within: what surrounds the transaction, but not the wait for a connection to have it on
    """
    with _cursor(asker.dbname, within) as cr:
        yield api.Environment(cr, asker.uid, context_of(asker))


def context_of(asker: Asker) -> dict:
    """Return the context in which one works in an asker's name."""
    return {"lang": asker.lang, "tz": asker.tz, "allowed_company_ids": [asker.company_id]}


def in_transaction(asker: Asker, work, within=contextlib.nullcontext):
    """Return what ``work(env)`` returns, tried again where another transaction came in between."""
    return _tried(lambda: environment(asker, within), work)


def as_root(dbname: str, work, within=contextlib.nullcontext):
    """The same for the house's own work. Nothing of a user's is done in it."""
    return _tried(lambda: _root(dbname, within), work)


@contextlib.contextmanager
def _root(dbname, within):
    with _cursor(dbname, within) as cr:
        yield api.Environment(cr, SUPERUSER_ID, {})


@contextlib.contextmanager
def _cursor(dbname, within):
    cr = Registry(dbname).cursor()
    with contextlib.closing(cr), within(), cr:  # committed within, and only then closed
        yield discreet(cr)


def _tried(lend, work):
    for tried in range(1, _TRIES + 1):
        try:
            with lend() as env:
                result = work(env)
                env.flush_all()
            return result
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            if tried == _TRIES:
                raise
    raise AssertionError
