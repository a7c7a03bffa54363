"""Workers start slowly: tasks that come late for their held slots are all served, as fast as the limit allows."""

from __future__ import annotations

import heapq
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from cryptography.fernet import Fernet, MultiFernet

from airflow_provider_fleetops.operators.base import LEAD_SECONDS, resume_moment
from airflow_provider_fleetops.protocol.limits import DayQuota, Limit, Rate, Spacing
from airflow_provider_fleetops.protocol.times import AFTER_MIDNIGHT
from airflow_provider_fleetops.state import StateStore, migrate
from tests.state.workers import KEY

DAY = 86_400.0
NOON = 20_000.0 * DAY + DAY / 2
EVERY = 60.0


@pytest.fixture
def store(tmp_path):
    url = f"sqlite:///{tmp_path}/fleetops.db"
    migrate(url)
    return StateStore(url, MultiFernet([Fernet(KEY)]))


def run(store: StateStore, limits: dict[int, list[Limit]], late: float, lead: bool) -> tuple[list[float], int]:
    """When the calls of all tasks went, and how often one was deferred, if a worker starts ``late`` seconds late."""
    queue, sent, deferrals = [(NOON, task, 0) for task in limits], [], 0
    while queue and queue[0][0] < NOON + 6 * 3600:
        now, task, resumed = heapq.heappop(queue)
        patience = min(30.0 * 2**resumed, 600.0)
        slot = store.reserve(limits[task], now, 1, patience, f"task {task}")
        if slot.taken:
            sent.append(slot.at)
            continue
        deferrals += 1
        at, moment = (datetime.fromtimestamp(x, UTC) for x in (slot.at, now))
        back = resume_moment(at, moment, held=slot.held, resumed=resumed if lead else 0).timestamp()
        heapq.heappush(queue, (back + late, task, resumed + 1))
    return sorted(sent), deferrals


@pytest.mark.parametrize("late", [0.0, LEAD_SECONDS + 0.5, 20.0, 50.0])
def test_twenty_late_tasks_take_about_twenty_slots(store, late):
    space = Limit("space", Spacing(EVERY), "a minute")
    sent, deferrals = run(store, {task: [space] for task in range(20)}, late, lead=False)
    assert len(sent) == 20
    assert all(b - a >= EVERY - 0.02 for a, b in pairwise(sent))
    assert sent[-1] - NOON <= 22 * EVERY
    assert deferrals <= 120


def test_tasks_that_share_only_one_of_their_limits_are_served_too(store):
    """They cannot change places, but come earlier from time to time."""
    rate = Limit("rate", Rate(1.0, EVERY), "one a minute")
    limits = {task: [rate, Limit(f"own {task}", Spacing(1.0), "its own")] for task in range(20)}
    sent, _ = run(store, limits, LEAD_SECONDS + 0.5, lead=True)
    assert len(sent) == 20
    assert all(b - a >= EVERY - 0.02 for a, b in pairwise(sent))
    assert sent[-1] - NOON <= 60 * EVERY


def test_the_late_one_gets_the_next_slot_and_the_others_one_later(store):
    space = [Limit("space", Spacing(EVERY), "a minute")]
    assert store.reserve(space, NOON, 1, 5.0).taken
    held = {name: store.reserve(space, NOON, 1, 5.0, name).at - NOON for name in "abc"}
    assert held == {"a": EVERY, "b": 2 * EVERY, "c": 3 * EVERY}
    late = store.reserve(space, NOON + EVERY + 1, 1, EVERY, "a")
    assert (late.at - NOON, late.taken) == (2 * EVERY, True)
    pushed = {name: store.reserve(space, NOON + EVERY + 1, 1, 5.0, name) for name in "bc"}
    assert {name: slot.at - NOON for name, slot in pushed.items()} == {"b": 3 * EVERY, "c": 4 * EVERY}
    assert store.reserve(space, NOON + EVERY + 1, 1, 5.0).at == NOON + 5 * EVERY


def test_a_late_one_takes_no_slot_before_the_vendors_word_ends(store):
    space = [Limit("space", Spacing(EVERY), "a minute")]
    for name in ("", "a", "b", "c"):
        store.reserve(space, NOON, 1, 5.0, name)
    store.close("space", NOON + 2.5 * EVERY)
    assert store.reserve(space, NOON + EVERY + 1, 1, 5.0, "a").at == NOON + 3 * EVERY


def test_changing_places_is_not_charged_to_the_day(store):
    limits = [Limit("space", Spacing(EVERY), "a minute"), Limit("day", DayQuota(4), "four a day")]
    for name in ("", "a", "b", "c"):
        store.reserve(limits, NOON, 1, 5.0, name)
    now = NOON + EVERY + 1
    assert store.reserve(limits, now, 1, EVERY, "a").at == NOON + 2 * EVERY
    assert [store.reserve(limits, now, 1, 1e9, name).at - NOON for name in "bc"] == [3 * EVERY, 4 * EVERY]
    assert store.reserve(limits, now, 1, 5.0).at == NOON + DAY / 2 + AFTER_MIDNIGHT, "four calls are four calls"
