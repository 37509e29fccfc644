"""A receiver of webhooks on this machine: real https, a certificate of its own, and a name that no DNS has."""

import datetime
import http.server
import socket
import ssl
import threading
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ..models import ai_webhook_send
from ..sii.fetch import Trial

HOST = "receiver.hooks.test"


class Receiver(http.server.ThreadingHTTPServer):
    """Takes what is posted; ``statuses`` are answered one after another, the last for ever.

    :ivar got: [(headers, body)]
    :ivar hold: where set, an answer waits for it; ``came`` is set when something has come
    """

    daemon_threads = True

    def __init__(self, folder):
        super().__init__(("127.0.0.1", 0), _Handler)
        pem = Path(folder, "receiver.pem")
        pem.write_bytes(_certificate())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.pem, self.port = str(pem), self.server_address[1]
        self.url = f"https://{HOST}:{self.port}/in"
        self.statuses, self.got = [204], []
        self.hold, self.came = None, threading.Event()

    @property
    def trial(self):
        return Trial(self.port, ssl.create_default_context(cafile=self.pem))

    def handle_error(self, *_arguments):
        """A sender that hangs up is what some tests are about."""


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        statuses = self.server.statuses
        status = statuses.pop(0) if len(statuses) > 1 else statuses[0]
        self.server.came.set()
        if self.server.hold:
            self.server.hold.wait(20)
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_arguments):
        pass


@contextmanager
def receiving():
    """Run a receiver."""
    with TemporaryDirectory() as folder:
        server = Receiver(folder)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
            server.server_close()


@contextmanager
def reachable(trial):
    """Let this process reach a receiver on this machine, and nothing else there."""
    real = socket.getaddrinfo

    def resolve(host, *rest, **more):
        return real("127.0.0.1" if host == HOST else host, *rest, **more)

    with patch.object(socket, "getaddrinfo", resolve), patch.object(ai_webhook_send, "TRIAL", trial):
        yield


def _certificate():
    key, pem = ec.generate_private_key(ec.SECP256R1()), serialization.Encoding.PEM
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(1))
        .not_valid_after(now + datetime.timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return private + signed.public_bytes(pem)
