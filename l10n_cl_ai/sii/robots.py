"""What a site's robots.txt allows, read as RFC 9309 says: none is no rule, one that can't be had forbids all."""

from urllib.robotparser import RobotFileParser

#: By which name we are addressed in a robots.txt; what nobody may be asked to wait for, in seconds.
AGENT = "l10n_cl_ai"
PAUSE, LONGEST_PAUSE = 10.0, 120.0
_LONGEST = 500_000


class Robots:
    """:param text: of the file; None where it could not be had, which forbids everything until it can"""

    def __init__(self, text: str | None):
        self._parser = RobotFileParser()
        if text is None:
            self._parser.disallow_all = True
        else:
            self._parser.parse(text[:_LONGEST].splitlines())

    def allows(self, url: str) -> bool:
        """Return whether a page may be read."""
        return self._parser.can_fetch(AGENT, url)

    @property
    def pause(self) -> float:
        """Seconds between two requests: what the site asks for, never less than ours."""
        asked = self._parser.crawl_delay(AGENT) or 0
        return min(max(PAUSE, float(asked)), LONGEST_PAUSE)
