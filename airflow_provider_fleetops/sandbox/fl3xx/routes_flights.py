"""Flights, their crew and their passengers (https://developer.fl3xx.com/docs/flights, /docs/crew, /docs/passengers)."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from airflow_provider_fleetops.sandbox.fields import Fields
from airflow_provider_fleetops.sandbox.fl3xx import data
from airflow_provider_fleetops.sandbox.fl3xx.errors import conflict, missing
from airflow_provider_fleetops.sandbox.fl3xx.fleet import Fleet
from airflow_provider_fleetops.sandbox.fl3xx.handlers import V1, Row, choice, flight_of, number, rows_of
from airflow_provider_fleetops.sandbox.fl3xx.model import Flight, Ticket
from airflow_provider_fleetops.sandbox.fl3xx.times import SERVER_ZONE, read_day
from airflow_provider_fleetops.sandbox.fl3xx.views import crew_json, flight_json, ticket_json
from airflow_provider_fleetops.sandbox.routes import BadBody, Call, Reply

_HALF_YEAR = timedelta(days=183)


def list_flights(fleet: Fleet, call: Call, longest: int) -> Reply:
    """Return the flights of a window; both days count, in the zone asked for."""
    first, last = read_day("from", call.one("from")), read_day("to", call.one("to"))
    include = choice(call, "include", ("NON_CANCELED", "ALL"), "NON_CANCELED")
    if last < first:
        raise BadBody("to: must not lie before from")
    if first < (call.world - _HALF_YEAR).date() or last > (call.world + _HALF_YEAR).date():
        raise BadBody("from, to: must lie within 6 months of today")
    if (last - first).days > longest:
        raise BadBody("from, to: the window is too large")
    zone = _zone(call.one("timeZone"))
    start = datetime.combine(first, time(), zone)
    end = datetime.combine(last + timedelta(days=1), time(), zone)
    found = fleet.flights_between(start, end)
    shown = [flight for flight in found if include == "ALL" or not flight.cancelled]
    return Reply.of([flight_json(fleet, flight, call.world) for flight in shown])


def _zone(name: str | None) -> tzinfo:
    if name is None:
        return SERVER_ZONE
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise BadBody("timeZone: must be UTC or an IANA name") from error


def get_flight(fleet: Fleet, call: Call) -> Reply:
    """Return one flight, also a cancelled one."""
    return Reply.of(flight_json(fleet, flight_of(fleet, call), call.world))


def get_crew(fleet: Fleet, call: Call) -> Reply:
    """Return the crew of a flight."""
    return Reply.of(crew_json(fleet, flight_of(fleet, call)))


def replace_crew(fleet: Fleet, call: Call) -> Reply:
    """Replace the whole crew list."""
    flight = flight_of(fleet, call)
    crew = [_assignment(fleet, Fields.of(row, f"[{index}].")) for index, row in enumerate(rows_of(call))]
    if len({person for person, _ in crew}) < len(crew):
        raise conflict("pilotId: is on the list twice")
    flight.crew = crew
    fleet.announce(call.world, "FLIGHT_CREW_ASSIGNMENT", flight)
    return Reply.of(crew_json(fleet, flight), effect=f"flight:{flight.id} crew replaced", subjects=(str(flight.id),))


def _assignment(fleet: Fleet, row: Fields) -> tuple[int, str]:
    pilot = row.integer("pilotId")
    if pilot not in fleet.people or not fleet.people[pilot].crew:
        raise conflict(f"{row.where}pilotId: is not a crew member")
    if row.has("role"):
        return pilot, row.choice("role", data.CREW_ROLES)
    return pilot, row.fields("crewPosition").choice("role", data.CREW_ROLES)


def list_passengers(fleet: Fleet, call: Call) -> Reply:
    """Return the tickets of a flight."""
    return Reply.of([ticket_json(ticket) for ticket in flight_of(fleet, call).tickets])


def add_passenger(fleet: Fleet, call: Call) -> Reply:
    """Add a ticket. Not idempotent: twice the same person is two tickets."""
    flight = flight_of(fleet, call)
    ticket = Ticket(fleet.next_id(990_000), None)
    _fill(fleet, ticket, Fields.of(call.object()))
    flight.tickets.append(ticket)
    flight.pax = len(flight.tickets)
    fleet.announce(call.world, "FLIGHT_PAX_COUNT_UPDATE", flight)
    marker = ticket.pax_external or ticket.external or str(ticket.person or "")
    return Reply.of(
        ticket_json(ticket),
        effect=f"ticket:{ticket.id} created",
        broke=fleet.twice("passenger", marker and f"{flight.id}/{marker}"),
        subjects=(str(flight.id), str(ticket.id)),
    )


def get_passenger(fleet: Fleet, call: Call) -> Reply:
    """Return one ticket."""
    return Reply.of(ticket_json(_ticket(flight_of(fleet, call), call)))


def update_passenger(fleet: Fleet, call: Call) -> Reply:
    """Change a ticket, for example assign a person to an empty one."""
    flight = flight_of(fleet, call)
    ticket = _ticket(flight, call)
    _fill(fleet, ticket, Fields.of(call.object()))
    fleet.announce(call.world, "FLIGHT_PAX_LIST_UPDATE", flight)
    return Reply.of(ticket_json(ticket), effect=f"ticket:{ticket.id} changed", subjects=(str(flight.id),))


def remove_passenger(fleet: Fleet, call: Call) -> Reply:
    """Remove a ticket."""
    flight = flight_of(fleet, call)
    ticket = _ticket(flight, call)
    flight.tickets.remove(ticket)
    flight.pax = len(flight.tickets)
    fleet.announce(call.world, "FLIGHT_PAX_COUNT_UPDATE", flight)
    return Reply(200, effect=f"ticket:{ticket.id} removed", subjects=(str(flight.id),))


def _ticket(flight: Flight, call: Call) -> Ticket:
    wanted = number("ticketId", call.params["ticketId"])
    for ticket in flight.tickets:
        if ticket.id == wanted:
            return ticket
    raise missing("ticket")


def _fill(fleet: Fleet, ticket: Ticket, body: Fields) -> None:
    """Take over what was sent; the person's id wins over the external reference."""
    ticket.kind = body.choice("paxType", data.PAX_TYPES, ticket.kind)
    ticket.main = body.boolean("isMain", ticket.main)
    ticket.lap = body.boolean("seatOnLap", ticket.lap)
    ticket.external = body.text("externalReference", ticket.external or "") or None
    ticket.pax_external = body.text("paxExternalReference", ticket.pax_external or "") or None
    if body.has("paxUserId"):
        person = body.integer("paxUserId")
        if person not in fleet.people:
            raise conflict("paxUserId: is not known")
        ticket.person = person
    elif ticket.pax_external:
        known = [person.id for person in fleet.people.values() if person.reference == ticket.pax_external]
        ticket.person = known[0] if known else ticket.person


def flight_routes() -> list[Row]:
    """Return the rows of this module, but for the list, which needs a limit."""
    one, ticket = f"{V1}/flight/{{flightId}}", f"{V1}/flight/{{flightId}}/passenger/{{ticketId}}"
    return [
        ("flight.get", "GET", one, "documented", get_flight),
        ("flight_crew.get", "GET", f"{one}/crew", "documented", get_crew),
        ("flight_crew.replace", "POST", f"{one}/crew", "documented", replace_crew),
        ("passengers.list", "GET", f"{one}/passengers", "documented", list_passengers),
        ("passenger.add", "POST", f"{one}/passenger", "documented", add_passenger),
        ("passenger.get", "GET", ticket, "documented", get_passenger),
        ("passenger.update", "PUT", ticket, "documented", update_passenger),
        ("passenger.remove", "DELETE", ticket, "documented", remove_passenger),
    ]
