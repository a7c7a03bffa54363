"""What FASTTRAK's tests over HTTP share: the sandbox, its connection, and no pauses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.transports.sync import SyncDriver
from tests.conftest import set_connection


@pytest.fixture
def box(fresh_sandbox: Sandbox) -> Sandbox:
    return fresh_sandbox


@pytest.fixture(autouse=True)
def _connected(fleet_connections: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a connection, and retries come at once."""
    monkeypatch.setitem(SyncDriver.__init__.__kwdefaults__, "sleep", lambda _seconds: None)


@pytest.fixture
def connect(fleet_connections: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Change the connection: ``connect(login=..., extra={...})``."""

    def change(**changes: Any) -> None:
        own = dict(fleet_connections["fasttrak_default"])
        extra = {**own["extra"], **changes.pop("extra", {})}
        set_connection(monkeypatch, "fasttrak_default", {**own, **changes, "extra": extra})

    return change
