"""The shared limiter beside `limits` and `pyrate-limiter`, judged by the server: the sandbox's FastTrack360 gateway.

16 processes want 100 times what the limit allows, their clocks are up to 5 s off, and one of them is killed with -9
half-way. Every limiter is told the same limit. What counts is what the server refused, how much of the rate was used,
and whether each process got its share; then how long one decision takes with 8 processes, each ten times a second at
moments of its own, as tasks come; of three rounds the quietest counts, for everyone.
"""

from __future__ import annotations

import math
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from _fleet import connections_of, databases, jain, put_clock_wrong, start
from _limiters import BURST, CALLS, DECISIONS, RATE, VENDOR, decides, peers, plain
from _report import Result, conclude, table, time_limit

from airflow_provider_fleetops.sandbox import Sandbox

WORKERS, SECONDS, OFF, OVER = 16, 15.0, 5.0, 100
SETTLED = 2.0  # the full bucket of the first seconds is not a rate
ASKERS, ROUNDS, ASKED, PACE = 8, 3, 100, 0.1
LONGEST = 420


@dataclass(frozen=True)
class Figures:
    """What one limiter did."""

    above: int
    share: float
    fair: float
    slow: float = math.inf

    def cells(self) -> tuple[str, ...]:
        slow = f"{self.slow:.1f}" if self.slow < math.inf else "always waits"
        return (str(self.above), f"{self.share:.3f}", f"{self.fair:.3f}", slow)


GOALS: dict[str, tuple[str, Callable[[Figures], bool]]] = {
    "requests above the limit": ("0", lambda found: found.above == 0),
    "share of the rate used": (">= 0.98", lambda found: found.share >= 0.98),
    "fairness (Jain)": (">= 0.95", lambda found: found.fair >= 0.95),
    "p99 of one reserve, ms": ("<= 20", lambda found: found.slow <= 20),
}


def work(name: str, url: str, connection: dict[str, Any], wrong: float, results: Any, ready: Any) -> None:
    put_clock_wrong(wrong)
    one = CALLS[name](url, connection)
    plain(connection)()
    ready.wait()
    until = time.monotonic() + SECONDS
    calls = 0
    while time.monotonic() < until and calls < OVER * RATE * SECONDS / WORKERS:
        one()
        calls += 1
    results.put(calls)


def measure(name: str, url: str, box: Sandbox) -> Figures:
    """Requests above the limit, share of the rate used and fairness under load; then the time of one decision."""
    box.control.reset()
    box.control.limits(VENDOR, rate=1000, burst=1000, daily_quota=10**9)
    wrong = [OFF * (i % 3 - 1) for i in range(WORKERS)]
    connection = connections_of(box)[f"{VENDOR}_default"]
    processes, results, ready = start(work, [(name, url, connection, seconds) for seconds in wrong])
    while ready.n_waiting < WORKERS:
        time.sleep(0.1)
    box.control.limits(VENDOR, rate=RATE, burst=BURST)
    since = box.control.last_seq()
    ready.wait()
    began = time.time()
    time.sleep(SECONDS / 2)
    os.kill(processes[0].pid, signal.SIGKILL)
    calls = [results.get() for _ in processes[1:]]
    seen = box.control.journal(since=since, vendor=VENDOR)
    above = sum(entry["broke"] is not None for entry in seen)
    settled = [at(entry) for entry in seen if entry["status"] == 200 and at(entry) >= began + SETTLED]
    span = max(settled) - (began + SETTLED)
    slow = p99(name, url) if decides(name, url) else math.inf
    found = Figures(above, len(settled) / (RATE * span), jain(calls), slow)
    print(f"  {name} on {url.partition(':')[0]}: {', '.join(found.cells())}", flush=True)
    return found


def at(entry: dict[str, Any]) -> float:
    return datetime.fromisoformat(entry["gateway_at"]).timestamp()


def ask(name: str, url: str, seed: int, results: Any, ready: Any) -> None:
    moments = random.Random(seed)  # noqa: S311 - no secret
    decide = DECISIONS[name](url)
    decide()  # whoever connects first pays for that, and that is no decision
    ready.wait()
    took = []
    for _ in range(ROUNDS * ASKED):
        time.sleep(moments.expovariate(1 / PACE))
        began = time.perf_counter()
        decide()
        took.append(time.perf_counter() - began)
    results.put(took)


def p99(name: str, url: str) -> float:
    """Milliseconds of one decision, 8 processes, in the quietest of some rounds: other machines take the processors."""
    processes, results, ready = start(ask, [(name, url, seed) for seed in range(ASKERS)])
    ready.wait()
    took = [results.get() for _ in processes]
    rounds = [sorted(s for one in took for s in one[n * ASKED : (n + 1) * ASKED]) for n in range(ROUNDS)]
    return 1000 * min(seconds[int(len(seconds) * 0.99)] for seconds in rounds)


def results_of(database: str, found: Figures, beside: dict[str, Figures]) -> list[Result]:
    results = []
    for column, (measured, (goal, reached)) in enumerate(GOALS.items()):
        theirs = ", ".join(f"{peer} {figures.cells()[column]}" for peer, figures in beside.items())
        results.append(Result(f"limiter: {measured}", database, found.cells()[column], goal, reached(found), theirs))
    return results


def main() -> int:
    print(
        f"{WORKERS} processes want {OVER} x {RATE} calls a second (burst {BURST}), {SECONDS:g} s, clocks {OFF:g} s off"
    )
    with time_limit(LONGEST), Sandbox(scale=0) as box, databases() as urls, peers() as others:
        beside = {f"{name}, {backend}": measure(name, url, box) for name, backend, url in others}
        ours = {database: measure("fleetops", url, box) for database, url in urls.items()}
    rows = [*((f"fleetops, {database}", found) for database, found in ours.items()), *beside.items()]
    table(("limiter", *GOALS), [(name, *found.cells()) for name, found in rows])
    return conclude([result for database, found in ours.items() for result in results_of(database, found, beside)])


if __name__ == "__main__":
    sys.exit(main())
