"""The key under which a question is cached and flown: equal keys mean the same bytes to the model, for the same people.

Strings are taken as they are, not normalised (NFC): the model reads the bytes it is sent, so two spellings are two
questions. Normalising could only join what differs; not normalising can at worst miss a hit. The same holds for 1.1
and 1.10: a Decimal counts as the string it is sent as.
"""

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

#: Raised when what a key is made of changes, so that no older entry is ever found under a newer meaning.
VERSION = 1


def cache_key(
    *,
    company: int,
    scope: str,
    feature: str,
    prompt_version: str,
    version: str,
    model: str,
    schema: Mapping[str, Any] | None,
    messages: Any,
    **more: Any,
) -> bytes:
    """Return the SHA-256 of the canonical JSON of all parts: 32 bytes.

    The named parts can't be left out: a key without one of them would serve an answer to whom it is not for.

    :param company: whose question it is
    :param scope: whom within the company the answer may serve
    :param version: of what the question rests on (rule set, knowledge base)
    :param messages: the masked content
    :param more: whatever else changes the answer: system texts, effort, thinking, max_tokens
    :raises TypeError: for a float, whose spelling is not its value, for keys that are not strings, and for whatever
        JSON does not know
    """
    parts = {
        "v": VERSION, "company": company, "scope": scope, "feature": feature, "prompt_version": prompt_version,
        "version": version, "model": model, "schema": schema, "messages": messages, "more": more,
    }
    return hashlib.sha256(canonical(parts)).digest()


def canonical(value: Any) -> bytes:
    """Return the one spelling of a JSON value: sorted keys, no spaces, UTF-8.

    :raises TypeError: as :func:`cache_key`
    """
    _check(value)
    # "surrogatepass": half a pair, which documents do hold, has bytes of its own and is mistaken for nothing else.
    return _encode(value).encode("utf-8", "surrogatepass")


def _check(value: Any):
    """Refuse what `json` would spell as something else. Plain types come first: this runs on every hit."""
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return
    if isinstance(value, Mapping):
        for name, part in value.items():
            if not isinstance(name, str):  # `json` would spell 1 and "1" alike
                raise TypeError(f"A {type(name).__name__} can't be a key in JSON")
            _check(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            _check(part)
    elif not isinstance(value, (str, int, Decimal)):
        raise TypeError(f"A {kind.__name__} has no single spelling: a cache key takes text, whole numbers, Decimals")


def _spell(value: Any) -> Any:
    """Return in JSON's own types what `json` does not know and the check let pass."""
    return dict(value) if isinstance(value, Mapping) else str(value)


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_spell).encode
