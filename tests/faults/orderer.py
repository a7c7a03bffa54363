"""A process that places orders, in children that can be killed. Reads a job as JSON from stdin, prints JSON."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

from cryptography.fernet import Fernet, MultiFernet

from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.state import StateStore
from benchmarks._orders import RETRY_DELAY, MortalDriver, account_of, sign_in, try_flow, try_order
from tests.faults import fastrac_instant, fasttrak_creates
from tests.faults.fl3xx_creates import CREATES, KEPT
from tests.state.workers import KEY

MOST_STEPS = 120
OTHERS: dict[str, Any] = {
    **CREATES,
    **KEPT,
    **fasttrak_creates.CREATES,
    fastrac_instant.ROUTE: fastrac_instant.Instant(),
}


class Orderer:
    """One vendor, one shared state; ``entry`` is another create instead of the vendor's order."""

    def __init__(self, account: Account, url: str, entry: str | None = None) -> None:
        self.account = account
        self.entry = entry
        self.store = StateStore(url, MultiFernet([Fernet(KEY)]))
        sign_in(MortalDriver(self.store), account)

    def start(self, number: int, tries: int = 0, steps: int | None = None) -> tuple[int, int]:
        """Try an order in a child that dies after so many steps; its pid and where it says what came of it."""
        reading, writing = os.pipe()
        if (pid := os.fork()) == 0:
            os.close(reading)
            driver = MortalDriver(self.store, steps=steps, ahead=tries * RETRY_DELAY)
            os.write(writing, self.order(driver, number).encode()[:4000])
            os._exit(0)
        os.close(writing)
        return pid, reading

    def order(self, driver: MortalDriver, number: int) -> str:
        if self.entry is None:
            return try_order(driver, self.account, number)
        return try_flow(driver, OTHERS[self.entry].flow(self.account, number))

    def end(self, pid: int, reading: int) -> str:
        with os.fdopen(reading) as answer:
            text = answer.read()
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        return text if code == 0 else "killed" if code == -9 else f"exit code {code}"

    def attempt(self, number: int, tries: int = 0, steps: int | None = None) -> str:
        return self.end(*self.start(number, tries, steps))


def kill_everywhere(orderer: Orderer) -> list[dict[str, Any]]:
    """One order for each step: killed there, tried again later; the last one is not killed any more."""
    rows = []
    for steps in range(MOST_STEPS):
        first = orderer.attempt(steps, steps=steps)
        second = orderer.attempt(steps, tries=1)
        rows.append({"number": steps, "first": first, "second": second})
        if first != "killed":
            break
    return rows


def try_until_settled(orderer: Orderer) -> list[str]:
    states: list[str] = []
    while (not states or states[-1] == "again") and len(states) < 5:
        states.append(orderer.attempt(1, tries=len(states)))
    return states


def race(orderer: Orderer, processes: int) -> list[str]:
    return [orderer.end(*started) for started in [orderer.start(1) for _ in range(processes)]]


_JOBS: dict[str, Callable[..., Any]] = {
    "kill_everywhere": kill_everywhere,
    "try_until_settled": try_until_settled,
    "race": race,
}


def main() -> None:
    job = json.load(sys.stdin)
    name, vendor, sandbox, url, credentials = (
        job.pop(key) for key in ("job", "vendor", "sandbox", "state", "credentials")
    )
    orderer = Orderer(account_of(vendor, sandbox, credentials), url, job.pop("entry", None))
    json.dump(_JOBS[name](orderer, **job), sys.stdout)


if __name__ == "__main__":
    main()
