"""``POST /api/ai/sii/monitor`` and ``GET /api/ai/sii/status``: the watch for callers of the service it replaces."""

from datetime import timedelta

from odoo import api, fields, models

from . import ai_api  # noqa: F401 - what it extends is defined first

#: Minutes for which a round counts as fresh: the old service looked every half an hour.
_FRESH = 30
_STATUS = {"waiting": "queued", "running": "running", "done": "success"}


class AiApi(models.AbstractModel):
    _inherit = "l10n_cl_ai.api"

    @api.model
    def _sii_monitor(self, force):
        """Return the round that is under way or fresh, or one asked for now. Nobody waits for the network: a round that
        was asked for is ``queued``, and what becomes of it is told by asking again, or by the status.

        :param force: look now, however fresh the last round is
        """
        runs = self.env["l10n_cl_ai.sii.run"]
        since = fields.Datetime.now() - timedelta(minutes=_FRESH)
        run = runs.search([("state", "!=", "done")], limit=1)
        if not run and not force:
            run = runs.search([("finished_at", ">=", since)], limit=1)
        if not run:
            run = runs._ask(self.env["l10n_cl_ai.sii.source"].search([("active", "=", True)]), "api")
        return self._sii_run(run)

    @api.model
    def _sii_run(self, run):
        took = (run.finished_at or fields.Datetime.now()) - (run.started_at or fields.Datetime.now())
        failed = run.check_ids.filtered(lambda check: check.result in ("failed", "doubted"))
        return {
            "status": "error" if run.state == "done" and run.errors and run.errors >= run.total else _STATUS[run.state],
            "execution_time": round(max(took.total_seconds(), 0.0), 1),
            "urls_scraped": run.looked,
            "changes_detected": run.changes,
            "news_created": run.notices,
            "notifications_sent": run.told,
            "errors": [f"{check.source_id.name}: {check.message}" for check in failed],
            "run_id": run.id,
        }

    @api.model
    def _sii_status(self):
        """Return how the watch fares: of the caller's company, its notices; of all, its looks."""
        runs = self.env["l10n_cl_ai.sii.run"]
        sources = self.env["l10n_cl_ai.sii.source"].search([("active", "=", True)])
        last = runs.search([("state", "=", "done")], limit=1)
        day = fields.Datetime.now() - timedelta(days=1)
        broken = sources.filtered(lambda source: source.state == "broken")
        failing = sources.filtered("failures")
        return {
            "status": "degraded" if broken else "healthy" if last else "idle",
            "last_execution": last.finished_at.isoformat() + "Z" if last else None,
            "news_count_last_24h": self.env["l10n_cl_ai.sii.notice"].search_count(
                [("create_date", ">=", day), ("company_id", "=", self.env.company.id)]
            ),
            "total_checks": sum(sources.mapped("checks")),
            "error_rate": round(len(failing) / len(sources), 4) if sources else 0.0,
            "sources": [
                {"name": source.name, "state": source.state, "message": source.message or None} for source in sources
            ],
        }  # fmt: skip
