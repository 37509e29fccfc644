"""What is sent to a webhook, how it is signed, and when it is tried again.

Identity, time and signature follow the Standard Webhooks specification (headers ``webhook-id``, ``webhook-timestamp``,
``webhook-signature``), so that receivers can use the libraries there are.
"""

import base64
import binascii
import contextlib
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

#: Letters that a secret has at least.
SHORTEST = 16
#: Seconds after a failed attempt until the next; when none is left, the delivery has failed.
PAUSES = (30, 120, 600, 1800, 7200, 21600)
MOST_ATTEMPTS = len(PAUSES) + 1
_PREFIX = "whsec_"
_GONE = 410


class Oversized(ValueError):
    """A payload that is too big to be sent."""


def body(ident: str, event: str, at: str, sequence: int, company: Mapping[str, Any], data: Any, at_most: int) -> str:
    """Return the JSON text of a delivery.

    :param ident: the same however often it is sent
    :param at: when it happened, ISO 8601
    :param sequence: higher than those of all that came about before; there are gaps
    :param at_most: bytes
    :raises TypeError, ValueError: the data is nothing that JSON can say
    :raises Oversized: too many bytes
    """
    said = {"id": ident, "type": event, "timestamp": at, "sequence": sequence, "company": company, "data": data}
    text = json.dumps(said, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    if len(text.encode()) > at_most:
        raise Oversized(f"more than {at_most:,} bytes")
    return text


def headers(ident: str, timestamp: int, sent: bytes, secret: str | None) -> dict[str, str]:
    """Return the headers of an attempt.

    :param timestamp: seconds since 1970, of this attempt: a receiver refuses what is old
    :param secret: None where nothing is signed
    """
    found = {
        "Content-Type": "application/json; charset=utf-8",
        "Webhook-Id": ident,
        "Webhook-Timestamp": str(timestamp),
    }
    if secret:
        found["Webhook-Signature"] = signature(ident, timestamp, sent, secret)
    return found


def signature(ident: str, timestamp: int, sent: bytes, secret: str) -> str:
    """Return ``v1,`` and the HMAC-SHA256 of identity, time and body in base64."""
    signed = hmac.new(_key(secret), f"{ident}.{timestamp}.".encode() + sent, hashlib.sha256)
    return "v1," + base64.b64encode(signed.digest()).decode()


def pause(attempts: int) -> int | None:
    """Return the seconds until the next attempt after so many, or None when there is none."""
    return PAUSES[attempts - 1] if 0 < attempts <= len(PAUSES) else None


def is_taken(status: int) -> bool:
    return 200 <= status < 300


def is_final(status: int) -> bool:
    """Whether the receiver says that it never wants it."""
    return status == _GONE


def _key(secret: str) -> bytes:
    with contextlib.suppress(binascii.Error):
        if secret.startswith(_PREFIX):
            return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    return secret.encode()
