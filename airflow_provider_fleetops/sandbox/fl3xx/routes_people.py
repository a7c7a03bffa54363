"""Staff, rosters, users, accounts, accounting (https://developer.fl3xx.com/docs/staff, /docs/roster)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from airflow_provider_fleetops.sandbox.fields import Fields
from airflow_provider_fleetops.sandbox.fl3xx.errors import conflict, missing
from airflow_provider_fleetops.sandbox.fl3xx.fleet import Fleet
from airflow_provider_fleetops.sandbox.fl3xx.handlers import V1, Row, choice, number, page
from airflow_provider_fleetops.sandbox.fl3xx.model import Account, Booking, Person, Roster
from airflow_provider_fleetops.sandbox.fl3xx.times import iso, millis, minute, read_minute
from airflow_provider_fleetops.sandbox.fl3xx.views import OPERATOR, account_json, birth, flight_json, trigram
from airflow_provider_fleetops.sandbox.routes import Call, Reply

_ROSTER_FILTERS = ("ALL", "STAFF", "EXTERNAL_STAFF")
_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def crew_json(fleet: Fleet, person: Person) -> dict[str, Any]:
    """Return a crew member."""
    return {
        "pilotId": person.id,
        "externalReference": person.reference,
        "firstName": person.first,
        "middleName": None,
        "lastName": person.last,
        "logName": f"{person.last} {person.first[:1]}",
        "salutation": "unDef",
        "gender": person.gender,
        "trigram": trigram(person),
        "personnelNumber": f"P{person.id}",
        "jobTitle": person.crew,
        "status": "ACTIVE",
        "email": person.email,
        "phone": person.phone,
        "homeAirport": "LOWW",
        "nationality": "AUT",
        # Three notations of a birth date are in use.
        "birthDate": birth(person, ("day", "millis", "parts")[person.id % 3]),
        "employedSince": millis(datetime.fromisoformat("2019-03-01T00:00:00+00:00")),
        "employedUntil": None,
        "flightHours": 2000 + person.id % 900,
        "weight": 80,
        "weightUnit": "KILOGRAM",
        "account": {"id": person.account_id, "name": fleet.accounts[person.account_id].name},
        "operator": OPERATOR,
        "assignments": [],
        "userQualifications": [],
        "idCards": [],
        "roles": {"Staff": [person.crew], "Customer": [], "Others": []},
    }


def list_crew(fleet: Fleet, call: Call) -> Reply:
    """Return the crew, or only those changed since."""
    since = read_minute("modifiedSince", call.one("modifiedSince")) if call.one("modifiedSince") else None
    crew = [person for person in fleet.people.values() if person.crew]
    if since:
        crew = [person for person in crew if (person.changed or fleet.start) >= since]
    return Reply.of([crew_json(fleet, person) for person in crew])


def get_crew(fleet: Fleet, call: Call) -> Reply:
    """Return one crew member by id or external reference."""
    person = fleet.person(call.params["reference"])
    if not person.crew:
        raise missing("crew member")
    return Reply.of(crew_json(fleet, person))


def roster(fleet: Fleet, call: Call) -> Reply:
    """Return duties, and if asked flights, of a window per person."""
    start, end = (read_minute(name, call.one(name)) for name in ("from", "to"))
    if end <= start:
        raise conflict("to: must lie after from")
    choice(call, "filter", _ROSTER_FILTERS, "ALL")
    with_flights = choice(call, "includeFlights", ("false", "true"), "false") == "true"
    crew = [person for person in fleet.people.values() if person.crew]
    if call.one("filter") == "EXTERNAL_STAFF":
        crew = []
    rows = [_staff(fleet, person, start, end, call.world, with_flights=with_flights) for person in crew]
    return Reply.of({"staff": rows})


def _staff(
    fleet: Fleet, person: Person, start: datetime, end: datetime, now: datetime, *, with_flights: bool
) -> dict[str, Any]:
    duties = [one for one in fleet.rosters.values() if one.crew_id == person.id and one.start < end and one.end > start]
    flights = fleet.flights_between(start, end) if with_flights else []
    own = [flight for flight in flights if person.id in {member for member, _ in flight.crew}]
    return {
        "user": {"id": person.id, "pilotId": person.id, "firstName": person.first, "lastName": person.last},
        "flights": [flight_json(fleet, flight, now) for flight in own],
        "entries": [_entry(duty) for duty in duties],
    }


def _entry(duty: Roster) -> dict[str, Any]:
    return {
        "type": "D" if duty.type_id == 14 else f"T{duty.type_id}",
        "from": iso(duty.start),
        "to": iso(duty.end),
        "actualFrom": None,
        "actualTo": None,
        "aircraft": None,
        "airport": None,
        "notes": duty.more.get("notes"),
    }


def calendar(fleet: Fleet, call: Call) -> Reply:
    """Return a person's duties as iCalendar."""
    person = fleet.people.get(number("userId", call.params["userId"]))
    if person is None:
        raise missing("user")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//sandbox//EN"]
    for duty in fleet.rosters.values():
        if duty.crew_id == person.id:
            span = [f"{moment:%Y%m%dT%H%M%SZ}" for moment in (duty.start, duty.end)]
            lines += ["BEGIN:VEVENT", f"UID:{duty.id}", f"DTSTART:{span[0]}", f"DTEND:{span[1]}", "END:VEVENT"]
    return Reply(200, "\r\n".join([*lines, "END:VCALENDAR", ""]).encode(), {"content-type": "text/calendar"})


def user_json(person: Person) -> dict[str, Any]:
    """Return a user."""
    return {
        "id": person.id,
        "internalId": person.id,
        "externalReference": person.reference,
        "firstName": person.first,
        "lastName": person.last,
        "gender": person.gender,
        "email": person.email,
        "phone": person.phone,
        "accountId": person.account_id,
        "links": [],
        **person.extra,
    }


def list_users(fleet: Fleet, call: Call) -> Reply:
    """Return a page of users."""
    return Reply.of([user_json(person) for person in list(fleet.people.values())[page(call)]])


def create_user(fleet: Fleet, call: Call) -> Reply:
    """Create a user; a known external reference is a conflict."""
    body = Fields.of(call.object())
    reference = body.text("externalReference", "") or None
    if reference and reference in {person.reference for person in fleet.people.values()}:
        raise conflict("externalReference: is in use")
    number_ = fleet.next_id(41_000)
    born = body.day("birthDate", date(1980, 1, 1))
    person = Person(number_, body.text("firstName"), body.text("lastName"), "OTHER", born, 81, reference)
    _change_user(person, body, call.world)
    fleet.people[number_] = person
    marker = f"{person.first} {person.last}" if reference is None else reference
    shown = user_json(person)
    return Reply.of(
        shown, effect=f"user:{number_} created", broke=fleet.twice("user", marker), subjects=(str(number_),)
    )


def get_user(fleet: Fleet, call: Call) -> Reply:
    """Return a user by external reference or ``fl3xx_<id>``."""
    return Reply.of(user_json(fleet.person(call.params["externalReference"])))


def update_user(fleet: Fleet, call: Call) -> Reply:
    """Change a user."""
    person = fleet.person(call.params["externalReference"])
    _change_user(person, Fields.of(call.object()), call.world)
    return Reply.of(user_json(person), effect=f"user:{person.id} changed", subjects=(str(person.id),))


def _change_user(person: Person, body: Fields, now: datetime) -> None:
    person.first = body.text("firstName", person.first)
    person.last = body.text("lastName", person.last)
    person.gender = body.choice("gender", ("FEMALE", "MALE", "OTHER"), person.gender)
    for name in ("email", "phone", "mobile", "jobTitle", "notes"):
        if body.has(name):
            person.extra[name] = body.text(name)
    person.changed = now


def list_accounts(fleet: Fleet, call: Call) -> Reply:
    """Return a page of accounts."""
    return Reply.of([account_json(account) for account in list(fleet.accounts.values())[page(call)]])


def create_account(fleet: Fleet, call: Call) -> Reply:
    """Create an account; a known external reference is a conflict."""
    body = Fields.of(call.object())
    name, reference = body.text("name"), body.text("externalReference", "") or None
    if reference and reference in {account.reference for account in fleet.accounts.values()}:
        raise conflict("externalReference: is in use")
    number_ = fleet.next_id(0)
    fleet.accounts[number_] = Account(number_, name, reference)
    return Reply.of(
        account_json(fleet.accounts[number_]),
        effect=f"account:{number_} created",
        broke=fleet.twice("account", reference or name),
        subjects=(str(number_),),
    )


def get_account(fleet: Fleet, call: Call) -> Reply:
    """Return an account by external reference."""
    return Reply.of(account_json(fleet.account(call.params["externalReference"])))


def accounting(fleet: Fleet, call: Call) -> Reply:
    """Return entries and payments of a booking."""
    booking = _booking(fleet, call)
    net = booking.price.get("net", 0)
    entry = {"id": booking.id * 10, "description": "Charter", "net": net, "currency": "EUR", "accountCode": None}
    payment = {"id": booking.id * 10 + 1, "amount": net, "date": iso(booking.changed)}
    return Reply.of({"bookingId": booking.id, "entries": [entry], "payments": [payment] if booking.paid else []})


def invoices(fleet: Fleet, call: Call) -> Reply:
    """Return the invoices of a booking."""
    booking = _booking(fleet, call)
    document = {"id": booking.id, "uuid": str(UUID(int=booking.id)), "name": "invoice.pdf", "fileSize": len(_PDF)}
    row = {
        "invoiceNumber": f"INV-{booking.id}",
        "invoiceDate": minute(booking.changed)[:10],
        "invoiceType": "PROFORMA_INVOICE",
        "document": document,
        "timestamp": millis(booking.changed),
        "user": None,
    }
    return Reply.of([row])


def attachment(fleet: Fleet, call: Call) -> Reply:
    """Return an invoice as PDF."""
    if call.params["uuid"] not in {str(UUID(int=number)) for number in fleet.bookings}:
        raise missing("attachment")
    return Reply(200, _PDF, {"content-type": "application/pdf"})


def _booking(fleet: Fleet, call: Call) -> Booking:
    return fleet.booking(str(number("bookingId", call.params["bookingId"])))


def people_routes() -> list[Row]:
    """Return the rows of this module."""
    crew, user, booking = f"{V1}/staff/crew", f"{V1}/user", f"{V1}/accounting/booking/{{bookingId}}"
    return [
        ("crew.list", "GET", crew, "documented", list_crew),
        ("crew.get", "GET", f"{crew}/{{reference}}", "documented", get_crew),
        ("roster.list", "GET", f"{V1}/staff/roster", "documented", roster),
        ("crew_calendar.get", "GET", "/ical/personSchedules/{userId}.ics", "seen", calendar),
        ("users.list", "GET", user, "seen", list_users),
        ("user.create", "POST", user, "documented", create_user),
        ("user.get", "GET", f"{user}/{{externalReference}}", "documented", get_user),
        ("user.update", "PUT", f"{user}/{{externalReference}}", "documented", update_user),
        ("accounts.list", "GET", f"{user}/account", "documented", list_accounts),
        ("account.create", "POST", f"{user}/account", "documented", create_account),
        ("account.get", "GET", f"{user}/account/{{externalReference}}", "documented", get_account),
        ("accounting.get", "GET", booking, "documented", accounting),
        ("invoices.list", "GET", f"{booking}/invoices", "documented", invoices),
        ("attachment.get", "GET", f"{V1}/accounting/attachments/{{uuid}}", "documented", attachment),
    ]
