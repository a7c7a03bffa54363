"""The states of a reservation: our words for the vendor's, their order, and the flow that looks at many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.one_by_one import one_by_one
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.times import parse_time
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.protocol.watch import NOT_FOUND, Sighting, Spans, Watch
from airflow_provider_fleetops.vendors.fasttrak.search import by_external_id, search
from airflow_provider_fleetops.vendors.fasttrak.times import given_time, given_window, read_time, stamp

BOOKED, CANCELLED, DROPPED, NO_SHOW = "BOOKED", "CANCELLED", "DROPPED", "NO_SHOW"
UNKNOWN = "UNKNOWN"
UNASSIGNED, ASSIGNED = "UNASSIGNED", "ASSIGNED"
# Drivers skip steps: a trip that is past a state has reached it.
RANKS: Mapping[str, int] = {
    "QUOTATION": 0,
    BOOKED: 10,
    "TRIP_CONFIRMED": 10,
    "DRIVER_SCHEDULED": 20,
    "DRIVER_CONFIRMED": 30,
    "EN_ROUTE": 40,
    "ON_LOCATION": 50,
    "ON_BOARD": 60,
    DROPPED: 70,
}
# Where Trip_Confirmed stands is not known: it is Booked, but Booked is not it, and a trip that has a driver needs none.
SIDES = {"TRIP_CONFIRMED": frozenset(state for state, rank in RANKS.items() if rank > RANKS["TRIP_CONFIRMED"])}
DEAD_ENDS = frozenset({NO_SHOW, CANCELLED, NOT_FOUND})
IN_SERVICE = frozenset({"EN_ROUTE", "ON_LOCATION", "ON_BOARD"})
TERMINAL = frozenset({DROPPED, NO_SHOW, CANCELLED})
# What happened last, where the status word is new to us or "None".
_EVENTS = (
    ("cancelTime", CANCELLED),
    ("noShowTime", NO_SHOW),
    ("dropoffTime", DROPPED),
    ("actualPickupTime", "ON_BOARD"),
    ("onLocationTime", "ON_LOCATION"),
    ("enRouteTime", "EN_ROUTE"),
)

BY_ID, BY_EXTERNAL_ID = "reservation_id", "external_booking_id"


def state_of(record: Mapping[str, Any]) -> str:
    """Our state of a reservation: by its status word, else by the last thing that happened, else ``UNKNOWN``."""
    word = str(record.get("reservationStatus") or "").upper()
    if word in RANKS or word in {NO_SHOW, CANCELLED}:
        return word
    return next((state for name, state in _EVENTS if _happened(record.get(name))), UNKNOWN)


def _happened(value: Any) -> bool:
    """A time that is set; 0001-01-01 is .NET's way to say none."""
    try:
        moment = parse_time(value)
    except ValueError:
        return False
    return moment is not None and moment.year > 1


def sighting(account: Account, record: Mapping[str, Any]) -> Sighting:
    """A reservation as seen, without anybody's name."""
    facts = {
        "reservation_id": record.get("reservationId"),
        "scheduled_pickup_time": stamp(read_time(account, record, "scheduledPickupTime")),
        "travel_type": str(record.get("travelType") or ""),
        "driver_assigned": bool(record.get("employeeId")) or record.get("isFarmOut") is True,
    }
    return Sighting(state_of(record), str(record.get("reservationStatus") or "")[:40], facts)


def look(account: Account, ids: Sequence[str], window: Mapping[str, str]) -> Flow[Mapping[str, Sighting]]:
    """See all ids: one search of the window for all; what it does not show is read by number.

    ``window``: ``by`` says which ids these are, ``from`` and ``to`` bound the pick-up times (ISO-8601 with a zone).
    """
    external = window.get("by") == BY_EXTERNAL_ID
    found: dict[str, Mapping[str, Any]] = {}
    if external or ("from" in window and len(set(ids)) > 1):
        rows = yield from search(account, *given_window(window.get("from"), window.get("to")))
        found = _index(rows, ids, external=external)

    def see(subject: str) -> Flow[Sighting]:
        record = found[subject] if subject in found else (yield from call(account, "reservation.get", {BY_ID: subject}))
        return sighting(account, record)

    return (yield from one_by_one(found if external else ids, see))


def _index(rows: Sequence[Mapping[str, Any]], ids: Sequence[str], *, external: bool) -> dict[str, Mapping[str, Any]]:
    known = by_external_id(rows) if external else {str(row.get("reservationId")): row for row in rows}
    return {subject: known[subject] for subject in ids if subject in known}


def _moment(name: str, value: str) -> datetime:
    return given_time({"from": "from_time", "to": "to_time"}[name], value)


WATCH = Watch(
    name="reservation",
    subject="reservation",
    ranks=RANKS,
    dead_ends=DEAD_ENDS,
    finals=frozenset({"DROPPED"}),
    sides=SIDES,
    look=look,
    cadence=lambda account: float(account.settings["reservation_seconds"]),
    merge=Spans("from", "to", _moment, gap=timedelta(hours=1), longest=timedelta(days=2)),
)


def _driver(trip: Sighting) -> Sighting:
    """A trip that somebody drives, or drove, has its driver; one that was given away has its affiliate's."""
    driven = trip.facts.get("driver_assigned") or RANKS.get(trip.state, 0) >= RANKS["DRIVER_SCHEDULED"]
    state = trip.state if trip.state in DEAD_ENDS else ASSIGNED if driven else UNASSIGNED
    return Sighting(state, trip.raw, trip.facts)


# Our own keys are looked for by themselves: one may look like somebody's number.
BY_KEY = replace(WATCH, name="reservation_by_key")
DRIVER = Watch(
    name="driver",
    subject="driver of a reservation",
    ranks={UNASSIGNED: 0, ASSIGNED: 10},
    dead_ends=DEAD_ENDS,
    finals=frozenset(),
    look=look,
    cadence=WATCH.cadence,
    merge=WATCH.merge,
    same_as=WATCH.name,
    derive=_driver,
)
DRIVER_BY_KEY = replace(DRIVER, name="driver_by_key", same_as=BY_KEY.name)
