"""The real SDK, set up to ask the stand-in and nobody else."""

import anthropic
import httpx2

HAIKU, SONNET, OPUS = "claude-haiku-5-5", "claude-sonnet-5-5", "claude-opus-5-5"
SCHEMA = {
    "type": "object",
    "properties": {
        "verdict": {"type": "string", "enum": ["send", "review"]},
        "confidence": {"type": "integer", "description": "0–100"},
        "reason": {"type": "string"},
    },
    "required": ["verdict", "confidence", "reason"],
    "additionalProperties": False,
}


def client(standin, **changes) -> anthropic.Anthropic:
    """A client without retries or proxies."""
    options = {"api_key": standin.key, "base_url": standin.url, "max_retries": 0, "timeout": 10}
    http = anthropic.DefaultHttpxClient(follow_redirects=False, transport=httpx2.HTTPTransport())
    return anthropic.Anthropic(**{**options, "http_client": http, **changes})


def asked(text: str = "¿Está bien el IVA?", **changes) -> dict:
    """The arguments of a plain question."""
    return {"model": HAIKU, "max_tokens": 500, "messages": [{"role": "user", "content": text}], **changes}


def structured(schema: dict | None = None, **config) -> dict:
    """The ``output_config`` that asks for JSON."""
    return {"format": {"type": "json_schema", "schema": schema or SCHEMA}, **config}


def text_of(message) -> str:
    """The text of an answer, without its thoughts."""
    return "".join(block.text for block in message.content if block.type == "text")
