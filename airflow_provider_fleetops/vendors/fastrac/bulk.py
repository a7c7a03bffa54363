"""Rows of shipments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_fleetops.protocol.bulk import Plan, RowKind
from airflow_provider_fleetops.protocol.manifest import Row
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fastrac.flows import plan_shipment

_NEEDED = ("courier_code", "code_service", "shipper", "receiver", "item", "cod_amount", "pickup_start", "pickup_end")
_SWITCHES = ("cod", "insurance", "pickup")


def _plan(account: Account, row: Row, options: Mapping[str, Any]) -> Plan:
    order: dict[str, Any] = {name: row.get(name) for name in _NEEDED} | {
        name: row.get(name, False) for name in _SWITCHES
    }
    return plan_shipment(account, reference=row.get("reference") or "", **order, **options)


SHIPMENTS = RowKind(
    key="reference",
    columns=("reference", *_NEEDED, *_SWITCHES),
    tells=("awb", "booking_id", "tariff"),
    plan=_plan,
)
