"""The assistant's stream to the browser. No cursor is open while it waits: threads beside it write the answer."""

import itertools
import json
import threading

import odoo
from odoo.exceptions import AccessError, UserError
from odoo.http import Controller, Response, request, route

from ..chat.tool import Asker
from ..models.ai_conversation_ask import Wanted
from ..models.chat_file import MOST_BYTES, MOST_FILES
from ..models.chat_live import running
from ..models.chat_runner import start
from ..models.chat_stream import along, elsewhere, sse

#: Streams at once of a process that serves everything else too; of the evented one, where one costs next to nothing.
MOST_STREAMS, MOST_EVENTED = 20, 500
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class Chat(Controller):
    @route("/l10n_cl_ai/chat/stream", type="http", auth="user", methods=["POST"])
    def stream(self, payload="", **_more):
        """Take a question and stream its answer (see docs/architecture.md, *A turn of the assistant*)."""
        _work_in_companies_of_cookie()
        if not _places.take():
            return _streamed(
                [_refused("crowded", request.env._("Too many answers are being written. Try again shortly."))]
            )
        try:
            wanted = _wanted(payload)
            answer = request.env["l10n_cl_ai.conversation"]._take(wanted)
            began = _began(answer)
            asker = _asker(answer.company_id)
        except (UserError, AccessError) as problem:
            _places.give_back()
            request.env.cr.rollback()
            return _streamed([_refused("refused", problem.args[0])])
        except BaseException:
            _places.give_back()
            raise
        return _streamed(_held(_answered(asker, answer.id, began)))

    @route("/l10n_cl_ai/chat/follow", type="http", auth="user", methods=["GET"], save_session=False)
    def follow(self, message="0", **_more):
        """Stream an answer that is being written already: for a page that was loaded anew."""
        _work_in_companies_of_cookie()
        number = int(message) if message.isascii() and message.isdigit() and len(message) < 10 else 0
        found = request.env["l10n_cl_ai.message"].search(
            [("id", "=", number), ("user_id", "=", request.env.uid)]
        )
        if not found:
            return _streamed(
                [_refused("refused", request.env._("This answer does not exist, or is not yours."))]
            )
        if not _places.take():
            return _streamed(
                [_refused("crowded", request.env._("Too many answers are being written. Try again shortly."))]
            )
        live = running(request.env.cr.dbname, found.id)
        asker = _asker(found.company_id)
        return _streamed(_held(along(live) if live else elsewhere(asker, found.id)))

    @route("/l10n_cl_ai/chat/stop", type="jsonrpc", auth="user")
    def stop(self, message=0):
        """End an answer that is being written, whichever process writes it."""
        answer = request.env["l10n_cl_ai.conversation"]._own_answer(message)
        if answer.status == "running":
            request.env["l10n_cl_ai.chat.signal"]._send(answer, "stop")
            live = running(request.env.cr.dbname, answer.id)
            if live:
                live.stop.stop()
        return True


class _Places:
    """How many streams this process may have at once."""

    def __init__(self):
        self._lock, self._taken = threading.Lock(), 0

    def take(self) -> bool:
        """Take a place, if there is one."""
        most = MOST_EVENTED if odoo.evented else MOST_STREAMS
        with self._lock:
            free = self._taken < most
            self._taken += free
            return free

    def give_back(self):
        """Give a place back."""
        with self._lock:
            self._taken -= 1


_places = _Places()


class _held:
    """Events whose place is given back when they end, also when nobody ever asks for the first."""

    def __init__(self, events):
        self._events, self._open = iter(events), True

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._events)

    def close(self):
        if self._open:
            self._open = False
            _places.give_back()
            self._events.close()


def _answered(asker, message_id, began):
    """Yield the events of a new answer. Runs when the request's transaction is committed, and the rows are there."""
    live = start(asker, message_id)
    yield sse(began)
    yield from along(live)


def _began(answer):
    conversation = answer.conversation_id
    return {
        "type": "start",
        "conversation": conversation.uuid,
        "title": conversation.name,
        "company": conversation._company_label(conversation.company_id),
        "question": answer.question_id._to_client()[0],
        "answer": answer._to_client()[0],
    }


def _wanted(payload):
    """Return the question of a form (``Wanted``). :raises UserError: it is none"""
    try:
        asked = json.loads(payload)
    except (ValueError, RecursionError):
        asked = None
    files = list(itertools.islice(request.httprequest.files.getlist("file"), MOST_FILES + 1))
    if not isinstance(asked, dict):
        raise UserError(request.env._("The question could not be read."))
    return Wanted(
        text=asked.get("text") or "", conversation=asked.get("conversation") or "", agent=asked.get("agent") or "",
        screen=asked.get("context"), edit=asked.get("edit") or 0, retry=asked.get("retry") or 0,
        files=tuple((file.filename, file.read(MOST_BYTES + 1)) for file in files),
    )  # fmt: skip


def _work_in_companies_of_cookie():
    """Work in the companies that the web client has chosen, the first of them the current one."""
    chosen = request.httprequest.cookies.get("cids", "")
    ids = [int(one) for one in chosen.split("-") if one.isascii() and one.isdigit() and len(one) < 10]
    mine = [one for one in ids if one in request.env.user.company_ids.ids]
    request.update_context(allowed_company_ids=mine or request.env.user.company_id.ids)


def _asker(company):
    env = request.env
    return Asker(
        env.cr.dbname, env.uid, company.id, env.lang or "en_US", env.context.get("tz") or env.user.tz or ""
    )


def _refused(reason, words):
    return sse({"type": "error", "reason": reason, "text": words})


def _streamed(events):
    return Response(events, mimetype="text/event-stream", headers=_HEADERS, direct_passthrough=True)
