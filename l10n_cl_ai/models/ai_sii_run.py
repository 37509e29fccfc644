"""A round of the watch: one page after another, politely, with no transaction open while the network is."""

import logging
import time

from odoo import api, fields, models
from odoo.fields import Domain

from ..sii.address import Place, Unreadable
from ..sii.fetch import fetch
from .ai_queued import NOTIFICATION

_logger = logging.getLogger(__name__)

STATES = [("waiting", "Waiting"), ("running", "Under way"), ("done", "Done")]
TRIGGERS = [("cron", "Schedule"), ("button", "Look now"), ("api", "HTTP API")]
#: Seconds that one call of the cron spends, pauses and all but the last page among them; days that rounds are kept.
_SECONDS, _DAYS = 25.0, 90


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
    changes = fields.Integer("Changes", readonly=True)
    notices = fields.Integer("Notices made", readonly=True)
    told = fields.Integer("Notifications", readonly=True)
    errors = fields.Integer("Pages not read", readonly=True)
    check_ids = fields.One2many("l10n_cl_ai.sii.check", "run_id", "What was found", readonly=True)
    progress = fields.Integer("Progress (%)", compute="_compute_progress")

    @api.depends("state", "total", "looked")
    def _compute_progress(self):
        for run in self:
            done = run.state == "done"
            run.progress = 100 if done else round(100 * min(run.looked, run.total) / run.total) if run.total else 0

    @api.depends("trigger", "create_date")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for run in self:
            begun = fields.Datetime.context_timestamp(run, run.create_date or fields.Datetime.now())
            run.display_name = self.env._("Round of %(day)s", day=f"{begun:%d-%m-%Y %H:%M}")

    # -- asking ----------------------------------------------------------------------------------------

    @api.model
    def _ask(self, sources, trigger):
        """Have pages looked at as soon as may be; one round is made of what several people ask meanwhile."""
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

    # -- the round -------------------------------------------------------------------------------------

    @api.model
    def _cron_watch(self):
        """Look at what is due. Only one call of a database works at a time: Odoo's cron holds its job's lock.

        A call is short, whatever there is to do: it wakes the next one, so that no worker is held for long.
        """
        until = time.monotonic() + _SECONDS
        self._after_a_death()
        rounds, cron = self._begin(), self.env["ir.cron"]
        while task := self._next_task():
            wait = (task if task._name == "l10n_cl_ai.sii.host" else self._host_of(task))._pause()
            if time.monotonic() + wait > until:
                self._wake(fields.Datetime.add(fields.Datetime.now(), seconds=int(wait) + 1))
                return
            cron._commit_progress()
            _pause(wait)
            rounds._do(task)
            cron._commit_progress(1)
        rounds._end()

    def _after_a_death(self):
        """Count a page as failed at which the last call died, perhaps of that very page."""
        for source in self.env["l10n_cl_ai.sii.source"].search([("reading_since", "!=", False)]):
            source._settle(None, Unreadable("interrupted", self.env._("It was interrupted.")), self)

    def _begin(self):
        """Return the round that is under way, or begin those that were asked for, or one of the schedule's."""
        runs = self.search([("state", "!=", "done")])
        if not runs and not self._next_task():
            return self
        if not runs:
            runs = self.create(
                {"trigger": "cron", "total": self.env["l10n_cl_ai.sii.source"].search_count(self._due())}
            )
        now = fields.Datetime.now()
        runs.filtered(lambda run: run.state == "waiting").write({"state": "running", "started_at": now})
        return runs

    def _end(self):
        self.write({"state": "done", "finished_at": fields.Datetime.now()})
        self._notify()

    @api.model
    def _due(self):
        return Domain("active", "=", True) & Domain("next_at", "<=", fields.Datetime.now())

    @api.model
    def _next_task(self):
        """Return what is to be read next: a page that is due, a document of one, or first its site's robots.txt."""
        sources, documents = self.env["l10n_cl_ai.sii.source"], self.env["l10n_cl_ai.sii.document"]
        task = sources.search(self._due(), order="next_at, id", limit=1) or documents.search(
            documents._due(), order="next_at, id", limit=1
        )
        if not task:
            return task
        host = self._host_of(task)
        return host if host._needs_robots() else task

    @api.model
    def _host_of(self, task):
        url = task._address() if task._name == "l10n_cl_ai.sii.source" else task.url.replace("http://", "https://", 1)
        try:
            name = Place(url, self._hosts()).host
        except Unreadable:
            # Not allowed any more: it is told where it is read.
            name = "-"
        host = self.env["l10n_cl_ai.sii.host"]._of(name)
        if name == "-" and host.robots_state != "none":
            host.write({"robots_state": "none", "robots_at": fields.Datetime.add(fields.Datetime.now(), years=100)})
        return host

    @api.model
    def _hosts(self):
        return self.env["l10n_cl_ai.article.import"]._hosts()

    def _do(self, task):
        """Read one thing: note that it is being read, read it with no transaction open, write down what came of it."""
        hosts = self._hosts()
        if task._name == "l10n_cl_ai.sii.host":
            task.asked_at = time.time()
            self.env["ir.cron"]._commit_progress()
            text, state = task._fetch_robots(hosts)
            task.write({"robots": text, "robots_state": state, "robots_at": fields.Datetime.now()})
        elif task._name == "l10n_cl_ai.sii.source":
            self._do_source(task, hosts)
        else:
            self._do_document(task, hosts)
        notices = self.env["l10n_cl_ai.sii.document"]._make_notices()
        told = notices._tell()
        self._count(notices=len(notices), told=told)
        self._notify()

    def _count(self, **more):
        for run in self:
            run.write({name: run[name] + count for name, count in more.items() if count})

    def _do_source(self, source, hosts):
        url, known = source._address(), (source.page_etag or "", source.page_modified or "")
        host = self._host_of(source)
        page, problem = None, self._forbidden(host, url)
        if not problem:
            host.asked_at = time.time()
            source.reading_since = fields.Datetime.now()
            self.env["ir.cron"]._commit_progress()
            page, problem = self._page(url, hosts, *known)
            if problem and problem.status == 404 and source._may_be_last_years():
                page, problem = self._page(source._address(last_year=True), hosts)
        documents = source._settle(page, problem, self)
        self._count(looked=1, changes=len(documents), errors=int(bool(source.failures)))

    def _do_document(self, document, hosts):
        url = document.url.replace("http://", "https://", 1)
        host = self._host_of(document)
        page, problem = None, self._forbidden(host, url)
        if not problem:
            host.asked_at = time.time()
            # Should it kill this worker it will have been tried once more.
            document.next_at = fields.Datetime.add(fields.Datetime.now(), hours=1)
            self.env["ir.cron"]._commit_progress()
            page, problem = self._page(url, hosts)
        document._settle(page, problem)
        self._count(documents=1)

    def _forbidden(self, host, url):
        if host._rules().allows(url):
            return None
        if host.robots_state == "failed":
            return Unreadable(
                "robots_failed", self.env._("The site's robots.txt can't be had: nothing is read there until it can.")
            )
        return Unreadable("robots", self.env._("The site's robots.txt asks not to read this."))

    @api.model
    def _page(self, url, hosts, etag="", modified=""):
        """Return (page, None) or (None, why not: ``Unreadable``)."""
        try:
            return fetch(url, hosts, etag, modified), None
        except Unreadable as problem:
            return None, problem

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
