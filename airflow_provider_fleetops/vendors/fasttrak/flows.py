"""Finding and booking reservations. Pure flows: see :mod:`airflow_provider_fleetops.protocol.steps`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from airflow_provider_fleetops.protocol.bulk import Plan
from airflow_provider_fleetops.protocol.encoders import Type
from airflow_provider_fleetops.protocol.endpoint import Field, Prepared
from airflow_provider_fleetops.protocol.errors import Effect, InvalidInput, NotFound, OutcomeUnknown
from airflow_provider_fleetops.protocol.flow import OnSend, call
from airflow_provider_fleetops.protocol.ledger import Intent
from airflow_provider_fleetops.protocol.operation import intent, once
from airflow_provider_fleetops.protocol.steps import Ask, Flow
from airflow_provider_fleetops.protocol.times import parse_time
from airflow_provider_fleetops.protocol.tracing import BLIND, Tracing
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fasttrak.booking import (
    CUSTOMER,
    OVERRIDES,
    essence,
    plain_object,
    to_wire,
    trip_detail,
)
from airflow_provider_fleetops.vendors.fasttrak.connection import RESERVATIONS
from airflow_provider_fleetops.vendors.fasttrak.customers import known_customer
from airflow_provider_fleetops.vendors.fasttrak.search import by_external_id, search
from airflow_provider_fleetops.vendors.fasttrak.states import sighting
from airflow_provider_fleetops.vendors.fasttrak.times import given_time, read_time, stamp

SEARCH_HOURS = 24.0
_PICKUP = "scheduled_pickup_time"
_HOURS = Field("search_hours", Type.NUMBER, minimum=0.01, maximum=24 * 366)


def find_reservation(
    account: Account, external_booking_id: str, around: datetime, hours: Any = SEARCH_HOURS
) -> Flow[Mapping[str, Any] | None]:
    """The reservation with our own booking key and a pick-up within ``hours`` of ``around``, or None.

    No search filters by the key, so the whole window is read and compared here.
    """
    half = timedelta(hours=_HOURS.encode(hours))
    rows = yield from search(account, around - half, around + half)
    return by_external_id(rows).get(external_booking_id)


def get_reservation(
    account: Account,
    *,
    reservation_id: Any = None,
    external_booking_id: str | None = None,
    around: datetime | None = None,
    search_hours: Any = SEARCH_HOURS,
) -> Flow[dict[str, Any]]:
    """The whole record, by its number or by our own key in a window around a time; ``NotFound`` when there is none."""
    if not reservation_id:
        key = Field("reservation_id or external_booking_id", required=True, maximum=100).encode(
            external_booking_id or ""
        )
        if around is None:
            raise InvalidInput("parameter 'scheduled_pickup_time' is required to find an external_booking_id")
        row = yield from find_reservation(account, key, around, search_hours)
        if row is None:
            raise NotFound(
                f"no reservation with this external_booking_id within {search_hours} h of {stamp(around)}",
                vendor=account.vendor.name,
                endpoint="reservations.search_advanced",
            )
        reservation_id = row.get("reservationId")
    record = yield from call(account, "reservation.get", {"reservation_id": reservation_id})
    return dict(record)


def told(account: Account, record: Mapping[str, Any]) -> dict[str, Any]:
    """What a booking's result says of its reservation."""
    seen = sighting(account, record)
    return {
        "reservation_id": record.get("reservationId"),
        "external_booking_id": record.get("externalBookingId"),
        "status": seen.state,
        _PICKUP: seen.facts[_PICKUP],
    }


def meant_at(account: Account, action: str, key: str, essence: Any, pickup: datetime) -> Intent:
    """The intent to book under our own key. Times may be estimates that move between two tries: they do not count."""
    return intent(account, action, key, essence, "reservation_id", {_PICKUP: stamp(pickup)})


def by_own_key(account: Account, meant: Intent, pickup: datetime, hours: Any) -> Tracing:
    """A booking is found by its key: around this try's pick-up, and around that of each earlier one."""

    def find(_since: datetime) -> Flow[dict[str, Any] | None]:
        tried = yield from _tried_pickups(meant.id)
        for around in dict.fromkeys((pickup, *tried)):
            record = yield from find_reservation(account, meant.key, around, hours)
            if record is not None:
                return told(account, record)
        return None

    return Tracing(find)


def _tried_pickups(operation_id: str) -> Flow[list[datetime]]:
    rows = yield Ask(lambda store: store.ledger.show(operation_id))
    return [given_time(_PICKUP, piece[_PICKUP]) for row in rows for piece in row.evidence if _PICKUP in piece]


def trace_reservation(account: Account, prepared: Prepared) -> Tracing:
    """How to find a reservation again that was made through one of the catalogue's entries."""
    detail = prepared.body.get("reservationDetail")
    if not isinstance(detail, Mapping) or not detail.get("externalBookingId"):
        return BLIND
    pickup = read_time(account, detail, "scheduledPickupTime")
    if pickup is None:
        return BLIND
    return Tracing(lambda _since: find_reservation(account, str(detail["externalBookingId"]), pickup))


def ensure_reservation(account: Account, trip: Mapping[str, Any], **booking: Any) -> Flow[dict[str, Any]]:
    """Check a trip, and book it once: see :func:`plan_reservation`."""
    return (yield from plan_reservation(account, trip, **booking).act())


def plan_reservation(
    account: Account,
    trip: Mapping[str, Any],
    *,
    scheduled_pickup_time: Any,
    customer: Any = None,
    notes: Any = None,
    overrides: Any = None,
    search_hours: Any = SEARCH_HOURS,
    **ends: Any,
) -> Plan:
    """Check all of a trip. Its flow books it once per ``external_booking_id``: look, create, look again after a doubt.

    ``trip`` and ``notes`` are fields of :data:`booking.TRIP`, ``ends`` what :func:`booking.trip_detail` takes. The flow
    gives ``reservation_id``, ``created``, ``status``, ``scheduled_pickup_time`` and ``external_booking_id``.
    """
    pickup = given_time(_PICKUP, scheduled_pickup_time)
    trip = {**plain_object("trip", trip), **plain_object("notes", notes or {})}
    detail = trip_detail(account, trip, pickup=pickup, **ends)
    switches = to_wire("overrides", OVERRIDES, overrides or {})
    order = _Order(account, detail, buyer_of(account, detail, customer), switches)
    body = {"reservationDetail": detail, "customerSummary": order.buyer}
    account.vendor.endpoint("reservation.create_new_customer").prepare({}, body)
    hours, key = _HOURS.encode(search_hours), detail["externalBookingId"]
    meant = meant_at(account, "reservation.create", key, [essence(detail), order.buyer], pickup)
    tracing = by_own_key(account, meant, pickup, hours)

    def check(booked: Mapping[str, Any]) -> None:
        check_same_trip(meant, booked, pickup, hours)

    def act() -> Flow[dict[str, Any]]:
        outcome = yield from once(account, meant, order.book, tracing, look_first=True)
        check(outcome.result)
        known = {"external_booking_id": key, "status": None, _PICKUP: stamp(pickup)}
        return {**known, **outcome.result, "created": outcome.created}

    return Plan(meant.key, meant, act, check)


def check_same_trip(meant: Intent, booked: Mapping[str, Any], pickup: datetime, hours: Any) -> None:
    """Estimates move by hours: what was booked further away than a day was another trip under the same key."""
    most, moment = max(SEARCH_HOURS, _HOURS.encode(hours)), parse_time(booked.get(_PICKUP))
    if moment is not None and abs(moment - pickup) > timedelta(hours=most):
        raise InvalidInput(
            f"parameter {_PICKUP!r} must be within {most:g} hours of the pick-up that this key was used for already",
            vendor=meant.vendor,
            endpoint=meant.action,
            advice="Nothing was sent: use another key for another trip, or change the reservation",
        )


def buyer_of(account: Account, detail: Mapping[str, Any], customer: Any) -> dict[str, Any]:
    """Who books, in the vendor's names: empty where the trip names a known customer."""
    buyer = to_wire("customer", CUSTOMER, customer) if customer else {}
    if not buyer and "customerId" not in detail:
        raise InvalidInput("parameter 'customer' or 'customer_id' is required", vendor=account.vendor.name)
    return buyer


@dataclass(frozen=True, slots=True)
class _Order:
    """A checked order, in the vendor's names."""

    account: Account
    detail: dict[str, Any]
    buyer: dict[str, Any]
    switches: dict[str, Any]

    def book(self, on_send: OnSend) -> Flow[dict[str, Any]]:
        record = yield from self._create(on_send)
        if record is None:  # disableReservationRetrieveAfterUpdate: it was done, and a look tells its number
            vendor = self.account.vendor.name
            raise OutcomeUnknown("the answer holds no reservation", effect=Effect.UNKNOWN, vendor=vendor)
        return told(self.account, {**self.detail, **record})

    def _create(self, on_send: OnSend) -> Flow[Mapping[str, Any] | None]:
        """Through the create that is known to be in use, unless the connection trusts the other one."""
        customer_id = self.detail.get("customerId") or (yield from known_customer(self.account, self.buyer))
        body: dict[str, Any] = {"reservationDetail": self.detail}
        if self.switches:
            body["reservationUpdateOverrides"] = self.switches
        buyer = self.buyer
        if customer_id:
            body["reservationDetail"] = {**self.detail, "customerId": customer_id}
            buyer = {**buyer, "customerId": customer_id}
        name = "reservation.create"
        if not customer_id or self.account.settings["create_endpoint"] != RESERVATIONS:
            name, body["customerSummary"] = "reservation.create_new_customer", buyer
        record: Mapping[str, Any] | None = yield from call(self.account, name, None, body, on_send=on_send)
        return record
