"""Logins and refreshes of 200 tasks in 8 processes over 12 simulated hours, beside one login per task.

FASTTRAK's tokens live 30 minutes and can be refreshed for 12 hours. Then the process that refreshes is killed with -9,
once as its request leaves and once as the answer is there: the others must take over once its lease has ended, with one
new token between them.
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

from _fleet import PROCESSES, account_of, connections_of, databases, driver_at, start, store_at
from _report import Result, conclude, table, time_limit

from airflow_provider_fleetops.protocol.errors import FleetOpsError
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.single_flight import LEASE_SECONDS
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.transports.sync import SyncDriver

VENDOR = "fasttrak"
WORKERS, ROUNDS = 8, 25
STEP = timedelta(hours=12) / ROUNDS
REFRESHES = 12 * 60 // 30  # one every half an hour: a token that is 28.8 minutes old is not fresh any more
SIGN_IN = "/authentication/"
KILLS = ("as it asks", "as it gets the answer")
TURNS = ROUNDS + 1 + len(KILLS)
LONGEST = 240


class Doomed(SyncDriver):
    """A driver that is killed when its request for a new token leaves."""

    def _send(self, request: Any) -> Any:
        if SIGN_IN in request.url:
            os.kill(os.getpid(), signal.SIGKILL)
        return super()._send(request)


class DoomedLater(SyncDriver):
    """A driver that is killed when the vendor has made the new token."""

    def _send(self, request: Any) -> Any:
        answer = super()._send(request)
        if SIGN_IN in request.url:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer


DOOMED = dict(zip(KILLS, (Doomed, DoomedLater), strict=True))


def driver(kind: type[SyncDriver], url: str, offset: Any) -> SyncDriver:
    now: Callable[[], datetime] = lambda: datetime.fromtimestamp(time.time() + offset.value, UTC)  # noqa: E731
    return kind(store_at(url), lambda _: None, lambda _: None, clock=now)


def tasks(url: str, connection: dict[str, Any], offset: Any, turn: Any, results: Any, ready: Any) -> None:
    ours, account = driver(SyncDriver, url, offset), account_of(VENDOR, connection)
    ready.wait()
    for _ in range(TURNS):
        turn.wait()  # the clock has been set
        results.put(run(ours, account))


def doomed(how: str, url: str, connection: dict[str, Any], offset: Any, results: Any, ready: Any) -> None:
    ready.wait()
    results.put(run(driver(DOOMED[how], url, offset), account_of(VENDOR, connection)))


def run(ours: SyncDriver, account: Account) -> bool:
    with suppress(FleetOpsError):
        ours.run(call(account, "companies.list"))
        return True
    return False


def measure(url: str, box: Sandbox) -> dict[str, int]:
    """Tasks that went well, logins and refreshes in the 12 hours, and new tokens after each kind of kill."""
    box.control.reset()
    connection = connections_of(box)[f"{VENDOR}_default"]
    offset, turn = PROCESSES.Value("d", 0.0), PROCESSES.Barrier(WORKERS + 1)
    _, results, ready = start(tasks, [(url, connection, offset, turn)] * WORKERS)
    ready.wait()

    def all_work() -> int:
        turn.wait()
        return sum(results.get() for _ in range(WORKERS))

    good = all_work()
    for _ in range(ROUNDS - 1):
        advance(box, offset, STEP)
        good += all_work()
    logins, refreshes = told(box)
    advance(box, offset, STEP)  # the login's twelve hours are over: another one, so that there is something to refresh
    found = {"tasks": good + all_work(), "logins": logins, "refreshes": refreshes}
    for how in KILLS:
        advance(box, offset, STEP)
        kill(how, url, connection, offset)
        before = sum(told(box))
        advance(box, offset, timedelta(seconds=LEASE_SECONDS + 1))
        found["tasks"] += all_work()
        found[how] = sum(told(box)) - before
    return found


def kill(how: str, url: str, connection: dict[str, Any], offset: Any) -> None:
    """Let a process begin to renew the token, and die."""
    (victim,), _, ready = start(doomed, [(how, url, connection, offset)])
    ready.wait()
    victim.join(60)
    assert victim.exitcode == -signal.SIGKILL, f"the process that refreshes ended with {victim.exitcode}"


def told(box: Sandbox) -> tuple[int, int]:
    """Logins and refreshes so far."""
    figures = box.control.summary()[VENDOR]
    return int(figures["logins"]), int(figures["refreshes"])


def advance(box: Sandbox, offset: Any, step: timedelta) -> None:
    box.control.advance(step)
    offset.value += step.total_seconds()


def one_login_each(box: Sandbox) -> int:
    """What tasks do that share nothing: each with a state of its own."""
    box.control.reset()
    account = account_of(VENDOR, connections_of(box)[f"{VENDOR}_default"])
    with tempfile.TemporaryDirectory() as folder:
        for number in range(WORKERS * ROUNDS):
            run(driver_at(f"sqlite:///{folder}/{number}.db"), account)
    return told(box)[0]


def results_of(database: str, found: dict[str, int], peer: int) -> list[Result]:
    everyone = WORKERS * TURNS
    goals = {
        "tasks": ("tasks that went well", str(everyone), found["tasks"] == everyone, ""),
        "logins": ("logins in 12 hours", "1", found["logins"] == 1, f"one login per task: {peer}"),
        "refreshes": ("refreshes in 12 hours", f"<= {REFRESHES}", found["refreshes"] <= REFRESHES, ""),
        **{how: (f"new tokens after a kill {how}", "1", found[how] == 1, "") for how in KILLS},
    }
    return [
        Result(f"logins: {name}", database, str(found[figure]), goal, met, beside)
        for figure, (name, goal, met, beside) in goals.items()
    ]


def main() -> int:
    print(f"{WORKERS * ROUNDS} tasks in {WORKERS} processes over 12 simulated hours; then two kills")
    rows, results = [], []
    with time_limit(LONGEST), Sandbox(scale=0) as box, databases() as urls:
        peer = one_login_each(box)
        for database, url in urls.items():
            found = measure(url, box)
            rows.append((f"fleetops, {database}", *found.values()))
            results += results_of(database, found, peer)
        rows.append(("one login per task", WORKERS * ROUNDS, peer, 0, "-", "-"))
    table(("client", "tasks", "logins", "refreshes", *(f"new tokens after a kill {how}" for how in KILLS)), rows)
    return conclude(results)


if __name__ == "__main__":
    sys.exit(main())
