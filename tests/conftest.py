"""Fixtures that all test folders share: a sandbox over real HTTP, connections to it, and a store of one's own."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from airflow_provider_fleetops.demo.connections import connections
from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.transports.sync import SyncDriver

# Timing never decides a test: a busy machine draws slowly.
settings.register_profile("fleetops", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("fleetops")

START = datetime(2031, 4, 2, 5, 0, tzinfo=UTC)

# Airflow reads its environment when it is first imported: an empty home, a known Fernet key, nothing of the user's.
_HOME = tempfile.mkdtemp(prefix="fleetops-tests-")
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
os.environ["AIRFLOW_HOME"] = _HOME
os.environ.setdefault("AIRFLOW__CORE__FERNET_KEY", "ZmxlZXRvcHMtdGVzdC1rZXktMzItYnl0ZXMtbG9uZyE=")
os.environ.setdefault("AIRFLOW__CORE__LOAD_EXAMPLES", "False")
os.environ.setdefault("AIRFLOW__CORE__UNIT_TEST_MODE", "False")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """The four vendors on a free loopback port; the world's clock stands still at ``START``."""
    with Sandbox(seed=7, start=START, scale=0) as box:
        yield box


@pytest.fixture
def fresh_sandbox(sandbox: Sandbox) -> Sandbox:
    """The module's sandbox, reset: clock, journal, faults, limits and worlds."""
    sandbox.control.reset()
    return sandbox


@pytest.fixture
def state_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A shared state of one's own."""
    url = f"sqlite:///{tmp_path / 'fleetops.db'}"
    monkeypatch.setenv("AIRFLOW__FLEETOPS__STATE_URL", url)
    return url


@pytest.fixture
def fleet_connections(
    fresh_sandbox: Sandbox, state_url: str, monkeypatch: pytest.MonkeyPatch
) -> Mapping[str, dict[str, Any]]:
    """The four default connections to the reset sandbox, as Airflow reads them from the environment."""
    found = connections(fresh_sandbox.url, {name: fresh_sandbox.credentials(name) for name in VENDORS})
    for conn_id, connection in found.items():
        set_connection(monkeypatch, conn_id, connection)
    return found


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let hooks that are made from now on live so many seconds ahead: a retry comes minutes after its first try."""

    def move(seconds: float) -> None:
        ahead = timedelta(seconds=seconds)
        defaults = SyncDriver.__init__.__kwdefaults__
        assert defaults is not None
        monkeypatch.setitem(defaults, "clock", lambda: datetime.now(UTC) + ahead)

    return move


@pytest.fixture
def as_of_the_sandbox(later: Callable[[float], None]) -> None:
    """Workers' clocks show the world's first moment: what is stamped there is not of the future."""
    later((START - datetime.now(UTC)).total_seconds())


VENDORS = ("fl3xx", "fastrac", "fasttrak", "fasttrack360")


def set_connection(patch: pytest.MonkeyPatch, conn_id: str, connection: Mapping[str, Any]) -> None:
    """Define an Airflow connection for the test."""
    patch.setenv(f"AIRFLOW_CONN_{conn_id.upper()}", json.dumps(connection))
