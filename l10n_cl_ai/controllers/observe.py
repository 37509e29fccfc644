"""For load balancers and Prometheus: no session, no cookie, no user; who may read figures has a token."""

import json

from odoo import SUPERUSER_ID, api
from odoo.http import Controller, Response, request, route

_ROUTE = {"type": "http", "auth": "none", "methods": ["GET", "HEAD"], "save_session": False, "multilang": False}


class Observe(Controller):
    @route("/l10n_cl_ai/health", readonly=True, **_ROUTE)
    def health(self, **_query):
        return respond("health")

    # Not of a replica, here and below: on it nothing can be written, and counters would go back when the next reading
    # is of one that lags behind.
    @route("/l10n_cl_ai/ready", readonly=False, **_ROUTE)
    def ready(self, **_query):
        return respond("ready")

    @route("/l10n_cl_ai/metrics", readonly=False, **_ROUTE)
    def metrics(self, **_query):
        return respond("metrics")

    @route("/l10n_cl_ai/metrics/costs", readonly=False, **_ROUTE)
    def costs(self, **_query):
        return respond("costs")


def respond(what):
    """Return the response to the current request. :param what: as in ``l10n_cl_ai.observe``"""
    # Root: there is no user, and what is told is no user's. In English, as it is for machines.
    env = api.Environment(request.env.cr, SUPERUSER_ID, {})
    scheme, _space, token = request.httprequest.headers.get("Authorization", "").partition(" ")
    status, content_type, body = env["l10n_cl_ai.observe"]._answer(
        what, token.strip() if scheme.lower() == "bearer" else "")
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="l10n_cl_ai"'
    if content_type is None:
        content_type, body = "application/json; charset=utf-8", json.dumps(body, ensure_ascii=False)
    return Response(body, status=status, content_type=content_type, headers=headers)
