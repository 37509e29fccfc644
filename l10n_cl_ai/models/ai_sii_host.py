"""A site that is watched: when it was last asked, and what its robots.txt allows."""

import time
from collections import Counter
from datetime import timedelta

from odoo import api, fields, models

from ..sii.robots import PAUSE, Robots
from ..sii.turn import NOWHERE, Site
from . import ai_base  # noqa: F401 - what it inherits is defined first

#: How long a robots.txt is taken as read, and how long one that could not be had.
_FRESH, _FAILED_FRESH = timedelta(hours=24), timedelta(hours=1)
STATES = [("unknown", "Not read yet"), ("read", "Read"), ("none", "There is none"), ("failed", "Can't be had")]
#: Answers that mean that there is none: RFC 9309, 2.3.1.3.
_NONE = range(400, 500)


class AiSiiHost(models.Model):
    """Written by the watch only."""

    _name = "l10n_cl_ai.sii.host"
    _inherit = "l10n_cl_ai.evidence"
    _description = "Watched Site"

    name = fields.Char(required=True, readonly=True)
    asked_at = fields.Float("Last asked", digits=(16, 3), readonly=True, help="Seconds since 1970, UTC.")
    reading = fields.Char("Being read", readonly=True, help="What a call of the cron that still stands here died at.")
    robots = fields.Text("robots.txt", readonly=True)
    robots_state = fields.Selection(STATES, required=True, readonly=True, default="unknown")
    robots_at = fields.Datetime("robots.txt read on", readonly=True)

    _name_uniq = models.UniqueIndex("(name)", "Each site is there once.")

    @api.model
    def _of(self, name):
        known = ["name", "asked_at", "robots", "robots_state", "robots_at"]
        return self.search_fetch([("name", "=", name)], known) or self.create({"name": name})

    @api.model
    def _sites(self, names):
        """Return {name: ``Site``}; sites that are asked for the first time are made."""
        known = self.search_fetch([("name", "in", list(names))],
                                  ["name", "asked_at", "robots", "robots_state", "robots_at"])  # fmt: skip
        known |= self.create([{"name": name} for name in sorted(set(names) - set(known.mapped("name")))])
        return {host.name: host._site() for host in known}

    def _site(self, before=None):
        """Return it as a turn knows it. :param before: as it was known, with what is to be read there"""
        rules = self._rules()
        pause = rules.pause if self.robots_state == "read" else PAUSE
        site = Site(self.name, rules, self.asked_at, pause, self._needs_robots(),
                    "robots_failed" if self.robots_state == "failed" else "")  # fmt: skip
        if before:
            site.asked_at, site.steps = before.asked_at, before.steps
        return site

    def _address(self):
        return f"https://{self.name}/robots.txt"

    def _rules(self):
        """Return what the site allows (``Robots``)."""
        if self.name == NOWHERE:  # the reader refuses it, with its reason
            return Robots("")
        return Robots({"read": self.robots or "", "none": ""}.get(self.robots_state))

    def _pause(self):
        """Return the seconds until it may be asked again."""
        return self._site().wait(time.time())

    def _needs_robots(self):
        if self.name == NOWHERE:
            return False
        if self.robots_state == "unknown" or not self.robots_at:
            return True
        fresh = _FAILED_FRESH if self.robots_state == "failed" else _FRESH
        return self.robots_at + fresh <= fields.Datetime.now()

    def _settle(self, page, problem, _run):
        """Keep the site's robots.txt, or that there is none, or that it can't be had."""
        if page:
            vals = {"robots": page.body.decode("utf-8", "replace").replace("\x00", ""), "robots_state": "read"}
        else:
            is_none = problem.status in _NONE or problem.reason == "content_type"
            vals = {"robots": False, "robots_state": "none" if is_none else "failed"}
        self.write({**vals, "robots_at": fields.Datetime.now()})
        return Counter()
