"""What FASTTRAK's tests over HTTP send and look at."""

from __future__ import annotations

import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from airflow_provider_fleetops.hooks.fasttrak import FasttrakHook
from airflow_provider_fleetops.operators.fasttrak import (
    FasttrakCancelReservationOperator,
    FasttrakCreateReservationOperator,
    FasttrakRetimeReservationOperator,
)
from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.sensors.fasttrak import FasttrakReservationSensor
from tests.conftest import START

CONTEXT: dict[str, Any] = {
    "ti": SimpleNamespace(dag_id="d", run_id="r", task_id="t", map_index=-1, try_number=1),
    "logical_date": START,
    "ds": "2031-04-02",
}
PICKUP = START + timedelta(hours=6)
PASSENGER = {"name": "Wilhelmina Testperson", "phone": "+1 555 0100 200", "email": "w.testperson@example.com"}
CUSTOMER = {"first_name": "Octavia", "last_name": "Sampleton", "email": "octavia@example.com"}
TRIP: dict[str, Any] = {
    "external_booking_id": "flight-7001:car",
    "scheduled_pickup_time": PICKUP.isoformat(),
    "passenger": PASSENGER,
    "customer": CUSTOMER,
    "from_location": {"displayAddress": "Airport Example"},
    "to_location": "12 Secret Lane, Port Example",
    "travel_type": "Arrival",
    "flight": {"airport_code": "KXX", "airline_code": "ZZ", "flight_number": "0123"},
    "vehicle_type_id": 1,
    "passenger_count": 2,
    "is_vip": True,
}


def create(**arguments: Any) -> dict[str, Any]:
    told: dict[str, Any] = FasttrakCreateReservationOperator(task_id="car", **{**TRIP, **arguments}).execute(CONTEXT)
    return told


def retime(**arguments: Any) -> dict[str, Any]:
    told: dict[str, Any] = FasttrakRetimeReservationOperator(task_id="retime", **arguments).execute(CONTEXT)
    return told


def cancel(**arguments: Any) -> dict[str, Any]:
    told: dict[str, Any] = FasttrakCancelReservationOperator(task_id="cancel", **arguments).execute(CONTEXT)
    return told


def sensor(**arguments: Any) -> FasttrakReservationSensor:
    return FasttrakReservationSensor(task_id="wait", **arguments)


def routes(box: Sandbox, **filters: Any) -> list[str]:
    """What FASTTRAK received, logins aside."""
    entries = box.control.journal(vendor="fasttrak", **filters)
    return [entry["route"] for entry in entries if not entry["route"].startswith("auth.")]


def stats(box: Sandbox) -> dict[str, Any]:
    figures: dict[str, Any] = box.control.summary()["fasttrak"]
    return figures


def record(number: int) -> dict[str, Any]:
    return FasttrakHook().reservation(number)


def sent(box: Sandbox, route: str) -> int:
    """How often FASTTRAK was asked for this."""
    return routes(box).count(route)


def run(operator: type, **arguments: Any) -> Any:
    """What a task of this class returns, with its templates rendered."""
    task = operator(task_id="task", **arguments)
    task.render_template_fields(CONTEXT)
    return task.execute(CONTEXT)


def shown(operator: Any) -> str:
    """What everybody can read of a task in the UI."""
    operator.render_template_fields(CONTEXT)
    return json.dumps({name: str(getattr(operator, name)) for name in operator.template_fields})
