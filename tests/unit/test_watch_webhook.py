"""What is sent to a webhook: its text, its signature, its next attempt."""

import base64
import hashlib
import hmac
import json

import pytest

from l10n_cl_ai.watch import webhook

COMPANY = {"id": 1, "name": "Comercial Ñuble", "vat": "76192083-9"}


def test_the_example_of_the_specification():
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    payload = b'{"test": 2432232314}'
    signed = webhook.signature("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, payload, secret)
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("secret", ["a secret of sixteen", "whsec_not base64!", "año de la ñandú 2026"])
def test_any_other_secret_is_the_key_as_it_is(secret):
    expected = hmac.new(secret.encode(), b"m.7.{}", hashlib.sha256).digest()
    assert webhook.signature("m", 7, b"{}", secret) == "v1," + base64.b64encode(expected).decode()


def test_headers():
    signed = webhook.headers("m", 7, b"{}", "a secret of sixteen")
    assert (signed["Webhook-Id"], signed["Webhook-Timestamp"]) == ("m", "7")
    assert signed["Webhook-Signature"] == webhook.signature("m", 7, b"{}", "a secret of sixteen")
    assert "Webhook-Signature" not in webhook.headers("m", 7, b"{}", None)


def test_a_body_says_all():
    text = webhook.body("m", "alert.fired", "2026-11-18T15:00:00Z", 7, COMPANY, {"value": 101.5, "why": "año"}, 1000)
    assert json.loads(text) == {
        "id": "m", "type": "alert.fired", "timestamp": "2026-11-18T15:00:00Z", "sequence": 7,
        "company": COMPANY, "data": {"value": 101.5, "why": "año"},
    }  # fmt: skip


def test_a_body_has_its_size_in_bytes():
    with pytest.raises(webhook.Oversized):
        webhook.body("m", "e", "t", 7, {}, "ñ" * 500, 1000)
    assert webhook.body("m", "e", "t", 7, {}, "n" * 500, 1000)


@pytest.mark.parametrize("data", [float("nan"), object(), {1, 2}])
def test_what_json_cannot_say(data):
    with pytest.raises((TypeError, ValueError)):
        webhook.body("m", "e", "t", 7, {}, data, 1000)


def test_pauses_grow_and_end():
    pauses = [webhook.pause(attempts) for attempts in range(1, webhook.MOST_ATTEMPTS)]
    assert pauses == sorted(set(pauses))
    assert webhook.pause(webhook.MOST_ATTEMPTS) is None


def test_what_an_answer_means():
    assert [webhook.is_taken(status) for status in (200, 204, 299, 199, 301, 400, 500)] == [True] * 3 + [False] * 4
    assert webhook.is_final(410)
    assert not webhook.is_final(404)
