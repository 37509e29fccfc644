"""What is checked of the HTTP API in a real Odoo: keys, limits, and no transaction open while a caller waits."""

import json
import secrets
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from ..gateway.workers_way import expect, until
from .ways_office import PROMPT, Office

#: A transaction open for longer than a second, but for the one in which Odoo's cron keeps its job to itself.
_OPEN = """
SELECT query FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND query NOT LIKE '%%ir_cron%%'
   AND xact_start < clock_timestamp() - interval '1 second'
"""
#: Calls a user and minute, unless an administrator says otherwise.
_PER_MINUTE = 60
_KEY = """
INSERT INTO res_users_apikeys (name, user_id, scope, expiration_date, key, index)
VALUES ('bench', %s, 'rpc', now() + interval '1 day', %s, %s) RETURNING id
"""
_RENTAL = {
    "tipo_dte": 34, "fecha_emision": "2026-11-20", "rut_receptor": "77262640-1", "monto_exento": 450000,
    "monto_total": 450000,
}  # fmt: skip


class Caller:
    """Somebody who holds an API key of the accountant's."""

    def __init__(self, office: Office):
        from passlib.context import CryptContext  # noqa: PLC0415 - only where Odoo's Python is

        # As Odoo hashes keys: they are shown once, on a screen that asks for the password.
        hashed, self._key, self._odoo = CryptContext(["pbkdf2_sha512"]), secrets.token_hex(20), office.odoo
        office.odoo.query(_KEY, office.accountant.uid, hashed.hash(self._key), self._key[:8])
        [(rut,)] = office.odoo.query(
            "SELECT partner.vat FROM res_company company JOIN res_partner partner ON partner.id = company.partner_id"
            " WHERE company.id = %s", office.home)
        self._rut, self._company = rut, office.home

    def ask(self, text: str, **request) -> tuple[int, dict]:
        """Ask about an exempt invoice of one line; return the status and what was answered."""
        line = {"numero": 1, "nombre": text, "cantidad": 1, "precio": 450000, "exento": 1, "monto": 450000}
        data = {**_RENTAL, "rut_emisor": self._rut, "items": [line]}
        body = {"company_id": self._company, "dte_data": data, **request}
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        call = urllib.request.Request(f"{self._odoo.url}/api/ai/validate", json.dumps(body).encode(), headers)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(call, timeout=60) as page:
                return page.status, json.load(page)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)


def called(office: Office) -> None:
    """A caller gets what a reader objects to; the same again is free; rules alone ask nobody."""
    caller, text = Caller(office), "Arriendo amoblado, por la API"
    status, answer = caller.ask(text)
    told = status, answer.get("evaluated"), answer.get("recommendation")
    expect(told == (200, {"rules": True, "ai": True}, "review"), answer)
    expect("J05" in {finding["rule"] for finding in answer["findings"]} and office.asked() == 1, answer)
    caller.ask(text)
    status, rules = caller.ask("Otra cosa", ai=False)
    expect(status == 200 and rules["reason"] == "not_asked" and office.asked() == 1, (rules, office.asked()))


def caller_waits_alone(office: Office) -> None:
    """While a caller waits for a provider that hangs, no transaction is open, and rules are answered at once."""
    caller = Caller(office)
    office.provider.script(gate="bench")
    with ThreadPoolExecutor(1) as pool:
        try:
            waiting = pool.submit(caller.ask, "Arriendo amoblado, mientras cuelga")
            until(lambda: office.asked() > 0)
            start = time.monotonic()
            status, _rules = caller.ask("Otra cosa", ai=False)
            took = time.monotonic() - start
            time.sleep(1.2)  # what is open now for longer than a second is open for the call
            still_open = office.odoo.query(_OPEN)
        finally:
            office.provider.open("bench")
        expect(status == 200 and took < PROMPT and not still_open, (status, took, still_open))
        status, answer = waiting.result()
        expect(status == 200 and answer["evaluated"]["ai"], answer)


def callers_are_limited(office: Office) -> None:
    """All workers share one limit; beyond it a caller is told how long to wait."""
    caller, start = Caller(office), time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _number: caller.ask("Otra cosa", ai=False), range(150)))
    most = _PER_MINUTE + (time.monotonic() - start) * _PER_MINUTE / 60 + 1
    statuses = [status for status, _answer in answers]
    waits = [answer["retry_after"] for status, answer in answers if status == 429]
    expect(set(statuses) == {200, 429} and statuses.count(200) <= most and min(waits) >= 1, (most, statuses))
