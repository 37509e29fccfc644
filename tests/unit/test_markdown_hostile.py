"""Whatever a model writes, what is shown holds tags and attributes of a closed list, and leads to named sites only."""

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
from markup import faults

from bench.chat.render_payloads import payloads
from l10n_cl_ai.chat.markdown import MOST, render
from l10n_cl_ai.chat.markdown_links import link

HOSTS = {"sii.cl", "www.sii.cl"}
KEYS = {"A1", "R2"}
PAYLOADS = payloads()
#: Text in which constructs of Markdown and HTML are likely.
bits = st.sampled_from(
    [
        "**",
        "*",
        "_",
        "~~",
        "`",
        "```",
        "\n",
        "\n\n",
        "# ",
        "- ",
        "1. ",
        "  - ",
        "> ",
        "|",
        "|-|-|\n",
        "[A1]",
        "[R9]",
        "[",
        "](",
        ")",
        "!",
        "https://sii.cl/a",
        "https://evil.example/",
        "javascript:x",
        "<script>",
        "</p>",
        "&lt;",
        '"',
        "'",
        "\\",
        "---",
        "\t",
        "\x00",
        "\u202e",
        "\ud800",
        "a",
        "Factura 12",
        " ",
    ]
)
answers = st.lists(bits, max_size=60).map("".join) | st.text(max_size=200)


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_a_payload_stays_words(payload):
    blocks = render(payload, KEYS, {"sii.cl"})
    assert not faults(blocks, HOSTS, KEYS)
    assert not faults(render(f"Antes {payload} después", KEYS, {"sii.cl"}), HOSTS, KEYS)


def test_there_are_hundreds_of_them():
    assert len(PAYLOADS) >= 300


@given(answers)
def test_any_text_is_safe(text):
    assert not faults(render(text, KEYS, {"sii.cl"}), HOSTS, KEYS)


@given(answers)
def test_each_prefix_is_safe(text):
    for end in range(0, len(text), max(len(text) // 20, 1)):
        assert not faults(render(text[:end], KEYS, {"sii.cl"}), HOSTS, KEYS)


@given(answers, st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80), st.text(max_size=8)), max_size=5))
def test_marks_anywhere_are_safe(text, marks):
    assert not faults(render(text, KEYS, {"sii.cl"}, marks), HOSTS, KEYS)


@pytest.mark.parametrize(
    "address",
    [
        "https://sii.cl",
        "https://www.sii.cl/a/b.htm",
        "https://SII.cl/x?y=1&z=2",
        "https://sii.cl/a_(b)",
        "https://sii.cl/x#p2",
    ],
)
def test_pages_of_named_sites_can_be_clicked(address):
    assert link(address, frozenset({"sii.cl"}))


def test_no_site_is_named_by_default():
    assert link("https://sii.cl/", frozenset()) is None
    assert "<a" not in "".join(render("https://sii.cl/ y [x](https://sii.cl/)"))


def test_a_huge_answer_is_cut_where_the_limit_is():
    shown = "".join(render("a" * (MOST + 5000)))
    assert shown.count("a") == MOST
    assert shown.endswith("…</p>")


@pytest.mark.parametrize(
    "bit",
    [
        "[",
        "![a](",
        "`",
        "``` `",
        "*a ",
        "**a_b~~",
        "_a*",
        "> ",
        "- ",
        "    - x\n",
        "|",
        "a|b\n-|-\n",
        "[A1,",
        "\\",
        "https://",
        "~~~\n",
        "<",
        "# # ",
        "1. a\n",
        "\n",
        "a\n",
        "- a\n\n",
        "[a](b(",
        '[a]( "',
        "\u0301",
    ],
)
def test_work_grows_as_the_text_does(bit):
    def work(length):
        """Count the lines that run."""
        count, text = 0, bit * (length // len(bit))

        def tracer(_frame, event, _arg):
            nonlocal count
            count += event == "line"
            return tracer

        before = sys.gettrace()
        sys.settrace(tracer)
        try:
            render(text, KEYS, {"sii.cl"})
        finally:
            sys.settrace(before)
        return count

    assert work(4000) <= 5 * work(1000) + 500


def test_blank_lines_in_an_item_are_read_once():
    assert len(render("- a" + "\n" * 50_000 + "  b")) == 1
