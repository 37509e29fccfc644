"""What the tests of the transport share: calls at a stand-in, and servers too raw for it."""

import contextlib
import datetime
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from standin_client import HAIKU

from l10n_cl_ai.llm.transport import Call, Deadline, Outcome, Stop, Transport, prepare

prepare()  # a second, the first time: not in the tests that look at the clock

#: Seconds by which a deadline may be missed.
SLACK = 0.1


def call_at(server, seconds: float = 10, text: str = "¿Qué es un folio? Explica con calma.", **changes) -> Call:
    """A call to a stand-in (or whatever has its ``url`` and ``key``), without thinking unless told otherwise."""
    given = {
        "model": HAIKU, "messages": ({"role": "user", "content": text},), "max_tokens": 500, "thinking": "disabled",
        "key": server.key, "base_url": server.url, "deadline": Deadline(seconds),
    }  # fmt: skip
    return Call(**{**given, **changes})


def asked(server, seconds: float = 10, transport: Transport | None = None, **changes) -> Outcome:
    """What came of one such call."""
    return (transport or Transport()).call(call_at(server, seconds, **changes))


def timed(ask: Callable[[], Outcome], tries: int = 3, limit: float = SLACK, seconds: float = 0.0):
    """The outcome and the seconds it took beyond ``seconds``: of the best try, as other work shares this machine."""
    best = None
    for _ in range(tries):
        start = time.perf_counter()
        outcome = ask()
        over = time.perf_counter() - start - seconds
        if best is None or over < best[1]:
            best = outcome, over
        if over < limit:
            break
    return best


class Waits:
    """Pauses that take no time, and are remembered."""

    def __init__(self, stop: Stop | None = None):
        self.seconds: list[float] = []
        self._stop = stop

    def __call__(self, stop: Stop, seconds: float) -> bool:
        self.seconds.append(seconds)
        if self._stop:
            self._stop.stop()
        return stop.stopped


class Raw:
    """A server that says what it is told, byte by byte if need be; ``key`` as a stand-in has one."""

    key = "sk-ant-raw"

    def __init__(self, listener: socket.socket, scheme: str = "http", host: str = "127.0.0.1"):
        self.listener = listener
        self.url = f"{scheme}://{host}:{listener.getsockname()[1]}"
        self.connections = 0
        self.over = threading.Event()
        self.heard: list[bytes] = []


@contextlib.contextmanager
def raw(speak: Callable[[socket.socket, Raw], None], wrap=None, port: int = 0, **about) -> Iterator[Raw]:
    """A server that answers each connection with ``speak(socket, server)``, in a thread each.

    :param wrap: an SSL context, for TLS
    """
    listener = socket.create_server(("127.0.0.1", port))
    server = Raw(listener, **about)

    def serve(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.closing(connection):  # the client hangs up when it likes
            speak(wrap.wrap_socket(connection, server_side=True) if wrap else connection, server)

    def accept() -> None:
        with contextlib.suppress(OSError):  # closed: the end
            while True:
                connection, _ = listener.accept()
                server.connections += 1
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server
    finally:
        server.over.set()
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def hear(connection: socket.socket, server: Raw | None = None) -> bytes:
    """One whole request."""
    heard = b""
    while b"\r\n\r\n" not in heard:
        got = connection.recv(65536)
        if not got:
            raise ConnectionError
        heard += got
    head, _, rest = heard.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
    while lengths and len(rest) < int(lengths[0]):
        rest += connection.recv(65536)
    if server:
        server.heard.append(head + b"\r\n\r\n" + rest)
    return head + b"\r\n\r\n" + rest


HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
USAGE = {"input_tokens": 9, "output_tokens": 1}
START = {"type": "message_start", "message": {"model": HAIKU, "usage": USAGE}}
END = ({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 2}},
       {"type": "message_stop"})


def chunk(*events: dict | bytes) -> bytes:
    """Events in one HTTP chunk."""
    said = b"".join(e if isinstance(e, bytes) else b"data: " + json.dumps(e).encode() + b"\n\n" for e in events)
    return b"%x\r\n%s\r\n" % (len(said), said)


def block(*texts: str, index: int = 0, opened: dict | None = None) -> list[dict]:
    """The events of a text block."""
    deltas = [{"type": "content_block_delta", "index": index, "delta": {"type": "text_delta", "text": text}}
              for text in texts]
    return [{"type": "content_block_start", "index": index, "content_block": opened or {"type": "text", "text": ""}},
            *deltas, {"type": "content_block_stop", "index": index}]


def telling(*events: dict | bytes) -> Callable[[socket.socket, Raw], None]:
    """A server's speech: these events, for every request of a connection."""

    def speak(connection: socket.socket, server: Raw) -> None:
        while True:
            hear(connection, server)
            connection.sendall(HEAD + chunk(*events) + b"0\r\n\r\n")

    return speak


def self_signed(folder) -> str:
    """A file with a certificate of ``localhost``, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(7).not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "localhost.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return str(path)
