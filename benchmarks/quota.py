"""A day's quota, asked for one and a half times over by 200 tasks: how many requests still go after it is exhausted.

One connection of the sandbox's FastTrack360, 8 processes; once with the connection's ``daily_quota``, once without it,
so that the vendor's answer is what everybody must learn from at once. Beside them Airflow's own ``HttpOperator`` with
three retries, which learns nothing. The sandbox counts.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Any

import _peer
from _fleet import account_of, connections_of, databases, driver_at, start
from _report import Result, conclude, table, time_limit

from airflow_provider_fleetops.protocol.errors import FleetOpsError
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.request import build
from airflow_provider_fleetops.sandbox import Sandbox

VENDOR, ENTRY = "fasttrack360", "offices.list"
WORKERS, TASKS, CALLS = 8, 200, 3
QUOTA = TASKS * CALLS * 2 // 3
MOST_AFTER = 1
LONGEST = 240
KNOWN = {"daily_quota set": {"daily_quota": QUOTA}, "not set": {}}


def ours(url: str, connection: dict[str, Any], extras: dict[str, Any], results: Any, ready: Any) -> None:
    driver, account = driver_at(url), account_of(VENDOR, connection, **extras)
    ready.wait()
    for _ in range(TASKS // WORKERS):
        with suppress(FleetOpsError):  # the task fails, or defers to midnight
            for _ in range(CALLS):
                driver.run(call(account, ENTRY, reuse=0))
    results.put(None)


def peer(_url: str, connection: dict[str, Any], _extras: dict[str, Any], results: Any, ready: Any) -> None:
    account = account_of(VENDOR, connection)
    request = build(account, account.vendor.endpoint(ENTRY).prepare({}, None), None)
    _peer.warm_up()
    ready.wait()
    for _ in range(TASKS // WORKERS):
        for _ in range(CALLS):
            if not any(_peer.one_try(request) for _ in range(1 + _peer.RETRIES)):
                break  # what comes after a failed task does not run
    results.put(None)


def measure(work: Any, url: str, box: Sandbox, extras: dict[str, Any]) -> tuple[int, int]:
    """Calls that were served, and requests after the quota was exhausted."""
    box.control.reset()
    box.control.limits(VENDOR, rate=10**6, burst=10**6, daily_quota=QUOTA)
    connection = connections_of(box)[f"{VENDOR}_default"]
    processes, results, ready = start(work, [(url, connection, extras)] * WORKERS)
    ready.wait()
    for _ in processes:
        results.get()
    seen = box.control.journal(vendor=VENDOR)
    served = sum(entry["status"] == 200 for entry in seen)
    return served, len(seen) - served


def main() -> int:
    print(f"{TASKS} tasks of {CALLS} calls in {WORKERS} processes, a quota of {QUOTA} calls a day")
    with time_limit(LONGEST), Sandbox(scale=0) as box, databases() as urls:
        beside = measure(peer, "", box, {})
        rows, results = [], []
        for database, url in urls.items():
            for what, extras in KNOWN.items():
                served, after = measure(ours, url, box, extras)
                rows.append((f"fleetops, {database}, {what}", served, after))
                goals = {
                    "requests after it": (after, f"<= {MOST_AFTER}", after <= MOST_AFTER, beside[1]),
                    "calls served": (served, str(QUOTA), served == QUOTA, beside[0]),
                }
                results += [
                    Result(f"quota: {name}, {what}", database, str(figure), goal, met, f"{_peer.NAME}: {theirs}")
                    for name, (figure, goal, met, theirs) in goals.items()
                ]
        rows.append((_peer.NAME, *beside))
        table(("client", "served", "requests after it was exhausted"), rows)
    return conclude(results)


if __name__ == "__main__":
    sys.exit(main())
