"""FL3XX accounts, answers and flights for tests without a network."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from airflow_provider_fleetops.protocol.messages import Response
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fl3xx.vendor import VENDOR
from tests.protocol.fakes import START

TODAY = datetime.fromtimestamp(START, UTC).date().isoformat()
TOKEN = "SIM-TOKEN-0001"


def account(**extras: Any) -> Account:
    given = {"client_id": "sim-client", **extras}
    return Account.of(VENDOR, "fl", host="https://f.example", port=None, login="", password=TOKEN, extras=given)


def ok(value: Any) -> Response:
    return Response(200, {"content-type": "application/json"}, json.dumps(value).encode())


def flight(number: int, **fields: Any) -> dict[str, Any]:
    return {"flightId": number, "flightNumber": f"SIM{number}", "flightStatus": "Scheduled", **fields}


def query(request: Any) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(request.url).query).items()}
