"""Aircraft, schedules and hold items; airports (https://developer.fl3xx.com/docs/read-fleet, /reference/airports)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from airflow_provider_fleetops.sandbox.fields import Fields
from airflow_provider_fleetops.sandbox.fl3xx.data import AIRPORTS, Airport
from airflow_provider_fleetops.sandbox.fl3xx.errors import missing
from airflow_provider_fleetops.sandbox.fl3xx.fleet import Fleet
from airflow_provider_fleetops.sandbox.fl3xx.gate import SCHEDULE
from airflow_provider_fleetops.sandbox.fl3xx.handlers import V1, Row
from airflow_provider_fleetops.sandbox.fl3xx.model import Aircraft, Flight, Task
from airflow_provider_fleetops.sandbox.fl3xx.times import millis, minute, read_any, read_day
from airflow_provider_fleetops.sandbox.fl3xx.views import AOC
from airflow_provider_fleetops.sandbox.routes import BadBody, Call, Reply

_SCHEDULE_TYPES = ("INTERVAL", "CALENDAR", "UPDATE", "AIRWORTHINESS_DIRECTIVE")
_SOURCES = ("CAMP", "VERYON", "TRAXXALL", "AMOS", "TRAX")
_TIME_UNITS = ("DAYS", "MONTHS", "YEARS")
_PROFILES = ("AIRCRAFT", "PROPELLER", "APU", "ENGINE")
_TASKS = ("SERVICE", "PART_NUMBER", "PACKAGE", "AD", "BULLETIN")
_ENGINES = tuple(f"ENGINE{n}_{what}" for n in range(1, 5) for what in ("HOURS", "CYCLES"))
_UNITS = ("FLIGHT_HOURS", "FLIGHT_CYCLES", "APU_HOURS", "APU_CYCLES", *_ENGINES)
_CHOICES = {
    "unit": _UNITS,
    "timeUnit": _TIME_UNITS,
    "profileType": _PROFILES,
    "taskType": _TASKS,
    "externalSource": _SOURCES,
}
_PIXEL = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")


def aircraft_json(aircraft: Aircraft) -> dict[str, Any]:
    """Return an aircraft."""
    picture = f"/api/external/aircraft/picture/{aircraft.id:08d}-0000-4000-8000-000000000000"
    return {
        "id": aircraft.id,
        "tailNumber": aircraft.tail,
        "aircraftName": None,
        "type": aircraft.kind,
        "model": aircraft.model,
        "typeName": aircraft.model,
        "typeRating": aircraft.kind,
        "typeOfUse": "COMMERCIAL",
        "category": aircraft.category,
        "numberOfSeats": aircraft.seats,
        "homebase": aircraft.homebase,
        "status": "ACTIVE",
        "aocNumber": AOC["name"],
        "manufacturingDate": millis(datetime.fromisoformat("2015-05-05T00:00:00+00:00")),
        "subcharter": False,
        "cargo": False,
        "ambulance": False,
        "layout": {"onboardEngineer": 0, "flightCrew": 2, "cabinCrew": 1},
        "equipment": {"wifi": aircraft.seats > 8, "lavatory": True, "petsAllowed": False},
        "links": [
            {"rel": "picture", "href": picture},
            {"rel": "schedule", "href": f"/api/external/aircraft/{aircraft.tail}/schedule"},
        ],
    }


def list_aircraft(fleet: Fleet, call: Call) -> Reply:
    """Return all tails."""
    return Reply.of([aircraft_json(aircraft) for aircraft in fleet.aircraft.values()])


def get_aircraft(fleet: Fleet, call: Call) -> Reply:
    """Return one aircraft by tail or id."""
    return Reply.of(aircraft_json(fleet.plane(call.params["aircraft"])))


def picture(fleet: Fleet, call: Call) -> Reply:
    """Return a picture: the smallest thing with a JPEG's head and tail."""
    if call.params["uuid"][:8] not in {f"{aircraft.id:08d}" for aircraft in fleet.aircraft.values()}:
        raise missing("picture")
    return Reply(200, _PIXEL, {"content-type": "image/jpeg"})


def schedule(fleet: Fleet, call: Call, longest: int) -> Reply:
    """Return what an aircraft does in a window; nothing means that it is free."""
    tail = fleet.plane(call.params["tail"]).tail
    start, end = _window(call)
    if end - start > timedelta(days=longest):
        raise BadBody(f"from, to: the window must not be longer than {longest} days")
    flights = [f for f in fleet.flights.values() if f.tail == tail and f.booked and not f.cancelled]
    items = [(f.estimated_off, _flight_item(f)) for f in flights if f.estimated_off < end and f.estimated_on > start]
    items += [(t.start, _task_item(t)) for t in _tasks(fleet, tail, start, end)]
    return Reply.of([item for _, item in sorted(items, key=lambda pair: pair[0])])


def _window(call: Call) -> tuple[datetime, datetime]:
    start, end = read_any("from", call.one("from")), read_any("to", call.one("to"))
    if len(call.one("to") or "") == 10:
        end += timedelta(days=1)
    if end <= start:
        raise BadBody("to: must lie after from")
    return start, end


def _tasks(fleet: Fleet, tail: str, start: datetime, end: datetime) -> list[Task]:
    return [task for task in fleet.tasks.values() if task.tail == tail and task.start < end and task.end > start]


def _flight_item(flight: Flight) -> dict[str, Any]:
    return {
        "id": f"flight_{flight.id}",
        **_span(flight.origin, flight.destination, flight.estimated_off, flight.estimated_on),
        "pax": flight.pax,
        "tripNumber": None,
        "workflow": flight.workflow,
        "workflowCustomName": flight.custom,
        "fplType": "N",
        "notes": None,
    }


def _task_item(task: Task) -> dict[str, Any]:
    span = _span(task.airport, task.airport, task.start, task.end)
    return {"id": f"task_{task.id}", "taskType": task.kind, **span, "notes": task.note}


def _span(origin: str, destination: str, start: datetime, end: datetime) -> dict[str, Any]:
    return {
        "departureAirport": origin,
        "arrivalAirport": destination,
        "departureDate": minute(start, AIRPORTS[origin].zone),
        "departureDateUTC": minute(start),
        "arrivalDate": minute(end, AIRPORTS[destination].zone),
        "arrivalDateUTC": minute(end),
    }


def holditems(fleet: Fleet, call: Call) -> Reply:
    """Return open and past hold items of a window."""
    tail = fleet.plane(call.params["tail"]).tail
    start, end = _window(call)
    return Reply.of([_hold_item(task) for task in _tasks(fleet, tail, start, end)])


def _hold_item(task: Task) -> dict[str, Any]:
    return {
        "id": task.id,
        "title": "Aircraft on ground",
        "description": task.note,
        "source": "MANUAL",
        "reportDate": millis(task.start),
        "dueDate": millis(task.end),
        "limitations": True,
        "limitationsDescription": "NO FLIGHT",
    }


def update_maintenance(fleet: Fleet, call: Call) -> Reply:
    """Take over maintenance counters: one object or an array of them."""
    aircraft = fleet.plane(call.params["aircraftId"])
    body = call.json()
    rows = body if isinstance(body, list) else [body]
    if not rows:
        raise BadBody("body: must not be empty")
    for index, row in enumerate(rows):
        _check_counter(Fields.of(row, f"[{index}]."))
    fleet.documents["maintenance", aircraft.id] = {"schedules": rows}
    return Reply(200, effect=f"aircraft:{aircraft.tail} counters written", subjects=(aircraft.tail,))


def _check_counter(row: Fields) -> None:
    row.choice("scheduleType", _SCHEDULE_TYPES)
    for name, allowed in _CHOICES.items():
        if row.has(name):
            row.choice(name, allowed)
    for name in ("amount", "lastAmount", "maxAmount", "remaining"):
        if row.has(name):
            row.number(name, low=-(10**9), high=10**9)
    for name in ("lastUpdate", "date", "maxDate"):
        if row.has(name):
            row.integer(name)


def airport_json(airport: Airport) -> dict[str, Any]:
    """Return an airport."""
    return {
        "id": airport.id,
        "aid": airport.id,
        "icao": airport.icao,
        "iata": airport.iata,
        "faa": airport.faa,
        "localIdentifier": airport.faa,
        "name": airport.name,
        "servedCity": airport.city,
        "state": None,
        "country": airport.country,
        "timeZone": airport.zone,
        "latitude": airport.latitude,
        "longitude": airport.longitude,
        "elevation": airport.elevation,
        "avgTaxiInTime": 5,
        "avgTaxiOutTime": 7,
        "avgTurnaroundTime": 45,
        "rescueFireCategory": "A_7",
        "rescueFireHeliCategory": "NONE_HELI",
    }


def get_airport(fleet: Fleet, call: Call) -> Reply:
    """Return an airport by ICAO, IATA or FAA code."""
    return Reply.of(airport_json(fleet.airport(call.params["code"])))


def airport_services(fleet: Fleet, call: Call) -> Reply:
    """Return the companies at an airport."""
    airport = fleet.airport(call.params["code"])
    company = {"company": f"Mock Handling {airport.city}", "type": {"id": 1, "name": "FBO"}, "mainContact": None}
    return Reply.of([company])


def operational_notes(fleet: Fleet, call: Call) -> Reply:
    """Return the notes of a window of days."""
    airport = fleet.airport(call.params["code"])
    first, last = (read_day(name, call.one(name)) for name in ("from", "to"))
    if last < first:
        raise BadBody("to: must not lie before from")
    note = {"id": airport.id, "note": f"Slots needed at {airport.name} on weekends."}
    return Reply.of([note] if _weekend(first, last) else [])


def _weekend(first: date, last: date) -> bool:
    days = min((last - first).days, 6) + 1
    return any((first + timedelta(days=offset)).weekday() >= 5 for offset in range(days))


def airport_crew(fleet: Fleet, call: Call) -> Reply:
    """Return who is at an airport; the path has been seen, the shape is assumed."""
    icao = fleet.airport(call.params["icao"]).icao
    here = {a.tail for a in fleet.aircraft.values() if fleet.place_of(a, call.world) == icao}
    today = [f for f in fleet.flights.values() if f.tail in here and f.off.date() == call.world.date()]
    return Reply.of([{"pilotId": person} for person in sorted({person for f in today for person, _ in f.crew})])


def aircraft_routes(limits: dict[str, Any]) -> list[Row]:
    """Return the rows of this module."""
    one, airport = f"{V1}/aircraft", f"{V1}/airports"

    def limited(fleet: Fleet, call: Call) -> Reply:
        return schedule(fleet, call, limits["schedule_days"])

    return [
        ("aircraft.list", "GET", one, "documented", list_aircraft),
        ("aircraft.get", "GET", f"{one}/{{aircraft}}", "documented", get_aircraft),
        ("aircraft.picture", "GET", f"{one}/picture/{{uuid}}", "documented", picture),
        (SCHEDULE, "GET", f"{one}/{{tail}}/schedule", "documented", limited),
        ("aircraft.hold_items", "GET", f"{one}/{{tail}}/holditems", "seen", holditems),
        (
            "maintenance_schedules.update",
            "PUT",
            f"{one}/{{aircraftId}}/maintenanceSchedules",
            "documented",
            update_maintenance,
        ),
        ("airport.get", "GET", f"{airport}/{{code}}", "documented", get_airport),
        ("airport.services", "GET", f"{airport}/{{code}}/services", "seen", airport_services),
        ("airport.operational_notes", "GET", f"{airport}/{{code}}/operationalNotes", "seen", operational_notes),
        ("airport.crew", "GET", f"{airport}/{{icao}}/crew", "seen", airport_crew),
    ]
