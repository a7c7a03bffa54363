"""Every entry of FL3XX's catalogue, called for real: the sandbox, written apart from it, takes what it sends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from airflow_provider_fleetops.hooks.fl3xx import Fl3xxHook
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.vendors.fl3xx.catalogue import ENDPOINTS
from tests.airflow.fl3xx_kit import DAY, unhurry
from tests.conftest import START

LEG = {"departureAirport": "LOWG", "arrivalAirport": "LSZB", "pax": 3}
CUSTOMER = {"firstName": "Cleo", "lastName": "Testcase", "account": {"name": "Simulated Holdings"}}


@pytest.fixture
def hook(fresh_sandbox: Sandbox, fleet_connections: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> Fl3xxHook:
    """A hook that may ask the same twice."""
    unhurry(fresh_sandbox, fleet_connections, monkeypatch)
    return Fl3xxHook()


def leg(day: int) -> dict[str, Any]:
    return LEG | {"departureDate": f"2031-04-{day:02}T09:10", "arrivalDate": f"2031-04-{day:02}T10:35"}


def order(reference: str, day: int = 4, tail: str = "OE-SIM") -> dict[str, Any]:
    return {"aircraft": tail, "externalReference": reference, "customer": CUSTOMER, "legs": [leg(day)]}


def dispatch(hook: Fl3xxHook, flight_id: int) -> None:
    call = hook.call
    assert call("flight.get", flight_id=flight_id)["flightId"] == flight_id
    crew = call("flight_crew.get", flight_id=flight_id)
    members = [{"pilotId": member["pilotId"], "role": member["role"]} for member in crew]
    assert len(call("flight_crew.replace", flight_id=flight_id, body=members)) == len(members)
    added = call("passenger.add", flight_id=flight_id, body={"paxType": "FEMALE", "paxExternalReference": "crm-p-77"})
    ticket = {"flight_id": flight_id, "ticket_id": added["ticketId"]}
    assert call("passenger.update", body={"paxType": "OTHER"}, **ticket)["paxType"] == "OTHER"
    assert call("passenger.get", **ticket)["paxType"] == "OTHER"
    assert added["ticketId"] in [seat["ticketId"] for seat in call("passengers.list", flight_id=flight_id)]
    assert call("passenger.remove", **ticket) is None
    for noun in ("pax_details", "flight_services", "postflight", "migration", "sanction_list", "visa"):
        content = call(f"{noun}.get", flight_id=flight_id)
        assert call(f"{noun}.update", flight_id=flight_id, body=content).keys() == content.keys()
    for noun in ("preflight", "flight_notification", "planning_note"):
        assert call(f"{noun}.get", flight_id=flight_id)
    permit = hook.rows("permits.list", flight_id=flight_id)[0]
    assert call("permit.get", permit_id=permit["id"]) == permit
    slot = hook.rows("slots.list", flight_id=flight_id)[0]
    assert call("slot.get", slot_id=slot["id"]) == slot


def bookings(hook: Fl3xxHook) -> None:
    call = hook.call
    assert call("quote.lookup", body=order("never-stored"))["legs"]
    quote = str(call("quote.create", body=order("q-1"))["bookingid"])
    assert call("quote.update", reference=quote, body=order("q-1", day=5))
    assert str(call("quote.get", reference="q-1")["bookingid"]) == quote
    assert call("quote.history", reference=quote)
    assert call("quotes.list", last_request=START - timedelta(days=30))
    booking = str(call("booking.create", body=order("erp-555"))["bookingid"])
    assert call("flight_booking.create", body=order("erp-556", day=6))["bookingid"]
    assert call("booking.update", booking_reference=booking, body=order("erp-555"))
    assert len(hook.rows("bookings.list", last_request=START - timedelta(days=3), filter="NOT_PAID")) > 10
    assert call("booking.sold_snapshot", reference=booking)["legs"]
    assert call("quote.price")
    assert call("empty_legs.list")
    (first,) = call("legs.list", reference=booking)
    second = call("leg.add", booking_reference=booking, body=leg(7))
    call("leg.update", booking_reference=booking, flight_id=first["flightId"], body=leg(4) | {"pax": 2})
    call("leg.update_by_id", leg_id=first["id"], body=leg(4))
    assert call("leg.remove", booking_reference=booking, flight_id=second["flightId"]) is None
    flown = [row for row in call("legs.list", reference=booking) if row["status"] != "CANCELED"]
    assert [row["flightId"] for row in flown] == [first["flightId"]]
    assert call("accounting.get", booking_id=5600111)["entries"]
    document = call("invoices.list", booking_id=5600111)[0]["document"]
    assert call("attachment.get", uuid=document["uuid"]).startswith(b"%PDF")


def fleet(hook: Fl3xxHook) -> None:
    call = hook.call
    aircraft = call("aircraft.list")[0]
    assert call("aircraft.get", reference=aircraft["tailNumber"])["id"] == aircraft["id"]
    picture = next(link["href"] for link in aircraft["links"] if link["rel"] == "picture")
    assert call("aircraft.picture", uuid=picture.rpartition("/")[2])
    assert call("aircraft.schedule", tail=aircraft["tailNumber"], from_="2031-04-01T00:00", to="2031-04-05T00:00")
    assert call("aircraft.hold_items", tail=aircraft["tailNumber"], from_=DAY, to=DAY) == []
    counter = {"scheduleType": "INTERVAL", "unit": "FLIGHT_HOURS", "amount": 100, "externalSource": "CAMP"}
    call("maintenance_schedules.update", aircraft_id=aircraft["id"], body=[counter])
    assert call("airport.get", code="LOWG")["icao"] == "LOWG"
    assert call("airport.services", code="LOWG")
    assert isinstance(call("airport.crew", code="LOWG"), list)
    assert isinstance(call("airport.operational_notes", code="LOWG", from_=DAY, to=DAY), list)
    assert call("airport_v2.get", airport_code="LOWG")["icao"] == "LOWG"
    price = {"fboName": "F", "contractorName": "C", "currency": "EUR", "unit": "LITER"}
    call("fuel_prices.set", airport_code="EBCR", body=price)
    assert len(call("fuel_prices.get", airport_code="EBCR")) == 1
    call("fuel_prices.remove", airport_code="EBCR")
    call("fuel_prices.remove_all")
    between = f"blocksOffEstimatedDateTime,BTW,{DAY}T00:00:00.000Z,2031-04-04T00:00:00.000Z"
    assert len(hook.rows("flights_v2.list", filter=between)) > 50


def people(hook: Fl3xxHook) -> int:
    call = hook.call
    member = call("crew.list")[0]["pilotId"]
    assert call("crew.get", reference=str(member))["pilotId"] == member
    assert call("roster.list", from_=START, to=START + timedelta(days=2), filter="STAFF", include_flights=True)
    assert call("crew_calendar.get", user_id=member).startswith(b"BEGIN:VCALENDAR")
    assert call("user.create", body={"externalReference": "u-1", "firstName": "Ann", "lastName": "Other"})
    call("user.update", external_reference="u-1", body={"firstName": "Anna", "lastName": "Other"})
    assert call("user.get", external_reference="u-1")["firstName"] == "Anna"
    assert len(hook.rows("users.list")) > 50
    assert call("account.create", body={"name": "Acme", "externalReference": "a-1"})
    assert call("account.get", external_reference="a-1")["name"] == "Acme"
    assert hook.rows("accounts.list")
    assert isinstance(hook.rows("crew_qualifications_v1.list", filter=f"crewId,EQ,{member}"), list)
    assert hook.rows("qualification_types_v1.list")
    return int(member)


def rosters(hook: Fl3xxHook, member: int) -> None:
    call = hook.call
    kind = hook.rows("qualification_types.list")[0]["id"]
    assert call("qualification_type.get", qualification_type_id=kind)["id"] == kind
    made = call("crew_qualification.create", body={"crewId": member, "qualificationTypeId": kind, "country": "AUT"})
    key = {"qualification_id": made["id"]}
    call("crew_qualification.update", body={"notes": "renewed"}, **key)
    assert call("crew_qualification.get", **key)["notes"] == "renewed"
    assert hook.rows("crew_qualifications.list")
    call("crew_qualification.remove", **key)
    duty = hook.rows("roster_types.search")[0]["id"]
    assert call("roster_type.get", roster_type_id=duty)["id"] == duty
    times = {"startDateTime": "2031-04-05T06:00:00Z", "endDateTime": "2031-04-05T18:00:00Z"}
    entry = call("roster.create", body={"crewId": member, "rosterTypeId": duty, **times})["id"]
    call("roster.update", roster_id=entry, body={"endDateTime": "2031-04-05T19:00:00+02:00"})
    assert call("roster.get", roster_id=entry)["endDateTime"] == "2031-04-05T17:00:00.000Z"
    found = hook.rows("rosters.search", body={"filters": [{"field": "crewId", "operator": "EQ", "value": member}]})
    assert entry in [row["id"] for row in found]
    call("roster.remove", roster_id=entry)
    assert hook.rows("crew_positions.search", body={"filters": [_is("tailNumber", "OE-SIM")]})


def _is(field: str, value: Any) -> dict[str, Any]:
    return {"field": field, "operator": "EQ", "value": value}


def webhooks(hook: Fl3xxHook, box: Sandbox) -> None:
    call = hook.call
    wish = {"event": "FLIGHT_CANCEL", "callbackUrl": "https://hooks.example.invalid/fl3xx", "signingKey": "sim-key-1"}
    subscription = call("webhook.create", body=wish)
    made = subscription["id"]
    assert [row["id"] for row in hook.rows("webhooks.list")] == [made]
    with pytest.raises(errors.Refused):  # only in the last five days
        call("webhook.renew", subscription_id=made)
    box.control.advance(timedelta(days=27))
    renewed = call("webhook.renew", subscription_id=made)
    assert renewed["expirationDateTime"] > subscription["expirationDateTime"]
    assert call("webhook.update", subscription_id=made, body={"status": "INACTIVE"})["status"] == "INACTIVE"
    assert call("webhook.get", subscription_id=made)["status"] == "INACTIVE"
    call("webhook.remove", subscription_id=made)


def test_every_entry_is_taken_by_the_sandbox(hook: Fl3xxHook, fresh_sandbox: Sandbox):
    programme = hook.call("flights.list", from_=DAY, to=DAY, time_zone="UTC")
    dispatch(hook, next(row["flightId"] for row in programme if row["flightStatus"] == "Scheduled"))
    bookings(hook)
    fleet(hook)
    rosters(hook, people(hook))
    webhooks(hook, fresh_sandbox)
    journal = fresh_sandbox.control.journal(vendor="fl3xx", limit=1000)
    assert {entry["route"] for entry in journal} == set(ENDPOINTS)
    assert {entry["broke"] for entry in journal} == {None}
    assert [entry["route"] for entry in journal if entry["status"] >= 400] == ["webhook.renew"]


# --- booking once ---


def booked(box: Sandbox) -> int:
    return len(box.control.journal(vendor="fl3xx", route="booking.create", effect="*"))


def test_a_booking_is_made_once(hook: Fl3xxHook, fresh_sandbox: Sandbox):
    first, second = hook.ensure_booking(order("erp-77/1")), hook.ensure_booking(order("erp-77/1"))
    assert (first["created"], second["created"]) == (True, False)
    assert first["booking_id"] == second["booking_id"]
    assert first["flight_ids"] == second["flight_ids"] != []
    assert booked(fresh_sandbox) == 1


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("reset_after", {}),
        ("status", {"code": 503, "when": "after"}),
        ("not_json", {"when": "after"}),
        ("truncated", {}),
    ],
)
def test_an_unclear_booking_is_not_repeated_but_found(hook: Fl3xxHook, fresh_sandbox, kind, options):
    fresh_sandbox.control.fault("fl3xx", kind, "booking.create", **options)
    assert hook.ensure_booking(order("erp-78"))["created"] is True
    assert hook.ensure_booking(order("erp-78"))["created"] is False
    assert booked(fresh_sandbox) == 1
    assert len(fresh_sandbox.control.journal(vendor="fl3xx", route="booking.create")) == 1


def test_a_booking_that_never_arrived_is_made_next_time(hook: Fl3xxHook, fresh_sandbox: Sandbox, later: Any):
    fresh_sandbox.control.fault("fl3xx", "reset_before", "booking.create")
    with pytest.raises(errors.Unavailable, match="it was not found afterwards") as caught:
        hook.ensure_booking(order("erp-79"))
    assert "Testcase" not in str(caught.value)
    later(300)
    assert Fl3xxHook(hook.conn_id).ensure_booking(order("erp-79"))["created"] is True
    assert booked(fresh_sandbox) == 1
