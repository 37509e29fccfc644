"""The bench of operations: what watching the addon costs and tells, and what an installed addon lives through."""

import importlib
from collections.abc import Callable

from ..harness import Metric, Options


def _part(name: str) -> Callable[[Options], dict[str, Metric]]:
    """Return a part that imports its module only when it runs."""

    def run(options: Options) -> dict[str, Metric]:
        return getattr(importlib.import_module(f"{__name__}.{name}"), name)(options)

    return run


PARTS = {name: _part(name) for name in ("metrics", "dashboard", "life")}
