"""The agency on the first morning: invented clients, people and jobs, and timesheets that move by themselves."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from airflow_provider_fleetops.sandbox.fasttrack360.jobs import BLANK_SHEET
from airflow_provider_fleetops.sandbox.fasttrack360.records import Values
from airflow_provider_fleetops.sandbox.fasttrack360.world import Stage, World

_CLIENTS = (
    "Aurora Charter Services",
    "Banksia Ground Handling",
    "Cobalt Air Catering",
    "Drover Regional Air",
    "Eastwind Limousines",
    "Fernhill Aero Maintenance",
    "Galah Freight",
    "Halcyon Business Aviation",
    "Ironbark Airport Services",
    "Jacaranda Crew Travel",
    "Kestrel Couriers",
    "Larkspur Lounges",
)
_FIRST = ("Avery", "Bela", "Casey", "Devi", "Ellis", "Farah", "Gede", "Harper", "Indah", "Jules", "Kiri", "Luca")
_LAST = ("Ashgrove", "Birchall", "Corran", "Dunmere", "Elwood", "Fairhaven", "Gallow", "Hartono", "Ilham", "Jarrah")
_POSITIONS = ("Ramp agent", "Cabin attendant", "Chauffeur", "Line engineer", "Galley planner")
_CITIES = (("Melbourne", "VIC", "3000"), ("Sydney", "NSW", "2000"), ("Brisbane", "QLD", "4000"))


def populate(world: World, seed: int, start: datetime) -> None:
    """Fill an empty world, the same for the same seed and start."""
    random = Random(f"fasttrack360 {seed}")
    past = start - timedelta(days=90)
    clients = [_client(world, random, past, name) for name in _CLIENTS]
    contacts = [world["contacts"].add(past, _contact(random, client, n)).id for n, client in enumerate(clients)]
    for client, contact in zip(clients, contacts, strict=True):
        values = {"clientId": client, "name": "Operations", "code": "OPS", "status": "Active", "contactId": contact}
        world["costCentres"].add(past, values)
    candidates = [world["candidates"].add(past, _candidate(random, n)).id for n in range(36)]
    for number, candidate in enumerate(candidates[:18]):
        which = number % len(clients)
        _job(world, random, start, number, (clients[which], contacts[which], candidate))


def _client(world: World, random: Random, past: datetime, name: str) -> int:
    city, state, postcode = random.choice(_CITIES)
    line = f"{random.randint(1, 200)} Hangar Road"
    values = {
        "name": name,
        "officeId": random.randint(11, 14),
        "status": "Active",
        "gradeId": random.randint(11, 13),
        "industry": "Aviation services",
        "address": {"line1": line, "city": city, "state": state, "country": "Australia", "postcode": postcode},
        "creditChecked": True,
        "termsAccepted": True,
    }
    client = world["clients"].add(past + timedelta(days=random.randint(0, 30)), values).id
    text = {"clientId": client, "date": past.date().isoformat(), "comment": f"Account opened for {name}."}
    world["clientComments"].add(past + timedelta(days=31), text | {"createdBy": "agency"})
    return client


def _person(random: Random, number: int) -> Values:
    first, last = random.choice(_FIRST), random.choice(_LAST)
    address = f"{first}.{last}.{number}@people.example".lower()
    return {"firstName": first, "lastName": last, "email": address, "mobile": f"+61 400 000 {number:03d}"}


def _contact(random: Random, client: int, number: int) -> Values:
    return _person(random, number) | {"clientId": client, "position": "Operations manager", "status": "Active"}


def _candidate(random: Random, number: int) -> Values:
    return _person(random, 100 + number) | {
        "officeId": random.randint(11, 14),
        "status": "Active",
        "skillGroupId": random.randint(11, 15),
        "gradeId": random.randint(11, 13),
        "optIn": {"status": "Opted in", "email": True, "sms": False},
        "address": {"country": "Australia"},
    }


def _job(world: World, random: Random, start: datetime, number: int, parties: tuple[int, int, int]) -> None:
    """Six jobs that are filled during the first hours, and twelve that run and have timesheets."""
    client, contact, candidate = parties
    begun = start - timedelta(days=20)
    waiting = number % 3 == 0
    first = start + timedelta(days=3) if waiting else begun
    values: dict[str, Any] = {
        "clientId": client,
        "jobType": random.choice(("Temporary", "Contract")),
        "status": "Open",
        "position": random.choice(_POSITIONS),
        "skillGroupId": random.randint(11, 15),
        "startDate": first.date().isoformat(),
        "endDate": (first + timedelta(days=60)).date().isoformat(),
        "orderedByContactId": contact,
        "reportToContactId": contact,
        "filledCandidateId": None,
        "submittedToTimesheet": False,
    }
    job = world["jobOrders"].add(begun - timedelta(days=5), values)
    filled = start + timedelta(minutes=40 * (number + 1)) if waiting else begun - timedelta(days=2)
    job.plan(filled, {"status": "Filled", "filledCandidateId": candidate})
    if waiting:
        world.stages.append(Stage(filled, job.id, candidate, client, "Filled"))
    else:
        job.plan(begun - timedelta(days=1), {"submittedToTimesheet": True})
        _sheets(world, start, number, job.id, candidate)


def _sheets(world: World, start: datetime, number: int, job: int, candidate: int) -> None:
    """Two weeks behind: released long ago. Last week: decided within the first day. This week: being written."""
    last = (start - timedelta(days=start.weekday() + 1)).replace(hour=0, minute=0, second=0, microsecond=0)
    for back, sunday in ((2, last - timedelta(days=7)), (1, last), (0, last + timedelta(days=7))):
        sheet = world["timesheets"].add(
            min(sunday - timedelta(days=6), start),
            BLANK_SHEET | {"jobOrderId": job, "candidateId": candidate, "weekEnding": sunday.date().isoformat()},
        )
        items = _items(sunday)
        sheet.plan(min(sunday - timedelta(days=1), start), {"status": "Incomplete", "items": items})
        if back:
            sheet.plan(sunday + timedelta(hours=8), {"status": "Submitted"})
        if back == 2:
            sheet.plan(sunday + timedelta(hours=30), {"status": "Released", "approvals": 1})
        if back == 1:
            _decide(sheet.plan, start + timedelta(minutes=30 * (number + 1)), rejected=number % 6 == 5)


def _decide(plan: Any, at: datetime, *, rejected: bool) -> None:
    if rejected:
        plan(at, {"status": "Rejected", "rejectionMessage": "Break is missing"})
        plan(at + timedelta(minutes=45), {"status": "Submitted", "approvals": 0})
        at += timedelta(minutes=90)
    plan(at, {"status": "Released", "approvals": 1})


def _items(sunday: datetime) -> list[Values]:
    days = (sunday - timedelta(days=back) for back in range(6, 1, -1))
    common = {"attendanceType": "attendance", "startTime": "07:00", "endTime": "15:30", "breakMinutes": 30}
    return [{"date": day.date().isoformat(), **common, "payCode": "ORD", "units": 8} for day in days]
