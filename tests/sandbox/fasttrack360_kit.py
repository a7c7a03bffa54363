"""A client of the sandbox's FastTrack360 that knows nothing but HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.sandbox.client import ControlClient

START = datetime(2026, 11, 25, 6, tzinfo=UTC)
VENDOR = "fasttrack360"


class Agency:
    """Calls below the live version, with the API key."""

    def __init__(self, box: Sandbox, control: ControlClient) -> None:
        self.control = control
        self.root = box.base_url(VENDOR)
        self.keys = box.credentials(VENDOR)
        self.session = requests.Session()
        self.session.trust_env = False

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        headers = {"x-api-key": self.keys["api_key"]} | options.pop("headers", {})
        version = options.pop("version", "/12.32")
        return self.session.request(
            method, f"{self.root}{version}{path}", json=body, headers=headers, timeout=10, **options
        )

    def get(self, path: str, **params: Any) -> Any:
        response = self.call("GET", path, params=params)
        assert response.status_code == 200, response.text
        return response.json()

    def post(self, path: str, body: Any = None, status: int = 201) -> Any:
        response = self.call("POST", path, body)
        assert response.status_code == status, response.text
        return response.json()

    def patch(self, path: str, body: Any, status: int = 200) -> Any:
        response = self.call("PATCH", path, body)
        assert response.status_code == status, response.text
        return response.json()

    def script(self, event: str, **data: Any) -> Any:
        return self.control.script(VENDOR, event, **data)

    def stats(self) -> dict[str, Any]:
        return self.control.summary()[VENDOR]["stats"]

    def broke(self) -> list[str | None]:
        return [entry["broke"] for entry in self.control.journal(vendor=VENDOR)]

    def client(self, **fields: Any) -> dict[str, Any]:
        """Create a client."""
        return self.post(
            "/clients", {"name": "Invented Air", "officeId": 11, "status": "Active", "gradeId": 11} | fields
        )

    def job(self, **fields: Any) -> dict[str, Any]:
        """Create a job order of a new client with a contact who may order."""
        client = self.client()["id"]
        contact = self.post(f"/clients/{client}/contacts", {"firstName": "Ada", "lastName": "Test"})["id"]
        body = {"clientId": client, "jobType": "Temporary", "startDate": "2026-12-01", "endDate": "2026-12-10"}
        return self.post("/jobOrders", body | {"orderedByContactId": contact} | fields)

    def candidate(self) -> int:
        """Return a candidate whose diary is free."""
        body = {"firstName": "Bo", "lastName": "Test", "status": "Active", "email": "bo@people.example"}
        created = self.post("/candidates", body | {"officeId": 11, "skillGroupId": 11, "gradeId": 11})
        return int(created["id"])

    def filled(self, **fields: Any) -> dict[str, Any]:
        """Create and fill a job order."""
        job = self.job(**fields)
        return self.post(f"/jobOrders/{job['id']}/fill", {"candidateId": self.candidate()}, 200)

    def submitted(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Create a job order that is submitted to timesheet; return it and its timesheets."""
        number = self.filled()["id"]
        job = self.post(f"/jobOrders/{number}/submitToTimesheet", None, 200)
        return job, self.get("/timesheets", jobOrderId=number)["items"]


@pytest.fixture(scope="module")
def running() -> Iterator[Agency]:
    with Sandbox(seed=7, start=START, scale=0) as box, ControlClient(box.url) as control:
        yield Agency(box, control)


@pytest.fixture
def agency(running: Agency) -> Agency:
    running.control.reset(7)
    return running
