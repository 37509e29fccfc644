import socket
from unittest.mock import patch

import pytest

from l10n_cl_ai.sii.address import HOSTS, Place, Unreadable, hosts_of, is_allowed, is_public


@pytest.mark.parametrize(("url", "reason"), [
    ("http://www.sii.cl/", "scheme"), ("ftp://www.sii.cl/", "scheme"), ("file:///etc/passwd", "scheme"),
    ("javascript:alert(1)", "scheme"), ("data:text/html,x", "scheme"), ("//www.sii.cl/", "scheme"), ("", "scheme"),
    ("https://", "host"), ("https:///x", "host"), ("https://example.com/", "host"),
    ("https://sii.cl.example.com/", "host"),
    ("https://evilsii.cl/", "host"), ("https://cl/", "host"), ("https://localhost/", "host"),
    ("https://127.0.0.1/", "host"), ("https://2130706433/", "host"), ("https://0x7f.1/", "host"),
    ("https://0177.0.0.1/", "host"),
    ("https://[::1]/", "host"), ("https://[::ffff:10.0.0.1]/", "host"), ("https://169.254.169.254/latest/", "host"),
    ("https://metadata.google.internal/", "host"), ("https://www.sii.cl@example.com/", "address"),
    ("https://user:pass@www.sii.cl/", "address"), ("https://example.com#@www.sii.cl/", "host"),
    ("https://example.com\\@www.sii.cl/", "address"), ("https://www.sii.cl\\.example.com/", "address"),
    ("https://www.sii.cl:8443/", "port"), ("https://www.sii.cl:22/", "port"), ("https://www.sii.cl:99999/", "address"),
    ("https://www.sii.cl:x/", "address"), ("https://[www.sii.cl/", "address"), ("https://www.sii.cl/a b", "address"),
    ("https://www.sii.cl/a\r\nHost: b", "address"), ("https://www.sii.cl/\x00", "address"),
    (" https://www.sii.cl/", "address"),
    ("https://www.síi.cl/", "address"), ("https://www.sii。cl/", "address"), ("https://-.sii.cl/", "host"),
    ("https://a_b.sii.cl/", "host"), ("https://..sii.cl/", "host"), ("https://%77ww.sii.cl/", "host"),
    ("https://" + "a" * 64 + ".sii.cl/", "host"), ("https://www.sii.cl/" + "a" * 2000, "address"),
    ("https://www.sii.cl%00.example.com/", "host"), ("https://www.sii.cl?.example.com@x/", "ok"),
])  # fmt: skip
def test_addresses(url, reason):
    if reason == "ok":  # the host ends at the question mark
        assert Place(url, HOSTS).host == "www.sii.cl"
        return
    with pytest.raises(Unreadable) as refused:
        Place(url, HOSTS)
    assert refused.value.reason == reason


@pytest.mark.parametrize(("url", "host", "target"), [
    ("https://www.sii.cl", "www.sii.cl", "/"), ("https://SII.CL./a?b=c#d", "sii.cl", "/a?b=c"),
    ("https://homer.sii.cl:443/x", "homer.sii.cl", "/x"),
    ("https://www.bcn.cl/leychile?id=1", "www.bcn.cl", "/leychile?id=1"),
])  # fmt: skip
def test_allowed_addresses(url, host, target):
    place = Place(url, HOSTS)
    assert (place.host, place.target) == (host, target)


@pytest.mark.parametrize("address", [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1", "100.127.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.1",
    "203.0.113.1", "224.0.0.1",
    "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::8.8.8.8",
    "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "fc00::1",
    "fd12::1", "fe80::1",
    "fe80::1%eth0", "fec0::1", "ff02::1", "100::1", "", "localhost", "1.2.3", "2130706433",
])  # fmt: skip
def test_networks_that_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", [
    "200.10.252.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "2800:3f0::1", "2606:4700::1111",
])  # fmt: skip
def test_public_networks(address):
    assert is_public(address)


def resolving(*addresses):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    return patch.object(socket, "getaddrinfo", return_value=found)


@pytest.mark.parametrize(("addresses", "loopback"), [
    (["127.0.0.1"], False), (["8.8.8.8", "10.0.0.1"], False), (["::ffff:10.0.0.1"], False), (["8.8.8.8"], True),
    (["127.0.0.1", "10.0.0.1"], True),
])  # fmt: skip
def test_every_address_of_a_name_must_be_public(addresses, loopback):
    with resolving(*addresses), pytest.raises(Unreadable) as refused:
        Place("https://www.sii.cl/", HOSTS).resolve(loopback)
    assert refused.value.reason == "network"


def test_the_first_address_is_taken():
    with resolving("8.8.8.8", "8.8.4.4"):
        assert Place("https://www.sii.cl/", HOSTS).resolve() == "8.8.8.8"


def test_an_unknown_name():
    with patch.object(socket, "getaddrinfo", side_effect=socket.gaierror), pytest.raises(Unreadable) as refused:
        Place("https://www.sii.cl/", HOSTS).resolve()
    assert refused.value.reason == "name"


@pytest.mark.parametrize(("location", "reason"), [
    ("http://www.sii.cl/", "scheme"), ("//example.com/", "host"), ("https://10.0.0.1/", "host"),
    ("/\\example.com", "address"),
    ("https://www.sii.cl:444/", "port"), ("https://[", "address"),
])  # fmt: skip
def test_redirects_are_looked_at(location, reason):
    with pytest.raises(Unreadable) as refused:
        Place("https://www.sii.cl/a/b", HOSTS).after(location, HOSTS)
    assert refused.value.reason == reason


@pytest.mark.parametrize(("location", "url"), [
    ("c", "https://www.sii.cl/a/c"), ("/d", "https://www.sii.cl/d"), ("//bcn.cl/e", "https://bcn.cl/e"),
])  # fmt: skip
def test_redirects_within(location, url):
    assert Place("https://www.sii.cl/a/b", HOSTS).after(location, HOSTS).url == url


def test_hosts_of_a_text():
    assert hosts_of(" TGR.cl, .diariooficial.interior.gob.cl\n10.0.0.1 cl * localhost a_b.cl") == HOSTS | {
        "tgr.cl", "diariooficial.interior.gob.cl"
    }  # fmt: skip
    assert hosts_of(None) == HOSTS


def test_a_host_below():
    assert is_allowed("www4.sii.cl", HOSTS) and not is_allowed("notsii.cl", HOSTS)
