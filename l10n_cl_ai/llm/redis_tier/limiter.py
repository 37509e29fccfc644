"""GCRA in Lua: as :mod:`..postgres.limiter`, the time by Redis's clock."""

from ..postgres.limiter import Denials, Taken, bounded, spacing
from .link import CLOCK, Link

# KEYS: the limit. ARGV: µs that this takes, µs that may be taken ahead. Returns the µs to wait, 0 when granted.
_TAKE = CLOCK + """
local each, room = tonumber(ARGV[1]), tonumber(ARGV[2])
local tat = tonumber(redis.call('GET', KEYS[1]) or now)
if tat < now or tat > now + room + 1000000 then tat = now end
local ahead = tat + each - now
if ahead > room then return ahead - room end
redis.call('SET', KEYS[1], string.format('%.0f', now + ahead), 'PX', math.ceil(ahead / 1000))
return 0
"""


class RedisLimiter:
    """As :class:`..postgres.limiter.Limiter`. Rows expire by themselves."""

    def __init__(self, link: Link):
        self.link = link
        self.denials = Denials()

    def take(self, key: str, per_minute: int, burst: int | None = None, cost: int = 1) -> Taken:
        """Take one, if there is one.

        :raises Lost: when Redis is; one may have been taken
        """
        return bounded(self._wait, self.denials, key, *spacing(per_minute, burst, cost))

    def _wait(self, key: str, each: int, room: int) -> int:
        return self.link.number(_TAKE, [self.link.key("rate", key)], [each, room])
