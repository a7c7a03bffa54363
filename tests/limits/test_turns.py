"""A hard quota of unknown size: calls go one at a time, so that only one meets its end."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from airflow_provider_fleetops.hooks.fasttrack360 import FastTrack360Hook
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.protocol.flow import call
from tests.conftest import set_connection
from tests.protocol.fakes import FakeDriver, ok, status
from tests.vendors.test_fasttrack360 import account as agency

ROWS = ok(b'{"items": []}')
SPENT = status(429, b'{"message": "Limit Exceeded"}')


def test_the_turn_is_given_back_after_success_and_after_an_error():
    driver = FakeDriver([ROWS, status(404), ROWS])
    driver.run(call(agency(), "offices.list"))
    with pytest.raises(errors.NotFound):
        driver.run(call(agency(), "offices.list"))
    driver.run(call(agency(), "offices.list"))
    assert driver.slept == []


def test_whoever_waits_for_the_turn_of_a_killed_process_gets_it_in_the_end():
    driver, mine = FakeDriver([ROWS]), agency()
    driver.store.take(f"{mine.meter}:turn", "killed", driver.now, 20.0)
    driver.run(call(mine, "offices.list"))
    assert 20.0 <= sum(driver.slept) <= 22.0


def test_a_turn_that_lasts_is_waited_for_a_while_and_then_left_for_seconds():
    driver, mine = FakeDriver([]), agency()
    driver.store.take(f"{mine.meter}:turn", "another", driver.now, 500.0)
    with pytest.raises(errors.Busy, match="daily_quota") as caught:
        driver.run(call(mine, "offices.list"))
    assert caught.value.resume_at is not None
    assert caught.value.resume_at.timestamp() == pytest.approx(driver.now + 5.0)
    assert driver.sent == []


def test_with_a_known_quota_calls_go_side_by_side():
    driver, mine = FakeDriver([ROWS]), agency(daily_quota=100)
    driver.store.take(f"{mine.meter}:turn", "another", driver.now, 500.0)
    driver.run(call(mine, "offices.list"))
    assert driver.slept == []


def test_a_call_within_a_call_does_not_wait_for_it():
    driver, mine = FakeDriver([ROWS, ROWS]), agency()
    within = replace(mine, holds_turn=True)
    driver.run(call(mine, "offices.list", on_send=lambda: call(within, "grades.list")))
    assert [request.url.rsplit("/", 1)[1] for request in driver.sent] == ["grades", "offices"]
    assert driver.slept == []


def test_of_many_threads_one_meets_the_end_of_the_quota(fleet_connections, fresh_sandbox, monkeypatch):
    mine = fleet_connections["fasttrack360_default"]
    set_connection(monkeypatch, "fasttrack360_default", mine | {"extra": {**mine["extra"], "daily_quota": None}})
    fresh_sandbox.control.limits("fasttrack360", daily_quota=5)
    ends: list[str] = []

    def task() -> None:
        hook = FastTrack360Hook()
        hook.account = replace(hook.account, retry=replace(hook.account.retry, patience=60.0))
        try:
            hook.call("offices.list")
        except errors.FleetOpsError as error:
            ends.append(type(error).__name__)
        else:
            ends.append("ok")

    threads = [threading.Thread(target=task) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["QuotaExhausted"] * 7 + ["ok"] * 5
    statuses = [entry["status"] for entry in fresh_sandbox.control.journal(vendor="fasttrack360")]
    assert sorted(statuses) == [200] * 5 + [429]


def test_turns_are_shared_fairly(fleet_connections, fresh_sandbox, monkeypatch):
    """Eight threads that call without a pause: nobody gives up, and nobody gets most of the turns."""
    mine = fleet_connections["fasttrack360_default"]
    set_connection(monkeypatch, "fasttrack360_default", mine | {"extra": {**mine["extra"], "daily_quota": None}})
    done = [0] * 8
    stop = threading.Event()

    def work(number: int) -> None:
        hook = FastTrack360Hook()
        while not stop.is_set():
            hook.call("offices.list")
            done[number] += 1
            if sum(done) >= 160:
                stop.set()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert min(done) > 0
    assert max(done) < sum(done) / 2
