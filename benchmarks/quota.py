"""A day's quota, asked for one and a half times over by 200 tasks: how many requests still go after it is exhausted.

Beside a naive operator, which tries each call up to four times. One connection of the sandbox's FastTrack360, 8
processes; the connection does not know its quota, so the vendor's answer is what everybody must learn from at once.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Any

from _fleet import account_of, connections_of, databases, driver_at, start, table, verdict
from limiter import plain

from airflow_provider_fleetops.protocol.errors import FleetOpsError
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.sandbox import Sandbox

VENDOR = "fasttrack360"
PROCESSES, TASKS, CALLS = 8, 200, 3
QUOTA = TASKS * CALLS * 2 // 3
TRIES = 4


def ours(url: str, connection: dict[str, Any], extras: dict[str, Any], results: Any, ready: Any) -> None:
    driver, account = driver_at(url), account_of(VENDOR, connection, **extras)
    ready.wait()
    for _ in range(TASKS // PROCESSES):
        with suppress(FleetOpsError):  # the task fails, or defers to midnight
            for _ in range(CALLS):
                driver.run(call(account, "offices.list"))
    results.put(None)


def naive(_url: str, connection: dict[str, Any], _extras: dict[str, Any], results: Any, ready: Any) -> None:
    ask = plain(connection)
    ready.wait()
    for _ in range(TASKS // PROCESSES):
        for _ in range(CALLS):
            if not any(ask() == 200 for _ in range(TRIES)):
                break
    results.put(None)


def measure(work: Any, url: str, box: Sandbox, extras: dict[str, Any]) -> tuple[int, int]:
    """Calls that were served, and requests after the quota was exhausted."""
    box.control.reset()
    box.control.limits(VENDOR, rate=10**6, burst=10**6, daily_quota=QUOTA)
    connection = connections_of(box)[f"{VENDOR}_default"]
    processes, results, ready = start(work, [(url, connection, extras)] * PROCESSES)
    ready.wait()
    for _ in processes:
        results.get()
    seen = box.control.journal(vendor=VENDOR)
    served = sum(entry["status"] == 200 for entry in seen)
    return served, len(seen) - served


def main() -> int:
    print(f"{TASKS} tasks of {CALLS} calls in {PROCESSES} processes, a quota of {QUOTA} calls a day")
    rows, missed = [], []
    with Sandbox(scale=0) as box, databases() as urls:
        for database, url in urls.items():
            for what, extras in (("quota known", {"daily_quota": QUOTA}), ("quota not known", {})):
                served, after = measure(ours, url, box, extras)
                rows.append((f"fleetops, {database}, {what}", served, after))
                allowed = PROCESSES if not extras else 0
                if served != QUOTA:
                    missed.append(f"{database}, {what}: {served} of {QUOTA} calls were served")
                if after > allowed:
                    missed.append(f"{database}, {what}: {after} requests after the quota was exhausted")
        served, after = measure(naive, "", box, {})
        rows.append((f"{TRIES} tries for each call", served, after))
    table(("client", "served", "requests after it was exhausted"), rows)
    return verdict(missed)


if __name__ == "__main__":
    sys.exit(main())
