"""A sensor that waits while the vendor says 429, 403 or 503: its schedule is all that the vendor receives."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from airflow_provider_fleetops.hooks.base import hook_for
from airflow_provider_fleetops.hooks.watcher import Watcher, error_from_event
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.triggers.wait import WaitTrigger
from tests.conftest import set_connection
from tests.waiting_kit import hurry

CADENCE = 2
WAIT_SECONDS = 10
SCHEDULE = 1 + WAIT_SECONDS // CADENCE
WAITING = {
    "fl3xx": ("flight", ["7001082"], {"from_date": "2031-04-02", "to_date": "2031-04-02"}, "POST_FLIGHT_CLOSED"),
    "fastrac": ("parcel", ["CO.FASTRAC-1"], {"courier_code": "paxel"}, "DELIVERED"),
    "fasttrak": ("reservation", ["710001"], {"by": "reservation_id"}, "DROPPED"),
    "fasttrack360": ("job_order", ["200000001"], {}, "FILLED"),
}
EXTRAS = {
    "fl3xx": {"recurring_seconds": CADENCE},
    "fastrac": {"tracking_seconds": CADENCE},
    "fasttrak": {"reservation_seconds": CADENCE},
    "fasttrack360": {"look_seconds": CADENCE},
}


class TimeIsUp(Exception):
    """Ten seconds of waiting are over."""


@pytest.mark.parametrize("vendor", WAITING)
@pytest.mark.parametrize(
    ("code", "kind", "options"),
    [(429, "too_many", {}), (429, "too_many", {"retry_after": 3}), (503, "status", {"code": 503})],
)
def test_ten_seconds_of_trouble(fleet_connections, fresh_sandbox, monkeypatch, vendor, code, kind, options):
    seen = _wait(fleet_connections, fresh_sandbox, monkeypatch, vendor, kind, options)
    assert 1 <= len(seen) <= SCHEDULE + 1
    assert {entry["status"] for entry in seen} == {code}


def test_a_403_on_a_known_right_is_waited_out(fleet_connections, fresh_sandbox, monkeypatch):
    """FL3XX says 403 to what comes too fast: after one, a sensor that could read before waits for the spacing."""
    _look_well(fleet_connections, fresh_sandbox, monkeypatch, "fl3xx")
    fresh_sandbox.control.fault("fl3xx", "status", "flights.list", code=403)
    with pytest.raises(TimeIsUp):
        asyncio.run(_run(_trigger("fl3xx"), monkeypatch))
    statuses = [entry["status"] for entry in fresh_sandbox.control.journal(vendor="fl3xx")]
    assert statuses[:3] == [200, 403, 200]
    assert len(statuses) <= SCHEDULE + 2


def test_a_second_403_in_a_row_ends_the_waiting(fleet_connections, fresh_sandbox, monkeypatch):
    _look_well(fleet_connections, fresh_sandbox, monkeypatch, "fl3xx")
    fresh_sandbox.control.fault("fl3xx", "status", "flights.list", code=403, times="forever")
    event = asyncio.run(_run(_trigger("fl3xx"), monkeypatch))
    error = error_from_event(event.payload)
    assert isinstance(error, errors.PermissionDenied)
    assert "lacks this right, or an identical request came" in error.advice
    assert [entry["status"] for entry in fresh_sandbox.control.journal(vendor="fl3xx")] == [200, 403, 403]


@pytest.mark.parametrize("vendor", ["fl3xx", "fastrac", "fasttrack360"])
def test_a_403_on_an_unknown_right_ends_the_waiting_with_one_request(
    fleet_connections, fresh_sandbox, monkeypatch, vendor
):
    _prepare(fleet_connections, monkeypatch, vendor)
    fresh_sandbox.control.fault(vendor, "status", times="forever", code=403)
    event = asyncio.run(_run(_trigger(vendor), monkeypatch))
    error = error_from_event(event.payload)
    assert isinstance(error, errors.PermissionDenied | errors.AuthenticationError)
    assert len(fresh_sandbox.control.journal(vendor=vendor)) == 1


def _look_well(connections: Any, box: Any, patch: Any, vendor: str) -> None:
    """A look before the trouble: the right is known to exist."""
    _prepare(connections, patch, vendor)
    watch, ids, window, target = WAITING[vendor]
    watcher = Watcher.of(vendor, watch, ids=ids, window=window, targets=[target], failures=None, condition="all")
    hook_for(vendor, f"{vendor}_default").run(watcher.look)
    box.control.limits(vendor, repeat_seconds=0)


def _wait(connections: Any, box: Any, patch: Any, vendor: str, kind: str, options: Any) -> Any:
    _prepare(connections, patch, vendor)
    hook = hook_for(vendor, f"{vendor}_default")
    if vendor == "fasttrak":
        hook.call("companies.list")  # signed in before the trouble begins
    since = len(box.control.journal())
    box.control.fault(vendor, kind, times="forever", **options)
    with pytest.raises(TimeIsUp):
        asyncio.run(_run(_trigger(vendor), patch))
    return box.control.journal(since=since, vendor=vendor)


def _prepare(connections: Any, patch: Any, vendor: str) -> None:
    connection = connections[f"{vendor}_default"]
    set_connection(patch, f"{vendor}_default", {**connection, "extra": {**connection["extra"], **EXTRAS[vendor]}})


def _trigger(vendor: str) -> WaitTrigger:
    watch, ids, window, target = WAITING[vendor]
    watcher = Watcher.of(vendor, watch, ids=ids, window=window, targets=[target], failures=None, condition="all")
    return WaitTrigger(conn_id=f"{vendor}_default", interval=1, **watcher.to_kwargs())


async def _run(trigger: WaitTrigger, patch: Any) -> Any:
    """The trigger on a clock that its own waiting moves, until ten seconds have passed."""

    def passed(waited: float) -> None:
        if waited > WAIT_SECONDS:
            raise TimeIsUp

    hurry(patch, passed)
    async for event in trigger.run():
        return event
    return None
