"""What Fastrac's tests over HTTP share."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from airflow_provider_fleetops.operators.fastrac import (
    FastracCreateInstantShipmentOperator,
    FastracCreateShipmentOperator,
)
from airflow_provider_fleetops.sandbox import Sandbox
from tests.conftest import START, set_connection

JAKARTA, SURABAYA = 3174050003, 3578110002
SHIPPER = {"name": "Gudang Barat", "phone": "6281100000001", "address": "Jl. Contoh 1", "region_id": JAKARTA}
RECEIVER = {"name": "Sari Wulandari", "phone": "6281100000002", "address": "Jl. Misal 22", "region_id": SURABAYA}
ITEM = {
    "name": "Fuel pump",
    "desc": "SO-10077",
    "category": "Perlengkapan Mobil & Motor",
    "value": 225_000,
    "weight": 1_560,
    "length": 24,
    "width": 20,
    "height": 12,
}
CART = [{"name": "Pump", "weight": 520, "width": 12, "height": 20, "length": 8, "quantity": 3, "value": 75_000}]


def context(**changes: Any) -> dict[str, Any]:
    given = {"dag_id": "d", "run_id": "r", "task_id": "t", "map_index": -1, "try_number": 1} | changes
    return {"ti": SimpleNamespace(**given), "logical_date": START, "ds": "2031-04-02"}


@pytest.fixture
def box(fresh_sandbox: Sandbox) -> Sandbox:
    return fresh_sandbox


@pytest.fixture
def connect(fleet_connections: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Change extras of the connection."""
    own = fleet_connections["fastrac_default"]

    def change(**extras: Any) -> None:
        set_connection(monkeypatch, "fastrac_default", own | {"extra": own["extra"] | extras})

    return change


@pytest.fixture
def attentive(box: Sandbox, connect: Any) -> Sandbox:
    """Every look asks Fastrac: for tests that look twice."""
    connect(tracking_seconds=0)
    return box


def paths(box: Sandbox, **filters: Any) -> list[str]:
    return [entry["path"] for entry in box.control.journal(vendor="fastrac", **filters)]


def ship(task: Mapping[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Run the operator as a task does."""
    given: dict[str, Any] = {
        "courier_code": "anteraja",
        "code_service": "ND",
        "shipper": SHIPPER,
        "receiver": RECEIVER,
        "item": ITEM,
    } | changes
    booked: dict[str, Any] = run(FastracCreateShipmentOperator(task_id="ship", **given), **(task or {}))
    return booked


def orders(box: Sandbox) -> int:
    count: int = box.control.summary()["fastrac"]["stats"]["orders"]
    return count


def run(operator: Any, **task: Any) -> Any:
    """Render and execute an operator as a task does."""
    ctx = context(**task)
    operator.render_template_fields(ctx)
    return operator.execute(ctx)


SENDER = {
    "name": "Gudang Barat",
    "email": "gudang@fleet.example",
    "phone": "6281100000001",
    "address": "Jl. Contoh 1",
    "region_id": JAKARTA,
    "lat": -6.2601,
    "lng": "106.7810",
}
GUEST = SENDER | {
    "name": "Sari Wulandari",
    "email": "sari@mail.example",
    "phone": "6281100000002",
    "address": "Jl. Misal 9",
    "map_address": "Jl. Misal 9, Jakarta",
    "region_id": 3171010004,
    "lat": "-6.19",
    "lng": 106.82,
}


def send(task: Mapping[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Order an instant delivery as a task does."""
    given: dict[str, Any] = {"shipper": SENDER, "receiver": GUEST, "item": ITEM} | changes
    operator = FastracCreateInstantShipmentOperator(task_id="send", **given)
    booked: dict[str, Any] = run(operator, **({"task_id": "send"} | (dict(task) if task else {})))
    return booked
