"""When each norm begins to hold."""

import datetime

from .tables import load


def since(norm: str) -> datetime.date:
    """Return the first issue date on which a norm of ``tables/norms.json`` holds."""
    return datetime.date.fromisoformat(load("norms")[norm])
