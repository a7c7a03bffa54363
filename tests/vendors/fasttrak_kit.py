"""An account of FASTTRAK without a network: what it is answered, and what it sent."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from airflow_provider_fleetops.protocol.errors import TransportError
from airflow_provider_fleetops.protocol.messages import Request, Response
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fasttrak.vendor import VENDOR
from tests.protocol.fakes import START, FakeDriver

NOW = datetime.fromtimestamp(START, UTC)
PICKUP = datetime(2031, 4, 2, 11, tzinfo=UTC)
KEY, SYSTEM, PASSWORD = "0123456789abcdef" * 2, "5a5a5a5a-0000-4000-8000-000000000001", "an-invented-password"
RIDE = {
    "reservationId": 42,
    "externalBookingId": "k-1",
    "reservationStatus": "Booked",
    "scheduledPickupTime": "2031-04-02T11:00:00Z",
    "estimatedEndTime": "2031-04-02T12:30:00Z",
    "travelType": "Ground",
}
TRIP: dict[str, Any] = {
    "scheduled_pickup_time": PICKUP,
    "passenger": {"name": "A Passenger"},
    "customer": {"last_name": "Buyer"},
    "from_location": "A",
    "to_location": "B",
}
LOST = TransportError("the connection was reset", sent=True)


def account(*, base: str = "https://cars.example/partner", **extras: Any) -> Account:
    given_extras = {"partner_access_api_key": KEY, "system_id": SYSTEM, **extras}
    return Account.of(VENDOR, "c", host=base, port=None, login="web-user", password=PASSWORD, extras=given_extras)


def ok(value: Any) -> Response:
    body = {"item": value} if isinstance(value, dict) else {"items": value}
    return answered({**body, "status": "SUCCESS", "includesOperationalMessage": False})


def failure(message: str = "", code: int = 200, **more: Any) -> Response:
    return answered({"status": "FAILURE", "message": message, **more}, code)


def answered(body: Any, code: int = 200) -> Response:
    return Response(code, {"content-type": "application/json"}, json.dumps(body).encode())


def plain(text: str, code: int) -> Response:
    return Response(code, {"content-type": "text/plain"}, text.encode())


def login_answer(access: str = "access-one", **token: Any) -> Response:
    fields = {
        "id": "t",
        "accessToken": access,
        "refreshToken": f"refresh-of-{access}",
        "accessTokenExpirationSeconds": 1800,
        "refreshTokenExpiratinSeconds": 43_200,
        **token,
    }
    given_fields = {name: value for name, value in fields.items() if value is not None}
    return ok({"token": given_fields, "isExpired": False, "isLocked": False, "lockedUntilDateUTC": None})


def driver(*answers: Response | TransportError) -> FakeDriver:
    return FakeDriver([login_answer(), *answers])


def body(request: Request) -> Any:
    return json.loads(request.body or b"null")


def sent(fake: FakeDriver) -> list[str]:
    """Method and path of what was sent, logins aside."""
    paths = [f"{r.method} {r.url.removeprefix('https://cars.example/partner/api')}" for r in fake.sent]
    return [path for path in paths if "/authentication/" not in path]
