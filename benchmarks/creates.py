"""Orders under kill -9, reset and 503: what is made twice, what is lost, what nobody knows. Ours beside HttpOperator.

Every order is a task with tries. Every second order's first worker is killed with -9, each at the next step of its
flow, from before the intent to after the record; of later tries one in twenty, anywhere. The vendor's answer may be
lost, or be a 503, before or after the effect. The peer is Airflow's own ``HttpOperator`` with three retries under the
same faults; the same orders are killed, right before or right after their request. The sandbox counts.

``creates.py [orders per vendor]``, 1,000 by default.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import _peer
from _fleet import KEY, databases, sandbox_process
from _orders import KINDS, RETRY_DELAY, SANDBOX_LIMITS, START, MortalDriver, account_of, place, sign_in
from _report import Result, conclude, table, time_limit
from _tasks import Attempt, Tasks
from cryptography.fernet import Fernet, MultiFernet

from airflow_provider_fleetops import vendors
from airflow_provider_fleetops.protocol.auth import Token
from airflow_provider_fleetops.protocol.request import build
from airflow_provider_fleetops.protocol.session import sign_in as token_of
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.sandbox.client import ControlClient
from airflow_provider_fleetops.state import StateStore, migrate

ORDERS = 1000
# For the peer, whose duplicates need no thousand orders to show, and for the second database.
FEWER = 200
LONGEST = 1500
OUR_TRIES = 8
KILLED = 0.05
FAULTS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "reset after the effect": ("reset_after", {}),
    "503 after the effect": ("status", {"code": 503, "when": "after"}),
    "reset before": ("reset_before", {}),
    "503 before": ("status", {"code": 503}),
}
FAULT_RATE = 0.04
BLIND = {"fastrac"}
COLUMNS = ("made", "done", "duplicates", "lost", "unknown", "failed", "kills", "at steps", "seconds")

Row = dict[str, Any]


def ours(account: Account, store: StateStore, steps: int) -> Attempt:
    """A try through the ledger, by a worker that may be killed before any of the flow's steps."""

    def attempt(number: int, tries: int, chance: random.Random) -> str:
        last = doomed_at(number, tries, steps, chance)
        driver = MortalDriver(store, steps=last, ahead=tries * RETRY_DELAY)
        try:
            return " ".join(place(driver, account, number)).strip()
        finally:
            driver.close()

    return attempt


def doomed_at(number: int, tries: int, steps: int, chance: random.Random) -> int | None:
    """Before which step a try's worker is killed, if it is."""
    if tries == 0:
        return number // 2 % steps if number % 2 else None
    return chance.randrange(steps) if chance.random() < KILLED else None


def peer(account: Account, token: Token | None) -> Attempt:
    """The same order by an HttpOperator, whose worker may be killed before its request (step 0) or after it."""
    kind = KINDS[account.vendor.name]

    def attempt(number: int, tries: int, chance: random.Random) -> str:
        prepared = account.vendor.endpoint(kind.route).prepare({}, kind.body(number))
        last = doomed_at(number, tries, 2, chance)
        if last == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        good = _peer.one_try(build(account, prepared, token))
        if last == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return "done" if good else "again"

    return attempt


def through_us(state: str, account: Account) -> tuple[Attempt, int]:
    """Our tries, and how many steps an order takes when all goes well."""
    store = StateStore(state, MultiFernet([Fernet(KEY)]))
    sign_in(MortalDriver(store), account)
    healthy = MortalDriver(store)
    first = place(healthy, account, 10**4)
    assert first[0] == "done", first
    return ours(account, store, healthy.obeyed), healthy.obeyed


def through_http_operator(state: str, account: Account) -> tuple[Attempt, int]:
    """The peer's tries; it signs in once, and has two steps."""
    _peer.warm_up()
    migrate(state)
    store = StateStore(state, MultiFernet([Fernet(KEY)]))
    return peer(account, MortalDriver(store).run(token_of(account, None))), 2


def measure(url: str, vendor: str, make: Callable[[Account], tuple[Attempt, int]], orders: int, tries: int) -> Row:
    """All orders at one vendor."""
    control = ControlClient(url)
    control.reset()
    for name, limits in SANDBOX_LIMITS.items():
        control.limits(name, **limits)
    account = account_of(vendor, url, {name: control.credentials(name) for name in vendors.NAMES})
    attempt, steps = make(account)
    for seed, (kind, options) in enumerate(FAULTS.values()):
        control.fault(vendor, kind, KINDS[vendor].route, times="forever", probability=FAULT_RATE, seed=seed, **options)
    since = control.last_seq()
    began = time.monotonic()
    tasks = Tasks(attempt, orders, tries)
    tasks.run()
    hit = {number // 2 % steps for number, which in tasks.killed if which == 0}
    row = judged(control, vendor, tasks, since)
    return row | {"kills": len(tasks.killed), "at steps": f"{len(hit)} of {steps}", "seconds": time.monotonic() - began}


def judged(control: ControlClient, vendor: str, tasks: Tasks, since: int) -> Row:
    """What the tasks say beside what the vendor has made. Every order has a body of its own."""
    made = [e for e in control.journal(since=since, vendor=vendor, route=KINDS[vendor].route) if e["effect"]]
    states = Counter(state.partition(" ")[0] for state in tasks.states.values())
    there = {entry["body_digest"] for entry in made}
    orders = len(tasks.tries)
    return {
        "made": len(made),
        "done": states["done"],
        "duplicates": len(made) - len(there),
        "lost": max(orders - len(there) - states["unknown"], 0) + not_theirs(tasks, made),
        "unknown": states["unknown"],
        "failed": states["failed"],
    }


def not_theirs(tasks: Tasks, made: list[dict[str, Any]]) -> int:
    """Orders that are said to be done with an id that the vendor has not given, or that another order has too."""
    ids = [state.partition(" ")[2] for state in tasks.states.values() if state.startswith("done ")]
    given = {subject for entry in made for subject in entry["subjects"]}
    return len(ids) - len(set(ids) & given)


def results(database: str, vendor: str, row: Row, beside: Row) -> Iterator[Result]:
    """A vendor's goals."""
    for name in ("duplicates", "lost", "failed"):
        compared = f"{_peer.NAME}: {beside[name]}"
        yield Result(f"creates: {name}, {vendor}", database, str(row[name]), "0", row[name] == 0, compared)
    hit, _, steps = row["at steps"].partition(" of ")
    yield Result(f"creates: killed at every step, {vendor}", database, row["at steps"], "all", hit == steps)
    if vendor not in BLIND:
        yield Result(f"creates: unknown, {vendor}", database, str(row["unknown"]), "0", row["unknown"] == 0)


def main() -> int:
    orders = int(sys.argv[1]) if len(sys.argv) > 1 else ORDERS
    print(f"{orders} orders per vendor; every second one killed; {FAULT_RATE:.0%} of sends each: {', '.join(FAULTS)}")
    rows, found = [], []
    with (
        time_limit(LONGEST),
        sandbox_process("--start", START.isoformat()) as url,
        databases() as urls,
        tempfile.TemporaryDirectory() as home,
    ):
        for vendor in vendors.NAMES:
            make = partial(through_http_operator, f"sqlite:///{home}/{vendor}.db")
            beside = measure(url, vendor, make, min(orders, FEWER), 1 + _peer.RETRIES)
            rows.append((vendor, _peer.NAME, min(orders, FEWER), *shown(beside)))
            print(*rows[-1], flush=True)
            for number, (database, state) in enumerate(urls.items()):
                many = orders if number == 0 else min(orders, FEWER)
                row = measure(url, vendor, partial(through_us, state), many, OUR_TRIES)
                rows.append((vendor, f"fleetops, {database}", many, *shown(row)))
                print(*rows[-1], flush=True)
                found += results(database, vendor, row, beside)
    table(("vendor", "client", "orders", *COLUMNS), rows)
    return conclude(found)


def shown(row: Row) -> list[Any]:
    return [f"{row[name]:.0f}" if isinstance(row[name], float) else row[name] for name in COLUMNS]


if __name__ == "__main__":
    sys.exit(main())
