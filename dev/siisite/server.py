"""The server: what it answers is data, what it was asked is kept."""

from __future__ import annotations

import contextlib
import datetime
import functools
import http.server
import json
import socket
import ssl
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOST = "www.sii.cl"


@dataclass
class Page:
    """:param headers: beside ``Content-Type``; an ``ETag`` is answered with 304 where it is asked with"""

    body: bytes
    status: int = 200
    content_type: str = "text/html"
    headers: dict[str, str] = field(default_factory=dict)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        site: Site = self.server.site
        site.asked.append((self.headers.get("Host", "").split(":")[0], self.path, dict(self.headers)))
        page = site.pages.get(self.path) or Page(b"<title>Error 404</title><h1>No encontrada</h1>", 404)
        etag = page.headers.get("ETag")
        if etag and self.headers.get("If-None-Match") == etag:
            self._send(304, {"ETag": etag}, b"", "")
        else:
            self._send(page.status, page.headers, page.body, page.content_type)

    def do_POST(self):
        """Change the site from outside: ``POST /publicar`` publishes something, ``POST /romper`` breaks a page."""
        told = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            done = self.server.site.change(self.path, json.loads(told or b"{}"))
        except (KeyError, ValueError) as why:
            self._send(400, {}, str(why).encode(), "text/plain")
        else:
            self._send(200, {}, json.dumps(done).encode(), "application/json")

    def _send(self, status, headers, body, content_type):
        self.send_response(status)
        for name, value in {"Content-Type": content_type, "Content-Length": str(len(body)), **headers}.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments):
        pass


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_arguments):
        """A client that hangs up is no news."""


class Site:
    """:param hosts: names by which it is known
    :ivar pages: {path: Page}; :ivar asked: (host, path, headers) of every request
    """

    def __init__(self, certificate: Path, hosts: tuple[str, ...] = (HOST,), port: int = 0):
        self.pages: dict[str, Page] = {}
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.hosts, self.certificate = hosts, certificate
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.server = _Server(("127.0.0.1", port), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.server.site = self

    @property
    def port(self) -> int:
        return self.server.server_address[1]

    def paths(self) -> list[str]:
        """Return the paths that were asked for, in order."""
        return [path for _host, path, _headers in self.asked]

    def reset(self) -> None:
        self.pages.clear()
        self.asked.clear()

    def change(self, path: str, told: dict) -> dict:
        """Do what was asked for from outside. :raises KeyError: nothing of that name can be done"""
        raise KeyError(path)


@contextlib.contextmanager
def running(hosts: tuple[str, ...] = (HOST,), port: int = 0, kind: type[Site] = Site) -> Iterator[Site]:
    """Serve a site in a thread of this process."""
    with tempfile.TemporaryDirectory() as folder:
        site = kind(certificate(Path(folder), hosts), hosts, port)
        threading.Thread(target=site.server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield site
        finally:
            site.server.shutdown()
            site.server.server_close()


@contextlib.contextmanager
def aimed(*modules, port: int, certificate: Path, hosts: tuple[str, ...] = (HOST,)) -> Iterator[None]:
    """Have these modules' ``fetch`` read from the site: its names lead to this machine, its certificate is trusted.

    :param modules: of the addon, each with a function ``fetch`` of ``sii.fetch``
    """
    with contextlib.ExitStack() as stack:
        for module in modules:
            aim(module, port, certificate, stack.enter_context)
        stack.enter_context(patch("socket.getaddrinfo", _here(socket.getaddrinfo, hosts)))
        yield


def aim(module, port: int, certificate: Path, enter) -> None:
    real = module.fetch
    # Of the package that this module is of: Odoo's name of it is not that of the pure tests.
    trial = real.__globals__["Trial"](port, ssl.create_default_context(cafile=certificate))

    @functools.wraps(real)
    def fetch(url, *rest, check=None, **more):
        if check:
            more["check"] = lambda at: check(at.replace(f":{port}", "", 1))
        page = real(_with_port(url, port), *rest, **more, trial=trial)
        return type(page)(**{**page.__dict__, "url": page.url.replace(f":{port}", "", 1)})

    enter(patch.object(module, "fetch", fetch))


def _with_port(url: str, port: int) -> str:
    head, _slashes, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{head}://{host}:{port}{slash}{path}"


def _here(real, hosts):
    """Return a resolver to whom the site's names are this machine."""
    return lambda host, *rest, **more: real("127.0.0.1" if host in hosts else host, *rest, **more)


def certificate(folder: Path, hosts: tuple[str, ...]) -> Path:
    """Write a certificate of these names that signs itself, with its key, and return the file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, hosts[0])])
    signed = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(1))
        .not_valid_after(now + datetime.timedelta(30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem, path = serialization.Encoding.PEM, folder / "site.pem"
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + signed.public_bytes(pem)
    )
    return path
