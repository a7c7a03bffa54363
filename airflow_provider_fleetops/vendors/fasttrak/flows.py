"""Work at FASTTRAK that takes more than one call. Pure flows: see :mod:`airflow_provider_fleetops.protocol.steps`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from airflow_provider_fleetops.protocol.bulk import Plan
from airflow_provider_fleetops.protocol.endpoint import Field, Prepared, Type
from airflow_provider_fleetops.protocol.errors import Effect, InvalidInput, NotFound, OutcomeUnknown, PermissionDenied
from airflow_provider_fleetops.protocol.flow import OnSend, call, paginate
from airflow_provider_fleetops.protocol.operation import intent, once
from airflow_provider_fleetops.protocol.steps import Ask, Flow, Note
from airflow_provider_fleetops.protocol.tracing import BLIND, Tracing
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fasttrak.booking import CUSTOMER, OVERRIDES, plain_object, to_wire, trip_detail
from airflow_provider_fleetops.vendors.fasttrak.connection import RESERVATIONS
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
    return by_external_id(rows, external_booking_id)


def ensure_reservation(account: Account, trip: Mapping[str, Any], **booking: Any) -> Flow[dict[str, Any]]:
    """Check a trip, and book it once: see :func:`plan_reservation`."""
    return (yield from plan_reservation(account, trip, **booking).act())


def plan_reservation(
    account: Account,
    trip: Mapping[str, Any],
    *,
    scheduled_pickup_time: Any,
    passenger: Any,
    from_location: Any,
    to_location: Any,
    customer: Any = None,
    notes: Any = None,
    flight: Any = None,
    details: Any = None,
    overrides: Any = None,
    search_hours: Any = SEARCH_HOURS,
) -> Plan:
    """Check all of a trip. Its flow books it once per ``external_booking_id``: look, create, look again after a doubt.

    ``trip`` and ``notes`` are fields of :data:`booking.TRIP`. The flow gives ``reservation_id``, ``created``,
    ``status``, ``scheduled_pickup_time`` and ``external_booking_id``.
    """
    pickup = given_time("scheduled_pickup_time", scheduled_pickup_time)
    detail = trip_detail(
        account,
        {**plain_object("trip", trip), **plain_object("notes", notes or {})},
        pickup=pickup,
        passenger=passenger,
        from_location=from_location,
        to_location=to_location,
        flight=flight,
        details=details,
    )
    buyer = to_wire("customer", CUSTOMER, customer) if customer else {}
    if not buyer and "customerId" not in detail:
        raise InvalidInput("parameter 'customer' or 'customer_id' is required", vendor=account.vendor.name)
    switches = to_wire("overrides", OVERRIDES, overrides or {})
    key = detail["externalBookingId"]

    def book(on_send: OnSend) -> Flow[dict[str, Any]]:
        record = yield from _create(account, detail, buyer, switches, on_send)
        if record is None:  # disableReservationRetrieveAfterUpdate: it was done, and a look tells its number
            raise OutcomeUnknown("the answer holds no reservation", effect=Effect.UNKNOWN, vendor=account.vendor.name)
        return _told(account, record)

    def find(_since: datetime) -> Flow[dict[str, Any] | None]:
        tried = yield from _tried_pickups(meant.id)
        for around in dict.fromkeys((pickup, *tried)):
            record = yield from find_reservation(account, key, around, search_hours)
            if record is not None:
                return _told(account, record)
        return None

    # Times may be estimates that move between two tries, and moving a trip is another operation: they do not count.
    essence = [detail.get("travelType"), passenger, from_location, to_location]
    meant = intent(account, "reservation.create", key, essence, "reservation_id", {_PICKUP: stamp(pickup)})

    def act() -> Flow[dict[str, Any]]:
        outcome = yield from once(account, meant, book, Tracing(find), look_first=True)
        told = {"external_booking_id": key, "status": None, "scheduled_pickup_time": stamp(pickup)}
        return {**told, **outcome.result, "created": outcome.created}

    return Plan(meant.key, meant, act)


def _tried_pickups(operation_id: str) -> Flow[list[datetime]]:
    """The pick-ups of all tries: an earlier one that moved since may have been booked at its own time."""
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


def _create(
    account: Account, detail: dict[str, Any], buyer: dict[str, Any], switches: dict[str, Any], on_send: OnSend
) -> Flow[Mapping[str, Any] | None]:
    """Through the create that is known to be in use, unless the connection trusts the other one."""
    customer_id = detail.get("customerId") or (yield from _known_customer(account, buyer))
    body: dict[str, Any] = {"reservationDetail": detail}
    if switches:
        body["reservationUpdateOverrides"] = switches
    if customer_id:
        body["reservationDetail"] = {**detail, "customerId": customer_id}
        buyer = {**buyer, "customerId": customer_id}
    name = "reservation.create"
    if not customer_id or account.settings["create_endpoint"] != RESERVATIONS:
        name, body["customerSummary"] = "reservation.create_new_customer", buyer
    record: Mapping[str, Any] | None = yield from call(account, name, None, body, on_send=on_send)
    return record


def _known_customer(account: Account, buyer: Mapping[str, Any]) -> Flow[int | None]:
    """The profile with this e-mail address, so that a booking does not make a second one."""
    email = buyer.get("emailAddress")
    if not email:
        return None
    try:
        rows = yield from paginate(account, "customers.search", None, {"emailAddress": email})
    except PermissionDenied as error:
        yield Note(f"{error.what}: booking without a look for the customer's profile")
        return None
    same = (r for r in rows if isinstance(r, Mapping) and str(r.get("emailAddress")).casefold() == email.casefold())
    numbers = [row["customerId"] for row in same if isinstance(row.get("customerId"), int) and row["customerId"] > 0]
    return min(numbers, default=None)


def _told(account: Account, record: Mapping[str, Any]) -> dict[str, Any]:
    seen = sighting(account, record)
    return {
        "reservation_id": record.get("reservationId"),
        "external_booking_id": record.get("externalBookingId"),
        "status": seen.state,
        "scheduled_pickup_time": seen.facts["scheduled_pickup_time"],
    }


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
