"""Where questions, and the key with them, may be sent."""

import ipaddress
import re
import socket
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

#: The provider's own address, which the database is made with.
PROVIDER = "https://api.anthropic.com"
#: Hosts that hand out a cloud machine's own credentials, by name and beside the link-local addresses.
METADATA_NAMES = frozenset({"metadata", "metadata.google.internal", "metadata.goog", "instance-data"})
METADATA_ADDRESSES = frozenset(map(ipaddress.ip_address, ("fd00:ec2::254", "100.100.100.200", "192.0.0.192")))
#: IPv6 networks in whose last 32 bits an IPv4 address stands that is reached by them.
_CARRIERS = tuple(map(ipaddress.IPv6Network, ("::/96", "64:ff9b::/96")))
_PORTS = {"http": 80, "https": 443}
REDIS_SCHEMES = ("redis", "rediss")
_UNSAFE = re.compile(r"[\s\\\x00-\x1f\x7f]")


class Flaw(StrEnum):
    """Why an address is refused."""

    MALFORMED = "malformed"
    SCHEME = "scheme"
    PLAIN_HTTP = "plain_http"
    CREDENTIALS = "credentials"
    QUERY = "query"
    METADATA = "metadata"


class BadAddress(ValueError):
    """An address that is refused. Never holds the address: it may carry a password.

    :param flaw: why
    """

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


def base_url(text: str) -> str:
    """Return the provider's address in its canonical form: https, or http on this machine.

    Raises BadAddress.
    """
    parts, host = _split(text)
    if parts.scheme not in ("https", "http"):
        raise BadAddress(Flaw.SCHEME)
    if parts.username is not None or parts.password is not None:
        raise BadAddress(Flaw.CREDENTIALS)
    if "?" in text or "#" in text:
        raise BadAddress(Flaw.QUERY)
    if parts.scheme == "http" and not _is_loopback(host):
        raise BadAddress(Flaw.PLAIN_HTTP)
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def redis_url(text: str) -> str:
    """Return the address of a Redis server, which may carry a user and a password. Raises BadAddress."""
    parts, _host = _split(text)
    if parts.scheme not in REDIS_SCHEMES:
        raise BadAddress(Flaw.SCHEME)
    if "?" in text or "#" in text:  # options there would win over our timeouts and checks of TLS
        raise BadAddress(Flaw.QUERY)
    return text.strip()


def origin(url: str) -> str:
    """Return scheme, host and port of an accepted address: what a key is bound to."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{parts.port or _PORTS[parts.scheme]}"


def is_metadata(host: str) -> bool:
    """Whether a host, by name or address, is a machine's metadata service, or no one's address."""
    address = _address(host)
    if address is None:
        return host in METADATA_NAMES
    address = _carried(address) or address
    return address.is_link_local or address.is_unspecified or address.is_multicast or address in METADATA_ADDRESSES


def shown(url: str) -> str:
    """Return an accepted address without user, password and query."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _split(text: str) -> tuple[SplitResult, str]:
    """Return the parts of an address and its host, none of them a machine's metadata service."""
    text = text.strip()
    if _UNSAFE.search(text):
        raise BadAddress(Flaw.MALFORMED)
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").rstrip(".")
        # Other writings of a dot or a digit would be read here and there in different ways; names have their own ASCII.
        well_formed = parts.port != 0 and "%" not in host and host.isascii()
    except ValueError as error:
        raise BadAddress(Flaw.MALFORMED) from error
    if not host or not well_formed:
        raise BadAddress(Flaw.MALFORMED)
    if is_metadata(host):
        raise BadAddress(Flaw.METADATA)
    return parts, host


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return the address that a host is written as, also in the odd forms the system accepts (0x7f.1); else None."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        try:
            return ipaddress.IPv4Address(socket.inet_aton(host))
        except (OSError, UnicodeEncodeError):
            return None
    return getattr(address, "ipv4_mapped", None) or address


def _carried(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that an IPv6 address leads to, if it does."""
    if address.version == 4 or address.is_loopback or address.is_unspecified:
        return None
    if any(address in network for network in _CARRIERS):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.sixtofour


def _is_loopback(host: str) -> bool:
    address = _address(host)
    return host == "localhost" if address is None else address.is_loopback
