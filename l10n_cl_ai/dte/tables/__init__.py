"""Tables that the rules read, each a JSON file with its source and date beside its rows.

File format: ``{"source": "…", "date": "YYYY-MM-DD", "rows": {code: …} or […]}``.
"""

import functools
import json
import pathlib
from collections.abc import Mapping, Sequence


@functools.cache
def load(name: str) -> Mapping | Sequence:
    """Return the rows of ``tables/<name>.json``; raise FileNotFoundError when there is none."""
    path = pathlib.Path(__file__).with_name(f"{name}.json")
    return json.loads(path.read_text(encoding="utf-8"))["rows"]
