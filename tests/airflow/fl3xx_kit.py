"""What FL3XX's tests over HTTP share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from airflow_provider_fleetops.operators.fl3xx import Fl3xxListFlightsOperator
from airflow_provider_fleetops.sandbox import Sandbox
from tests.conftest import START, set_connection

DAY = "2031-04-02"
CONTEXT: dict[str, Any] = {"logical_date": START, "ds": DAY}


def unhurry(box: Sandbox, connections: Mapping[str, Any], patch: pytest.MonkeyPatch) -> None:
    """Neither side spaces reads any more: for tests that look twice."""
    box.control.limits("fl3xx", repeat_seconds=0, schedule_seconds=0)
    own = connections["fl3xx_default"]
    extra = own["extra"] | {"recurring_seconds": 0, "schedule_seconds": 0}
    set_connection(patch, "fl3xx_default", own | {"extra": extra})


def programme(**arguments: Any) -> list[dict[str, Any]]:
    """The day's flights as the operator returns them, earliest arrival first."""
    given: dict[str, Any] = {"from_date": DAY, "to_date": DAY} | arguments
    flights = Fl3xxListFlightsOperator(task_id="flights", **given).execute(CONTEXT)
    return sorted(flights, key=lambda flight: flight["blockOnEstUTC"] or "")


def scheduled(flights: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [flight for flight in flights if flight["state"] == "SCHEDULED"]


def arrival(flight: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(flight["blockOnEstUTC"])


def requests(box: Sandbox, **filters: Any) -> list[str]:
    """The paths that FL3XX was asked for."""
    return [entry["path"] for entry in box.control.journal(vendor="fl3xx", **filters)]
