"""The ledger's lines as metrics: what each becomes, and that labels are bounded and stay what they are."""

from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from l10n_cl_ai.llm import metrics
from l10n_cl_ai.llm.exposition import Buckets, render
from l10n_cl_ai.llm.metrics import Line, Names, ledger_families
from l10n_cl_ai.llm.postgres.totals import DURATION_US, TOKENS
from l10n_cl_ai.llm.question import Reason

START = datetime(2026, 11, 1)


def line(kind="calls", label="answered:", n=1, amount="0.5", company=1, feature="chat", model="m", bucket=0, at=0):
    return Line(company, feature, model, kind, label, bucket, n, Decimal(amount), START + timedelta(seconds=at))


def told(lines, **caps):
    lines = list(lines)
    return ledger_families(lines, Names(lines, {**metrics.CAPS, **caps}))


def values(families, name):
    """Return {label values: sample} of a metric."""
    return {tuple(value for _name, value in labels): sample for labels, sample in families[name].samples.items()}


def test_a_call_is_counted_and_charged():
    families = told([line(n=3, amount="0.000000000003"), line(label="not_evaluated:deadline", amount="1")])
    assert values(families, "l10n_cl_ai_requests_total") == {
        ("1", "chat", "m", "answered"): 3, ("1", "chat", "m", "not_evaluated", "deadline"): 1,
    }
    assert values(families, "l10n_cl_ai_cost_usd_total") == {("1", "chat", "m"): Decimal("1.000000000003")}
    assert not families["l10n_cl_ai_quota_denied_total"].samples


def test_denials_say_what_denied():
    families = told([
        line(label="not_evaluated:rate_limited", n=2), line(label="not_evaluated:over_budget", n=5),
        line(label="not_evaluated:refused", n=9),
    ])
    assert values(families, "l10n_cl_ai_quota_denied_total") == {("1", "rate"): 2, ("1", "budget"): 5}
    assert sum(families["l10n_cl_ai_errors_total"].samples.values()) == 16


def test_the_cache_and_what_it_saved():
    families = told([
        line("cache", "hit", 4, "0"), line("cache", "coalesced", 3, "0"), line("cache", "miss", 2, "0"),
        line("saved", "", 7, "0.25"),
    ])
    assert values(families, "l10n_cl_ai_cache_requests_total") == {
        ("1", "chat", "hit"): 4, ("1", "chat", "coalesced"): 3, ("1", "chat", "miss"): 2,
    }
    assert values(families, "l10n_cl_ai_duplicates_avoided_total") == {("1",): 3}
    assert values(families, "l10n_cl_ai_saved_usd_total") == {("1", "chat", "m"): Decimal("0.25")}
    assert not told([line("cache", "hit")])["l10n_cl_ai_duplicates_avoided_total"].samples


def test_histograms_are_of_opentelemetry():
    families = told([
        line("duration", "", 2, "3000000", company=0, bucket=8),
        line("duration", "overloaded", 1, "100000000", company=0, bucket=len(DURATION_US)),
        line("first", "", 2, "900000", company=0, bucket=3),
        line("usage", "input", 1, "5000", company=0, bucket=7),
    ])
    name = "gen_ai_client_operation_duration_seconds"
    assert [sample.total for sample in families[name].samples.values()] == [3, 100]
    assert dict(list(families[name].samples)[1]) == {
        "gen_ai_operation_name": "chat", "gen_ai_provider_name": "anthropic", "gen_ai_request_model": "m",
        "feature": "chat", "error_type": "overloaded",
    }
    [usage] = families["gen_ai_client_token_usage_tokens"].samples.items()
    assert dict(usage[0])["gen_ai_token_type"] == "input"
    assert usage[1] == Buckets([0] * 7 + [1] + [0] * (len(TOKENS) - 7), Decimal(5000))
    names = {family.name for family in text_string_to_metric_families(render(families.values()))}
    assert {name, "gen_ai_client_operation_time_to_first_chunk_seconds", "gen_ai_client_token_usage_tokens"} <= names


def test_tokens_and_swept():
    families = told([line("tokens", "output", 2, "70"), line("swept", "", 1, "0.3")])
    assert values(families, "l10n_cl_ai_tokens_total") == {("1", "chat", "m", "output"): 70}
    assert values(families, "l10n_cl_ai_swept_total") == {("1",): 1}


def test_what_is_under_way_or_not_final():
    moment = {"since": None, "model": ""}
    lines = [
        line("running", "", 2, "0.6")._replace(**moment), line("expired", "", 1, "0")._replace(**moment),
        line("charged", "", 1, "0.3")._replace(**moment), line("uncounted", "", 7, "0")._replace(**moment),
        line("day", "today", 1, "2")._replace(feature="", **moment),
        line("day", "month", 1, "3")._replace(feature="", **moment),
    ]
    families = told(lines)
    for name, value in {
        "reservations_open": 2, "reserved_usd": Decimal("0.6"), "reservations_expired": 1,
        "unconfirmed_usd": Decimal("0.3"), "uncounted_rows": 7, "cost_today_usd": 2, "cost_month_usd": 5,
    }.items():
        assert sum(values(families, f"l10n_cl_ai_{name}").values()) == value, name


def test_with_nothing_under_way_there_is_nothing_to_tell():
    families = ledger_families([], Names([]), [1])
    assert values(families, "l10n_cl_ai_uncounted_rows") == {(): 0}
    assert values(families, "l10n_cl_ai_cost_today_usd") == {("1",): 0}
    for name in ("reservations_open", "reserved_usd", "reservations_expired", "unconfirmed_usd"):
        assert values(families, f"l10n_cl_ai_{name}") == {}


def test_labels_beyond_the_cap_are_other_and_nothing_is_lost():
    families = told([line(company=n, at=n) for n in range(1, 61)], company=50)
    costs = values(families, "l10n_cl_ai_cost_usd_total")
    assert len(costs) == 51
    assert costs["other", "chat", "m"] == 5
    assert sum(costs.values()) == 30


def test_up_to_the_cap_nobody_is_other():
    costs = values(told([line(company=n, at=n) for n in range(1, 51)], company=50), "l10n_cl_ai_cost_usd_total")
    assert ("other", "chat", "m") not in costs


@given(st.lists(st.tuples(st.integers(1, 9), st.sampled_from("abcdefg"), st.sampled_from("xyz")), max_size=40),
       st.integers(0, 40))
def test_no_counter_goes_back_as_rows_come(rows, upto):
    lines = [line(company=c, feature=f, model=m, at=n) for n, (c, f, m) in enumerate(rows)]
    caps = {"company": 3, "feature": 3, "model": 2}
    before = values(told(lines[:upto], **caps), "l10n_cl_ai_cost_usd_total")
    after = values(told(lines, **caps), "l10n_cl_ai_cost_usd_total")
    for labels, value in before.items():
        assert after[labels] >= value
    for place, cap in enumerate(caps.values()):
        assert len({labels[place] for labels in after}) <= cap + 1


def test_names_of_what_was_never_asked_take_what_room_there_is():
    names = Names([line(company=1)], {**metrics.CAPS, "company": 2})
    assert [names.of("company", company) for company in (1, 2, 3, 2, None)] == ["1", "2", "other", "2", ""]


def test_errors_begin_at_nothing():
    lines = [line(label="not_evaluated:deadline", n=2)]
    families = ledger_families(lines, Names(lines), [1, 2])
    errors = values(families, "l10n_cl_ai_errors_total")
    assert len(errors) == 2 * len(Reason)
    assert (errors["1", "deadline"], errors["2", "deadline"], errors["1", "auth"]) == (2, 0, 0)
    assert values(families, "l10n_cl_ai_swept_total") == {("1",): 0, ("2",): 0}
