"""The operator's book: reservations, quotes and what the API shows of them."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from airflow_provider_fleetops.sandbox.fasttrak.records import Records
from airflow_provider_fleetops.sandbox.fasttrak.rides import Mark, Ride, course
from airflow_provider_fleetops.sandbox.fasttrak.shapes import RESERVATION, Record, bind, iso
from airflow_provider_fleetops.sandbox.fields import Fields

_FIRST_ID = 710_001
_SEEDED = 10


@dataclass(slots=True)
class Quote:
    """A quote package; ``expires`` is gateway time, ``quotes`` maps quote id to vehicle type."""

    id: str
    legs: list[Record]
    customer_id: int
    expires: datetime
    quotes: dict[str, int]
    booked: bool = False


@dataclass(slots=True)
class Fleet:
    """Everything of one operator that changes; ``limits`` is the live table that the control API changes."""

    seed: int
    start: datetime
    limits: Mapping[str, Any]
    records: Records = field(default_factory=Records)
    rides: dict[int, Ride] = field(default_factory=dict)
    quotes: dict[str, Quote] = field(default_factory=dict)
    webhooks: dict[str, Record] = field(default_factory=dict)
    duplicates: int = 0
    created: int = 0
    updated: int = 0
    cancelled: int = 0
    _random: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._random = random.Random(f"fasttrak:{self.seed}")
        for index in range(_SEEDED):
            pickup = self.start + timedelta(hours=2.5 * index - 6, minutes=self._random.randrange(60))
            self._keep(_seeded(self._random, self.records, pickup), self.start - timedelta(days=3), "FASTTRAK")

    def book(self, data: Record, now: datetime, *, quoted: bool = False) -> tuple[Ride, bool]:
        """Make a reservation, always; tell whether its external id is that of another living one."""
        key = data["externalBookingId"]
        duplicate = bool(key) and any(
            ride.data["externalBookingId"] == key and ride.status(now) != "Cancelled" for ride in self.rides.values()
        )
        self.duplicates += duplicate
        self.created += 1
        ride = self._keep(data, now, "Web_Service")
        ride.quoted = quoted
        return ride, duplicate

    def edit(self, ride: Ride, data: Record, now: datetime) -> None:
        """Replace what the partner wrote; a moved pick-up moves the rest of the trip."""
        moved = data["scheduledPickupTime"] != ride.data["scheduledPickupTime"]
        ride.data, ride.modified = data, now
        ride.edits.append(now)
        if moved:
            ride.replan(now, self.limits)
        self.updated += 1

    def cancel(self, ride: Ride, now: datetime, by: str) -> None:
        """Cancel a reservation that is not at its end."""
        ride.divert(now, [Mark(now, "Cancelled")])
        ride.cancelled_by, ride.modified = by or "Web Service", now
        self.cancelled += 1

    def in_window(self, first: datetime, last: datetime) -> list[Ride]:
        """Reservations with a pick-up from ``first`` up to ``last``, by pick-up."""
        found = [ride for ride in self.rides.values() if first <= ride.pickup <= last]
        return sorted(found, key=lambda ride: ride.pickup)

    def guid(self) -> str:
        """A repeatable GUID."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def _keep(self, data: Record, now: datetime, origin: str) -> Ride:
        number = _FIRST_ID + len(self.rides)
        data["segmentId"] = data["segmentId"] or self.guid()
        driver = self._random.choice(self.records.drivers())["employeeId"]
        ride = Ride(number, data, now, now, driver, self._car(data["vehicleTypeId"]), origin)
        ride.plan = [Mark(now, "Booked"), *course(ride.pickup, now, self.limits)]
        self.rides[number] = ride
        return ride

    def _car(self, vehicle_type_id: int) -> int:
        fit = [v for v in self.records.vehicles if v["vehicleTypeId"] == vehicle_type_id and not v["isOutOfService"]]
        return int(self._random.choice(fit)["vehicleId"])


def _seeded(draw: random.Random, records: Records, pickup: datetime) -> Record:
    """A trip of the operator's own, taken by telephone."""
    customer = draw.choice(records.customers)
    hotel = {"displayAddress": f"{draw.randrange(10, 900)} Harbour Street, Port Example"}
    body = {
        "companyId": 1,
        "customerId": customer["customerId"],
        "vehicleTypeId": draw.choice((1, 2)),
        "pricingId": 11,
        "travelType": "Ground",
        "scheduledPickupTime": iso(pickup),
        "estimatedEndTime": iso(pickup + timedelta(hours=1)),
        "estimatedHours": 1.0,
        "passengerCount": draw.randrange(1, 4),
        "fromLocation": hotel,
        "toLocation": {"displayAddress": "1 Terminal Road, Port Example"},
        "primaryPassenger": {"name": f"{customer['firstName']} {customer['lastName']}"},
        "tripType": "Point to Point",
    }
    return bind(RESERVATION, Fields(body))
