"""The harness that measures recall and precision of a reader, proven on a model whose quality is known."""

import datetime
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

from ..gateway import asking
from ..harness import Metric, Options, say, share, table, wilson
from . import path, recipe, scripted
from .path import Asked, Reviewed, Reviewer
from .scoring import Judged, Score, score

# isort: split
from l10n_cl_ai.llm.cost import Usage
from l10n_cl_ai.review import TOPICS

WORKERS = 8
#: Models that the harness is proven with: what it reports must be what was scripted, to the case.
MODELS = {
    "careful": scripted.Quality(names=0.88, over_reports=0.04),
    "middling": scripted.Quality(names=0.6, elsewhere=0.12, other_topic=0.08, over_reports=0.2, abstains=0.04),
    "liar": scripted.Quality(names=0.2, elsewhere=0.2, other_topic=0.2, over_reports=0.6, invents=0.2),
}
#: Output tokens of an answer as an estimate for a real run: a remark or two, and the thought before it.
_ANSWER = 700


def semantic(options: Options) -> dict[str, Metric]:
    """Prove the harness; with ``--live USD``, measure the real provider instead, for at most so much money."""
    twins = _twins()
    if options.live:
        return _live(twins, options)
    metrics: dict[str, Metric] = {}
    with path.database() as dsn:
        for name, quality in MODELS.items():
            planned = scripted.plan([twin for twin, _asked in twins], quality, options.seed)
            reported, _reviews = _measured(dsn, twins, planned)
            expected = score(each.judged for each in planned.values())
            _show(f"{name}: {quality}", reported)
            metrics |= _proof(name, reported, expected, quality)
        metrics |= _verdicts(dsn, twins)
    return metrics


def _twins() -> list[tuple[scripted.Twin, Asked]]:
    """Return every twin of the set, and the question about it."""
    found = []
    for case in recipe.load():
        for planted, xml in ((False, case.clean_xml), (True, case.planted_xml)):
            each = path.asked(xml, case.known)
            found.append((scripted.Twin(case, planted, each.picture), each))
    if len({each.sent for _twin, each in found}) < len(found):
        raise RuntimeError("two documents of the set read the same: a scripted model could not tell them apart")
    return found


def _measured(dsn: str, twins: Sequence, planned: Mapping) -> tuple[Score, list[Reviewed]]:
    """Ask about every twin; return the score and what came of each."""
    answers = {each.sent: planned[twin.case.id, twin.planted].answer for twin, each in twins}
    with path.scripted(answers) as server:
        reviewer = Reviewer(dsn, server.url, server.key)
        reviews = _all(reviewer, [each for _twin, each in twins])
    return _scored(twins, reviews), reviews


def _all(reviewer: Reviewer, questions: Sequence[Asked]) -> list[Reviewed]:
    with ThreadPoolExecutor(WORKERS) as pool:  # nothing is served from the cache: each run asks
        return list(pool.map(lambda each: reviewer.review(each, ttl=0), questions))


def _scored(twins: Sequence, reviews: Sequence[Reviewed]) -> Score:
    return score(
        Judged(twin.case, twin.planted, None if (said := each.remarks) is None else [(r.code, r.path) for r in said])
        for (twin, _asked), each in zip(twins, reviews, strict=True)
    )


def _show(title: str, total: Score) -> None:
    rows = [
        (code, TOPICS[code].title.template, share(total.found[code], total.planted[code]),
         share(total.right[code], total.said[code]))
        for code in total.topics
    ]  # fmt: skip
    recall, precision = (total.found.total(), total.planted.total()), (total.right.total(), total.said.total())
    rows.append(("all", "", share(*recall), share(*precision)))
    table(title, ("topic", "", "recall (Wilson 95 %)", "precision (Wilson 95 %)"), rows)
    say(f"  Alarms on clean twins: {share(total.alarmed, total.clean)}; twins without an answer: {total.unanswered}")


def _proof(name: str, reported: Score, expected: Score, quality: scripted.Quality) -> dict[str, Metric]:
    """Return how far the report is off what was scripted, and the report itself."""
    number = 2 * reported.planted.total()
    off = sum(
        abs(getattr(reported, kind)[code] - getattr(expected, kind)[code])
        for kind in ("planted", "found", "said", "right") for code in {*reported.topics, *expected.topics}
    )  # fmt: skip
    off += sum(abs(getattr(reported, kind) - getattr(expected, kind)) for kind in ("clean", "alarmed", "unanswered"))
    off += sum(abs(reported.found[code] - round(quality.names * n)) for code, n in reported.planted.items())
    return {
        f"semantic_{name}_off_what_was_scripted": Metric(off, 0, number, most=True),
        **_figures(f"semantic_{name}", reported),
    }


def _figures(name: str, total: Score) -> dict[str, Metric]:
    found, planted = total.found.total(), total.planted.total()
    right, said = total.right.total(), total.said.total()
    return {
        f"{name}_recall": Metric(_part(found, planted), n=planted, more={"wilson": wilson(found, planted)}),
        f"{name}_precision": Metric(_part(right, said), n=said, more={"wilson": wilson(right, said)}),
        f"{name}_clean_alarmed": Metric(
            _part(total.alarmed, total.clean), n=total.clean, more={"wilson": wilson(total.alarmed, total.clean)}),
    }  # fmt: skip


def _part(hits: int, number: int) -> float | None:
    return round(hits / number, 4) if number else None


# -- the rules' verdict ----------------------------------------------------------------------------------


def _verdicts(dsn: str, twins: Sequence) -> dict[str, Metric]:
    """Return how often an AI softens what the rules say: one that is right, one silent, one noisy; beside none."""
    spoiled = [
        (replace(twin, picture=each.picture), each)
        for number, (twin, asked) in enumerate(twins)
        for each in [path.asked(path.spoiled(asked.xml, blocking=number % 2 == 0), asked.history)]
    ]
    actions = Counter(str(each.report.worst) for _twin, each in (*twins, *spoiled))
    softer, other = 0, 0
    for act in ("names", "nothing", "over_reports"):
        for part in (twins, spoiled):
            reviews = _measured(dsn, part, scripted.all_alike([twin for twin, _asked in part], act))[1]
            softer += sum(path.softer(each) for each in reviews)
            other += sum(path.asked(each.asked.xml, each.asked.history).report != each.asked.report for each in reviews)
    number = 3 * (len(twins) + len(spoiled))
    say(f"  Rules alone, then with an AI that is right, silent, noisy; worst finding of the rules: {dict(actions)}")
    return {
        "semantic_rules_verdicts_softened": Metric(softer, 0, number, most=True, more={"worst": dict(actions)}),
        "semantic_rules_findings_changed": Metric(other, 0, number, most=True),
    }


# -- a real provider -------------------------------------------------------------------------------------


def _live(twins: Sequence, options: Options) -> dict[str, Metric]:
    """Ask the real provider about the whole set, within a budget that the gateway keeps."""
    key = os.environ.get("L10N_CL_AI_API_KEY", "")
    url = os.environ.get("L10N_CL_AI_BASE_URL", "https://api.anthropic.com")
    _tell_cost(twins, options.live)
    if not key:
        say("  L10N_CL_AI_API_KEY is not set: nothing was asked.")
        return {"semantic_live_recall": Metric(None, more={"skipped": "no key"})}
    with path.database() as dsn:
        reviews = _all(Reviewer(dsn, url, key, Decimal(options.live)), [each for _twin, each in twins])
    total, cost = _scored(twins, reviews), sum((each.answer.cost for each in reviews), Decimal(0))
    _show(f"Measured at {url}", total)
    reasons = Counter(str(each.answer.reason) for each in reviews if not each.answer.evaluated)
    say(f"  It cost {cost:.4f} USD. Not evaluated: {dict(reasons) or 'none'}")
    return _figures("semantic_live", total) | {"semantic_live_usd": Metric(float(cost), options.live, most=True)}


def _tell_cost(twins: Sequence, most: float) -> None:
    """Say what a run would cost, before anything is asked: each document once, no escalation, no cache of prompts."""
    day = datetime.datetime.now(datetime.UTC).date()
    model = path.feature().models[0].name
    usage = Usage(input=sum(path.tokens_of(each.ask) for _twin, each in twins), output=_ANSWER * len(twins))
    cost = asking.prices().cost(model, usage, day)
    say(f"  {len(twins)} questions to {model}, about {usage.input:,} tokens in and {usage.output:,} out: "
        f"about {cost:.2f} USD, more where it escalates. At most {most:.2f} USD are spent.")  # fmt: skip
