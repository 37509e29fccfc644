"""One process that asks questions as the gateway does, single flight included: ``flight_worker.py ROOT DSN``.

The provider is a row in ``upstream`` and a pause; in the middle of it the first to call may be killed, as by the
kernel: nothing is said to anybody.
"""

import json
import os
import signal
import sys
import time
import uuid


class Asker:
    def __init__(self, ground, dsn):
        from bench.gateway.ground import addon  # noqa: PLC0415

        statement = addon("postgres.door").Statement
        self.door = ground.door(dsn)
        self.cache = addon("postgres.cache").Cache(self.door)
        self.flights = addon("postgres.flight").Flights(self.door)
        self.begin = statement(
            "begin", "INSERT INTO upstream (flight) VALUES ($1) RETURNING id, (SELECT count(*) FROM upstream"
            " WHERE flight = $1)", ("integer",))
        self.end = statement("ends", "UPDATE upstream SET ended = clock_timestamp() WHERE id = $1", ("integer",))

    def ask(self, order):
        """Look, claim or wait, look again, call: the loop of the gateway's first phase."""
        key, owner = bytes.fromhex(order["key"]), uuid.uuid4()
        while not (hit := self.cache.get(key, 1)):
            if not self.flights.claim(key, owner, order["lease"]):
                self.flights.wait(key, 60)
                continue
            try:
                # Between our look and our claim another may have landed.
                hit = self.cache.get(key, 1)
                if not hit:
                    self.call(order, key)
            finally:
                self.flights.land(key, owner)
        return hit.value

    def call(self, order, key):
        [(call, before)] = self.door.run(self.begin, (order["flight"],))
        time.sleep(order["pause"] / 2)
        if order["kill"] and not before:
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(order["pause"] / 2)
        self.cache.put(key, 1, "bench", json.dumps({"flight": order["flight"], "call": call}), 600)
        self.door.run(self.end, (call,))


def main():
    sys.path.insert(0, sys.argv[1])
    from bench.gateway import ground  # noqa: PLC0415

    asker = Asker(ground, sys.argv[2])
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps({"value": asker.ask(order)}), flush=True)


main()
