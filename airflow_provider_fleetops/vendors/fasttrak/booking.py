"""A trip as the DAG's author writes it, and as the vendor wants it. Every value is checked before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from airflow_provider_fleetops.protocol.encoders import Type
from airflow_provider_fleetops.protocol.endpoint import Field, Pattern
from airflow_provider_fleetops.protocol.errors import InvalidInput, empty, is_blank
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fasttrak.times import given_time, write_time

TRIP = (
    Field("external_booking_id", required=True, wire="externalBookingId", minimum=1, maximum=100),
    Field("travel_type", wire="travelType", enum=("Ground", "Arrival", "Departure", "Transfer")),
    Field("company_id", Type.INTEGER, wire="companyId", minimum=1),
    Field("customer_id", Type.INTEGER, wire="customerId", minimum=1),
    Field("vehicle_type_id", Type.INTEGER, wire="vehicleTypeId", minimum=1),
    Field("pricing_id", Type.INTEGER, wire="pricingId", minimum=1),
    Field("passenger_count", Type.INTEGER, wire="passengerCount", minimum=0, maximum=1000),
    Field("luggage_count", Type.INTEGER, wire="luggageCount", minimum=0, maximum=1000),
    Field("is_vip", Type.BOOLEAN, wire="isVip"),
    Field("reference_po", wire="referencePO", maximum=100),
    Field("trip_notes", wire="tripNotes", maximum=4000),
    Field("dispatch_notes", wire="dispatchNotes", maximum=4000),
    Field("driver_notes", wire="driverNotes", maximum=4000),
)
PASSENGER = (
    Field("name", required=True, maximum=200),
    Field("phone", wire="phoneNumber", maximum=60),
    Field("email", wire="emailAddress", maximum=254),
    Field("alias", maximum=200, doc="the name on the greet sign"),
    Field("notify_by_email", Type.BOOLEAN, wire="doEnablePassengerEmail"),
    Field("notify_by_sms", Type.BOOLEAN, wire="doEnablePassengerSMS"),
)
CUSTOMER = (
    Field("first_name", wire="firstName", maximum=100),
    Field("last_name", required=True, wire="lastName", maximum=100),
    Field("email", wire="emailAddress", maximum=254),
    Field("phone", wire="phoneNumber1", maximum=60),
    Field("cell_phone", wire="cellPhoneNumber", maximum=60),
)
_AIRPORT = Pattern(r"[A-Z0-9]{3,4}", "must be 3 or 4 capital letters or digits")
_AIRLINE = Pattern(r"[A-Z0-9]{2,3}", "must be 2 or 3 capital letters or digits")
FLIGHT = (
    Field("airport_code", required=True, wire="airportCode", pattern=_AIRPORT, doc="IATA"),
    Field("airline_code", wire="airlineCode", pattern=_AIRLINE, doc="IATA"),
    Field("flight_number", wire="flightNumber", maximum=10, doc="without the airline's code"),
    Field("scheduled_time", wire="scheduledDateTime"),
)
# https://developer.ifasttrak.com publishes no list; the names, the vendor's misspelling included, are the consumer's.
OVERRIDES = tuple(
    Field(name, Type.BOOLEAN)
    for name in (
        "disableLeadTimeChecks",
        "disableStatusUpdates",
        "disablePricingUpdates",
        "disableStopUpdates",
        "disableDayOfDispatchUpdates",
        "disableTotalChargeEstimateUpdates",
        "disablConfirmationUpdates",
        "disableStatusNotifications",
        "disableReservationChangeNotifications",
        "disableDriverAssignmentNotifications",
        "disableAffiliateUpdates",
        "disableAutomaticTimezoneLookup",
        "disableReservationRetrieveAfterUpdate",
        "disableOperatorNewBookingNotification",
        "disableOperatorUpdateBookingNotification",
    )
)
FLIGHT_INFO = "airportAirlineFlightInfo"
_FLIGHT_END = {"ARRIVAL": "fromLocation", "DEPARTURE": "toLocation"}


def trip_detail(
    account: Account,
    trip: Mapping[str, Any],
    *,
    pickup: datetime,
    passenger: Any,
    from_location: Any,
    to_location: Any,
    flight: Any = None,
    details: Any = None,
) -> dict[str, Any]:
    """The ``reservationDetail`` of a new booking.

    ``details`` are fields in the vendor's own names (classification, collection), laid under the checked ones.
    Times go out as the account writes them. The flight stands at the airport's end of the trip.
    """
    detail: dict[str, Any] = {
        "reservationStatus": "Booked",
        **plain_object("details", details or {}),
        **to_wire("reservation", TRIP, trip),
        "scheduledPickupTime": write_time(account, pickup),
        "primaryPassenger": to_wire("passenger", PASSENGER, passenger),
        "fromLocation": location("from_location", from_location),
        "toLocation": location("to_location", to_location),
    }
    if flight:
        end = flight_end(detail.get("travelType"))
        if end is None:
            raise InvalidInput("parameter 'flight' needs travel_type Arrival or Departure", vendor="fasttrak")
        detail[end] = {**detail[end], FLIGHT_INFO: flight_info(account, flight)}
    return detail


def essence(value: Any) -> Any:
    """What makes another trip of it: all but its times, which may be estimates, and its notes."""
    if not isinstance(value, Mapping):
        return value
    return {name: essence(inner) for name, inner in value.items() if not name.endswith(("Time", "Notes"))}


def flight_end(travel_type: Any) -> str | None:
    """Where the flight stands: at the start of an arrival, at the end of a departure, else nowhere."""
    return _FLIGHT_END.get(str(travel_type or "").upper())


def to_wire(what: str, fields: tuple[Field, ...], values: Any, *, partial: bool = False) -> dict[str, Any]:
    """Values by our names, checked, by the vendor's; :class:`InvalidInput` names the field and the rule.

    ``partial``: some values of a record that exists, so none is required.
    """
    given = plain_object(what, values)
    known = {field.name: field for field in fields}
    head = "" if what == "reservation" else f"{what}."
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise InvalidInput(f"unknown {what} field {unknown[0][:60]!r}; known: {', '.join(known)}", vendor="fasttrak")
    for field in fields:
        if field.required and not partial and given.get(field.name) in (None, ""):
            raise InvalidInput(f"parameter '{head}{field.name}' is required", vendor="fasttrak")
    return {
        known[name].wire_name: replace(known[name], name=f"{head}{name}").encode(value)
        for name, value in given.items()
        if value is not None
    }


def plain_object(what: str, value: Any) -> dict[str, Any]:
    """A copy of an object with text keys; :class:`InvalidInput` for anything else."""
    if is_blank(value):
        raise empty(what)
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise InvalidInput(f"parameter {what!r} must be an object, not {type(value).__name__}", vendor="fasttrak")
    return dict(value)


def location(what: str, value: Any) -> dict[str, Any]:
    """An address as text, or the vendor's location object."""
    if isinstance(value, Mapping):
        return plain_object(what, value)
    text = Field(what, required=True, maximum=500).encode(value)
    return {"displayAddress": text}


def flight_info(account: Account, flight: Any, *, partial: bool = False) -> dict[str, Any]:
    """The flight in the vendor's names."""
    info = to_wire("flight", FLIGHT, {**plain_object("flight", flight), "scheduled_time": None}, partial=partial)
    if flight.get("scheduled_time"):
        info["scheduledDateTime"] = write_time(account, given_time("flight.scheduled_time", flight["scheduled_time"]))
    return info
