"""Moving and cancelling a reservation, and how a whole one is written back."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from airflow_provider_fleetops.protocol.encoders import Type
from airflow_provider_fleetops.protocol.endpoint import Field
from airflow_provider_fleetops.protocol.errors import FleetOpsError, Refused
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fasttrak.booking import OVERRIDES, flight_end, to_wire
from airflow_provider_fleetops.vendors.fasttrak.connection import BY_ENDPOINT
from airflow_provider_fleetops.vendors.fasttrak.flows import get_reservation
from airflow_provider_fleetops.vendors.fasttrak.rewrite import Record, rewrite
from airflow_provider_fleetops.vendors.fasttrak.states import CANCELLED, IN_SERVICE, TERMINAL, state_of
from airflow_provider_fleetops.vendors.fasttrak.times import given_time, read_time, stamp, write_time

THRESHOLD_MINUTES = 5.0
_BUFFER = Field("buffer_minutes", Type.NUMBER, minimum=-1440, maximum=1440)
_THRESHOLD = Field("threshold_minutes", Type.NUMBER, minimum=0, maximum=1440)
_FORCE = Field("force", Type.BOOLEAN)
# The server computes these, and refuses or ignores what a client sends of them.
_COMPUTED = {"total", "totalCharge", "incrementalCharge", "minimumCharge"}
_OWN_TIMES = {"createTime", "modifiedTime"}


def retime(
    account: Account,
    *,
    scheduled_pickup_time: Any = None,
    flight_estimated_arrival: Any = None,
    buffer_minutes: Any = 0,
    threshold_minutes: Any = THRESHOLD_MINUTES,
    force: Any = False,
    overrides: Any = None,
    **which: Any,
) -> Flow[dict[str, Any]]:
    """Move the pick-up to a time, or to ``buffer_minutes`` after a flight's arrival, and the estimated end with it.

    ``which`` is how :func:`get_reservation` finds it. Gives ``reservation_id``, ``updated``, ``reason`` (why not), the
    old and the new time, ``shift_minutes``, ``status``. Below the threshold nothing is written, so a repetition
    changes nothing. A trip in service or over, or one that is finalized or invoiced, is ``Refused`` unless ``force``.
    """
    arrival = given_time("flight_estimated_arrival", flight_estimated_arrival) if flight_estimated_arrival else None
    delay = timedelta(minutes=_BUFFER.encode(buffer_minutes))
    pickup = arrival + delay if arrival else given_time("scheduled_pickup_time", scheduled_pickup_time)
    threshold = timedelta(minutes=_THRESHOLD.encode(threshold_minutes))
    switches = to_wire("overrides", OVERRIDES, overrides or {})
    record = yield from get_reservation(account, around=pickup, **which)
    before = read_time(account, record, "scheduledPickupTime")
    shift = pickup - before if before else None
    if shift is not None and (not shift or abs(shift) < threshold):
        return _moved(record, before, before, f"less than {threshold.total_seconds() / 60:g} minutes")
    check_changeable(account, record, force=force)
    answer = yield from write_back(account, record, _at(account, record, pickup, shift, arrival), switches)
    _check_kept(account, record, answer, pickup)
    return _moved({**record, **answer}, before, pickup, "")


def _check_kept(account: Account, record: Record, answer: Record, pickup: datetime) -> None:
    kept = read_time(account, answer, "scheduledPickupTime") if answer.get("scheduledPickupTime") else pickup
    if kept != pickup:
        raise Refused(
            f"the vendor answered SUCCESS but reservation {record.get('reservationId')} is picked up at {stamp(kept)}",
            vendor=account.vendor.name,
            endpoint="reservation.update",
        )


def _at(
    account: Account, record: Record, pickup: datetime, shift: timedelta | None, arrival: datetime | None
) -> dict[str, Any]:
    """The record with another pick-up time, the end and the flight's time moved along."""
    changed = copy.deepcopy(dict(record))
    changed["scheduledPickupTime"] = write_time(account, pickup, record)
    end = read_time(account, record, "estimatedEndTime")
    if end and shift:
        changed["estimatedEndTime"] = write_time(account, end + shift, record)
    place = changed.get(flight_end(record.get("travelType")) or "")
    flight = place.get("airportAirlineFlightInfo") if isinstance(place, dict) else None
    if arrival and isinstance(flight, dict):
        flight["actualDateTime"] = write_time(account, arrival, record)
    return changed


def check_changeable(account: Account, record: Record, *, force: Any) -> None:
    """A trip in service, over, or in the books is changed by ``force`` alone."""
    forced = _FORCE.encode(force)
    state = state_of(record)
    reason = "is in service" if state in IN_SERVICE else "is over" if state in TERMINAL else ""
    if not reason and (record.get("isFinalized") is True or record.get("isInvoiced") is True):
        reason = "is finalized or invoiced"
    if reason and not forced:
        raise Refused(
            f"reservation {record.get('reservationId')} {reason} ({state})",
            vendor=account.vendor.name,
            advice="Nothing was changed; call the operator, or use force",
        )


def write_back(account: Account, read: Record, changed: Record, switches: Record) -> Flow[Record]:
    """Write a whole reservation back; gives the vendor's new one, empty when it does not tell."""
    body: dict[str, Any] = {"reservationDetail": writable(changed)}
    if switches:
        body["reservationUpdateOverrides"] = dict(switches)
    where = {"reservation_id": read.get("reservationId")}
    return (
        yield from rewrite(
            account,
            "reservation.update",
            where,
            body,
            read=read,
            again=lambda: call(account, "reservation.get", where),
            modified="modifiedTime",
        )
    )


def writable(record: Record) -> dict[str, Any]:
    """A record without what only the server writes: summaries, its own times, computed charges."""
    kept = {k: v for k, v in record.items() if not k.endswith("Summary") and k not in _OWN_TIMES}
    if "pricingInformation" in kept:
        kept["pricingInformation"] = _without_computed(kept["pricingInformation"])
    return kept


def _without_computed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_computed(item) for key, item in value.items() if key not in _COMPUTED}
    if isinstance(value, list):
        return [_without_computed(item) for item in value]
    return value


def _moved(record: Record, before: datetime | None, after: datetime | None, reason: str) -> dict[str, Any]:
    shift = (after - before).total_seconds() / 60 if after and before else None
    return {
        "reservation_id": record.get("reservationId"),
        "updated": not reason,
        "reason": reason,
        "previous_pickup_time": stamp(before),
        "scheduled_pickup_time": stamp(after),
        "shift_minutes": shift,
        "status": state_of(record),
    }


def cancel(
    account: Account,
    *,
    scheduled_pickup_time: Any = None,
    cancelled_by: str = "Airflow",
    reason: str = "",
    force: Any = False,
    **which: Any,
) -> Flow[dict[str, Any]]:
    """Cancel by the connection's strategy; a cancelled reservation stays as it is, and that is a success.

    ``scheduled_pickup_time`` is where the search for an ``external_booking_id`` begins.
    """
    record = yield from get_reservation(account, around=_around(scheduled_pickup_time), **which)
    told = {"reservation_id": record.get("reservationId"), "cancelled": True}
    if state_of(record) == CANCELLED:
        return {**told, "already": True}
    check_changeable(account, record, force=force)
    refused: FleetOpsError | None = None
    try:
        yield from _cancel(account, record, cancelled_by, reason)
    except Refused as error:  # perhaps of the second try, when the first one was done and its answer lost
        refused = error
    after = yield from call(account, "reservation.get", {"reservation_id": record.get("reservationId")})
    if state_of(after) == CANCELLED:
        return {**told, "already": False}
    raise refused or Refused(
        f"the vendor answered SUCCESS but reservation {record.get('reservationId')} is {state_of(after)}",
        vendor=account.vendor.name,
        advice="Partners may not be allowed to write the status: try the connection's other cancel_strategy",
    )


def _around(scheduled_pickup_time: Any) -> datetime | None:
    return given_time("scheduled_pickup_time", scheduled_pickup_time) if scheduled_pickup_time else None


def _cancel(account: Account, record: Record, cancelled_by: str, reason: str) -> Flow[None]:
    if account.settings["cancel_strategy"] == BY_ENDPOINT:
        body = {"cancelledBy": cancelled_by, **({"reason": reason} if reason else {})}
        yield from call(account, "reservation.cancel", {"reservation_id": record.get("reservationId")}, body)
    else:
        changed = {**record, "reservationStatus": "Cancelled", "cancelledBy": cancelled_by}
        yield from write_back(account, record, changed, {})
