"""Runs in the peer's Python: TF-IDF and logistic regression, one model for each company.

Reads one line of JSON {learn: [[company, text, label]], ask: [[company, text]], pairs}, and answers with
{fit_s, answers: [[labels, probability, ms]]}. Texts are words with spaces between.
"""

import collections
import json
import os
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.pipeline import make_pipeline

#: From so many numbers in the model on it is found line by line, in bearable time: the same model, the same loss.
LARGE = 3_000_000


def fitted(texts, labels, pairs):
    """Return a model; None where there is but one label."""
    if len(set(labels)) < 2:
        return None
    words = TfidfVectorizer(token_pattern=r"\S+", ngram_range=(1, 2) if pairs else (1, 1), sublinear_tf=True,
                            min_df=2 if len(texts) > 20_000 else 1)
    seen = words.fit_transform(texts)
    if seen.shape[1] * len(set(labels)) > LARGE:
        model = SGDClassifier(loss="log_loss", alpha=1e-6, max_iter=20, tol=1e-3, random_state=1)
    else:
        model = LogisticRegression(C=30, max_iter=200)
    model.fit(seen, labels)
    return make_pipeline(words, model)


def answer(model, text, only):
    start = time.perf_counter()
    if model is None:
        return [[only], 1.0, 1000 * (time.perf_counter() - start)]
    chances = model.predict_proba([text])[0]
    best = chances.argsort()[::-1][:3]
    labels = [str(model.classes_[n]) for n in best]
    return [labels, float(chances[best[0]]), 1000 * (time.perf_counter() - start)]


def main():
    order = json.loads(sys.stdin.readline())
    companies = collections.defaultdict(lambda: ([], []))
    for company, text, label in order["learn"]:
        companies[company][0].append(text)
        companies[company][1].append(label)
    start = time.perf_counter()
    models = {company: fitted(*learned, order["pairs"]) for company, learned in companies.items()}
    seconds = time.perf_counter() - start
    for company, text in order["ask"][:20]:
        answer(models.get(company), text, "")
    answers = [
        answer(models[company], text, companies[company][1][0]) if company in models else [[], 0.0, 0.0]
        for company, text in order["ask"]
    ]
    kinds = sorted({type(model.steps[-1][1]).__name__ for model in models.values() if model})
    print(json.dumps({"fit_s": seconds, "answers": answers, "models": kinds}), flush=True)


main()
