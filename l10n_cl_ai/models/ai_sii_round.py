"""The work of a round: one page after another, politely, with no transaction open while the network is."""

import logging
import time
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import MissingError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..sii.address import Place, Unreadable
from ..sii.fetch import fetch
from ..sii.turn import NOWHERE, Elsewhere, Step, Turn
from . import ai_sii_run  # noqa: F401 - what it extends is defined first
from .sii_words import in_spanish

#: Seconds that one call of the cron spends, pauses and all but the last page among them: well below what Odoo gives a
#: worker of crons, and not so few that what every call looks up first is most of the work.
_SECONDS = 40.0
#: Counted of a look that found what was there, while nobody had asked for a round.
AS_IT_WAS = Counter(looked=1)
#: Times to write down what was read, while others write the same rows; documents that a turn plans to read.
_TRIES, _MOST_DOCUMENTS = 5, 500
_logger = logging.getLogger(__name__)


class AiSiiRun(models.Model):
    _inherit = "l10n_cl_ai.sii.run"

    @api.model
    def _cron_watch(self):
        """Look at what is due. Only one call of a database works at a time: Odoo's cron holds its job's lock.

        A call is short, whatever there is to do: it wakes the next one, so that no worker is held for long.
        """
        watching = self.env["res.company"]._l10n_cl_ai_watching()
        # What is written for all is in the language of the first company that is told.
        partner = watching[:1].partner_id
        partner.fetch(["lang"])
        lang = partner.lang or "es_CL"
        called = self.with_context(lang=lang, l10n_cl_ai_is_watching=bool(watching))
        called._work(time.monotonic() + _SECONDS)

    def _work(self, until):
        self._after_a_death()
        turn = Turn()
        self._plan(turn)
        documents = self.env["l10n_cl_ai.sii.document"]
        rounds, tally = self._begin(turn), documents._tell()
        is_watched, is_to_tell = bool(rounds.user_id), False
        while site := turn.next(time.time()) or (not is_watched and self._next_again(turn)):
            wait, task = site.wait(time.time()), self._next_task(site)
            if time.monotonic() + wait > until:
                break
            done = rounds._do(turn, site, wait)
            is_to_tell = is_to_tell or done["changes"] or "documents" in done
            asked = done is not AS_IT_WAS and self._is_asked_meanwhile()
            if asked:
                # What was read before is of the rounds that were there.
                rounds._count(tally)
                tally.clear()
                rounds = self._begin(turn)
                is_watched = bool(rounds.user_id)
            if asked or done["changes"] or not done:
                self._plan(turn)  # it brought documents, or is still due
            if is_watched:
                rounds._wanting(task)._count(done)
            else:
                tally += done
        self._mark()
        # All at once, so that what is known of companies and people is read once.
        rounds._count(tally + documents._tell() if is_to_tell else tally)
        if site:
            self._put_off(turn)
            # Odoo looks at jobs of later once a minute only: what is due soon is begun at once, and waited for there.
            later = fields.Datetime.add(fields.Datetime.now(), seconds=int(wait) + 1)
            return self._wake(later if wait > _SECONDS else None)
        rounds._end()
        if documents.search_count(documents._untold(), limit=1):
            self._wake()

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

    def _begin(self, turn):
        """Return the rounds that are under way or were asked for, or one of the schedule's."""
        runs = self.search([("state", "!=", "done")])
        if not runs and turn:
            pages = sum(step.task[0] == "l10n_cl_ai.sii.source" for site in turn.sites.values() for step in site.steps)
            runs = self.create({"trigger": "cron", "total": pages})
        now = fields.Datetime.now()
        runs.filtered(lambda run: run.state == "waiting").write({"state": "running", "started_at": now})
        return runs

    def _end(self):
        self.write({"state": "done", "finished_at": fields.Datetime.now()})
        self._notify()

    # -- what is to be read ----------------------------------------------------------------------------

    @api.model
    def _due(self):
        """Return the pages that are due; none for companies that do not watch."""
        # Looked up once a call of the cron.
        watching = self.env.context.get("l10n_cl_ai_is_watching")
        own = Domain("company_id.l10n_cl_ai_watch", "=", True)
        for_all = Domain("company_id", "=", False) if watching else Domain.FALSE
        return Domain("active", "=", True) & Domain("next_at", "<=", fields.Datetime.now()) & (own | for_all)

    @api.model
    def _plan(self, turn):
        """Put into a turn what is due: pages first, then documents."""
        sources, documents = self.env["l10n_cl_ai.sii.source"], self.env["l10n_cl_ai.sii.document"]
        tasks = [*sources.search_fetch(self._due(), sources._asked(), order="next_at, id"),
                 *documents.search_fetch(documents._due(), ["url", "next_at"], order="next_at, id",
                                         limit=_MOST_DOCUMENTS)]  # fmt: skip
        self._put(turn, [task._step() for task in tasks])

    @api.model
    def _put(self, turn, steps):
        hosts = self._hosts()
        steps = [(self._host_name(step.url, hosts), step) for step in steps]
        missing = {name for name, _step in steps} - turn.sites.keys()
        sites = self.env["l10n_cl_ai.sii.host"]._sites(missing) if missing else {}
        turn.plan([(turn.sites.get(name) or sites[name], step) for name, step in steps])

    @api.model
    def _next_again(self, turn):
        """Return the site to be asked next for what was read before; nobody waits for that, so all else comes first."""
        again = self.env["l10n_cl_ai.sii.document"]._due_again()
        self._put(turn, [document._step() for document in again])
        return turn.next(time.time())

    @api.model
    def _put_off(self, turn):
        """Leave what was led to another site until that may be asked: or the first would be asked again and again."""
        now = time.time()
        for site in turn.sites.values():
            for step in site.steps:
                if step.hops:
                    later = fields.Datetime.add(fields.Datetime.now(), seconds=int(site.wait(now)) + 1)
                    self._task(step).exists()._put_off(later)

    @api.model
    def _host_name(self, url, hosts):
        try:
            return Place(url, hosts).host
        except Unreadable:
            return NOWHERE  # not allowed any more: that is told where it is read

    @api.model
    def _hosts(self):
        return self.env["l10n_cl_ai.article.import"]._hosts()

    @api.model
    def _next_task(self, site):
        """Return what will be read of a site next."""
        return self.env["l10n_cl_ai.sii.host"] if site.needs_robots else self._task(site.steps[0])

    # -- one step --------------------------------------------------------------------------------------

    def _do(self, turn, site, wait):
        """Read one thing: note that it is being read, read it with no transaction open, write down what came of it.

        :return: what is to be counted; nothing where it is to go on
        """
        hosts = self._hosts()
        if site.needs_robots:
            host = self.env["l10n_cl_ai.sii.host"]._of(site.name)
            step, check = Step((host._name, host.id), host._address(), host._address()), None
        else:
            step, check = site.steps.popleft(), lambda url: site.check(url, hosts)
            if why := site.forbidden(step.url):
                self._committed(turn)
                return self._settled(self._task(step), None, Unreadable(why, ""), step)
        site.asked_at = time.time() + wait
        self._mark(site, step)
        self._committed(turn)
        _pause(wait)
        page, problem = self._page(step.url, hosts, step.etag, step.modified, check)
        if step.instead and problem and problem.status == 404 and not site.forbidden(step.instead):
            page, problem = self._page(step.instead, hosts, "", "", check)
        if isinstance(problem, Elsewhere):
            try:
                return self._lead(turn, step.on(problem.url), hosts)
            except Unreadable as too_often:
                problem = too_often
        counted = self._settled(self._task(step), page, problem, step)
        if site.needs_robots:
            turn.sites[site.name] = self.env["l10n_cl_ai.sii.host"]._of(site.name)._site(site)
        return counted

    @api.model
    def _committed(self, turn):
        """Commit. Odoo is told once a turn that its job gets on: telling costs more than a look."""
        crons = self.env["ir.cron"]
        if turn.is_begun:
            return crons.with_context(ir_cron_progress_id=False)._commit_progress()
        turn.is_begun = True
        return crons._commit_progress(1)

    @api.model
    def _mark(self, site=None, step=None):
        """Note what is being read, and nothing else of any site: what still stands there at the next call has killed
        a worker."""
        hosts, name = self.env["l10n_cl_ai.sii.host"], site.name if site else None
        hosts.flush_model(["asked_at", "reading"])
        self.env.cr.execute(SQL(
            """UPDATE l10n_cl_ai_sii_host
                  SET asked_at = CASE WHEN name = %(name)s THEN %(at)s ELSE asked_at END,
                      reading = CASE WHEN name = %(name)s THEN %(task)s END
                WHERE name = %(name)s OR reading IS NOT NULL""",
            name=name, at=site.asked_at if site else 0.0, task=f"{step.task[0]},{step.task[1]}" if step else None,
        ))  # fmt: skip
        hosts.invalidate_model(["asked_at", "reading"], flush=False)

    @api.model
    def _task(self, step):
        model, task_id = step.task
        return self.env[model].browse(task_id)

    @api.model
    def _page(self, url, hosts, etag="", modified="", check=None):
        """Return (page, None) or (None, why not: ``Unreadable``)."""
        try:
            return fetch(url, hosts, etag, modified, check=check), None
        except Unreadable as problem:
            return None, problem

    @api.model
    def _lead(self, turn, step, hosts):
        """Have a step go on at another site: as soon as that may be asked, by its own rules."""
        name = self._host_name(step.url, hosts)
        site = turn.sites.get(name) or self.env["l10n_cl_ai.sii.host"]._sites({name})[name]
        turn.sites.setdefault(name, site).steps.appendleft(step)
        return Counter()

    def _settled(self, task, page, problem, step=None):
        """Write down what came of one thing. What goes wrong in it is a failure of that thing, and of no other.

        What is not committed yet must be this thing's alone.

        :return: what is to be counted
        """
        for _try in range(_TRIES):
            try:
                if page and step and step.known and task._is_as_it_was(page, step):
                    return AS_IT_WAS
                with self.env.cr.savepoint():
                    if step and task._address() != step.origin:
                        return Counter()  # somebody says that it is elsewhere: it is due there
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


def _pause(seconds):
    """Wait, with nothing open; tests take its place."""
    if seconds > 0:
        time.sleep(seconds)
