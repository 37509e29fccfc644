"""Forbid this process, and every Python it starts, any network address but loopback.

On the PYTHONPATH of all test processes. An audit hook sees what every library does through Python's sockets (requests,
httpx, asyncio, urllib) and, unlike a patched function, cannot be taken off again by a test.
"""
import ipaddress
import socket
import sys


class NetworkForbidden(OSError):
    """A test tried to leave the machine."""


def _is_loopback(host) -> bool:
    if isinstance(host, (bytes, bytearray)):
        host = host.decode(errors="replace")
    if host in (None, "", "localhost", "ip6-localhost") or str(host).endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(str(host).split("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    # 0.0.0.0 is what servers listen on; connecting to it reaches this machine.
    return (mapped or address).is_loopback or (mapped or address).is_unspecified


def _destination(event, args):
    """The host that an audited call would reach, or None."""
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        return args[0]
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        if isinstance(args[1], tuple) and args[0].family in (socket.AF_INET, socket.AF_INET6):
            return args[1][0]
    return None


def _guard(event, args):
    if event.startswith("socket."):
        host = _destination(event, args)
        if not _is_loopback(host) and host != socket.gethostname():
            raise NetworkForbidden(f"tests may reach loopback addresses only, not {host!r} ({event})")


sys.addaudithook(_guard)
