"""Runs inside ``odoo shell``: times ours and ``ts_rank`` line by line in turn, and ours on many lines together.

``SETTINGS`` are {set, seed, ask, peer, together}; where the peer is, the index also measures itself.
"""

import json

from bench.suggest import contest_ground, sets, ts_rank
from bench.suggest.cpu import Stopwatch

GIVEN = SETTINGS  # noqa: F821 - the bench brings them


def main(env):
    material = sets.load(GIVEN["set"], GIVEN["seed"])
    ours = contest_ground.Ours(env, material)
    contestants = {"lookup": ours.look_up, "alone": ours.suggest}
    told = ours.learn(range(material.cut), GIVEN["peer"])
    if GIVEN["peer"]:
        peer = ts_rank.TsRank(env.cr, material)
        # All lines, also of closed projects: both search as many.
        told["ts_rank_s"] = peer.learn(material.history)
        contestants["ts_rank"] = peer.suggest
    rows = [material.rows[n] for n in sets.asked(material, GIVEN["seed"], GIVEN["ask"])]
    for row in rows[:30]:
        for act in contestants.values():
            act(row)
    watch, ms = Stopwatch(env.cr), {name: [] for name in contestants}
    for row in rows:
        for name, act in contestants.items():
            ms[name].append(watch(act, row))
    size = GIVEN["together"]
    ms["together"] = [
        [each / size for each in watch(ours.suggest_all, rows[first : first + size])]
        for first in range(0, len(rows) - size + 1, size)
    ]
    print("BENCH " + json.dumps({"ms": ms, "told": told, "mb": ours.megabytes(), "n": len(rows)}), flush=True)


main(env)  # noqa: F821 - Odoo's shell brings env
