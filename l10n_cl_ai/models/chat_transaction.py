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
def environment(asker: Asker):
    """Lend an environment of the asker's, in its own transaction, which is committed at the end."""
    with Registry(asker.dbname).cursor() as cr:
        context = {"lang": asker.lang, "tz": asker.tz, "allowed_company_ids": [asker.company_id]}
        yield api.Environment(discreet(cr), asker.uid, context)


def in_transaction(asker: Asker, work):
    """Return what ``work(env)`` returns, tried again where another transaction came in between."""
    return _tried(lambda: environment(asker), work)


def as_root(dbname: str, work):
    """The same for the house's own work. Nothing of a user's is done in it."""
    return _tried(lambda: _root(dbname), work)


@contextlib.contextmanager
def _root(dbname):
    with Registry(dbname).cursor() as cr:
        yield api.Environment(discreet(cr), SUPERUSER_ID, {})


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
