"""Quotes, bookings and their legs (https://developer.fl3xx.com/docs/create-a-booking, /docs/modifying)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from airflow_provider_fleetops.sandbox.fields import Fields
from airflow_provider_fleetops.sandbox.fl3xx import bookings
from airflow_provider_fleetops.sandbox.fl3xx.customers import find_account
from airflow_provider_fleetops.sandbox.fl3xx.errors import conflict, missing
from airflow_provider_fleetops.sandbox.fl3xx.fleet import Fleet
from airflow_provider_fleetops.sandbox.fl3xx.handlers import V1, Row, choice, number
from airflow_provider_fleetops.sandbox.fl3xx.model import Booking, Flight
from airflow_provider_fleetops.sandbox.fl3xx.times import iso, read_minute
from airflow_provider_fleetops.sandbox.fl3xx.views import airport_ref
from airflow_provider_fleetops.sandbox.routes import Call, Reply

_FILTERS = ("PAID", "NOT_PAID", "READY_TO_INVOICE", "NOT_TRANSFERED")


def lookup(fleet: Fleet, call: Call) -> Reply:
    """Check price and feasibility; stores nothing."""
    body = Fields.of(call.object())
    account = find_account(fleet, body.fields("customer"), named=True)
    legs = [bookings.read_leg(row) for row in body.rows("legs", high=bookings.MOST_LEGS)]
    if body.has("aircraft"):
        fleet.plane(body.text("aircraft"))
    minutes = sum(int(leg.block.total_seconds() // 60) for leg in legs)
    shown = [
        {"departureAirport": leg.origin, "arrivalAirport": leg.destination, "pax": leg.pax, "warnings": []}
        for leg in legs
    ]
    # Without a pricing rule for the account the price is 0.
    price = {"currency": "EUR", "net": 60 * minutes if account else 0, "gross": 0, "vat": 0, "vatPerc": 0}
    return Reply.of({"aircraft": body.data.get("aircraft"), "price": price, "legs": shown})


def create_quote(fleet: Fleet, call: Call) -> Reply:
    """Create a quote. Not idempotent."""
    return _create(fleet, call, "Q")


def create_booking(fleet: Fleet, call: Call) -> Reply:
    """Create a confirmed booking, whose legs are flights at once. Not idempotent."""
    return _create(fleet, call, "B")


def _create(fleet: Fleet, call: Call, status: str) -> Reply:
    booking = bookings.store(fleet, Fields.of(call.object()), status, call.world)
    return Reply.of(
        bookings.booking_json(fleet, booking, call.world),
        effect=f"booking:{booking.id} created",
        broke=fleet.twice("booking", booking.reference),
        subjects=(str(booking.id), *map(str, booking.flights)),
    )


def update_quote(fleet: Fleet, call: Call) -> Reply:
    """Replace a quote."""
    booking = fleet.booking(call.params["reference"])
    if booking.status != "Q":
        raise conflict("reference: is a booking; change it as such")
    return _update(fleet, call, booking)


def update_booking(fleet: Fleet, call: Call) -> Reply:
    """Replace a booking: the whole object."""
    booking = fleet.booking(call.params["bookingReference"])
    if booking.status != "B":
        raise conflict("bookingReference: is not a booking")
    return _update(fleet, call, booking)


def _update(fleet: Fleet, call: Call, booking: Booking) -> Reply:
    bookings.store(fleet, Fields.of(call.object()), booking.status, call.world, booking)
    shown = bookings.booking_json(fleet, booking, call.world)
    return Reply.of(shown, effect=f"booking:{booking.id} changed", subjects=(str(booking.id),))


def get_quote(fleet: Fleet, call: Call) -> Reply:
    """Return a quote or booking by number or external reference."""
    booking = fleet.booking(call.params["reference"])
    return Reply.of(bookings.booking_json(fleet, booking, call.world))


def list_bookings(fleet: Fleet, call: Call) -> Reply:
    """Return bookings changed since ``lastRequest``, a page of them."""
    wanted = choice(call, "filter", _FILTERS, "PAID")
    number_ = number("page", call.one("page") or "0", high=10**6)
    size = number("size", call.one("size") or "10", low=1, high=500)
    found = [one for one in _changed(fleet, call, ("B", "F")) if _is(fleet, one, wanted, call.world)]
    page = found[number_ * size : (number_ + 1) * size]
    return Reply.of([bookings.booking_json(fleet, booking, call.world) for booking in page])


def list_not_booked(fleet: Fleet, call: Call) -> Reply:
    """Return open quotes changed since ``lastRequest``."""
    return Reply.of([bookings.booking_json(fleet, one, call.world) for one in _changed(fleet, call, ("Q",))])


def _changed(fleet: Fleet, call: Call, statuses: tuple[str, ...]) -> list[Booking]:
    since = read_minute("lastRequest", call.one("lastRequest"))
    found = [one for one in fleet.bookings.values() if one.status in statuses and since <= one.changed <= call.world]
    for name, field in (("customerId", "customer_id"), ("customerAccountId", "account_id")):
        if text := call.one(name):
            wanted = number(name, text)
            found = [one for one in found if getattr(one, field) == wanted]
    return sorted(found, key=lambda booking: (booking.changed, booking.id))


def _is(fleet: Fleet, booking: Booking, wanted: str, now: datetime) -> bool:
    if wanted == "READY_TO_INVOICE":
        return bool(booking.flights) and all(fleet.flights[one].is_closed(now) for one in booking.flights)
    return wanted != "NOT_TRANSFERED" and booking.paid == (wanted == "PAID")


def snapshot(fleet: Fleet, call: Call) -> Reply:
    """Return the itinerary as it was sold."""
    booking = fleet.booking(call.params["reference"])
    if booking.status == "Q":
        raise missing("snapshot")
    legs = booking.sold or [bookings.leg_json(fleet, fleet.flights[one]) for one in booking.flights]
    return Reply.of({"grossPrice": booking.price.get("gross", 0), "legs": legs})


def price(fleet: Fleet, call: Call) -> Reply:
    """Answer for the pricing path, whose parameters are not known."""
    return Reply.of({"currency": "EUR", "net": 0, "gross": 0, "vat": 0, "vatPerc": 0})


def history(fleet: Fleet, call: Call) -> Reply:
    """Return what happened to a quote; the path has been seen, the shape is assumed."""
    booking = fleet.booking(call.params["id"])
    steps = (("CREATED", booking.created), ("CHANGED", booking.changed))
    return Reply.of([{"action": action, "date": iso(moment)} for action, moment in steps])


def empty_legs(fleet: Fleet, call: Call) -> Reply:
    """Return positioning flights to come, which staff has put up for sale; the shape of a row is assumed."""
    coming = [f for f in fleet.flights.values() if f.kind == "POS" and f.booked and not f.cancelled]
    shown = [bookings.leg_json(fleet, f) | {"price": 0} for f in coming if f.estimated_off > call.world]
    return Reply.of(shown)


def leg_dto(fleet: Fleet, flight: Flight) -> dict[str, Any]:
    """Return a leg as the itinerary shows it."""
    block = int(flight.block.total_seconds() // 60)
    return {
        "id": flight.leg_id,
        "flightId": flight.id,
        "flightNumber": flight.number,
        "flightNumberSource": "FLO",
        "flightTimeSource": "FL3XX",
        "aircraftId": fleet.aircraft[flight.tail].id,
        "aircraftTailNumber": flight.tail,
        "block": block,
        "from": airport_ref(flight.origin),
        "to": airport_ref(flight.destination),
        "earliestDeparture": iso(flight.estimated_off),
        "latestArrival": iso(flight.estimated_on),
        "passengers": flight.pax,
        "cargoUnit": "KILOGRAM",
        "postFlightLocked": False,
        "status": "CANCELED" if flight.cancelled else "OK",
        "warnings": [],
        "worstStatus": "NA",
    }


def list_legs(fleet: Fleet, call: Call) -> Reply:
    """Return the legs of a quote or booking."""
    booking = fleet.booking(call.params["reference"])
    return Reply.of([leg_dto(fleet, fleet.flights[one]) for one in booking.flights])


def add_leg(fleet: Fleet, call: Call) -> Reply:
    """Add a leg. Not idempotent: the same leg twice is two flights."""
    booking = fleet.booking(call.params["bookingReference"])
    body = Fields.of(call.object())
    leg, tail = bookings.read_leg(body), bookings.tail_of(fleet, body, booking.tail)
    flight = bookings.add_leg(fleet, booking, leg, call.world)
    bookings.fly_with(fleet, flight, tail, call.world)
    marker = f"{booking.id}/{leg.origin}/{leg.destination}/{iso(leg.off)}"
    return Reply.of(
        leg_dto(fleet, flight),
        effect=f"leg:{flight.id} created",
        broke=fleet.twice("leg", marker),
        subjects=(str(booking.id), str(flight.id)),
    )


def update_leg(fleet: Fleet, call: Call) -> Reply:
    """Change a leg of a booking."""
    booking = fleet.booking(call.params["bookingReference"])
    return _change(fleet, call, booking, _leg(fleet, booking, call))


def update_leg_by_id(fleet: Fleet, call: Call) -> Reply:
    """Change a leg by its own id, as one guide shows."""
    for flight in fleet.flights.values():
        if flight.leg_id == call.params["legId"]:
            return _change(fleet, call, fleet.bookings[flight.booking_id], flight)
    raise missing("leg")


def _change(fleet: Fleet, call: Call, booking: Booking, flight: Flight) -> Reply:
    body = Fields.of(call.object())
    leg, tail = bookings.read_leg(body), bookings.tail_of(fleet, body, flight.tail)
    bookings.change_leg(fleet, flight, leg, call.world)
    bookings.fly_with(fleet, flight, tail, call.world)
    booking.changed = call.world
    return Reply.of(leg_dto(fleet, flight), effect=f"leg:{flight.id} changed", subjects=(str(flight.id),))


def remove_leg(fleet: Fleet, call: Call) -> Reply:
    """Remove a leg: its flight is cancelled."""
    booking = fleet.booking(call.params["bookingReference"])
    flight = _leg(fleet, booking, call)
    fleet.cancel(flight, call.world)
    booking.changed = call.world
    return Reply(200, effect=f"leg:{flight.id} removed", subjects=(str(flight.id),))


def _leg(fleet: Fleet, booking: Booking, call: Call) -> Flight:
    wanted = number("flightId", call.params["flightId"])
    if wanted not in booking.flights:
        raise missing("leg")
    return fleet.flights[wanted]


def quote_routes() -> list[Row]:
    """Return the rows of this module."""
    quote, leg = f"{V1}/quote", f"{V1}/leg"
    one_leg = f"{leg}/{{bookingReference}}/{{flightId}}"
    return [
        ("quote.lookup", "POST", f"{quote}/lookup", "documented", lookup),
        ("quote.create", "POST", quote, "documented", create_quote),
        ("quote.update", "PUT", f"{quote}/{{reference}}", "documented", update_quote),
        ("quote.get", "GET", f"{quote}/{{reference}}", "documented", get_quote),
        ("booking.create", "POST", f"{quote}/book", "documented", create_booking),
        ("flight_booking.create", "POST", f"{V1}/flight/quote/book", "documented", create_booking),
        ("booking.update", "PUT", f"{quote}/book/{{bookingReference}}", "documented", update_booking),
        ("bookings.list", "GET", f"{quote}/bookings", "documented", list_bookings),
        ("quotes.list", "GET", f"{quote}/notbooked", "documented", list_not_booked),
        ("booking.sold_snapshot", "GET", f"{quote}/{{reference}}/bookedSnapshot", "documented", snapshot),
        ("quote.price", "GET", f"{quote}/price", "documented", price),
        ("quote.history", "GET", f"{quote}/{{id}}/history", "seen", history),
        ("empty_legs.list", "GET", f"{quote}/legs/empty", "documented", empty_legs),
        ("legs.list", "GET", f"{leg}/{{reference}}", "documented", list_legs),
        ("leg.add", "POST", f"{leg}/{{bookingReference}}", "documented", add_leg),
        ("leg.update", "PUT", one_leg, "documented", update_leg),
        ("leg.update_by_id", "PUT", f"{leg}/{{legId}}", "documented", update_leg_by_id),
        ("leg.remove", "DELETE", one_leg, "documented", remove_leg),
    ]
