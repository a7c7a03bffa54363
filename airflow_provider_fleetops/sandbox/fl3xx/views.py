"""Flights, crews and tickets as the vendor writes them (https://developer.fl3xx.com/reference/flights/getflights)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from airflow_provider_fleetops.sandbox.fl3xx import data
from airflow_provider_fleetops.sandbox.fl3xx.fleet import Fleet
from airflow_provider_fleetops.sandbox.fl3xx.model import Account, Flight, Person, Ticket
from airflow_provider_fleetops.sandbox.fl3xx.times import iso, local, millis, quarter

OPERATOR = {"id": 9, "name": "Sim Air"}
AOC = {"id": 3, "name": "Sim Air AOC"}


def airport_ref(icao: str) -> dict[str, Any]:
    """Return the short airport object."""
    airport = data.AIRPORTS[icao]
    return {
        "aid": airport.id,
        "faa": airport.faa,
        "iata": airport.iata,
        "icao": airport.icao,
        "id": airport.id,
        "localIdentifier": airport.faa,
        "name": airport.name,
    }


def flight_json(fleet: Fleet, flight: Flight, now: datetime) -> dict[str, Any]:
    """Return the flight object of list and single reads, with the seeded nulls and missing keys."""
    shown = {
        **_identity(fleet, flight),
        **_status(flight, now),
        **_route(flight),
        **_plan(flight),
        **_actual(flight, now),
        **_aircraft(fleet, flight),
        **_customer(fleet, flight),
        **_load(flight),
    }
    for name, quirk in flight.quirks.items():
        shown[name] = None
        if quirk == "missing":
            del shown[name]
    return shown


def _identity(fleet: Fleet, flight: Flight) -> dict[str, Any]:
    booking = fleet.bookings[flight.booking_id]
    return {
        "flightId": flight.id,
        "flightNumber": flight.number,
        "flightNumberCompany": f"SIM{flight.id % 1000:03d}",
        "tripNumber": f"{flight.off:%y}-{booking.id % 10_000:04d}",
        "bookingIdentifier": booking.identifier,
        "bookingReference": str(booking.id),
        "quoteId": booking.id,
        "userReference": booking.reference,
    }


def _status(flight: Flight, now: datetime) -> dict[str, Any]:
    word, status = flight.status(now), "OK"
    if flight.cancelled and flight.id % 2:
        status = "CANCELED"
    elif flight.cancelled:
        # Both spellings and both places are in use.
        word = "Cancelled"
    return {
        "flightStatus": word,
        "status": status,
        "postFlightClosed": flight.is_closed(now),
        "workflow": flight.workflow,
        "workflowCustomName": flight.custom,
        "flightType": flight.kind,
        "fplType": "N",
        "fpl": {"flightLevel": 380},
    }


def _route(flight: Flight) -> dict[str, Any]:
    return {
        "airportFrom": flight.origin,
        "airportTo": flight.destination,
        "realAirportFrom": flight.origin,
        "realAirportTo": flight.destination,
        "alternateDepartureAirport": None,
        "alternateFirstArrivalAirport": airport_ref("LKPR"),
        "alternateSecondArrivalAirport": None,
    }


def _plan(flight: Flight) -> dict[str, Any]:
    off, on = flight.estimated_off, flight.estimated_on
    here, there = data.AIRPORTS[flight.origin].zone, data.AIRPORTS[flight.destination].zone
    moved = bool(flight.slip or flight.late)
    return {
        "dateFrom": iso(flight.off),
        "dateTo": iso(flight.off + flight.block),
        "etd": iso(off),
        "eta": iso(on),
        "blockOffEstLocal": local(off, here),
        "blockOffEstUTC": iso(off),
        "blockOnEstLocal": local(on, there),
        "blockOnEstUTC": iso(on),
        "blocksoffestimated": iso(off),
        "blocksonestimated": iso(on),
        "rescheduledDateFrom": iso(off) if moved else None,
        "rescheduledDateTo": iso(on) if moved else None,
    }


def _actual(flight: Flight, now: datetime) -> dict[str, Any]:
    reached = flight.reached(now)
    return {f"realDate{name}": iso(reached.get(name)) for name in ("OUT", "OFF", "ON", "IN")}


def _aircraft(fleet: Fleet, flight: Flight) -> dict[str, Any]:
    aircraft = fleet.aircraft[flight.tail]
    return {
        "registrationNumber": flight.tail,
        "aircraftCategory": aircraft.kind,
        "requestedAircraftType": aircraft.kind,
        "aircraftAOC": AOC,
        "operator": OPERATOR,
    }


def _customer(fleet: Fleet, flight: Flight) -> dict[str, Any]:
    booking = fleet.bookings[flight.booking_id]
    account, customer = fleet.accounts[booking.account_id], fleet.people[booking.customer_id]
    return {
        "accountId": account.id,
        "accountName": account.name,
        "accountReference": account.reference,
        "accountTrigram": account.name[:3].upper(),
        "customerFirstname": customer.first,
        "customerLastname": customer.last,
        "customerId": customer.id,
        "customerTrigram": trigram(customer),
    }


def _load(flight: Flight) -> dict[str, Any]:
    kilos = 900 + 20 * (flight.block.seconds // 60)
    references: list[dict[str, Any]] = [
        {
            "paxType": ticket.kind,
            "documentExternalReference": None,
            "externalReference": ticket.external,
            "paxExternalReference": ticket.pax_external,
            "internalId": ticket.person,
            "isMain": ticket.main,
            "comment": ticket.comment,
            "links": [],
        }
        for ticket in flight.tickets
        if ticket.person
    ]
    return {
        "paxNumber": flight.pax,
        "paxReferences": references,
        "fuelOffBlock": float(kilos),
        "fuelArrival": round(kilos * 0.55, 1),
        "fuelRemainigActual": None,
        "upliftMass": None,
        "fuelMassUnit": "KILOGRAM",
    }


def trigram(person: Person) -> str:
    """Return a person's three letters."""
    return (person.first[:1] + person.last[:2]).upper()


def crew_json(fleet: Fleet, flight: Flight) -> dict[str, Any]:
    """Return the crew of a flight (https://developer.fl3xx.com/reference/flight-crew/createflightcrew)."""
    members = [_member(fleet.people[person], role, index) for index, (person, role) in enumerate(flight.crew)]
    return {"flightId": flight.id, "externalReference": None, "crews": members}


def _member(person: Person, role: str, index: int) -> dict[str, Any]:
    return {
        "pilotId": person.id,
        "externalReference": person.reference,
        "firstName": person.first,
        "middleName": None,
        "lastName": person.last,
        "logName": f"{person.last} {person.first[:1]}",
        "role": role,
        "phone": person.phone,
        "mobile": None,
        "email": person.email,
        "isPilotLanding": index == 1,
        "isPilotTakeoff": index == 0,
        "trigram": trigram(person),
        "weight": 80,
        "weightUnit": "KILOGRAM",
        "luggageWeight": 10,
        "luggageUnit": "KILOGRAM",
        "personnelNumber": f"P{person.id}",
        "gender": person.gender,
        "crewPosition": {
            "id": 60 + index,
            "role": role,
            "name": role,
            "code": role,
            "crewType": "FLIGHT_DECK" if role in data.FLIGHT_DECK else "CABIN",
        },
    }


def ticket_json(ticket: Ticket) -> dict[str, Any]:
    """Return a ticket; one that nobody is assigned to has no ``paxUserId`` at all."""
    shown: dict[str, Any] = {
        "ticketId": ticket.id,
        "paxUserId": ticket.person,
        "paxType": ticket.kind,
        "isMain": ticket.main,
        "comment": ticket.comment,
        "externalReference": ticket.external,
        "internalId": ticket.person,
        "paxExternalReference": ticket.pax_external,
        "paxIdCardId": ticket.person and ticket.person + 500_000,
        "seatOnLap": ticket.lap,
        "links": [],
    }
    if ticket.person is None:
        del shown["paxUserId"]
    return shown


def account_json(account: Account) -> dict[str, Any]:
    """Return an account (https://developer.fl3xx.com/reference/accounts)."""
    return {
        "accountid": account.id,
        "accountNumber": f"A{account.id}",
        "internalId": account.id,
        "externalReference": account.reference,
        "name": account.name,
        "email": f"office{account.id}@example.invalid",
        "phone": None,
        "mobile": None,
        "vatNumber": None,
        "notes": None,
        "address": {"street": "1 Sample Street", "city": "Mocktown", "zip": "0000", "country": "AT", "type": "WORK"},
        "links": [],
    }


def birth(person: Person, shape: str) -> Any:
    """Return a birth date in one of the three notations in use: day, millis, parts."""
    born: date = person.born
    if shape == "parts":
        return [born.year, born.month, born.day]
    return born.isoformat() if shape == "day" else millis(datetime.fromisoformat(f"{born}T00:00:00+00:00"))


def now_quarter(now: datetime) -> str | None:
    """Return the last full quarter of an hour, for stamps that staff set."""
    return iso(quarter(now, 15))
