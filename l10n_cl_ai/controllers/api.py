"""The HTTP API: documents judged for who does not make them in Odoo, by the contract of the service it replaces."""

from odoo.http import Controller, request, route

from ..dte import Unreadable, old_contract, read
from ..models.ai_rule import translated
from . import api_body
from .api_dispatcher import ApiDispatcher
from .api_openapi import description
from .api_problem import Forbidden, Problem, TooLarge, TooMany
from .api_request import read_company, read_request
from .api_suggest_request import read_suggest

KIND = ApiDispatcher.routing_type
JSON = ("application/json",)
XML = ("application/xml", "text/xml", "multipart/form-data")
#: Documents of a file: as many as the SII takes in an envelope.
MOST_DOCUMENTS = 2000


class Api(Controller):
    @route("/api/ai/validate", type=KIND, auth="bearer", verbs=("POST",), accepts=JSON)
    def validate(self):
        """Judge one document that the caller describes in JSON."""
        api = self._enter()
        asked = read_request(api_body.json_object(request.httprequest))
        api = self._for_company(api, asked.company_id)
        taken = old_contract.take(asked.dte_data, complete=asked.complete)
        if taken.problems:
            problems = {
                ".".join(filter(None, ("dte_data", name))): self._words(why) for name, why in taken.problems.items()
            }
            raise Problem(fields=problems)
        [answer] = api._check([taken.document], asked.ai, asked.history)
        return answer

    @route("/api/ai/validate/xml", type=KIND, auth="bearer", verbs=("POST",), accepts=XML)
    def validate_xml(self):
        """Judge every document of an XML file."""
        api = self._enter()
        company_id, ai = read_company(request.httprequest.args)
        api = self._for_company(api, company_id or request.env.user.company_id.id)
        data = api_body.xml_file(request.httprequest)
        try:
            documents = read(data)
        except Unreadable as refused:
            raise Problem(self._words(refused.reason), {"body": self._words(refused.reason)}) from None
        if len(documents) > MOST_DOCUMENTS:
            raise TooLarge
        return api._check_file(documents, ai)

    @route("/api/ai/analytics/suggest_project", type=KIND, auth="bearer", verbs=("POST",), accepts=JSON)
    def suggest_project(self):
        """Suggest the project of a purchase. The AI is not waited for: rules and history answer at once."""
        api = self._enter("suggest")
        asked = read_suggest(api_body.json_object(request.httprequest))
        return self._for_company(api, asked.company_id)._suggest_project(asked)

    @route("/api/ai/openapi.json", type=KIND, auth="public", verbs=("GET", "HEAD"), save_session=False)
    def openapi(self):
        """Describe these calls (OpenAPI 3.1)."""
        return description()

    def _enter(self, kind=""):
        """Return the model that judges, for a user who may ask it.

        :param kind: of calls that have a limit of their own
        :raises Problem: he may not, or has asked too often
        """
        api = request.env["l10n_cl_ai.api"]
        wait = api._wait(kind)
        if wait:
            raise TooMany(retry_after=wait)
        if not api._may_check():
            raise Forbidden
        return api

    def _for_company(self, api, company_id):
        """Return the same for a company of the user's, and no other seen.

        :raises Problem: it is none of his
        """
        if company_id not in request.env.user.company_ids.ids:
            raise Forbidden(fields={"company_id": request.env._("It is not a company of this key's user.")})
        return api.with_context(allowed_company_ids=[company_id])

    def _words(self, message):
        return message.text(lambda text: translated(request.env, "l10n_cl_ai", text))
