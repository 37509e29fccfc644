"""What is answered to load balancers and to Prometheus, under our paths and under those of the service before us."""

from odoo import models

from ..llm import exposition

#: Paths of the service that this addon replaced.
OLD_PATHS = {
    "/health": "health",
    "/live": "health",
    "/ready": "ready",
    "/metrics": "metrics",
    "/metrics/costs": "costs",
}


class AiObserve(models.AbstractModel):
    """Called as root by the routes, which only make HTTP of it: (status, content type or None for JSON, body)."""

    _name = "l10n_cl_ai.observe"
    _description = "Watching the AI"

    def _answer(self, what, token):
        """Answer a call.

        :param what: ``health``, ``ready``, ``metrics`` or ``costs``
        :param token: what was sent as bearer token, "" for nothing
        :return: None where there is nothing at all: without a token set, metrics do not exist
        """
        return getattr(self, f"_answer_{what}")(token)

    def _answer_health(self, token):
        """This process answers. Nothing is looked at."""
        return 200, None, {"status": "ok"}

    def _answer_ready(self, token):
        """Whether work can be done; what is wrong is told to who has the token."""
        knows = self.env["l10n_cl_ai.metrics"]._is_token(token)  # first: a failure of the checks ends the transaction
        report = self.env["l10n_cl_ai.readiness"]._report()
        told = report if knows else {"status": report["status"]}
        return 503 if report["status"] == "not_ready" else 200, None, told

    def _answer_metrics(self, token):
        return self._guarded(token) or (200, exposition.CONTENT_TYPE, self.env["l10n_cl_ai.metrics"]._scrape())

    def _answer_costs(self, token):
        return self._guarded(token) or (200, None, self.env["l10n_cl_ai.metrics"]._costs())

    def _guarded(self, token):
        """Return the refusal of who has not the token, if so."""
        metrics = self.env["l10n_cl_ai.metrics"]
        if metrics._is_token(token):
            return None
        if not metrics._has_token():
            return 404, None, {"error": "not found"}
        return 401, None, {"error": "the bearer token is missing or wrong"}
