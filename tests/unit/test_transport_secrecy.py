"""The key goes to the provider and nowhere else; the prompt neither; and no environment changes that."""

import gc
import logging
import multiprocessing
import os
import pickle
import socket
import threading

import httpx2
import pytest
import standin
from transport_client import END, START, asked, block, call_at, raw, telling

from l10n_cl_ai.llm import transport as transport_module
from l10n_cl_ai.llm import wire
from l10n_cl_ai.llm.question import Reason
from l10n_cl_ai.llm.transport import Deadline, RetryBudget, Transport

SECRET = "RUT 76.123.456-0 y texto privado"


@pytest.fixture
def server():
    with standin.running() as running:
        yield running


@pytest.fixture
def evil():
    """Somebody else's server, which must hear nothing."""
    with raw(telling(START, *block("malo"), *END)) as other:
        yield other


def test_no_environment_variable_reaches_a_call(server, evil, monkeypatch):
    hostile = {
        "ANTHROPIC_API_KEY": "sk-evil", "ANTHROPIC_AUTH_TOKEN": "evil", "ANTHROPIC_BASE_URL": evil.url,
        "ANTHROPIC_CUSTOM_HEADERS": "Authorization: Bearer evil\nauthorization: Bearer evil\nX-Api-Key: evil\n"
                                    "anthropic-version: 1999-01-01\nX-Evil: 1\nhost: evil.example",
        "HTTP_PROXY": evil.url, "HTTPS_PROXY": evil.url, "ALL_PROXY": evil.url, "NO_PROXY": "",
        "http_proxy": evil.url, "https_proxy": evil.url, "all_proxy": evil.url, "no_proxy": "",
        "ANTHROPIC_LOG": "debug", "ANTHROPIC_OPEN_TELEMETRY": "true", "ANTHROPIC_PROFILE": "evil",
        "ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE": "content", "ANTHROPIC_WEBHOOK_SIGNING_KEY": "evil",
        "NETRC": "/nonexistent",
    }  # fmt: skip
    for name, value in hostile.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(wire, "_clients", wire._Clients())  # as in a process that starts now
    assert asked(server).failure is None
    assert evil.connections == 0
    sent = server.messages[0].headers
    assert sent["authorization"] == f"Bearer {server.key}"
    assert sent["anthropic-version"] == "2026-10-21"
    assert sent["host"] == server.url.removeprefix("http://")
    assert not {"x-api-key", "x-evil", "traceparent", "cookie"} & set(sent)


def test_a_name_led_to_the_machine_s_own_services_is_not_connected_to(server, monkeypatch):
    address = ("169.254.169.254", 443)
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_host, **_kind: found)
    sockets = []
    monkeypatch.setattr(wire, "Lever", sockets.append)
    outcome = asked(server, base_url="https://169.254.169.254.nip.example")
    assert outcome.failure is Reason.UNREACHABLE
    assert sockets == []


def test_session_keys_are_not_written_where_the_environment_says(tmp_path, monkeypatch):
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    wire._tls()
    assert list(tmp_path.iterdir()) == []


def test_certificates_are_looked_at_also_where_openssl_knows_none(tmp_path, monkeypatch):
    import ssl

    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    assert wire._tls().verify_mode is ssl.CERT_REQUIRED


def test_a_redirect_is_not_followed_with_the_prompt(server, evil):
    server.script(redirect=evil.url + "/v1/messages")
    outcome = asked(server, text=SECRET)
    assert (outcome.failure, outcome.billing) == (Reason.UNREACHABLE, "none")
    assert evil.connections == 0


@pytest.mark.parametrize("url", [
    "http://api.anthropic.com", "http://10.0.0.1", "ftp://127.0.0.1", "127.0.0.1", "", "https://u:p@api.example",
    "http://127.0.0.1@evil.example", "http://localhost.evil.example", "file:///etc/passwd", "https://",
    "http://127.0.0.1\\@evil.example", "https://a?b=c", "https://169.254.169.254",
])  # fmt: skip
def test_an_address_that_is_neither_https_nor_here_gets_nothing(url):
    class Elsewhere:
        key = "sk-ant-secret"

    Elsewhere.url = url
    outcome = asked(Elsewhere)
    assert (outcome.failure, outcome.billing, outcome.attempts) == (Reason.UNREACHABLE, "none", 0)
    assert outcome.detail.startswith("base_url ") and not outcome.provider_fault
    assert Transport().models("k", url, Deadline(1)).failure is Reason.UNREACHABLE


@pytest.mark.parametrize("key", ["a\nX-Evil: 1", "ñandú", "a b", "a\tb", "\x7f", "k\r\n"])
def test_a_key_that_would_break_the_header_gets_nowhere(server, key):
    outcome = asked(server, key=key)
    assert (outcome.failure, outcome.detail) == (Reason.AUTH, "key malformed")
    assert server.calls == []


def test_without_a_key_nothing_is_sent_whatever_the_environment_has(server, monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", server.key)
    assert asked(server, key="").failure is Reason.NO_KEY
    assert server.calls == []


MODES = [None, "overloaded", "unauthorized", "reset", "stream_reset", "html", "redirect", "bad_request", "stream_error"]


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO])
def test_neither_key_nor_prompt_nor_answer_is_logged(server, caplog, level):
    for name in ("anthropic", "anthropic._base_client", "httpx2", "httpcore2.http11", "httpcore2.connection"):
        logging.getLogger(name).setLevel(level)  # as an administrator may have set it at the start
    transport_module._sdk.cache_clear()
    with caplog.at_level(level):
        for mode in MODES:
            server.script(mode, answer=SECRET[::-1]) if mode is None else server.script(mode)
            asked(server, text=SECRET, transport=Transport(RetryBudget(loan=9), lambda *_: False))
    for secret in (server.key, SECRET, SECRET[::-1], "76.123"):
        assert secret not in caplog.text
    assert [
        record for record in caplog.records if record.name.split(".")[0] in ("anthropic", "httpx2", "httpcore2")
    ] == []


@pytest.mark.parametrize("mode", MODES)
def test_an_outcome_holds_neither_key_nor_request(server, mode):
    server.script(*[mode] if mode else [])
    outcome = asked(server, text=SECRET, transport=Transport(RetryBudget(loan=0)))
    for shown in (repr(outcome), repr(vars(outcome)), str(pickle.dumps(outcome))):
        assert server.key not in shown and "76.123" not in shown


def test_a_call_shown_in_a_traceback_shows_neither_key_nor_content(server):
    shown = repr(call_at(server, text=SECRET, system=(SECRET,)))
    assert server.key not in shown and "76.123" not in shown and "max_tokens" in shown


def test_no_request_survives_its_failed_call(server):
    """An exception of the SDK holds the request, with key and prompt: none may be kept alive, in a cycle or a cache."""
    server.script("bad_request")
    asked(server, text=SECRET)
    gc.collect()
    held = [one for one in gc.get_objects() if isinstance(one, httpx2.Request)]
    assert held == []


def ask_in_child(url: str, key: str, number: int, queue) -> None:
    class Place:
        pass

    Place.url, Place.key = url, key
    texts = [asked(Place, text=f"eco {number}-{i}").text for i in range(5)]
    queue.put((number, texts))


def test_children_of_a_fork_never_read_each_others_answers(server):
    server.script(times=0, when=None)
    asked(server)  # the parent has a warm connection
    server.reset()
    for number in range(4):
        server.script(when={"contains": f"eco {number}-"}, times=0, answer=f"eco {number}")
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    children = [context.Process(target=ask_in_child, args=(server.url, server.key, n, queue)) for n in range(4)]
    for child in children:
        child.start()
    answers = dict(queue.get(timeout=30) for _ in children)
    for child in children:
        child.join(10)
    assert answers == {number: [f"eco {number}"] * 5 for number in range(4)}
    server.script(answer="padre")
    assert asked(server).text == "padre"


def test_a_fork_in_the_middle_of_making_the_client_does_not_hang(server):
    with wire._clients.lock:
        child = multiprocessing.get_context("fork").Process(target=asked, args=(server,))
        child.start()
    child.join(20)
    assert child.exitcode == 0


def test_a_process_has_one_client_and_its_child_another():
    assert wire.http_client() is wire.http_client()
    assert set(wire._clients.made) == {os.getpid()}


def test_threads_get_their_own_answers(server):
    for number in range(8):
        server.script(when={"contains": f"hilo {number}."}, times=0, answer=f"hilo {number}")
    wrong = []

    def ask(number: int) -> None:
        wrong.extend(
            text for _ in range(10) if (text := asked(server, text=f"hilo {number}.").text) != f"hilo {number}"
        )

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(server.messages) == 80
