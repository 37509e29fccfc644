"""Reads the body of a call. The input is hostile: bounded before it is read, and never trusted to be what it says."""

import json
from collections.abc import Mapping
from decimal import Decimal

import werkzeug.exceptions

from odoo.tools import LazyTranslate

from .api_problem import Problem, TooLarge

_lt = LazyTranslate(__name__)

#: Bytes of a JSON call, and of an XML file with all its documents.
JSON_LIMIT, XML_LIMIT = 2 * 1024 * 1024, 8 * 1024 * 1024
#: What a caller may declare. JSON is UTF-8 by its norm; older systems of Chile write ISO-8859-1 and say so.
_CHARSETS = {"utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "ascii", "iso-8859-1": "latin-1", "latin1": "latin-1",
             "latin-1": "latin-1", "windows-1252": "cp1252"}  # fmt: skip

_NOT_JSON = _lt("The body is not JSON.")
_NO_OBJECT = _lt("The body is not a JSON object.")
_CHARSET = _lt("The body is not in the charset that Content-Type says (UTF-8 where it says none).")
_NO_CHARSET = _lt("The charset that Content-Type says is not read here; use UTF-8 or ISO-8859-1.")
_ONE_FILE = _lt("Send exactly one file.")
_EMPTY = _lt("The body is empty.")


def json_object(asked) -> Mapping:
    """Return the JSON object of a request; numbers with a point are ``Decimal``.

    :raises Problem: there is none
    """
    text = _text(asked, _bytes(asked, JSON_LIMIT))
    try:
        value = json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Problem(_NOT_JSON, {"body": _NOT_JSON}) from None
    if not isinstance(value, dict):
        raise Problem(_NO_OBJECT, {"body": _NO_OBJECT})
    return value


def xml_file(asked) -> bytes:
    """Return the XML of a request: its body, or the one file of a form.

    :raises Problem: there is none
    """
    if asked.mimetype != "multipart/form-data":
        return _bytes(asked, XML_LIMIT)
    _bound(asked, XML_LIMIT)
    try:
        files = [file for _name, file in asked.files.items(multi=True)]
        if len(files) != 1:
            raise Problem(_ONE_FILE)
        data = files[0].read()
    except werkzeug.exceptions.RequestEntityTooLarge:
        raise TooLarge from None
    if not data:
        raise Problem(_EMPTY)
    return data


def _bytes(asked, limit: int) -> bytes:
    _bound(asked, limit)
    try:
        data = asked.get_data(cache=False)
    except werkzeug.exceptions.RequestEntityTooLarge:
        raise TooLarge from None
    if len(data) > limit:
        raise TooLarge
    if not data:
        raise Problem(_EMPTY)
    return data


def _bound(asked, limit: int) -> None:
    if (asked.content_length or 0) > limit:
        raise TooLarge
    # A body of unknown length is cut off there, one byte too late, so that it is seen.
    asked.max_content_length = limit + 1


def _text(asked, data: bytes) -> str:
    charset = asked.mimetype_params.get("charset", "utf-8").lower()
    if charset not in _CHARSETS:
        raise Problem(_NO_CHARSET)
    try:
        return data.removeprefix(b"\xef\xbb\xbf").decode(_CHARSETS[charset])
    except UnicodeDecodeError:
        raise Problem(_CHARSET) from None


def _refuse_constant(name: str):
    raise ValueError(name)  # NaN and Infinity are no JSON
