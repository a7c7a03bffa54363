"""FASTTRAK's hook, and every entry of its catalogue."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from airflow_provider_fleetops.hooks.fasttrak import FasttrakHook
from airflow_provider_fleetops.protocol import errors
from tests.airflow.fasttrak.kit import TRIP, create, sent
from tests.conftest import START


def test_a_full_answer_is_read_in_halves(box, monkeypatch):
    from airflow_provider_fleetops.vendors.fasttrak import search

    monkeypatch.setattr(search, "MAX_RESULTS", 4)
    rows = FasttrakHook().reservations(START - timedelta(days=1), START + timedelta(days=2))
    assert len({row["reservationId"] for row in rows}) == len(rows) == 10


def test_local_times_are_read_and_written_as_the_operators_clock(box, connect):
    connect(extra={"times_are_local": True, "time_zone": "America/New_York"})
    told = create()
    assert told["scheduled_pickup_time"] == "2031-04-02T11:00:00Z"
    connect()
    assert FasttrakHook().reservation(told["reservation_id"])["scheduledPickupTime"].startswith("2031-04-02T07:00")


NEW_YORK = {"times_are_local": True, "time_zone": "America/New_York"}
# The clocks go back from two to one at 06:00 UTC: ten past one comes twice.
SECOND = datetime(2031, 11, 2, 6, 10, tzinfo=UTC)


@pytest.mark.parametrize("pickup", [SECOND, SECOND - timedelta(hours=1)], ids=["second hour", "first hour"])
@pytest.mark.parametrize("most", [200, 2], ids=["one search", "in halves"])
def test_a_car_of_the_night_when_the_clocks_go_back_is_booked_once(box, connect, monkeypatch, pickup, most):
    from airflow_provider_fleetops.vendors.fasttrak import search

    connect(extra=NEW_YORK)
    for minutes in (-20, 20):
        near = SECOND + timedelta(minutes=minutes)
        create(scheduled_pickup_time=near.isoformat(), external_booking_id=f"near {minutes}")
    monkeypatch.setattr(search, "MAX_RESULTS", most)
    box.control.fault("fasttrak", "reset_after", match="reservation.create_new_customer")
    told = create(scheduled_pickup_time=pickup.isoformat(), search_hours=0.25)
    assert told["created"]
    found = FasttrakHook().find_reservation(TRIP["external_booking_id"], pickup, search_hours=0.25)
    assert found["reservationId"] == told["reservation_id"]
    assert sent(box, "reservation.create_new_customer") == 3


def test_a_list_of_local_times_ends_where_the_next_one_begins(box, connect):
    connect(extra=NEW_YORK)
    for hour in range(4):
        create(scheduled_pickup_time=(START + timedelta(hours=6 + hour)).isoformat(), external_booking_id=f"car {hour}")
    start, hook = START + timedelta(hours=6, minutes=-10), FasttrakHook()
    days = [hook.reservations(start + timedelta(hours=n), start + timedelta(hours=n + 1)) for n in range(4)]
    own = [[row["externalBookingId"] for row in day if row["externalBookingId"]] for day in days]
    assert own == [[f"car {hour}"] for hour in range(4)]
    with pytest.raises(errors.InvalidInput, match="'to_time' must not be before from_time"):
        hook.reservations(start, start - timedelta(minutes=30))


def test_lists_are_rows(box):
    hook = FasttrakHook()
    for name in ("companies.list", "vehicles.list", "vehicle_types.list", "affiliates.list", "pricing_plans.list"):
        assert hook.rows(name), name
    assert hook.drivers()
    assert hook.customers(email="nobody@example.com") == []


DETAIL = {
    "travelType": "Ground",
    "vehicleTypeId": 1,
    "scheduledPickupTime": "2031-04-02T15:00:00Z",
    "fromLocation": {"displayAddress": "A"},
    "toLocation": {"displayAddress": "B"},
    "primaryPassenger": {"name": "P"},
}
WINDOW = {"startDate": "2031-04-01T00:00:00Z", "endDate": "2031-04-03T00:00:00Z"}
PERSON = {"firstName": "F", "lastName": "L", "emailAddress": "f.l@example.com"}


def test_every_entry_is_understood_by_the_vendor(box):
    hook = FasttrakHook()
    customer = hook.rows("customers.list", max_results=5)[0]["customerId"]
    detail = {**DETAIL, "customerId": customer}
    login = {
        "systemId": box.credentials("fasttrak")["system_id"],
        "username": box.credentials("fasttrak")["username"],
        "password": box.credentials("fasttrak")["password"],
        "refreshToken": "",
    }
    package = hook.call("quote_package.create", body={"reservationDetails": [detail], "customerSummary": PERSON})
    quoted = {"quote_package_id": package["quotePackageId"]}
    subscription = {"url": "https://hooks.example/cars", "eventTypes": ["reservation.updated"]}
    calls: list[tuple[str, dict[str, Any], Any]] = [
        ("auth.web_service_user", {}, login),
        ("auth.partner", {}, login),
        ("customers.search", {}, {"emailAddress": PERSON["emailAddress"]}),
        ("customer.get", {"customer_id": customer}, None),
        ("customer.create", {}, PERSON),
        ("customer.update", {"customer_id": customer}, PERSON),
        ("employees.list", {"include_inactive": True}, None),
        ("pricing_plans.list", {"include_disabled": True}, None),
        ("reservation.get", {"reservation_id": 710_001}, None),
        ("reservations.search", {}, WINDOW),
        ("reservations.search_advanced", {}, {**WINDOW, "maxResults": 3}),
        ("reservation.create_new_customer", {}, {"reservationDetail": detail, "customerSummary": PERSON}),
        ("reservation.create", {}, {"reservationDetail": detail}),
        ("reservation.update", {"reservation_id": 710_010}, {"reservationDetail": detail}),
        ("reservation.cancel", {"reservation_id": 710_010}, {"cancelledBy": "ops", "reason": "r"}),
        ("quote_package.get", quoted, None),
        ("quote_package.book", quoted, {"quoteId": package["quotes"][0]["quoteId"]}),
        ("webhook.create", {}, subscription),
        ("employee_pays.search", {}, {"payDisplayType": "DriversOnly", "payStatus": "All"}),
        ("reservation.employee_pays", {"reservation_id": 710_001}, None),
        ("invoices.aging_report", {}, {"companyId": 1, "agingDate": "2031-04-02T00:00:00Z", "invoiceARStatus": "All"}),
        ("documents.employee_pay_report", {}, {"payStatus": "All", "suppressZeroValueItems": True}),
        *((name, {}, None) for name in hook.vendor.endpoints if name.endswith(".list")),
    ]
    for name, arguments, body in calls:
        answer = hook.call(name, body=body, **arguments)
        assert answer is not None, name
    hook.call("webhook.delete", webhook_id=str(hook.rows("webhooks.list")[0]["webhookId"]))
    called = {entry["route"] for entry in box.control.journal(vendor="fasttrak")}
    assert set(hook.vendor.endpoints) == called
