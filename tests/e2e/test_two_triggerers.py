"""One poll for all on a real Airflow with two triggerers, and what a killed one leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from airflow_provider_fleetops.demo.airflow import LocalAirflow
from airflow_provider_fleetops.demo.connections import connections
from airflow_provider_fleetops.hooks.fl3xx import Fl3xxHook
from airflow_provider_fleetops.sandbox import Sandbox
from tests.conftest import VENDORS, set_connection
from tests.e2e.patience import until

pytestmark = pytest.mark.airflow

DAGS = Path(__file__).with_name("wait_dags")
CADENCE, LOOKS = 3, 5
SENSORS = 16
# Neither triggerer can have them all; the one that is left takes over as its own are woken.
CAPACITY = 12
# If it is the looker that is killed, another follows when its answer should have come: in 45 s, not three minutes.
SHORT = {"connect_timeout": 2, "read_timeout": 4, "patience_seconds": 5}
# What a killed triggerer had is taken over as soon as it has not been heard of for so long.
HEARTBEAT = {"AIRFLOW__TRIGGERER__JOB_HEARTBEAT_SEC": "1", "AIRFLOW__TRIGGERER__TRIGGERER_HEALTH_CHECK_THRESHOLD": "8"}


@pytest.fixture
def box() -> Iterator[Sandbox]:
    """FL3XX in a world whose time stands still until it is set."""
    with Sandbox(seed=7, start=datetime.now(UTC), scale=0) as box:
        box.control.limits("fl3xx", repeat_seconds=0, schedule_seconds=0)
        yield box


@contextmanager
def triggerer(airflow: LocalAirflow, name: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "airflow", "triggerer", "--skip-serve-logs", "--capacity", str(CAPACITY)]
    with (airflow.home / "logs" / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            command, env=airflow.env, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=10)


def waiting(airflow: LocalAirflow, run: str) -> dict[int, int]:
    """How many sensors each triggerer has."""
    found = airflow.get(f"{run}/taskInstances", state="deferred", limit=SENSORS)["task_instances"]
    jobs = [one["triggerer_job"]["id"] for one in found if one["triggerer_job"]]
    return {job: jobs.count(job) for job in jobs}


def looks(box: Sandbox, since: int = 0) -> list[float]:
    """When the list of flights was asked for."""
    seen = box.control.journal(vendor="fl3xx", route="flights.list", since=since)
    return sorted(datetime.fromisoformat(entry["gateway_at"]).timestamp() for entry in seen)


def test_sensors_in_two_triggerers_share_one_poll_and_outlive_one_of_them(box, state_url, tmp_path, monkeypatch):
    found = connections(box.url, {name: box.credentials(name) for name in VENDORS}, cadence=CADENCE)
    set_connection(monkeypatch, "fl3xx_default", found["fl3xx_default"])
    day = (box.control.world() + timedelta(days=1)).date()
    flights = [
        flight["flightId"] for flight in Fl3xxHook().list_flights(day, day) if "ancel" not in flight["flightStatus"]
    ]
    chosen = [flights[n % len(flights)] for n in range(SENSORS)]
    core = ("api-server", "scheduler", "dag-processor")
    with LocalAirflow(tmp_path / "home", DAGS, HEARTBEAT, components=core) as airflow:
        mine = found["fl3xx_default"]
        airflow.add_connection("fl3xx_default", mine | {"extra": mine["extra"] | SHORT})
        until(lambda: airflow.get("/dags")["dags"])
        airflow.patch("/dags/waits", {"is_paused": False})
        conf = {"logical_date": None, "conf": {"flights": chosen, "day": day.isoformat()}}
        run = f"/dags/waits/dagRuns/{airflow.post('/dags/waits/dagRuns', conf)['dag_run_id']}"
        with triggerer(airflow, "first") as first, triggerer(airflow, "second"):
            until(lambda: sum(waiting(airflow, run).values()) == SENSORS)
            assert len(waiting(airflow, run)) == 2, "each triggerer has some"
            since = box.control.last_seq()
            until(lambda: len(looks(box, since)) > LOOKS)
            times = looks(box, since)
            assert min(b - a for a, b in pairwise(times)) >= CADENCE - 0.1, "one poll, as allowed"

            kill(first)
            box.control.set(box.control.world() + timedelta(days=3))
            until(lambda: airflow.get(run)["state"] in {"success", "failed"})
        tasks = airflow.get(f"{run}/taskInstances", limit=2 * SENSORS)["task_instances"]
        assert [(one["state"], one["try_number"]) for one in tasks] == [("success", 1)] * (SENSORS + 1)
