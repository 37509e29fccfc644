"""The old service's calls about the SII's site."""

from odoo.http import Controller, request, route

from . import api_body
from .api_dispatcher import ApiDispatcher
from .api_problem import Forbidden, Problem, TooMany
from .api_request import boolean_fault

KIND = ApiDispatcher.routing_type


class ApiSii(Controller):
    @route("/api/ai/sii/monitor", type=KIND, auth="bearer", verbs=("POST",), accepts=("application/json",))
    def monitor(self):
        """Have the SII's site looked at; answers at once with the round that is asked for, under way or fresh."""
        api = self._enter("sii")
        force = api_body.json_object(request.httprequest).get("force")
        if fault := boolean_fault(force):
            raise Problem(fields={"force": fault})
        return api._sii_monitor(force is True)

    @route("/api/ai/sii/status", type=KIND, auth="bearer", verbs=("GET", "HEAD"))
    def status(self):
        """Say how the watch fares."""
        return self._enter("sii_status")._sii_status()

    def _enter(self, kind):
        """Return the model that answers, in the user's main company. :raises Problem: he may not, or asked too often"""
        api = request.env["l10n_cl_ai.api"]
        wait = api._wait(kind)
        if wait:
            raise TooMany(retry_after=wait)
        if not api._may_check():
            raise Forbidden
        return api.with_context(allowed_company_ids=request.env.user.company_id.ids)
