"""An incremental transfer of 100,000 rows, beside a full read that collects the rows in a list and writes them.

Each runs in a process of its own, as a task does, against FastTrack360's sandbox (200 rows a page, its largest). Goals:
calls within 2 of what the rows need, in the first run and in the next one after a few changes; each row once; and peak
memory that does not grow from 10,000 to 100,000 rows.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from _fleet import connections_of
from _report import Result, conclude, table, time_limit

from airflow_provider_fleetops.sandbox import Sandbox

VENDOR, LIST, PAGE = "fasttrack360", "candidates.list", 200
SEEDED, SMALL, LARGE, CHANGED = 36, 10_000, 100_000, 50
WAYS = ("naive list", "transfer, jsonl", "transfer, parquet")
LONGEST = 400.0
LONGEST_ALL = 900
MOST_GROWTH = 0.10
START = datetime(2031, 4, 2, 5, tzinfo=UTC)


def copy(way: str, path: str, run: str) -> dict[str, Any]:
    """Do it in this process; rows and peak memory."""
    rows = _naive(path) if way == WAYS[0] else _transfer(path, run, way.rpartition(" ")[2])
    return {"rows": rows, "peak": _peak()}


def _peak() -> float:
    """This program's peak memory in MB; ``getrusage`` would begin with that of the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _naive(path: str) -> int:
    from airflow_provider_fleetops.hooks.fasttrack360 import FastTrack360Hook
    from airflow_provider_fleetops.operators.output import write_lines

    return write_lines(path, FastTrack360Hook().rows(LIST, page_size=PAGE))


def _transfer(path: str, run: str, file_format: str) -> int:
    from airflow_provider_fleetops.transfers.object_storage import FleetOpsToObjectStorageOperator

    operator = FleetOpsToObjectStorageOperator(
        task_id="copy",
        vendor=VENDOR,
        endpoint=LIST,
        arguments={"page_size": PAGE},
        path=path,
        file_format=file_format,  # type: ignore[arg-type]
        incremental=True,
    )
    ti = SimpleNamespace(dag_id="bench", task_id=f"copy_{file_format}", run_id=run, map_index=-1, try_number=1)
    result: dict[str, Any] = operator.execute({"ti": ti, "run_id": run})  # type: ignore[typeddict-item]
    return int(result["rows"])


def in_process(box: Sandbox, folder: str, way: str, run: str) -> dict[str, Any]:
    """Do it in a new process; also the calls that the vendor counted."""
    before = box.control.summary()[VENDOR]["calls"]
    done = subprocess.run(
        [sys.executable, __file__, way, f"file://{folder}/{run}", run],
        capture_output=True, text=True, timeout=LONGEST, check=False, env=_environment(box, folder),
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer | {"calls": box.control.summary()[VENDOR]["calls"] - before}


def _environment(box: Sandbox, folder: str) -> dict[str, str]:
    connection = connections_of(box)[f"{VENDOR}_default"]
    connection["extra"] |= {"daily_quota": 1_000_000}
    return os.environ | {
        "AIRFLOW_HOME": folder,
        "AIRFLOW__CORE__FERNET_KEY": "ZmxlZXRvcHMtdGVzdC1rZXktMzItYnl0ZXMtbG9uZyE=",
        "AIRFLOW__FLEETOPS__STATE_URL": f"sqlite:///{folder}/fleetops.db",
        f"AIRFLOW_CONN_{VENDOR.upper()}_DEFAULT": json.dumps(connection),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }


def measure(box: Sandbox, rows: int) -> dict[str, list[dict[str, Any]]]:
    """Every way with so many rows: the first run, and for transfers one more after a few changes."""
    found: dict[str, list[dict[str, Any]]] = {}
    box.control.reset()
    box.control.limits(VENDOR, rate=1e6, burst=10**6, daily_quota=10**9)
    box.control.script(VENDOR, "grow", rows=rows - SEEDED)
    with tempfile.TemporaryDirectory() as folder:
        for way in WAYS:
            found[way] = [in_process(box, folder, way, f"{way[-4:]}-1")]
        box.control.advance(timedelta(hours=1))
        box.control.script(VENDOR, "grow", rows=CHANGED)
        for way in WAYS[1:]:
            found[way].append(in_process(box, folder, way, f"{way[-4:]}-2"))
    return found


def main() -> int:
    """Print calls and memory; 1 when a goal is missed."""
    with time_limit(LONGEST_ALL), Sandbox(seed=7, start=START, scale=0) as box:
        small, large = measure(box, SMALL), measure(box, LARGE)
    lines, results = [], []
    beside = f"{_growth(small[WAYS[0]], large[WAYS[0]]):+.0%}"
    for way in WAYS:
        runs, growth = large[way], _growth(small[way], large[way])
        later = runs[1] if len(runs) > 1 else {"rows": "-", "calls": "-"}
        peaks = (f"{small[way][0]['peak']:.0f} MB", f"{runs[0]['peak']:.0f} MB", f"{growth:+.0%}")
        lines.append((way, runs[0]["rows"], runs[0]["calls"], *peaks, later["rows"], later["calls"]))
        if way != WAYS[0]:
            results += _results(way, runs, growth, beside)
    head = ("way", "rows", "calls", f"peak at {SMALL:,}", f"peak at {LARGE:,}", "growth", "rows next", "calls next")
    table(head, lines)
    return conclude(results)


def _growth(small: list[dict[str, Any]], large: list[dict[str, Any]]) -> float:
    return float(large[0]["peak"] / small[0]["peak"] - 1)


def _results(way: str, runs: list[dict[str, Any]], growth: float, beside: str) -> Iterator[Result]:
    """What was asked for, of one way to write."""
    rows = tuple(run["rows"] for run in runs)
    yield Result(f"{way}: rows", "SQLite", str(rows), str((LARGE, CHANGED)), rows == (LARGE, CHANGED))
    for name, run, least in zip(("first", "next"), runs, (LARGE // PAGE, ceil(CHANGED / PAGE)), strict=True):
        calls, goal = run["calls"], f"{least} and at most 2 more"
        yield Result(f"{way}: calls of the {name} run", "SQLite", str(calls), goal, least <= calls <= least + 2)
    goal = f"at most {MOST_GROWTH:+.0%}"
    yield Result(f"{way}: memory, 10 times the rows", "SQLite", f"{growth:+.0%}", goal, growth <= MOST_GROWTH, beside)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(copy(*sys.argv[1:])))
        sys.exit(0)
    sys.exit(main())
