"""The connection to Redis: short timeouts, no retries, and one exception for whatever goes wrong."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from ..tier import Lost

#: Seconds. Redis answers in well under a millisecond or is in trouble, and then PostgreSQL is there.
CONNECT_TIMEOUT, READ_TIMEOUT = 0.2, 0.5
#: Members handled by one command where there may be many.
BATCH = 1000

#: What reading an answer raises that is none, in the client or here.
NONSENSE = (OSError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError)
_TLS = {"ssl_cert_reqs": "required", "ssl_check_hostname": True}
_LARGEST = 2**63 - 1

#: `now` in µs, by the server's clock.
CLOCK = "local time = redis.call('TIME'); local now = time[1] * 1000000 + time[2]\n"


class Link:
    """Runs Lua scripts, each in one go, on Redis.

    The address, which may hold a password, is given to the client and kept nowhere else.

    :param prefix: of every key
    :raises ValueError: for a URL that is none, or has a query: it would win over our timeouts and checks of TLS
    """

    def __init__(self, url: str, prefix: str):
        import redis  # noqa: PLC0415 - loaded by those who have configured it
        from redis.backoff import NoBackoff  # noqa: PLC0415
        from redis.retry import Retry  # noqa: PLC0415

        if urlsplit(url).query:
            raise ValueError("a Redis URL with options")
        # No retries: what was sent may have been done, and there is somebody else to ask. The pool opens sockets
        # when it needs them, of its own in each process.
        self.client = redis.Redis.from_url(
            url, socket_connect_timeout=CONNECT_TIMEOUT, socket_timeout=READ_TIMEOUT, decode_responses=True,
            retry=Retry(NoBackoff(), 0), health_check_interval=0, **(_TLS if url.startswith("rediss:") else {}),
        )
        self.patience = READ_TIMEOUT
        self._errors = (redis.RedisError, *NONSENSE)
        self._prefix = f"l10n_cl_ai:{prefix}"
        self._scripts: dict[str, Any] = {}

    def key(self, *parts: object) -> str:
        """Return the name of a key of this database."""
        return ":".join((self._prefix, *map(str, parts)))

    def run(self, script: str, keys: Sequence[str], args: Sequence[Any] = ()) -> Any:
        """Run a script and return its answer.

        :raises Lost: when Redis does not answer, or answers with an error; the script may have run
        """
        with self.watched():
            if script not in self._scripts:
                self._scripts[script] = self.client.register_script(script)
            return self._scripts[script](keys=keys, args=args)

    def number(self, script: str, keys: Sequence[str], args: Sequence[Any] = ()) -> int:
        """Run a script that returns a number.

        :raises Lost: as :meth:`run`, also for an answer that is none
        """
        answer = self.run(script, keys, args)
        if not isinstance(answer, int) or not -_LARGEST <= answer <= _LARGEST:
            raise Lost("not a number")
        return answer

    @contextlib.contextmanager
    def watched(self) -> Iterator[Any]:
        """Lend the client; what it raises becomes :class:`Lost`, which holds no address and no content."""
        try:
            yield self.client
        except Lost:
            raise
        except self._errors as error:
            raise Lost(type(error).__name__) from None

    def reachable(self) -> bool:
        """Return whether Redis answers now."""
        try:
            with self.watched() as client:
                return bool(client.ping())
        except Lost:
            return False
