"""A Redis that answers what it should not is lost like one that does not answer."""

import contextlib
import os
import socket
import threading
import uuid

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..llm.redis_tier.link import Link
from ..llm.tier import Lost
from .store_common import RedisCase
from .test_gateway_redis_lost import TIER, Tiers

_TAGS = ("post_install_l10n", "post_install", "-at_install")
_DEEP = b"*1\r\n" * 5000 + b":1\r\n"
#: What no command of ours is answered with.
LIES = (
    b"*2\r\n$3\r\nabc\r\n:5\r\n",
    b"*2\r\n$14\r\n1\n[\"0\", 1]\nabc\r\n$1\r\nx\r\n",
    b"*2\r\n$16\r\n1\n[\"nan\", 1]\nabc\r\n:5\r\n",
    b"*2\r\n$16\r\n1\n[\"0\", \"x\"]\nabc\r\n:5\r\n",
    b"*2\r\n$16\r\n1\n[\"ten\", 1]\nabc\r\n:5\r\n",
    b"*1\r\n$3\r\nabc\r\n",
    b"$2\r\n\xff\xfe\r\n",
    b"$1\r\nx\r\n",
    b":99999999999999999999999\r\n",
    b":x\r\n",
    b"HTTP/1.1 400 Bad Request\r\n\r\n",
    _DEEP,
)


@contextlib.contextmanager
def liar(lie):
    """A server that shakes hands as Redis does and answers every other command with the same; yields its URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    connections = []

    def serve(connection):
        with contextlib.suppress(OSError):  # closed: the end
            while heard := connection.recv(65536):
                told = heard.upper()
                hello = b"%1\r\n$5\r\nproto\r\n:3\r\n" if b"HELLO" in told else b""
                setup = b"+OK\r\n" * told.count(b"SETINFO")
                connection.sendall(hello + setup or lie)

    def accept():
        with contextlib.suppress(OSError):
            while True:
                connections.append(listener.accept()[0])
                threading.Thread(target=serve, args=(connections[-1],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        for one in (listener, *connections):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


@tagged(*_TAGS)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestRedisLies(Tiers):
    def everything(self):
        """Yield, each after another, what a question asks of the stores."""
        key, owner = os.urandom(32), uuid.uuid4()
        self.cache.put(key, 7, "dte_review", "paid for", 900)
        yield lambda: self.assertEqual(self.cache.get(key, 7).value, "paid for")
        yield lambda: self.assertTrue(self.limiter.take("lies", 20).ok)
        yield lambda: self.assertEqual(self.breaker.admit("lies").state, "closed")
        yield lambda: self.breaker.record("lies", True)
        yield lambda: self.assertTrue(self.flights.claim(key, owner, 60))
        yield lambda: self.assertFalse(self.flights.wait(key, 0.01))
        yield lambda: self.assertTrue(self.flights.land(key, owner))
        yield lambda: self.cache.evict(1000, 10**9)

    @mute_logger(TIER)
    def test_whatever_it_says_postgresql_carries_on(self):
        for lie in LIES:
            with self.subTest(lie=lie[:40]), liar(lie) as url:
                self.tie(url)
                for ask in self.everything():
                    self.come_back()
                    ask()

    def test_an_answer_out_of_its_type_is_lost(self):
        for lie in LIES:
            with self.subTest(lie=lie[:40]), liar(lie) as url:
                self.tie(url)
                for ask in (
                    lambda: self.cache._first.get(b"k", 7),
                    lambda: self.limiter._first.take("lies", 20),
                    lambda: self.breaker._first.admit("lies"),
                    lambda: self.flights._first.claim(b"k", uuid.uuid4(), 60),
                ):
                    with self.assertRaises(Lost):
                        ask()


@tagged(*_TAGS)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestRedisOptions(RedisCase):
    def test_options_in_the_url_are_refused(self):
        for options in ("socket_timeout=9", "ssl_cert_reqs=none&ssl_check_hostname=false", "health_check_interval=1"):
            for url in (f"redis://h/0?{options}", f"rediss://h/0?{options}", f"unix:///s?{options}"):
                with self.subTest(url=url), self.assertRaisesRegex(ValueError, "options"):
                    Link(url, "x")

    def test_our_timeouts_and_checks_of_tls_hold(self):
        options = Link("rediss://u:p@h:7/0", "x").client.connection_pool.connection_kwargs
        self.assertEqual(
            {name: options[name] for name in ("socket_timeout", "ssl_cert_reqs", "ssl_check_hostname", "host", "port")},
            {"socket_timeout": 10.0, "ssl_cert_reqs": "required", "ssl_check_hostname": True, "host": "h", "port": 7})
