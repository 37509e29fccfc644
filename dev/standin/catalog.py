"""The models the stand-in serves: what each takes and costs (models.json), and how the Models API shows them."""
from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path

_EVERYWHERE = ("batch", "citations", "structured_outputs", "image_input", "pdf_input", "code_execution")
_SERVER_TOOLS = ("code_execution", "web_search")
_MILLION = Decimal(1_000_000)

MODELS: tuple[dict, ...] = tuple(json.loads(Path(__file__).with_name("models.json").read_text("utf-8"))["models"])
_BY_NAME = {name: model for model in MODELS for name in (model["id"], *model["aliases"])}


@dataclass(frozen=True)
class Usage:
    """Tokens of one call by class; ``output`` includes ``thinking``."""

    input: int = 0
    output: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    cache_read: int = 0
    thinking: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def prompt(self) -> int:
        """All tokens read, cached or not: what a price's threshold looks at."""
        return self.input + self.cache_write_5m + self.cache_write_1h + self.cache_read

    def as_json(self) -> dict[str, int]:
        return {f.name: getattr(self, f.name) for f in fields(self)}


NOTHING = Usage()


def find(name: object) -> dict | None:
    """The model of this id or alias, None if there is none."""
    return _BY_NAME.get(name) if isinstance(name, str) else None


def cost(model: Mapping, usage: Usage, day: datetime.date, batch: bool = False) -> Decimal:
    """USD of this usage at the price of that day; apart from the addon's own arithmetic, so that each checks the other.

    :raises LookupError: there was no price yet
    """
    since = day.isoformat()
    valid = [p for p in model["prices"] if p["from"] <= since and (not p["above"] or usage.prompt > p["above"])]
    if not valid:
        raise LookupError(f"no price of {model['id']} on {day}")
    price = max(valid, key=lambda p: (p["above"], p["from"]))
    classes = ("input", "output", "cache_write_5m", "cache_write_1h", "cache_read")
    total = sum((getattr(usage, name) * Decimal(price[name]) for name in classes), Decimal(0))
    return total / _MILLION / (2 if batch else 1)


def shown(model: Mapping) -> dict:
    """A model as the Models API shows it."""
    keys = ("id", "display_name", "created_at", "lifecycle", "deprecated_at", "retires_at", "line",
            "max_input_tokens", "max_tokens")
    return {"type": "model", **{key: model[key] for key in keys}, "capabilities": _capabilities(model)}


def _capabilities(model: Mapping) -> dict:
    def support(names, having):
        return {name: {"supported": name in having} for name in names}

    return {
        **support(_EVERYWHERE, _EVERYWHERE),
        "context_management": {"supported": True},
        "server_tools": {"supported": True, **support(_SERVER_TOOLS, _SERVER_TOOLS)},
        "effort": {"supported": bool(model["effort"]),
                   **support(("low", "medium", "high", "xhigh", "max"), model["effort"])},
        "thinking": {"supported": True, "types": support(("adaptive", "enabled", "disabled", "between_tools"),
                                                         model["thinking"])},
    }
