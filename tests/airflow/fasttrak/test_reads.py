"""Reading FASTTRAK's records: XCom names nobody, files hold the whole, and each costs one call."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_fleetops.hooks.fasttrak import FasttrakHook
from airflow_provider_fleetops.operators import fasttrak
from airflow_provider_fleetops.protocol import errors
from tests.airflow.fasttrak.kit import CUSTOMER, PASSENGER, PICKUP, TRIP, create, routes, run, sent, shown
from tests.conftest import START

PERSONAL = (
    "firstName",
    "lastName",
    "displayName",
    "emailAddress",
    "phoneCell",
    "cellPhoneNumber",
    "vin",
    "vehiclePlate",
    "dateOfBirth",
    "employeeName",
    "passengerName",
    "customerName",
    "total",
)
LISTS: list[tuple[type, str, dict[str, Any], str]] = [
    (fasttrak.FasttrakListCompaniesOperator, "companies.list", {}, "companyId"),
    (fasttrak.FasttrakListCustomersOperator, "customers.list", {"max_results": "3"}, "customerId"),
    (fasttrak.FasttrakListEmployeesOperator, "employees.list", {"include_inactive": True}, "employeeId"),
    (fasttrak.FasttrakListAffiliatesOperator, "affiliates.list", {}, "affiliateId"),
    (fasttrak.FasttrakListVehiclesOperator, "vehicles.list", {}, "vehicleId"),
    (fasttrak.FasttrakListVehicleTypesOperator, "vehicle_types.list", {}, "vehicleTypeId"),
    (fasttrak.FasttrakListPricingPlansOperator, "pricing_plans.list", {"include_disabled": "True"}, "pricingId"),
    (fasttrak.FasttrakSearchEmployeePaysOperator, "employee_pays.search", {}, "employeePayId"),
]


@pytest.mark.parametrize(("operator", "route", "arguments", "key"), LISTS, ids=[row[1] for row in LISTS])
def test_a_list_gives_numbers_to_xcom_and_the_rest_to_the_file(box, tmp_path: Path, operator, route, arguments, key):
    path = tmp_path / "rows.jsonl"
    told = run(operator, output_path=str(path), **arguments)
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert told
    assert [row[key] for row in told] == [row[key] for row in rows]
    assert all(set(row) <= set(operator.returns) for row in told)
    assert not {name for row in told for name in row} & set(PERSONAL)
    assert routes(box) == [route]


@pytest.mark.parametrize(
    ("operator", "switch"),
    [
        (fasttrak.FasttrakListEmployeesOperator, "include_inactive"),
        (fasttrak.FasttrakListPricingPlansOperator, "include_disabled"),
    ],
)
def test_what_is_out_of_use_comes_only_when_asked_for(box, operator, switch):
    assert len(run(operator)) < len(run(operator, **{switch: True}))


def test_out_of_service_and_expired_licences_are_in_xcom(box):
    assert [car["vehicleId"] for car in run(fasttrak.FasttrakListVehiclesOperator) if car["isOutOfService"]] == [308]
    people = run(fasttrak.FasttrakListEmployeesOperator)
    assert [person["employeeId"] for person in people if person["hasExpiredLicense"]] == [205]


def test_a_customer_is_found_and_neither_shown_nor_returned(box):
    known = FasttrakHook().rows("customers.list")[0]
    search = fasttrak.FasttrakSearchCustomersOperator
    told = run(search, email_address=known["emailAddress"].upper())
    assert [row["customerId"] for row in told] == [known["customerId"]]
    assert known["emailAddress"] not in shown(search(task_id="s", email_address=known["emailAddress"])) + json.dumps(
        told
    )
    assert run(search, email_address="nobody@example.com") == []


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({}, "give at least one of email_address, first_name, last_name, corporate_profile_id"),
        ({"include_inactive": True}, "give at least one of"),
        ({"email_address": ""}, "'email_address' is empty"),
        ({"email_address": lambda _: None, "last_name": "Sampleton"}, "'email_address' is empty"),
        ({"email_address": "a@example.com", "corporate_profile_id": "None"}, "'corporate_profile_id' is empty"),
    ],
)
def test_a_search_for_nobody_does_not_find_everybody(box, given, rule):
    with pytest.raises(AirflowFailException, match=rule):
        run(fasttrak.FasttrakSearchCustomersOperator, **given)
    assert routes(box) == []


# --- reservations ---


def test_a_reservation_is_read_by_number_and_by_key(box, tmp_path: Path):
    booked = create()["reservation_id"]
    path = tmp_path / "trip.json"
    told = run(fasttrak.FasttrakGetReservationOperator, reservation_id=str(booked), output_path=str(path))
    assert (told["reservationId"], told["reservationStatus"], told["employeeId"]) == (booked, "Booked", 0)
    assert told["scheduledPickupTime"].startswith("2031-04-02T11:00")
    by_key = run(
        fasttrak.FasttrakGetReservationOperator,
        external_booking_id="flight-7001:car",
        scheduled_pickup_time=PICKUP + timedelta(hours=2),
    )
    assert by_key == {name: value for name, value in told.items() if name != "path"}
    assert PASSENGER["name"] in path.read_text(encoding="utf-8")
    for personal in (*PASSENGER.values(), *CUSTOMER.values(), TRIP["to_location"]):
        assert personal not in json.dumps(told)


def test_a_key_that_nobody_knows_and_a_key_without_a_time(box):
    with pytest.raises(AirflowFailException) as caught:
        run(fasttrak.FasttrakGetReservationOperator, external_booking_id="x", scheduled_pickup_time=PICKUP)
    assert isinstance(caught.value, errors.NotFound)
    with pytest.raises(AirflowFailException, match="scheduled_pickup_time"):
        run(fasttrak.FasttrakGetReservationOperator, external_booking_id="x")
    with pytest.raises(ValueError, match="give exactly one of"):
        fasttrak.FasttrakGetReservationOperator(task_id="t")


WINDOW = {"from_time": START - timedelta(days=1), "to_time": START + timedelta(days=2)}


def test_a_window_is_one_call_and_names_nobody(box, tmp_path: Path):
    path = tmp_path / "day.jsonl"
    told = run(fasttrak.FasttrakSearchReservationsOperator, **WINDOW, output_path=str(path))
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(told) == len(rows) == 10
    assert all(row["primaryPassenger"]["name"] not in json.dumps(told) for row in rows)
    assert routes(box) == ["reservations.search_advanced"]


def test_a_window_can_be_counted_and_narrowed_to_a_driver(box):
    box.control.advance(timedelta(hours=3))
    told = run(fasttrak.FasttrakSearchReservationsOperator, **WINDOW, summary_only=True)
    assert told["count"] == sum(told["states"].values()) == 10
    driver = next(
        row["employeeId"] for row in run(fasttrak.FasttrakSearchReservationsOperator, **WINDOW) if row["employeeId"]
    )
    theirs = run(fasttrak.FasttrakSearchReservationsOperator, **WINDOW, employee_id=driver)
    assert 0 < len(theirs) < 10
    assert {row["employeeId"] for row in theirs} == {driver}


# --- money ---


def test_pays_of_one_trip_and_one_driver(box):
    every = run(fasttrak.FasttrakSearchEmployeePaysOperator)
    one = every[0]
    assert run(fasttrak.FasttrakReservationPaysOperator, reservation_id=one["reservationId"]) == [
        {name: one[name] for name in fasttrak.FasttrakReservationPaysOperator.returns}
    ]
    theirs = run(fasttrak.FasttrakSearchEmployeePaysOperator, employee_id=str(one["employeeId"]))
    assert theirs == [pay for pay in every if pay["employeeId"] == one["employeeId"]]


def test_the_ageing_report_counts_and_its_file_tells(box, tmp_path: Path):
    path = tmp_path / "ageing.json"
    told = run(fasttrak.FasttrakAgingReportOperator, aging_date="{{ ds }}T05:00:00Z", output_path=str(path))
    report = json.loads(path.read_text(encoding="utf-8"))
    assert told["invoices"] == len(report["agingInvoiceInfoList"]) > 0
    assert told["bill_tos"] == len(report["agingBillToSummaryList"]) > 0
    assert set(told) == {"invoices", "bill_tos", "digest", "path"}


def test_a_pay_report_goes_to_its_file(box, tmp_path: Path):
    path = tmp_path / "pay"
    told = run(fasttrak.FasttrakEmployeePayReportOperator, employee_id=201, output_path=str(path))
    assert told == {"bytes": path.stat().st_size, "digest": told["digest"], "path": str(path)}
    assert sent(box, "documents.employee_pay_report") == 1


@pytest.mark.parametrize(
    ("operator", "wrong", "named"),
    [
        (fasttrak.FasttrakListCustomersOperator, {"max_results": 0}, "max_results.*at least 1"),
        (fasttrak.FasttrakListEmployeesOperator, {"include_inactive": "perhaps"}, "include_inactive.*true or false"),
        (fasttrak.FasttrakSearchEmployeePaysOperator, {"employee_id": "Ada"}, "employee_id.*integer"),
        (fasttrak.FasttrakAgingReportOperator, {"aging_date": "2031-04-02T05:00:00"}, "aging_date.*time zone"),
        (fasttrak.FasttrakReservationPaysOperator, {"reservation_id": "1/2"}, "reservation_id.*integer"),
        (fasttrak.FasttrakSearchReservationsOperator, {"from_time": "x", "to_time": "y"}, "from_time.*ISO-8601"),
    ],
)
def test_wrong_values_are_named_and_nothing_is_sent(box, operator, wrong, named):
    with pytest.raises(AirflowFailException, match=named):
        run(operator, **wrong)
    assert routes(box) == []
