"""How a body becomes a quote or booking, and how both are written (https://developer.fl3xx.com/docs/quote-bookings)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from airflow_provider_fleetops.sandbox.fields import Fields
from airflow_provider_fleetops.sandbox.fl3xx import data
from airflow_provider_fleetops.sandbox.fl3xx.build import block_time
from airflow_provider_fleetops.sandbox.fl3xx.customers import account_of, customer_of
from airflow_provider_fleetops.sandbox.fl3xx.errors import Refusal, conflict
from airflow_provider_fleetops.sandbox.fl3xx.fleet import Fleet
from airflow_provider_fleetops.sandbox.fl3xx.model import Booking, Flight
from airflow_provider_fleetops.sandbox.fl3xx.times import iso, millis, minute, read_minute
from airflow_provider_fleetops.sandbox.fl3xx.views import account_json, airport_ref

MOST_LEGS = 20
PRICES = ("price", "accountPrice", "quotePrice")


@dataclass(frozen=True, slots=True)
class Leg:
    """A leg as ordered; ``block`` comes from the arrival sent, or is worked out."""

    origin: str
    destination: str
    off: datetime
    block: timedelta
    pax: int
    workflow: str
    custom: str


def read_leg(body: Fields) -> Leg:
    """Read a leg; UTC wins over the airport's local time, unknown airports are a 422."""
    origin, destination = _airport(body, "departureAirport"), _airport(body, "arrivalAirport")
    off = _time(body, "departureDate", origin)
    on = _time(body, "arrivalDate", destination) if body.has("arrivalDate") or body.has("arrivalDateUTC") else None
    block = on - off if on else block_time(origin, destination)
    if not timedelta(minutes=1) <= block <= timedelta(hours=20):
        raise conflict(f"{body.where}arrivalDate: must lie after departureDate, by 20 hours at most")
    return Leg(
        origin,
        destination,
        off,
        block,
        body.integer("pax", 0, high=400),
        body.text("workflow", "CHARTER", high=40),
        body.text("workflowCustomName", "Charter Gold", high=80),
    )


def _airport(body: Fields, name: str) -> str:
    code = body.text(name, high=10)
    if code not in data.BY_CODE:
        raise conflict(f"{body.where}{name}: is not a known airport")
    return data.BY_CODE[code].icao


def _time(body: Fields, name: str, icao: str) -> datetime:
    if body.has(f"{name}UTC"):
        return read_minute(body.name(f"{name}UTC"), body.text(f"{name}UTC"), ZoneInfo("UTC"))
    return read_minute(body.name(name), body.text(name), ZoneInfo(data.AIRPORTS[icao].zone))


def store(fleet: Fleet, body: Fields, status: str, now: datetime, known: Booking | None = None) -> Booking:
    """Create a quote (Q) or booking (B), or replace a known one whole."""
    legs = [read_leg(row) for row in body.rows("legs", high=MOST_LEGS)]
    tail = tail_of(fleet, body, "" if status == "B" else next(iter(fleet.aircraft)))
    _check_open(fleet, known, legs, now)
    customer = body.fields("customer")
    prices = {name: dict(body.fields(name).data) for name in PRICES if body.has(name)}
    more = {"avinodeQuoteId": body.text("avinodeQuoteId", high=80)} if body.has("avinodeQuoteId") else {}
    texts = {name: body.text(name, "", high=5000) for name in ("externalReference", "origin", "comment")}
    account = account_of(fleet, customer)
    person = customer_of(fleet, customer, account)
    booking = known or _new(fleet, status, now)
    booking.status, booking.tail, booking.changed = status, tail, now
    booking.account_id, booking.customer_id, booking.price = account.id, person.id, prices.pop("price", {})
    booking.more = prices | more
    booking.reference = texts["externalReference"] or booking.reference
    booking.origin, booking.comment = texts["origin"] or booking.origin, texts["comment"] or None
    _set_legs(fleet, booking, legs, now)
    if status == "B" and not booking.sold:
        booking.sold = [leg_json(fleet, fleet.flights[number]) for number in booking.flights]
    return booking


def tail_of(fleet: Fleet, body: Fields, default: str) -> str:
    """Return the tail that a body names; without one, and without a default, it is refused."""
    wanted = body.text("aircraft", default) if default else body.text("aircraft")
    try:
        return fleet.plane(wanted).tail
    except Refusal:
        raise conflict("aircraft: is not known") from None


def _new(fleet: Fleet, status: str, now: datetime) -> Booking:
    number = fleet.next_id(5_600_000)
    letters = "".join("BCDFGHJKLM"[int(digit)] for digit in f"{number % 100_000:05d}")
    fleet.bookings[number] = Booking(number, letters, status, 0, 0, "", now, now)
    return fleet.bookings[number]


def _check_open(fleet: Fleet, known: Booking | None, legs: list[Leg], now: datetime) -> None:
    """Refuse before anything is changed: legs that have left can be neither changed nor dropped."""
    live = _live(fleet, known) if known else []
    for index, flight in enumerate(live):
        if flight.reached(now) and (index >= len(legs) or legs[index] != as_leg(flight)):
            raise conflict(f"legs[{index}]: has left")


def _live(fleet: Fleet, booking: Booking) -> list[Flight]:
    flights = (fleet.flights[number] for number in booking.flights)
    return [flight for flight in flights if not flight.cancelled]


def _set_legs(fleet: Fleet, booking: Booking, legs: list[Leg], now: datetime) -> None:
    """Match legs to the booking's flights in order: change, add, cancel."""
    live = _live(fleet, booking)
    for flight, leg in zip(live, legs, strict=False):
        change_leg(fleet, flight, leg, now)
    for flight in live[len(legs) :]:
        fleet.cancel(flight, now)
    for leg in legs[len(live) :]:
        add_leg(fleet, booking, leg, now)
    for number in booking.flights:
        fly_with(fleet, fleet.flights[number], booking.tail, now)


def fly_with(fleet: Fleet, flight: Flight, tail: str, now: datetime) -> None:
    """Let an aircraft fly it; the same one again is no change."""
    if flight.tail != tail:
        flight.tail = tail
        fleet.announce(now, "FLIGHT_AIRCRAFT_UPDATE", flight)


def add_leg(fleet: Fleet, booking: Booking, leg: Leg, now: datetime) -> Flight:
    """Add a leg; on a booking it is a flight at once."""
    number = fleet.next_id(7_001_000)
    flight = Flight(
        id=number,
        number=f"SIM{number % 100_000}",
        tail=booking.tail,
        origin=leg.origin,
        destination=leg.destination,
        off=leg.off,
        block=leg.block,
        booking_id=booking.id,
        pax=leg.pax,
        kind="PAX" if leg.pax else "POS",
        workflow=leg.workflow,
        custom=leg.custom,
        booked=booking.status == "B",
    )
    fleet.flights[number] = flight
    booking.flights.append(number)
    booking.changed = now
    if flight.booked:
        fleet.announce(now, "FLIGHT_CREATE", flight)
    return flight


def as_leg(flight: Flight) -> Leg:
    """Return the leg that would order a flight as it is."""
    return Leg(
        flight.origin,
        flight.destination,
        flight.estimated_off,
        flight.block,
        flight.pax,
        flight.workflow,
        flight.custom,
    )


def change_leg(fleet: Fleet, flight: Flight, leg: Leg, now: datetime) -> None:
    """Change a leg that has not left; the same leg again is no change."""
    current = as_leg(flight)
    if leg == current:
        return
    if flight.cancelled or flight.reached(now):
        raise conflict("leg: has left or is cancelled")
    flight.off, flight.block, flight.slip = leg.off, leg.block, timedelta()
    flight.origin, flight.destination, flight.pax = leg.origin, leg.destination, leg.pax
    flight.workflow, flight.custom = leg.workflow, leg.custom
    for event, differs in (
        ("FLIGHT_TIME_UPDATE", (leg.off, leg.block) != (current.off, current.block)),
        ("FLIGHT_AIRPORT_UPDATE", (leg.origin, leg.destination) != (current.origin, current.destination)),
        ("FLIGHT_PAX_COUNT_UPDATE", leg.pax != current.pax),
    ):
        if differs:
            fleet.announce(now, event, flight)


def leg_json(fleet: Fleet, flight: Flight) -> dict[str, Any]:
    """Return a leg in the quote's notation: pairs of local and UTC minutes without a zone."""
    here, there = data.AIRPORTS[flight.origin], data.AIRPORTS[flight.destination]
    block = int(flight.block.total_seconds() // 60)
    return {
        "id": flight.leg_id,
        "departureAirport": flight.origin,
        "arrivalAirport": flight.destination,
        "departureAirportObj": airport_ref(flight.origin),
        "arrivalAirportObj": airport_ref(flight.destination),
        "departureDate": minute(flight.estimated_off, here.zone),
        "departureDateUTC": minute(flight.estimated_off),
        "arrivalDate": minute(flight.estimated_on, there.zone),
        "arrivalDateUTC": minute(flight.estimated_on),
        "pax": flight.pax,
        "workflow": flight.workflow,
        "workflowCustomName": flight.custom,
        "flightTime": block - 19,
        "blockTime": block,
        "distance": round(here.distance(there) / 1.852),
        "status": "CANCELED" if flight.cancelled else "OK",
        "aircraft": flight.tail,
        "crew": [],
        "flightInfo": {"flightId": flight.id, "fplType": "N", "flightType": flight.kind},
        "warnings": [{"type": "AIRPORT_OPENING_HOURS_RESTRICTED"}] if flight.destination == "LSZB" else [],
    }


def booking_json(fleet: Fleet, booking: Booking, now: datetime) -> dict[str, Any]:
    """Return a quote or booking."""
    flights = [fleet.flights[number] for number in booking.flights]
    person = fleet.people[booking.customer_id]
    return {
        "bookingid": booking.id,
        "rootBookingid": booking.id,
        "bookingIdentifier": booking.identifier,
        "quoteNumber": f"Q-{booking.id % 10_000}",
        "tripNumber": f"{booking.created:%y}-{booking.id % 10_000:04d}",
        "status": booking.status,
        "externalReference": booking.reference,
        "aircraft": booking.tail,
        "aircraftObj": {"id": fleet.aircraft[booking.tail].id, "tailNumber": booking.tail},
        "customer": {
            "externalReference": person.reference,
            "firstName": person.first,
            "lastName": person.last,
            "email": person.email,
            "account": account_json(fleet.accounts[booking.account_id]),
        },
        "origin": booking.origin,
        "comment": booking.comment,
        "createdDate": millis(booking.created),
        "bookingDateUTC": iso(booking.created),
        "postFlightClosed": bool(flights) and all(flight.is_closed(now) for flight in flights),
        "price": {"currency": "EUR", "net": 0, "gross": 0, "vat": 0, "vatPerc": 0, **booking.price},
        "legs": [leg_json(fleet, flight) for flight in flights],
        "links": [],
        **booking.more,
    }
