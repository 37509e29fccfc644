"""The reader of pages against a real HTTPS server on this machine."""

import gzip
import http.server
import ssl
import threading
import time
import zlib

import pytest

from l10n_cl_ai.sii.address import Unreadable
from l10n_cl_ai.sii.fetch import MOST_BYTES, MOST_SENT, Trial, fetch, post

HOST = "localhost.sii.test"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Return the paths of a certificate of our host and of one of another, each with its key."""
    import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    made, pem = {}, serialization.Encoding.PEM
    for name in (HOST, "other.test"):
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        now = datetime.datetime.now(datetime.UTC)
        signed = (
            x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(1))
            .not_valid_after(now + datetime.timedelta(1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )  # fmt: skip
        path = tmp_path_factory.mktemp("certificate") / "both.pem"
        path.write_bytes(
            key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
            + signed.public_bytes(pem)
        )
        made[name] = path
    return made


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers as its server's ``pages`` say: {path: (status, headers, body or a function that writes one)}."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        status, headers, body = self.server.pages[self.path]
        if callable(body):
            body(self.wfile)
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in ({"Content-Type": "text/html", "Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.server.sent.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.do_GET()

    def log_message(self, *_arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, pem):
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages, self.asked, self.sent = {}, [], []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        self.socket = context.wrap_socket(self.socket, server_side=True)

    def handle_error(self, *_arguments):
        """A client that hangs up is what these tests are about."""


@pytest.fixture
def serve(certificate, monkeypatch):
    import socket

    started = []
    monkeypatch.setattr(socket, "getaddrinfo", _here(socket.getaddrinfo))

    def start(name=HOST):
        server = Server(certificate[name])
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        started.append(server)
        server.trial = Trial(server.server_address[1], ssl.create_default_context(cafile=certificate[name]))
        server.address = f"https://{HOST}:{server.server_address[1]}"
        return server

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


def _here(real):
    """Return a resolver that knows our hosts, which no DNS does."""
    return lambda host, *rest, **more: real("127.0.0.1" if str(host).endswith("sii.test") else host, *rest, **more)


def read(server, path="/", **more):
    return fetch(server.address + path, {"sii.test"}, trial=server.trial, **more)


def refused(server, path="/", **more):
    with pytest.raises(Unreadable) as problem:
        read(server, path, **more)
    return problem.value.reason


def test_a_page(serve):
    server = serve()
    server.pages["/a?b=1"] = (200, {"Content-Type": "text/html; charset=ISO-8859-1", "ETag": '"x"',
                                    "Last-Modified": "Mon, 02 Nov 2026 10:00:00 GMT"}, b"<p>A\xf1o</p>")  # fmt: skip
    page = read(server, "/a?b=1")
    assert (page.status, page.body) == (200, b"<p>A\xf1o</p>")
    assert (page.content_type, page.charset) == ("text/html", "iso-8859-1")
    assert (page.etag, page.modified) == ('"x"', "Mon, 02 Nov 2026 10:00:00 GMT")
    [(_path, headers)] = server.asked
    assert headers["Host"] == f"{HOST}:{server.trial.port}"
    assert not {"Cookie", "Authorization"} & set(headers)


def test_a_page_that_did_not_change(serve):
    server = serve()
    server.pages["/"] = (304, {"ETag": '"x"'}, b"")
    page = read(server, etag='"x"', modified="yesterday\r\nX-Evil: 1")
    assert (page.status, page.body) == (304, b"")
    [(_path, headers)] = server.asked
    assert headers["If-None-Match"] == '"x"'
    assert "X-Evil" not in headers and "If-Modified-Since" not in headers


def test_a_page_that_is_said_to_be_as_nobody_knows_it(serve):
    server = serve()
    server.pages["/"] = (304, {}, b"")
    with pytest.raises(Unreadable) as problem:
        read(server)
    assert (problem.value.reason, problem.value.status) == ("status", 304)


def test_loopback_is_refused_without_being_asked_for(serve):
    server = serve()
    with pytest.raises(Unreadable) as problem:
        fetch(f"https://{HOST}/", {"sii.test"})
    assert problem.value.reason == "network"
    assert not server.asked


def test_a_certificate_nobody_knows(serve):
    server = serve()
    server.pages["/"] = (200, {}, b"x")
    server.trial = Trial(server.trial.port, ssl.create_default_context())
    assert refused(server) == "certificate"
    assert not server.asked


def test_a_certificate_of_another_host(serve):
    server = serve("other.test")
    server.pages["/"] = (200, {}, b"x")
    assert refused(server) == "certificate"
    assert not server.asked


def test_three_redirects_are_followed_and_no_more(serve):
    server = serve()
    for number in range(4):
        server.pages[f"/{number}"] = (302, {"Location": f"/{number + 1}"}, b"")
    server.pages["/4"] = (200, {}, b"here")
    page = read(server, "/1")
    assert (page.body, page.url) == (b"here", f"{server.address}/4")
    assert refused(server, "/0") == "redirects"


@pytest.mark.parametrize(("location", "reason"), [
    ("http://localhost.sii.test/", "scheme"), ("https://example.com:{port}/", "host"),
    ("https://127.0.0.1:{port}/", "host"),
    ("https://localhost.sii.test/", "port"), ("https://a@localhost.sii.test/", "address"),
    ("file:///etc/passwd", "scheme"),
])  # fmt: skip
def test_redirects_to_elsewhere(serve, location, reason):
    server = serve()
    server.pages["/"] = (302, {"Location": location.format(port=server.trial.port)}, b"")
    assert refused(server) == reason
    assert len(server.asked) == 1


def test_a_redirect_that_leads_nowhere_goes_in_a_circle(serve):
    server = serve()
    server.pages["/"] = (302, {}, b"")
    assert refused(server) == "redirects"


@pytest.mark.parametrize(("headers", "body", "reason"), [
    ({"Content-Type": "image/png"}, b"x", "content_type"), ({"Content-Type": "application/zip"}, b"x", "content_type"),
    ({"Content-Type": ""}, b"x", "content_type"), ({}, b"x" * (MOST_BYTES + 1), "size"),
    ({"Content-Encoding": "gzip"}, gzip.compress(b"\0" * 50_000_000), "size"),
    ({"Content-Encoding": "deflate"}, zlib.compress(b"\0" * 50_000_000), "size"),
    ({"Content-Encoding": "br"}, b"x", "encoding"), ({"Content-Encoding": "gzip, gzip"}, b"x", "encoding"),
    ({"Content-Encoding": "gzip"}, b"not packed", "encoding"),
    ({"Content-Encoding": "gzip"}, gzip.compress(b"x" * 99)[:-9], "encoding"),
    ({"Content-Length": "999999999"}, b"x", "size"), ({"Content-Length": "-5"}, b"x", "ok"),
])  # fmt: skip
def test_what_is_not_taken(serve, headers, body, reason):
    server = serve()
    server.pages["/"] = (200, headers | {"Connection": "close"}, body)
    if reason == "ok":
        assert read(server).body == b"x"
    else:
        assert refused(server) == reason


@pytest.mark.parametrize("status", [204, 400, 401, 403, 404, 429, 500, 503, 206])
def test_other_answers(serve, status):
    server = serve()
    server.pages["/"] = (status, {}, b"" if status == 204 else b"x")
    assert refused(server) == "status"


def test_packed_pages(serve):
    server = serve()
    for name, packed in (("gzip", gzip.compress(b"hola" * 999)), ("deflate", zlib.compress(b"hola" * 999))):
        server.pages["/"] = (200, {"Content-Encoding": name}, packed)
        assert read(server).body == b"hola" * 999


def test_a_body_without_end(serve):
    server = serve()

    def endless(out):
        out.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
        for _ in range(MOST_BYTES // 10_000 * 3):
            out.write(b"x" * 10_000)

    server.pages["/"] = (200, {}, endless)
    assert refused(server) == "size"


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"])
def test_a_letter_at_a_time(serve, start):
    server, over = serve(), threading.Event()

    def drip(out):
        out.write(start)
        while not over.wait(0.02):
            out.write(b"x")

    server.pages["/"] = (200, {}, drip)
    begun = time.monotonic()
    try:
        assert refused(server, seconds=0.4) == "time"
    finally:
        over.set()
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200 + b"\r\n",
                                    b"HTTP/1.1 200 OK\r\na: " + b"x" * 70_000 + b"\r\n\r\n"])  # fmt: skip
def test_answers_that_are_none(serve, answer):
    server = serve()
    server.pages["/"] = (200, {}, lambda out: out.write(answer))
    assert refused(server) == "connection"


def test_nobody_there(serve):
    server = serve()
    port = server.trial.port
    server.shutdown()
    server.server_close()
    server.trial = Trial(port, server.trial.context)
    assert refused(server) == "connection"


# -- sending -------------------------------------------------------------------------------------------


def send(server, path="/", body=b"{}", headers=None, **more):
    return post(server.address + path, {"sii.test"}, body, headers or {}, trial=server.trial, **more)


def not_sent(server, *rest, **more):
    with pytest.raises(Unreadable) as problem:
        send(server, *rest, **more)
    return problem.value.reason


def test_a_body_is_sent_once_with_its_headers(serve):
    server = serve()
    server.pages["/in?x=1"] = (202, {}, b"taken")
    body = "año".encode()
    assert send(server, "/in?x=1", body, {"Content-Type": "application/json", "Webhook-Id": "7"}) == 202
    [(_path, headers)] = server.asked
    assert server.sent == [body]
    assert (headers["Content-Type"], headers["Webhook-Id"]) == ("application/json", "7")
    assert headers["Host"] == f"{HOST}:{server.trial.port}"
    assert not {"Cookie", "Authorization"} & set(headers)


@pytest.mark.parametrize("status", [200, 204, 400, 401, 404, 410, 429, 500, 503])
def test_whatever_is_answered_is_told(serve, status):
    server = serve()
    server.pages["/"] = (status, {}, b"" if status == 204 else b"x")
    assert send(server) == status


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", ["/there", "https://example.com/", "http://169.254.169.254/", "file:///etc/passwd"])
def test_no_redirect_is_followed(serve, status, location):
    server = serve()
    server.pages["/"] = (status, {"Location": location}, b"")
    assert send(server) == status
    assert len(server.asked) == 1


def test_nothing_is_sent_to_loopback_or_to_hosts_that_nobody_allowed(serve):
    server = serve()
    for url, reason in (
        (f"https://{HOST}/", "network"), (f"http://{HOST}/", "scheme"), ("https://127.0.0.1/", "host"),
        ("https://[::1]/", "host"), ("https://example.com/", "host"), (f"https://a:b@{HOST}/", "address"),
        (f"https://{HOST}:8443/", "port"), (f"https://{HOST}\\@example.com/", "address"),
        (f"https://{HOST}/\r\nX-Evil: 1", "address"), ("https://2130706433/", "host"), ("", "scheme"),
        ("https://evil-sii.test/", "host"), ("https://sii.test.evil.example/", "host"),
    ):  # fmt: skip
        with pytest.raises(Unreadable) as problem:
            post(url, {"sii.test"}, b"{}", {})
        assert problem.value.reason == reason, url
    assert not server.asked


def test_a_name_of_which_one_address_is_private(serve, monkeypatch):
    import socket

    def mixed(*_arguments, **_more):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 443)) for ip in ("8.8.8.8", "10.0.0.5")]

    monkeypatch.setattr(socket, "getaddrinfo", mixed)
    with pytest.raises(Unreadable) as problem:
        post(f"https://{HOST}/", {"sii.test"}, b"{}", {})
    assert problem.value.reason == "network"


def test_nothing_is_sent_to_who_does_not_prove_who_he_is(serve):
    server = serve("other.test")
    server.pages["/"] = (200, {}, b"")
    assert not_sent(server) == "certificate"
    assert not server.sent


def test_too_much_is_not_sent(serve):
    server = serve()
    server.pages["/"] = (200, {}, b"")
    assert not_sent(server, body=b"x" * (MOST_SENT + 1)) == "size"
    assert not server.asked
    assert send(server, body=b"x" * MOST_SENT) == 200


@pytest.mark.parametrize("headers", [{"X": "a\r\nX-Evil: 1"}, {"X\r\nX-Evil": "1"}])
def test_a_header_brings_no_other(serve, headers):
    server = serve()
    server.pages["/"] = (200, {}, b"")
    assert not_sent(server, headers=headers) == "connection"
    assert not server.sent


def test_an_endless_answer_is_not_read(serve):
    server, over = serve(), threading.Event()

    def endless(out):
        out.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
        while not over.wait(0.01):
            out.write(b"x" * 1000)

    server.pages["/"] = (200, {}, endless)
    try:
        assert send(server) == 200
    finally:
        over.set()


def test_an_answer_that_drips_is_cut(serve):
    server, over = serve(), threading.Event()

    def drip(out):
        while not over.wait(0.02):
            out.write(b"x")

    server.pages["/"] = (200, {}, drip)
    try:
        assert not_sent(server, seconds=0.4) == "time"
    finally:
        over.set()
