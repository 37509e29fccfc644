"""Serves the short paths of the service before us (``/health``, ``/metrics``) where nothing else in this Odoo does."""

from odoo import models
from odoo.http import request

from .ai_observe import OLD_PATHS


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _serve_fallback(cls):
        """Answer the old paths last: a route, a file or a page of that address comes first."""
        response = super()._serve_fallback()
        what = OLD_PATHS.get(request.httprequest.path)
        if response or not what or request.httprequest.method not in ("GET", "HEAD") or _is_page(request):
            return response
        from ..controllers.observe import respond  # noqa: PLC0415 - controllers need the models loaded

        answer = respond(what)
        if answer.status_code == 404:
            return None  # as any other address that there is not
        request.session.can_save = False
        return answer


def _is_page(request):
    """Whether the website has a page or a redirection there, which it may serve after us."""
    path, models_ = request.httprequest.path, {"website.page": "url", "website.rewrite": "url_from"}
    # sudo: website.page, website.rewrite - whether there is one
    return any(
        name in request.env and request.env[name].sudo().search_count([(field, "=", path)], limit=1)
        for name, field in models_.items()
    )
