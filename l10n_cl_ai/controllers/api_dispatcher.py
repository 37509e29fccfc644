"""Serves the routes of the HTTP API: every outcome is JSON, no traceback leaves, nothing of a body is logged."""

import logging
import traceback

import psycopg2
import werkzeug.exceptions

from odoo.exceptions import UserError
from odoo.http import Dispatcher, Response, SessionExpiredException
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .api_problem import Internal, Problem, Unauthenticated, Unavailable, WrongContentType, WrongMethod, problem_of

_logger = logging.getLogger(__name__)

#: Seconds after which a database out of connections may have one again.
_PAUSE = 5


class ApiDispatcher(Dispatcher):
    """A route says ``verbs`` and ``accepts``; the controller reads the body and returns what becomes JSON.

    Odoo's own kinds answer in HTML to wrong methods and bodies, or send tracebacks.
    """

    routing_type = "l10n_cl_ai_api"

    @classmethod
    def is_compatible_with(cls, request):
        # What is not compatible gets Odoo's answer; ours is given by dispatch().
        return True

    def dispatch(self, endpoint, args):
        routing = endpoint.routing
        self._check(routing)
        if routing["auth"] == "bearer":
            self.request.update_context(lang=self.request.env.user.lang)
        self.request.params = dict(args)
        try:
            answer = self.request.registry["ir.http"]._dispatch(endpoint)
        except (werkzeug.exceptions.HTTPException, UserError, SessionExpiredException):
            raise
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise  # the whole request is run again, by Odoo
        except psycopg2.OperationalError as error:
            _log(error)
            raise Unavailable(retry_after=_PAUSE) from None
        except Exception as error:  # noqa: BLE001 - logged, and answered as an error of ours
            _log(error)
            raise Internal from None
        if isinstance(answer, Response):
            return answer  # a stream
        return self.request.make_json_response(answer, headers=_PRIVATE)

    def _check(self, routing):
        """Refuse what the route does not take, before anything of the body is read."""
        asked = self.request.httprequest
        # A browser's session is not enough: a page of somebody else's could use it.
        if routing["auth"] == "bearer" and not asked.headers.get("Authorization"):
            raise Unauthenticated
        if asked.method not in routing["verbs"]:
            raise WrongMethod(routing["verbs"])
        accepts = routing.get("accepts")
        if accepts and asked.mimetype not in accepts:
            raise WrongContentType(accepts)

    def handle_error(self, exc):
        problem = problem_of(exc)
        if isinstance(problem, Internal) and not isinstance(exc, Problem):
            _log(exc)
        body = problem.body(self._in_words)
        return self.request.make_json_response(body, headers=[*_PRIVATE, *problem.headers], status=problem.code)

    def _in_words(self, message):
        env = self.request.env
        return message if isinstance(message, str) else str(message) if env is None else env._(message)


#: What is answered is for the caller alone, and never for a cache on the way.
_PRIVATE = [("Cache-Control", "no-store")]


def _log(error: Exception) -> None:
    """Log where an error of ours happened, without its text: that may quote what was sent."""
    where = "".join(traceback.format_tb(error.__traceback__))
    _logger.error("A call of the HTTP API failed with %s:\n%s", type(error).__name__, where)
