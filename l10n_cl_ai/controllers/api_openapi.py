"""The description of the HTTP API (OpenAPI 3.1). The tests hold every answer against it."""

from ..dte import RULESET_VERSION, Action, Basis, SiiEffect
from ..dte.document import Document
from ..dte.old_contract import OLD_NAMES, REQUIRED
from ..llm.question import Reason
from ..models.api_answer import OWN_REASONS, REVIEW_REASONS
from .api_body import JSON_LIMIT, XML_LIMIT
from .api_openapi_chat import chat_paths, chat_schemas
from .api_openapi_sii import sii_schemas
from .api_openapi_suggest import suggest_answer, suggest_request
from .api_problem import (
    Forbidden,
    Internal,
    Problem,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
    WrongContentType,
    WrongMethod,
)  # fmt: skip
from .api_request import MAX_HISTORY

_PROBLEMS = {
    problem.code: problem
    for problem in (
        Unauthenticated, Forbidden, WrongMethod, TooLarge, WrongContentType, Problem, TooMany, Internal, Unavailable,
    )
}  # fmt: skip
_MEANINGS = {
    401: "No API key, or one that is not valid or has expired.",
    403: "The key's user may not check documents, or not for this company.",
    405: "Wrong method; `Allow` says which are taken.",
    413: "The body is larger than what is read.",
    415: "The body is of another kind; `Accept` says which are read.",
    422: "Something is missing or malformed: `fields` says what is wrong with each field.",
    429: "Too many calls in a minute; `Retry-After` says how many seconds to wait.",
    500: "An error of ours. Nothing was checked.",
    503: "The database can't answer now; `Retry-After` says how many seconds to wait.",
}
_TEXT, _WHOLE = {"type": "string"}, {"type": "integer"}
_TEXT_OR_NONE, _WHOLE_OR_NONE = {"type": ["string", "null"]}, {"type": ["integer", "null"]}
_PERCENT = {"type": "integer", "minimum": 0, "maximum": 100}


def description() -> dict:
    """Return the whole description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "l10n_cl_ai",
            "version": RULESET_VERSION,
            "description": "Judges Chilean electronic tax documents (DTE) before they are sent to the SII, and "
            "suggests the project of a purchase; answers questions with their sources.",
        },
        "paths": {
            "/api/ai/validate": {"post": _validate()},
            "/api/ai/validate/xml": {"post": _validate_xml()},
            "/api/ai/analytics/suggest_project": {"post": _suggest_project()},
            "/api/ai/sii/monitor": {"post": _sii_monitor()},
            "/api/ai/sii/status": {"get": _sii_status()},
            **chat_paths(_json, _refusals()),
            "/api/ai/openapi.json": {"get": _openapi()},
        },
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "An API key of Odoo."}},
            "schemas": {
                "Request": _request(), "DteData": _dte_data(), "Answer": _answer(), "FileAnswer": _file_answer(),
                "Finding": _finding(), "NotEvaluated": _not_evaluated(), "Evaluated": _evaluated(), "Error": _error(),
                "SuggestRequest": suggest_request(), "SuggestAnswer": suggest_answer(), **chat_schemas(),
                **sii_schemas(),
            },
        },
    }  # fmt: skip


def _validate():
    return {
        "summary": "Judge one document, described in JSON",
        "operationId": "validate",
        "security": [{"key": []}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ref("Request")}}},
        "responses": {"200": _json("What rules and AI say of it.", _ref("Answer")), **_refusals()},
        "x-max-bytes": JSON_LIMIT,
    }


def _validate_xml():
    file = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}, "required": ["file"]}
    content = {"application/xml": {}, "text/xml": {}, "multipart/form-data": {"schema": file}}
    return {
        "summary": "Judge every document of a DTE, EnvioDTE or EnvioBOLETA",
        "operationId": "validateXml",
        "security": [{"key": []}],
        "parameters": [
            _parameter("company_id", {"type": "integer", "minimum": 1}, "Of the key's user; his own when left out."),
            _parameter("ai", {"type": "boolean", "default": True}, "false: rules alone."),
        ],
        "requestBody": {"required": True, "content": content},
        "responses": {"200": _json("What rules and AI say of them.", _ref("FileAnswer")), **_refusals()},
        "x-max-bytes": XML_LIMIT,
    }


def _suggest_project():
    return {
        "summary": "Suggest the project of a purchase, from the company's rules and posted bills",
        "operationId": "suggestProject",
        "security": [{"key": []}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ref("SuggestRequest")}}},
        "responses": {"200": _json("The project, or none.", _ref("SuggestAnswer")), **_refusals()},
        "x-max-bytes": JSON_LIMIT,
    }


def _sii_monitor():
    return {
        "summary": "Have the SII's site looked at; answers at once",
        "operationId": "siiMonitor",
        "security": [{"key": []}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ref("SiiMonitorRequest")}}},
        "responses": {"200": _json("The round asked for, under way or fresh.", _ref("SiiMonitorAnswer")),
        **_refusals()},
        "x-max-bytes": JSON_LIMIT,
    }


def _sii_status():
    return {
        "summary": "How the watch on the SII's site fares",
        "operationId": "siiStatus",
        "security": [{"key": []}],
        "responses": {"200": _json("Its state.", _ref("SiiStatusAnswer")), **_refusals()},
    }


def _openapi():
    return {
        "summary": "This description",
        "operationId": "openapi",
        "responses": {"200": _json("OpenAPI 3.1.", {"type": "object"}), "405": _refusals()["405"]},
    }


def _request():
    history = {"type": "array", "items": {"type": "object"}, "maxItems": MAX_HISTORY}
    return {
        "type": "object",
        "required": ["dte_data", "company_id"],
        "properties": {
            "dte_data": _ref("DteData"),
            "company_id": {"type": "integer", "minimum": 1},
            "history": {**history, "description": "Earlier documents with this customer, at most 100 KB."},
            "ai": {"type": "boolean", "default": True, "description": "false: rules alone."},
            "complete": {
                "type": "boolean",
                "default": False,
                "description": "true: what dte_data does not say is not in the document. Else it is unknown.",
            },
        },
    }


def _dte_data():
    amount = {"type": ["number", "string"]}
    kinds = {"tipo_dte": {"type": ["integer", "string"]}, "fecha_emision": {"type": "string", "format": "date"}}
    kinds |= dict.fromkeys(("monto_neto", "monto_exento", "tasa_iva", "monto_iva", "monto_total"), amount)
    return {
        "type": "object",
        "description": "Old flat names, or the SII's own elements, flat or nested. Unknown names are ignored.",
        "required": list(REQUIRED),
        "properties": {name: kinds.get(name, {}) for name in OLD_NAMES[Document]},
    }


def _answer():
    texts = {"type": "array", "items": _TEXT}
    return _object(
        confidence={**_PERCENT, "description": "Chance that it goes through without reject, reparo or claim."},
        warnings=texts,
        errors=texts,
        recommendation=_recommendation(),
        findings={"type": "array", "items": _ref("Finding")},
        finding_count={**_WHOLE, "description": "More than are told where there were too many."},
        evaluated=_ref("Evaluated"),
        reason={
            "enum": [None, *map(str, Reason), *OWN_REASONS, *REVIEW_REASONS],
            "description": "Why the AI gave no answer, or why it is not recommended to send. null: it answered.",
        },
        reason_message=_TEXT,
        not_evaluated={"type": "array", "items": _ref("NotEvaluated")},
        document=_object(type=_WHOLE_OR_NONE, folio=_WHOLE_OR_NONE, issuer=_TEXT_OR_NONE),
        rules_version=_TEXT,
    )


def _file_answer():
    return _object(
        recommendation={**_recommendation(), "description": "The gravest of its documents'."},
        confidence={**_PERCENT, "description": "The lowest of its documents'."},
        evaluated=_ref("Evaluated"),
        documents={"type": "array", "items": _ref("Answer"), "minItems": 1},
    )


def _finding():
    return _object(
        rule={**_TEXT, "description": "Of the catalogue; J01 to J10 are remarks of the AI."},
        by={"enum": ["rules", "ai"]},
        path={**_TEXT, "description": "Place in the DTE: Detalle[3]/MontoItem."},
        place=_TEXT,
        action={"enum": [*map(str, Action)]},
        sii_effect={"enum": [*map(str, SiiEffect)]},
        found=_TEXT_OR_NONE,
        expected=_TEXT_OR_NONE,
        message=_TEXT,
        source=_TEXT,
        basis={"enum": [*map(str, Basis)]},
        likely_sii_code=_TEXT_OR_NONE,
        confidence={"type": ["integer", "null"], "description": "How sure the AI is of its remark, in percent."},
    )


def _not_evaluated():
    return _object(rule=_TEXT, missing=_TEXT, message=_TEXT)


def _evaluated():
    return _object(rules={"type": "boolean"}, ai={"type": "boolean"})


def _recommendation():
    return {"enum": ["send", "review", "reject"]}


def _error():
    fields = {"type": "object", "additionalProperties": _TEXT}
    words = sorted({problem.word for problem in _PROBLEMS.values()})
    described = _object(error={"enum": words}, message=_TEXT)
    described["properties"] |= {"fields": fields, "retry_after": {"type": "integer", "minimum": 1}}
    return described


def _refusals():
    return {str(code): _json(_MEANINGS[code], _ref("Error")) for code in sorted(_PROBLEMS)}


def _object(**properties):
    """Return the schema of an object that has all of these, and nothing else."""
    return {
        "type": "object",
        "required": list(properties),
        "properties": properties,
        "additionalProperties": False,
    }


def _json(meaning, schema):
    return {"description": meaning, "content": {"application/json": {"schema": schema}}}


def _parameter(name, schema, meaning):
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": meaning}


def _ref(name):
    return {"$ref": f"#/components/schemas/{name}"}
