"""Changing what a reservation says; its times are moved elsewhere, because an end moves along."""

from __future__ import annotations

from typing import Any

from airflow_provider_fleetops.protocol.errors import InvalidInput
from airflow_provider_fleetops.protocol.steps import Flow, Note
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fasttrak.booking import (
    FLIGHT_INFO,
    OVERRIDES,
    PASSENGER,
    TRIP,
    flight_end,
    flight_info,
    location,
    plain_object,
    to_wire,
)
from airflow_provider_fleetops.vendors.fasttrak.changes import check_changeable, write_back
from airflow_provider_fleetops.vendors.fasttrak.flows import get_reservation
from airflow_provider_fleetops.vendors.fasttrak.rewrite import Record, differs, merged
from airflow_provider_fleetops.vendors.fasttrak.states import state_of
from airflow_provider_fleetops.vendors.fasttrak.times import given_time

_ELSEWHERE = {
    "reservationStatus": "cancel it instead",
    "scheduledPickupTime": "re-time it instead",
    "estimatedEndTime": "re-time it instead",
    "reservationId": "it names the reservation",
    "externalBookingId": "it is the key by which the booking is found",
}
_ENDS = ("fromLocation", "toLocation")


def update(
    account: Account,
    trip: Record,
    *,
    scheduled_pickup_time: Any = None,
    flight: Any = None,
    force: Any = False,
    overrides: Any = None,
    reservation_id: Any = None,
    external_booking_id: Any = None,
    search_hours: Any = None,
    **ends: Any,
) -> Flow[dict[str, Any]]:
    """Write what differs, if anything; gives ``reservation_id``, ``updated``, ``changed`` and ``status``.

    ``trip`` are fields of :data:`booking.TRIP`, ``ends`` what :func:`_wanted` takes; None leaves a value as it is.
    """
    wanted = _wanted(account, trip, **ends)
    info = flight_info(account, flight, partial=True) if flight else {}
    switches = to_wire("overrides", OVERRIDES, overrides or {})
    around = given_time("scheduled_pickup_time", scheduled_pickup_time) if scheduled_pickup_time else None
    which = {"reservation_id": reservation_id, "external_booking_id": external_booking_id}
    hours = {"search_hours": search_hours} if search_hours is not None else {}
    record = yield from get_reservation(account, around=around, **which, **hours)
    changes = _changes(record, wanted, info)
    told = {"reservation_id": record.get("reservationId"), "changed": sorted(changes)}
    if not changes:
        return {**told, "updated": False, "status": state_of(record)}
    check_changeable(account, record, force=force)
    answer = yield from write_back(account, record, {**record, **changes}, switches)
    kept = sorted(name for name in wanted if name in answer and differs(answer[name], wanted[name]))
    if kept:
        yield Note(f"the vendor shows another value than was written of {', '.join(kept)}")
    return {**told, "updated": True, "status": state_of({**record, **answer})}


def _wanted(
    account: Account,
    trip: Record,
    *,
    passenger: Any = None,
    from_location: Any = None,
    to_location: Any = None,
    notes: Any = None,
    details: Any = None,
) -> dict[str, Any]:
    """What the reservation should say, in the vendor's names."""
    given = {**plain_object("trip", trip), **plain_object("notes", notes or {})}
    wanted = {**_details(account, details), **to_wire("reservation", TRIP, given, partial=True)}
    if passenger:
        wanted["primaryPassenger"] = to_wire("passenger", PASSENGER, passenger, partial=True)
    for name, what, value in zip(_ENDS, ("from_location", "to_location"), (from_location, to_location), strict=True):
        if value:
            wanted[name] = location(what, value)
    return wanted


def _details(account: Account, details: Any) -> dict[str, Any]:
    given = plain_object("details", details or {})
    for name, advice in _ELSEWHERE.items():
        if name in given:
            raise InvalidInput(f"parameter 'details' must not hold {name}: {advice}", vendor=account.vendor.name)
    return given


def _changes(record: Record, wanted: Record, flight: Record) -> dict[str, Any]:
    """The fields that differ, whole: a new place replaces the old one but for its flight."""
    changes = {}
    for name, value in wanted.items():
        old = record.get(name)
        if differs(old, value):
            known = {FLIGHT_INFO: old[FLIGHT_INFO]} if isinstance(old, dict) and old.get(FLIGHT_INFO) else {}
            changes[name] = {**known, **value} if name in _ENDS else merged(old, value)
    return {**changes, **_flight_changes({**record, **changes}, flight)} if flight else changes


def _flight_changes(record: Record, flight: Record) -> dict[str, Any]:
    """The end with the other flight; what the vendor had looked up for another airport or airline goes."""
    end = flight_end(record.get("travelType"))
    if end is None:
        raise InvalidInput("parameter 'flight' needs an arrival or a departure", vendor="fasttrak")
    place = record.get(end) or {}
    known = place.get(FLIGHT_INFO) or {}
    if not differs(known, flight):
        return {}
    others = tuple(part for part in ("airport", "airline") if differs(known, _code(flight, part)))
    kept = {name: value for name, value in known.items() if not name.startswith(others)}
    return {end: {**place, FLIGHT_INFO: {**kept, **flight}}}


def _code(flight: Record, part: str) -> dict[str, Any]:
    return {name: value for name, value in flight.items() if name == f"{part}Code"}
