"""One process that reads answers: ``cache_worker.py ROOT KIND TARGET``.

Both kinds do what a hit takes: hash the question, fetch, read the JSON. It runs in the peer's Python too.
"""

import json
import random
import sys
import time


def question(number, company=1, scope="company", version="rules-1"):
    """Return the parts of a key: a system text and a document of some 1.7 KB, as the gateway hashes them."""
    text = f"documento {number}: " + " ".join(f"línea {line} monto {line * 7919 + number}" for line in range(55))
    return {
        "company": company, "scope": scope, "feature": "dte_review", "prompt_version": "3", "version": version,
        "model": "a-model", "schema": {"type": "object", "required": ["verdict", "why"]}, "max_tokens": 400,
        "system": ["Revisa el documento y di qué falta."], "messages": [{"role": "user", "content": text}],
    }


def answer(name):
    """Return an answer of 1.7 KB that says whose it is."""
    return json.dumps({"verdict": "good", "why": "Nada que objetar. " * 90, "name": name}, ensure_ascii=False)


def postgres(ground, dsn):
    cache = ground.addon("postgres.cache").Cache(ground.door(dsn))

    def get(key, company=1):
        hit = cache.get(key, company)
        return hit and hit.value

    return get


def redis_get(_ground, url):
    import redis  # noqa: PLC0415 - in the peer's Python, with hiredis

    client = redis.Redis.from_url(url)
    return client.get


def hits(get, cache_key, order):
    """Read entries that are there until the time is over; return the µs of each hit."""
    clock, us = time.perf_counter_ns, []
    pick = random.Random(order["worker"])
    questions = [question(number) for number in range(order["entries"])]
    pick.shuffle(questions)
    start = before = clock()
    end = start + int(order["seconds"] * 1e9)
    while before < end:
        parts = questions[len(us) % len(questions)]
        if json.loads(get(cache_key(**parts)))["verdict"] != "good":
            raise AssertionError("A hit that is none")
        after = clock()
        us.append((after - before) // 1000)
        before = after
    return {"us": us, "seconds": (before - start) / 1e9}


def crossed(get, cache_key, order):
    """Ask for every neighbour of stored questions; return how many were asked, found, and found wrongly."""
    asked = found = wrong = 0
    for number in range(order["first"], order["last"]):
        for company, scope, version in order["neighbours"]:
            key = cache_key(**question(number, company, scope, version))
            for named in order["companies"]:
                text = get(key, named)
                asked += 1
                found += text is not None
                own = [number, company, scope, version]
                wrong += text is not None and (named != company or json.loads(text)["name"] != own)
    return {"asked": asked, "found": found, "wrong": wrong}


def main():
    root, kind, target = sys.argv[1:4]
    sys.path.insert(0, root)
    from bench.gateway import ground  # noqa: PLC0415

    cache_key = ground.addon("canon").cache_key
    get = globals()[kind](ground, target)
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(globals()[order["what"]](get, cache_key, order)), flush=True)


if __name__ == "__main__":
    main()
