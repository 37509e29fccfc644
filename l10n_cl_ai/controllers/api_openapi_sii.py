"""The description of the calls about the SII's site; part of :mod:`.api_openapi`."""

_TEXT, _COUNT = {"type": "string"}, {"type": "integer", "minimum": 0}


def sii_schemas():
    """Return the schemas of what is sent and answered."""
    run = {
        "status": {"type": "string", "enum": ["queued", "running", "success", "error"]},
        "execution_time": {"type": "number", "description": "Seconds."},
        "urls_scraped": _COUNT, "changes_detected": _COUNT, "news_created": _COUNT, "notifications_sent": _COUNT,
        "errors": {"type": "array", "items": _TEXT}, "run_id": _COUNT,
    }  # fmt: skip
    source = {"name": _TEXT, "state": _TEXT, "message": {"type": ["string", "null"]}}
    status = {
        "status": {"type": "string", "enum": ["healthy", "degraded", "idle"]},
        "last_execution": {"type": ["string", "null"], "format": "date-time"},
        "news_count_last_24h": _COUNT, "total_checks": _COUNT,
        "error_rate": {"type": "number", "description": "Share of the pages that could not be read last."},
        "sources": {"type": "array", "items": {"type": "object", "properties": source}},
    }  # fmt: skip
    return {
        "SiiMonitorRequest": {
            "type": "object",
            "properties": {"force": {"type": ["boolean", "null"], "description": "However fresh the last round is."}},
        },
        "SiiMonitorAnswer": {"type": "object", "required": list(run), "properties": run},
        "SiiStatusAnswer": {"type": "object", "required": list(status), "properties": status},
    }
