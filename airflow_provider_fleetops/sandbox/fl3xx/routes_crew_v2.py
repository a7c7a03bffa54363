"""v2: crew qualifications, rosters, roster types, crew positions (https://developer.fl3xx.com/reference/v2.md)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from airflow_provider_fleetops.sandbox.fields import Fields
from airflow_provider_fleetops.sandbox.fl3xx.data import CREW_ROLES
from airflow_provider_fleetops.sandbox.fl3xx.errors import conflict, missing
from airflow_provider_fleetops.sandbox.fl3xx.fleet import Fleet
from airflow_provider_fleetops.sandbox.fl3xx.handlers import V1, V2, Row, number
from airflow_provider_fleetops.sandbox.fl3xx.model import Roster
from airflow_provider_fleetops.sandbox.fl3xx.times import iso, read_millis
from airflow_provider_fleetops.sandbox.fl3xx.v2 import envelope, read_query, read_search
from airflow_provider_fleetops.sandbox.routes import BadBody, Call, Reply

_SUBTYPES = ("EARLY", "LATE", "ALL_DAY", "NIGHT")
_DAY_KEYS = ("issueDate", "expiryDate", "trainingStartDate")
_TEXT_KEYS = ("licenseNumber", "issuingAuthority", "country", "notes", "baseMonth")
_QUALIFICATION_TYPES = {
    21: {"id": 21, "name": "Type rating C56X", "appliesTo": "FLIGHT_DECK"},
    22: {"id": 22, "name": "Line check", "appliesTo": "PIC"},
    23: {"id": 23, "name": "Cabin safety", "appliesTo": "CREW_CABIN"},
}
# Which flags a type has decides which fields are legal.
_ROSTER_TYPES = {
    14: {"id": 14, "name": "Duty", "isSubtypeVisible": True, "isAircraftEnabled": True, "isDutyTimeVisible": True},
    15: {
        "id": 15,
        "name": "Day off",
        "isSubtypeVisible": False,
        "isAircraftEnabled": False,
        "isDutyTimeVisible": False,
    },
    16: {"id": 16, "name": "Training", "isSubtypeVisible": True, "isAircraftEnabled": True, "isDutyTimeVisible": False},
}
_POSITIONS = ("Captain", "First Officer", "Cabin Attendant")
_STORED = (
    "actualStartDateTime actualEndDateTime locationAirportId departureAirportId arrivalAirportId serviceAirportId "
    "flightNumber flightId quoteId takeoffDateTime landingDateTime logbook ftl notes"
)
_SHORT, _LONG = timedelta(days=2), timedelta(days=31)


def list_qualifications(fleet: Fleet, call: Call) -> Reply:
    """Return qualifications, of one crew member if asked."""
    query = read_query(call, {"crewId": ("EQ",), "qualificationTypeId": ("EQ",)})
    rows = list(fleet.qualifications.values())
    for one in query.filters:
        rows = [row for row in rows if str(row[one.field]) == one.values[0]]
    return envelope(rows, query)


def create_qualification(fleet: Fleet, call: Call) -> Reply:
    """Create a qualification."""
    number_ = fleet.next_id(70_000)
    row = {"id": number_, **_qualification(fleet, Fields.of(call.object()), {})}
    fleet.qualifications[number_] = row
    marker = f"{row['crewId']}/{row['qualificationTypeId']}/{row.get('issueDate')}"
    return Reply.of(
        row,
        201,
        effect=f"qualification:{number_} created",
        broke=fleet.twice("qualification", marker),
        subjects=(str(number_),),
    )


def get_qualification(fleet: Fleet, call: Call) -> Reply:
    """Return one qualification."""
    return Reply.of(_known_qualification(fleet, call))


def change_qualification(fleet: Fleet, call: Call) -> Reply:
    """Change the sent fields of a qualification."""
    row = _known_qualification(fleet, call)
    row.update(_qualification(fleet, Fields.of(call.object()), row))
    return Reply.of(row, effect=f"qualification:{row['id']} changed", subjects=(str(row["id"]),))


def remove_qualification(fleet: Fleet, call: Call) -> Reply:
    """Remove a qualification."""
    row = _known_qualification(fleet, call)
    del fleet.qualifications[row["id"]]
    return Reply(204, effect=f"qualification:{row['id']} removed", subjects=(str(row["id"]),))


def _known_qualification(fleet: Fleet, call: Call) -> dict[str, Any]:
    wanted = number("crewQualificationId", call.params["crewQualificationId"])
    if wanted not in fleet.qualifications:
        raise missing("qualification")
    return fleet.qualifications[wanted]


def _qualification(fleet: Fleet, body: Fields, known: dict[str, Any]) -> dict[str, Any]:
    crew = body.integer("crewId", known.get("crewId"))
    kind = body.integer("qualificationTypeId", known.get("qualificationTypeId"))
    if crew not in fleet.people or not fleet.people[crew].crew:
        raise BadBody("crewId: is not a crew member")
    if kind not in _QUALIFICATION_TYPES:
        raise BadBody("qualificationTypeId: is not known")
    row: dict[str, Any] = {"crewId": crew, "qualificationTypeId": kind}
    row |= {name: body.day(name).isoformat() for name in _DAY_KEYS if body.has(name)}
    row |= {name: body.text(name) for name in _TEXT_KEYS if body.has(name)}
    if body.has("isPilotInCommand"):
        row["isPilotInCommand"] = body.boolean("isPilotInCommand")
    return row


def list_qualification_types(fleet: Fleet, call: Call) -> Reply:
    """Return the types of qualification."""
    return envelope(list(_QUALIFICATION_TYPES.values()), read_query(call, {}))


def get_qualification_type(fleet: Fleet, call: Call) -> Reply:
    """Return one type of qualification."""
    return _one(_QUALIFICATION_TYPES, call)


def roster_json(duty: Roster) -> dict[str, Any]:
    """Return a duty."""
    return {
        "id": duty.id,
        "crewId": duty.crew_id,
        "rosterTypeId": duty.type_id,
        "startDateTime": iso(duty.start),
        "endDateTime": iso(duty.end),
        **duty.more,
    }


def search_rosters(fleet: Fleet, call: Call) -> Reply:
    """Return duties that satisfy the filters."""
    operators = {"crewId": ("EQ",), "rosterTypeId": ("EQ",), "startDateTime": ("GTE",), "endDateTime": ("LTE",)}
    query = read_search(call, operators, ("startDateTime",))
    rows = list(fleet.rosters.values())
    for name, field in (("crewId", "crew_id"), ("rosterTypeId", "type_id")):
        if text := query.value(name):
            wanted = number(name, text)
            rows = [row for row in rows if getattr(row, field) == wanted]
    if text := query.value("startDateTime"):
        start = read_millis("startDateTime", text)
        rows = [row for row in rows if row.start >= start]
    if text := query.value("endDateTime"):
        end = read_millis("endDateTime", text)
        rows = [row for row in rows if row.end <= end]
    return envelope([roster_json(row) for row in rows], query)


def create_roster(fleet: Fleet, call: Call) -> Reply:
    """Create a duty."""
    duty = _roster(fleet, Fields.of(call.object()), Roster(fleet.next_id(880_000), 0, 0, call.world, call.world))
    fleet.rosters[duty.id] = duty
    marker = f"{duty.crew_id}/{duty.type_id}/{duty.start}/{duty.end}"
    return Reply.of(
        roster_json(duty),
        201,
        effect=f"roster:{duty.id} created",
        broke=fleet.twice("roster", marker),
        subjects=(str(duty.id),),
    )


def get_roster(fleet: Fleet, call: Call) -> Reply:
    """Return one duty."""
    return Reply.of(roster_json(_known_roster(fleet, call)))


def update_roster(fleet: Fleet, call: Call) -> Reply:
    """Change a duty; a partial body is accepted."""
    known = _known_roster(fleet, call)
    body = {**roster_json(known), **call.object()}
    fleet.rosters[known.id] = _roster(fleet, Fields.of(body), known)
    shown = roster_json(fleet.rosters[known.id])
    return Reply.of(shown, effect=f"roster:{known.id} changed", subjects=(str(known.id),))


def remove_roster(fleet: Fleet, call: Call) -> Reply:
    """Remove a duty."""
    known = _known_roster(fleet, call)
    del fleet.rosters[known.id]
    return Reply(204, effect=f"roster:{known.id} removed", subjects=(str(known.id),))


def _known_roster(fleet: Fleet, call: Call) -> Roster:
    wanted = number("id", call.params["id"])
    if wanted not in fleet.rosters:
        raise missing("roster")
    return fleet.rosters[wanted]


def _roster(fleet: Fleet, body: Fields, known: Roster) -> Roster:
    """Read a duty and hold it against the rules of its type; every broken rule is a 400."""
    crew, kind = body.integer("crewId"), body.integer("rosterTypeId")
    if crew not in fleet.people or not fleet.people[crew].crew:
        raise BadBody("crewId: is not a crew member")
    if kind not in _ROSTER_TYPES:
        raise BadBody("rosterTypeId: is not known")
    start, end = (read_millis(name, body.text(name)) for name in ("startDateTime", "endDateTime"))
    flags = _ROSTER_TYPES[kind]
    _check_span(start, end, shows_duty=bool(flags["isDutyTimeVisible"]))
    more = {name: body.data[name] for name in _STORED.split() if body.has(name)}
    if body.has("crewRole"):
        more["crewRole"] = body.choice("crewRole", CREW_ROLES)
    if body.has("dutySubtype"):
        more["dutySubtype"] = body.choice("dutySubtype", _SUBTYPES)
    if body.has("aircraft"):
        more["aircraft"] = dict(body.fields("aircraft").data)
    for name, flag in (("dutySubtype", "isSubtypeVisible"), ("aircraft", "isAircraftEnabled")):
        if name in more and not flags[flag]:
            raise BadBody(f"{name}: is not supported by the roster type")
    return Roster(known.id, crew, kind, start, end, more)


def _check_span(start: datetime, end: datetime, *, shows_duty: bool) -> None:
    if start >= end:
        raise BadBody("endDateTime: must lie after startDateTime")
    if end - start > (_SHORT if shows_duty else _LONG):
        raise BadBody(f"endDateTime: must lie within {2 if shows_duty else 31} days of startDateTime")


def search_roster_types(fleet: Fleet, call: Call) -> Reply:
    """Return the types of duty."""
    return envelope(list(_ROSTER_TYPES.values()), read_search(call, {}, ()))


def get_roster_type(fleet: Fleet, call: Call) -> Reply:
    """Return one type of duty."""
    return _one(_ROSTER_TYPES, call)


def search_positions(fleet: Fleet, call: Call) -> Reply:
    """Return the crew positions of one aircraft, given by id or by tail but not by both."""
    query = read_search(call, {"aircraftId": ("EQ",), "tailNumber": ("EQ",), "isAssignable": ("EQ",)}, ("name",))
    by_id, by_tail = query.value("aircraftId"), query.value("tailNumber")
    if (by_id is None) == (by_tail is None):
        raise BadBody("filters: need either aircraftId or tailNumber")
    aircraft = fleet.plane(by_id or by_tail or "")
    rows = [
        {"id": aircraft.id * 10 + index, "name": name, "aircraftId": aircraft.id, "isAssignable": True}
        for index, name in enumerate(_POSITIONS)
    ]
    assignable = query.value("isAssignable")
    if assignable not in (None, "true", "false", "True", "False"):
        raise conflict("isAssignable: must be true or false")
    return envelope([] if assignable in ("false", "False") else rows, query)


def _one(known: dict[int, dict[str, Any]], call: Call) -> Reply:
    wanted = number("id", call.params["id"])
    if wanted not in known:
        raise missing("id")
    return Reply.of(known[wanted])


def crew_v2_routes() -> list[Row]:
    """Return the rows of this module."""
    many = f"{V2}/external/crew-qualifications"
    one, duty = f"{many}/{{crewQualificationId}}", f"{V2}/rosters/{{id}}"
    types = list_qualification_types
    return [
        ("crew_qualifications_v1.list", "GET", f"{V1}/crew-qualifications", "documented", list_qualifications),
        ("qualification_types_v1.list", "GET", f"{V1}/qualification-types", "documented", types),
        ("crew_qualifications.list", "GET", many, "documented", list_qualifications),
        ("crew_qualification.create", "POST", many, "documented", create_qualification),
        ("crew_qualification.get", "GET", one, "documented", get_qualification),
        ("crew_qualification.update", "PATCH", one, "documented", change_qualification),
        ("crew_qualification.remove", "DELETE", one, "documented", remove_qualification),
        ("qualification_types.list", "GET", f"{V2}/external/qualification-types", "documented", types),
        ("qualification_type.get", "GET", f"{V2}/qualification-types/{{id}}", "documented", get_qualification_type),
        ("rosters.search", "POST", f"{V2}/rosters-search", "documented", search_rosters),
        ("roster.create", "POST", f"{V2}/rosters", "documented", create_roster),
        ("roster.get", "GET", duty, "documented", get_roster),
        ("roster.update", "PUT", duty, "documented", update_roster),
        ("roster.remove", "DELETE", duty, "documented", remove_roster),
        ("roster_types.search", "POST", f"{V2}/roster-types-search", "documented", search_roster_types),
        ("roster_type.get", "GET", f"{V2}/roster-types/{{id}}", "documented", get_roster_type),
        ("crew_positions.search", "POST", f"{V2}/crew-position-search", "documented", search_positions),
    ]
