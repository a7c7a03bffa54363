"""Clear, retry, manual re-run and backfill on a real scheduler: what the vendors have then, and what the XComs say.

The DAG makes a parcel under the task instance's own key, and a car under a business key; docs/exactly-once.md states
what each action means for either.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_fleetops.demo.airflow import AirflowError, LocalAirflow
from airflow_provider_fleetops.demo.connections import connections
from airflow_provider_fleetops.sandbox import Sandbox
from tests.conftest import VENDORS
from tests.e2e.patience import until

pytestmark = pytest.mark.airflow

DAGS = Path(__file__).with_name("dags")
BACKFILLS = 4
# How long an answer may be under way, plus ten seconds, is what a retry waits before it sends again.
SHORT = {"connect_timeout": 1, "read_timeout": 2}
CAR, PARCEL = "reservation.create_new_customer", "orders.express"


class Runs:
    """The DAG's runs on a real Airflow, and what the vendors have made for them since :meth:`begin`."""

    def __init__(self, airflow: LocalAirflow, box: Sandbox) -> None:
        self.airflow, self.box = airflow, box
        self._since = box.control.last_seq()

    def trigger(self, order: str, logical_date: str | None = None) -> str:
        """Start a run by hand, and wait for its end."""
        body = {"logical_date": logical_date, "conf": {"order": order}}
        run: str = self.airflow.post("/dags/reruns/dagRuns", body)["dag_run_id"]
        self.end(run)
        return run

    def clear(self, run: str) -> None:
        """Clear all tasks of the run, as a person does in the UI, and wait for its end."""
        self.airflow.post(
            "/dags/reruns/clearTaskInstances", {"dag_run_id": run, "dry_run": False, "only_failed": False}
        )
        self.end(run)

    def backfill(self, order: str, first: str, last: str) -> None:
        """`airflow backfill create` for these dates, those that ran too."""
        dates = ("--dag-id", "reruns", "--from-date", first, "--to-date", last)
        options = ("--reprocess-behavior", "completed", "--dag-run-conf", json.dumps({"order": order}))
        for left in reversed(range(BACKFILLS)):
            try:
                with self.at_rest():
                    self.airflow._airflow("backfill", "create", *dates, *options)
                break
            except AirflowError:  # somebody was stopped while it held the database's lock: nothing was done
                if not left:
                    raise
                time.sleep(1)

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Nobody else writes to Airflow's database meanwhile.

        On SQLite a backfill that lost the lock half-way was seen to end without the run that it had cleared (3.3.2).
        """
        groups = [process.pid for process in self.airflow._processes.values()]
        for group in groups:
            os.killpg(group, signal.SIGSTOP)
        try:
            yield
        finally:
            for group in groups:
                os.killpg(group, signal.SIGCONT)

    def between(self, first: str, last: str) -> list[str]:
        """The ids of the runs of these dates, the earliest first."""
        found = self.airflow.get(
            "/dags/reruns/dagRuns", logical_date_gte=first, logical_date_lte=last, order_by="logical_date"
        )
        return [run["dag_run_id"] for run in found["dag_runs"]]

    def end(self, run: str) -> str:
        """Wait for the run's end; its state."""

        def ended() -> str:
            self.airflow.check()
            state: str = self.airflow.get(f"/dags/reruns/dagRuns/{run}")["state"]
            return state if state in {"success", "failed"} else ""

        return str(until(ended))

    def task(self, run: str, task: str) -> dict[str, Any]:
        found: dict[str, Any] = self.airflow.get(f"/dags/reruns/dagRuns/{run}/taskInstances/{task}")
        return found

    def given(self, run: str) -> tuple[Any, Any]:
        """The AWB and the reservation that the run's XComs name."""
        path = "/dags/reruns/dagRuns/{}/taskInstances/{}/xcomEntries/return_value"
        parcel, car = (
            self.airflow.get(path.format(run, task), deserialize=True)["value"] for task in ("parcel", "car")
        )
        return parcel["awb"], car["reservation_id"]

    def made(self) -> tuple[int, int]:
        """How many parcels and cars the vendors have made since the test began."""
        seen = self.box.control.journal(since=self._since)
        parcels, cars = ([e for e in seen if e["route"] == route and e["effect"]] for route in (PARCEL, CAR))
        return len(parcels), len(cars)


@pytest.fixture(scope="module")
def airflow(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAirflow]:
    with LocalAirflow(tmp_path_factory.mktemp("airflow") / "home", DAGS) as running:
        found = connections(sandbox.url, {name: sandbox.credentials(name) for name in VENDORS})
        for conn_id, connection in found.items():
            running.add_connection(conn_id, connection | {"extra": connection["extra"] | SHORT})
        until(lambda: running.get("/dags")["dags"])
        running.patch("/dags/reruns", {"is_paused": False})
        yield running


@pytest.fixture
def runs(airflow: LocalAirflow, sandbox: Sandbox) -> Iterator[Runs]:
    yield Runs(airflow, sandbox)
    sandbox.control.clear_faults()


def test_a_cleared_run_gives_what_was_made(runs: Runs) -> None:
    run = runs.trigger("car-clear")
    before = runs.given(run)
    assert runs.made() == (1, 1)
    runs.clear(run)
    assert runs.end(run) == "success"
    assert [runs.task(run, name)["try_number"] for name in ("parcel", "car")] == [2, 2]
    assert runs.given(run) == before
    assert runs.made() == (1, 1)


def test_a_manual_rerun_is_another_parcel_and_the_same_car(runs: Runs) -> None:
    (first_parcel, first_car), (second_parcel, second_car) = (runs.given(runs.trigger("car-hand")) for _ in range(2))
    assert first_parcel != second_parcel
    assert first_car == second_car
    assert runs.made() == (2, 1)


def test_a_retry_after_a_reset_connection_looks_and_then_sends(runs: Runs) -> None:
    runs.box.control.fault("fasttrak", "reset_before", CAR)
    run = runs.trigger("car-retry")
    assert runs.end(run) == "success"
    assert runs.task(run, "car")["try_number"] >= 2
    assert runs.made() == (1, 1)
    assert all(runs.given(run))


def test_an_unclear_parcel_is_neither_retried_nor_made_again_by_a_clear(runs: Runs) -> None:
    runs.box.control.fault("fastrac", "reset_after", PARCEL)
    run = runs.trigger("car-unclear")
    assert runs.end(run) == "failed"
    assert runs.task(run, "parcel")["try_number"] == 1  # Fastrac cannot be asked: this is for a person
    runs.clear(run)
    assert runs.task(run, "parcel")["state"] == "failed"
    assert runs.made() == (1, 1)


def test_a_backfill_makes_what_did_not_run_and_gives_again_what_did(runs: Runs) -> None:
    first, second = "2026-01-05", "2026-01-06"
    ran = runs.trigger("car-backfill", f"{first}T00:00:00Z")
    before = runs.given(ran)
    runs.backfill("car-backfill", first, second)
    found = runs.between(f"{first}T00:00:00Z", f"{second}T00:00:00Z")
    assert [runs.end(run) for run in found] == ["success", "success"]
    assert found[0] == ran
    assert runs.task(ran, "parcel")["try_number"] == 2
    assert runs.given(ran) == before
    parcel, car = runs.given(found[1])
    assert parcel != before[0]
    assert car == before[1]
    assert runs.made() == (2, 1)
