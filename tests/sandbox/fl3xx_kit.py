"""A client of the sandbox's FL3XX that knows nothing but HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests

from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.sandbox.client import ControlClient
from tests.sandbox.kernel_kit import headers_of

DAY = "2031-04-02"


class Operator:
    """One operator's API; `fair` is False while the rule of one identical call in ten minutes is switched off."""

    def __init__(self, box: Sandbox, *, fair: bool) -> None:
        self.box = box
        self.control: ControlClient = box.control
        if not fair:
            self.control.limits("fl3xx", repeat_seconds=0, schedule_seconds=0)
        self.http = requests.Session()
        self.http.headers.update(headers_of(box, "fl3xx"))

    def call(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        prefix = "" if path.startswith(("/api", "/ical")) else "/api/external"
        return self.http.request(method, self.box.base_url("fl3xx") + prefix + path, timeout=10, **kwargs)

    def get(self, path: str, **params: Any) -> Any:
        answer = self.call("GET", path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def flights(self, first: str = DAY, last: str = DAY, **params: Any) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.get("/flight/flights", **{"from": first, "to": last, **params})
        return rows

    def flight(self, flight_id: int) -> dict[str, Any]:
        found: dict[str, Any] = self.get(f"/flight/{flight_id}")
        return found

    def coming(self) -> dict[str, Any]:
        """Return a passenger flight that leaves some hours from now."""
        soon = self.control.world() + timedelta(hours=3)
        return next(row for row in self.flights() if moment(row["etd"]) > soon and row["flightType"] == "PAX")

    def journal(self) -> dict[str, Any]:
        newest: dict[str, Any] = self.control.journal(limit=1)[0]
        return newest


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture
def operator(fresh_sandbox: Sandbox) -> Iterator[Operator]:
    one = Operator(fresh_sandbox, fair=False)
    yield one
    one.http.close()


@pytest.fixture
def fair_operator(fresh_sandbox: Sandbox) -> Iterator[Operator]:
    one = Operator(fresh_sandbox, fair=True)
    yield one
    one.http.close()
