"""One look at a feed for all triggerers, one call for all who read the same, however long it takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from airflow_provider_fleetops.protocol.errors import StoreUnavailable
from airflow_provider_fleetops.protocol.feed import Feed, Seen, look
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.single_flight import LEASE_SECONDS
from airflow_provider_fleetops.protocol.steps import Flow, Send, Sleep
from airflow_provider_fleetops.state import StateStore
from airflow_provider_fleetops.state.local import ResilientStore
from tests.protocol.fakes import FakeDriver, account, ok
from tests.state.conftest import cipher

PAGES = 3
EVERY = 600.0
Looked = tuple[Seen, float]
T = TypeVar("T")


def read(mine: Any, _start: Any, _end: Any) -> Any:
    """A list of three pages."""
    for page in range(PAGES):
        yield from call(mine, "thing.get", {"n": page})
    return {"1": {"state": "NEW"}}


FEED = Feed("trips", read, "", lambda _account: EVERY)


class SlowDriver(FakeDriver):
    """Each request takes ``seconds``; ``meanwhile`` is done during the request of that number."""

    seconds = 0.0
    meanwhile: tuple[int, Callable[[], None]] | None = None

    def obey(self, step: Any) -> Any:
        if isinstance(step, Send):
            self.answers.append(ok())
            self.now += self.seconds
            if self.meanwhile and len(self.sent) + 1 == self.meanwhile[0]:
                (_, then), self.meanwhile = self.meanwhile, None
                then()
        return super().obey(step)


@pytest.fixture
def driver(tmp_path: Any) -> SlowDriver:
    store = StateStore(f"sqlite:///{tmp_path}/fleetops.db", cipher())
    return SlowDriver(store=store)  # type: ignore[arg-type]


def one_look() -> Flow[Looked]:
    return look(account(), FEED, (1, 1), EVERY)


def until(kind: type, driver: SlowDriver, flow: Flow[Any]) -> Any:
    """Run a flow up to its first step of a kind, and give that."""
    step = next(flow)
    while not isinstance(step, kind):
        step = flow.send(driver.obey(step))
    return step


def rest(driver: SlowDriver, flow: Flow[T], step: Any) -> T:
    """Run a flow on from a step to its end."""
    try:
        while True:
            step = flow.send(driver.obey(step))
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]


def test_a_look_that_takes_longer_than_a_lease_is_done_once(driver):
    other, waits = one_look(), []
    driver.seconds, driver.meanwhile = 60.0, (3, lambda: waits.append(until((Sleep, Send), driver, other)))
    mine, _ = driver.run(one_look())
    theirs, pause = rest(driver, other, waits[0])
    assert theirs.cursor == mine.cursor != ""
    assert pause == pytest.approx(EVERY, abs=10)
    assert len(driver.sent) == PAGES


def test_who_was_held_up_tells_what_the_other_has_seen(driver):
    others: list[Looked] = []
    driver.seconds, driver.meanwhile = 400.0, (1, lambda: others.append(driver.run(one_look())))
    mine, _ = driver.run(one_look())
    assert mine == others[0][0]
    assert mine.born


def test_who_was_held_up_tells_nothing_while_the_other_looks(driver):
    other, steps = one_look(), []
    driver.seconds, driver.meanwhile = 400.0, (3, lambda: steps.append(until(Send, driver, other)))
    mine, pause = driver.run(one_look())
    assert (mine, pause <= 0) == (Seen(), True)
    driver.seconds = 0.0
    theirs, _ = rest(driver, other, steps[0])
    assert driver.run(one_look())[0] == theirs
    assert len(driver.sent) == 2 * PAGES


def test_a_killed_looker_is_replaced_by_who_comes_just_after(driver):
    until(Send, driver, one_look())
    began = driver.now
    seen, _ = driver.run(one_look())
    assert seen.born
    assert driver.now - began >= account().turn_seconds


def test_an_answer_that_takes_longer_than_a_login_is_asked_for_once(driver):
    def ask() -> Flow[Any]:
        return call(account(), "thing.get", {"n": 1}, reuse=EVERY)

    other, waits = ask(), []
    driver.seconds, driver.meanwhile = (
        LEASE_SECONDS + 20,
        (1, lambda: waits.append(until((Sleep, Send), driver, other))),
    )
    assert driver.run(ask()) == rest(driver, other, waits[0])
    assert len(driver.sent) == 1


def test_a_lost_state_begins_no_other_feed(driver, monkeypatch):
    driver.store = ResilientStore(driver.store, monotonic=lambda: driver.now)
    before, _ = driver.run(one_look())

    def lost(*_: Any) -> Any:
        raise StoreUnavailable("the shared state cannot be reached")

    driver.now += EVERY + 1
    with monkeypatch.context() as patch:
        for name in ("peek", "take", "publish", "release", "reserve"):
            patch.setattr(StateStore, name, lost)
        with pytest.raises(StoreUnavailable):
            driver.run(one_look())
    driver.now += EVERY + 1
    after, _ = driver.run(one_look())
    assert (after.born, after.at > before.at) == (before.born, True)
