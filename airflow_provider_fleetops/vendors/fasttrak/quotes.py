"""Quote packages: ask for prices, choose one, book it before it expires. All of it is assumed: no public page tells.

A package that nobody knows of is never booked and expires by itself, so asking again is harmless; booking is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from airflow_provider_fleetops.protocol.encoders import Type
from airflow_provider_fleetops.protocol.endpoint import Field, Prepared
from airflow_provider_fleetops.protocol.errors import Effect, InvalidInput, OutcomeUnknown, ProtocolError, Refused
from airflow_provider_fleetops.protocol.flow import OnSend, call
from airflow_provider_fleetops.protocol.ledger import digest
from airflow_provider_fleetops.protocol.operation import intent, once
from airflow_provider_fleetops.protocol.steps import Flow, Now
from airflow_provider_fleetops.protocol.times import parse_time
from airflow_provider_fleetops.protocol.tracing import BLIND, Tracing
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.protocol.work import Outcome
from airflow_provider_fleetops.vendors.fasttrak.booking import PASSENGER, plain_object, to_wire, trip_detail
from airflow_provider_fleetops.vendors.fasttrak.customers import known_customer
from airflow_provider_fleetops.vendors.fasttrak.flows import (
    SEARCH_HOURS,
    buyer_of,
    by_own_key,
    check_same_trip,
    meant_at,
    told,
)
from airflow_provider_fleetops.vendors.fasttrak.times import given_time, stamp

Record = Mapping[str, Any]
BOOKED = "BOOKED"
_VEHICLE_TYPE = Field("vehicle_type_ids", Type.INTEGER, minimum=1)
_MOST = Field("max_total", Type.NUMBER, minimum=0)
_LEFT = Field("minutes_left", Type.NUMBER, minimum=0, maximum=24 * 60)
_QUOTE_ID = Field("quote_id", required=True, minimum=1, maximum=100)


def create_quote(
    account: Account,
    trip: Record,
    *,
    scheduled_pickup_time: Any,
    customer: Any = None,
    notes: Any = None,
    vehicle_type_ids: Sequence[Any] = (),
    **ends: Any,
) -> Flow[dict[str, Any]]:
    """Ask for quotes, one for each vehicle type; an identical question gets the same package until it expires.

    The customer needs an e-mail address or a number, so that asking again makes no second profile. Gives
    ``quote_package_id``, ``expires``, ``quotes`` (each ``quote_id``, ``vehicle_type_id``, ``total``),
    ``external_booking_id`` and ``scheduled_pickup_time``.
    """
    pickup = given_time("scheduled_pickup_time", scheduled_pickup_time)
    trip = {**plain_object("trip", trip), **plain_object("notes", notes or {})}
    detail = trip_detail(account, trip, pickup=pickup, **ends)
    detail = {name: value for name, value in detail.items() if name != "reservationStatus"}
    buyer = buyer_of(account, detail, customer)
    if "customerId" not in detail and not buyer.get("emailAddress"):
        raise InvalidInput("parameter 'customer.email' or 'customer_id' is required for a quote", vendor="fasttrak")
    types = [_VEHICLE_TYPE.encode(number) for number in vehicle_type_ids]
    question = _Question(account, detail, buyer, types)
    asked = yield from question.until_it_lives()
    return {
        **asked,
        "external_booking_id": detail["externalBookingId"],
        "scheduled_pickup_time": stamp(pickup),
    }


@dataclass(frozen=True, slots=True)
class _Question:
    """A checked question, in the vendor's names."""

    account: Account
    detail: dict[str, Any]
    buyer: dict[str, Any]
    types: list[int]

    def until_it_lives(self) -> Flow[dict[str, Any]]:
        """The package of this question; where the one that is known has expired, a new one."""
        turn = 1
        while True:
            outcome = yield from self._asked(turn)
            if outcome.created or not (yield from _expired(outcome.result.get("expires"))):
                return dict(outcome.result)
            turn += 1

    def _asked(self, turn: int) -> Flow[Outcome]:
        key = f"{self.detail['externalBookingId']} {digest([self.detail, self.buyer, self.types])[:8]} {turn}"
        meant = intent(self.account, "quote_package.create", key, [], "quote_package_id")
        return (yield from once(self.account, meant, self._ask, _HARMLESS))

    def _ask(self, on_send: OnSend) -> Flow[dict[str, Any]]:
        customer_id = self.detail.get("customerId") or (yield from known_customer(self.account, self.buyer))
        named = {"customerId": customer_id} if customer_id else {}
        body: dict[str, Any] = {
            "reservationDetails": [{**self.detail, **named}],
            "customerSummary": {**self.buyer, **named},
        }
        if self.types:
            body["vehicleTypeIds"] = self.types
        package = yield from call(self.account, "quote_package.create", None, body, on_send=on_send)
        if not package or not package.get("quotePackageId"):
            vendor = self.account.vendor.name
            raise OutcomeUnknown("the answer holds no quote package", effect=Effect.UNKNOWN, vendor=vendor)
        return package_told(package)


def _never_found(_since: datetime) -> Flow[None]:
    """A lost package is neither found nor missed."""
    yield from ()


_HARMLESS = Tracing(_never_found)


def package_told(package: Record) -> dict[str, Any]:
    """A package without anybody's name."""
    rows = package.get("quotes")
    return {
        "quote_package_id": package.get("quotePackageId"),
        "expires": package.get("expiresUTC"),
        "quotes": [_quote(row) for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else [],
    }


def _quote(row: Record) -> dict[str, Any]:
    vehicle, price = row.get("vehicleTypeSummary"), row.get("pricingInformation")
    return {
        "quote_id": row.get("quoteId"),
        "vehicle_type_id": vehicle.get("vehicleTypeId") if isinstance(vehicle, Mapping) else None,
        "total": price.get("totalCharge") if isinstance(price, Mapping) else None,
    }


def _expired(expires: Any, minutes_left: float = 0.0) -> Flow[bool]:
    try:
        moment = parse_time(expires)
    except ValueError:
        raise ProtocolError("field 'expiresUTC' of a quote package is not a time", vendor="fasttrak") from None
    now = yield Now()
    return moment is not None and moment <= now + timedelta(minutes=minutes_left)


def approve_quote(
    account: Account,
    quote_package_id: Any,
    *,
    max_total: Any,
    vehicle_type_ids: Sequence[Any] = (),
    minutes_left: Any = 0,
) -> Flow[dict[str, Any]]:
    """Choose the cheapest quote of a living package that costs at most ``max_total``; ``Refused`` if there is none.

    ``vehicle_type_ids`` are those that will do (all, if none is named); ``minutes_left`` must remain for the booking.
    Gives ``quote_package_id``, ``quote_id``, ``vehicle_type_id``, ``total`` and ``expires``.
    """
    most, left = _MOST.encode(max_total), _LEFT.encode(minutes_left)
    types = [_VEHICLE_TYPE.encode(number) for number in vehicle_type_ids]
    package = yield from call(account, "quote_package.get", {"quote_package_id": quote_package_id})
    facts = package_told(package)
    if _is_booked(package):
        raise _refusal(account, "the package is booked already")
    if (yield from _expired(facts["expires"], left)):
        raise _refusal(account, f"the package expires at {facts['expires']}", "Ask for a new quote")
    quotes = [quote for quote in facts["quotes"] if isinstance(quote["total"], int | float)]
    fit = [quote for quote in quotes if not types or quote["vehicle_type_id"] in types]
    best = min(fit, key=lambda quote: quote["total"], default=None)
    if best is None or best["total"] > most:
        offer = f"the cheapest costs {best['total']}" if best else "none has a price and a vehicle type that will do"
        raise _refusal(account, f"no quote costs at most {most:g}: {offer}", "Nothing was booked")
    return {"quote_package_id": facts["quote_package_id"], **best, "expires": facts["expires"]}


def _is_booked(package: Record) -> bool:
    return str(package.get("status") or "").upper() == BOOKED


def _refusal(account: Account, what: str, advice: str = "") -> Refused:
    return Refused(what, vendor=account.vendor.name, endpoint="quote_package.get", advice=advice)


def book_quote(
    account: Account,
    *,
    quote_package_id: Any,
    quote_id: Any,
    external_booking_id: str,
    scheduled_pickup_time: Any,
    passenger: Any = None,
    collection_type: str | None = None,
    collection_method: str | None = None,
    search_hours: Any = SEARCH_HOURS,
) -> Flow[dict[str, Any]]:
    """Book a quote once per ``external_booking_id``, the key that the quoted trip carries and is found by.

    Gives what booking without a quote gives, and ``quote_package_id``.
    """
    pickup = given_time("scheduled_pickup_time", scheduled_pickup_time)
    where = {"quote_package_id": quote_package_id}
    body = {"quoteId": _QUOTE_ID.encode(quote_id)}
    body |= {"collectionType": collection_type} if collection_type else {}
    body |= {"collectionMethod": collection_method} if collection_method else {}
    if passenger:
        body["primaryPassenger"] = to_wire("passenger", PASSENGER, passenger)
    account.vendor.endpoint("quote_package.book").prepare(where, body)

    def book(on_send: OnSend) -> Flow[dict[str, Any]]:
        record = yield from call(account, "quote_package.book", where, body, on_send=on_send)
        if record is None:
            raise OutcomeUnknown("the answer holds no reservation", effect=Effect.UNKNOWN, vendor=account.vendor.name)
        return told(account, record)

    # Not the package: after one has expired, the same trip is booked from another.
    meant = meant_at(account, "quote_package.book", external_booking_id, [passenger], pickup)
    tracing = by_own_key(account, meant, pickup, search_hours)
    outcome = yield from once(account, meant, book, tracing, look_first=True)
    check_same_trip(meant, outcome.result, pickup, search_hours)
    known = {"external_booking_id": meant.key, "status": None, "scheduled_pickup_time": stamp(pickup)}
    return {**known, **outcome.result, "created": outcome.created, "quote_package_id": quote_package_id}


def trace_quote(_account: Account, prepared: Prepared) -> Tracing:
    """Asking again is harmless where it makes no second customer."""
    summary = prepared.body.get("customerSummary")
    return _HARMLESS if isinstance(summary, Mapping) and summary.get("customerId") else BLIND


def trace_quote_booking(account: Account, prepared: Prepared) -> Tracing:
    """The package itself tells whether it is booked, though not as which reservation."""

    def find(_since: datetime) -> Flow[Record | None]:
        package: Record = yield from call(
            account, "quote_package.get", {"quote_package_id": prepared.path["quote_package_id"]}
        )
        return package if _is_booked(package) else None

    return Tracing(find)
