from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox.fasttrak_kit import START, VENDOR, Dispatcher, booking, dispatcher, running, stranger

__all__ = ["dispatcher", "running", "stranger"]

QUOTES = "/api/quote-packages"


def quote(**changes: Any) -> dict[str, Any]:
    """A valid quote request for one leg."""
    body = booking(vehicleTypeId=None)
    return {"reservationDetails": [body["reservationDetail"]], "customerSummary": body["customerSummary"]} | changes


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("companies", "companyId"),
        ("customers", "customerId"),
        ("employees", "employeeId"),
        ("affiliates", "affiliateId"),
        ("pricing-plans", "pricingId"),
        ("vehicles", "vehicleId"),
        ("vehicle-types", "vehicleTypeId"),
        ("corporate-profiles", "corporateProfileId"),
    ],
)
def test_master_data_is_listed_with_unique_ids(dispatcher: Dispatcher, path: str, key: str) -> None:
    ids = [row[key] for row in dispatcher.get(f"/api/{path}")]
    assert len(ids) == len(set(ids)) > 0


@pytest.mark.parametrize(
    ("path", "switch", "flag"),
    [
        ("employees", "includeInactive", "isInactive"),
        ("pricing-plans", "includeDisabled", "isDisabled"),
    ],
)
def test_the_inactive_come_only_when_asked_for(dispatcher: Dispatcher, path: str, switch: str, flag: str) -> None:
    active, everyone = dispatcher.get(f"/api/{path}"), dispatcher.get(f"/api/{path}", **{switch: "true"})
    assert not [row for row in active if row[flag]]
    assert len(everyone) > len(active)
    dispatcher.refused("GET", f"/api/{path}?{switch}=maybe", None)


def test_vehicles_belong_to_types_and_one_is_out_of_service(dispatcher: Dispatcher) -> None:
    types = {row["vehicleTypeId"] for row in dispatcher.get("/api/vehicle-types")}
    vehicles = dispatcher.get("/api/vehicles")
    assert {row["vehicleTypeId"] for row in vehicles} == types
    assert sum(row["isOutOfService"] for row in vehicles) == 1


def test_customers_are_created_changed_read_and_limited(dispatcher: Dispatcher) -> None:
    made = dispatcher.post("/api/customers", {"firstName": "Ina", "lastName": "Rowe", "isVip": True})
    path = f"/api/customers/{made['customerId']}"
    changed = dispatcher.put(path, {"firstName": "Ina", "lastName": "Rowan"})
    assert (changed["lastName"], changed["isVip"], changed["customerId"]) == ("Rowan", False, made["customerId"])
    assert dispatcher.get(path) == changed
    assert len(dispatcher.get("/api/customers", maxResults=2)) == 2
    assert dispatcher.refused("POST", "/api/customers", {"firstName": "Ina"}) == "lastName: is required"
    assert dispatcher.refused("GET", "/api/customers/1", None, 404) == "Customer not found"


@pytest.mark.parametrize("query", ["maxResults=0", "maxResults=x", "maxResults=-1", "maxResults=" + "9" * 50])
def test_an_odd_limit_is_a_400(dispatcher: Dispatcher, query: str) -> None:
    assert dispatcher.refused("GET", f"/api/customers?{query}", None).startswith("maxResults: ")


def test_a_quote_is_booked_once_at_its_price(dispatcher: Dispatcher) -> None:
    package = dispatcher.post(QUOTES, quote())
    assert [row["vehicleTypeSummary"]["vehicleTypeId"] for row in package["quotes"]] == [1, 2, 3]  # 4 is hidden
    chosen, path = package["quotes"][1], f"{QUOTES}/{package['quotePackageId']}"
    passenger = {"name": "Zoe Quill"}
    made = dispatcher.post(f"{path}/book", {"quoteId": chosen["quoteId"], "primaryPassenger": passenger})
    assert (made["reservationStatus"], made["vehicleTypeId"]) == ("Booked", 2)
    assert made["totalCharges"] == chosen["pricingInformation"]["totalCharge"]
    assert dispatcher.get(path)["status"] == "Booked"
    again = dispatcher.refused("POST", f"{path}/book", {"quoteId": chosen["quoteId"]}, 200)
    assert again == "Quote package is already booked"
    assert dispatcher.stats()["created"] == 1


def test_a_quote_expires_by_the_gateways_clock(dispatcher: Dispatcher) -> None:
    dispatcher.control.limits(VENDOR, quote_minutes=10)
    package = dispatcher.post(QUOTES, quote(vehicleTypeIds=[3]))
    dispatcher.control.advance(timedelta(minutes=10))
    body = {"quoteId": package["quotes"][0]["quoteId"]}
    path = f"{QUOTES}/{package['quotePackageId']}/book"
    assert dispatcher.refused("POST", path, body, 200) == "Quote package has expired"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"reservationDetails": []}, "reservationDetails: must hold 1 to 5 objects"),
        ({"reservationDetails": [{}]}, "reservationDetails[0].travelType: must be one of "),
        ({"vehicleTypeIds": [4]}, "vehicleTypeIds: must be a list of known vehicle types"),
        ({"vehicleTypeIds": [[]]}, "vehicleTypeIds: must be a list of known vehicle types"),
        ({"vehicleTypeIds": [True]}, "vehicleTypeIds: must be a list of known vehicle types"),
        ({"customerSummary": {"customerId": 7}}, "customerSummary.customerId: is not a known id"),
        ({"customerSummary": {}}, "customerSummary.firstName: is required"),
    ],
)
def test_a_bad_quote_request_names_field_and_rule(dispatcher: Dispatcher, changes: dict[str, Any], text: str) -> None:
    assert dispatcher.refused("POST", QUOTES, quote(**changes)).startswith(text)


def test_unknown_quotes_are_not_found(dispatcher: Dispatcher) -> None:
    assert dispatcher.refused("GET", f"{QUOTES}/nothing", None, 404) == "Quote package not found"
    package = dispatcher.post(QUOTES, quote())
    dispatcher.refused("POST", f"{QUOTES}/{package['quotePackageId']}/book", {"quoteId": "other"})


def test_quotes_are_not_booked_through_reservations(dispatcher: Dispatcher) -> None:
    body = booking(reservationStatus="Quotation")
    assert "quote-packages" in dispatcher.refused("POST", "/api/reservations/new-customer", body, 200)


def test_finished_trips_are_paid_and_owed(dispatcher: Dispatcher) -> None:
    number = dispatcher.book()["reservationId"]
    path = f"/api/reservation-pays/{number}/employee-pays"
    assert dispatcher.get(path) == []
    dispatcher.at(5)
    [pay] = dispatcher.get(path)
    assert dispatcher.post("/api/employee-pays/search", {"reservationID": number, "payStatus": "All"}) == [pay]
    assert pay["total"] + pay["reservationBillingSummary"]["reservationNetAfterPay"] == pytest.approx(124.12)
    report = dispatcher.post("/api/Invoices/aging-report", {"agingDate": (START + timedelta(days=3)).isoformat()})
    [invoice] = [row for row in report["agingInvoiceInfoList"] if row["reservationId"] == number]
    assert (invoice["balance"], invoice["daysOutstanding"]) == (124.12, 2)
    totals = sum(row["total"] for row in report["agingBillToSummaryList"])
    assert totals == pytest.approx(sum(row["balance"] for row in report["agingInvoiceInfoList"]))
    document = dispatcher.post(
        "/api/communication/view-document/employee-pay-report", {"employeeId": pay["employeeId"]}
    )
    assert f"{number};" in base64.b64decode(document["content"]).decode()


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/api/nowhere", 404), ("PATCH", "/api/vehicles", 405), ("GET", "/", 404)]
)
def test_unknown_paths_and_methods_get_the_vendors_envelope(
    dispatcher: Dispatcher, method: str, path: str, status: int
) -> None:
    dispatcher.refused(method, path, None, status)
