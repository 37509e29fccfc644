"""The circuit breaker in Lua: as :mod:`..postgres.breaker`, by Redis's clock."""

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from ..postgres.breaker import FAULTS, KEPT, LONGEST_OPEN, OPEN, PROBE_LEASE, SHARE, WINDOW, Admission, Health, state_of
from ..tier import Lost
from .link import CLOCK, Link

# KEYS: state (a hash of open_until, probe_until, trips), outcomes (a list of µs, negative when it went well).
_STATE = CLOCK + """
local open_until = tonumber(redis.call('HGET', KEYS[1], 'open_until'))
local half_open = open_until and open_until <= now
local function text(number) return string.format('%.0f', number) end
"""
# ARGV: µs of a probe's lease. Returns -1 closed, 0 probe, else µs to wait.
_ADMIT = _STATE + """
if not open_until then return -1 end
local probe_until = tonumber(redis.call('HGET', KEYS[1], 'probe_until') or 0)
local left = math.max(open_until, probe_until) - now
if left > 0 then return left end
redis.call('HSET', KEYS[1], 'probe_until', text(now + ARGV[1]))
return 0
"""
# ARGV: 1 well or 0 failed, µs of the window, outcomes kept, faults and their share that open, µs open.
_RECORD = _STATE + """
if open_until then return 0 end
local well, window = ARGV[1] == '1', tonumber(ARGV[2])
local faults, all = well and 0 or 1, 1
for _, outcome in ipairs(redis.call('LRANGE', KEYS[2], 0, ARGV[3] - 2)) do
  outcome = tonumber(outcome)
  if math.abs(outcome) > now - window then
    all = all + 1
    if outcome > 0 then faults = faults + 1 end
  end
end
if faults == 0 then return 0 end
redis.call('LPUSH', KEYS[2], text(well and -now or now))
redis.call('LTRIM', KEYS[2], 0, ARGV[3] - 1)
redis.call('PEXPIRE', KEYS[2], math.ceil(window / 1000))
if well or faults < tonumber(ARGV[4]) or faults < ARGV[5] * all then return 0 end
redis.call('HSET', KEYS[1], 'open_until', text(now + ARGV[6]), 'trips', 1)
return 1
"""
_CLOSE = _STATE + "return half_open and redis.call('DEL', KEYS[1], KEYS[2]) or 0"
# ARGV: µs open at first and at most.
_REOPEN = _STATE + """
if not half_open then return 0 end
local trips = tonumber(redis.call('HGET', KEYS[1], 'trips') or 1)
local span = math.min(ARGV[1] * 2 ^ math.min(trips, 16), tonumber(ARGV[2]))
redis.call('HSET', KEYS[1], 'open_until', text(now + span), 'trips', trips + 1)
return redis.call('HDEL', KEYS[1], 'probe_until')
"""
# Returns -1 closed, 0 half open, 1 open.
_LOOK = _STATE + "return not open_until and -1 or half_open and 0 or 1"
# ARGV: µs of the window. Returns µs at which it may be tried (0: closed), whether that is over, faults in the window.
_HEALTH = _STATE + """
local faults = 0
for _, outcome in ipairs(redis.call('LRANGE', KEYS[2], 0, -1)) do
  if tonumber(outcome) > now - ARGV[1] then faults = faults + 1 end
end
return {open_until or 0, half_open and 1 or 0, faults}
"""
_RELEASE = _STATE + "return half_open and redis.call('HDEL', KEYS[1], 'probe_until') or 0"

_SECOND = 1_000_000
#: µs beyond which no date is.
_LATEST = 250_000_000_000 * _SECOND
_RULE = (WINDOW * _SECOND, KEPT, FAULTS, SHARE, OPEN * _SECOND)


class RedisBreaker:
    """As :class:`..postgres.breaker.Breaker`."""

    def __init__(self, link: Link):
        self.link = link

    def admit(self, key: str, lease: float = PROBE_LEASE) -> Admission:
        """Ask leave to call.

        :param lease: seconds the call may take, if it is to be the probe
        :raises Lost: when Redis is
        """
        answer = self._run(_ADMIT, key, int(lease * _SECOND))
        if answer > 0:
            return Admission("open", math.ceil(answer / _SECOND))
        return Admission("probe" if answer == 0 else "closed")

    def states(self, keys: Sequence[str]) -> dict[str, str]:
        """Return ``closed``, ``half_open`` or ``open`` for each key.

        :raises Lost: when Redis is
        """
        return {key: state_of({0: False, 1: True}.get(self._run(_LOOK, key))) for key in keys}

    def health(self, keys: Sequence[str]) -> dict[str, Health]:
        """Return how each key fares.

        :raises Lost: when Redis is
        """
        return {key: _health(self._ask(self.link.run, _HEALTH, key, WINDOW * _SECOND)) for key in keys}

    def record(self, key: str, ok: bool, probe: bool = False):
        """Tell how an admitted call ended.

        :raises Lost: when Redis is
        """
        if not probe:
            self._run(_RECORD, key, int(ok), *_RULE)
        elif ok:
            self._run(_CLOSE, key)
        else:
            self._run(_REOPEN, key, OPEN * _SECOND, LONGEST_OPEN * _SECOND)

    def release(self, key: str):
        """Give back a probe that was never sent, for another to try.

        :raises Lost: when Redis is
        """
        self._run(_RELEASE, key)

    def _run(self, script: str, key: str, *args: object) -> int:
        return self._ask(self.link.number, script, key, *args)

    def _ask(self, run: Callable, script: str, key: str, *args: object):
        return run(script, [self.link.key("breaker", key), self.link.key("outcomes", key)], args)


def _health(answer: object) -> Health:
    match answer:
        case [int(until), int(half_open), int(faults)] if 0 <= until <= _LATEST:
            ends = datetime.fromtimestamp(until / _SECOND, UTC).replace(tzinfo=None) if until else None
            return Health(state_of(None if not until else not half_open), ends, faults)
    raise Lost("not a breaker's health")
