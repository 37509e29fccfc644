"""The tools of the assistant: what it may look at, as the user who asks, and in one company."""

import contextlib
import logging

import psycopg2
import psycopg2.errors

from odoo import api, models
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.modules.registry import Registry

from ..chat.tool import LONGEST, Refused, ToolAnswer, as_text, definitions
from .chat_transaction import discreet

_logger = logging.getLogger(__name__)
_PREFIX = "_tool_"
#: Tools that show what is published: institutions named there are no secret. What a company wrote itself is.
PUBLIC = frozenset({"search_knowledge", "rule", "explain_code"})
#: ms a tool may take in the database, where no parameter says.
_TIMEOUT, _LONGEST_TIMEOUT = 5000, 60_000
_TIMEOUT_KEY = "l10n_cl_ai.tool_timeout_ms"


class AiToolbox(models.AbstractModel):
    """Each tool is a method ``_tool_<name>(self, asked, desk)`` with the decorator of ``chat/tool.py``.

    Its environment is the asking user's, in his one company, and its transaction can't write. Another addon adds a tool
    by inheriting from this model.
    """

    _name = "l10n_cl_ai.toolbox"
    _description = "Tools of the Assistant"

    @api.model
    def _specs(self):
        """Return {name: ToolSpec} of the tools of the addons installed here."""
        found = {}
        for base in type(self).__mro__:
            for attribute, method in base.__dict__.items():
                # A method that extends another and brings no spec has that of the one it extends.
                if attribute.startswith(_PREFIX) and (spec := getattr(method, "_l10n_cl_ai_tool", None)):
                    found.setdefault(attribute, spec)
        return {spec.name: spec for _attribute, spec in sorted(found.items())}

    @api.model
    def _definitions(self, names):
        """Return these tools as the API takes them (list of dict), the same bytes for the same names."""
        specs = self._specs()
        return definitions(specs[name] for name in sorted(set(names)) if name in specs)

    @api.model
    def _step(self, name):
        """Return what people read while a tool runs, in the user's language."""
        return self._steps([name])[name]

    @api.model
    def _steps(self, names):
        """Return {name: what people read while the tool runs}, for tools that there are not, too."""
        specs, otherwise = self._specs(), self.env._("Looking something up…")
        return {
            name: self.env._(specs[name].step) if name in specs and specs[name].step else otherwise
            for name in names
        }

    @api.model
    def _run(self, name, values, desk):
        """Return the ToolAnswer of a tool, run in this environment. Raises what the tool raises."""
        spec = self._specs().get(name)
        if spec is None:
            raise Refused("there is no such tool")
        if not self.env["l10n_cl_ai.tool"]._open(name):
            raise Refused("the user may not use this tool")
        result = getattr(self, _PREFIX + spec.name)(spec.take(values), desk)
        text = as_text(result.data)
        if len(text) > LONGEST:
            raise Refused("too much to show: narrow what you ask for")
        if name not in PUBLIC:
            self._hide_named(desk, text)
        return ToolAnswer(text, summary=result.summary)

    @api.model
    def _hide_named(self, desk, text):
        """Have partners masked that a text names: whoever wrote a remark may have written of others."""
        for name in self.env["res.partner"]._l10n_cl_ai_named_in(text):
            desk.hide("name", name)


def run_tool(asker, name, values, desk):
    """Return what became of one call (``ToolAnswer``), as the user who asks, in a transaction that can't write.

    :param asker: ``chat.tool.Asker``
    Never raises for what the model asks wrongly, nor for what goes wrong in the tool.
    """
    try:
        # A turn goes on for minutes: a right that was taken away elsewhere meanwhile is gone here too.
        with Registry(asker.dbname).check_signaling().cursor() as cr:
            return _run_on(discreet(cr), asker, name, values, desk)
    except psycopg2.OperationalError:
        _logger.warning("assistant: the database can't be reached for tool %s", str(name)[:64])
        return _failed("the database can't be reached now")


def _run_on(cr, asker, name, values, desk):
    """Run a tool on a cursor that is thrown away afterwards."""
    env = api.Environment(cr, asker.uid, _context(asker))
    try:
        _bind(env)
        return env["l10n_cl_ai.toolbox"]._run(name, values, desk)
    except Refused as problem:
        return _failed(str(problem))
    except psycopg2.errors.QueryCanceled:
        return _failed("that takes too long: narrow what you ask for, with dates or a partner")
    except (AccessError, MissingError):
        return _failed("the user may not see that, or it does not exist")
    except UserError as problem:
        return _failed(str(problem.args[0])[:500])
    except Exception:
        _logger.exception("assistant: tool %s failed", str(name)[:64])
        return _failed("the tool failed")
    finally:
        with contextlib.suppress(psycopg2.Error):
            cr.rollback()


def _bind(env):
    """Make the transaction one that can't write, and whose statements end in time; look at who asks."""
    # From here on PostgreSQL refuses to write, and to take this back.
    env.cr.execute("SET TRANSACTION READ ONLY")
    # sudo: ir.config_parameter - the limit is no secret
    text = env["ir.config_parameter"].sudo().get_param(_TIMEOUT_KEY) or ""
    timeout = (
        int(text) if text.isascii() and text.isdecimal() and 0 < int(text) <= _LONGEST_TIMEOUT else _TIMEOUT
    )
    env.cr.execute("SET LOCAL statement_timeout = %s", [timeout])
    user = env.user
    if env.su or not user.exists() or not user.active or user.share or env.company not in user.company_ids:
        raise Refused("tools look with the rights of a person of the company")


def _context(asker):
    context = {"lang": asker.lang, "tz": asker.tz, "allowed_company_ids": [asker.company_id]}
    return {**context, "l10n_cl_ai_topic_ids": asker.topics} if asker.topics else context


def _failed(words):
    return ToolAnswer(as_text({"error": words}), failed=True, summary="")
