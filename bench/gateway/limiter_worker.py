"""One process that takes from a limiter as fast as it can: ``limiter_worker.py ROOT KIND TARGET``.

Orders: {name, keys, seconds, per_minute, burst}. It runs in the peers' Python too, so ours is imported only where it is
asked for. Every contestant is called the way its documentation calls it.
"""

import json
import sys
import time

# GCRA as in redis-cell and its many ports, by Redis's clock: what a careful user of Redis would write.
GCRA = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local each, room = tonumber(ARGV[1]), tonumber(ARGV[2])
local tat = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now) + each
if tat - now > room then return tat - now - room end
redis.call('SET', KEYS[1], string.format('%.0f', tat), 'PX', math.ceil((tat - now) / 1000))
return 0
"""


def postgres(root, dsn):
    sys.path.insert(0, root)
    from bench.gateway import ground  # noqa: PLC0415

    limiter = ground.addon("postgres.limiter").Limiter(ground.door(dsn))
    return lambda key, per_minute, burst: limiter.take(key, per_minute, burst).ok


def lua(_root, url):
    import redis  # noqa: PLC0415

    client = redis.Redis.from_url(url)
    sha = client.script_load(GCRA)

    def take(key, per_minute, burst):
        each = 60_000_000 // per_minute
        return client.evalsha(sha, 1, key, each, each * burst) == 0

    return take


def _limits(url, strategy):
    from limits import RateLimitItemPerMinute, RateLimitItemPerSecond, storage, strategies  # noqa: PLC0415

    kept = storage.storage_from_string(f"redis+{url}" if url.startswith("unix") else url)
    limiter = getattr(strategies, strategy)(kept)
    items = {}

    def take(key, per_minute, _burst):
        item = items.get(per_minute)
        if item is None:
            # It knows no burst: where ours allows less than a minute's worth at once, a limit a second is nearest.
            a_second, rest = divmod(per_minute, 60)
            made = RateLimitItemPerMinute(per_minute) if rest else RateLimitItemPerSecond(a_second)
            item = items.setdefault(per_minute, made)
        return limiter.hit(item, key)

    return take


def limits_moving(_root, url):
    return _limits(url, "MovingWindowRateLimiter")


def limits_fixed(_root, url):
    return _limits(url, "FixedWindowRateLimiter")


def run(take, order):
    """Take until the time is over; return the µs of each try."""
    clock, us, granted = time.perf_counter_ns, [], 0
    per_minute, burst, count = order["per_minute"], order["burst"], order["keys"]
    keys = [f"{order['name']}:{number}" for number in range(count)]
    at = order["worker"] * count // order["of"]
    start = before = clock()
    end = start + int(order["seconds"] * 1e9)
    while before < end:
        granted += take(keys[at % count], per_minute, burst)
        at += 1
        after = clock()
        us.append((after - before) // 1000)
        before = after
    return {"us": us, "seconds": (before - start) / 1e9, "granted": granted}


def main():
    root, kind, target = sys.argv[1:4]
    take = globals()[kind](root, target)
    take(f"warm:{kind}", 60_000, 60_000)
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        print(json.dumps(run(take, json.loads(line))), flush=True)


main()
