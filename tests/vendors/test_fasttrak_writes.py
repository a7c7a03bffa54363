"""FASTTRAK's flows that write, without a network: customers, quotes, edits, webhooks, and what they do in doubt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.protocol.call_once import call_once
from airflow_provider_fleetops.vendors.fasttrak import customers, edits, quotes, states, subscriptions
from tests.protocol.fakes import FakeDriver
from tests.vendors.fasttrak_kit import LOST, RIDE, TRIP, account, body, driver, failure, ok, sent

# --- customers ---

PERSON = {
    "customerId": 9,
    "firstName": "Ada",
    "lastName": "Buyer",
    "emailAddress": "a@client.example",
    "lastModifyDate": "2031-04-01T00:00:00Z",
    "createDate": "2024-03-01T00:00:00Z",
    "unknownToUs": [1],
}
WANTED = {"email": "a@client.example", "first_name": "Ada", "last_name": "Byer"}


def upsert(fake: FakeDriver, customer: Mapping[str, Any] = WANTED, **more: Any) -> Mapping[str, Any]:
    told: Mapping[str, Any] = fake.run(customers.upsert_customer(account(), customer, **more))
    return told


def test_a_whole_profile_is_written_back_without_what_the_server_writes():
    fake = driver(ok([PERSON]), ok([PERSON]), ok({**PERSON, "lastName": "Byer"}))
    assert upsert(fake) == {"customer_id": 9, "action": "updated"}
    assert sent(fake) == ["POST /customers/search", "POST /customers/search", "PUT /customers/9"]
    kept = {name: PERSON[name] for name in ("customerId", "firstName", "emailAddress", "unknownToUs")}
    assert body(fake.sent[-1]) == {**kept, "lastName": "Byer"}


@pytest.mark.parametrize(
    "newest", [[{**PERSON, "lastModifyDate": "2031-04-02T04:59:00Z"}], []], ids=["changed", "gone"]
)
def test_a_profile_that_somebody_saved_meanwhile_is_not_overwritten(newest):
    fake = driver(ok([PERSON]), ok(newest))
    with pytest.raises(errors.Unavailable, match="changed since it was read") as caught:
        upsert(fake)
    assert caught.value.effect is errors.Effect.NONE
    assert "PUT /customers/9" not in sent(fake)


def test_of_several_profiles_the_active_one_counts_then_the_first():
    rows = [
        {**PERSON, "customerId": 3, "isInactive": True},
        {**PERSON, "customerId": 8, "lastName": "Byer"},
        {**PERSON, "customerId": 7, "lastName": "Byer"},
        {**PERSON, "customerId": 1, "emailAddress": "b@client.example"},
    ]
    assert upsert(driver(ok(rows))) == {"customer_id": 7, "action": "unchanged"}


def test_a_value_that_the_vendor_writes_its_own_way_is_told_and_no_error():
    fake = driver(ok([PERSON]), ok([PERSON]), ok({**PERSON, "lastName": "BYER"}))
    assert upsert(fake)["action"] == "updated"
    assert any("another value than was written of lastName" in note for note in fake.notes)


def test_a_customer_that_was_made_under_this_address_and_is_gone_is_for_a_person():
    fake = driver(ok([]), ok(PERSON))
    assert upsert(fake)["action"] == "created"
    fake.answers = [ok([]), failure("Customer not found", 404)]
    with pytest.raises(errors.NotFound, match="no customer 9"):
        upsert(fake)
    assert sent(fake).count("POST /customers") == 1


def test_one_that_the_search_does_not_show_yet_is_read_by_its_number():
    fake = driver(ok([]), ok(PERSON))
    upsert(fake)
    fake.answers = [ok([]), ok(PERSON), ok(PERSON), ok({**PERSON, "lastName": "Byer"})]
    assert upsert(fake) == {"customer_id": 9, "action": "updated"}
    assert sent(fake)[-3:] == ["GET /customers/9", "GET /customers/9", "PUT /customers/9"]


def made(fake: FakeDriver, entry: str, content: Mapping[str, Any], **arguments: Any) -> Any:
    return fake.run(call_once(account(), entry, arguments, content, "key"))


NAMES = {"firstName": "Ada", "lastName": "Buyer"}


def test_without_an_address_a_namesake_of_long_ago_is_not_the_new_customer():
    old = [PERSON, {**PERSON, "customerId": 4, "createDate": "soon"}, {**PERSON, "customerId": 5, "createDate": None}]
    with pytest.raises(errors.Unavailable, match="not found"):
        made(driver(LOST, ok(old)), "customer.create", NAMES)
    new = {**PERSON, "customerId": 6, "createDate": "2099-01-01T00:00:00Z"}
    assert made(driver(LOST, ok([*old, new])), "customer.create", NAMES) == new


@pytest.mark.parametrize(
    ("entry", "content"),
    [
        ("customer.create", {"firstName": "Ada"}),
        ("quote_package.create", {"reservationDetails": [{}], "customerSummary": NAMES}),
        ("reservation.create", {"reservationDetail": {}}),
    ],
)
def test_what_has_nothing_to_be_found_by_ends_as_unknown(entry, content):
    with pytest.raises(errors.OutcomeUnknown):
        made(driver(LOST), entry, content)


# --- quotes ---

PACKAGE = {
    "quotePackageId": "p-1",
    "status": "Quotation",
    "expiresUTC": "2099-01-01T00:00:00Z",
    "quotes": [
        {"quoteId": "a", "vehicleTypeSummary": {"vehicleTypeId": 1}, "pricingInformation": {"totalCharge": 90.5}},
        {"quoteId": "b", "vehicleTypeSummary": None, "pricingInformation": {"totalCharge": 80}},
        {"quoteId": "c", "vehicleTypeSummary": {"vehicleTypeId": 2}},
        "nonsense",
    ],
}
QUOTED = {**TRIP, "customer": {"last_name": "Buyer", "email": "a@client.example"}}


def ask(fake: FakeDriver) -> dict[str, Any]:
    told: dict[str, Any] = fake.run(quotes.create_quote(account(), {"external_booking_id": "k-1"}, **QUOTED))
    return told


def approve(package: Mapping[str, Any], **arguments: Any) -> dict[str, Any]:
    flow = quotes.approve_quote(account(), "p-1", **{"max_total": 100, **arguments})
    told: dict[str, Any] = driver(ok(dict(package))).run(flow)
    return told


def test_a_question_names_the_known_customer_and_no_state():
    fake = driver(ok([PERSON]), ok(PACKAGE))
    ask(fake)
    content = body(fake.sent[-1])
    (leg,) = content["reservationDetails"]
    assert leg["customerId"] == content["customerSummary"]["customerId"] == 9
    assert leg["externalBookingId"] == "k-1"
    assert "reservationStatus" not in leg
    assert "vehicleTypeIds" not in content


def test_an_answer_without_a_package_is_asked_for_again():
    fake = driver(ok([]), ok({"status": "?"}))
    with pytest.raises(errors.Unavailable):
        ask(fake)
    fake.now += 600
    fake.answers = [ok([]), ok(PACKAGE)]
    assert ask(fake)["quote_package_id"] == "p-1"


def test_the_cheapest_that_will_do():
    assert approve(PACKAGE)["quote_id"] == "b"
    assert approve(PACKAGE, vehicle_type_ids=["1"])["total"] == 90.5
    assert approve({**PACKAGE, "expiresUTC": None})["expires"] is None


@pytest.mark.parametrize(
    ("package", "arguments", "kind", "named"),
    [
        (PACKAGE, {"max_total": 79.99}, errors.Refused, "cheapest costs 80"),
        (PACKAGE, {"vehicle_type_ids": [2]}, errors.Refused, "none has a price"),
        ({**PACKAGE, "expiresUTC": "2001-01-01T00:00:00Z"}, {}, errors.Refused, "expires at"),
        ({**PACKAGE, "expiresUTC": "soon"}, {}, errors.ProtocolError, "expiresUTC"),
        ({**PACKAGE, "status": "BOOKED"}, {}, errors.Refused, "booked already"),
        ({**PACKAGE, "quotes": None}, {}, errors.Refused, "none has a price"),
    ],
)
def test_what_is_not_approved(package, arguments, kind, named):
    with pytest.raises(kind, match=named):
        approve(package, **arguments)


# --- edits ---

INFO = {
    "airportId": 5,
    "airportCode": "KXX",
    "airportName": "Port Example",
    "airlineId": 6,
    "airlineCode": "ZZ",
    "airlineName": "Example Air",
    "flightNumber": "0123",
}
ARRIVAL = {**RIDE, "travelType": "Arrival", "fromLocation": {"displayAddress": "A", "airportAirlineFlightInfo": INFO}}


def flight_after(**flight: Any) -> dict[str, Any]:
    fake = driver(ok(ARRIVAL), ok(ARRIVAL))
    fake.run(edits.update(account(), {}, reservation_id=42, flight=flight))
    written: dict[str, Any] = body(fake.sent[-1])["reservationDetail"]["fromLocation"]["airportAirlineFlightInfo"]
    return written


def test_another_flight_keeps_what_was_looked_up_and_another_airport_or_airline_does_not():
    assert flight_after(flight_number="0456") == {**INFO, "flightNumber": "0456"}
    airline = {name: INFO[name] for name in ("airlineId", "airlineCode", "airlineName", "flightNumber")}
    assert flight_after(airport_code="KYY") == {**airline, "airportCode": "KYY"}
    airport = {name: INFO[name] for name in ("airportId", "airportCode", "airportName")}
    assert flight_after(airline_code="YY", flight_number="9") == {**airport, "airlineCode": "YY", "flightNumber": "9"}


def test_an_edit_that_somebody_overtook_writes_nothing():
    stamped = {**RIDE, "modifiedTime": "1"}
    fake = driver(ok(stamped), ok({**stamped, "modifiedTime": "2"}))
    with pytest.raises(errors.Unavailable, match="changed since it was read"):
        fake.run(edits.update(account(), {"luggage_count": 3}, reservation_id=42))
    assert sent(fake) == ["GET /reservations/42"] * 2


# --- webhooks ---

URL = "https://hooks.example/x"
HOOK = {"webhookId": "w-1", "url": URL}


def ensure(fake: FakeDriver, *types: str) -> dict[str, Any]:
    told: dict[str, Any] = fake.run(subscriptions.ensure_webhook(account(), URL, types))
    return told


def test_a_vendor_that_does_not_show_the_events_is_believed():
    assert ensure(driver(ok([HOOK])), "a") == {"webhook_id": "w-1", "created": False, "removed": 0}


def test_an_answer_without_a_number_is_looked_for():
    fake = driver(ok([]), ok({"status": "fine"}), ok([HOOK]))
    assert ensure(fake)["webhook_id"] == "w-1"
    with pytest.raises(errors.Unavailable, match="no subscription"):
        ensure(driver(ok([]), ok({}), ok([])))


def test_one_that_is_gone_already_is_no_error():
    fake = driver(ok([HOOK, {**HOOK, "webhookId": "w-2"}, {"url": URL}]), failure("Webhook not found", 404))
    assert ensure(fake) == {"webhook_id": "w-1", "created": False, "removed": 1}


# --- the driver ---


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, "UNASSIGNED"),
        ({"employeeId": 7}, "ASSIGNED"),
        ({"isFarmOut": True}, "ASSIGNED"),
        ({"reservationStatus": "Driver_Scheduled"}, "ASSIGNED"),
        ({"reservationStatus": "Dropped"}, "ASSIGNED"),
        ({"reservationStatus": "Teleporting"}, "UNASSIGNED"),
        ({"reservationStatus": "Cancelled", "employeeId": 7}, "CANCELLED"),
    ],
)
def test_who_has_a_driver(fields, state):
    seen = driver(ok({**RIDE, **fields})).run(states.DRIVER.look(account(), ["42"], {"by": "reservation_id"}))
    assert states.DRIVER.derive(seen["42"]).state == state
