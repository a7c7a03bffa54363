"""Many deferred sensors in one triggerer: one look for all, each woken by what concerns it, each with its own end."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from airflow_provider_fleetops.hooks.watcher import Watcher
from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.triggers import shared
from airflow_provider_fleetops.triggers.wait import WaitTrigger
from tests.airflow.fl3xx_kit import DAY, arrival, programme, requests, scheduled, unhurry
from tests.waiting_kit import hurry

WINDOW = {"from_date": DAY, "to_date": DAY}


@pytest.fixture
def box(fresh_sandbox: Sandbox, fleet_connections: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    unhurry(fresh_sandbox, fleet_connections, monkeypatch)
    return fresh_sandbox


def trigger(
    *ids: Any, target: str = "ON_BLOCK", window: Mapping[str, str] = WINDOW, every: float = 60.0
) -> WaitTrigger:
    given = {"ids": [str(one) for one in ids], "window": window, "targets": [target]}
    watcher = Watcher.of("fl3xx", "flight", failures=None, condition="all", **given)
    return WaitTrigger(conn_id="fl3xx_default", interval=every, **watcher.to_kwargs())


async def event(one: WaitTrigger) -> Any:
    async for fired in one.run():
        return fired.payload
    return None


async def test_a_hundred_triggers_share_one_look_and_wake_together(box, monkeypatch):
    flights = scheduled(programme())
    before = len(requests(box))
    landed: list[float] = []

    def passed(waited: float) -> None:
        if waited > 90 and not landed:
            landed.append(waited)
            box.control.set(arrival(flights[-1]) + timedelta(hours=2))

    time = hurry(monkeypatch, passed)
    ends = await asyncio.gather(*(event(trigger(flights[n % len(flights)]["flightId"])) for n in range(100)))
    assert all(list(end["result"]["reached"].values()) for end in ends)
    assert len(requests(box)) - before <= 1 + time.waited // 60, "one list a minute, however many wait"


async def test_windows_of_different_triggers_become_one_list(box, monkeypatch):
    flights = [flight for flight in programme() if flight["state"] == "POST_FLIGHT_CLOSED"]
    before = len(requests(box))
    hurry(monkeypatch)
    later = {"from_date": "2031-04-03", "to_date": "2031-04-04"}
    wide = {"from_date": "2031-03-30", "to_date": DAY}
    ids = flights[0]["flightId"]
    await asyncio.gather(event(trigger(ids)), event(trigger(ids, window=wide)), event(trigger(ids, window=later)))
    assert requests(box)[before:] == ["/api/external/flight/flights"]


async def test_who_is_cancelled_first_takes_nobody_along(box, monkeypatch):
    flights = scheduled(programme())
    hurry(
        monkeypatch, lambda waited: box.control.set(arrival(flights[0]) + timedelta(hours=2)) if waited > 90 else None
    )
    first = asyncio.create_task(event(trigger(flights[-1]["flightId"], target="POST_FLIGHT_CLOSED")))
    second = asyncio.create_task(event(trigger(flights[0]["flightId"])))
    for _ in range(5):
        await asyncio.sleep(0)
    first.cancel()
    assert list((await second)["result"]["reached"]) == [str(flights[0]["flightId"])]
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_one_unknown_flight_fails_its_own_trigger_alone(box, monkeypatch):
    flight = next(one for one in programme() if one["state"] == "POST_FLIGHT_CLOSED")
    hurry(monkeypatch)
    bad, worse, good = await asyncio.gather(*(event(trigger(one)) for one in (999, "abc", flight["flightId"])))
    assert bad["error"]["what"].endswith("999 NOT_FOUND")
    assert worse["error"]["what"].endswith("abc NOT_FOUND")
    assert good["result"]["reached"] == {str(flight["flightId"]): "POST_FLIGHT_CLOSED"}


async def test_a_window_that_fl3xx_does_not_answer_fails_its_own_triggers_alone(box, monkeypatch):
    """The windows overlap, so they are one list, which FL3XX refuses; also where both wait for the same flight."""
    flight = scheduled(programme())[0]
    hurry(monkeypatch, lambda waited: box.control.set(arrival(flight) + timedelta(hours=2)) if waited > 300 else None)
    old, legal = (
        {"from_date": "2030-09-30", "to_date": "2030-10-02"},
        {"from_date": "2030-10-02", "to_date": "2030-10-05"},
    )
    ends = await asyncio.gather(*(event(trigger(flight["flightId"], window=one)) for one in (old, legal)))
    assert "within 6 months" in ends[0]["error"]["what"]
    assert list(ends[1]["result"]["reached"]) == [str(flight["flightId"])]
    statuses = [entry["status"] for entry in box.control.journal(vendor="fl3xx", route="flights.list")]
    # The list of both windows, down to a day (it might be too long), then the old window so, then the legal one.
    assert statuses[1:7] == [400] * 5 + [200]
    assert 400 not in statuses[7:]


@pytest.mark.parametrize("fault", ["truncated", "reset_after"])
async def test_one_spoilt_answer_ends_nobodys_waiting(box, monkeypatch, fault):
    flight = next(one for one in programme() if one["state"] == "POST_FLIGHT_CLOSED")
    box.control.fault("fl3xx", fault, "flights.list")
    hurry(monkeypatch)
    ends = await asyncio.gather(*(event(trigger(flight["flightId"])) for _ in range(3)))
    assert [list(end["result"]["reached"]) for end in ends] == [[str(flight["flightId"])]] * 3


async def test_a_defect_of_ours_ends_the_waiting_instead_of_hanging_it(box, monkeypatch):
    def broken(*_: Any) -> None:
        raise RuntimeError("a defect")

    hurry(monkeypatch)
    monkeypatch.setattr(shared, "Follower", broken)
    with pytest.raises(RuntimeError, match="a defect"):
        await event(trigger(1))


async def test_a_connection_that_is_wrong_is_said_by_each(box, monkeypatch):
    hurry(monkeypatch)
    monkeypatch.setenv("AIRFLOW_CONN_FL3XX_DEFAULT", '{"conn_type": "fl3xx", "host": "http://far.example"}')
    ends = await asyncio.gather(*(event(trigger(n)) for n in range(3)))
    assert [end["error"]["kind"] for end in ends] == ["ConfigurationError"] * 3


async def test_nothing_is_left_when_nobody_waits(box, monkeypatch):
    flight = next(one for one in programme() if one["state"] == "POST_FLIGHT_CLOSED")
    hurry(monkeypatch)
    await event(trigger(flight["flightId"]))
    for _ in range(50):
        await asyncio.sleep(0.01)
    tasks = [task for task in asyncio.all_tasks() if "SharedWait" in repr(task)]
    assert tasks == []
