"""Part ``guard``: tricks that lead a reader of pages elsewhere, each as an address, as a redirect and as a link; a
reader
that looks for the host's name in the address, as people write them, beside it. Counted are attempts to connect."""

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import requests

from ..gateway import plain  # noqa: F401 - before anything of the addon: Odoo is not needed
from ..harness import ROOT, Metric, Options, table

sys.path.append(str(ROOT / "dev"))

import siisite  # isort: skip
from l10n_cl_ai.sii import fetch as fetch_module  # isort: skip
from l10n_cl_ai.sii.address import HOSTS, Unreadable  # isort: skip
from l10n_cl_ai.sii.mapping import Mapping  # isort: skip

#: Where an attacker wants the server to go, written so that it looks like the SII's; {} is a port of his on this
# machine.
TRICKS = (
    "http://127.0.0.1:{}/sii.cl", "https://127.0.0.1:{}/sii.cl", "http://localhost:{}/www.sii.cl", "https://localhost/sii.cl",
    "https://[::1]/sii.cl", "http://[::1]:{}/sii.cl", "https://[::ffff:127.0.0.1]/sii.cl", "https://2130706433/sii.cl",
    "http://2130706433:{}/sii.cl", "https://0x7f000001/sii.cl", "https://0x7f.1/sii.cl", "https://0177.0.0.1/sii.cl",
    "http://127.1:{}/sii.cl", "https://127.0.1/sii.cl", "http://0:{}/sii.cl", "http://0.0.0.0:{}/sii.cl",
    "https://169.254.169.254/latest/meta-data/?sii.cl", "http://169.254.169.254/computeMetadata/v1/?sii.cl",
    "https://10.0.0.1/sii.cl", "https://172.16.0.1/sii.cl", "https://192.168.1.1/sii.cl", "https://100.64.0.1/sii.cl",
    "https://198.18.0.1/sii.cl", "https://192.0.0.8/sii.cl", "https://[fe80::1]/sii.cl", "https://[fd00::1]/sii.cl",
    "https://[64:ff9b::7f00:1]/sii.cl", "https://[2002:7f00:1::]/sii.cl", "https://www.sii.cl@127.0.0.1/",
    "http://www.sii.cl@127.0.0.1:{}/", "https://www.sii.cl:443@127.0.0.1/", "https://user:www.sii.cl@127.0.0.1/",
    "https://127.0.0.1#@www.sii.cl/", "https://127.0.0.1?@www.sii.cl/", "https://127.0.0.1\\@www.sii.cl/",
    "https://127.0.0.1%2f@www.sii.cl/", "https://www.sii.cl.example.com/", "https://sii.cl.evil.example/",
    "https://evilsii.cl/", "https://www-sii.cl/", "https://sii.cl-login.example/", "https://www.sii.com/sii.cl",
    "https://example.com/sii.cl", "https://example.com/?u=https://www.sii.cl/", "//127.0.0.1/sii.cl",
    "///127.0.0.1/sii.cl",
    "https:127.0.0.1/sii.cl", "https:/\\127.0.0.1/sii.cl", "http://www.sii.cl/", "http://www.sii.cl:{}/",
    "https://www.sii.cl:22/", "https://www.sii.cl:{}/", "https://www.sii.cl:6379/", "ftp://www.sii.cl/", "file:///etc/passwd?sii.cl",
    "gopher://www.sii.cl:6379/_FLUSHALL", "dict://www.sii.cl:11211/stat", "ldap://www.sii.cl/",
    "javascript:fetch('sii.cl')",
    "data:text/html,sii.cl", "https://www.sii.cl\r\nHost: 127.0.0.1/", "https://www.sii.cl\t@127.0.0.1/", "https://www.s\u00edi.cl/",
    "https://www.sii\u3002cl/", "https://\u24e6\u24e6\u24e6.sii.cl/", "https://\u2460\u2461\u2466.0.0.1/sii.cl", "https://%31%32%37.0.0.1/sii.cl",
    "https://127.0.0.1.nip.io/sii.cl", "https://localtest.me/sii.cl", "https://0.0.0.0/sii.cl", "https://[::]/sii.cl",
    "https://metadata.google.internal/sii.cl", "https://rebind.sii.cl/", "https://inside.sii.cl/",
)  # fmt: skip
#: Names below the allowed one that a hostile or mistaken DNS answers with addresses of the inside.
_INSIDE = {"rebind.sii.cl": "127.0.0.1", "inside.sii.cl": "10.0.0.5"}


def guard(options: Options) -> dict[str, Metric]:
    """Return how many attempts to connect went outside the allow-list: ours, and the peer's."""
    with siisite.running() as site, _watched(site.port) as seen:
        rows = []
        for way, ours, theirs in (
            ("address", _ours, _theirs),
            ("redirect", lambda url: _redirected(site, url, _ours), lambda url: _redirected(site, url, _theirs)),
            ("link", lambda url: _linked(site, url, _ours), lambda url: _linked(site, url, _theirs)),
        ):
            counts = []
            for read in (ours, theirs):
                seen.clear()
                for trick in TRICKS:
                    read(trick.replace("{}", "9"))
                counts.append(len(seen))
            rows.append((way, len(TRICKS), *counts))
    table("attempts to connect outside", ["as", "tricks", "ours", "by name in the address"], rows)
    tricks, own, peer = (sum(row[at] for row in rows) for at in (1, 2, 3))
    return {"ssrf_connections": Metric(own, 0, tricks, most=True, more={"peer": peer, "different_tricks": len(TRICKS)})}


def _ours(url: str, base: str = "") -> None:
    try:
        fetch_module.fetch(url, HOSTS, seconds=3)
    except Unreadable:
        return


def _theirs(url: str) -> None:
    """The peer: any address in which the host's name stands."""
    if "sii.cl" not in url:
        return
    try:
        requests.get(url, timeout=3)
    except (requests.RequestException, ValueError, PermissionError, UnicodeError):
        return


def _redirected(site: siisite.Site, url: str, read: Callable[[str], None]) -> None:
    """Have the site itself lead there."""
    if not url.isascii() or "\r" in url:
        return read(url)
    site.pages["/a"] = siisite.Page(b"", 302, headers={"Location": url})
    if read is _theirs:
        return _theirs(url)  # it follows whatever it is told
    with siisite.aimed(fetch_module, port=site.port, certificate=site.certificate):
        return _ours("https://www.sii.cl/a")


def _linked(site: siisite.Site, url: str, read: Callable[[str], None]) -> None:
    """Have a page link there, and follow its rows."""
    page = f'<html><body><p><a href="{url}">Resolución Exenta N° 1 del 1 de enero de 2026</a></p></body></html>'
    for row in Mapping("links").rows(page.encode("utf-8", "replace"), "https://www.sii.cl/x.htm"):
        read(row.url)


@contextmanager
def _watched(port: int) -> Iterator[list]:
    """Note, and refuse, every connection but that to the site; names of the inside are answered as their DNS does."""
    seen: list = []
    real_connect, real_info = socket.socket.connect, socket.getaddrinfo

    def connect(self, address):
        if self.family == socket.AF_UNIX or (address[0] == "127.0.0.1" and address[1] == port):
            return real_connect(self, address)
        seen.append(address)
        raise PermissionError(address)

    def getaddrinfo(host, port, *rest, **more):
        if host in _INSIDE:
            return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (_INSIDE[host], port))]
        try:
            return real_info(host, port, *rest, **more)
        except OSError:
            seen.append(host) if _asks_abroad(host) else None
            raise

    socket.socket.connect, socket.getaddrinfo = connect, getaddrinfo
    try:
        yield seen
    finally:
        socket.socket.connect, socket.getaddrinfo = real_connect, real_info


def _asks_abroad(host: str) -> bool:
    """Whether asking for a name is already going elsewhere: any that is not the SII's."""
    return not str(host).endswith("sii.cl")
