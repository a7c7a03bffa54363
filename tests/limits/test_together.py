"""One look for all who wait: in one process, in many, when windows differ, when looking fails, when the looker dies."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.protocol.caller import Caller
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.looks import Look
from airflow_provider_fleetops.protocol.one_by_one import one_by_one
from airflow_provider_fleetops.protocol.steps import epoch
from airflow_provider_fleetops.protocol.together import Follower, look_once
from airflow_provider_fleetops.protocol.watch import Interest, Sighting, Spans, Watch
from airflow_provider_fleetops.state import StateStore
from airflow_provider_fleetops.state.clock import DatabaseClock
from tests.protocol.fakes import FakeDriver, account, ok, status
from tests.state.conftest import cipher

CADENCE = 600.0
FAR = timedelta(days=90)
DAYS = Spans("from", "to", lambda _name, text: date.fromisoformat(text), gap=timedelta(days=1), longest=FAR)


def look(mine: Any, ids: Sequence[str], window: Mapping[str, str]) -> Any:
    """One call; the answer is the state of whatever the list holds."""
    answer = yield from call(mine, "thing.get", {"n": len(ids)})
    return {subject: Sighting(state) for subject, state in answer.items()}


LIST = Watch(
    "thing", "thing", {"NEW": 0, "DONE": 1}, frozenset({"DEAD"}), frozenset({"DONE"}), look, lambda _a: CADENCE
)


def walk(mine: Any, ids: Sequence[str], _window: Mapping[str, str]) -> Any:
    """A call for each; the answer is its state."""

    def see(subject: str) -> Any:
        answer = yield from call(mine, "thing.get", {"n": ord(subject)})
        return Sighting(answer["state"])

    return (yield from one_by_one(ids, see))


def list_and_walk(mine: Any, ids: Sequence[str], window: Mapping[str, str]) -> Any:
    """One list, and a call for each that is not on it."""
    listed = yield from look(mine, ids, window)

    def see(subject: str) -> Any:
        answer = yield from call(mine, "thing.get", {"n": ord(subject)})
        return Sighting(answer["state"])

    return (yield from one_by_one((x for x in ids if x not in listed), see, listed))


BOTH = replace(LIST, name="both", look=list_and_walk)
WALK = replace(LIST, name="walk", at_once=2, look=walk)
NEW, DONE = ok(b'{"state": "NEW"}'), ok(b'{"state": "DONE"}')


@pytest.fixture
def driver(tmp_path: Any) -> FakeDriver:
    store = StateStore(f"sqlite:///{tmp_path}/fleetops.db", cipher())
    return FakeDriver(store=store)  # type: ignore[arg-type]


def follower(*ids: str, watch: Watch = LIST, window: Mapping[str, str] | None = None, **more: Any) -> Follower:
    one = Follower(account(), watch, more.pop("every", CADENCE), **more)
    one.follow([Interest(ids, window or {})])
    return one


def states(look: Look | None) -> dict[str, str]:
    return {subject: seen.sighting.state for subject, seen in look.seen.items()} if look else {}


def asked(driver: FakeDriver) -> list[str]:
    return [request.url.rpartition("n=")[2] for request in driver.sent]


def test_a_thousand_waiters_in_many_processes_cost_one_call_a_cadence(driver):
    driver.answers = [ok(b'{"a0": "NEW", "a999": "DONE"}')] * 3
    waiters = [follower(f"a{n}") for n in range(0, 1000, 37)] + [follower("a0", "a999")]
    for _ in range(3):
        for waiter in waiters:
            driver.run(waiter.step())
        assert driver.run(waiters[-1].step()) is None, "no news twice"
        driver.now += CADENCE
    assert len(driver.sent) == 3


def test_the_look_is_for_everybody_who_waits_and_each_learns_of_its_own(driver):
    driver.answers = [ok(b'{"a": "NEW", "b": "DONE", "other": "NEW"}')] * 2
    first, second = (follower(*ids, kept=2 * CADENCE) for ids in ("a", "bc"))
    assert states(driver.run(first.step())) == {"a": "NEW"}
    assert states(driver.run(second.step())) == {"b": "DONE"}, "c was not looked for yet, b was seen on the way"
    driver.now += CADENCE
    assert states(driver.run(first.step())) == {"a": "NEW"}
    assert states(driver.run(second.step())) == {"b": "DONE"}
    assert asked(driver) == ["1", "3"]


def test_who_comes_late_gets_the_newest_look_at_once_and_its_age(driver):
    driver.answers = [ok(b'{"a": "NEW"}')]
    driver.run(follower("a").step())
    driver.now += 300
    late = driver.run(follower("a").step())
    assert (states(late), driver.now - late.at) == ({"a": "NEW"}, 300.0)
    assert len(driver.sent) == 1


def test_a_restarted_triggerer_makes_no_extra_call_and_misses_nothing(driver):
    driver.answers = [ok(b'{"a": "NEW"}'), ok(b'{"a": "DONE"}')]
    driver.run(follower("a").step())
    driver.now += CADENCE + 5
    driver.run(follower("a").step())
    restarted = follower("a")
    assert states(driver.run(restarted.step())) == {"a": "DONE"}
    assert len(driver.sent) == 2


def test_nobody_else_looks_while_one_does_and_somebody_does_when_it_was_killed(driver):
    waiter = follower("a")
    driver.store.take(waiter.topic, "a process that is killed now", driver.now, waiter.account.turn_seconds)
    assert driver.run(waiter.step()) is None
    assert driver.sent == []
    driver.now += waiter.account.turn_seconds - 1
    assert driver.run(waiter.step()) is None
    driver.now += 2
    driver.answers = [ok(b'{"a": "NEW"}')]
    assert states(driver.run(waiter.step())) == {"a": "NEW"}


@pytest.mark.parametrize("answer", [status(503), status(500)])
def test_a_failed_look_is_not_repeated_before_the_cadence_and_is_told(driver, answer):
    driver.answers = [answer, ok(b'{"a": "DONE"}')]
    waiters = [follower("a"), follower("b")]
    for _ in range(5):
        looks = [driver.run(waiter.step()) for waiter in waiters]
        driver.now += 100
        told = [one.error(Interest(("a", "b"))) for one in looks if one]
        assert all(isinstance(error, errors.Unavailable) for error in told)
    assert len(driver.sent) == 1
    driver.now += 101
    assert states(driver.run(waiters[0].step())) == {"a": "DONE"}


@pytest.mark.parametrize("fault", [status(403), status(429, retry_after="300")])
@pytest.mark.parametrize(("listed", "seen"), [(b'{"a": "DONE"}', {"a": "DONE"}), (b"{}", {})])
def test_what_one_may_not_be_asked_for_is_not_said_of_what_the_list_showed(driver, fault, listed, seen):
    driver.answers = [ok(listed), fault]
    news = driver.run(follower(*seen, "b", watch=BOTH).step())
    assert news is not None
    assert states(news) == seen
    assert news.error(Interest(("b",))) is not None
    assert news.error(Interest(("a",))) is None


def test_a_limit_leaves_what_is_known_of_one_and_the_walk_goes_on(driver):
    driver.answers = [NEW] * 3
    waiter = follower(*"abc", watch=replace(WALK, at_once=20))
    driver.run(waiter.step())
    driver.now += CADENCE + 1
    driver.answers = [status(429, retry_after="0"), DONE, DONE]
    driver.run(waiter.step())
    late = follower(*"abc", watch=WALK)
    assert states(driver.run(late.step())) == {"a": "NEW", "b": "DONE", "c": "DONE"}


def test_the_vendors_word_moves_the_next_look(driver):
    driver.answers = [status(429, retry_after="2000"), ok(b'{"a": "DONE"}')]
    waiter = follower("a")
    driver.run(waiter.step())
    driver.now += 1990
    assert driver.run(waiter.step()) is None
    driver.now += 20
    assert states(driver.run(waiter.step())) == {"a": "DONE"}


def test_a_wrong_right_ends_the_waiting_of_all(driver):
    driver.answers = [status(401)]
    looks = [driver.run(follower(name).step()) for name in ("a", "b")]
    assert all(isinstance(one.error(Interest(("a",))), errors.AuthenticationError) for one in looks if one)
    assert len(driver.sent) == 1


def test_where_things_are_seen_one_by_one_those_not_seen_for_longest_come_first(driver):
    driver.answers = [NEW] * 20
    waiters = [follower("a", "b", watch=WALK), follower("c", "d", "e", watch=WALK)]
    seen: list[set[str]] = []
    for _ in range(3):
        for waiter in waiters:
            news = driver.run(waiter.step())
            seen.append(set(states(news)))
            driver.now += 1
    assert set().union(*seen) == set("abcde")
    assert sorted(asked(driver)) == sorted(str(ord(x)) for x in "abcde"), "each of five once, two at a time"
    driver.now += CADENCE
    driver.run(waiters[0].step())
    assert len(driver.sent) == 7


def test_what_has_ended_is_not_looked_at_again(driver):
    driver.answers = [DONE, NEW, NEW]
    waiter = follower("a", "b", watch=WALK)
    driver.run(waiter.step())
    driver.now += CADENCE + 1
    again = follower("a", "b", watch=WALK)
    assert states(driver.run(again.step())) == {"a": "DONE", "b": "NEW"}
    assert [driver.run(again.step()) for _ in range(20)] == [None] * 20, "nothing is due any more"
    assert asked(driver) == ["97", "98", "98"]


def test_one_step_of_a_task_walks_through_all_that_is_due(driver):
    driver.answers = [NEW] * 9
    assert states(driver.run(look_once(follower(*"abcdefg", watch=WALK)))) == dict.fromkeys("abcdefg", "NEW")
    assert len(driver.sent) == 7


@pytest.mark.parametrize(
    ("fault", "state"), [(status(400), "NOT_FOUND"), (status(404), "NOT_FOUND"), (status(500), "UNSEEN")]
)
def test_what_is_wrong_with_one_is_nobody_elses_trouble(driver, fault, state):
    driver.answers = [fault, NEW, NEW, NEW]
    assert states(driver.run(look_once(follower(*"abcd", watch=WALK)))) == {"a": state, **dict.fromkeys("bcd", "NEW")}


def test_an_interrupted_walk_keeps_what_is_known(driver):
    driver.answers = [NEW] * 4
    waiter = follower(*"abcd", watch=WALK)
    driver.run(look_once(waiter))
    driver.now += CADENCE + 1
    driver.answers = [DONE, status(429, retry_after="300")]
    driver.run(waiter.step())
    late = follower(*"abcd", watch=WALK)
    assert states(driver.run(late.step())) == {"a": "DONE", "b": "NEW", "c": "NEW", "d": "NEW"}


@pytest.mark.parametrize(("answers", "sent"), [([status(503)] * 3, 3), ([NEW, *[status(503)] * 3], 4)])
def test_a_vendor_that_is_down_is_left_alone_for_a_cadence(driver, answers, sent):
    """The round ends early: what it did not come to is due, and is not asked for a moment later."""
    driver.answers = [*answers, *[NEW] * 9]
    waiter = follower(*"abcdef", watch=replace(WALK, at_once=20))
    for _ in range(100):
        driver.run(waiter.step())
        driver.now += 0.25
    assert len(driver.sent) == sent
    driver.now += CADENCE
    assert set(states(driver.run(waiter.step())).values()) == {"NEW"}


def test_answers_that_do_not_fit_are_of_one_thing_each(driver):
    driver.answers = [ok(b"<html>")] * 4 + [NEW]
    seen = states(driver.run(follower(*"abcde", watch=replace(WALK, at_once=20)).step()))
    assert seen == dict.fromkeys("abcd", "UNSEEN") | {"e": "NEW"}


def test_an_answer_that_does_not_fit_ends_nobody(driver):
    driver.answers = [ok(b"<html>"), ok(b'{"a": "DONE"}')]
    waiter = follower("a")
    look = driver.run(waiter.step())
    assert look is not None
    error = look.error(Interest(("a",)))
    assert error is not None
    assert error.retryable
    driver.now += CADENCE + 1
    assert states(driver.run(waiter.step())) == {"a": "DONE"}


@pytest.mark.parametrize(("later", "ends"), [(30, True), (200, False)])
def test_a_permanent_error_ends_those_who_came_before_it_was_mended(driver, later, ends):
    """Somebody who clears the task minutes later has mended it, or will be told at the next look."""
    driver.answers = [status(401), ok(b'{"b": "DONE"}')]
    driver.run(follower("a").step())
    driver.now += later
    late = follower("b")
    look = driver.run(late.step())
    assert ends == bool(look is not None and look.error(Interest(("b",))))
    driver.now += CADENCE
    assert states(driver.run(late.step())) == {"b": "DONE"}


def test_a_permanent_error_of_long_ago_ends_nobody(driver):
    driver.answers = [status(401)]
    driver.run(follower("a").step())
    driver.now += 20 * 3600
    late = follower("b")
    driver.store.take(late.topic, "another", driver.now, 60.0)
    look = driver.run(late.step())
    assert look is None or look.error(Interest(("b",))) is None


def test_after_a_failure_the_vendors_cadence_counts_not_one_users_interval(driver):
    driver.answers = [status(503), ok(b'{"b": "DONE"}')]
    driver.run(follower("a", every=6 * 3600.0).step())
    driver.now += CADENCE + 1
    assert states(driver.run(follower("b").step())) == {"b": "DONE"}


def test_no_news_is_no_news_with_a_real_clock_too(tmp_path):
    store = StateStore(f"sqlite:///{tmp_path}/clocked.db", cipher(), clock=DatabaseClock())
    driver = FakeDriver([ok(b'{"a": "NEW"}')], store, now=time.time())  # type: ignore[arg-type]
    waiter = follower("a")
    assert driver.run(waiter.step()) is not None
    assert [driver.run(waiter.step()) for _ in range(20)] == [None] * 20


def test_who_joins_twice_before_a_step_is_told(driver):
    driver.answers = [ok(b'{"a": "NEW", "b": "NEW"}')]
    driver.run(follower("a", "b").step())
    late = follower("b")
    late.follow([Interest(("a", "b"))])
    late.follow([Interest(("a", "b"))])
    assert states(driver.run(late.step())) == {"a": "NEW", "b": "NEW"}


def test_who_has_left_is_not_looked_for(driver):
    driver.answers = [ok(b"{}")] * 2
    first, second = follower("a"), follower("b")
    for waiter in (first, second):
        driver.run(waiter.step())
    driver.run(first.leave())
    driver.now += CADENCE
    driver.run(second.step())
    assert asked(driver) == ["1", "1"]


def test_who_does_not_come_back_is_forgotten(driver):
    driver.answers = [ok(b"{}")] * 2
    driver.run(follower("gone", kept=60.0).step())
    driver.now += CADENCE
    driver.run(follower("a").step())
    assert asked(driver) == ["1", "1"]


def test_important_tasks_look_by_themselves(driver):
    driver.answers = [ok(b'{"a": "NEW"}')] * 2
    important = Follower(replace(account(), caller=Caller(important=True)), LIST, CADENCE)
    important.follow([Interest(("a",))])
    for waiter in (follower("a"), important):
        assert states(driver.run(waiter.step())) == {"a": "NEW"}


def test_without_the_shared_state_each_looks_alone(driver, monkeypatch):
    def lost(*_: Any) -> None:
        raise errors.StoreUnavailable("gone")

    driver.answers = [ok(b'{"a": "NEW"}')]
    monkeypatch.setattr(driver.store.board, "want", lost)
    assert states(driver.run(look_once(follower("a")))) == {"a": "NEW"}


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        ([("01-01", "01-03"), ("01-02", "01-05")], [("01-01", "01-05")]),
        ([("01-05", "01-06"), ("01-01", "01-04")], [("01-01", "01-06")]),
        ([("01-01", "01-09"), ("01-03", "01-04")], [("01-01", "01-09")]),
        ([("01-01", "01-02"), ("01-09", "01-10")], [("01-01", "01-02"), ("01-09", "01-10")]),
        ([("01-01", "03-20"), ("03-20", "06-01")], [("01-01", "03-20"), ("03-20", "06-01")]),
        ([("01-01", "01-02")] * 3, [("01-01", "01-02")]),
    ],
)
def test_windows_that_meet_become_one(windows, expected):
    interests = [
        Interest((f"{number}",), {"from": f"2031-{first}", "to": f"2031-{last}"})
        for number, (first, last) in enumerate(windows)
    ]
    merged = DAYS(interests)
    assert [(x.window["from"][5:], x.window["to"][5:]) for x in merged] == expected
    assert {subject for one in merged for subject in one.ids} == {f"{n}" for n in range(len(windows))}


def days(*bounds: int) -> dict[str, str]:
    return {"from": f"2031-01-{bounds[0]:02}", "to": f"2031-01-{bounds[1]:02}"}


def refusing(day: int, driver: FakeDriver) -> tuple[Watch, list[dict[str, str]]]:
    """A watch whose vendor refuses each window that holds that day, and the windows that it is asked for."""
    windows: list[dict[str, str]] = []

    def look_in(mine: Any, ids: Sequence[str], window: Mapping[str, str]) -> Any:
        windows.append(dict(window))
        wrong = window["from"] <= f"2031-01-{day:02}" <= window["to"]
        driver.answers.append(status(400) if wrong else ok(b'{"seen": "NEW"}'))
        yield from call(mine, "thing.get", {"n": len(ids)})
        return {subject: Sighting("NEW") for subject in ids}

    return replace(LIST, merge=DAYS, look=look_in), windows


@pytest.mark.parametrize("alone", [False, True])
def test_a_window_that_the_vendor_refuses_ends_its_own_waiters_and_nobody_elses(driver, alone):
    """Also not those who wait for the same thing in a window that is right."""
    watch, windows = refusing(1, driver)
    wanted = [Interest(("a",), days(1, 2)), Interest(("a", "b"), days(2, 3)), Interest(("c",), days(3, 4))]
    both = Follower(account(), watch, CADENCE)
    both.follow(wanted)
    news = driver.run(both.alone() if alone else both.step())
    assert [isinstance(news.error(one), errors.InvalidInput) for one in wanted] == [True, False, False]
    assert states(news) == dict.fromkeys("abc", "NEW")
    assert windows == [days(1, 4), days(1, 2), days(2, 4)]


def test_of_many_windows_the_wrong_one_is_found_by_halves(driver):
    watch, windows = refusing(20, driver)
    waiters = [follower(f"w{day}", watch=watch, window=days(day, day)) for day in range(1, 29)]
    everybody = Follower(account(), watch, CADENCE)
    everybody.follow([interest for waiter in waiters for interest in waiter.interests])
    news = driver.run(everybody.step())
    assert [one.interests[0].ids for one in waiters if news.error(one.interests[0])] == [("w20",)]
    assert len(states(news)) == 27
    assert len(windows) <= 1 + 2 * 5, "28 windows are halved five times"


def test_a_window_that_was_asked_for_a_moment_ago_is_to_blame_at_the_next_look(driver):
    """A refused list is read in halves by itself: then the same window may not be asked for again yet."""
    asked: dict[tuple[str, ...], float] = {}

    def look_in(_mine: Any, ids: Sequence[str], window: Mapping[str, str]) -> Any:
        now = yield from epoch()
        if now - asked.get(tuple(window.values()), 0.0) < CADENCE:
            raise errors.Throttled("an identical request")
        asked[tuple(window.values())] = now
        if window["from"] == days(1, 2)["from"]:
            asked[tuple(days(1, 2).values())] = now
            raise errors.InvalidInput("the window is too old")
        return {subject: Sighting("NEW") for subject in ids}

    waiters = follower("a", window=days(1, 2)), follower("b", window=days(3, 4))
    both = Follower(account(), replace(LIST, merge=DAYS, look=look_in), CADENCE)
    both.follow([one for waiter in waiters for one in waiter.interests])
    for kind in (errors.Throttled, errors.InvalidInput):
        news = driver.run(both.step())
        assert [type(news.error(one)) for one in both.interests] == [kind, type(None)]
        assert states(news) == {"b": "NEW"}, "each time"
        driver.now += CADENCE + 1


def test_windows_of_other_kinds_stay_apart_and_a_wrong_one_is_named():
    window = {"from": "2031-01-01", "to": "2031-01-02"}
    kinds = [Interest(("a",), {**window, "by": "x"}), Interest(("b",), {**window, "by": "y"}), Interest(("c",), {})]
    assert len(DAYS(kinds)) == 3
    with pytest.raises(errors.InvalidInput, match="'to' must not be before 'from'"):
        DAYS([Interest(("a",), {"from": "2031-01-02", "to": "2031-01-01"})])
