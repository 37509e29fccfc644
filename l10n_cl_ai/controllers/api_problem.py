"""Everything that can go wrong with a call of the HTTP API, each with its status and its word."""

import math
from collections.abc import Mapping

import werkzeug.exceptions

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)


class Problem(werkzeug.exceptions.HTTPException):
    """An answer that is none, for programs (``word``) and for people (``message``).

    :param fields: {name of a field: what is wrong with it}
    :param retry_after: seconds after which the same call may be granted
    """

    code = 422
    word = "invalid"
    message = _lt("The request is not as it has to be.")

    def __init__(self, message=None, fields: Mapping[str, str] | None = None, retry_after: float | None = None):
        super().__init__()
        self.message = message or self.message
        self.fields = dict(fields or {})
        self.retry_after = retry_after

    def body(self, translate) -> dict:
        """Return what is answered."""
        answer = {"error": self.word, "message": translate(self.message)}
        if self.fields:
            answer["fields"] = {name: translate(why) for name, why in self.fields.items()}
        if self.retry_after is not None:
            answer["retry_after"] = self.seconds
        return answer

    @property
    def seconds(self) -> int:
        """Whole seconds, as the header takes them, rounded up and at least one."""
        return max(1, math.ceil(min(self.retry_after, 3600)))

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [] if self.retry_after is None else [("Retry-After", str(self.seconds))]


class Unauthenticated(Problem):
    code, word = 401, "unauthenticated"
    message = _lt("Send an Odoo API key that is valid, in a header: Authorization: Bearer KEY")

    @property
    def headers(self):
        return [("WWW-Authenticate", "Bearer")]


class Forbidden(Problem):
    code, word = 403, "forbidden"
    message = _lt("The user of this key has no right to do this.")


class NotFound(Problem):
    code, word = 404, "not_found"
    message = _lt("There is nothing at this address.")


class WrongMethod(Problem):
    code, word = 405, "wrong_method"
    message = _lt("This address is not called with this method.")

    def __init__(self, allowed):
        super().__init__()
        self.allowed = allowed

    @property
    def headers(self):
        return [("Allow", ", ".join(self.allowed))]


class TooLarge(Problem):
    code, word = 413, "too_large"
    message = _lt("The request is larger than what is read here. Divide it.")


class WrongContentType(Problem):
    code, word = 415, "wrong_content_type"
    message = _lt("The body is of a kind that is not read here; see the header Content-Type.")

    def __init__(self, accepted):
        super().__init__()
        self.accepted = accepted

    @property
    def headers(self):
        return [("Accept", ", ".join(self.accepted))]


class TooMany(Problem):
    code, word = 429, "rate_limited"
    message = _lt("Too many calls in a minute. Wait, and call again.")


class Internal(Problem):
    code, word = 500, "internal"
    message = _lt("An error of ours. It is in the log; nothing was checked.")


class Unavailable(Problem):
    code, word = 503, "unavailable"
    message = _lt("The database can't answer now. Call again in a moment.")


#: What Odoo and werkzeug raise by themselves, before or around a route.
_OF_STATUS = {
    400: Problem, 401: Unauthenticated, 403: Forbidden, 404: NotFound, 413: TooLarge, 422: Problem,
    503: Unavailable,
}  # fmt: skip


def problem_of(error: Exception) -> Problem:
    """Return what an exception is to the caller. Its own text stays here: it may tell what is not his."""
    if isinstance(error, Problem):
        return error
    status = getattr(error, "http_status", None) or getattr(error, "code", None)
    return _OF_STATUS.get(status, Internal)()
