"""What one turn of the watch has to read, site by site: which site is asked next, and what of it.

Plain values: a turn goes on over many transactions, and the end of each forgets what records say.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from .address import Place, Unreadable
from .fetch import MOST_REDIRECTS
from .look import Known
from .robots import Robots

#: The site of what may not be read any more.
NOWHERE = "-"


class Elsewhere(Unreadable):
    """A redirect leads to another site, which has its own robots.txt and its own pauses."""

    def __init__(self, url: str):
        super().__init__("elsewhere", "the page leads to another site")
        self.url = url


@dataclass(frozen=True)
class Step:
    """One thing to read.

    :param task: whose page it is: (model, id); :param origin: its address, :param url: where to go on reading it
    :param etag, modified: of the page as it was read before
    :param instead: address that stands in where nothing is at this one; may be empty
    :param hops: how often it led elsewhere; :param known: of a watched page, as it was last believed
    """

    task: tuple[str, int]
    origin: str
    url: str
    etag: str = ""
    modified: str = ""
    instead: str = ""
    hops: int = 0
    known: Known | None = None

    def on(self, url: str) -> "Step":
        """Return the step that goes on elsewhere. :raises Unreadable: it did so too often"""
        if self.hops >= MOST_REDIRECTS:
            raise Unreadable("redirects", f"the page leads on more than {MOST_REDIRECTS} times")
        return replace(self, url=url, hops=self.hops + 1)


@dataclass
class Site:
    """A site as it is known in this turn.

    :param asked_at: when it was last asked; :param pause: seconds that it is left alone between two requests
    :param forbids: why nothing may be read there, in a word; empty where its rules say what may
    """

    name: str
    rules: Robots
    asked_at: float
    pause: float
    needs_robots: bool
    forbids: str = ""
    steps: deque[Step] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        """Return the seconds until its next step: it may be asked again then, or need not be."""
        if self.steps and not self.needs_robots and self.forbidden(self.steps[0].url):
            return 0.0
        # A clock that was set back must not keep it waiting for ever.
        return min(max(0.0, self.asked_at + self.pause - now), self.pause)

    def forbidden(self, url: str) -> str:
        """Return why an address of it may not be read, in a word; empty where it may."""
        if self.rules.allows(url):
            return ""
        return self.forbids or "robots"

    def check(self, url: str, hosts: Iterable[str]) -> None:
        """Look at where a redirect of a page of this site leads.

        :raises Elsewhere: to another site :raises Unreadable: to where nothing may be read
        """
        if Place(url, hosts).host != self.name:
            raise Elsewhere(url)
        if why := self.forbidden(url):
            raise Unreadable(why, "the site's robots.txt does not allow where the page leads")


class Turn:
    """:ivar sites: {name: what is known of it, with its steps in order}; :ivar is_begun: something was asked for"""

    def __init__(self):
        self.sites: dict[str, Site] = {}
        self.is_begun = False

    def __bool__(self) -> bool:
        return any(site.steps for site in self.sites.values())

    def plan(self, steps: Iterable[tuple[Site, Step]]) -> None:
        """Take what is to be read, in its order; what is on its way elsewhere goes on, before all else."""
        under_way = {step.task: step for site in self.sites.values() for step in site.steps if step.hops}
        for site in self.sites.values():
            site.steps = deque(step for step in site.steps if step.hops)
        for site, step in steps:
            if step.task not in under_way:
                self.sites.setdefault(site.name, site).steps.append(step)

    def next(self, now: float) -> Site | None:
        """Return the site to be asked next: the one that may be asked first, of several the one that was left alone
        longest. So a site that asks for long pauses, or that answers slowly, keeps no other back."""
        waiting = [site for site in self.sites.values() if site.steps]
        return min(waiting, key=lambda site: (site.wait(now), site.asked_at), default=None)
