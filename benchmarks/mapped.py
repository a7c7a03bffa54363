"""A thousand parcels waited for by one sensor, and by a mapped sensor each, on a real Airflow with its own triggerer.

How long Airflow takes until all of them wait without a worker, and what the vendor is called meanwhile: Fastrac shows
one parcel a call. Mapped sensors cost Airflow a third of a second each on two cores, so there are fewer of them unless
all are asked for: ``mapped.py [--full]``.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from _fleet import ROOT, databases, sandbox_process
from _orders import START
from _report import Result, conclude, table, time_limit
from _waiters import Place, World, book

from airflow_provider_fleetops.demo.airflow import LocalAirflow
from airflow_provider_fleetops.sandbox.client import ControlClient

FULL = "--full" in sys.argv[1:]
PARCELS, MAPPED = 1_000, 1_000 if FULL else 100
CONNECTION = "fastrac_default"
# No second round of looks while Airflow still sets up the first.
CADENCE = 6 * 3600
LONGEST = 3600 if FULL else 480


@dataclass(frozen=True)
class Figures:
    """Seconds until all waited without a worker, and until the vendor had been asked for all; calls, and parcels."""

    tasks: int
    parcels: int
    deferred: float
    asked: float
    calls: int

    def cells(self) -> tuple[str, ...]:
        return (str(self.tasks), str(self.parcels), f"{self.deferred:.1f}", f"{self.asked:.1f}", str(self.calls))


def measure(airflow: LocalAirflow, place: Place, dag: str, awbs: Sequence[str], tasks: int) -> Figures:
    """One run of a DAG, from its trigger on until it has nothing to do but to wait; then it is ended."""
    since, began = place.control.last_seq(), time.monotonic()
    airflow.patch(f"/dags/{dag}", {"is_paused": False})
    conf = {"logical_date": None, "conf": {"awbs": list(awbs)}}
    runs = f"/dags/{dag}/dagRuns"
    run = f"{runs}/{airflow.post(runs, conf)['dag_run_id']}"
    deferred = asked = 0.0
    while not (deferred and asked):
        time.sleep(0.5)
        airflow.check()
        if not deferred and waiting(airflow, run) >= tasks:
            deferred = time.monotonic() - began
        if not asked and len(seen(place, since)) >= len(awbs):
            asked = time.monotonic() - began
    airflow.patch(run, {"state": "failed"})
    return Figures(tasks, len(awbs), deferred, asked, len(place.calls(since)))


def waiting(airflow: LocalAirflow, run: str) -> int:
    """How many tasks wait in the triggerer."""
    found: int = airflow.get(f"{run}/taskInstances", state="deferred", limit=1)["total_entries"]
    return found


def seen(place: Place, since: int) -> set[str]:
    """The parcels that the vendor was asked for."""
    entries = place.control.journal(vendor=place.vendor, since=since, limit=10 * PARCELS)
    return {name for entry in entries for name in entry["subjects"]}


def on_airflow(folder: Path, place: Place) -> dict[str, Figures]:
    awbs = book(place, PARCELS + MAPPED)
    dags = folder / "dags"
    dags.mkdir()
    (dags / "mapped.py").write_text((ROOT / "benchmarks/dags/mapped.py").read_text())
    found = {}
    with LocalAirflow(folder / "airflow", dags, {"AIRFLOW__FLEETOPS__STATE_URL": place.state}) as airflow:
        airflow.add_connection(CONNECTION, place.connection)
        while len(airflow.get("/dags")["dags"]) < 2:
            time.sleep(1)
        for dag, chosen, tasks in (("wait_one", awbs[:PARCELS], 1), ("wait_mapped", awbs[PARCELS:], MAPPED)):
            found[dag] = measure(airflow, place, dag, chosen, tasks)
            print(f"  {dag}: {', '.join(found[dag].cells())}", flush=True)
    return found


def main() -> int:
    """Print what was measured; 1 where a parcel cost more than a call."""
    with (
        time_limit(LONGEST),
        tempfile.TemporaryDirectory() as name,
        sandbox_process("--start", START.isoformat()) as url,
        ControlClient(url) as control,
        databases() as urls,
    ):
        found = on_airflow(Path(name), World(url, control).place("fastrac", urls["SQLite"], tracking_seconds=CADENCE))
    table(
        ("dag", "tasks", "parcels", "s until all wait", "s until all were asked for", "calls"),
        [(dag, *figures.cells()) for dag, figures in found.items()],
    )
    one, mapped = found.values()
    beside = f"{MAPPED} mapped sensors: {mapped.deferred:.1f} s, {mapped.calls} calls"
    return conclude(
        [
            Result(
                f"mapped: s of Airflow until {PARCELS} parcels wait in one sensor, and its calls",
                "SQLite",
                f"{one.deferred:.1f} s, {one.calls} calls",
                "a call a parcel",
                one.calls == PARCELS and mapped.calls == MAPPED,
                beside,
            )
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
