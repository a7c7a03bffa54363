"""Builds the seeded world: 8 aircraft, 40 flights a day, from two days before the first moment to three days ahead."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from airflow_provider_fleetops.sandbox.fl3xx import data
from airflow_provider_fleetops.sandbox.fl3xx.model import Account, Aircraft, Booking, Flight, Person, Roster, Ticket
from airflow_provider_fleetops.sandbox.fl3xx.times import quarter

PAST, AHEAD, LONGEST = 2, 3, 60
"""Days before the start, days known ahead of the clock, and the last day after the start that is ever planned."""
LEGS = 5
VIPS = 6
_GENDERS = ("MALE", "FEMALE", "OTHER")
# Keys that a flight may lack, or have as null: clients must not rely on them.
_OPTIONAL = (
    "userReference",
    "quoteId",
    "fpl",
    "alternateSecondArrivalAirport",
    "customerTrigram",
    "requestedAircraftType",
)


@dataclass(slots=True)
class Records:
    """Everything the operator has on file, by id (aircraft by tail)."""

    aircraft: dict[str, Aircraft] = field(default_factory=dict)
    accounts: dict[int, Account] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    flights: dict[int, Flight] = field(default_factory=dict)
    bookings: dict[int, Booking] = field(default_factory=dict)
    rosters: dict[int, Roster] = field(default_factory=dict)
    flight_numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    roster_numbers: Iterator[int] = field(default_factory=lambda: itertools.count(880_001))


class Planner:
    """Plans day after day, so that a day is the same however late it is asked for.

    Only the date of ``start`` matters: ids do not depend on the hour.
    """

    def __init__(self, seed: int, start: datetime) -> None:
        self.records = Records()
        self._rng = random.Random(f"fl3xx-{seed}")
        _aircraft(self.records)
        _accounts(self.records)
        _people(self.records, self._rng)
        self._places = {aircraft.tail: aircraft.homebase for aircraft in self.records.aircraft.values()}
        self._first = start.astimezone(UTC).date()
        self._next = self._first - timedelta(days=PAST)
        self.plan(start)

    def plan(self, now: datetime) -> None:
        """Plan all days up to `AHEAD` of now."""
        until = min(now.astimezone(UTC).date() + timedelta(days=AHEAD), self._first + timedelta(days=LONGEST))
        while self._next <= until:
            _day(self.records, self._rng, self._next, self._places)
            self._next += timedelta(days=1)


def _aircraft(records: Records) -> None:
    for index, (tail, kind, model, category, seats, home, hour) in enumerate(data.FLEET):
        records.aircraft[tail] = Aircraft(501 + index, tail, kind, model, category, seats, home, hour)


def _accounts(records: Records) -> None:
    for index, name in enumerate(data.COMPANIES):
        # Only accounts created through the API have an external reference.
        records.accounts[81 + index] = Account(81 + index, name, f"acc-{81 + index}" if index % 3 else None)


def _people(records: Records, rng: random.Random) -> None:
    for index in range(24):
        role = "Flight Attendant" if index % 3 == 2 else "Pilot"
        person = _person(rng, 3101 + index, 81, crew=role)
        person.reference = f"hr-{person.id}" if index % 2 else None
        records.people[person.id] = person
    for index in range(60):
        person = _person(rng, 41001 + index, 81 + index % len(data.COMPANIES))
        person.reference = f"crm-p-{person.id}" if index % 2 else None
        records.people[person.id] = person


def _person(rng: random.Random, number: int, account: int, crew: str | None = None) -> Person:
    born = date(1955, 1, 1) + timedelta(days=rng.randrange(17_000))
    first, last = rng.choice(data.FIRST_NAMES), rng.choice(data.LAST_NAMES)
    return Person(number, first, last, rng.choice(_GENDERS[:2]), born, account, crew=crew)


def _day(records: Records, rng: random.Random, day: date, places: dict[str, str]) -> None:
    flown: list[Flight] = []
    for index, aircraft in enumerate(records.aircraft.values()):
        crew = _crew_of(index, day)
        flights = _legs(records, rng, aircraft, day, places)
        for flight in flights:
            flight.crew = list(crew)
        flown += flights
        _duties(records, crew, flights)
    _choose_vips(rng, flown)


def _crew_of(index: int, day: date) -> list[tuple[int, str]]:
    """Return two pilots and, on every second tail, an attendant; ids run pilot, pilot, attendant."""
    first = 3101 + 3 * ((index + day.toordinal()) % 8)
    crew = [(first, "CMD"), (first + 1, "FO")]
    return [*crew, (first + 2, "FA")] if index % 2 == 0 else crew


def _legs(records: Records, rng: random.Random, plane: Aircraft, day: date, places: dict[str, str]) -> list[Flight]:
    off = datetime.combine(day, time(plane.first_hour), UTC) + timedelta(minutes=rng.randrange(0, 50, 5))
    flights = []
    for number in range(LEGS):
        origin = places[plane.tail]
        destination = _next_place(rng, plane, origin)
        flight = _flight(records, rng, plane, origin, destination, off)
        if number == 0 and flight.id % 4 == 0:
            _position(flight)
        flights.append(flight)
        off = quarter(off + flight.block + timedelta(minutes=rng.randrange(45, 75)))
        places[plane.tail] = destination
    return flights


def _next_place(rng: random.Random, plane: Aircraft, origin: str) -> str:
    region = data.INDONESIA if plane.homebase in data.INDONESIA else data.EUROPE
    here = data.AIRPORTS[origin]
    near = [code for code in region if 200 < here.distance(data.AIRPORTS[code]) < 1300]
    return rng.choice(near)


def block_time(origin: str, destination: str) -> timedelta:
    """Return a plausible block time: 25 minutes, and 12 kilometres a minute."""
    kilometres = data.AIRPORTS[origin].distance(data.AIRPORTS[destination])
    return timedelta(minutes=5 * round((25 + kilometres / 12) / 5))


def _flight(
    records: Records, rng: random.Random, plane: Aircraft, origin: str, destination: str, off: datetime
) -> Flight:
    number = next(records.flight_numbers)
    booking = _booking(records, rng, number, plane, off)
    flight = Flight(
        id=7_001_000 + number,
        number=f"SIM{number}",
        tail=plane.tail,
        origin=origin,
        destination=destination,
        off=off,
        block=block_time(origin, destination),
        booking_id=booking.id,
        pax=rng.randrange(1, plane.seats),
        delay=timedelta(minutes=rng.choice((-2, 0, 0, 3, 5, 8, 12))),
        quirks={name: word for name in _OPTIONAL if (word := rng.choice(("", "", "null", "missing")))},
    )
    flight.tickets = _tickets(rng, flight, booking.account_id)
    booking.flights.append(flight.id)
    records.flights[flight.id] = flight
    return flight


def _booking(records: Records, rng: random.Random, number: int, plane: Aircraft, off: datetime) -> Booking:
    account = 81 + rng.randrange(len(data.COMPANIES))
    letters = "".join(rng.choice("BCDFGHJKLMNPQRSTVWXZ") for _ in range(5))
    made = off - timedelta(days=3, minutes=rng.randrange(5000))
    booking = Booking(
        id=5_600_000 + number,
        identifier=letters,
        status="B",
        account_id=account,
        customer_id=41_001 + account - 81,
        tail=plane.tail,
        created=made,
        changed=made,
        reference=f"erp-{number}" if number % 5 == 0 else None,
        paid=rng.random() < 0.6,
        price={"currency": "EUR", "net": 9000 + 10 * rng.randrange(900)},
    )
    records.bookings[booking.id] = booking
    return booking


def _tickets(rng: random.Random, flight: Flight, account: int) -> list[Ticket]:
    """Return as many tickets as booked seats; some have nobody assigned yet."""
    known = [41_001 + (account - 81) + len(data.COMPANIES) * index for index in range(6)]
    chosen = [*rng.sample(known, min(flight.pax, len(known))), *[None] * flight.pax][: flight.pax]
    tickets = []
    for index, person in enumerate(chosen):
        assigned = person if rng.random() < 0.85 else None
        tickets.append(Ticket(flight.id * 20 + index, assigned, rng.choice(("MALE", "FEMALE")), main=index == 0))
    return tickets


def _position(flight: Flight) -> None:
    """Turn a flight into a positioning flight: a leg without passengers."""
    flight.kind, flight.workflow, flight.custom, flight.pax = "POS", "INTERNAL", "Positioning", 0
    flight.tickets.clear()


def _choose_vips(rng: random.Random, flown: list[Flight]) -> None:
    """Mark passenger flights that arrive within the working day as VIP; spread the rest over other workflows."""
    pax = [flight for flight in flown if flight.kind == "PAX"]
    daytime = [flight for flight in pax if 8 <= flight.estimated_on.hour < 17]
    for flight in pax:
        flight.custom = rng.choice(("Charter Gold", "Charter Gold", "Charter Silver", "Owner"))
        flight.workflow = "PRIVATE" if flight.custom == "Owner" else "CHARTER"
    for flight in rng.sample(daytime, VIPS):
        flight.custom, flight.workflow = "VIP", "CHARTER"


def _duties(records: Records, crew: list[tuple[int, str]], flights: list[Flight]) -> None:
    start, end = flights[0].off - timedelta(hours=1), flights[-1].estimated_on + timedelta(minutes=30)
    for member, _ in crew:
        number = next(records.roster_numbers)
        records.rosters[number] = Roster(number, member, 14, start, end)
