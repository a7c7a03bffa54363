"""An instant delivery of Fastrac, whose offer and order are one operation."""

from __future__ import annotations

from typing import Any

from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fastrac.flows import create_instant_shipment

ROUTE = "orders.instant"
_END = {
    "name": "Depot", "email": "depot@fleet.example", "phone": "6281100000001", "address": "Jl. Contoh 1",
    "region_id": 3174050003, "lat": -6.26, "lng": 106.78,
}  # fmt: skip
_ITEM = {
    "name": "Key", "category": "Dokumen", "value": 225_000, "weight": 1_560, "length": 24, "width": 20, "height": 12,
}  # fmt: skip


class Instant:
    """As the creates of :mod:`tests.faults.fl3xx_creates`."""

    def flow(self, account: Account, number: int) -> Flow[Any]:
        return create_instant_shipment(
            account,
            reference=f"SO-{number}",
            vehicle_type="bike",
            shipper=_END,
            receiver={**_END, "name": f"Receiver {number}", "region_id": 3171010004},
            stop=None,
            item={**_ITEM, "desc": f"SO-{number}"},
        )
