"""Why a page can't be read, in words for people: the pure packages say it in a word, and in English for the log."""

from odoo.tools import LazyTranslate

from ..sii.address import Unreadable
from ..sii.mapping import MOST_STARS, Unmapped
from ..sii.page_text import NoText
from ..sii.path import FAULTS, LONGEST, MOST_CONDITIONS, MOST_STEPS

_lt = LazyTranslate(__name__)

PROBLEMS = (Unreadable, NoText)
#: {reason of ``Unreadable`` or ``NoText``, why of ``Unmapped``: words}
WORDS = {
    "address": _lt("this is no address that can be read"),
    "scheme": _lt("only https is read"),
    "port": _lt("only the usual port of https is read"),
    "host": _lt("this host is not among those that may be read"),
    "name": _lt("nobody knows this host"),
    "network": _lt("this host is not on the public network"),
    "time": _lt("the page did not come in time"),
    "robots": _lt("The site's robots.txt asks not to read this."),
    "robots_failed": _lt("The site's robots.txt can't be had: nothing is read there until it can."),
    "redirects": _lt("the page leads on to others too often"),
    "size": _lt("it is too large"),
    "certificate": _lt("the host did not prove who it is"),
    "connection": _lt("there is no connection with the host"),
    "content_type": _lt("it is no text and no PDF"),
    "encoding": _lt("it can't be unpacked, or ends before its end"),
    "xpath": _lt("“Part of the page” is no XPath"),
    "xpath_long": _lt("it has more than %s letters", LONGEST),
    "xpath_steps": _lt("only steps by name are understood, with conditions like [@id='x'], [2] or [contains(., 'x')]"),
    "xpath_deep": _lt("only one of its steps may be at any depth (//)"),
    "xpath_many": _lt(
        "it has more than %(steps)s steps or %(conditions)s conditions", steps=MOST_STEPS, conditions=MOST_CONDITIONS
    ),
    "elements": _lt("the XPath leads to no part of a page"),
    "stars": _lt("a pattern has at most %s stars", MOST_STARS),
    "list_name": _lt("the name of the list is none that a script can have"),
    "no_list": _lt("no script of the page has a list of that name"),
    "list_shape": _lt("the list in the script is not made of lists of texts"),
    "no_text": _lt("it has no text"),
    "deep": _lt("its parts lie in each other too deep"),
    "pdf": _lt("this PDF can't be read"),
    "pdf_much": _lt("this PDF takes too much to read"),
}


def problem_words(env, problem):
    """Return why something could not be read, in the language of ``env``.

    :param problem: one of ``PROBLEMS``
    """
    if status := getattr(problem, "status", 0):
        return _answered(env, status)
    key = problem.why if isinstance(problem, Unmapped) else problem.reason
    if key in FAULTS:
        return env._("the XPath can't be used: %(why)s", why=env._(WORDS[key]))
    return env._(WORDS[key]) if key in WORDS else str(problem)  # the models' own have their words already


def _answered(env, status):
    """Return what a site's refusal means, and what is to be done about it."""
    if status in (404, 410):
        return env._("the page is not there (error %s): see whether its address is right", status)
    if status in (401, 403, 429):
        return env._("the site does not let it be read (error %s)", status)
    if status >= 500:
        return env._("the site has a problem of its own (error %s): it is tried again", status)
    return env._("the site answered with error %s", status)


def in_spanish(env):
    """Return ``env`` in the language of the authority, as near to Chile's as is installed.

    What is written once for all companies is written so.
    """
    installed = [code for code, _name in env["res.lang"].get_installed()]
    lang = next((code for code in ("es_CL", *installed) if code in installed and code.startswith("es")), None)
    return env(context={**env.context, "lang": lang}) if lang else env
