"""A reservation and its state machine: which status it has at any moment of world time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from airflow_provider_fleetops.sandbox.fasttrak.shapes import Record, parsed

COURSE = ("Driver_Scheduled", "Driver_Confirmed", "En_route", "On_Location", "On_Board", "Dropped")
BEFORE_SERVICE = ("Booked", "Trip_Confirmed", "Driver_Scheduled", "Driver_Confirmed")
TERMINAL = frozenset({"Dropped", "No_Show", "Cancelled"})
# The field that each status stamps (contract, section 5).
STAMPS = {
    "En_route": "enRouteTime",
    "On_Location": "onLocationTime",
    "On_Board": "actualPickupTime",
    "Dropped": "dropoffTime",
    "No_Show": "noShowTime",
    "Cancelled": "cancelTime",
}
DEFAULT_OFFSETS = {
    # World minutes before the scheduled pick-up.
    "driver_scheduled_before": 120,
    "driver_confirmed_before": 60,
    "en_route_before": 30,
    "on_location_before": 10,
    # World minutes from pick-up to drop-off, and from there until the trip is finalised.
    "ride_minutes": 45,
    "finalize_minutes": 240,
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A status and when it begins."""

    at: datetime
    status: str


@dataclass(slots=True)
class Ride:
    """One reservation. ``data`` is what the partner wrote, bound by `shapes.RESERVATION`; the server owns the rest.

    ``plan`` holds every status it had and is to have; the status is the last mark that is not in the future.
    """

    id: int
    data: Record
    created: datetime
    modified: datetime
    driver_id: int
    vehicle_id: int
    origin: str = "Web_Service"
    cancelled_by: str = ""
    quoted: bool = False
    edits: list[datetime] = field(default_factory=list)
    plan: list[Mark] = field(default_factory=list)

    @property
    def pickup(self) -> datetime:
        """When the passenger is to be picked up."""
        return parsed(self.data["scheduledPickupTime"])

    def past(self, at: datetime) -> list[Mark]:
        """The marks up to ``at``, oldest first."""
        return sorted((mark for mark in self.plan if mark.at <= at), key=lambda mark: mark.at)

    def status(self, at: datetime) -> str:
        """The status at ``at``; a reservation read before its creation is Booked."""
        past = self.past(at)
        return past[-1].status if past else "Booked"

    def stamps(self, at: datetime) -> dict[str, datetime]:
        """The actual times that have come about."""
        return {STAMPS[mark.status]: mark.at for mark in self.past(at) if mark.status in STAMPS}

    def has_driver(self, at: datetime) -> bool:
        """Whether a driver has been scheduled, which stays true after a cancellation."""
        return any(mark.status == "Driver_Scheduled" for mark in self.past(at))

    def divert(self, at: datetime, marks: list[Mark]) -> None:
        """Forget everything after ``at`` and follow other marks."""
        self.plan = self.past(at) + marks

    def replan(self, at: datetime, offsets: Mapping[str, Any]) -> None:
        """Lay the rest out anew after the pick-up moved; a trip on the road or held keeps its plan."""
        held = all(mark.at <= at for mark in self.plan)
        if self.status(at) in BEFORE_SERVICE and not held:
            self.divert(at, course(self.pickup, at, offsets, after=self.status(at)))


def course(pickup: datetime, since: datetime, offsets: Mapping[str, Any], after: str = "Booked") -> list[Mark]:
    """The statuses that follow ``after``, timed around the pick-up; what is already late follows minute by minute."""
    rest = COURSE[COURSE.index(after) + 1 :] if after in COURSE else COURSE
    marks, earliest = [], since
    for status in rest:
        earliest = max(pickup + _offset(status, offsets), earliest + timedelta(minutes=1))
        marks.append(Mark(earliest, status))
    return marks


def _offset(status: str, offsets: Mapping[str, Any]) -> timedelta:
    if status == "On_Board":
        return timedelta()
    if status == "Dropped":
        return timedelta(minutes=float(offsets["ride_minutes"]))
    return -timedelta(minutes=float(offsets[f"{status.lower()}_before"]))
