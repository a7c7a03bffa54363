"""Quotes, bookings and their legs: made once, and changed as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from airflow_provider_fleetops.protocol.errors import InvalidInput, NotFound, Refused
from airflow_provider_fleetops.protocol.flow import OnSend, call
from airflow_provider_fleetops.protocol.operation import intent, once
from airflow_provider_fleetops.protocol.shared_answer import remember
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.tracing import Tracing
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fl3xx.catalogue.bookings import PRICE, PRICES
from airflow_provider_fleetops.vendors.fl3xx.documents import merged
from airflow_provider_fleetops.vendors.fl3xx.tracings import BOOKED, find_booking, find_quote, own_reference

# https://developer.fl3xx.com/docs/modifying: a change sends the whole object. These are its fields that can be written.
_FIELDS = (
    "aircraft", "autoCreatePosFlights", "avinodeQuoteId", "externalReference", "origin", "comment", "workflow",
    "workflowCustomName", "customer", *PRICES,
)  # fmt: skip
_LEG = (
    "aircraft", "departureAirport", "arrivalAirport", "departureDate", "departureDateUTC", "arrivalDate",
    "arrivalDateUTC", "pax", "workflow", "workflowCustomName", "notes", "planningNotes",
)  # fmt: skip
_Find = Callable[[Account, str], Flow[dict[str, Any] | None]]


def ensure_booking(account: Account, booking: Mapping[str, Any], notify_sales: bool = False) -> Flow[dict[str, Any]]:
    """Book once: find the booking by its ``externalReference``, and create it only where there is none.

    FL3XX knows no idempotency key; the reference is the one way to tell whether an earlier try came through. Gives
    ``booking_id``, ``booking_identifier``, ``status``, ``flight_ids`` and ``created``.
    """
    entry = "flight_booking.create" if notify_sales else "booking.create"
    return (yield from _ensure(account, booking, ("booking.create", entry), find_booking))


def ensure_quote(account: Account, quote: Mapping[str, Any]) -> Flow[dict[str, Any]]:
    """Quote once, as :func:`ensure_booking` books."""
    return (yield from _ensure(account, quote, ("quote.create", "quote.create"), find_quote))


def _ensure(account: Account, order: Mapping[str, Any], names: tuple[str, str], find: _Find) -> Flow[dict[str, Any]]:
    """``names``: the action in the ledger, the entry that makes it."""
    action, entry = names
    order = _priced(order)
    reference = own_reference(order)
    if not reference:
        rule = "is required and must hold more than digits (those are booking ids)"
        raise _wrong("externalReference", rule)
    try:
        account.vendor.endpoint(entry).prepare({}, order)
    except InvalidInput as error:
        raise error.as_(InvalidInput, vendor=account.vendor.name, endpoint=entry) from None

    def make(on_send: OnSend) -> Flow[dict[str, Any]]:
        made = yield from call(account, entry, body=order, on_send=on_send)
        # The look before it has used up the one read of ten minutes.
        yield from remember(account, "quote.get", {"reference": reference}, made)
        return told(made)

    def look(_since: datetime) -> Flow[dict[str, Any] | None]:
        found = yield from find(account, reference)
        return None if found is None else told(found)

    meant = intent(account, action, reference, order, "booking_id")
    outcome = yield from once(account, meant, make, Tracing(look), look_first=True)
    result: dict[str, Any] = outcome.result
    return told({}) | result | {"created": outcome.created}


def _priced(order: Mapping[str, Any]) -> dict[str, Any]:
    """The order with its amounts as numbers: templates render them to text."""
    prices = {name: order[name] for name in PRICES if isinstance(order.get(name), Mapping)}
    return {**order, **{name: PRICE.encode(price) for name, price in prices.items()}}


def told(order: Mapping[str, Any]) -> dict[str, Any]:
    """What a quote or booking says without telling about a person."""
    legs = [leg for leg in order.get("legs") or () if isinstance(leg, Mapping)]
    flights = (_flight_of(leg) for leg in legs)
    return {
        "booking_id": order.get("bookingid"),
        "booking_identifier": order.get("bookingIdentifier"),
        "status": order.get("status"),
        "flight_ids": [flight_id for flight_id in flights if flight_id is not None],
    }


def offer(answer: Any) -> dict[str, Any]:
    """The price of a simulation, and the types of the warnings leg by leg."""
    facts = answer if isinstance(answer, Mapping) else {}
    price = facts["price"] if isinstance(facts.get("price"), Mapping) else {}
    legs = [leg for leg in facts.get("legs") or () if isinstance(leg, Mapping)]
    warnings = [[str(w.get("type")) for w in leg.get("warnings") or () if isinstance(w, Mapping)] for leg in legs]
    return {**{name: price.get(name) for name in ("net", "gross", "currency")}, "warnings": warnings}


def change_order(
    account: Account, reference: int | str, changes: Any, booked: bool
) -> Flow[tuple[dict[str, Any], bool]]:
    """Read a booking (or quote) anew, merge ``changes`` into it and write it back whole; nothing where all is so.

    Gives the record afterwards, and whether it was written. FL3XX cannot tell whether somebody changed it between
    this read and this write: it knows no version.
    """
    _check_changes(changes)
    before: dict[str, Any] = yield from call(account, "quote.get", {"reference": reference}, reuse=0)
    if (before.get("status") in BOOKED) != booked:
        raise Refused(
            f"the record has status {str(before.get('status'))[:10]!r}: {'not booked' if booked else 'booked already'}",
            vendor=account.vendor.name,
            endpoint="quote.get",
            advice="Change a booking as a booking, a quote as a quote",
        )
    whole = written(before)
    if holds(whole, changes):
        return before, False
    entry, name = ("booking.update", "booking_reference") if booked else ("quote.update", "reference")
    answer = yield from call(account, entry, {name: reference}, merged(whole, changes))
    after = dict(answer) if isinstance(answer, Mapping) else {**before, **changes}
    yield from remember(account, "quote.get", {"reference": reference}, after)
    return after, True


def written(order: Mapping[str, Any]) -> dict[str, Any]:
    """An order in the form in which it is sent: what can be written, and the legs that are not cancelled."""
    legs = [leg for leg in order.get("legs") or () if isinstance(leg, Mapping) and leg.get("status") != "CANCELED"]
    return _given(order, _FIELDS) | {"legs": [_given(leg, _LEG) for leg in legs]}


def _given(record: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: record[name] for name in names if record.get(name) is not None}


def change_leg(
    account: Account, reference: int | str, flight_id: int | str, changes: Mapping[str, Any]
) -> Flow[tuple[dict[str, Any], bool]]:
    """Read a leg in its booking anew, merge ``changes`` into it and write it back whole; nothing where all is so.

    The whole leg is sent: one without ``pax`` would be a positioning flight. Gives the leg afterwards with its
    ``flightId``, and whether it was written.
    """
    where = {"booking_reference": reference, "flight_id": flight_id}
    prepared = account.vendor.endpoint("leg.update").prepare(where, changes)
    if not prepared.body:
        raise _wrong("changes", "must name at least one field of the leg")
    check_times(prepared.body)
    booking: dict[str, Any] = yield from call(account, "quote.get", {"reference": reference}, reuse=0)
    legs = [leg for leg in booking.get("legs") or () if isinstance(leg, Mapping)]
    place = next((n for n, leg in enumerate(legs) if str(_flight_of(leg)) == str(prepared.path["flight_id"])), None)
    if place is None:
        what = "the booking has no leg that is this flight"
        raise NotFound(what, vendor=account.vendor.name, endpoint="leg.update")
    before = legs[place]
    if holds(before, prepared.body):
        return {**before, "flightId": _flight_of(before)}, False
    whole = _unmoved(before, prepared.body) | prepared.body
    answer = yield from call(account, "leg.update", where, whole)
    # What FL3XX works out of a leg (its warnings, its times of flight) is not known any more.
    legs[place] = {name: before[name] for name in ("id", "status", "flightInfo") if name in before} | whole
    yield from remember(account, "quote.get", {"reference": reference}, {**booking, "legs": legs})
    return dict(answer or {**legs[place], "flightId": _flight_of(before)}), True


def _flight_of(leg: Mapping[str, Any]) -> Any:
    info = leg.get("flightInfo")
    return info.get("flightId") if isinstance(info, Mapping) else None


def _unmoved(leg: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A leg as it is sent, without the times that the changes say in another way: each stands there twice."""
    stale: set[str] = set()
    for end in ("departure", "arrival"):
        local, utc = f"{end}Date", f"{end}DateUTC"
        if local in changes or utc in changes:
            stale |= {local, utc}
        elif f"{end}Airport" in changes and leg.get(utc):  # the same moment has another local time there
            stale.add(local)
    return {name: value for name, value in _given(leg, _LEG).items() if name not in stale}


def holds(record: Any, wanted: Any) -> bool:
    """Whether a record says all that is wanted already; what is not asked for does not count."""
    if isinstance(wanted, Mapping):
        return isinstance(record, Mapping) and all(holds(record.get(key), value) for key, value in wanted.items())
    if isinstance(wanted, list):
        alike = isinstance(record, list) and len(record) == len(wanted)
        return alike and all(holds(one, other) for one, other in zip(record, wanted, strict=True))
    return bool(record == wanted)


def _check_changes(changes: Any) -> None:
    if not isinstance(changes, Mapping) or not changes:
        raise _wrong("changes", "must be an object with at least one field")
    if "legs" not in changes:
        return
    legs = changes["legs"]
    if not isinstance(legs, list) or not legs or not all(isinstance(leg, Mapping) for leg in legs):
        raise _wrong(
            "changes.legs", "must be all legs that shall be, at least one: a leg that is left out is cancelled"
        )
    for number, leg in enumerate(legs):
        check_times(leg, f"changes.legs[{number}]")


def check_times(leg: Mapping[str, Any], where: str = "leg") -> None:
    """Same page: FL3XX works the arrival out when a leg is made, never when it is changed."""
    departs, arrives = ((leg.get(f"{end}Date") or leg.get(f"{end}DateUTC")) for end in ("departure", "arrival"))
    if departs and not arrives:
        raise _wrong(f"{where}.arrivalDate", "is required when the departure is changed: FL3XX would keep the old one")


def _wrong(name: str, rule: str) -> InvalidInput:
    return InvalidInput(f"parameter {name!r} {rule}", vendor="fl3xx")
