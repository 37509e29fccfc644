"""The description of the call that suggests a project; part of :mod:`.api_openapi`."""

from .api_request import MAX_HISTORY
from .api_suggest_request import MAX_LINES, MAX_PROJECTS, MAX_TEXT

_TEXT, _ID = {"type": "string"}, {"type": "integer", "minimum": 1}
#: Odoo's own calls say false for nothing.
_TEXT_OR_NONE = {"type": ["string", "null", "boolean"]}
_ID_OR_NONE = {"type": ["integer", "null", "boolean"]}
_NUMBER = {"type": ["number", "string", "null"]}
_PERCENT = {"type": "integer", "minimum": 0, "maximum": 100}


def suggest_request():
    """Return the schema of what is sent."""
    line = {
        "type": "object",
        "required": ["description"],
        "properties": {
            "description": {**_TEXT, "description": f"At most {MAX_TEXT} characters."},
            "quantity": _NUMBER,
            "price": {**_NUMBER, "description": "Net, of one unit."},
        },
    }
    project = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": _ID, "name": {}, "code": {}, "partner_name": {}, "state": {}, "budget": {}},
    }
    return {
        "type": "object",
        "required": ["company_id", "invoice_lines"],
        "properties": {
            "company_id": _ID,
            "partner_id": {**_ID_OR_NONE, "description": "Of the supplier."},
            "partner_vat": {**_TEXT_OR_NONE, "description": "His RUT, by which he is found where the id is not his."},
            "partner_name": {**_TEXT_OR_NONE, "description": "Not used."},
            "invoice_lines": {"type": "array", "items": line, "minItems": 1, "maxItems": MAX_LINES},
            "available_projects": {
                "type": ["array", "null"],
                "items": project,
                "maxItems": MAX_PROJECTS,
                "description": "The answer is one of these; left out: any project of the company. Only `id` is used.",
            },
            "historical_purchases": {
                "type": ["array", "null", "boolean"],
                "items": {"type": "object"},
                "maxItems": MAX_HISTORY,
                "description": "Taken and not used: the company's own posted bills decide.",
            },
        },
    }


def suggest_answer():
    """Return the schema of the answer."""
    methods = {"enum": ["rule", "history", "similar", "none"]}
    candidate = _object(project_id=_ID, project_name=_TEXT, confidence=_PERCENT, method=methods)
    return _object(
        project_id={"type": ["integer", "null"], "description": "null where the band is `unknown`."},
        project_name={"type": ["string", "null"]},
        confidence={**_PERCENT, "description": "Chance that a peso of the purchase belongs to the likeliest project."},
        reasoning=_TEXT,
        method=methods,
        band={"enum": ["auto", "suggested", "unknown"]},
        candidates={"type": "array", "items": candidate},
    )


def _object(**properties):
    return {
        "type": "object", "required": list(properties), "properties": properties, "additionalProperties": False,
    }  # fmt: skip
