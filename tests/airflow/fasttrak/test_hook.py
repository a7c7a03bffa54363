"""FASTTRAK's hook, and every entry of its catalogue."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow_provider_fleetops.hooks.fasttrak import FasttrakHook
from tests.airflow.fasttrak.kit import (
    create,
)
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
