"""The dispatch documents as the world has them before anybody writes to them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow_provider_fleetops.sandbox.fl3xx.fleet import Fleet
from airflow_provider_fleetops.sandbox.fl3xx.model import Flight, Person, Ticket
from airflow_provider_fleetops.sandbox.fl3xx.times import millis
from airflow_provider_fleetops.sandbox.fl3xx.views import birth

_EXPIRY = datetime(2033, 6, 30, tzinfo=UTC)


def _root(fleet: Fleet, flight: Flight) -> dict[str, Any]:
    return {
        "flightId": flight.id,
        "bookingId": flight.booking_id,
        "booking": {"id": flight.booking_id, "bookingIdentifier": fleet.bookings[flight.booking_id].identifier},
        "aircraftId": fleet.aircraft[flight.tail].id,
    }


def pax_details(fleet: Fleet, flight: Flight, now: datetime) -> dict[str, Any]:
    """Return names, birth dates, passports, all invented (https://developer.fl3xx.com/reference/flight-pax-details)."""
    tickets = [_pax_ticket(fleet, flight, ticket) for ticket in flight.tickets]
    return {
        **_root(fleet, flight),
        "flight": {"id": flight.id, "flightNumber": flight.number},
        "tailNumber": flight.tail,
        "mtowUnit": "KILOGRAM",
        "reducedRestEnabled": False,
        "petsAllowed": False,
        "cargoAllowed": True,
        "crewBrief": {"by": None, "crewNotes": None, "flightSelection": {}, "id": flight.id, "status": "OK"},
        "pax": {"by": "OPERATOR", "id": flight.id, "paxCount": flight.pax, "status": "OK", "tickets": tickets},
        "cargo": [],
        "animal": [],
        "activeNoFlyLists": [],
        "tsa": {"enabledForFlight": False, "disabledReason": "NOT_TSA_APPLICABLE", "hasChanges": False, "changes": {}},
    }


def _pax_ticket(fleet: Fleet, flight: Flight, ticket: Ticket) -> dict[str, Any]:
    person = fleet.people[ticket.person] if ticket.person else None
    # Both spellings of the key are in use.
    key = "id" if flight.id % 2 else "ticketid"
    return {
        key: ticket.id,
        "paxType": ticket.kind,
        "type": "PAX",
        "status": "PENDING",
        "main": ticket.main,
        "seatOnLap": ticket.lap,
        "luggageWeight": 15,
        "checkInStatus": None,
        "okForBoarding": False,
        "tsaCleared": False,
        "tsaPendingResponse": False,
        "sanctionList": "OK",
        "visa": "NR",
        "paxUser": _pax_user(fleet, person) if person else None,
        "idCard": _id_card(person) if person else None,
    }


def _pax_user(fleet: Fleet, person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "firstName": person.first,
        "middleName": None,
        "lastName": person.last,
        "accountName": fleet.accounts[person.account_id].name,
        "gender": person.gender,
        "status": "ACTIVE",
        "birthDate": birth(person, "millis"),
        "birthPlace": "Mocktown",
        "salutation": "unDef",
        "emailAddress": person.email,
        "phoneNumber": person.phone,
        "preferences": [],
    }


def _id_card(person: Person) -> dict[str, Any]:
    return {
        "id": person.id + 500_000,
        "number": f"X{person.id:07d}",
        "type": "PASSPORT",
        "userId": person.id,
        "issueCountry": {"id": 14, "name": "Austria", "iso2": "AT", "iso3": "AUT"},
        "issueDate": millis(_EXPIRY - timedelta(days=3650)),
        "expirationDate": millis(_EXPIRY),
        "main": True,
        "visaType": None,
    }


def services(fleet: Fleet, flight: Flight, now: datetime) -> dict[str, Any]:
    """Return ground services (https://developer.fl3xx.com/reference/flight-ground-services)."""
    return {
        **_root(fleet, flight),
        "catering": {},
        "cateringList": [],
        "arrivalCatering": {},
        "arrivalCateringList": [],
        "departureHandler": _handler(flight, flight.id * 10, now),
        "arrivalHandler": _handler(flight, flight.id * 10 + 1, now),
        "departureHotac": [],
        "arrivalHotac": [],
        "departureGroundTransportation": [],
        "arrivalGroundTransportation": [],
    }


def _handler(flight: Flight, number: int, now: datetime) -> dict[str, Any]:
    requested = now >= flight.estimated_off - timedelta(days=1)
    status = ("OK_REVISED" if flight.slip else "OK") if requested else "INIT"
    return {
        "id": number,
        "company": "Mock Handling",
        "by": "HANDLER",
        "status": status,
        "cancellationRequired": False,
        "cost": None,
        "price": None,
        "documents": [],
        "externalSource": "B2C",
        "handlingType": "HANDLING_REQUEST",
        "requestedDate": millis(flight.off - timedelta(days=1)),
        "serviceLogs": [],
        "useFboOne": False,
        "useMyHandling": False,
    }


def postflight(fleet: Fleet, flight: Flight, now: datetime) -> dict[str, Any]:
    """Return post-flight (https://developer.fl3xx.com/reference/flight-post-flight)."""
    return {
        **_root(fleet, flight),
        "tailNumber": flight.tail,
        "startHobbs": None,
        "endHobbs": None,
        "ftlComments": None,
        "time": _post_time(fleet, flight, now),
        "estimatedTimes": {
            "blocksOff": millis(flight.estimated_off),
            "takeOff": millis(flight.estimated_off + timedelta(minutes=10)),
            "landing": millis(flight.estimated_on - timedelta(minutes=5)),
            "blocksOn": millis(flight.estimated_on),
        },
        "fuel": {"fuelType": "JET_A1", "uplift": 1500.0, "upliftUnit": "LITER", "fuelRemainigActual": None},
        "arrFuel": {},
        "fuelProviders": [],
        "cargo": {"cargoUnit": "KILOGRAM", "cargoWeight": 0},
        "deice": {},
        "documents": {"status": "INIT", "documents": []},
        "preFlight": {"status": "OK"},
        "trafficReportPanel": {},
    }


def _post_time(fleet: Fleet, flight: Flight, now: datetime) -> dict[str, Any]:
    reached = flight.reached(now)
    late = flight.slip + max(flight.delay, timedelta()) > timedelta(minutes=15)
    pilots = [_duty(flight, person, role) for person, role in flight.crew]
    return {
        "id": flight.id,
        "status": "OK" if flight.is_closed(now) else "INIT",
        "by": None,
        "dep": {
            "blocksOff": millis(reached.get("OUT")),
            "takeOff": millis(reached.get("OFF")),
            "delayOffBlockReason": "LATE PAX" if late and "OUT" in reached else None,
            "delayTakeOffReason": None,
            "pax": flight.pax,
            **fleet.documents.get(("dep delays", flight.id), {}),
        },
        "arr": {
            "landing": millis(reached.get("ON")),
            "blocksOn": millis(reached.get("IN")),
            "delayLandingReason": None,
            "delayOnBlockReason": None,
            **fleet.documents.get(("arr delays", flight.id), {}),
        },
        "flight": {"techlogNumber": None},
        "dtls2": pilots,
    }


def _duty(flight: Flight, person: int, role: str) -> dict[str, Any]:
    # Seconds as a float here, though every neighbour has milliseconds.
    return {"userId": person, "pilotRole": role, "checkin": (flight.estimated_off - timedelta(hours=1)).timestamp()}


def preflight(fleet: Fleet, flight: Flight, now: datetime) -> dict[str, Any]:
    """Return pre-flight; seen in use, not documented. ``flight`` is null without a crew."""
    crew = {
        role: {"user": {"id": person}, "pilotRole": role, "warnings": {"messages": []}} for person, role in flight.crew
    }
    return {
        **_root(fleet, flight),
        "flight": {"id": flight.id} if flight.crew else None,
        "tailNumber": flight.tail,
        "crewBrief": {"status": "OK", "by": None, "crewNotes": None},
        "crewAssign": {
            "status": "OK" if crew else "INIT",
            "commander": crew.get("CMD"),
            "firstOfficer": crew.get("FO"),
        },
        "dutyTimeLim": {"status": "OK", "dtls2": [_duty(flight, person, role) for person, role in flight.crew]},
        "flightDetails": {"dep": {"handlerName": "Mock Handling"}, "arr": {"handlerName": "Mock Handling"}},
        "detailsDeparture": {"slot": "NR", "ppr": "NR", "fuel": "REQ"},
        "detailsArrival": {"slot": "OK_REVISED" if flight.slip else "OK", "ppr": "NR"},
        "warnings": [],
    }


def migration(fleet: Fleet, flight: Flight, now: datetime) -> dict[str, Any]:
    """Border control and customs on both ends."""
    status = "OK_REVISED" if flight.slip else "OK"
    half: dict[str, Any] = {
        "status": status,
        "by": "PERMIT_PROVIDER",
        "notes": None,
        "documents": [],
        "permitProviderId": None,
    }
    return {
        "departureMigration": {"id": flight.id * 10 + 2, **half},
        "arrivalMigration": {"id": flight.id * 10 + 3, **half},
    }


def screening(fleet: Fleet, flight: Flight, now: datetime) -> dict[str, Any]:
    """Return sanction or visa statuses of everybody on board."""
    crew = [person for person, _ in flight.crew]
    pax = [ticket.person for ticket in flight.tickets if ticket.person]
    return {"crew": [_screened(person) for person in crew], "passengers": [_screened(person) for person in pax]}


def _screened(person: int) -> dict[str, Any]:
    return {"id": person, "note": None, "source": "MANUAL", "status": "INIT"}


def notification(fleet: Fleet, flight: Flight, now: datetime) -> dict[str, Any]:
    """The path has been seen in use; the shape is assumed."""
    return {"flightId": flight.id, "notifications": []}


def planning_note(fleet: Fleet, flight: Flight, now: datetime) -> dict[str, Any]:
    """The path has been seen in use; the shape is assumed."""
    return {"flightId": flight.id, "planningNotes": None}
