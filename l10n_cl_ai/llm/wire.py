"""The network under the provider's SDK: every wait in it ends at the call's deadline, or when the call is stopped.

The SDK's own timeouts are per read of a socket, so a server that sends a byte now and then holds a worker for as long
as it likes; and closing a connection from another thread does not wake a thread that reads from it. Here each
operation asks the :class:`~.guard.Guard` of the call it works for how long it may take; a stop shuts the socket down.

Imported in the call, never with the addon: it loads httpx2.
"""

import contextlib
import ipaddress
import os
import select
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator
from typing import Any

import httpcore2
import httpx2

from .endpoint import is_metadata
from .guard import Lever, guard

#: Seconds for one address to accept a connection: a host whose IPv6 leads nowhere still has its IPv4 tried.
CONNECT = 5.0
#: Seconds an idle connection is kept: the pauses of a dialogue.
KEEPALIVE = 60.0

_KEEPALIVE_OPTIONS = tuple(
    (level, getattr(socket, name), value)
    for level, name, value in (
        (socket.SOL_SOCKET, "SO_KEEPALIVE", 1),
        (socket.IPPROTO_TCP, "TCP_NODELAY", 1),
        (socket.IPPROTO_TCP, "TCP_KEEPIDLE", 60),
        (socket.IPPROTO_TCP, "TCP_KEEPINTVL", 60),
        (socket.IPPROTO_TCP, "TCP_KEEPCNT", 5),
    )
    if hasattr(socket, name)
)


class Stream(httpcore2.NetworkStream):
    """A connection whose every operation is bounded by the guard of the call that uses it."""

    def __init__(self, sock: socket.socket, lever: Lever):
        self._socket = sock
        self._lever = lever

    def _receive(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            self._socket.settimeout(guard().seconds_to_read(self._lever))
            data = self._socket.recv(max_bytes)
            guard().received(len(data))
        except TimeoutError as error:
            raise httpcore2.ReadTimeout from error
        except OSError as error:
            raise httpcore2.ReadError from error
        return data

    def _send(self, buffer: bytes, timeout: float | None = None) -> None:
        view = memoryview(buffer)
        try:
            while view:
                self._socket.settimeout(guard().seconds(self._lever, timeout))
                guard().sent = True
                view = view[self._socket.send(view) :]
        except TimeoutError as error:
            raise httpcore2.WriteTimeout from error
        except OSError as error:
            raise httpcore2.WriteError from error

    # The interface's names: as methods of their own Odoo's linters would take them for a record's.
    read, write = _receive, _send

    def start_tls(self, ssl_context: ssl.SSLContext, server_hostname: str | None = None,
                  timeout: float | None = None) -> "Stream":
        try:
            self._socket.settimeout(guard().seconds(self._lever, timeout))
            self._socket = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
        except TimeoutError as error:
            self.close()
            raise httpcore2.ConnectTimeout from error
        except (OSError, ValueError) as error:  # ValueError: a name no certificate can have
            self.close()
            raise httpcore2.ConnectError from error
        return self

    def close(self) -> None:
        self._lever.close()
        self._socket.close()

    def get_extra_info(self, info: str) -> Any:
        if info == "ssl_object":
            return self._socket if isinstance(self._socket, ssl.SSLSocket) else None
        if info == "socket":
            return self._socket
        if info == "is_readable":  # of an idle connection: the other side has ended it
            return _readable(self._socket)
        return None


def _readable(sock: socket.socket) -> bool:
    if sock.fileno() < 0:
        return True
    poll = select.poll()  # not select: it knows no file beyond the 1024th
    poll.register(sock.fileno(), select.POLLIN)
    return bool(poll.poll(0))


class Backend(httpcore2.NetworkBackend):
    """Makes connections, within the deadline and to be stopped also while it looks up names."""

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
                    socket_options: Iterable | None = None) -> Stream:
        problem: Exception = OSError("no address")
        try:
            for family, kind, protocol, _name, address in _look_up(host, port):
                try:
                    return _connect(family, kind, protocol, address)
                except OSError as error:
                    problem = error
            raise problem
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout from error
        except OSError as error:
            raise httpcore2.ConnectError from error


def _connect(family: int, kind: int, protocol: int, address: tuple) -> Stream:
    if is_metadata(address[0]):  # a name that anybody may have led there
        raise OSError("address refused")
    sock = socket.socket(family, kind, protocol)
    lever = Lever(sock)
    try:
        for option in _KEEPALIVE_OPTIONS:
            sock.setsockopt(*option)
        sock.settimeout(guard().seconds(lever, CONNECT))
        sock.connect(address)
    except BaseException:
        lever.close()
        sock.close()
        raise
    return Stream(sock, lever)


def _look_up(host: str, port: int) -> list[tuple]:
    """Return the addresses of a host. The system's resolver knows no deadline, so a thread waits for it in our stead.

    :raises TimeoutError: no answer in time, or stopped
    :raises OSError: no such host
    """
    bounds = guard()
    with contextlib.suppress(ValueError):  # not an address: a name
        ipaddress.ip_address(host)
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    found: list[list[tuple]] = []
    problems: list[OSError] = []
    done = threading.Event()

    def look_up() -> None:
        try:
            found.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            problems.append(error if isinstance(error, OSError) else OSError("no name"))
        done.set()

    threading.Thread(target=look_up, name="l10n_cl_ai look-up", daemon=True).start()
    with bounds.stop.waking(done.set):
        done.wait(bounds.seconds(None))
    if found:
        return found[0]
    raise problems[0] if problems else TimeoutError


def _tls() -> ssl.SSLContext:
    """Return how servers are verified: by the system's authorities, read once.

    httpx2's own context reads them anew for each connection, tens of ms that no deadline can cut. It is for systems
    where OpenSSL knows of none. ``ssl.create_default_context`` would write session keys where SSLKEYLOGFILE says.
    """
    paths = ssl.get_default_verify_paths()
    if not paths.cafile and not (paths.capath and os.listdir(paths.capath)):
        return httpx2.create_ssl_context(trust_env=False)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_default_certs()
    return context


class Transport(httpx2.BaseTransport):
    """HTTP/1.1 over guarded connections: no proxy, no redirect, and no environment variable that says otherwise."""

    def __init__(self) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=_tls(),
            max_connections=None,
            max_keepalive_connections=20,
            keepalive_expiry=KEEPALIVE,
            network_backend=Backend(),
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        response = self._pool.handle_request(httpcore2.Request(
            method=request.method,
            url=httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
        ))
        guard().status = response.status
        return httpx2.Response(response.status, headers=response.headers, stream=_Body(response.stream))

    def close(self) -> None:
        self._pool.close()


class _Body(httpx2.SyncByteStream):
    def __init__(self, stream: Any):
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        self._stream.close()


class _Clients:
    """The clients made so far, by process id."""

    def __init__(self) -> None:
        self.made: dict[int, httpx2.Client] = {}
        self.lock = threading.Lock()

    def after_fork(self) -> None:
        # Whoever held it stayed in the parent.
        self.lock = threading.Lock()


_clients = _Clients()
os.register_at_fork(after_in_child=_clients.after_fork)


def http_client() -> httpx2.Client:
    """Return this process's client, with its connections and its TLS settings.

    Never one made before a fork: parent and child would read each other's answers from one connection. The parent's
    is kept in the child, unused, for letting go of it would end its connections.
    """
    with _clients.lock:
        client = _clients.made.get(os.getpid())
        if client is None:
            client = httpx2.Client(transport=Transport(), follow_redirects=False, trust_env=False, timeout=None)
            _clients.made[os.getpid()] = client
        return client
