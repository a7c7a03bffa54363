"""Logins and refreshes of 200 tasks in 8 processes over 12 simulated hours, beside one login per task.

FASTTRAK's tokens live 30 minutes and can be refreshed for 12 hours. Then the process that refreshes is killed with -9
while its request is under way: the others must take over once its lease has ended, with one refresh between them.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from _fleet import SPAWN, account_of, connections_of, databases, driver_at, start, store_at, table, verdict

from airflow_provider_fleetops.protocol.errors import FleetOpsError
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.single_flight import LEASE_SECONDS
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.transports.sync import SyncDriver

VENDOR = "fasttrak"
PROCESSES, ROUNDS = 8, 25
STEP = timedelta(hours=12) / ROUNDS
REFRESHES = ROUNDS - 1  # one every half an hour: a token that is 28.8 minutes old is not fresh any more


class Doomed(SyncDriver):
    """A driver that is killed when its request for a new token leaves."""

    def _send(self, request: Any) -> Any:
        if "refresh" in request.url.lower():
            os.kill(os.getpid(), signal.SIGKILL)
        return super()._send(request)


def driver(kind: type[SyncDriver], url: str, offset: Any) -> SyncDriver:
    now: Callable[[], datetime] = lambda: datetime.fromtimestamp(time.time() + offset.value, UTC)  # noqa: E731
    return kind(store_at(url), lambda _: None, lambda _: None, clock=now)


def tasks(url: str, connection: dict[str, Any], offset: Any, turn: Any, results: Any, ready: Any) -> None:
    ours, account = driver(SyncDriver, url, offset), account_of(VENDOR, connection)
    ready.wait()
    for _ in range(ROUNDS + 1):
        turn.wait()  # the clock has been set
        results.put(run(ours, account))


def doomed(url: str, connection: dict[str, Any], offset: Any, results: Any, ready: Any) -> None:
    ready.wait()
    results.put(run(driver(Doomed, url, offset), account_of(VENDOR, connection)))


def run(ours: SyncDriver, account: Account) -> bool:
    with suppress(FleetOpsError):
        ours.run(call(account, "companies.list"))
        return True
    return False


def measure(url: str, box: Sandbox) -> tuple[int, int, int, int]:
    """Tasks that went well, logins and refreshes in the 12 hours, and new tokens after the killed process."""
    box.control.reset()
    connection = connections_of(box)[f"{VENDOR}_default"]
    offset, turn = SPAWN.Value("d", 0.0), SPAWN.Barrier(PROCESSES + 1)
    processes, results, ready = start(tasks, [(url, connection, offset, turn)] * PROCESSES)
    ready.wait()
    good = 0
    for number in range(ROUNDS):
        if number:
            advance(box, offset, STEP)
        turn.wait()
        good += sum(results.get() for _ in processes)
    told = box.control.summary()[VENDOR]
    advance(box, offset, STEP)
    (victim,), _, begin = start(doomed, [(url, connection, offset)])
    begin.wait()
    victim.join(30)
    advance(box, offset, timedelta(seconds=LEASE_SECONDS + 1))
    turn.wait()
    good += sum(results.get() for _ in processes)
    later = box.control.summary()[VENDOR]
    renewed = later["logins"] + later["refreshes"] - told["logins"] - told["refreshes"]
    return good, told["logins"], told["refreshes"], renewed


def advance(box: Sandbox, offset: Any, step: timedelta) -> None:
    box.control.advance(step)
    offset.value += step.total_seconds()


def one_login_each(box: Sandbox) -> int:
    box.control.reset()
    account = account_of(VENDOR, connections_of(box)[f"{VENDOR}_default"])
    with tempfile.TemporaryDirectory() as folder:
        for number in range(PROCESSES * ROUNDS):
            run(driver_at(f"sqlite:///{folder}/{number}.db"), account)
    return int(box.control.summary()[VENDOR]["logins"])


def main() -> int:
    print(f"{PROCESSES * ROUNDS} tasks in {PROCESSES} processes over 12 simulated hours")
    rows, missed = [], []
    with Sandbox(scale=0) as box, databases() as urls:
        for database, url in urls.items():
            good, logins, refreshes, renewed = measure(url, box)
            rows.append((f"fleetops, {database}", good, logins, refreshes, renewed))
            goals = {
                "every task went well": good == PROCESSES * (ROUNDS + 1),
                "1 login": logins == 1,
                "one refresh per 30 minutes": refreshes <= REFRESHES,
                "1 new token after the kill": renewed == 1,
            }
            missed += [f"{database}: {goal}" for goal, reached in goals.items() if not reached]
        rows.append(("one login per task", PROCESSES * ROUNDS, one_login_each(box), 0, "-"))
    table(("client", "tasks", "logins", "refreshes", "new tokens after a kill -9"), rows)
    return verdict(missed)


if __name__ == "__main__":
    sys.exit(main())
