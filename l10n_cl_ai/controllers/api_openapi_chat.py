"""The description of the assistant's calls; part of :mod:`.api_openapi`."""

from ..chat.prompt import MOST_QUESTION
from .api_body import JSON_LIMIT

_TEXT, _TEXT_OR_NONE = {"type": "string"}, {"type": ["string", "null"]}
_UUID = {"type": "string", "format": "uuid"}
_WHOLE = {"type": "integer", "minimum": 0}
_PERCENT = {"type": "integer", "minimum": 0, "maximum": 100}
_SESSION = {
    "name": "session_id", "in": "path", "required": True, "schema": _UUID, "description": "Of the conversation.",
}  # fmt: skip


def chat_paths(told, refusals):
    """Return the assistant's calls.

    :param told: makes the description of an answer in JSON of (words, schema)
    :param refusals: every problem, by status
    """
    asked = {"required": True, "content": {"application/json": {"schema": _ref("ChatRequest")}}}
    begun = {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
    words = "`step`, `blocks` and at last `done`, which is a ChatAnswer."
    stream = {"description": words, "content": {"text/event-stream": {}}}
    ended = _object(session_id=_UUID, ended={"type": "boolean"})
    not_there = {**refusals, "404": {**refusals["403"], "description": "No such conversation of the key's user."}}
    return {
        "/api/chat/message": {"post": {
            "summary": "Ask the assistant, and wait for the whole answer", "operationId": "chatMessage",
            "security": [{"key": []}], "requestBody": asked, "x-max-bytes": JSON_LIMIT,
            "responses": {"200": told("The answer, or why there is none.", _ref("ChatAnswer")), **not_there},
        }},
        "/api/chat/message/stream": {"post": {
            "summary": "Ask the assistant, and read along (server-sent events)", "operationId": "chatStream",
            "security": [{"key": []}], "requestBody": asked, "x-max-bytes": JSON_LIMIT,
            "responses": {"200": stream, **not_there},
        }},
        "/api/chat/session/new": {"post": {
            "summary": "Begin a conversation", "operationId": "chatBegin", "security": [{"key": []}],
            "requestBody": begun, "responses": {"200": told("The conversation.", _ref("ChatSession")), **refusals},
        }},
        "/api/chat/session/{session_id}": {
            "get": {
                "summary": "What was said in a conversation", "operationId": "chatHistory", "security": [{"key": []}],
                "parameters": [_SESSION], "responses": {"200": told("Its messages.", _ref("ChatHistory")), **not_there},
            },
            "delete": {
                "summary": "End a conversation", "operationId": "chatEnd", "security": [{"key": []}],
                "parameters": [_SESSION],
                "responses": {"200": told("It is gone.", ended), **not_there},
            },
        },
        "/api/chat/knowledge/search": {"get": {
            "summary": "Search the knowledge base; no AI is asked", "operationId": "knowledgeSearch",
            "security": [{"key": []}],
            "parameters": [{"name": "query", "in": "query", "required": True, "schema": _TEXT,
                            "description": "What is looked for."}],
            "responses": {"200": told("Articles, the best first.", _ref("KnowledgeAnswer")), **refusals},
        }},
    }  # fmt: skip


def chat_schemas():
    """Return what the assistant's calls send and answer."""
    article = _object(
        id=_WHOLE, title=_TEXT, passage=_TEXT, score={"type": "number"}, source=_TEXT, url=_TEXT,
    )  # fmt: skip
    return {
        "ChatRequest": {
            "type": "object",
            "required": ["message"],
            "properties": {
                "message": {**_TEXT, "description": f"1 to {MOST_QUESTION} characters."},
                "session_id": {**_UUID, "description": "Of the conversation that goes on; left out: a new one."},
                "user_context": {
                    "type": "object",
                    "properties": {"company_id": {"type": "integer", "minimum": 1}},
                    "description": "Which company is asked about; the user's own when left out. Nothing else is used.",
                },
            },
        },
        "ChatAnswer": _object(
            message={**_TEXT, "description": "Markdown; keys such as [A1] name sources."},
            sources={"type": "array", "items": _TEXT},
            confidence={**_PERCENT, "description": "What the check of sources says; no model is asked how sure it is."},
            session_id=_UUID,
            llm_used=_TEXT_OR_NONE,
            tokens_used=_object(input=_WHOLE, output=_WHOLE, total=_WHOLE),
            plugin_used=_TEXT,
            status={"enum": ["done", "stopped", "not_evaluated", "searched", "running"]},
            reason=_TEXT_OR_NONE,
            reason_text=_TEXT_OR_NONE,
            unsupported={**_WHOLE, "description": "Statements that their sources do not support."},
            proposals={"type": "array", "items": _WHOLE},
        ),
        "ChatSession": _object(session_id=_UUID, welcome_message=_TEXT),
        "ChatHistory": _object(
            session_id=_UUID,
            messages={"type": "array", "items": _object(
                role={"enum": ["user", "assistant"]}, content=_TEXT, status=_TEXT, date=_TEXT)},
        ),
        "KnowledgeAnswer": _object(query=_TEXT, articles={"type": "array", "items": article}),
    }  # fmt: skip


def _ref(name):
    return {"$ref": f"#/components/schemas/{name}"}


def _object(**properties):
    return {
        "type": "object", "required": list(properties), "properties": properties, "additionalProperties": False,
    }  # fmt: skip
