"""Whether a request has the form of one at all, before anything looks into it."""
from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

_USER_ID = 256


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _objects(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(entry, Mapping) for entry in value)


def _object(value: object) -> bool:
    return value is None or isinstance(value, Mapping)


_FORMS: dict[str, tuple[Callable[[object], bool], str]] = {
    "messages": (_objects, "a list of objects"),
    "system": (lambda value: isinstance(value, str) or _objects(value), "a string or a list of objects"),
    "tools": (_objects, "a list of objects"),
    "stream": (lambda value: isinstance(value, bool), "a valid boolean"),
    "stop_sequences": (_texts, "a list of strings"),
    **dict.fromkeys(("output_config", "thinking", "tool_choice", "metadata", "cache_control"), (_object, "an object")),
}


def problems(body: Mapping) -> Iterator[str]:
    """Every field that is not what it has to be."""
    for name, (good, form) in _FORMS.items():
        if name in body and not good(body[name]):
            yield f"{name}: Input should be {form}"
    yield from _marks(body)
    metadata = body.get("metadata") or {}
    if isinstance(metadata, Mapping):
        yield from _metadata(metadata)


def _metadata(metadata: Mapping) -> Iterator[str]:
    if set(metadata) - {"user_id"}:
        yield "metadata: Extra inputs are not permitted"
    user = metadata.get("user_id")
    if not isinstance(user, str | None) or len(user or "") > _USER_ID:
        yield f"metadata.user_id: Input should be a string of at most {_USER_ID} characters"


def _marks(body: Mapping) -> Iterator[str]:
    """Marks for the cache, which may hang on every block."""
    turns = [m.get("content") for m in _list(body.get("messages"))]
    for blocks in (body.get("system"), body.get("tools"), *turns):
        for block in _list(blocks):
            if not _object(block.get("cache_control")):
                yield "cache_control: Input should be an object"


def _list(value: object) -> list[Mapping]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []
