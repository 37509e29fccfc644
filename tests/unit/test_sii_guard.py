"""Tricks that lead a reader of pages elsewhere, by the bench's own list: not one of them connects anywhere."""

import pytest

from bench.sii import guard


@pytest.mark.parametrize("way", ["address", "redirect", "link"])
def test_no_trick_connects_outside(way):
    with guard.siisite.running() as site, guard._watched(site.port) as seen:
        for trick in guard.TRICKS:
            url = trick.replace("{}", "9")
            if way == "address":
                guard._ours(url)
            elif way == "redirect":
                guard._redirected(site, url, guard._ours)
            else:
                guard._linked(site, url, guard._ours)
    assert len(guard.TRICKS) >= 60 and seen == []


def test_the_watch_sees_who_goes_elsewhere():
    with guard.siisite.running() as site, guard._watched(site.port) as seen:
        guard._theirs("https://127.0.0.1/sii.cl")
    assert seen, "or the tests above could not fail"
