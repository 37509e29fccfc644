"""Whether a page is as it was when it was last believed: what nearly every look finds."""

from dataclasses import replace

import pytest

from l10n_cl_ai.sii.fetch import Page
from l10n_cl_ai.sii.look import Known, digest, look
from l10n_cl_ai.sii.mapping import Mapping


def known(body, url="https://www.sii.cl/x.htm", **more):
    mapping = Mapping("links", pattern="*.pdf")
    seen = look(mapping, body, url, "", None)
    return Known(mapping, url, digest(body), seen.seen, seen.whole)


LINKS = (
    b"<html><body>%s<p><a href='/a.pdf'>Documento uno</a></p><p><a href='/b.pdf'>Documento dos</a></p></body></html>"
)


@pytest.mark.parametrize(
    ("page", "same"),
    [
        (Page("https://www.sii.cl/x.htm", 304, b""), True),
        (Page("https://www.sii.cl/x.htm", 200, LINKS % b""), True),
        (Page("https://www.sii.cl/x.htm?jsessionid=1", 200, LINKS % b"Visitas: 7"), True),
        (Page("https://www.sii.cl/otra.htm", 200, LINKS % b""), False),
        (Page("https://www.sii.cl/x.htm", 200, (LINKS % b"").replace(b"uno", b"tres")), False),
        (Page("https://www.sii.cl/x.htm", 200, (LINKS % b"").replace(b"</html>", b"")), False),
        (Page("https://www.sii.cl/x.htm", 200, LINKS % b"<h1>Error 503</h1>"), False),
        (Page("https://www.sii.cl/x.htm", 200, b""), False),
    ],
)
def test_a_page_is_as_it_was_where_its_rows_are_and_nothing_is_doubted(page, same):
    before = known(LINKS % b"")
    after = before.same(page)
    assert bool(after) is same
    if same and page.body:
        assert (after.digest, after.seen) == (digest(page.body), before.seen)


def test_of_a_page_whose_rows_are_not_remembered_only_its_bytes_tell():
    before = replace(known(LINKS % b""), seen="")
    assert before.same(Page(before.url, 200, LINKS % b"")) == before
    assert before.same(Page(before.url, 200, LINKS % b"Visitas: 7")) is None
