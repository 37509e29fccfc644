"""What a model's text says: the one JSON value in it, of the shape asked for, or what is wrong with it.

No answer is repaired. What stands around the value (a fence, a sentence, a byte order mark) is left out, for it changes
nothing; inside it everything is taken as it is or refused. All of it takes time linear in the text.
"""

import functools
import json
import logging
import re
from collections.abc import Callable, Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from .conform import Mismatch, conform
from .question import Abstained

__all__ = ["Abstained", "InvalidAnswer", "StrictAnswer", "extract", "read"]

_logger = logging.getLogger(__name__)

#: Characters of an answer, levels of its JSON, digits of a number, characters about what is wrong: at most.
LONGEST, DEEPEST, MOST_DIGITS, MOST_WORDS = 1_000_000, 32, 18, 300
#: Pairs of brackets in the sentences around a value, at most.
_MOST_SPANS = 1000
#: What decides in JSON where a value ends.
_SIGNS = re.compile(r'[][{}"]')
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)


_OPENS = {"object": "{", "array": "["}


class InvalidAnswer(ValueError):
    """The text is no answer. Its words are for the model, which may be asked once to mend it."""


class StrictAnswer(BaseModel):
    """An answer of which nothing is guessed, dropped or converted, but the case of an enum's value.

    The API does not promise that case; everything else it does.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Return the answer a JSON value is: what a feature gives as ``parse``.

        :raises ValueError: it is none
        """
        # Through JSON text: only there strict means what JSON means (an array is a tuple, a text a date).
        return cls.model_validate_json(json.dumps(conform(value, _schema_of(cls))))


@functools.cache
def _schema_of(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


def read(text: str, schema: Mapping[str, Any] | None = None, parse: Callable[[Any], Any] | None = None) -> Any:
    """Return what an answer says.

    :param schema: of the JSON asked for; None: the text itself is the answer
    :param parse: makes the feature's own value of it; raises ValueError saying what is wrong
    :raises InvalidAnswer: it is not what was asked for
    :raises Abstained: ``parse`` says that the model does not know
    """
    value: Any = text
    if schema is None:
        value = _clean(_short(text))
    else:
        value = extract(text, schema.get("type", "object"))
        try:
            value = conform(value, schema)
        except Mismatch as problem:
            raise _invalid(str(problem)) from None
    return value if parse is None else _parsed(value, parse)


def _parsed(value: Any, parse: Callable[[Any], Any]) -> Any:
    try:
        return parse(value)
    except (Abstained, InvalidAnswer):
        raise
    except ValidationError as problem:
        raise _invalid(_words(problem)) from None
    except ValueError as problem:
        raise _invalid(str(problem)) from None
    except (LookupError, TypeError, AttributeError, ArithmeticError) as problem:
        # The feature did not expect this shape. Its user gets "not evaluated", whoever wrote it this line.
        _logger.warning("%s fails on an answer of the right schema: %s",
                        getattr(parse, "__qualname__", "parse"), type(problem).__name__)
        raise _invalid("it does not have the shape asked for") from None


def _invalid(why: str) -> InvalidAnswer:
    return InvalidAnswer(why[:MOST_WORDS])


def _words(problem: ValidationError) -> str:
    """Return the first complaints of a model, without the values complained about."""
    errors = problem.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, error['loc'])) or 'the answer'}: {error['msg']}" for error in errors[:3])


def extract(text: str, kind: str = "object") -> Any:
    """Return the one JSON value of this kind in a text: all of it, or with a fence or sentences around.

    :param kind: JSON type of the value; only an object or array is looked for inside of other text
    :raises InvalidAnswer: there is none, or more than one, or one that is not to be trusted: cut off, with a key
        twice, a number without end or beyond 18 digits, nested too deep, or with characters no database keeps
    """
    bare = _short(text).strip("\ufeff \t\r\n")
    if kind not in _OPENS:
        return _clean(_loaded(bare))
    spans = _spans(bare)
    if spans == [(0, len(bare))] and bare[0] == _OPENS[kind]:
        return _clean(_loaded(bare))
    values = [value for start, end in spans for value in _values(bare[start:end], kind)]
    if len(values) != 1:
        raise InvalidAnswer(f"it must be one JSON {kind}, and nothing else" if values else f"it has no JSON {kind}")
    return _clean(values[0])


def _short(text: str) -> str:
    if len(text) > LONGEST:
        raise InvalidAnswer("it is too long")
    return text


def _values(text: str, kind: str) -> list[Any]:
    """Return the value that a stretch of text is, if it is JSON of that kind; brackets in a sentence are not."""
    if text[0] != _OPENS[kind]:
        return []
    try:
        return [_loaded(text)]
    except _NotJson:
        return []


def _spans(text: str) -> list[tuple[int, int]]:
    """Return where brackets open and close again, outermost ones only.

    Outside of brackets a quotation mark is a mark like any other; inside it begins a string.
    """
    spans, stack, at = [], [], 0
    start = 0
    while sign := _SIGNS.search(text, at):
        at = sign.end()
        if sign[0] == '"':
            string = stack and _STRING.match(text, sign.start())
            if stack and not string:
                break  # the string never ends
            at = string.end() if string else at
        elif sign[0] in "{[":
            if not stack:
                start = sign.start()
            stack.append(sign[0])
            if len(stack) > DEEPEST:
                raise InvalidAnswer("it is nested too deep")
        elif stack:
            if stack.pop() + sign[0] not in ("{}", "[]"):
                raise InvalidAnswer("its brackets do not match")
            if not stack:
                spans.append((start, at))
                if len(spans) > _MOST_SPANS:
                    raise InvalidAnswer("it has too many brackets")
    if stack:
        raise InvalidAnswer("it is cut off")
    return spans


class _NotJson(InvalidAnswer):
    """A text that is no JSON at all, rather than JSON that is refused."""


def _loaded(text: str) -> Any:
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer, parse_float=_float)
    except json.JSONDecodeError:
        raise _NotJson("it is no JSON") from None
    except RecursionError:  # only of a plain text: brackets were counted before
        raise InvalidAnswer("it is nested too deep") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise InvalidAnswer("it has a key twice")
    return value


def _constant(_name: str) -> Any:
    raise InvalidAnswer("NaN and Infinity are no JSON")


def _integer(text: str) -> int:
    if len(text.removeprefix("-")) > MOST_DIGITS:
        raise InvalidAnswer("it has a number of too many digits")
    return int(text)


def _float(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise InvalidAnswer("it has a number out of range")
    return value


def _clean(value: Any) -> Any:
    """Return a value in whose texts there is nothing that has no UTF-8 (half a pair) or that PostgreSQL refuses (NUL).

    :raises InvalidAnswer: there is
    """
    queue = [value]
    while queue:
        one = queue.pop()
        if isinstance(one, dict):
            queue += one
            queue += one.values()
        elif isinstance(one, list):
            queue += one
        elif isinstance(one, str) and ("\x00" in one or not _encodable(one)):
            raise InvalidAnswer("it has characters that are none")
    return value


def _encodable(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
