"""Whatever touches Airflow is also run on the oldest Airflow that we support."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_fleetops.sandbox import Sandbox
from tests.airflow.fl3xx_kit import unhurry
from tests.conftest import set_connection

HERE = Path(__file__).parent


# First, so that the mark is there when -m selects.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.compat)


@pytest.fixture
def unhurried_sandbox(fresh_sandbox: Sandbox, fleet_connections: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch):
    """No vendor spaces calls or counts them: for tests that are not about limits."""
    fresh_sandbox.control.limits("fasttrack360", rate=1e6, burst=10**6, daily_quota=10**9)
    unhurry(fresh_sandbox, fleet_connections, monkeypatch)
    own = fleet_connections["fasttrack360_default"]
    set_connection(monkeypatch, "fasttrack360_default", own | {"extra": own["extra"] | {"daily_quota": 1_000_000}})
    return fresh_sandbox
