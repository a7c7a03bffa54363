"""The day itself: trigger the DAGs, let the story happen in the vendors' worlds, show progress, wait for the end."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

from rich.console import Console

from airflow_provider_fleetops.demo.airflow import LocalAirflow
from airflow_provider_fleetops.sandbox.client import ControlClient

FLEET_DAY = "fleet_day"
DAGS = ("example_fl3xx", "example_fastrac", "example_fasttrak", "example_fasttrack360", FLEET_DAY)
PARSE_SECONDS = 60
SLIP_MINUTES = 55
AOG_TAIL = "OE-SIB"
_ENDED = {"success", "failed"}


class FleetDay:
    """One day: ``runs`` are the DAG runs' last states, ``missing`` the parts of the story that never happened."""

    def __init__(self, control: ControlClient, airflow: LocalAirflow, console: Console, scale: float) -> None:
        self._control, self._airflow, self._console, self._scale = control, airflow, console, scale
        self.runs: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        self._shown = ""
        self._running = self._slipped = False

    @property
    def missing(self) -> list[str]:
        return [] if self._slipped else ["no flight slipped, so no car was re-timed"]

    def run(self, seconds: float) -> None:
        """Everything from the first trigger to the last run's end, at most so many seconds."""
        self._wait_for_dags()
        world = self._control.world()
        aog = self._control.script("fl3xx", "aog", tail=AOG_TAIL, hours=24, note="AOG: starter generator")
        self._say(f"{world:%H:%M} {AOG_TAIL} goes AOG at {aog['airport']}")
        for dag in DAGS:
            self._trigger(dag, world.date().isoformat())
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not self._all_ended():
            self._airflow.check()
            self._tell_story()
            self._show_progress()
            time.sleep(1)
        self._control.scale(0)

    def tasks(self) -> list[Mapping[str, Any]]:
        """Every task instance of the day's runs."""
        return [task for dag in self._ids for task in self._task_instances(dag)]

    def _wait_for_dags(self) -> None:
        deadline = time.monotonic() + PARSE_SECONDS
        with self._console.status("Reading the DAG files"):
            while time.monotonic() < deadline:
                found = {dag["dag_id"] for dag in self._airflow.get("/dags", limit=100)["dags"]}
                if set(DAGS) <= found:
                    return
                time.sleep(1)
        errors = self._airflow.get("/importErrors")["import_errors"]
        reasons = "; ".join(error["stack_trace"].strip().splitlines()[-1] for error in errors)
        raise RuntimeError(f"DAGs missing after {PARSE_SECONDS} s: {sorted(set(DAGS) - found)} {reasons}")

    def _trigger(self, dag: str, day: str) -> None:
        self._airflow.patch(f"/dags/{dag}", {"is_paused": False})
        run = self._airflow.post(f"/dags/{dag}/dagRuns", {"logical_date": None, "conf": {"day": day}})
        self._ids[dag], self.runs[dag] = run["dag_run_id"], run["state"]

    def _all_ended(self) -> bool:
        for dag, run in self._ids.items():
            if self.runs[dag] not in _ENDED:
                self.runs[dag] = self._airflow.get(f"/dags/{dag}/dagRuns/{run}")["state"]
        return all(state in _ENDED for state in self.runs.values())

    def _tell_story(self) -> None:
        """The world's time runs once the flights are read; once every VIP has a car, the second VIP flight slips."""
        if self._slipped:
            return
        tasks = self._task_instances(FLEET_DAY)
        if not self._running and any(t["task_id"] == "flights" and t["state"] == "success" for t in tasks):
            self._running = True
            self._control.scale(self._scale)
        cars = [task for task in tasks if task["task_id"] == "ensure_car"]
        if not cars or any(task["state"] != "success" for task in cars):
            return
        flight = self._vip_flight()
        self._control.script("fl3xx", "slip", flight=flight, minutes=SLIP_MINUTES)
        self._slipped = True
        self._say(f"{self._control.world():%H:%M} flight {flight} slips by {SLIP_MINUTES} minutes")

    def _vip_flight(self) -> int:
        """The second to leave: the first one's departure is when the DAG looks at the new times."""
        path = f"/dags/{FLEET_DAY}/dagRuns/{self._ids[FLEET_DAY]}/taskInstances/vip_arrivals/xcomEntries/return_value"
        arrivals = self._airflow.get(path, deserialize=True)["value"]
        return int(arrivals[1]["flight_id"])

    def _task_instances(self, dag: str) -> list[Mapping[str, Any]]:
        found = self._airflow.get(f"/dags/{dag}/dagRuns/{self._ids[dag]}/taskInstances", limit=200)
        tasks: list[Mapping[str, Any]] = found["task_instances"]
        return tasks

    def _show_progress(self) -> None:
        states = Counter(task["state"] or "waiting" for task in self._task_instances(FLEET_DAY))
        done = sum(state in _ENDED for state in self.runs.values())
        line = f"runs {done}/{len(self.runs)}, fleet_day: " + ", ".join(f"{n} {s}" for s, n in sorted(states.items()))
        if line != self._shown:
            self._shown = line
            self._say(f"{self._control.world():%H:%M} {line}")

    def _say(self, text: str) -> None:
        self._console.print(f"  {text}")
