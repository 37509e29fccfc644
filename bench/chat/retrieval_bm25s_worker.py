"""Runs in the peer's Python: reads one line of JSON {texts, asked}, answers {answers: [[place]], ms: [ms]}."""

import json
import sys
import time
import unicodedata

import bm25s
import Stemmer


def plain(text):
    return "".join(one for one in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(one))


def main():
    order = json.loads(sys.stdin.readline())
    stemmer = Stemmer.Stemmer("spanish")

    def tokens(texts):
        return bm25s.tokenize(texts, stopwords="es", stemmer=stemmer, show_progress=False, return_ids=False)

    model = bm25s.BM25()
    model.index(tokens([plain(text) for text in order["texts"]]), show_progress=False)
    answers, times = [], []
    for text in order["asked"]:
        start = time.perf_counter()
        found, scores = model.retrieve(tokens([plain(text)]), k=10, show_progress=False)
        times.append(1000 * (time.perf_counter() - start))
        answers.append([int(place) for place, score in zip(found[0], scores[0], strict=True) if score > 0])
    print(json.dumps({"answers": answers, "ms": times}), flush=True)


main()
