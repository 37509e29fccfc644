"""Text of a hostile writer takes linear time: what checks, searches and reads it looks at nothing again and again."""

import time

import pytest

from l10n_cl_ai.chat import grounding
from l10n_cl_ai.chat.facts import facts
from l10n_cl_ai.chat.facts_known import _read
from l10n_cl_ai.chat.grounding_words import _told, sentences
from l10n_cl_ai.chat.retrieval import passage
from l10n_cl_ai.sii.page_text import LONGEST, read_html

SEEDS = ("\n", "a\n", "9 ", "1-", "mayo de ", "01/02/", "12-05-2026 ", "Juan. ", "A. ", "a|b\n\n", "#\n", "art. 1, 2 ")


def checked(text):
    for cache in (_read, _told, sentences):
        cache.cache_clear()
    grounding.check(f"x{text}x [A1]", {"A1": f"x{text}x"}, [text[:5000]])


def seconds(work, text):
    times = []
    for _try in range(3):
        start = time.process_time()
        work(text)
        times.append(time.process_time() - start)
    return min(times)


@pytest.mark.parametrize("work", [checked, facts], ids=lambda work: work.__name__)
@pytest.mark.parametrize("seed", SEEDS)
def test_time_grows_as_the_text_does(work, seed):
    short, long = (seed * (size // len(seed)) for size in (2000, 16_000))
    assert seconds(work, long) < 24 * max(seconds(work, short), 0.002)


def test_passages_take_linear_time():
    short, long = ("plazo\n\n" * number for number in (2000, 16_000))

    def work(body):
        return passage(body, {"plazo": 1.0}, {"plazo": "plazo"})

    assert seconds(work, long) < 24 * max(seconds(work, short), 0.002)


def test_of_a_long_answer_what_was_not_looked_at_has_no_support():
    told = "El plazo es de 8 días [A1].\n\n"
    report = grounding.check(told * 400, {"A1": told})
    assert report.marks == []
    report = grounding.check(told * 401, {"A1": told})
    assert report.marks == [(len(told) * 400, len(told) * 401, "unsupported")]


def test_nobody_rests_on_more_sources_than_can_be_looked_at():
    sources = {f"R{number}": f'{{"total":{number}}}' for number in range(1, 70)}
    for count, marks in ((60, []), (61, ["unsupported"])):
        keys = ", ".join(list(sources)[:count])
        total = sum(range(1, count + 1))
        report = grounding.check(f"El total suma {total} [{keys}].", sources)
        assert [why for _start, _end, why in report.marks] == marks


def test_of_a_page_that_has_no_end_its_beginning_is_read():
    read = read_html(b"<p>uno</p>" + b"<p>plazo de pago</p>" * 80_000)
    assert read.text.startswith("uno\n\nplazo de pago\n\n")
    assert LONGEST - 20 < len(read.text) <= LONGEST
