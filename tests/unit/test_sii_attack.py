"""Pages, paths and rules of robots that are made to keep the watch busy, or to end it."""

import pytest

from l10n_cl_ai.sii import fetch, path
from l10n_cl_ai.sii.block import found_at, tree_of
from l10n_cl_ai.sii.mapping import Mapping
from l10n_cl_ai.sii.robots import LONGEST_PAUSE, PAUSE, Robots
from l10n_cl_ai.sii.row import Row

PAGE = "https://www.sii.cl/x/"


@pytest.mark.parametrize("xpath", [
    "//*[count(//*) > 0]", "//*//*//*", "//*//div//*", "//div[.//div[.//div]]", "//*[../..//*]", "id('x')",
    "//*/following::*", "//*/ancestor::*", "//*/..", "//a | //b", "//p[position() < 3]", "//" + "a/" * 200 + "a",
    "//p" + "[@a]" * 20, "//div[contains(., //p)]", "//*[string-length(//*)]", "document('/etc/passwd')", "//[",
])  # fmt: skip
def test_an_xpath_that_may_cost_too_much_is_none(xpath):
    assert path.fault(xpath)
    with pytest.raises(ValueError, match="can't be used"):
        found_at(tree_of(b"<p>x</p>"), xpath)


@pytest.mark.parametrize("xpath", [
    "//table", "//table[2]", "//table[last()]", "//div[@id='x']", "//*[@id = \"my-page\"]/div/table",
    ".//div[contains(@class, 'sii') and @id]", "/html/body/div[1]", "//table[.//th]", "//div[starts-with(@id,'a')][2]",
    "//p[contains(normalize-space(.), 'N° [1]')]", "//p[text()='x']", "html/body",
])  # fmt: skip
def test_an_xpath_that_finds_a_part_is_one(xpath):
    assert path.fault(xpath) == ""
    found_at(tree_of(b"<p>x</p>"), xpath)


def test_what_lies_within_another_is_looked_at_once():
    root = tree_of(b"<div id='a'><div id='b'><div id='c'>x</div></div></div><div id='d'>y</div>")
    assert [found.get("id") for found in found_at(root, "//div")] == ["a", "d"]


@pytest.mark.parametrize(("pattern", "address", "fits"), [
    ("/reso*.htm", "/2026/reso12.htm", True), ("/reso*.htm", "/reso/12.htm", False), ("*.pdf", "/A.PDF", True),
    ("*.pdf", "/a.pdf/b", False), ("a*b", "/a/b", False), ("a*b*c", "/xaybzc", True), ("/reso*", "/reso12", True),
    ("/reso*", "/reso/12", False), ("a*a*a", "/aa", False), ("a*a*a", "/aaa", True), ("x", "/abx", True),
    ("/a/*/c", "/a/b/c", True), ("/a/*/c", "/a/b/b/c", False), ("", "/any", True),
])  # fmt: skip
def test_patterns(pattern, address, fits):
    assert Mapping("links", pattern=pattern).fits(f"https://www.sii.cl{address}") is fits


def test_a_long_address_and_many_stars_end():
    body = b"<a href='/%s.pdx'>x</a>" % (b"a" * 1900)
    assert Mapping("links", pattern="a*a*a*a*.pdf a*a*a*a*.pdx").rows(body, PAGE)
    assert not Mapping("links", pattern="a*a*a*a*.pdf").rows(body, PAGE)


def test_a_list_in_a_script_ends():
    body = b"<script>a=[" + b"['<b']," * 100_000 + b"['x']]</script>"
    assert Mapping("script", path="a", title="1").rows(body, PAGE) == []


@pytest.mark.parametrize("line", [
    "Disallow: //[", "Crawl-delay: \N{SUPERSCRIPT TWO}", "Crawl-delay: " + "9" * 400, "Crawl-delay: " + "9" * 5000,
    "Request-rate: \N{SUPERSCRIPT TWO}/1", "Disallow: //]", "Allow: //a]b",
])  # fmt: skip
def test_a_line_of_robots_that_is_written_wrongly_breaks_nothing(line):
    robots = Robots(f"User-agent: *\n{line}\nDisallow: /no/\n")
    assert robots.allows(PAGE)
    assert not robots.allows("https://www.sii.cl/no/1")
    assert PAUSE <= robots.pause <= LONGEST_PAUSE


@pytest.mark.parametrize("row", [
    Row("x", url=PAGE + "?q=" + "".join(chr(0x4E00 + at * 7 % 20_000) for at in range(1900))),
    Row("\N{SQUARE KCAL}" * 1000), Row("\N{SQUARE KCAL}" * 1000, value="1"),
])  # fmt: skip
def test_no_identity_is_longer_than_an_index_takes(row):
    assert len(row.identity) <= 500
    longer = Row(row.title + "y", row.url + "y", value=row.value)
    assert longer.identity != row.identity


@pytest.mark.parametrize(("said", "kept"), [
    ('"a-1"', '"a-1"'), ("a\x00b", ""), ("\N{LATIN SMALL LETTER N WITH TILDE}", ""), ("x" * 1001, ""), (None, ""),
    ("x\r\ny: z", ""),
])  # fmt: skip
def test_what_a_header_says_is_kept_where_a_database_takes_it(said, kept):
    assert fetch._told(said) == kept
