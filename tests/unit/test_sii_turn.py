"""Which site the watch asks next, and where a redirect of one may lead."""

import pytest

from l10n_cl_ai.sii.address import Unreadable
from l10n_cl_ai.sii.fetch import MOST_REDIRECTS
from l10n_cl_ai.sii.robots import Robots
from l10n_cl_ai.sii.turn import Elsewhere, Site, Step, Turn

HOSTS = {"sii.cl", "bcn.cl"}


def site(name="www.sii.cl", asked_at=0.0, pause=10.0, robots="", **more):
    return Site(name, Robots(robots), asked_at, pause, False, **more)


def step(number, url="https://www.sii.cl/a"):
    return Step(("source", number), url, url)


def test_a_site_that_asks_for_long_pauses_keeps_no_other_back():
    slow, other, turn = site(asked_at=100.0, pause=120.0), site("www.bcn.cl", asked_at=99.0), Turn()
    turn.plan([(slow, step(1)), (slow, step(2)), (other, step(3))])
    asked = []
    for now in (105.0, 115.0, 130.0):
        found = turn.next(now)
        asked.append((found.name, found.steps.popleft().task[1], found.wait(now)))
        found.asked_at = now + found.wait(now)
    assert [entry[:2] for entry in asked] == [("www.bcn.cl", 3), ("www.sii.cl", 1), ("www.sii.cl", 2)]


def test_of_two_that_may_be_asked_the_one_left_alone_longest_is():
    busy, quiet, turn = site(asked_at=80.0), site("www.bcn.cl", asked_at=20.0), Turn()
    turn.plan([(busy, step(1)), (quiet, step(2))])
    assert turn.next(100.0) is quiet
    quiet.asked_at = 100.0
    assert turn.next(110.0) is busy


def test_one_site_is_asked_by_its_own_pause_alone():
    turn = Turn()
    turn.plan([(site(asked_at=100.0), step(1))])
    assert turn.next(103.0).wait(103.0) == 7.0
    assert turn.next(10.0).wait(10.0) == 10.0, "a clock that was set back keeps nobody waiting for ever"
    assert Turn().next(0.0) is None and not Turn()


def test_what_is_forbidden_is_not_waited_for():
    closed = site(asked_at=100.0, robots="User-agent: *\nDisallow: /a")
    closed.steps.append(step(1))
    assert (closed.wait(100.0), closed.forbidden("https://www.sii.cl/a")) == (0.0, "robots")
    failed = Site("www.sii.cl", Robots(None), 0.0, 10.0, False, "robots_failed")
    assert failed.forbidden("https://www.sii.cl/b") == "robots_failed"


def test_a_plan_made_anew_keeps_what_is_on_its_way():
    first, other, turn = site(), site("www.bcn.cl"), Turn()
    led = step(1).on("https://www.bcn.cl/x")
    turn.plan([(first, step(1)), (other, step(2))])
    first.steps.clear()
    other.steps.appendleft(led)
    turn.plan([(first, step(1)), (other, step(2)), (first, step(3))])
    assert [one.task[1] for one in first.steps] == [3]
    assert list(other.steps) == [led, step(2)]


def test_a_redirect_within_the_site_is_followed_where_its_rules_allow():
    known = site(robots="User-agent: *\nDisallow: /privado/")
    known.check("https://www.sii.cl/b", HOSTS)
    with pytest.raises(Unreadable) as refused:
        known.check("https://www.sii.cl/privado/b", HOSTS)
    assert refused.value.reason == "robots"
    with pytest.raises(Elsewhere) as led:
        known.check("https://www4.sii.cl/b", HOSTS)
    assert led.value.url == "https://www4.sii.cl/b"


def test_a_page_leads_elsewhere_so_often_and_no_more():
    going = step(1)
    for at in range(MOST_REDIRECTS):
        going = going.on(f"https://www{at}.sii.cl/")
    assert (going.origin, going.task) == ("https://www.sii.cl/a", ("source", 1))
    with pytest.raises(Unreadable):
        going.on("https://www.sii.cl/")
