"""The limiters that are compared: ours, `limits` and `pyrate-limiter`, told the same limit.

Of each: one call under it, waiting for its turn, and one bare decision, which waits for nothing.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import requests
from _fleet import account_of, driver_at, store_at

from airflow_provider_fleetops.protocol.errors import FleetOpsError
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.limits import Gate, Limit, at_their_door

VENDOR = "fasttrack360"
RATE, BURST = 30, 15

Act = Callable[[], Any]


def our_call(url: str, connection: dict[str, Any]) -> Act:
    driver = driver_at(url)
    account = account_of(VENDOR, connection, requests_per_second=RATE, burst=BURST, daily_quota=10**8)

    def one() -> None:
        with suppress(FleetOpsError):
            driver.run(call(account, "offices.list", reuse=0))

    return one


def our_decision(url: str) -> Act:
    """One `reserve` under the three limits that a call of FastTrack360 has."""
    store = store_at(url)
    limits = [
        Limit("p99:gate", Gate(), ""),
        Limit("p99:spent", Gate(daily=True), ""),
        Limit("p99:rate", at_their_door(RATE, 1.0, BURST), ""),
    ]
    return lambda: store.reserve(limits, time.time(), 1, 1e9)


def limits_call(url: str, connection: dict[str, Any]) -> Act:
    hit, ask = limits_decision(url), plain(connection)

    def one() -> None:
        while not hit():
            time.sleep(0.005)
        ask()

    return one


def limits_decision(url: str) -> Act:
    """`limits`, moving window on Redis: the strictest it has."""
    from limits.storage import storage_from_string
    from limits.strategies import MovingWindowRateLimiter

    from limits import RateLimitItemPerSecond

    limiter, item = MovingWindowRateLimiter(storage_from_string(url)), RateLimitItemPerSecond(RATE)
    return lambda: limiter.hit(item, "bench")


def pyrate_call(url: str, connection: dict[str, Any]) -> Act:
    limiter, ask = _pyrate(url), plain(connection)

    def one() -> None:
        if limiter.try_acquire("bench", blocking=True):
            ask()

    return one


def pyrate_decision(url: str) -> Act:
    limiter = _pyrate(url)
    return lambda: limiter.try_acquire("bench", blocking=False)


def _pyrate(url: str) -> Any:
    """`pyrate-limiter` on Redis where there is one, else on SQLite with its file lock."""
    from pyrate_limiter import Duration, Limiter, RedisBucket, SQLiteBucket
    from pyrate_limiter import Rate as TheirRate

    rates = [TheirRate(RATE, Duration.SECOND)]
    if not url.startswith("unix:"):
        return Limiter(SQLiteBucket.init_from_file(rates, db_path=url, use_file_lock=True))
    from redis import Redis

    return Limiter(RedisBucket.init(rates, Redis.from_url(url), "bench"))


def plain(connection: dict[str, Any]) -> Callable[[], int]:
    """One request, and the status of its answer, of a client that knows nothing but HTTP."""
    session = requests.Session()
    session.trust_env = False
    url = f"{connection['host']}/{connection['extra']['api_version']}/lookups/offices"
    headers = {"x-api-key": connection["password"]}

    def one() -> int:
        return session.get(url, headers=headers, timeout=10).status_code

    return one


CALLS: dict[str, Callable[[str, dict[str, Any]], Act]] = {
    "fleetops": our_call,
    "limits": limits_call,
    "pyrate_limiter": pyrate_call,
}
DECISIONS: dict[str, Callable[[str], Act]] = {
    "fleetops": our_decision,
    "limits": limits_decision,
    "pyrate_limiter": pyrate_decision,
}


def decides(name: str, url: str) -> bool:
    """Whether it can answer without waiting: pyrate-limiter's file lock cannot with filelock 4 (``TypeError``)."""
    with suppress(TypeError):
        DECISIONS[name](url)()
        return True
    return False


@contextmanager
def peers() -> Iterator[list[tuple[str, str, str]]]:
    """The name, backend and URL of each peer that is installed, on the best that several processes can share."""
    with redis() as server, tempfile.TemporaryDirectory() as folder:
        backends = [("pyrate_limiter", "SQLite", f"{folder}/pyrate.db")]
        if server:
            backends = [("limits", "Redis", f"redis+{server}"), ("pyrate_limiter", "Redis", server), *backends]
        yield [backend for backend in backends if _installed(backend[0])]


def _installed(package: str) -> bool:
    try:
        __import__(package)
    except ImportError:
        print(f"{package} is not installed (extra 'bench')")
        return False
    return True


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
                yield f"unix://{path}"
            finally:
                process.terminate()
