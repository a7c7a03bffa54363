"""What the control API can do to reservations, drivers and tokens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from airflow_provider_fleetops.sandbox.fasttrak.fleet import Fleet
from airflow_provider_fleetops.sandbox.fasttrak.rides import BEFORE_SERVICE, Mark, Ride, course
from airflow_provider_fleetops.sandbox.fasttrak.tokens import Sessions
from airflow_provider_fleetops.sandbox.fields import Fields, Invalid

EVENTS = ("hold", "release", "cancel", "no_show", "status", "assign", "revoke_tokens")


def run(fleet: Fleet, sessions: Sessions, now: datetime, event: str, data: Mapping[str, Any]) -> dict[str, object]:
    """Carry out an event on the reservation ``data["reservationId"]`` or ``data["externalBookingId"]``.

    - ``hold``: it stays as it is until ``release``; ``cancel``: the operator cancels.
    - ``no_show``: On_Location, then No_Show.
    - ``status`` {status, hold?}: that word now, known or not; the course goes on unless ``hold``.
    - ``assign`` {employeeId}: that driver, scheduled now; ``revoke_tokens``: every token is worthless at once.

    Raises `Invalid` for an unknown event, reservation or field.
    """
    if event not in EVENTS:
        raise Invalid("event", f"must be one of {', '.join(EVENTS)}")
    if event == "revoke_tokens":
        return {"revoked": sessions.revoke()}
    fields = Fields.of(data)
    ride = _ride(fleet, fields)
    _change(fleet, ride, now, event, fields)
    return {"reservationId": ride.id, "reservationStatus": ride.status(now)}


def _ride(fleet: Fleet, fields: Fields) -> Ride:
    if fields.has("reservationId"):
        found = fleet.rides.get(fields.integer("reservationId"))
    else:
        key = fields.text("externalBookingId")
        found = next((ride for ride in fleet.rides.values() if ride.data["externalBookingId"] == key), None)
    if found is None:
        raise Invalid("reservationId", "is not a reservation of this sandbox")
    return found


def _change(fleet: Fleet, ride: Ride, now: datetime, event: str, fields: Fields) -> None:
    if event == "hold":
        ride.divert(now, [])
    elif event == "release":
        ride.divert(now, course(ride.pickup, now, fleet.limits, after=ride.status(now)))
    elif event == "cancel":
        fleet.cancel(ride, now, "Operator")
    elif event == "no_show":
        ride.divert(now, [Mark(now, "On_Location"), Mark(now, "No_Show")])
    elif event == "assign":
        _assign(fleet, ride, now, fields.integer("employeeId"))
    else:
        later = [] if fields.boolean("hold", default=False) else [mark for mark in ride.plan if mark.at > now]
        ride.divert(now, [Mark(now, fields.text("status", high=50)), *later])


def _assign(fleet: Fleet, ride: Ride, now: datetime, employee_id: int) -> None:
    if employee_id not in [driver["employeeId"] for driver in fleet.records.drivers()]:
        raise Invalid("employeeId", "is not a driver on duty")
    ride.driver_id = employee_id
    if ride.status(now) in BEFORE_SERVICE and not ride.has_driver(now):
        rest = course(ride.pickup, now, fleet.limits, after="Driver_Scheduled")
        ride.divert(now, [Mark(now, "Driver_Scheduled"), *rest])
