"""A task of several limited calls goes on after each wait where it was, and reads nothing twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from airflow.sdk.exceptions import TaskDeferred

from airflow_provider_fleetops.operators.fl3xx import Fl3xxListFlightsOperator
from airflow_provider_fleetops.protocol import errors, replay
from airflow_provider_fleetops.protocol.caller import Caller
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.listing import paginate
from airflow_provider_fleetops.protocol.replay import Replay, keep, recall
from tests.conftest import set_connection
from tests.protocol.fakes import FakeDriver, account, ok

PAGES = [ok(b'{"items": [{"id": %d}, {"id": %d}], "total": 6}' % (n, n + 1)) for n in (1, 3, 5)]
TASK = Caller("d", "r", "t", waits=True)


class _TaskInstance:
    dag_id, run_id, task_id, map_index, try_number = "d", "r", "t", -1, 1


CONTEXT: Any = {"ti": _TaskInstance()}


def execution(driver: FakeDriver, number: int, **more: Any) -> Any:
    """One of the executions between which the task gives its worker back: it finds what it kept, and keeps more."""
    caller = replace(TASK, resumed=0, **more)
    known = driver.run(recall(replace(account(spacing=3600.0), caller=caller))) if number else Replay()
    mine = replace(account(spacing=3600.0), caller=replace(caller, replay=known))
    try:
        return driver.run(paginate(mine, "things.list"))
    except errors.Throttled as error:
        driver.run(keep(mine, 7200.0))
        driver.now = error.resume_at.timestamp() if error.resume_at else 0.0
        return None


def test_a_list_of_pages_that_stand_far_apart_comes_together():
    driver = FakeDriver(PAGES[:])
    ends = [execution(driver, number) for number in range(3)]
    assert ends[:2] == [None, None]
    assert [row["id"] for row in ends[2]] == [1, 2, 3, 4, 5, 6]
    assert len(driver.sent) == 3


def test_another_try_reads_anew():
    driver = FakeDriver(PAGES[:1] * 2)
    for try_number in (1, 2):
        assert execution(driver, try_number - 1, try_number=try_number) is None
    assert len(driver.sent) == 2


def test_an_answer_serves_once_so_a_look_is_a_new_look():
    driver = FakeDriver([ok(b'{"v": 2}')])
    known = Replay.of_text(_kept(driver))
    mine = replace(account(), caller=replace(TASK, replay=known))
    assert [driver.run(call(mine, "thing.get"))["v"] for _ in range(2)] == [1, 2]


def _kept(driver: FakeDriver) -> str:
    driver.answers.insert(0, ok(b'{"v": 1}'))
    first = replace(account(), caller=replace(TASK, replay=Replay()))
    driver.run(call(first, "thing.get"))
    assert first.caller.replay is not None
    return first.caller.replay.to_text() or ""


def test_what_is_too_much_to_keep_is_read_again(monkeypatch):
    monkeypatch.setattr(replay, "MOST_CHARACTERS", 20)
    driver = FakeDriver([PAGES[0], PAGES[0]])
    assert execution(driver, 0) is None
    assert "too much to keep" in driver.notes[-1]
    assert execution(driver, 1) is None
    assert len(driver.sent) == 2


def test_writes_are_never_replayed():
    driver = FakeDriver([ok(), ok()])
    mine = replace(account(), caller=replace(TASK, replay=Replay()))
    for _ in range(2):
        driver.run(call(mine, "thing.put", body={}))
    assert len(driver.sent) == 2
    assert mine.caller.replay == Replay()


def test_on_airflow_a_window_in_parts_comes_together(fleet_connections, fresh_sandbox, monkeypatch, later):
    mine = fleet_connections["fl3xx_default"]
    strict = mine["extra"] | {"recurring_reading": "token", "patience_seconds": 1}
    set_connection(monkeypatch, "fl3xx_default", mine | {"extra": strict})

    def task() -> Fl3xxListFlightsOperator:
        return Fl3xxListFlightsOperator(
            task_id="t", from_date="2031-01-01", to_date="2031-09-01", deferrable=True, max_wait=timedelta(days=1)
        )

    with pytest.raises(TaskDeferred):
        task().execute(CONTEXT)
    for number in (1, 2):
        later(610.0 * number)
        fresh_sandbox.control.advance(timedelta(seconds=610))
        if number == 1:
            with pytest.raises(TaskDeferred):
                task().execute_resumed(CONTEXT, {"resumed": number})
    assert task().execute_resumed(CONTEXT, {"resumed": 2})
    journal = fresh_sandbox.control.journal(vendor="fl3xx")
    assert [(entry["status"], entry["broke"]) for entry in journal] == [(200, None)] * 3
