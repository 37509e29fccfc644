"""How the service we replace asked, behaviour for behaviour, so that the same work can be counted both ways.

As its sources of October and November 2025 show (public repository pwills85/odoo19): Claude Sonnet 4.5, at most 512
tokens, the document's JSON cut at 2,000 characters, instructions marked for a prompt cache that they are too short for.
At first no answer was kept; later each for 900 s, looked up and stored without a claim in between, so that equal
questions in flight are each paid. Left out in its favour: up to five attempts, each of which may be paid. Its
``temperature`` is left out too, as the API refuses it today.
"""

import threading
import time

from .asking import SYSTEM
from .provider import Provider

MODEL = "claude-sonnet-4-5"
_MOST, _CUT, _KEPT = 512, 2000, 900.0


class OldService:
    """The old way to ask about a document.

    :param keeps: with its later cache of answers
    """

    def __init__(self, provider: Provider, keeps: bool):
        import anthropic  # noqa: PLC0415 - a second, only where it is measured
        import httpx2  # noqa: PLC0415

        http = anthropic.DefaultHttpxClient(follow_redirects=False, transport=httpx2.HTTPTransport())
        self._client = anthropic.Anthropic(
            api_key=provider.key, base_url=provider.url, max_retries=0, http_client=http)
        self._keeps = keeps
        self._answers: dict[str, tuple[float, str]] = {}
        self._lock = threading.Lock()

    def ask(self, document: str) -> bool:
        """Ask about a document; return whether there was an answer."""
        if self._keeps:
            with self._lock:
                until, kept = self._answers.get(document, (0.0, ""))
            if until > time.monotonic():
                return bool(kept)
        text = self._call(document)
        if self._keeps:
            with self._lock:
                self._answers[document] = time.monotonic() + _KEPT, text
        return bool(text)

    def _call(self, document: str) -> str:
        mark = {"type": "ephemeral"}
        message = self._client.messages.create(
            model=MODEL, max_tokens=_MOST, system=[{"type": "text", "text": SYSTEM, "cache_control": mark}],
            messages=[{"role": "user", "content": f"Revisa este documento:\n{document[:_CUT]}\nResponde solo JSON."}],
        )
        return message.content[0].text
