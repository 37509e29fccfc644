"""The assistant's stream to the browser. No cursor is open while it waits: threads beside it write the answer."""

import itertools
import json
import threading
from collections import Counter

import odoo
from odoo.exceptions import AccessError, UserError
from odoo.http import Controller, Response, request, route

from ..chat.tool import Asker
from ..models.ai_conversation_ask import Wanted
from ..models.chat_file import MOST_BYTES, MOST_FILES
from ..models.chat_live import running
from ..models.chat_runner import ready, start
from ..models.chat_stream import along, elsewhere, sse
from ..models.chat_transaction import context_of, discreet

#: Streams at once of a process that serves everything else too; of the evented one, where one costs next to nothing.
MOST_STREAMS, MOST_EVENTED = 20, 500
#: Of these, of one user: nobody keeps all others out.
MOST_OF_ONE, MOST_EVENTED_OF_ONE = 6, 125
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class Chat(Controller):
    @route("/l10n_cl_ai/chat/stream", type="http", auth="user", methods=["POST"])
    def stream(self, payload="", **_more):
        """Take a question and stream its answer (see docs/architecture.md, *A turn of the assistant*)."""
        discreet(request.env.cr)
        _work_in_companies_of_cookie()
        who = _who()
        if not _places.take(who):
            return _streamed(
                [_refused("crowded", request.env._("Too many answers are being written. Try again shortly."))]
            )
        try:
            wanted = _wanted(payload)
            answer = request.env["l10n_cl_ai.conversation"]._take(wanted)
            began = _began(answer)
            asker = _asker(answer.company_id)
            begin = ready(request.env(context=context_of(asker)), answer.id)
        except (UserError, AccessError) as problem:
            _places.give_back(who)
            request.env.cr.rollback()
            return _streamed([_refused("refused", problem.args[0])])
        except BaseException:
            _places.give_back(who)
            raise
        return _streamed(_held(who, _answered(asker, answer.id, began, begin)))

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
        who, asker = _who(), _asker(found.company_id)
        if not _places.take(who):
            return _streamed(
                [_refused("crowded", request.env._("Too many answers are being written. Try again shortly."))]
            )
        live = running(request.env.cr.dbname, found.id)
        return _streamed(_held(who, along(live) if live else elsewhere(asker, found.id)))

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
    """How many streams this process may have at once, and how many of them one user."""

    def __init__(self):
        self._lock, self._taken, self._of = threading.Lock(), 0, Counter()

    def take(self, who) -> bool:
        """Take a place for somebody, if there is one."""
        most, of_one = (
            (MOST_EVENTED, MOST_EVENTED_OF_ONE) if odoo.evented else (MOST_STREAMS, MOST_OF_ONE)
        )
        with self._lock:
            free = self._taken < most and self._of[who] < of_one
            self._taken += free
            self._of[who] += free
            return free

    def give_back(self, who):
        """Give a place back."""
        with self._lock:
            self._taken -= 1
            self._of[who] -= 1
            if not self._of[who]:
                del self._of[who]


_places = _Places()


class _held:
    """Events whose place is given back when they end; also when nobody asks for the first, or ever closes them: Odoo
    runs a request anew whose rows others wrote meanwhile, and drops what it answered.
    """

    def __init__(self, who, events):
        self._who, self._events, self._open = who, iter(events), True

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._events)

    def close(self):
        if self._open:
            self._open = False
            _places.give_back(self._who)
            self._events.close()

    __del__ = close


def _answered(asker, message_id, began, begin):
    """Yield the events of a new answer. Runs when the request's transaction is committed, and the rows are there."""
    live = start(asker, message_id, begin)
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
    mine = [one for one in ids if one in request.env.user._get_company_ids()]
    request.update_context(allowed_company_ids=mine or request.env.user.company_id.ids)


def _who():
    return request.env.cr.dbname, request.env.uid


def _asker(company):
    env = request.env
    return Asker(
        env.cr.dbname, env.uid, company.id, env.lang or "en_US", env.context.get("tz") or env.user.tz or ""
    )


def _refused(reason, words):
    return sse({"type": "error", "reason": reason, "text": words})


def _streamed(events):
    return Response(events, mimetype="text/event-stream", headers=_HEADERS, direct_passthrough=True)
