"""Markdown as models write it, and as it is shown."""

import pytest

from l10n_cl_ai.chat.markdown import render

HEADING, CODE = 'class="o_l10n_cl_ai_heading"', '<pre class="o_l10n_cl_ai_code" tabindex="0"><code>'
TABLE = '<div class="o_l10n_cl_ai_table table-responsive" tabindex="0"><table class="table table-sm">'
LINK = 'rel="noopener noreferrer" target="_blank"'


def html(text, **ways):
    return "".join(render(text, **ways))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("  \n\n ", ""),
        ("Uno\ndos", "<p>Uno<br/>dos</p>"),
        ("Uno\r\n\r\ndos", "<p>Uno</p><p>dos</p>"),
        (
            "# A\n## B\n### C\n###### D",
            f"<h4 {HEADING}>A</h4><h5 {HEADING}>B</h5><h6 {HEADING}>C</h6><h6 {HEADING}>D</h6>",
        ),
        ("# A #", f"<h4 {HEADING}>A</h4>"),
        ("# C#", f"<h4 {HEADING}>C#</h4>"),
        ("#A", "<p>#A</p>"),
        (
            "**a** *b* _c_ __d__ ~~e~~ ***f***",
            "<p><strong>a</strong> <em>b</em> <em>c</em> <strong>d</strong> <s>e</s> <strong><em>f</em></strong></p>",
        ),
        ("**a *b* c**", "<p><strong>a <em>b</em> c</strong></p>"),
        ("2 * 3 * 4", "<p>2 * 3 * 4</p>"),
        ("a_b_c", "<p>a_b_c</p>"),
        ("*a **b* c** d", "<p><em>a **b</em> c** d</p>"),
        ("\\*a\\*", "<p>*a*</p>"),
        ("~a~", "<p>~a~</p>"),
        ("`a` ``b`c``", "<p><code>a</code> <code>b`c</code></p>"),
        ("`**a**`", "<p><code>**a**</code></p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("- a\n  - b\n    1. c\n- d", "<ul><li>a<ul><li>b<ol><li>c</li></ol></li></ul></li><li>d</li></ul>"),
        ("1. a\n   - b\n2. c", "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>"),
        ("- a\n\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("- a\n\n  b", "<ul><li><p>a</p><p>b</p></li></ul>"),
        ("- a\nb", "<ul><li>a<br/>b</li></ul>"),
        ("- a\n\nb", "<ul><li>a</li></ul><p>b</p>"),
        ("En\n2026. Fue", "<p>En<br/>2026. Fue</p>"),
        ("a\n- b", "<p>a</p><ul><li>b</li></ul>"),
        ("---", "<hr/>"),
        ("a\n\n* * *\n\nb", "<p>a</p><hr/><p>b</p>"),
        ("> a\n> b\n\nc", '<blockquote class="o_l10n_cl_ai_quote"><p>a<br/>b</p></blockquote><p>c</p>'),
        ("```python\na <b>\n\n# c\n```\nd", f"{CODE}a &lt;b&gt;\n\n# c</code></pre><p>d</p>"),
        ("~~~\n```\n~~~", f"{CODE}```</code></pre>"),
        ("a<br>b", "<p>a<br/>b</p>"),
        ('<b>a</b> & "c"', "<p>&lt;b&gt;a&lt;/b&gt; &amp; &quot;c&quot;</p>"),
    ],
)
def test_what_is_shown(text, shown):
    assert html(text) == shown


def test_tables_have_heads_and_alignment():
    assert html("| a | b |\n|:--|--:|\n| **1** | 2 \\| 3 |\n\nz") == (
        f'{TABLE}<thead><tr><th>a</th><th class="text-end">b</th></tr></thead><tbody><tr><td><strong>1</strong></td>'
        '<td class="text-end">2 | 3</td></tr></tbody></table></div><p>z</p>'
    )
    figures = html("| a | b | c |\n|---|--:|---|\n| 10-11-2026 | **$ 1.190.000** | FAC 000123 |")
    assert '<td class="text-nowrap">10-11-2026</td>' in figures
    assert '<td class="text-end text-nowrap"><strong>$ 1.190.000</strong></td><td>FAC 000123</td>' in figures
    assert "<table" not in html("a | b\nc | d\n\nz")
    assert "<table" not in html("|a" * 40 + "|\n" + "|-" * 40 + "|\n\nz")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("```py\nx", f"{CODE}x</code></pre>"),
        ("a **b c", "<p>a <strong>b c</strong></p>"),
        ("a **", "<p>a </p>"),
        ("a `b", "<p>a <code>b</code></p>"),
        ("| a | b |", f"{TABLE}<thead><tr><th>a</th><th>b</th></tr></thead></table></div>"),
        ("| a | b |\n|--", f"{TABLE}<thead><tr><th>a</th><th>b</th></tr></thead></table></div>"),
        ("- a\n-", "<ul><li>a</li><li></li></ul>"),
        ("[x](https://sii.c", "<p>[x](https://sii.c</p>"),
    ],
)
def test_what_is_on_its_way_is_shown_as_what_it_will_be(text, shown):
    assert html(text, hosts={"sii.cl"}) == shown


def test_only_the_end_may_be_on_its_way():
    assert html("a **b\n\nc") == "<p>a **b</p><p>c</p>"


def test_blocks_that_are_complete_stay_the_same():
    text = "# A\n\nUno **dos**.\n\n| a |\n|---|\n| 1 |\n\n- x\n- y\n\nfin"
    whole = render(text)
    for end in range(len(text)):
        so_far = render(text[:end])
        assert so_far[:-1] == whole[: len(so_far) - 1] or len(so_far) <= 1


def test_keys_become_buttons_where_they_are_known():
    button = '<button type="button" class="o_l10n_cl_ai_source" data-key="{0}">{0}</button>'
    assert (
        html("a [A1][R2, A1].", keys={"A1", "R2"})
        == f"<p>a {button.format('A1')}{button.format('R2')}{button.format('A1')}.</p>"
    )
    assert html("a [A9]", keys={"A1"}) == '<p>a <span class="o_l10n_cl_ai_unsupported">[A9]</span></p>'
    assert html("`[A1]`", keys={"A1"}) == "<p><code>[A1]</code></p>"


def test_links_lead_to_named_sites_and_others_are_words():
    assert html("[x](https://www.sii.cl/a)", hosts={"sii.cl"}) == f'<p><a href="https://www.sii.cl/a" {LINK}>x</a></p>'
    assert (
        html("ver https://sii.cl/a.", hosts={"sii.cl"})
        == f'<p>ver <a href="https://sii.cl/a" {LINK}>https://sii.cl/a</a>.</p>'
    )
    assert html("[**x**](http://evil.example)", hosts={"sii.cl"}) == "<p><strong>x</strong> (http://evil.example)</p>"


def test_marks_stand_where_the_words_are_whatever_is_around_them():
    mark = '<span class="o_l10n_cl_ai_unsupported" title="no &quot;x&quot;">{}</span>'
    text = "- uno **dos tres** [A1] cuatro\n- cinco"
    start, end = text.index("dos"), text.index("cuatro") + 3
    assert html(text, keys={"A1"}, marks=[(start, end, 'no "x"')]) == (
        f"<ul><li>uno <strong>{mark.format('dos tres')}</strong> "
        '<button type="button" class="o_l10n_cl_ai_source" data-key="A1">A1</button>'
        f"{mark.format(' cua')}tro</li><li>cinco</li></ul>"
    )


@pytest.mark.parametrize(
    "text", ["a\n\n> - xx **12** y", "| a |\n|---|\n| 12 |", "```\nb 12\n```", "# c `12`", "1. a\n   b 12"]
)
def test_a_mark_finds_its_number_in_every_block(text):
    at = text.index("12")
    assert '<span class="o_l10n_cl_ai_unsupported" title="w">12</span>' in html(text, marks=[(at, at + 2, "w")])
