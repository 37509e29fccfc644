"""Which addresses of an answer may be clicked: pages of the sites that were named, and nothing that only looks so."""

import re

_MOST = 500
#: Plain ASCII, https, a host of names, no user, no port, no backslash.
_ADDRESS = re.compile(
    r"https://(?P<host>(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,18})"
    r"(?P<path>/[\w.~!$'()*+,;=:@%/-]*)?(?P<rest>[?#][\w.~!$&'()*+,;=:@%/?#-]*)?",
    re.ASCII | re.IGNORECASE,
)
#: Encoded control characters, slashes, backslashes, and what is encoded twice.
_TRICKS = re.compile(r"%(?:[01]|2[5f]|5c|7f|(?![0-9a-f]{2}))|//|/\.\.?(?:/|$)", re.IGNORECASE)
#: An address within the address: where a site sends its visitors on to others.
_ONWARD = re.compile(r"https?(?::|%3a)|javascript|data:|//|%2f|%5c|@", re.IGNORECASE)


def link(address: str, hosts: frozenset[str]) -> str | None:
    """Return the address as it may stand in a link; None where it must not be clicked.

    :param hosts: sites, in small letters; their subdomains are theirs
    """
    if len(address) > _MOST or not (found := _ADDRESS.fullmatch(address)):
        return None
    host, path, rest = found["host"].lower(), found["path"] or "", found["rest"] or ""
    if any(label.startswith("xn--") for label in host.split(".")) or _TRICKS.search(path) or _ONWARD.search(rest):
        return None
    if not any(host == site or host.endswith(f".{site}") for site in hosts):
        return None
    return f"https://{host}{path}{rest}"
