"""The assistant over HTTP, by the contract of the service it replaces; who has an API key asks with his own rights."""

import uuid

from odoo.exceptions import UserError
from odoo.http import Controller, Response, request, route
from odoo.tools import LazyTranslate

from ..chat.prompt import MOST_QUESTION
from ..chat.tool import Asker
from ..models.ai_conversation_ask import Wanted
from ..models.chat_runner import answer_now, start
from ..models.chat_stream import along, sse
from ..models.chat_transaction import in_transaction
from . import api_body
from .api import JSON, KIND
from .api_problem import Forbidden, NotFound, Problem, TooMany
from .api_request import id_fault

_lt = LazyTranslate(__name__)

_UUID = _lt("A UUID was expected.")
_MESSAGE = _lt("A text of 1 to 5,000 letters was expected.")
_OBJECT = _lt("An object was expected.")
_NO_COMPANY = _lt("It is not a company of this key's user.")
#: Articles of a search, letters of a query: at most.
_MOST_ARTICLES, _MOST_QUERY = 10, 500


class ApiChat(Controller):
    @route("/api/chat/message", type=KIND, auth="bearer", verbs=("POST",), accepts=JSON)
    def message(self):
        """Ask, and wait for the whole answer."""
        asker, answer_id = self._asked()
        # What was read until here must not stay open while the provider is asked.
        request.env["l10n_cl_ai.gateway"]._release_transaction()
        answer_now(asker, answer_id)
        return self._told(asker, answer_id)

    @route("/api/chat/message/stream", type=KIND, auth="bearer", verbs=("POST",), accepts=JSON)
    def message_stream(self):
        """Ask, and read along: server-sent events, of which the last (``done``) is what ``message`` answers."""
        asker, answer_id = self._asked()
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return Response(_events(asker, answer_id), mimetype="text/event-stream", headers=headers)

    @route("/api/chat/session/new", type=KIND, auth="bearer", verbs=("POST",), accepts=JSON)
    def session_new(self):
        """Begin a conversation."""
        api = self._enter()
        body = api_body.json_object(request.httprequest)
        asker = _asker(_company_of(body))
        conversation = in_transaction(asker, lambda env: _begin(env).uuid)
        welcome = api.env._(
            "I answer from your documents and the SII's rules, and say what I rest on. What do you need?"
        )
        return {"session_id": conversation, "welcome_message": welcome}

    @route("/api/chat/session/<string:session_id>", type=KIND, auth="bearer", verbs=("GET", "DELETE"))
    def session(self, session_id):
        """Return what was said in a conversation, or end it."""
        self._enter()
        conversation = _session(session_id)
        if request.httprequest.method == "DELETE":
            conversation.chat_delete(conversation.uuid)
            return {"session_id": session_id, "ended": True}
        return {
            "session_id": session_id,
            "messages": [
                {
                    "role": row.role,
                    "content": row.text or "",
                    "status": row.status,
                    "date": row.create_date.isoformat(),
                }
                for row in conversation.message_ids.sorted("id")
            ],
        }

    @route("/api/chat/knowledge/search", type=KIND, auth="bearer", verbs=("GET",))
    def knowledge(self):
        """Search the knowledge base."""
        api = self._enter()
        query = request.httprequest.args.get("query", "").strip()[:_MOST_QUERY]
        if not query:
            raise Problem(fields={"query": _MESSAGE})
        hits = api.env["l10n_cl_ai.article"]._search_knowledge([query], limit=_MOST_ARTICLES)
        return {
            "query": query,
            "articles": [
                {"id": hit.article.id, "title": hit.article.name, "passage": hit.passage, "score": round(hit.score, 4),
                 "source": hit.article.source_name or "", "url": hit.article.source_url or ""}
                for hit in hits
            ],
        }  # fmt: skip

    # -- what they have in common ----------------------------------------------------------------------

    def _enter(self):
        """Return the model that answers, for a user who may ask and has not asked too often."""
        api = request.env["l10n_cl_ai.api"]
        wait = api._wait("chat")
        if wait:
            raise TooMany(retry_after=wait)
        if not request.env.user.has_group("l10n_cl_ai.group_user"):
            raise Forbidden
        return api

    def _asked(self):
        """Take the question of a call: (``Asker``, id of the answer to be written)."""
        self._enter()
        body = api_body.json_object(request.httprequest)
        session_id, text = body.get("session_id") or "", body.get("message")
        faults = {}
        if session_id and not _is_uuid(session_id):
            faults["session_id"] = _UUID
        if not isinstance(text, str) or not 0 < len(text.strip()) <= MOST_QUESTION:
            faults["message"] = _MESSAGE
        if faults:
            raise Problem(fields=faults)
        company = _session(session_id).company_id if session_id else _company_of(body)
        asker, wanted = _asker(company), Wanted(text=text, conversation=session_id)
        try:
            return asker, in_transaction(asker, lambda env: env["l10n_cl_ai.conversation"]._take(wanted).id)
        except UserError as refused:
            raise Problem(refused.args[0]) from None

    def _told(self, asker, answer_id):
        return in_transaction(asker, lambda env: env["l10n_cl_ai.message"].browse(answer_id)._for_api())


def _events(asker, answer_id):
    """Yield the events of an answer. Runs after the request, without its cursor."""
    live = start(asker, answer_id)
    for event in along(live):
        if live.final is None or event.startswith(b":"):
            yield event
    told = in_transaction(asker, lambda env: env["l10n_cl_ai.message"].browse(answer_id)._for_api())
    yield sse({"type": "done", **told})


def _begin(env):
    agent = env["l10n_cl_ai.agent"]._pick("")
    return env["l10n_cl_ai.conversation"]._begin(agent.code, env.company, env.user)


def _session(session_id):
    if not _is_uuid(session_id):
        raise Problem(fields={"session_id": _UUID})
    mine = request.env["l10n_cl_ai.conversation"].with_context(
        allowed_company_ids=request.env.user.company_ids.ids
    )
    try:
        return mine._own(session_id)
    except UserError:
        raise NotFound from None


def _company_of(body):
    """Return the company that is asked about: of ``user_context.company_id``, else the user's own."""
    context = body.get("user_context") or {}
    if not isinstance(context, dict):
        raise Problem(fields={"user_context": _OBJECT})
    wanted = context.get("company_id")
    if wanted is None:
        return request.env.user.company_id
    fault = id_fault(wanted)
    if fault:
        raise Problem(fields={"user_context.company_id": fault})
    company = request.env.user.company_ids.filtered(lambda one: one.id == wanted)
    if not company:
        raise Forbidden(fields={"user_context.company_id": _NO_COMPANY})
    return company


def _asker(company):
    env = request.env
    return Asker(env.cr.dbname, env.uid, company.id, env.user.lang or "en_US", env.user.tz or "")


def _is_uuid(text):
    try:
        return str(uuid.UUID(text)) == text.lower()
    except (ValueError, TypeError, AttributeError):
        return False
