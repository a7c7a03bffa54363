"""The shared limiter beside `limits` and `pyrate-limiter`, judged by the server: the sandbox's FastTrack360 gateway.

16 processes offer 100 times the allowed rate, their clocks up to 5 s off; one of them is killed with -9 half-way. Every
limiter is told the same limit. What counts is what the server refused, how much of the rate was used, and whether each
process got its share; then how long one `reserve` takes with 8 processes that each ask ten times a second.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import requests
from _fleet import (
    account_of,
    connections_of,
    databases,
    driver_at,
    jain,
    put_clock_wrong,
    start,
    store_at,
    table,
    verdict,
)

from airflow_provider_fleetops.protocol.errors import FleetOpsError
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.limits import Gate, Limit, at_their_door
from airflow_provider_fleetops.sandbox import Sandbox

VENDOR = "fasttrack360"
PROCESSES, RATE, BURST, SECONDS, OFF = 16, 30, 15, 15.0, 5.0
SETTLED = 2.0  # the full bucket of the first seconds is not a rate
ASKERS, ASKED, PACE = 8, 150, 0.1

Pass = Callable[[], Any]


def ours(url: str, connection: dict[str, Any]) -> Pass:
    driver = driver_at(url)
    account = account_of(VENDOR, connection, requests_per_second=RATE, burst=BURST)

    def one() -> None:
        with suppress(FleetOpsError):
            driver.run(call(account, "offices.list", reuse=0))

    return one


def with_limits(url: str, connection: dict[str, Any]) -> Pass:
    """`limits`, moving window on Redis: the strictest it has."""
    from limits.storage import storage_from_string
    from limits.strategies import MovingWindowRateLimiter

    from limits import RateLimitItemPerSecond

    limiter, item = MovingWindowRateLimiter(storage_from_string(url)), RateLimitItemPerSecond(RATE)
    ask = plain(connection)

    def one() -> None:
        while not limiter.hit(item, "bench"):
            time.sleep(0.005)
        ask()

    return one


def with_pyrate(url: str, connection: dict[str, Any]) -> Pass:
    """`pyrate-limiter` on Redis where there is one, else on SQLite with its file lock."""
    from pyrate_limiter import Duration, Limiter
    from pyrate_limiter import Rate as TheirRate

    rates = [TheirRate(RATE, Duration.SECOND)]
    if url.startswith("unix:"):
        from pyrate_limiter import RedisBucket
        from redis import Redis

        bucket: Any = RedisBucket.init(rates, Redis.from_url(url), "bench")
    else:
        from pyrate_limiter import SQLiteBucket

        bucket = SQLiteBucket.init_from_file(rates, db_path=url, use_file_lock=True)
    limiter, ask = Limiter(bucket), plain(connection)

    def one() -> None:
        if limiter.try_acquire("bench", blocking=True):
            ask()

    return one


def plain(connection: dict[str, Any]) -> Callable[[], int]:
    """One request, and the status of its answer, of a client that knows nothing but HTTP."""
    session = requests.Session()
    session.trust_env = False
    url = f"{connection['host']}/{connection['extra']['api_version']}/lookups/offices"
    headers = {"x-api-key": connection["password"]}

    def one() -> int:
        return session.get(url, headers=headers, timeout=10).status_code

    return one


LIMITERS = {"ours": ours, "limits": with_limits, "pyrate": with_pyrate}


def work(name: str, url: str, connection: dict[str, Any], wrong: float, results: Any, ready: Any) -> None:
    put_clock_wrong(wrong)
    one = LIMITERS[name](url, connection)
    warm = plain(connection)
    warm()
    ready.wait()
    until = time.monotonic() + SECONDS
    calls = 0
    while time.monotonic() < until and calls < 100 * RATE * SECONDS / PROCESSES:
        one()
        calls += 1
    results.put(calls)


def measure(name: str, url: str, box: Sandbox, killed_after: float) -> tuple[int, float, float]:
    """Requests above the limit, share of the rate used, fairness."""
    box.control.reset()
    box.control.limits(VENDOR, rate=1000, burst=1000, daily_quota=10**9)
    wrong = [OFF * (i % 3 - 1) for i in range(PROCESSES)]
    connection = connections_of(box)[f"{VENDOR}_default"]
    processes, results, ready = start(work, [(name, url, connection, seconds) for seconds in wrong])
    while ready.n_waiting < PROCESSES:
        time.sleep(0.1)
    box.control.limits(VENDOR, rate=RATE, burst=BURST)
    since = box.control.last_seq()
    ready.wait()
    began = time.time()
    time.sleep(killed_after)
    os.kill(processes[0].pid, signal.SIGKILL)
    calls = [results.get() for _ in processes[1:]]
    for process in processes:
        process.join(10)
    seen = box.control.journal(since=since, vendor=VENDOR)
    above = sum(entry["broke"] is not None for entry in seen)
    good = [entry for entry in seen if entry["status"] == 200]
    settled = [entry for entry in good if at(entry) >= began + SETTLED]
    span = max(at(entry) for entry in settled) - (began + SETTLED)
    return above, len(settled) / (RATE * span), jain(calls)


def at(entry: dict[str, Any]) -> float:
    return datetime.fromisoformat(entry["gateway_at"]).timestamp()


def ask(url: str, results: Any, ready: Any) -> None:
    store = store_at(url)
    limits = [
        Limit("p99:gate", Gate(), ""),
        Limit("p99:spent", Gate(daily=True), ""),
        Limit("p99:rate", at_their_door(RATE, 1.0, BURST), ""),
    ]
    store.reserve(limits, time.time(), 1, 1e9)
    ready.wait()
    took = []
    for _ in range(ASKED):
        began = time.perf_counter()
        store.reserve(limits, time.time(), 1, 1e9)
        took.append(time.perf_counter() - began)
        time.sleep(PACE)
    results.put(took)


def p99(url: str) -> float:
    processes, results, ready = start(ask, [(url,)] * ASKERS)
    ready.wait()
    took = sorted(seconds for _ in processes for seconds in results.get())
    return 1000 * took[int(len(took) * 0.99)]


@contextmanager
def redis() -> Iterator[str | None]:
    """A Redis of our own on a Unix socket, where Debian's redis-server is installed."""
    server = shutil.which("redis-server")
    if server is None:
        print("redis-server is not installed: `limits` is left out, pyrate-limiter uses SQLite")
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "redis.sock"
        options = ["--port", "0", "--unixsocket", str(path), "--save", "", "--appendonly", "no", "--dir", folder]
        with subprocess.Popen([server, *options], stdout=subprocess.DEVNULL) as process:
            while not path.exists():
                time.sleep(0.05)
            try:
                yield f"redis+unix://{path}"
            finally:
                process.terminate()


def main() -> int:
    print(f"{PROCESSES} processes, {RATE} calls a second with a burst of {BURST}, {SECONDS:g} s, clocks {OFF:g} s off")
    rows, missed = [], []
    with Sandbox(scale=0) as box, databases() as urls, redis() as peer:
        for database, url in urls.items():
            above, share, fair = measure("ours", url, box, SECONDS / 2)
            slow = p99(url)
            rows.append((f"fleetops, {database}", above, f"{share:.3f}", f"{fair:.3f}", f"{slow:.1f}"))
            goals = {"0 above the limit": above == 0, "share >= 0.98": share >= 0.98, "Jain >= 0.95": fair >= 0.95}
            goals["p99 of reserve <= 20 ms"] = slow <= 20
            missed += [f"{database}: {goal}" for goal, reached in goals.items() if not reached]
        for name, package, url in peers(peer):
            try:
                above, share, fair = measure(name, url, box, SECONDS / 2)
            except Exception as error:  # noqa: BLE001 - a peer that fails is a result too
                rows.append((package, f"failed ({type(error).__name__})", "", "", ""))
                continue
            rows.append((package, above, f"{share:.3f}", f"{fair:.3f}", ""))
    table(("limiter", "above the limit", "share used", "fairness", "p99 reserve, ms"), rows)
    return verdict(missed)


def peers(redis_url: str | None) -> Iterator[tuple[str, str, str]]:
    known = Counter[str]()
    for name, package in (("limits", "limits"), ("pyrate", "pyrate_limiter")):
        try:
            __import__(package)
        except ImportError:
            print(f"{package} is not installed (extra 'bench')")
            continue
        known[name] += 1
        if redis_url:
            scheme = redis_url if name == "limits" else redis_url.replace("redis+unix", "unix")
            yield name, f"{package}, Redis", scheme
    if known["pyrate"]:
        with tempfile.TemporaryDirectory() as folder:
            yield "pyrate", "pyrate_limiter, SQLite", f"{folder}/pyrate.db"


if __name__ == "__main__":
    sys.exit(main())
