"""A round of the watch: one page after another, politely, with no transaction open while the network is."""

import logging
import time
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import MissingError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..sii.address import Place, Unreadable
from ..sii.fetch import fetch
from ..sii.row import canonical
from .ai_queued import NOTIFICATION
from .ai_sii_host import NOWHERE
from .sii_words import in_spanish

STATES = [("waiting", "Waiting"), ("running", "Under way"), ("done", "Done")]
TRIGGERS = [("cron", "Schedule"), ("button", "Look now"), ("api", "HTTP API")]
#: Seconds that one call of the cron spends, pauses and all but the last page among them; days that rounds are kept.
_SECONDS, _DAYS = 25.0, 90
#: Times to write down what was read, while others write the same rows.
_TRIES = 5
_logger = logging.getLogger(__name__)


class AiSiiRun(models.Model):
    """Written by the watch only."""

    _name = "l10n_cl_ai.sii.run"
    _description = "Round of the Watch"
    _order = "id desc"

    state = fields.Selection(STATES, required=True, readonly=True, default="waiting", index=True)
    trigger = fields.Selection(TRIGGERS, required=True, readonly=True, default="cron")
    user_id = fields.Many2one("res.users", "Asked by", readonly=True, ondelete="set null")
    company_id = fields.Many2one("res.company", readonly=True, index=True, ondelete="cascade")
    source_ids = fields.Many2many(
        "l10n_cl_ai.sii.source", "l10n_cl_ai_sii_run_source_rel", string="Pages", readonly=True
    )
    started_at = fields.Datetime(readonly=True)
    finished_at = fields.Datetime(readonly=True)
    total = fields.Integer("Pages to look at", readonly=True)
    looked = fields.Integer("Pages looked at", readonly=True)
    documents = fields.Integer("Documents read", readonly=True)
    changes = fields.Integer(readonly=True)
    notices = fields.Integer("Notices made", readonly=True)
    told = fields.Integer("Notifications", readonly=True)
    errors = fields.Integer("Pages not read", readonly=True)
    check_ids = fields.One2many("l10n_cl_ai.sii.check", "run_id", "What was found", readonly=True)
    problems = fields.Text("What is wrong", compute="_compute_problems")
    progress = fields.Integer("Progress (%)", compute="_compute_progress")

    @api.depends("state", "total", "looked")
    def _compute_progress(self):
        for run in self:
            looked = 95 * min(run.looked, run.total) // run.total if run.total else 0
            # What pages link to is read after them: it is done when it is done.
            run.progress = 100 if run.state == "done" else looked

    @api.depends("errors", "source_ids.failures", "source_ids.message")
    def _compute_problems(self):
        """Which pages of a round can't be read and why, also those of which it was said before."""
        for run in self:
            broken = run.source_ids.filtered("failures") if run.errors else run.source_ids[:0]
            run.problems = "\n".join(f"{source.name}: {source.message or ''}" for source in broken)

    @api.depends("trigger", "create_date")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for run in self:
            begun = fields.Datetime.context_timestamp(run, run.create_date or fields.Datetime.now())
            run.display_name = self.env._("Round of %(day)s", day=f"{begun:%d-%m-%Y %H:%M}")

    # -- asking ----------------------------------------------------------------------------------------

    @api.model
    def _ask(self, sources, trigger):
        """Have pages looked at as soon as may be; of what one person asks until it begins one round is made."""
        # sudo: l10n_cl_ai.sii.run, l10n_cl_ai.sii.source - the watch's own rows; whoever calls has looked at the rights
        sources = sources.sudo().filtered("active")
        sources.write({"next_at": fields.Datetime.now()})
        waiting = [("state", "=", "waiting"), ("user_id", "=", self.env.uid), ("company_id", "=", self.env.company.id)]
        run = self.sudo().search(waiting, limit=1)
        if run:
            run.source_ids |= sources
        else:
            run = self.sudo().create({"trigger": trigger, "user_id": self.env.uid, "company_id": self.env.company.id,
                                      "source_ids": sources.ids})  # fmt: skip
        run.total = len(run.source_ids)
        self._wake()
        return run.sudo(self.env.su)

    @api.model
    def _wake(self, at=None):
        # sudo: ir.cron - to wake it is all that is done
        self.env.ref("l10n_cl_ai.cron_sii_watch").sudo()._trigger(at)

    def _action_open(self):
        return {"type": "ir.actions.act_window", "name": self.env._("Look now"), "res_model": self._name,
                "res_id": self.id, "view_mode": "form", "views": [(False, "form")], "target": "new"}  # fmt: skip

    def action_open_news(self):
        """Open the news, whichever round found them."""
        return self.env["ir.actions.act_window"]._for_xml_id("l10n_cl_ai.ai_sii_notice_action")

    # -- the round -------------------------------------------------------------------------------------

    @api.model
    def _cron_watch(self):
        """Look at what is due. Only one call of a database works at a time: Odoo's cron holds its job's lock.

        A call is short, whatever there is to do: it wakes the next one, so that no worker is held for long.
        """
        watching = self.env["res.company"]._l10n_cl_ai_watching()
        # What is written for all is in the language of the first company that is told.
        lang = watching[:1].partner_id.lang or "es_CL"
        called = self.with_context(lang=lang, l10n_cl_ai_is_watching=bool(watching))
        called._work(time.monotonic() + _SECONDS)

    def _work(self, until):
        self._after_a_death()
        rounds, tally = self._begin(), self.env["l10n_cl_ai.sii.document"]._tell()
        hosts = self.env["l10n_cl_ai.sii.host"]
        while True:
            task, host = self._next_task()
            wait = host._pause() if task else 0.0
            if not task or time.monotonic() + wait > until:
                break
            hosts |= host
            done = rounds._do(task, host, wait)
            if self._is_asked_meanwhile():
                # What was read before is of the rounds that were there.
                rounds._count(tally)
                tally.clear()
                rounds = self._begin()
            if rounds.user_id:
                rounds._wanting(task)._count(done)
            else:
                tally += done
        rounds._count(tally)
        hosts.reading = False
        if not task:
            rounds._end()
            documents = self.env["l10n_cl_ai.sii.document"]
            if documents.search_count(documents._untold(), limit=1):
                self._wake()
            return
        # Odoo looks at jobs of later once a minute only: what is due soon is begun at once, and waited for there.
        later = fields.Datetime.add(fields.Datetime.now(), seconds=int(wait) + 1)
        self._wake(later if wait > _SECONDS else None)

    def _after_a_death(self):
        """Count as failed what the last call died at, perhaps of that very page."""
        problem = Unreadable("interrupted", in_spanish(self.env)._("It was interrupted."))
        for host in self.env["l10n_cl_ai.sii.host"].search([("reading", "!=", False)]):
            model, _comma, task_id = host.reading.partition(",")
            task = self.env[model].browse(int(task_id)).exists()
            host.reading = False
            self.env["ir.cron"]._commit_progress()
            if task:
                self._settled(task, None, problem)

    def _is_asked_meanwhile(self):
        """Return whether somebody asked for a round while the last page was read."""
        return bool(self.search_count([("state", "=", "waiting")], limit=1))

    def _wanting(self, task):
        """Return the rounds that something is read for: a page for those that asked for it, and the schedule's."""
        if task._name != "l10n_cl_ai.sii.source":
            return self
        return self.filtered(lambda run: not run.source_ids or task in run.source_ids)

    def _begin(self):
        """Return the rounds that are under way or were asked for, or one of the schedule's."""
        runs = self.search([("state", "!=", "done")])
        if not runs and not self._next_task()[0]:
            return self
        if not runs:
            due = self.env["l10n_cl_ai.sii.source"].search_count(self._due())
            runs = self.create({"trigger": "cron", "total": due})
        now = fields.Datetime.now()
        runs.filtered(lambda run: run.state == "waiting").write({"state": "running", "started_at": now})
        return runs

    def _end(self):
        self.write({"state": "done", "finished_at": fields.Datetime.now()})
        self._notify()

    @api.model
    def _due(self):
        """Return the pages that are due; none for companies that do not watch."""
        # Looked up once a call of the cron.
        watching = self.env.context.get("l10n_cl_ai_is_watching")
        own = Domain("company_id.l10n_cl_ai_watch", "=", True)
        for_all = Domain("company_id", "=", False) if watching else Domain.FALSE
        return Domain("active", "=", True) & Domain("next_at", "<=", fields.Datetime.now()) & (own | for_all)

    @api.model
    def _next_task(self):
        """Return (what is to be read next, its site): a page that is due, a document, or first the site's
        robots.txt."""
        sources, documents = self.env["l10n_cl_ai.sii.source"], self.env["l10n_cl_ai.sii.document"]
        asked = ["url", "page_etag", "page_modified", "page_url", "next_at"]
        task = sources.search_fetch(self._due(), asked, order="next_at, id", limit=1) or documents.search_fetch(
            documents._due(), ["url"], order="next_at, id", limit=1
        )
        if not task:
            return None, None
        host = self.env["l10n_cl_ai.sii.host"]._of(self._host_name(task._address()))
        return (host if host._needs_robots() else task), host

    @api.model
    def _host_name(self, url):
        try:
            return Place(url, self._hosts()).host
        except Unreadable:
            return NOWHERE  # not allowed any more: that is told where it is read

    @api.model
    def _hosts(self):
        return self.env["l10n_cl_ai.article.import"]._hosts()

    def _do(self, task, host, wait):
        """Read one thing: note that it is being read, read it with no transaction open, write down what came of it.

        :return: what is to be counted
        """
        hosts, url = self._hosts(), task._address()
        problem = None if task == host else self._forbidden(host, url)
        if problem:
            self.env["ir.cron"]._commit_progress(1)
            return self._settled(task, None, problem)
        host.write({"asked_at": time.time() + wait, "reading": f"{task._name},{task.id}"})
        read = self._reader(task, url, hosts)
        self.env["ir.cron"]._commit_progress(1)
        _pause(wait)
        return self._settled(task, *read())

    def _settled(self, task, page, problem):
        """Write down what came of one thing. What goes wrong in it is a failure of that thing, and of no other.

        What is not committed yet must be this thing's alone.

        :return: what is to be counted
        """
        for _try in range(_TRIES):
            try:
                with self.env.cr.savepoint():
                    return task._settle(page, problem, self._wanting(task))
            except MissingError:
                if not task.exists():
                    return Counter()  # somebody deleted it meanwhile
                _logger.exception("What was read of %s could not be worked with", task)
                break
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()  # somebody wrote it between our snapshot and our look: once more
            except Exception:
                _logger.exception("What was read of %s could not be worked with", task)
                break
        words = self.env._("What was read could not be worked with; the server's log says why.")
        return task._settle(None, Unreadable("internal", words), self._wanting(task))

    @api.model
    def _reader(self, task, url, hosts):
        """Return what reads a page, and needs no database for it."""
        if task._name != "l10n_cl_ai.sii.source":
            return lambda: self._page(url, hosts)
        # Of last year's page nothing is known that says whether this year's has changed.
        is_this = "{year}" not in task.url or canonical(task.page_url or "") == canonical(url)
        known = (task.page_etag or "", task.page_modified or "") if is_this else ()
        before = task._address(last_year=True) if task._may_be_last_years() else None

        def read():
            page, problem = self._page(url, hosts, *known)
            return self._page(before, hosts) if before and problem and problem.status == 404 else (page, problem)

        return read

    def _forbidden(self, host, url):
        if host._rules().allows(url):
            return None
        if host.robots_state == "failed":
            words = in_spanish(self.env)._("The site's robots.txt can't be had: nothing is read there until it can.")
            return Unreadable("robots_failed", words)
        return Unreadable("robots", in_spanish(self.env)._("The site's robots.txt asks not to read this."))

    @api.model
    def _page(self, url, hosts, etag="", modified=""):
        """Return (page, None) or (None, why not: ``Unreadable``)."""
        try:
            return fetch(url, hosts, etag, modified), None
        except Unreadable as problem:
            return None, problem

    def _count(self, tally):
        for run in self if tally else ():
            run.write({name: run[name] + count for name, count in tally.items()})
        self._notify()

    def _notify(self):
        for run in self:
            if run.user_id:
                run.user_id._bus_send(
                    NOTIFICATION, {"model": run._name, "records": [{"id": run.id, "state": run.state}]}
                )

    # -- retention -------------------------------------------------------------------------------------

    @api.autovacuum
    def _gc_runs(self):
        """Forget rounds of long ago."""
        old = self.search([("state", "=", "done"),
            ("create_date", "<", fields.Datetime.subtract(fields.Datetime.now(), days=_DAYS))],
                          limit=5000)  # fmt: skip
        count = len(old)
        old.unlink()
        return count, count == 5000


def _pause(seconds):
    """Wait, with nothing open; tests take its place."""
    if seconds > 0:
        time.sleep(seconds)
