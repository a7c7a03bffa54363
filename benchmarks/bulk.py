"""A bulk task at 50 calls a second, killed with -9 twice, beside the same rows as mapped tasks on a real Airflow.

The vendor (the sandbox's FastTrack360 behind its gateway, in a process of its own) answers in 50 to 200 ms. It counts:
what is made twice, what is lost, and how much of the allowed rate is used. Mapped tasks cost Airflow seconds each, so
fewer rows are measured both ways. ``bulk.py [--full]``: 10,000 rows and 500 mapped ones instead of 4,000 and 60.
"""

from __future__ import annotations

import csv
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from _bulk import ROOT, finish, kill_after, start
from _fleet import KEY, sandbox_process
from _report import Result, conclude, table, time_limit

from airflow_provider_fleetops import vendors
from airflow_provider_fleetops.demo.airflow import LocalAirflow
from airflow_provider_fleetops.demo.connections import connections
from airflow_provider_fleetops.sandbox.client import ControlClient

VENDOR, CONNECTION, ROUTE = "fasttrack360", "fasttrack360_default", "client_comment.create"
FULL = "--full" in sys.argv[1:]
ROWS, MAPPED = (10_000, 500) if FULL else (4_000, 60)
RATE, BURST = 50, 25
GOAL = 0.98
# A request that a killed try had sent may arrive for as long; then its row is looked for.
QUICK = {"connect_timeout": 1, "read_timeout": 2}
EXTRAS = {"requests_per_second": RATE, "burst": BURST, "daily_quota": 10**6}
LONGEST = 7200 if FULL else 1200


@contextmanager
def sandbox() -> Iterator[str]:
    """The vendors in a process of their own, FastTrack360 with the rate that is allowed and its latency."""
    with sandbox_process() as url, ControlClient(url) as control:
        control.limits(VENDOR, rate=RATE, burst=BURST, daily_quota=10**6)
        for seed, seconds in enumerate((0.2, 0.15, 0.1)):
            control.fault(VENDOR, "slow", times="forever", probability=0.3, seed=seed, seconds=seconds)
        control.fault(VENDOR, "slow", times="forever", seconds=0.05)
        yield url


def connection(url: str, control: ControlClient) -> dict[str, Any]:
    """Airflow's connection to the sandbox."""
    made = connections(url, {name: control.credentials(name) for name in vendors.NAMES})[CONNECTION]
    return made | {"extra": made["extra"] | EXTRAS}


def write_manifest(path: Path, count: int, clients: Sequence[int], word: str) -> None:
    """Comments on many clients: whoever looks for one reads few."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["operation_key", "subject_id", "comment"])
        writer.writerows([f"{word} {n}", clients[n % len(clients)], f"Comment {n}"] for n in range(count))


def killed_twice(folder: Path, environment: Mapping[str, str], control: ControlClient) -> list[dict[str, Any]]:
    """Three tries of one task, the first two killed: what each sent, and how fast; then a fourth with nothing to do."""
    paths = {f"{name}_path": str(folder / f"{name}.csv") for name in ("manifest", "results", "rejects")}
    job = ("FastTrack360BulkCommentsOperator", paths, environment)
    tries = []
    for enough in (ROWS // 3, 2 * ROWS // 3, None, 0):
        since, began = control.last_seq(), time.monotonic()
        process = start(*job)
        if enough:
            kill_after(process, lambda: stats(control)["effects"], enough, pause=0.25)
            told = {}
        else:
            told = finish(process)
        seconds = time.monotonic() - began
        tries.append({**told, "seconds": seconds, **sent(control, since)})
    return tries


def stats(control: ControlClient) -> dict[str, int]:
    """What the vendor has counted."""
    counted: dict[str, int] = control.summary()[VENDOR]["stats"]
    return counted


def sent(control: ControlClient, since: int) -> dict[str, Any]:
    """Calls after ``since``, and the seconds from the first to the last of them, by the vendor's clock."""
    calls = control.journal(since=since, vendor=VENDOR, limit=2 * ROWS)
    times = sorted(datetime.fromisoformat(call["gateway_at"]).timestamp() for call in calls)
    return {"calls": len(calls), "span": times[-1] - times[0] if times else 0.0}


def on_airflow(folder: Path, made: Mapping[str, Any], manifest: Path, control: ControlClient) -> dict[str, float]:
    """Seconds from the first to the last call of one bulk task and of mapped tasks for the same rows."""
    dags = folder / "dags"
    dags.mkdir()
    (dags / "bulk.py").write_text((ROOT / "benchmarks/dags/bulk.py").read_text())
    took = {}
    with LocalAirflow(folder / "airflow", dags) as airflow:
        airflow.add_connection(CONNECTION, made)
        while len(airflow.get("/dags")["dags"]) < 2:
            time.sleep(1)
        for dag in ("bulk_one", "bulk_mapped"):
            airflow.patch(f"/dags/{dag}", {"is_paused": False})
            began = time.monotonic()
            conf = {"logical_date": None, "conf": {"manifest": str(manifest)}}
            run = airflow.post(f"/dags/{dag}/dagRuns", conf)["dag_run_id"]
            while (state := airflow.get(f"/dags/{dag}/dagRuns/{run}")["state"]) not in {"success", "failed"}:
                time.sleep(0.5)
            took[dag] = time.monotonic() - began if state == "success" else float("nan")
    return took


def main() -> int:
    """Print what was measured; 1 where a goal is missed."""
    with (
        time_limit(LONGEST),
        tempfile.TemporaryDirectory() as name,
        sandbox() as url,
        ControlClient(url) as control,
    ):
        folder, made = Path(name), connection(url, control)
        environment = {
            f"AIRFLOW_CONN_{CONNECTION.upper()}": json.dumps(made | {"extra": made["extra"] | QUICK}),
            "AIRFLOW__FLEETOPS__STATE_URL": f"sqlite:///{folder}/fleetops.db",
            "AIRFLOW__CORE__FERNET_KEY": KEY.decode(),
            "AIRFLOW_HOME": str(folder / "home"),
        }
        clients = [100_000_001 + n for n in range(10)]
        write_manifest(folder / "manifest.csv", ROWS, clients, "bulk")
        tries = killed_twice(folder, environment, control)
        with (folder / "results.csv").open(newline="") as file:
            results = list(csv.DictReader(file))
        effects, refused = (stats(control)[name] for name in ("effects", "throttled"))
        write_manifest(folder / "few.csv", MAPPED, clients, "few")
        took = on_airflow(folder, made, folder / "few.csv", control)
    return report(tries, results, effects, refused, took)


def report(
    tries: Sequence[Mapping[str, Any]],
    results: Sequence[Mapping[str, str]],
    effects: int,
    refused: int,
    took: Mapping[str, float],
) -> int:
    """The tables, and what was missed."""
    names = ("killed", "killed again", "finished", "once more")
    rate = [t["calls"] / t["span"] if t["span"] else 0.0 for t in tries]
    table(
        ("try", "seconds", "calls", "calls/s while it sent"),
        [(n, f"{t['seconds']:.1f}", t["calls"], f"{r:.2f}") for n, t, r in zip(names, tries, rate, strict=True)],
    )
    share = sum(t["calls"] for t in tries) / sum(t["span"] for t in tries) / RATE
    outcomes = Counter(line["outcome"] for line in results)
    ids = {line["comment_id"] for line in results if line["comment_id"]}
    lost, doubles = ROWS - len(ids), effects - len(ids)
    print(f"{ROWS} rows: {dict(outcomes)}; made {effects}, twice {doubles}, lost {lost}, refused as too fast {refused}")
    print(
        f"share of the allowed rate: {share:.4f} (goal: {GOAL}); {ROWS} done rows passed in {tries[3]['seconds']:.1f} s"
    )
    for dag, seconds in took.items():
        print(f"{dag:12} {MAPPED} rows on Airflow: {seconds:.1f} s, {MAPPED / seconds:.2f} rows a second")
    mapped = f"mapped tasks: {took['bulk_mapped']:.1f} s"
    measured = (
        ("share of the allowed rate", f"{share:.4f}", f">= {GOAL}", share >= GOAL, ""),
        ("rows made twice", str(doubles), "0", doubles == 0, ""),
        ("rows lost", str(lost), "0", lost == 0 and outcomes == {"done": ROWS}, ""),
        ("calls that came too fast", str(refused), "0", refused == 0, ""),
        ("calls for rows that are done", str(tries[3]["calls"]), "0", tries[3]["calls"] == 0, ""),
        (
            f"{MAPPED} rows on Airflow, s",
            f"{took['bulk_one']:.1f}",
            "less",
            took["bulk_one"] < took["bulk_mapped"],
            mapped,
        ),
    )
    return conclude([Result(f"bulk: {what}", "SQLite", *rest) for what, *rest in measured])


if __name__ == "__main__":
    sys.exit(main())
