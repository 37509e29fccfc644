"""Runs inside ``odoo shell``: our index and PostgreSQL's ``ts_rank`` learn the same lines and are asked in turn.

``SETTINGS`` are {set, seed, steps: [{learn, ask}], peer}: at each step what stands before ``learn`` is learned,
measured as the nightly cron does, and then the rows ``ask`` are asked about, one by one.
"""

import json
import time

from bench.suggest import contest_ground, sets, ts_rank

GIVEN = SETTINGS  # noqa: F821 - the bench brings them


def asked(ours, peer, material, number):
    """Return [rank, probability, band, ms, the peer's rank, the peer's ms] of one row."""
    row = material.rows[number]
    right = material.answer(row)
    start = time.perf_counter()
    candidates, probability, band = ours.suggest(row)
    ms, rank = 1000 * (time.perf_counter() - start), place(right, candidates)
    if not peer:
        return [rank, probability, band, ms, None, 0]
    start = time.perf_counter()
    candidates = peer.suggest(row)
    return [rank, probability, band, ms, place(right, candidates), 1000 * (time.perf_counter() - start)]


def place(right, candidates):
    return candidates.index(right) if right in candidates else None


def main(env):
    material = sets.load(GIVEN["set"], GIVEN["seed"])
    ours = contest_ground.Ours(env, material)
    peer = ts_rank.TsRank(env.cr, material) if GIVEN["peer"] else None
    learned, steps = 0, []
    for step in GIVEN["steps"]:
        took = ours.learn(range(learned, step["learn"]))
        learned = step["learn"]
        if peer:
            took["ts_rank_s"] = peer.learn(material.known)
        for number in step["ask"][:20]:  # caches filled, plans made
            asked(ours, peer, material, number)
        steps.append({**took, "answers": [asked(ours, peer, material, number) for number in step["ask"]],
                      "fitted": ours.fitted()})  # fmt: skip
    print("BENCH " + json.dumps({"steps": steps, "mb": ours.megabytes()}), flush=True)


main(env)  # noqa: F821 - Odoo's shell brings env
