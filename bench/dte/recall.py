"""Recall of each rule, false alarms, and the floor: what the schema alone finds."""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from lxml import etree

from ..harness import Metric, Options, say, share, table, wilson
from . import operators  # noqa: F401 - importing declares every operator
from .case import SPOILS, Case, NotApplicable, Spoil
from .material import Schemas, corpus, genuine, mutants
from .ways import BY_SCHEMA, PAST_SCHEMA
from .world import TODAY, context, dte


@dataclass
class Tally:
    """What one operator came to, over every document it applies to."""

    n: int = 0
    hits: int = 0
    by_schema: int = 0
    judged_by_schema: int = 0
    missed: list[str] = field(default_factory=list)
    spurious: Counter = field(default_factory=Counter)
    places: dict[str, str] = field(default_factory=dict)


def _right_documents() -> list[tuple]:
    """Return (name, root, context, pristine Document) of each file of the corpus."""
    found = []
    for name, data in corpus().items():
        pristine = dte.read(data)[0]
        found.append((name, etree.fromstring(data), context(pristine), pristine))
    return found


def _findings(data: bytes, known: dict) -> list:
    return [f for doc in dte.read(data, dte.Context(**known)) for f in dte.check(doc).findings]


def _spoil(each: Spoil, right: list[tuple], schemas: Schemas) -> Tally:
    tally = Tally()
    for name, root, known, pristine in right:
        case = Case(name, root, known, pristine)
        case.schemas = schemas
        if case.is_set != each.sets or case.kind not in each.types:
            continue
        try:
            each.act(case)
        except NotApplicable:
            continue
        _judge(each, case, tally, schemas)
    return tally


def _judge(each: Spoil, case: Case, tally: Tally, schemas: Schemas) -> None:
    data = case.data()
    found = Counter(f.rule for f in _findings(data, case.context))
    tally.n += 1
    if each.rule in found:
        tally.hits += 1
    else:
        tally.missed.append(case.name)
    for rule in found.keys() - each.expected:
        tally.spurious[rule] += 1
        tally.places.setdefault(rule, case.name)
    if schemas.present and not each.context_only:
        tally.judged_by_schema += 1
        tally.by_schema += schemas.refuses(data)


def run(options: Options) -> dict[str, Metric]:
    """Spoil everything, judge everything; return the metrics of the part."""
    random.seed(options.seed)
    schemas = Schemas()
    if not schemas.present:
        say("  No shared data beside this checkout: no XSD floor and no genuine documents in this run.")
    right = _right_documents()
    tallies = [(each, _spoil(each, right, schemas)) for each in SPOILS]
    metrics = _recall_metrics(tallies, options)
    return metrics | _false_alarms(options) | _mutants()


def _recall_metrics(tallies: list[tuple[Spoil, Tally]], options: Options) -> dict[str, Metric]:
    by_rule: dict[str, Tally] = defaultdict(Tally)
    names: dict[str, list[str]] = defaultdict(list)
    for each, tally in tallies:
        total = by_rule[each.rule]
        for name in ("n", "hits", "by_schema", "judged_by_schema"):
            setattr(total, name, getattr(total, name) + getattr(tally, name))
        total.spurious.update(tally.spurious)
        if tally.n:
            names[each.rule].append(each.name)
    _print_rules(by_rule, names)
    _print_trouble(tallies, options)
    _print_floor(tallies)
    return _metrics(tallies, by_rule)


def _metrics(tallies, by_rule: dict[str, Tally]) -> dict[str, Metric]:
    n, hits = (sum(getattr(t, name) for t in by_rule.values()) for name in ("n", "hits"))
    judged, caught = (sum(getattr(t, x) for t in by_rule.values()) for x in ("judged_by_schema", "by_schema"))
    idle = sorted(dte.RULES.keys() - {rule for rule, t in by_rule.items() if t.n})
    unknown = sorted(by_rule.keys() - dte.RULES.keys())
    spurious = sum(sum(t.spurious.values()) for t in by_rule.values())
    whole = sum(t.n > 0 and t.hits == t.n for rule, t in by_rule.items() if rule in dte.RULES)
    if idle:
        say(f"  Rules WITHOUT an operator that applies: {', '.join(idle)}")
    if unknown:
        say(f"  Operators for rules that do not exist: {', '.join(unknown)}")
    metrics = {
        "recall": Metric(_part(hits, n), 1.0, n, more={"wilson": wilson(hits, n), "hits": hits}),
        "rules_with_full_recall": Metric(whole, len(dte.RULES), len(dte.RULES)),
        "rules_without_operator": Metric(len(idle), 0, len(dte.RULES), most=True, more={"rules": idle}),
        "operators_without_rule": Metric(len(unknown), 0, len(by_rule), most=True, more={"rules": unknown}),
        "spurious_findings": Metric(spurious, 0, n, most=True),
        "operators": Metric(len(tallies)),
    }
    if judged:
        floor = Metric(_part(caught, judged), n=judged, more={"wilson": wilson(caught, judged)})
        metrics["floor_xsd_recall"] = floor
        ways = [t.by_schema == t.judged_by_schema for _, t in tallies if t.judged_by_schema]
        metrics["floor_xsd_operators"] = Metric(sum(ways), n=len(ways), more={"wilson": wilson(sum(ways), len(ways))})
    return metrics | _first_ways(tallies)


def _first_ways(tallies: list[tuple[Spoil, Tally]]) -> dict[str, Metric]:
    """Return, of the 42 ways first measured, how many the rules and the schema find on every document."""
    by_name = {each.name: tally for each, tally in tallies}
    ways = [by_name[name] for name in BY_SCHEMA + PAST_SCHEMA]
    mine = sum(t.n > 0 and t.hits == t.n for t in ways)
    metrics = {"ways_42_found": Metric(mine, len(ways), len(ways), more={"wilson": wilson(mine, len(ways))})}
    if any(t.judged_by_schema for t in ways):
        floor = sum(t.judged_by_schema > 0 and t.by_schema == t.judged_by_schema for t in ways)
        metrics["ways_42_floor_xsd"] = Metric(floor, n=len(ways), more={"wilson": wilson(floor, len(ways))})
    return metrics


def _part(hits: int, n: int) -> float | None:
    return round(hits / n, 4) if n else None


def _print_rules(by_rule: dict[str, Tally], names: dict[str, list[str]]) -> None:
    table(
        "Recall per rule, and what the schema alone finds of the same spoilings",
        ("rule", "ways", "recall (Wilson 95 %)", "XSD alone", "spurious"),
        (
            (
                rule, len(names[rule]), share(t.hits, t.n), share(t.by_schema, t.judged_by_schema),
                ", ".join(f"{r}×{c}" for r, c in sorted(t.spurious.items())),
            )
            for rule, t in sorted(by_rule.items())
        ),
    )


def _print_trouble(tallies: list[tuple[Spoil, Tally]], options: Options) -> None:
    """Name the operators that were missed, that applied nowhere or that brought other findings."""
    rows = []
    for each, tally in tallies:
        few = tally.missed if options.verbose else tally.missed[:3]
        if not tally.n:
            rows.append((each.rule, each.name, "applies to no document of the corpus", ""))
        elif tally.missed:
            rows.append((each.rule, each.name, f"missed {len(tally.missed)} of {tally.n}", ", ".join(few)))
        for rule, count in sorted(tally.spurious.items()):
            rows.append((each.rule, each.name, f"spurious {rule} × {count}", tally.places[rule]))
    if rows:
        table("Misses and spurious findings", ("rule", "operator", "what", "document"), rows)


def _print_floor(tallies: list[tuple[Spoil, Tally]]) -> None:
    judged = [(each, t) for each, t in tallies if t.judged_by_schema]
    if not judged:
        return
    always = sum(t.by_schema == t.judged_by_schema for _, t in judged)
    never = sum(t.by_schema == 0 for _, t in judged)
    say(
        f"\n  The floor: of {len(judged)} ways of spoiling the XML, the schema alone always finds {always}, "
        f"never {never}, and depending on the type {len(judged) - always - never}."
    )


def _false_alarms(options: Options) -> dict[str, Metric]:
    """Judge right documents, with all the context and with none; count rejects and any other finding."""
    metrics = {}
    for kind, files in (("corpus", corpus()), ("genuine", genuine())):
        alarms: list[tuple] = []
        documents = 0
        for name, data in files.items():
            for document in dte.read(data):
                documents += 1
                for setting, known in (("alone", {"today": TODAY}), ("in context", context(document))):
                    if setting == "in context" and kind == "genuine":
                        continue
                    alarms += _alarms(name, setting, data, document, known)
        if not documents:
            continue
        rejects = [alarm for alarm in alarms if alarm[3] == "reject"]
        files_alarmed = {alarm[0] for alarm in alarms}
        if alarms:
            shown = alarms if options.verbose else alarms[:40]
            headers = ("document", "judged", "rule", "effect", "path", "found")
            table(f"Findings on right documents: {kind}", headers, shown)
        metrics[f"false_rejects_{kind}"] = Metric(
            len(rejects), 0, documents, most=True, more={"wilson": wilson(len({r[0] for r in rejects}), documents)},
        )
        metrics[f"findings_on_right_{kind}"] = Metric(
            len(alarms), 0 if kind == "corpus" else None, documents, most=True, more={"files": len(files_alarmed)},
        )
    return metrics


def _alarms(name: str, setting: str, data: bytes, document, known: dict) -> list[tuple]:
    """Return what is found on one right document of a file."""
    again = dte.read(data, dte.Context(**known))[document.xml.index - 1]
    return [
        (name, setting, f.rule, str(f.sii_effect), f.path, (f.found or "")[:40])
        for f in dte.check(again).findings
    ]


#: The rule that must find what a mutant's name says.
MUTANTS = {
    "empty-emails": "C09", "bad-cert-no-base64": "A10", "replaced-cert": "A09", "changed-monto": "A09",
    "bad-cert": "A10", "removed-signature": "A09",
}


def _mutants() -> dict[str, Metric]:
    files = mutants()
    if not files:
        return {}
    rows, hits = [], 0
    for name, data in files.items():
        way = name.partition("-mod-")[2]
        found = sorted({f.rule for f in _findings(data, {"today": TODAY})})
        hit = MUTANTS.get(way) in found
        hits += hit
        rows.append((way, MUTANTS.get(way), "yes" if hit else "NO", " ".join(found)))
    table("Named mutants of a genuine document", ("mutant", "rule", "found", "all findings"), rows)
    return {"mutants_found": Metric(hits, len(files), len(files))}
