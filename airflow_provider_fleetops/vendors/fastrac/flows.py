"""What takes more than one call, or must not be done twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from airflow_provider_fleetops.protocol.bulk import Plan
from airflow_provider_fleetops.protocol.errors import (
    ConfigurationError,
    InvalidInput,
    NotFound,
    ProtocolError,
    Refused,
)
from airflow_provider_fleetops.protocol.flow import OnSend, call, paginate
from airflow_provider_fleetops.protocol.operation import intent, once
from airflow_provider_fleetops.protocol.steps import Flow, Note
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fastrac import parcel
from airflow_provider_fleetops.vendors.fastrac.evidence import FAIL, RULES, trace_order
from airflow_provider_fleetops.vendors.fastrac.states import CANCELED, derive, entry, see, track, zone

T = TypeVar("T")
_HOURS = {"h": 1, "hour": 1, "hours": 1, "jam": 1, "d": 24, "day": 24, "days": 24, "hari": 24}


def search_regions(account: Account, keyword: str) -> Flow[list[dict[str, Any]]]:
    """Sub-districts by a part of their names: ``[{id, name}]``. The parameter was ``search`` in v1 (changelog)."""
    parameter = "keyword" if account.settings["api_version"] == "v2" else "search"
    return (yield from paginate(account, entry(account, "regions.search"), None, {parameter: keyword}))


def check_tariff(
    account: Account,
    *,
    origin: Any,
    destination: Any,
    items: Any,
    cod: Any = False,
    cod_amount: Any = None,
    insurance: Any = False,
) -> Flow[list[dict[str, Any]]]:
    """Express rates of all couriers, cheapest first; empty when nobody serves the lane for these items.

    A row: ``courier_code``, ``courier_name``, ``code_service``, ``service``, ``group`` (sameday, nextday, regular,
    cargo), ``etd`` (text), ``base_tariff``, ``discount``, ``total`` (rupiah, after discount).
    """
    name = entry(account, "tariffs.express")
    if name != "tariffs.express":
        raise ConfigurationError(
            "v1 knows no tariffs for several items",
            vendor=account.vendor.name,
            endpoint=name,
            advice="Set api_version to v2, or call v1.tariffs.express with the parcel's own measures",
        )
    body = _checked(account, name, lambda: _tariff_body(origin, destination, items, cod, cod_amount, insurance))
    found = yield from call(account, name, None, body)
    if not isinstance(found, Mapping):
        raise ProtocolError("the answer holds no tariffs", vendor=account.vendor.name, endpoint=name)
    # Unknown groups count too: the page's four may not be all.
    rows = [_rate(account, group, row) for group, rates in found.items() if isinstance(rates, list) for row in rates]
    return sorted(rows, key=_ORDERS["cheapest"])


def choose_tariff(account: Account, select: str, **measures: Any) -> Flow[tuple[list[dict[str, Any]], dict[str, Any]]]:
    """All rates, and the ``cheapest`` or the ``fastest``; :class:`NotFound` when there is none."""
    if select not in _ORDERS:
        raise InvalidInput("parameter 'select' must be cheapest or fastest", vendor=account.vendor.name)
    rates = yield from check_tariff(account, **measures)
    if not rates:
        raise NotFound("no courier offers a tariff for these items on this lane", vendor=account.vendor.name)
    return rates, min(rates, key=_ORDERS[select])


def create_shipment(account: Account, **order: Any) -> Flow[dict[str, Any]]:
    """Check a shipment, and book it once: see :func:`plan_shipment`."""
    return (yield from plan_shipment(account, **order).act())


def plan_shipment(account: Account, *, reference: str | int, on_unknown: str = FAIL, **order: Any) -> Plan:
    """Check all of an express shipment. Its flow books it once per ``reference``.

    ``order`` is as in :func:`parcel.order`.

    Fastrac takes no reference and cannot be asked for an order without its AWB. A later try of the same reference gets
    the same AWB; one that finds it sent without an answer is :class:`OutcomeUnknown` with evidence, and sends nothing,
    unless ``on_unknown`` is ``accept_single_match``: then the one debit that can be it counts as it, and the AWB is
    None where no tracking tells it.

    The flow gives ``{reference, awb, booking_id, tariff, courier_code, code_service}``.
    """
    name = entry(account, "orders.express")
    if not reference:
        raise InvalidInput("parameter 'reference' must not be empty", vendor=account.vendor.name, endpoint=name)
    if on_unknown not in RULES:
        raise InvalidInput(f"parameter 'on_unknown' must be {' or '.join(RULES)}", vendor=account.vendor.name)
    body = _checked(account, name, lambda: parcel.order(zone=zone(account), **order))
    _checked(account, name, lambda: account.vendor.endpoint(name).prepare({}, body))

    def book(on_send: OnSend) -> Flow[dict[str, Any]]:
        found = yield from call(account, name, None, body, on_send=on_send)
        yield Note(f"fastrac: booked, AWB {found['awb']}")
        return {key: found.get(key) for key in ("awb", "booking_id", "tariff")}

    meant = intent(account, "orders.express", reference, parcel.essence(body), "awb")
    tracing = trace_order(account, body, meant.id, on_unknown)

    def act() -> Flow[dict[str, Any]]:
        outcome = yield from once(account, meant, book, tracing)
        told = {"reference": meant.key, "awb": None, "booking_id": None, "tariff": None}
        return {**told, **{key: body[key] for key in ("courier_code", "code_service")}, **outcome.result}

    return Plan(meant.key, meant, act)


def cancel_shipment(account: Account, courier_code: str, awb: str, reason: str) -> Flow[dict[str, Any]]:
    """Cancel a parcel; one that is cancelled already counts as done.

    A refusal does not say why (https://fastrac-b2b-stg-v2.apidog.io/cancel-order-19817645e0), so the parcel is looked
    at. Gives ``{awb, state, already}``.
    """
    name = entry(account, "orders.cancel")
    try:
        yield from call(account, name, None, {"courier_code": courier_code, "awb": awb, "cancel_reason": reason})
    except (Refused, NotFound) as refusal:
        seen = derive(account, (yield from track(account, courier_code, awb)))
        if seen.state != CANCELED:
            raise refusal.as_(Refused, what=f"{refusal.what}; the parcel is {seen.state}") from None
        return {"awb": awb, "state": CANCELED, "already": True}
    return {"awb": awb, "state": CANCELED, "already": False}


def states_of(account: Account, courier_code: str, awbs: Sequence[str]) -> Flow[dict[str, dict[str, Any]]]:
    """Where parcels stand, without personal data: AWB to ``{state, raw, at, ...}``; unknown ones are ``UNSEEN``."""
    found: dict[str, dict[str, Any]] = {}
    for awb in dict.fromkeys(awbs):
        seen = yield from see(account, courier_code, awb)
        found[awb] = {"state": seen.state, "raw": seen.raw, **seen.facts}
    return found


def _tariff_body(
    origin: Any, destination: Any, items: Any, cod: Any, cod_amount: Any, insurance: Any
) -> dict[str, Any]:
    on_delivery, insured = parcel.flag("cod", cod), parcel.flag("insurance", insurance)
    amount = {} if cod_amount in (None, "") else {"cod_amount": cod_amount}
    rows = parcel.items(items, valued="1" in (on_delivery, insured))
    return {
        "origin": origin,
        "destination": destination,
        "items": rows,
        "cod": on_delivery,
        "insurance": insured,
    } | amount


def _rate(account: Account, group: str, row: Any) -> dict[str, Any]:
    """One row of B2bCourierItem (https://fastrac-b2b-stg-v2.apidog.io/check-tariff-express-delivery-20486900e0)."""
    total = row.get("total") if isinstance(row, Mapping) else None
    named = isinstance(row, Mapping) and all(isinstance(row.get(key), str) for key in ("courier_code", "code_service"))
    if not named or isinstance(total, bool) or not isinstance(total, int | float):
        raise ProtocolError(
            "a tariff lacks courier_code, code_service or total", vendor=account.vendor.name, endpoint="tariffs.express"
        )
    keys = ("courier_code", "courier_name", "code_service", "service", "etd", "base_tariff", "discount", "total")
    return {"group": group, **{key: row.get(key) for key in keys}}


def _hours(etd: Any) -> float:
    """The later end of "1-2 Days" or "6 - 8 hours" in hours; what cannot be read counts as slowest."""
    found = re.search(r"(\d{1,4})\s*([A-Za-z]+)", str(etd))
    unit = _HOURS.get(found[2].lower()) if found else None
    return float(int(found[1]) * unit) if found and unit else float("inf")


_ORDERS: dict[str, Callable[[Mapping[str, Any]], tuple[float, ...]]] = {
    "cheapest": lambda rate: (rate["total"], _hours(rate["etd"])),
    "fastest": lambda rate: (_hours(rate["etd"]), rate["total"]),
}


def _checked(account: Account, endpoint: str, make: Callable[[], T]) -> T:
    try:
        return make()
    except InvalidInput as error:
        raise error.as_(InvalidInput, vendor=account.vendor.name, endpoint=endpoint) from None
