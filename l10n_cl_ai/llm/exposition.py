"""Metrics as text: Prometheus's exposition format 0.0.4, and nothing else of it than what we say."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

#: What the text is, for ``Content-Type``.
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_KINDS = ("counter", "gauge", "histogram")
_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*\Z")
_LABEL = re.compile(r"(?!__)[a-zA-Z_][a-zA-Z0-9_]*\Z")

Labels = tuple[tuple[str, str], ...]
Number = int | float | Decimal


@dataclass
class Buckets:
    """A histogram's state for one set of labels.

    :param counts: observations by bucket, not added up; the last holds what is above all bounds
    :param total: sum of what was observed
    """

    counts: list[int]
    total: Number = 0

    def add(self, bucket: int, n: int, amount: Number):
        """Count ``n`` observations of one bucket, which sum up to ``amount``."""
        self.counts[bucket] += n
        self.total += amount


@dataclass
class Family:
    """A metric with all its samples.

    :param kind: ``counter``, ``gauge`` or ``histogram``
    :param help: one sentence
    :param bounds: upper bounds of a histogram's buckets, ascending, without the infinite one
    :raises ValueError: a name that the format does not allow, a kind it does not know
    """

    name: str
    kind: str
    help: str
    bounds: Sequence[Number] = ()
    samples: dict[Labels, Number | Buckets] = field(default_factory=dict)

    def __post_init__(self):
        if not _NAME.match(self.name) or self.kind not in _KINDS:
            raise ValueError(f"not a metric: {self.kind} {self.name}")
        if self.kind == "counter" and not self.name.endswith("_total"):
            raise ValueError(f"a counter's name ends in _total: {self.name}")

    def add(self, amount: Number, **labels: str):
        """Add to the sample with these labels; empty ones are as good as none."""
        key = _key(labels)
        if key in self.samples:
            self.samples[key] += amount
        else:
            self.samples[_checked(key)] = amount

    def most(self, amount: Number, **labels: str):
        """Keep the greater of this and what the sample is."""
        key = _key(labels)
        if key not in self.samples or self.samples[key] < amount:
            self.samples[_checked(key)] = amount

    def observe(self, bucket: int, n: int, amount: Number, **labels: str):
        """Count observations of a histogram, see :meth:`Buckets.add`."""
        key = _key(labels)
        if key not in self.samples:
            self.samples[_checked(key)] = Buckets([0] * (len(self.bounds) + 1))
        self.samples[key].add(bucket, n, amount)


def render(families: Iterable[Family]) -> str:
    """Return the text of these metrics; one without samples is told all the same, so that its name can be looked up."""
    lines = []
    for family in families:
        lines += (f"# HELP {family.name} {_escaped(family.help)}", f"# TYPE {family.name} {family.kind}")
        bounds = [*map(number, family.bounds), "+Inf"]
        for labels, sample in family.samples.items():
            text = ",".join([f'{name}="{_quoted(value)}"' for name, value in labels])
            if isinstance(sample, Buckets):
                lines += _histogram(family.name, text, bounds, sample)
            else:
                lines.append(f"{family.name}{{{text}}} {number(sample)}" if text else f"{family.name} {number(sample)}")
    return "\n".join(lines) + "\n" if lines else ""


def _histogram(name: str, labels: str, bounds: Sequence[str], buckets: Buckets) -> list[str]:
    begin, braced = f'{name}_bucket{{{labels}{"," if labels else ""}le="', f"{{{labels}}}" if labels else ""
    so_far, lines = 0, []
    for bound, count in zip(bounds, buckets.counts, strict=True):
        so_far += count
        lines.append(f'{begin}{bound}"}} {so_far}')
    return [*lines, f"{name}_sum{braced} {number(buckets.total)}", f"{name}_count{braced} {so_far}"]


def number(value: Number) -> str:
    """Return a number exactly, without an exponent where there need be none.

    :raises TypeError: it is none
    """
    if type(value) is int:
        return str(value)
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise TypeError(f"not a number: {value!r}")
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "+Inf" if value > 0 else "-Inf"
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return repr(value)


def _key(labels: Mapping[str, str]) -> Labels:
    return tuple([(name, value) for name, value in labels.items() if value])


def _checked(key: Labels) -> Labels:
    """Return a new sample's key. :raises ValueError: it has a label that the format does not allow"""
    for name, _value in key:
        if not _LABEL.match(name):
            raise ValueError(f"not a label: {name}")
    return key


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n").replace("\r", " ")


def _quoted(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
