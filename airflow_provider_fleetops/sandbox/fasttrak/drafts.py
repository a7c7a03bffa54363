"""Check what a partner wrote about a trip and fill in what the server supplies."""

from __future__ import annotations

from datetime import datetime, timedelta

from airflow_provider_fleetops.sandbox.fasttrak.pricing import DEFAULT_HOURS
from airflow_provider_fleetops.sandbox.fasttrak.records import Records
from airflow_provider_fleetops.sandbox.fasttrak.shapes import (
    COLLECTION_TYPES,
    FLIGHT_KEY,
    RESERVATION,
    STATUSES,
    TRAVEL_TYPES,
    Record,
    bind,
    iso,
    parsed,
)
from airflow_provider_fleetops.sandbox.fields import Fields, Invalid

# The end of the trip that carries the flight, by travel type (contract, section 2.2).
_AIRPORT_END = {"Arrival": "fromLocation", "Departure": "toLocation"}


class RefusedError(Exception):
    """A business rule forbids it; the text is fit for staff."""


def trip(body: Fields, records: Records) -> Record:
    """Read a reservation detail; raise `Invalid` for a malformed one and `RefusedError` for a forbidden one."""
    data = bind(RESERVATION, body)
    if data["travelType"] not in TRAVEL_TYPES[1:]:
        raise Invalid(body.name("travelType"), f"must be one of {', '.join(TRAVEL_TYPES[1:])}")
    if data["collectionType"] not in ("", *COLLECTION_TYPES):
        raise Invalid(body.name("collectionType"), f"must be one of {', '.join(COLLECTION_TYPES)}")
    for end in ("fromLocation", "toLocation"):
        _location(data, end, body)
    _links(data, body, records)
    _times(data, body)
    return data


def fresh(data: Record, body: Fields) -> None:
    """Check that a new reservation asks for a status that it may begin with."""
    status = data["reservationStatus"] or "Booked"
    if status not in STATUSES:
        raise Invalid(body.name("reservationStatus"), f"must be one of {', '.join(STATUSES)}")
    if status == "Quotation":
        raise RefusedError("Quotes are made and booked through quote-packages")


def lead_time(data: Record, now: datetime, minutes: float) -> None:
    """Refuse a pick-up that is nearer than the operator's lead time, or past."""
    if parsed(data["scheduledPickupTime"]) < now + timedelta(minutes=minutes):
        raise RefusedError(f"Pickup time is within the required lead time of {minutes:g} minutes")


def purchase_order(data: Record, customer: Record) -> None:
    """Refuse a trip without the reference that the customer's profile requires."""
    if customer["doRequireReferencePo"] and not data["referencePO"].strip():
        raise RefusedError("A reference PO is required for this customer")


def _location(data: Record, end: str, body: Fields) -> None:
    place, where = data[end], body.name(end)
    flight = place.get(FLIGHT_KEY)
    if _AIRPORT_END.get(data["travelType"]) == end:
        if not flight or not flight["airportCode"]:
            raise Invalid(f"{where}.{FLIGHT_KEY}.airportCode", f"is required for travelType {data['travelType']}")
        # Verification happens when saving (https://support.ifasttrak.com/support/solutions/articles/62000223093).
        flight["flightStatus"] = _verified(flight["flightNumber"])
        flight["flightStatusType"] = "None"
    elif flight:
        raise Invalid(f"{where}.{FLIGHT_KEY}", f"does not belong here for travelType {data['travelType']}")
    elif not (place["displayAddress"] or place["address"]["displayAddress"] or place["address"]["street1"]):
        raise Invalid(f"{where}.displayAddress", "is required")


def _verified(number: str) -> str:
    if not number:
        return ""
    return "Verified" if number.isascii() and number.isdigit() else "Invalid"


def _links(data: Record, body: Fields, records: Records) -> None:
    """Ids must be those of records; 0 means none, and the company and the price list have a default."""
    data["companyId"] = data["companyId"] or 1
    data["pricingId"] = data["pricingId"] or 11
    checks = (
        ("companyId", "companies"),
        ("pricingId", "pricing_plans"),
        ("vehicleTypeId", "vehicle_types"),
        ("customerId", "customers"),
        ("corporateProfileId", "corporate_profiles"),
    )
    for key, kind in checks:
        needed = data[key] or key == "vehicleTypeId"
        if needed and records.find(kind, key, data[key]) is None:
            raise Invalid(body.name(key), "is not a known id")


def _times(data: Record, body: Fields) -> None:
    """A given end wins over given hours, and both over the default."""
    if data["scheduledPickupTime"] is None:
        raise Invalid(body.name("scheduledPickupTime"), "is required")
    pickup = parsed(data["scheduledPickupTime"])
    if data["estimatedEndTime"] is None:
        hours = min(data["estimatedHours"], 1_000) if data["estimatedHours"] > 0 else DEFAULT_HOURS
        data["estimatedEndTime"] = iso(pickup + timedelta(hours=hours))
    length = parsed(data["estimatedEndTime"]) - pickup
    if length <= timedelta():
        raise Invalid(body.name("estimatedEndTime"), "must be after scheduledPickupTime")
    data["estimatedHours"] = round(length.total_seconds() / 3_600, 2)
