"""The operator at work: look-ups, changes, scripts, and the events that changes and time give rise to."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from airflow_provider_fleetops.sandbox.fields import Fields
from airflow_provider_fleetops.sandbox.fl3xx import data
from airflow_provider_fleetops.sandbox.fl3xx.build import Planner
from airflow_provider_fleetops.sandbox.fl3xx.errors import conflict, missing
from airflow_provider_fleetops.sandbox.fl3xx.model import Account, Aircraft, Booking, Flight, Person, Task
from airflow_provider_fleetops.sandbox.routes import BadBody

Event = tuple[datetime, str, int]


class Fleet:
    """All records of one seeded operator. ``events`` collects (moment, event name, flight id) for the webhooks."""

    def __init__(self, seed: int, start: datetime) -> None:
        self._planner = Planner(seed, start)
        records = self._planner.records
        self.start = start
        self.aircraft = records.aircraft
        self.accounts = records.accounts
        self.people = records.people
        self.flights = records.flights
        self.bookings = records.bookings
        self.rosters = records.rosters
        self.tasks: dict[int, Task] = {}
        self.documents: dict[tuple[str, int], dict[str, Any]] = {}
        self.qualifications: dict[int, dict[str, Any]] = {}
        self.fuel_prices: dict[str, list[dict[str, Any]]] = {}
        self.events: list[Event] = []
        self.duplicates: list[str] = []
        self._markers: set[tuple[str, str]] = set()
        self._numbers = itertools.count(1)

    def plan(self, now: datetime) -> None:
        """Keep the plan some days ahead of the clock."""
        self._planner.plan(now)

    def next_id(self, base: int) -> int:
        """Return an id that no seeded record has."""
        return base + 50_000 + next(self._numbers)

    def twice(self, kind: str, marker: str | None) -> str | None:
        """Note a business marker; return "duplicate" when the same effect has been ordered before."""
        if not marker:
            return None
        if (kind, marker) in self._markers:
            self.duplicates.append(kind)
            return "duplicate"
        self._markers.add((kind, marker))
        return None

    def announce(self, moment: datetime, event: str, flight: Flight) -> None:
        """Note an event for the webhooks."""
        self.events.append((moment, event, flight.id))

    # -- look-ups ------------------------------------------------------------------------------------------------------

    def flight(self, flight_id: int) -> Flight:
        """Return a flight or refuse with 404."""
        flight = self.flights.get(flight_id)
        if flight is None or not flight.booked:
            raise missing("flight")
        return flight

    def plane(self, tail_or_id: str) -> Aircraft:
        """Return an aircraft by tail or id or refuse with 404."""
        for aircraft in self.aircraft.values():
            if tail_or_id in (aircraft.tail, str(aircraft.id)):
                return aircraft
        raise missing("aircraft")

    def person(self, reference: str) -> Person:
        """Return a person by external reference, id or ``fl3xx_<id>`` or refuse with 404."""
        for person in self.people.values():
            if reference in (person.reference, str(person.id), f"fl3xx_{person.id}"):
                return person
        raise missing("user")

    def account(self, reference: str) -> Account:
        """Return an account by external reference or refuse with 404."""
        for account in self.accounts.values():
            if reference == account.reference:
                return account
        raise missing("account")

    def booking(self, reference: str) -> Booking:
        """Return a booking by its number or own external reference or refuse with 404; the oldest wins."""
        for booking in self.bookings.values():
            if reference in (str(booking.id), booking.reference):
                return booking
        raise missing("booking")

    def airport(self, code: str) -> data.Airport:
        """Return an airport by ICAO, IATA or FAA code or id or refuse with 404."""
        if code not in data.BY_CODE:
            raise missing("airport")
        return data.BY_CODE[code]

    def flights_between(self, start: datetime, end: datetime) -> list[Flight]:
        """Return booked flights whose estimated off-block lies in [start, end), in order."""
        found = [f for f in self.flights.values() if f.booked and start <= f.estimated_off < end]
        return sorted(found, key=lambda flight: (flight.estimated_off, flight.id))

    # -- changes -------------------------------------------------------------------------------------------------------

    def slip(self, flight: Flight, minutes: int, now: datetime) -> None:
        """Delay a flight (negative: bring it forward); after off-block only its arrival moves."""
        reached = flight.reached(now)
        if flight.cancelled or "ON" in reached:
            raise conflict("flight: has landed or is cancelled")
        step = timedelta(minutes=minutes)
        coming = flight.milestones["ON" if "OUT" in reached else "OUT"]
        if minutes < 0 and coming + step <= now:
            raise conflict("minutes: would put what is still to come into the past")
        if "OUT" in reached:
            flight.late += step
        else:
            flight.slip += step
        self.announce(now, "FLIGHT_TIME_UPDATE", flight)

    def cancel(self, flight: Flight, now: datetime) -> None:
        """Cancel a flight that has not left."""
        if flight.cancelled or flight.reached(now):
            raise conflict("flight: has left or is cancelled")
        flight.cancelled = now
        self.announce(now, "FLIGHT_CANCEL", flight)

    def ground(self, tail: str, hours: float, note: str, now: datetime) -> Task:
        """Put an aircraft on ground: an AOG task in its schedule, and a hold item."""
        aircraft = self.plane(tail)
        number = self.next_id(0)
        end = now + timedelta(hours=hours)
        self.tasks[number] = Task(number, aircraft.tail, "AOG", now, end, note, self.place_of(aircraft, now))
        return self.tasks[number]

    def place_of(self, aircraft: Aircraft, now: datetime) -> str:
        """Return the airport where an aircraft stands or to which it is flying."""
        gone = [f for f in self.flights.values() if f.tail == aircraft.tail and f.booked and "OUT" in f.reached(now)]
        return max(gone, key=lambda flight: flight.milestones["OUT"]).destination if gone else aircraft.homebase

    def milestones_between(self, start: datetime, end: datetime) -> Iterable[Event]:
        """Return what time alone has brought about in (start, end]."""
        for flight in self.flights.values():
            if flight.cancelled or not flight.booked:
                continue
            for moment in flight.milestones.values():
                if start < moment <= end:
                    yield moment, "FLIGHT_MOVEMENT_UPDATE", flight.id
            if start < flight.closes() <= end:
                yield flight.closes(), "FLIGHT_POST_FLIGHT_STATUS", flight.id

    # -- scripts -------------------------------------------------------------------------------------------------------

    def script(self, event: str, order: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """Carry out a control event: slip, cancel, status, close, aog, release or pay."""
        fields = Fields.of(order)
        if event in ("aog", "release"):
            return self._script_aircraft(event, fields, now)
        if event == "pay":
            booking = self.booking(fields.text("booking"))
            booking.paid, booking.changed = True, now
            return {"booking": booking.id, "paid": True}
        if event not in ("slip", "cancel", "status", "close"):
            raise BadBody("event: must be one of slip, cancel, status, close, aog, release, pay")
        flight = self.flight(fields.integer("flight"))
        if event == "slip":
            self.slip(flight, fields.integer("minutes", low=-1440, high=1440), now)
        elif event == "cancel":
            self.cancel(flight, now)
        elif event == "status":
            flight.word = fields.text("word", "") or None
        else:
            flight.closed = now
            self.announce(now, "FLIGHT_POST_FLIGHT_STATUS", flight)
        return {"flight": flight.id, "status": flight.status(now)}

    def _script_aircraft(self, event: str, fields: Fields, now: datetime) -> dict[str, Any]:
        tail = self.plane(fields.text("tail")).tail
        if event == "aog":
            hours = fields.number("hours", 24.0, low=0.1, high=720)
            task = self.ground(tail, hours, fields.text("note", "AOG: part required"), now)
            return {"task": f"task_{task.id}", "tail": tail, "airport": task.airport}
        open_tasks = [task for task in self.tasks.values() if task.tail == tail and task.end > now]
        for task in open_tasks:
            task.end = now
        return {"tail": tail, "released": len(open_tasks)}
