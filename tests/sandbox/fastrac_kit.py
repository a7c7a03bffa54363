"""A client of the sandbox's Fastrac that knows nothing but HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.sandbox.client import ControlClient

START = datetime(2026, 11, 25, 2, tzinfo=UTC)
VENDOR = "fastrac"
JAKARTA, SURABAYA, PASAR = 3174050003, 3578110002, 3171010004
NOWHERE = 1234567890


class Partner:
    """Calls with the partner's keys, in v2's and in v1's way."""

    def __init__(self, box: Sandbox, control: ControlClient) -> None:
        self.control = control
        self.root = box.base_url(VENDOR)
        keys = box.credentials(VENDOR)
        self.basic = (keys["access_key"], keys["secret_key"])
        self.key_headers = {"access-key": keys["access_key"], "secret-key": keys["secret_key"]}
        self.session = requests.Session()
        self.session.trust_env = False

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        if path.startswith("/api"):
            options.setdefault("headers", self.key_headers)
        else:
            options.setdefault("auth", self.basic)
        return self.session.request(method, self.root + path, json=body, timeout=10, **options)

    def get(self, path: str, **params: Any) -> Any:
        return good(self.call("GET", path, params=params))

    def post(self, path: str, body: Any = None, status: int = 200) -> Any:
        return good(self.call("POST", path, body), status)

    def refused(self, path: str, body: Any, status: int = 400) -> str:
        """Post what is wrong; return the vendor's text."""
        response = self.call("POST", path, body)
        assert response.status_code == status, response.text
        answer = response.json()
        assert answer["success"] is False
        assert "data" not in answer
        return str(answer["message"])

    def order(self, **changes: Any) -> Any:
        """Book an express parcel; return the answer's data."""
        return self.post("/order/express", express(**changes), 201)

    def track(self, awb: str, courier: str = "anteraja") -> Any:
        return good(self.call("GET", "/order/track", {"courier_code": courier, "awb": awb}))

    def statuses(self, awb: str, courier: str = "anteraja") -> list[str]:
        return [row["status"] for row in self.track(awb, courier)["history"]]

    def cancel(self, awb: str, courier: str = "anteraja") -> requests.Response:
        return self.call("POST", "/order/cancel", {"courier_code": courier, "awb": awb, "cancel_reason": "Stok habis"})

    def balance(self) -> int:
        return int(self.post("/user/balance/history", {})["saldo"])

    def script(self, event: str, **data: Any) -> Any:
        return self.control.script(VENDOR, event, **data)

    def stats(self) -> dict[str, Any]:
        stats: dict[str, Any] = self.control.summary()[VENDOR]["stats"]
        return stats

    def broke(self) -> list[str]:
        return [entry["broke"] for entry in self.control.journal(vendor=VENDOR, broke="*")]


def good(response: requests.Response, status: int = 200) -> Any:
    assert response.status_code == status, response.text
    answer = response.json()
    assert answer["success"] is True
    return answer["data"]


def express(**changes: Any) -> dict[str, Any]:
    """A valid express order with some fields changed; ``item`` and ``receiver`` are merged, None removes a field."""
    body: dict[str, Any] = {
        "courier_code": "anteraja",
        "code_service": "ND",
        "cod": "0",
        "insurance": "0",
        "pickup": "1",
        "pickup_start": "2026-11-26 09:00:00",
        "pickup_end": "2026-11-26 12:00:00",
        "shipper": {"name": "Gudang Barat", "phone": "6281100000001", "address": "Jl. Contoh 1", "region_id": JAKARTA},
        "receiver": {"name": "Sari", "phone": "6281100000002", "address": "Jl. Misal 22", "region_id": SURABAYA},
        "item": {
            "name": "Fuel pump",
            "desc": "SO-10077 pump",
            "category": "Perlengkapan Mobil & Motor",
            "value": 225_000,
            "weight": 1_560,
            "length": 24,
            "width": 20,
            "height": 12,
        },
    }
    for name, value in changes.items():
        nested = isinstance(value, dict) and isinstance(body.get(name), dict)
        body[name] = without_none(body[name] | value) if nested else value
    return without_none(body)


def quote(**changes: Any) -> dict[str, Any]:
    """A valid body of the instant tariff."""
    ends = {"alamat_lengkap": "Jl. Contoh 1", "alamat_google": "Jl. Contoh 1, Jakarta", "lat": "-6.26", "lng": "106.78"}
    body = {
        "origin": ends | {"id": str(JAKARTA)},
        "destination": ends | {"id": str(PASAR)},
        "package": {"value": 150_000, "weight": 1_200, "length": 20, "width": 15, "height": 10, "quantity": 1},
        "vehicle_type": "bike",
    }
    return body | changes


def instant(tariff_id: str, **changes: Any) -> dict[str, Any]:
    """A valid instant order."""
    party = {"name": "Sari", "email": "sari@mail.example", "address": "Jl. Misal 9", "phone": "6281100000002"}
    item = {"name": "Key", "desc": "SO-10078 key", "category": "Dokumen"}
    body = {"courier_code": "grab", "tariff_id": tariff_id, "shipper": party, "receiver": party, "item": item}
    return body | changes


def without_none(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value is not None}


@pytest.fixture(scope="module")
def running() -> Iterator[Partner]:
    with Sandbox(seed=7, start=START, scale=0) as box, ControlClient(box.url) as control:
        yield Partner(box, control)


@pytest.fixture
def partner(running: Partner) -> Partner:
    running.control.reset(7)
    return running
