"""A client of the sandbox's FASTTRAK that knows nothing but HTTP."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.sandbox.client import ControlClient

START = datetime(2026, 11, 25, 8, tzinfo=UTC)
PICKUP = START + timedelta(hours=4)
VENDOR = "fasttrak"
LOGIN = "/api/authentication/web-service-user"


class Dispatcher:
    """Calls with the three headers and, once logged in, the bearer token."""

    def __init__(self, box: Sandbox, control: ControlClient) -> None:
        self.control = control
        self.root = box.base_url(VENDOR)
        self.keys = box.credentials(VENDOR)
        self.headers = {
            "Partner-Access-Key": self.keys["partner_access_key"],
            "Partner-Api-Version": "v2.2",
            "System-Id": self.keys["system_id"],
        }
        self.bearer = ""
        self.session = requests.Session()
        self.session.trust_env = False

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        headers = options.pop("headers", self.headers | {"Authorization": f"Bearer {self.bearer}"})
        return self.session.request(method, self.root + path, json=body, headers=headers, timeout=10, **options)

    def enter(self, path: str = LOGIN, **changes: Any) -> dict[str, Any]:
        """Log in, or refresh; return the answer's body, which is HTTP 200 either way."""
        names = {"systemId": "system_id", "username": "username", "password": "password"}
        body = {name: self.keys[key] for name, key in names.items()} | {"refreshToken": ""} | changes
        response = self.call("POST", path, body, headers=self.headers)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def login(self, **changes: Any) -> dict[str, Any]:
        """Enter, keep the bearer, return the token object."""
        token: dict[str, Any] = self.enter(**changes)["item"]["token"]
        self.bearer = token["accessToken"]
        return token

    def get(self, path: str, **params: Any) -> Any:
        return good(self.call("GET", path, params=params))

    def post(self, path: str, body: Any = None) -> Any:
        return good(self.call("POST", path, body))

    def put(self, path: str, body: Any) -> Any:
        return good(self.call("PUT", path, body))

    def refused(self, method: str, path: str, body: Any, status: int = 400) -> str:
        """Send what is wrong; return the vendor's text."""
        response = self.call(method, path, body)
        assert response.status_code == status, response.text
        answer = response.json()
        assert (answer["status"], answer["item"]) == ("FAILURE", None)
        return str(answer["message"])

    def book(self, **changes: Any) -> Any:
        """Book through new-customer; return the reservation."""
        return self.post("/api/reservations/new-customer", booking(**changes))

    def read(self, number: int) -> Any:
        return self.get(f"/api/reservations/{number}")

    def status(self, number: int) -> str:
        return str(self.read(number)["reservationStatus"])

    def save(self, reservation: dict[str, Any], **overrides: bool) -> Any:
        """Update by the whole object, as a read-modify-write does."""
        path = f"/api/reservations/{reservation['reservationId']}"
        return self.put(path, {"reservationDetail": reservation, "reservationUpdateOverrides": overrides})

    def at(self, hours: float) -> None:
        """Set the world's clock and log in again: the gateway's clock, and with it the token's age, moves along."""
        self.control.set(START + timedelta(hours=hours))
        self.control.script(VENDOR, "revoke_tokens")
        self.call("GET", "/api/companies")  # a refused token is the reason to log in
        self.login()

    def script(self, event: str, **data: Any) -> Any:
        return self.control.script(VENDOR, event, **data)

    def stats(self) -> dict[str, Any]:
        stats: dict[str, Any] = self.control.summary()[VENDOR]["stats"]
        return stats

    def broke(self) -> list[str]:
        return [entry["broke"] for entry in self.control.journal(vendor=VENDOR, broke="*")]


def good(response: requests.Response) -> Any:
    assert response.status_code == 200, response.text
    answer = response.json()
    assert answer["status"] == "SUCCESS", answer
    return answer["item"] if "item" in answer else answer["items"]


def booking(**changes: Any) -> dict[str, Any]:
    """A valid body of new-customer: a VIP arrival four hours after the start; None removes a field."""
    detail: dict[str, Any] = {
        "vehicleTypeId": 1,
        "reservationStatus": "Booked",
        "travelType": "Arrival",
        "externalBookingId": "flight-1001",
        "isVip": True,
        "scheduledPickupTime": PICKUP.isoformat(),
        "fromLocation": {
            "displayAddress": "Port Example Airport",
            "airportAirlineFlightInfo": {"airportCode": "PEX", "airlineCode": "FX", "flightNumber": "0123"},
        },
        "toLocation": {"displayAddress": "5 Harbour Street"},
        "passengerCount": 2,
        "primaryPassenger": {"name": "Zoe Quill", "alias": "FLEET"},
    }
    detail = {name: value for name, value in (detail | changes).items() if value is not None}
    summary = {"firstName": "Zoe", "lastName": "Quill", "emailAddress": "zoe.quill@guests.example"}
    return copy.deepcopy({"reservationDetail": detail, "customerSummary": summary})


@pytest.fixture(scope="module")
def running() -> Iterator[Dispatcher]:
    with Sandbox(seed=7, start=START, scale=0) as box, ControlClient(box.url) as control:
        yield Dispatcher(box, control)


@pytest.fixture
def stranger(running: Dispatcher) -> Dispatcher:
    """A client that has not logged in."""
    running.control.reset(7)
    running.bearer = ""
    return running


@pytest.fixture
def dispatcher(stranger: Dispatcher) -> Dispatcher:
    """A client with a token."""
    stranger.login()
    return stranger
