"""Orders under kill -9, reset and 503: what is made twice, what is lost, what nobody knows. Ours beside a bare POST.

Every order is a task with tries. A worker process may be killed at any step between the intent and the record; the
vendor's answer may be lost, or be a 503, before or after the effect. The bare POST is tried three times more on
any failure, as an ``HttpOperator`` with ``retries=3`` is. The sandbox counts. ``creates.py [orders per vendor]``; on
PostgreSQL a fifth of them.
"""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import requests  # noqa: E402
from _fleet import KEY, databases  # noqa: E402
from _orders import KINDS, RETRY_DELAY, SANDBOX_LIMITS, START, MortalDriver, account_of, sign_in, try_order  # noqa: E402
from cryptography.fernet import Fernet, MultiFernet  # noqa: E402

from airflow_provider_fleetops import vendors  # noqa: E402
from airflow_provider_fleetops.protocol.auth import Token  # noqa: E402
from airflow_provider_fleetops.protocol.messages import Request  # noqa: E402
from airflow_provider_fleetops.protocol.request import build  # noqa: E402
from airflow_provider_fleetops.protocol.session import sign_in as token_of  # noqa: E402
from airflow_provider_fleetops.protocol.vendor import Account  # noqa: E402
from airflow_provider_fleetops.sandbox.client import ControlClient  # noqa: E402
from airflow_provider_fleetops.state import StateStore  # noqa: E402

ORDERS = 1000
WORKERS = 2
RETRIES = 3
OUR_TRIES = 8
KILLED = 0.05
MOST_STEPS = 20
FAULTS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "reset after the effect": ("reset_after", {}),
    "503 after the effect": ("status", {"code": 503, "when": "after"}),
    "reset before": ("reset_before", {}),
    "503 before": ("status", {"code": 503}),
}
FAULT_RATE = 0.04
BLIND = {"fastrac"}

Attempt = Callable[[int, int, random.Random], str]


@contextmanager
def sandbox() -> Iterator[str]:
    command = [sys.executable, "-m", "airflow_provider_fleetops.sandbox", "--port", "0", "--scale", "0.000001"]
    command += ["--start", START.isoformat()]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            found = re.search(r"http://[\d.:]+", server.stdout.readline())
            assert found is not None
            yield found[0]
        finally:
            server.send_signal(signal.SIGTERM)


def ours(account: Account, store: StateStore) -> Attempt:
    """A try through the ledger; the process may be killed before any step."""

    def attempt(number: int, tries: int, chance: random.Random) -> str:
        steps = chance.randrange(MOST_STEPS) if chance.random() < KILLED else None
        driver = MortalDriver(store, steps=steps, ahead=tries * RETRY_DELAY)
        try:
            return try_order(driver, account, number)
        finally:
            driver.close()

    return attempt


def bare(account: Account, token: Token | None) -> Attempt:
    """The same order as one POST; the process may be killed before it or after it."""
    session = requests.Session()
    session.trust_env = False
    name = KINDS[account.vendor.name].route

    def attempt(number: int, tries: int, chance: random.Random) -> str:
        body = KINDS[account.vendor.name].body(number)
        request: Request = build(account, account.vendor.endpoint(name).prepare({}, body), token)
        doomed = chance.random() < KILLED
        before = chance.random() < 0.5
        if doomed and before:
            os.kill(os.getpid(), signal.SIGKILL)
        try:
            session.post(request.url, data=request.body, headers=dict(request.headers), timeout=20).raise_for_status()
        except requests.RequestException:
            return "again" if tries < RETRIES else "failed after its retries"
        if doomed:
            os.kill(os.getpid(), signal.SIGKILL)
        return "done"

    return attempt


class Tasks:
    """Tries orders in forked workers until each is settled; a killed one is replaced, and its order tried again."""

    def __init__(self, attempt: Attempt, orders: int, tries: int) -> None:
        self.attempt, self.most = attempt, tries
        self.tries = [0] * orders
        self.states: dict[int, str] = {}
        self.killed = 0

    def run(self) -> None:
        shares = {n: list(range(n, len(self.tries), WORKERS)) for n in range(WORKERS)}
        running: dict[int, tuple[int, int]] = {}
        while shares or running:
            for share in [share for share in shares if share not in {s for s, _ in running.values()}]:
                pid, reading = self._start(shares[share])
                running[pid] = (share, reading)
            pid, status = os.wait()
            share, reading = running.pop(pid)
            with os.fdopen(reading) as lines:
                self._note(lines.read())
            self.killed += os.WIFSIGNALED(status)
            shares[share] = [number for number in shares[share] if number not in self.states]
            if not shares[share]:
                del shares[share]

    def _start(self, numbers: list[int]) -> tuple[int, int]:
        reading, writing = os.pipe()
        if (pid := os.fork()) == 0:
            os.close(reading)
            for number in numbers:
                chance = random.Random(f"{number}.{self.tries[number]}")  # noqa: S311 - the same every time
                os.write(writing, f"{number} begun\n".encode())
                state = self.attempt(number, self.tries[number], chance)
                os.write(writing, f"{number} {state[:200]}\n".encode())
            os._exit(0)
        os.close(writing)
        return pid, reading

    def _note(self, lines: str) -> None:
        for line in lines.splitlines():
            number, _, state = line.partition(" ")
            if state == "begun":
                self.tries[int(number)] += 1
            elif state != "again":
                self.states[int(number)] = state
            if self.tries[int(number)] > self.most and int(number) not in self.states:
                self.states[int(number)] = "failed after its retries"


def effects(control: ControlClient, vendor: str) -> tuple[int, int]:
    """How many orders the vendor made, and how many of these repeat another."""
    figures = control.summary()[vendor]["stats"]
    made = {"fl3xx": "bookings", "fastrac": "orders", "fasttrak": "created", "fasttrack360": "effects"}[vendor]
    return int(figures[made]), int(figures["duplicates"])


def measure(url: str, vendor: str, make: Callable[[Account], Attempt], orders: int, tries: int) -> Mapping[str, float]:
    control = ControlClient(url)
    control.reset()
    for name, limits in SANDBOX_LIMITS.items():
        control.limits(name, **limits)
    account = account_of(vendor, url, {name: control.credentials(name) for name in vendors.NAMES})
    attempt = make(account)
    for seed, (kind, options) in enumerate(FAULTS.values()):
        control.fault(vendor, kind, KINDS[vendor].route, times="forever", probability=FAULT_RATE, seed=seed, **options)
    before, _ = effects(control, vendor)
    started = time.monotonic()
    tasks = Tasks(attempt, orders, tries)
    tasks.run()
    made, duplicates = effects(control, vendor)
    states = Counter(state.partition(" ")[0] for state in tasks.states.values())
    there = made - before - duplicates
    return {
        "orders": orders,
        "done": states["done"],
        "duplicates": duplicates,
        # What neither exists nor is known to be in doubt; and what is said to be done and is not there.
        "lost": max(orders - there - states["unknown"], states["done"] - there, 0),
        "unknown": states["unknown"],
        "failed": states["failed"],
        "killed": tasks.killed,
        "seconds": time.monotonic() - started,
    }


def main() -> int:
    orders = int(sys.argv[1]) if len(sys.argv) > 1 else ORDERS
    print(f"{orders} orders per vendor; {KILLED:.0%} of tries killed; {FAULT_RATE:.0%} each: {', '.join(FAULTS)}")
    columns = ("orders", "done", "duplicates", "lost", "unknown", "failed", "killed", "seconds")
    print(f"{'vendor':14}{'':22}" + "".join(f"{column:>11}" for column in columns))
    missed = False
    with sandbox() as url, databases() as found, tempfile.TemporaryDirectory() as home:
        for vendor in vendors.NAMES:
            ways = [
                (f"ours, {name}", partial(through_us, state), OUR_TRIES, orders if name == "SQLite" else orders // 5)
                for name, state in found.items()
            ]
            ways.append(
                ("bare POST, 3 retries", partial(with_a_post, f"sqlite:///{home}/{vendor}.db"), 1 + RETRIES, orders)
            )
            for name, make, tries, count in ways:
                row = measure(url, vendor, make, count, tries)
                print(f"{vendor:14}{name:22}" + "".join(f"{row[column]:11.0f}" for column in columns), flush=True)
                if name in {f"ours, {state}" for state in found}:
                    missed |= bool(row["duplicates"] or row["lost"] or row["failed"])
                    missed |= bool(row["unknown"]) and vendor not in BLIND
    print("MISSED" if missed else "ok: 0 duplicates, 0 lost, unknown only where a vendor cannot be asked")
    return missed


def through_us(state: str, account: Account) -> Attempt:
    store = StateStore(state, MultiFernet([Fernet(KEY)]))
    sign_in(MortalDriver(store), account)
    return ours(account, store)


def with_a_post(state: str, account: Account) -> Attempt:
    store = StateStore(state, MultiFernet([Fernet(KEY)]))
    return bare(account, MortalDriver(store).run(token_of(account, None)))


if __name__ == "__main__":
    sys.exit(main())
