"""Rows of reservations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_fleetops.protocol.bulk import Plan, RowKind
from airflow_provider_fleetops.protocol.manifest import Row
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fasttrak.booking import TRIP
from airflow_provider_fleetops.vendors.fasttrak.flows import plan_reservation

_TRIP = tuple(field.name for field in TRIP)
_NEEDED = ("scheduled_pickup_time", "passenger", "from_location", "to_location")
_MORE = ("customer", "flight", "details", "overrides")


def _plan(account: Account, row: Row, options: Mapping[str, Any]) -> Plan:
    trip = {"travel_type": "Ground", **{name: row[name] for name in _TRIP if name in row}}
    booking = {name: row.get(name) for name in (*_NEEDED, *_MORE)}
    return plan_reservation(account, trip, **booking, **options)


RESERVATIONS = RowKind(
    key="external_booking_id",
    columns=(*_TRIP, *_NEEDED, *_MORE),
    tells=("reservation_id", "status", "scheduled_pickup_time"),
    plan=_plan,
    names={field.wire_name: field.name for field in TRIP}
    | {
        "scheduledPickupTime": "scheduled_pickup_time",
        "primaryPassenger": "passenger",
        "fromLocation": "from_location",
        "toLocation": "to_location",
        "customerSummary": "customer",
    },
)
