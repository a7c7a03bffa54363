"""Event-driven scheduling on a real Airflow: a change begins a run, a killed triggerer begins none."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_fleetops.demo.airflow import LocalAirflow
from airflow_provider_fleetops.demo.connections import connections
from airflow_provider_fleetops.hooks.fl3xx import Fl3xxHook
from airflow_provider_fleetops.sandbox import Sandbox
from tests.conftest import VENDORS, set_connection
from tests.e2e.patience import until

pytestmark = pytest.mark.airflow

DAGS = Path(__file__).with_name("feed_dags")
CADENCE = 3
# A killed looker is followed by another when its answer should have come: 45 s from now, not three minutes.
SHORT = {"connect_timeout": 2, "read_timeout": 4, "patience_seconds": 5}
# Longer than a cadence, the writing of an event and a turn of the scheduler.
QUIET = 10.0


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    """FL3XX without its spacing, in a world whose time stands still: only scripts change it."""
    with Sandbox(seed=7, start=datetime.now(UTC), scale=0) as box:
        box.control.limits("fl3xx", repeat_seconds=0, schedule_seconds=0)
        yield box


@pytest.fixture(scope="module")
def airflow(box: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAirflow]:
    with LocalAirflow(tmp_path_factory.mktemp("feed") / "home", DAGS) as running:
        found = connections(box.url, {name: box.credentials(name) for name in VENDORS}, cadence=CADENCE)
        mine = found["fl3xx_default"]
        running.add_connection("fl3xx_default", mine | {"extra": mine["extra"] | SHORT})
        until(lambda: len(running.get("/dags")["dags"]) == 2)
        for dag in ("feed_near", "feed_far"):
            running.patch(f"/dags/{dag}", {"is_paused": False})
        until(lambda: len(_lists(box)) >= 4)
        yield running


def _lists(box: Sandbox) -> list[Any]:
    return box.control.journal(vendor="fl3xx", route="flights.list")


def runs(airflow: LocalAirflow, dag: str) -> list[Any]:
    """What the DAG's finished runs were told, oldest first."""
    found = airflow.get(f"/dags/{dag}/dagRuns", order_by="run_after")["dag_runs"]
    path = f"/dags/{dag}/dagRuns/{{}}/taskInstances/told/xcomEntries/return_value"
    return [
        airflow.get(path.format(run["dag_run_id"]), deserialize=True)["value"]
        for run in found
        if run["state"] == "success"
    ]


def coming(box: Sandbox, patch: pytest.MonkeyPatch) -> list[int]:
    """Flights of tomorrow."""
    found = connections(box.url, {name: box.credentials(name) for name in VENDORS}, cadence=CADENCE)
    set_connection(patch, "fl3xx_default", found["fl3xx_default"])
    day = (box.control.world() + timedelta(days=1)).date()
    return [flight["flightId"] for flight in Fl3xxHook().list_flights(day, day)]


def told(airflow: LocalAirflow, dag: str) -> list[list[str]]:
    """The flights that changed, run by run."""
    return [sorted(flight for event in events for flight in event["changed"]) for events in runs(airflow, dag)]


def kill_looker(airflow: LocalAirflow, box: Sandbox) -> None:
    """Kill the triggerer while it waits for the vendor's answer."""
    box.control.fault("fl3xx", "slow", "flights.list", seconds=SHORT["read_timeout"] - 1)
    until(lambda: box.control.journal(fault="slow"))
    triggerer = airflow._processes.pop("triggerer")
    os.killpg(triggerer.pid, signal.SIGKILL)
    triggerer.wait(timeout=10)


def test_a_change_begins_a_run_of_each_dag_and_a_killed_triggerer_none(airflow, box, state_url, monkeypatch):
    first, second = coming(box, monkeypatch)[:2]
    time.sleep(QUIET)
    assert runs(airflow, "feed_near") == runs(airflow, "feed_far") == [], "the first look tells nothing"

    box.control.script("fl3xx", "slip", flight=first, minutes=45)
    until(lambda: told(airflow, "feed_near") and told(airflow, "feed_far"))
    time.sleep(QUIET)
    assert told(airflow, "feed_near") == told(airflow, "feed_far") == [[str(first)]]

    kill_looker(airflow, box)
    airflow._start("triggerer")
    before = len(_lists(box))
    until(lambda: len(_lists(box)) >= before + 4)
    time.sleep(QUIET)
    assert told(airflow, "feed_near") == [[str(first)]], "a restart tells nothing again"

    box.control.script("fl3xx", "cancel", flight=second)
    until(lambda: len(told(airflow, "feed_near")) == len(told(airflow, "feed_far")) == 2)
    assert told(airflow, "feed_near") == told(airflow, "feed_far") == [[str(first)], [str(second)]]
