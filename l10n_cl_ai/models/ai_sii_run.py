"""A round of the watch: who asked for it, how far it is, what came of it. ``ai_sii_round`` has it done."""

from odoo import api, fields, models

from . import ai_base  # noqa: F401 - what it inherits is defined first
from .ai_queued import NOTIFICATION

STATES = [("waiting", "Waiting"), ("running", "Under way"), ("done", "Done")]
TRIGGERS = [("cron", "Schedule"), ("button", "Look now"), ("api", "HTTP API")]
#: Days that rounds are kept.
_DAYS = 90


class AiSiiRun(models.Model):
    """Written by the watch only."""

    _name = "l10n_cl_ai.sii.run"
    _inherit = "l10n_cl_ai.evidence"
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

    # -- how far it is ---------------------------------------------------------------------------------

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
