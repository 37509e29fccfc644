"""What follows from what the index knows: candidates with their probabilities.

Four views of the same history, which err differently, are weighed against each other by a conditional logit: lines
like this one (k nearest neighbours by BM25), naive Bayes over words and pairs, the mean of what each term says alone,
and the supplier's own habits. The weights that stand here fit two public sets of payments taken together; a company
with enough history gets its own (``fitting``).
"""

import math
from collections import defaultdict
from dataclasses import dataclass, replace

from .terms import Terms

#: Smoothing of naive Bayes: a word that a label never had is rare in it, and not impossible.
ALPHA = 0.05
#: Terms by which neighbours are looked for: eight find hardly better ones, and take half as long again.
RAREST = 6
#: Candidates that each view names.
NAMED, NAMED_BY_VENDOR = 8, 6
#: Days after which a neighbour counts half.
HALF_LIFE = 120
FEATURES = ("knnrec", "knnmax", "nb", "nbbg", "idfp", "pmax", "vsm", "vlast", "vfirst", "vab", "va", "prior")
#: Pooled over both public sets of bench/suggest. A supplier's share stands in naive Bayes and neighbours too, so it is
#: taken back here.
DEFAULT_WEIGHTS = (0.30, 1.35, 0.20, 0.53, -0.07, 0.96, -0.86, 0.35, 0.08, 0.29, 0.57, -0.06)


@dataclass(frozen=True)
class Neighbour:
    """A line booked before. :param score: BM25 :param age: in days, as of the line that is asked about"""

    source: int
    label: str
    score: float
    age: float = 0.0


@dataclass(frozen=True)
class Priors:
    """What the index holds as a whole: lines, words and words with pairs by label, and how many terms there are."""

    lines: dict[str, float]
    words: dict[str, float]
    pairs: dict[str, float]
    terms: int

    @property
    def total(self) -> float:
        return sum(self.lines.values())


@dataclass(frozen=True)
class Evidence:
    """What the index knows about a line.

    :param counts: {term: {label: how often}} of its terms
    :param neighbours: best first
    :param last: label of the supplier's last line, empty where he has none
    """

    counts: dict[str, dict[str, float]]
    neighbours: tuple[Neighbour, ...] = ()
    last: str = ""


@dataclass(frozen=True)
class Candidate:
    """:param probability: as the views together have it, not yet calibrated

    :param signs: the features, as they are weighed
    :param best_match: how much of the line its nearest neighbour with this label has, 0 to 1
    :param known: share of the line's terms that were ever seen
    :param vendor_known: its supplier had it before
    """

    label: str
    probability: float
    signs: tuple[float, ...]
    best_match: float
    vendor_lines: float
    vendor_share: float
    known: float
    vendor_known: bool = False

    @property
    def confidence(self) -> tuple[float, ...]:
        """What tells whether the probability can be trusted."""
        share = min(max(self.probability, 1e-4), 1 - 1e-4)
        return (math.log(share / (1 - share)), self.best_match, math.log(1 + min(self.vendor_lines, 50)),
                self.vendor_share, self.known)  # fmt: skip


def rarest(terms: Terms, counts, total: float) -> dict[str, float]:
    """Return {term: weight} of the terms by which neighbours are looked for: the rarest that are known."""
    known = {term: sum(counts[term].values()) for term in set(terms.searched) if counts.get(term)}
    chosen = sorted(known, key=lambda term: (known[term], term))[:RAREST]
    return {term: _idf(known[term], total) for term in chosen}


def candidates(terms: Terms, evidence: Evidence, priors: Priors, weights=DEFAULT_WEIGHTS) -> list[Candidate]:
    """Return what the line may be booked on, best first; nothing where the index knows nothing of it."""
    total = priors.total
    if not total or not any(map(evidence.counts.get, terms.searched)):
        return []  # the size of an amount alone tells nothing
    views = _Views(terms, evidence, priors, total)
    named = views.named()
    signs = {label: views.signs(label) for label in named}
    chances = _softmax({label: _dot(weights, row) for label, row in signs.items()})
    found = [views.candidate(label, chances[label], signs[label]) for label in named]
    return sorted(found, key=lambda one: (-one.probability, one.label))


def weighed(found: list[Candidate], weights) -> list[Candidate]:
    """Return candidates as other weights have them, best first."""
    chances = _softmax({one.label: _dot(weights, one.signs) for one in found})
    again = [replace(one, probability=chances[one.label]) for one in found]
    return sorted(again, key=lambda one: (-one.probability, one.label))


class _Views:
    """The four views of one line."""

    def __init__(self, terms, evidence, priors, total):
        self.evidence, self.priors, self.total = evidence, priors, total
        self.keys, counts = terms.keys, evidence.counts
        known = [term for term in terms.distinct if counts.get(term)]
        pairs = [pair for pair in terms.pairs if counts.get(pair)]
        self.known = len(known) / len(terms.distinct) if terms.distinct else 0.0
        tally = _Tally()
        tally.add(known, counts, total)
        self.bayes = tally.bayes(priors.lines, priors.words, priors.terms)
        tally.add(pairs, counts, total)
        self.bayes_pairs = tally.bayes(priors.lines, priors.pairs, priors.terms)
        self.mean, self.most = tally.means(), tally.most
        self.vendor = counts.get(terms.vendor) or {}
        self.vendor_lines = sum(self.vendor.values())
        self.reach = sum(rarest(terms, counts, total).values())
        self.share, self.recent, self.best = self._neighbours()

    def _neighbours(self):
        share, recent, best = defaultdict(float), defaultdict(float), {}
        top = self.evidence.neighbours[0].score if self.evidence.neighbours else 0
        for near in self.evidence.neighbours:
            vote = (near.score / top) ** 3 if top else 0
            share[near.label] += vote
            recent[near.label] += vote * 2 ** (-max(near.age, 0) / HALF_LIFE)
            best.setdefault(near.label, near.score / self.reach if self.reach else 0)
        weight = sum(recent.values()) or 1
        return share, {label: vote / weight for label, vote in recent.items()}, best

    def named(self):
        """Return the labels that any view names."""
        views = (self.share, self.bayes, self.bayes_pairs, self.mean)
        labels = {label for view in views for label in _first(view, NAMED)} | set(_first(self.vendor, NAMED_BY_VENDOR))
        return sorted(label for label in labels if self.priors.lines.get(label, 0) > 0)

    def signs(self, label):
        prior = self.priors.lines.get(label, 0) / self.total
        share = self.vendor_share(label)
        own = {name: self._own_share(key, label, share) for name, key in self.keys.items()}
        return (
            math.log(self.recent.get(label, 0) + 0.02),
            self.best.get(label, 0.0),
            max(self.bayes.get(label, -40), -40) / 8,
            max(self.bayes_pairs.get(label, -40), -40) / 8,
            math.log(self.mean.get(label, 0) + 0.02),
            math.log(self.most.get(label, 0) + 0.02),
            math.log(share + 0.01),
            1.0 if label == self.evidence.last else 0.0,
            *(math.log(own.get(name, share) + 0.01) for name in ("vfirst", "vab", "va")),
            math.log(prior + 0.01),
        )

    def vendor_share(self, label):
        prior = self.priors.lines.get(label, 0) / self.total
        return (self.vendor.get(label, 0) + prior) / (self.vendor_lines + 1)

    def _own_share(self, key, label, share):
        counted = self.evidence.counts.get(key) or {}
        return (counted.get(label, 0) + 0.5 * share) / (sum(counted.values()) + 0.5)

    def candidate(self, label, chance, signs):
        return Candidate(label, chance, signs, self.best.get(label, 0.0), self.vendor_lines, self.vendor_share(label),
                         self.known, self.vendor.get(label, 0) > 0)  # fmt: skip


class _Tally:
    """What terms say together of each label: by naive Bayes, in the mean, and the most that any says."""

    def __init__(self):
        self.logs, self.mean, self.most, self.weight, self.terms = {}, {}, {}, 0.0, 0

    def add(self, terms, counts, total):
        """Add what more terms say. One pass over some hundred counts a line: nothing else takes as long."""
        logs, mean, most, odds = self.logs, self.mean, self.most, 1 / ALPHA
        for term in terms:
            counted = counts[term]
            seen = sum(counted.values())
            weight = math.log(1 + total / seen) ** 2 * seen / (seen + 1)
            self.weight += weight
            share_of_one = 1 / (seen + 0.5)
            for label, count in counted.items():
                share = count * share_of_one
                logs[label] = logs.get(label, 0.0) + math.log1p(count * odds)
                mean[label] = mean.get(label, 0.0) + weight * share
                if share > most.get(label, 0.0):
                    most[label] = share
        self.terms += len(terms)

    def bayes(self, lines, sizes, vocabulary):
        """Return {label: log of its chance beside the best} of the labels that have any of the terms."""
        found, smoothing = {}, ALPHA * (vocabulary + 1)
        for label, value in self.logs.items():
            known = lines.get(label, 0)
            if known > 0:
                size = math.log(max(sizes.get(label, 0), 0) + smoothing)
                found[label] = math.log(known) - self.terms * size + value
        best = max(found.values(), default=0)
        return {label: value - best for label, value in found.items()}

    def means(self):
        """Return {label: mean of what each term says alone, rare terms first}."""
        return {label: value / self.weight for label, value in self.mean.items()}


def _idf(seen, total):
    return math.log(1 + max(total - seen + 0.5, 0.5) / (seen + 0.5))


def _first(view, most):
    return sorted(view, key=lambda label: (-view[label], label))[:most]


def _dot(weights, row):
    return sum(weight * value for weight, value in zip(weights, row, strict=True))


def _softmax(scores):
    top = max(scores.values(), default=0)
    raised = {label: math.exp(score - top) for label, score in scores.items()}
    whole = sum(raised.values())
    return {label: value / whole for label, value in raised.items()}
