"""What a site's robots.txt allows, read as RFC 9309 says: none is no rule, one that can't be had forbids all."""

from collections.abc import Iterable
from urllib.robotparser import RobotFileParser

#: By which name we are addressed in a robots.txt; what nobody may be asked to wait for, in seconds.
AGENT = "l10n_cl_ai"
PAUSE, LONGEST_PAUSE = 10.0, 120.0
_LONGEST = 500_000


class Robots:
    """:param text: of the file; None where it could not be had, which forbids everything until it can"""

    def __init__(self, text: str | None):
        if text is None:
            self._parser = RobotFileParser()
            self._parser.disallow_all = True
            return
        lines = text[:_LONGEST].splitlines()
        try:
            self._parser = _parsed(lines)
        except ValueError:
            self._parser = _parsed(line for line in lines if not _breaks(line))

    def allows(self, url: str) -> bool:
        """Return whether a page may be read."""
        return self._parser.can_fetch(AGENT, url)

    @property
    def pause(self) -> float:
        """Seconds between two requests: what the site asks for, never less than ours."""
        asked = self._parser.crawl_delay(AGENT) or 0
        return float(min(max(PAUSE, asked), LONGEST_PAUSE))


def _breaks(line: str) -> bool:
    """Whether the reader would raise at a line, and so at the file: one that is written wrongly says nothing."""
    try:
        _parsed([f"User-agent: {AGENT}", line])
    except ValueError:
        return True
    return False


def _parsed(lines: Iterable[str]) -> RobotFileParser:
    """:raises ValueError: where the library does, as at ``Disallow: //[`` or ``Crawl-delay: ²``"""
    parser = RobotFileParser()
    parser.parse(lines)
    return parser
