"""Which addresses may be read: https, hosts that are allowed by name, and networks that are public."""

import ipaddress
import re
import socket
from collections.abc import Collection
from urllib.parse import urljoin, urlsplit

#: Hosts that may always be read, and theirs below.
HOSTS = frozenset({"sii.cl", "bcn.cl"})
_LONGEST = 2000
_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))+", re.ASCII)
#: What ``ipaddress`` calls global in some versions, and is not the public network for all that; or leads elsewhere.
_REFUSED = [
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4",
        "64:ff9b::/96", "64:ff9b:1::/48", "2001::/23", "2002::/16", "fec0::/10", "ff00::/8", "::/96", "::ffff:0:0/96",
        "::ffff:0:0:0/96",
    )
]  # fmt: skip


class Unreadable(Exception):
    """A page can't be read; ``reason`` is a word for programs, the message is for people who look after it."""

    def __init__(self, reason: str, message: str, status: int = 0):
        """:param status: what the server answered, where that is why"""
        super().__init__(message)
        self.reason, self.status = reason, status


class Place:
    """Where a page is: a host that is allowed, and what to ask it for."""

    def __init__(self, url: str, hosts: Collection[str], port: int = 443):
        """:param hosts: names that are allowed, and those below them
        :param port: the only one that is allowed
        :raises Unreadable: the address is not one that may be read
        """
        if len(url) > _LONGEST or not url.isascii() or re.search(r"[\x00-\x20\x7f\\]", url):
            raise Unreadable("address", "the address has letters that no address has, or too many")
        try:
            parts = urlsplit(url)
            asked_port = parts.port
        except ValueError:
            raise Unreadable("address", "this is no address") from None
        if parts.scheme != "https":
            raise Unreadable("scheme", "only https is read")
        if "@" in parts.netloc:
            raise Unreadable("address", "an address with a user is not read")
        if (asked_port or 443) != port:
            raise Unreadable("port", f"only port {port} is read")
        self.host = (parts.hostname or "").removesuffix(".")
        self.port = port
        self.target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self.url = f"https://{self.host}" + ("" if port == 443 else f":{port}") + self.target
        if not is_allowed(self.host, hosts):
            raise Unreadable("host", f"{self.host or 'this host'} is not among those that may be read")

    def after(self, location: str, hosts: Collection[str]) -> "Place":
        """Return where a redirect leads. :raises Unreadable: to where nothing may be read"""
        try:
            url = urljoin(self.url, location)
        except ValueError:
            raise Unreadable("address", "the redirect leads to no address") from None
        return Place(url, hosts, self.port)

    def resolve(self, loopback: bool = False) -> str:
        """Return the address to connect to, as asked once: every one that the name has must be public.

        :param loopback: for tests: the machine's own address, and no other, is taken
        :raises Unreadable: it has none, or one that is not public
        """
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise Unreadable("name", f"{self.host} is not known") from None
        addresses = [entry[4][0] for entry in found]
        for address in addresses:
            if not (is_loopback(address) if loopback else is_public(address)):
                raise Unreadable("network", f"{self.host} is not on the public network")
        return addresses[0]


def hosts_of(text: str | None) -> frozenset[str]:
    """Return the hosts that may be read: ours, and those that a text names; what is no host name is passed over."""
    named = (name.strip(".") for name in re.split(r"[\s,;]+", (text or "").lower()))
    return HOSTS | {name for name in named if _is_name(name)}


def host_of(url: str) -> str:
    """Return the host that an address names; empty where it names none."""
    try:
        return (urlsplit(url).hostname or "").removesuffix(".")
    except ValueError:
        return ""


def is_allowed(host: str, hosts: Collection[str]) -> bool:
    """Return whether a host is one of these, or below one."""
    return _is_name(host) and any(host == name or host.endswith(f".{name}") for name in hosts)


def is_public(address: str) -> bool:
    """Return whether an address is of the public network, for everybody and not for many at once."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if getattr(parsed, "scope_id", None):
        return False
    inside = any(parsed in network for network in _REFUSED if network.version == parsed.version)
    return parsed.is_global and not inside and not parsed.is_multicast and not parsed.is_reserved


def is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _is_name(host: str) -> bool:
    """Whether it is a name: no number, in any way of writing one, is."""
    last = host.rpartition(".")[2]
    return len(host) <= 253 and bool(_HOST.fullmatch(host)) and not re.fullmatch(r"[0-9]+|0x[0-9a-f]*", last)
