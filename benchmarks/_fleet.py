"""What the benchmarks of the shared state have in common: databases, accounts without Airflow, processes."""

from __future__ import annotations

import base64
import multiprocessing
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, MultiFernet

from airflow_provider_fleetops import vendors
from airflow_provider_fleetops.demo.connections import connections
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.state import StateStore, migrate
from airflow_provider_fleetops.state.clock import DatabaseClock
from airflow_provider_fleetops.state.local import ResilientStore
from airflow_provider_fleetops.transports.sync import SyncDriver

ROOT = Path(__file__).resolve().parent.parent
KEY = base64.urlsafe_b64encode(b"a key that is as good as another")
# Every process starts from a server that has loaded what they all need: seconds instead of a minute for sixteen.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    [
        "airflow_provider_fleetops.demo.connections",
        "airflow_provider_fleetops.sandbox.server",
        "airflow_provider_fleetops.state.local",
        "airflow_provider_fleetops.state.store",
        "airflow_provider_fleetops.transports.sync",
    ]
)


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """The URLs of an empty SQLite file and, where a server is installed, of an empty PostgreSQL database."""
    sys.path.insert(0, str(ROOT))
    from tests.state import postgres

    with tempfile.TemporaryDirectory() as folder:
        found = {"SQLite": f"sqlite:///{folder}/fleetops.db"}
        migrate(found["SQLite"])
        if reason := postgres.missing():
            print(f"PostgreSQL is left out: {reason}")
            yield found
            return
        with postgres.cluster() as url:
            found["PostgreSQL"] = url
            migrate(url)
            yield found


def store_at(url: str) -> ResilientStore:
    """The store as tasks open it."""
    clock = DatabaseClock(wall=time.time)
    return ResilientStore(StateStore(url, MultiFernet([Fernet(KEY)]), clock=clock))


def account_of(vendor: str, connection: Mapping[str, Any], **extras: Any) -> Account:
    """The account of a connection of the sandbox, with more extras."""
    return Account.of(
        vendors.vendor(vendor),
        f"{vendor}_default",
        host=connection["host"],
        port=None,
        login=connection["login"] or "",
        password=connection["password"],
        extras={**connection["extra"], **extras},
    )


@contextmanager
def sandbox_process(*options: str) -> Iterator[str]:
    """The four vendors in a process of their own, whose world stands nearly still; gives their address."""
    command = [
        sys.executable,
        "-m",
        "airflow_provider_fleetops.sandbox",
        "--port",
        "0",
        "--scale",
        "0.000001",
        *options,
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            found = re.search(r"http://[\d.:]+", server.stdout.readline())
            assert found is not None
            yield found[0]
        finally:
            server.send_signal(signal.SIGTERM)


def connections_of(box: Sandbox) -> dict[str, Any]:
    """Airflow's connections to the sandbox."""
    return connections(box.url, {name: box.credentials(name) for name in vendors.NAMES})


def driver_at(url: str) -> SyncDriver:
    """A driver whose clock is this process's, which a benchmark may have put wrong."""
    return SyncDriver(
        store_at(url), lambda _: None, lambda _: None, clock=lambda: datetime.fromtimestamp(time.time(), UTC)
    )


def put_clock_wrong(seconds: float) -> None:
    """Let every ``time.time()`` of this process be off."""
    right = time.time
    time.time = lambda: right() + seconds


def start(work: Callable[..., None], jobs: Sequence[tuple[Any, ...]]) -> tuple[list[Any], Any, Any]:
    """Processes that call ``work(*job, results, ready)``; they begin together when ``ready`` is passed."""
    results, ready = PROCESSES.SimpleQueue(), PROCESSES.Barrier(len(jobs) + 1)
    processes = [PROCESSES.Process(target=work, args=(*job, results, ready), daemon=True) for job in jobs]
    for process in processes:
        process.start()
    return processes, results, ready


def jain(shares: Sequence[float]) -> float:
    """Jain's index: 1 when all got the same."""
    return sum(shares) ** 2 / (len(shares) * sum(share * share for share in shares)) if any(shares) else 0.0
