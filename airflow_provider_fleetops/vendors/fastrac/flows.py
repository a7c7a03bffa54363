"""What must not be done twice, or takes more than one call: shipping, cancelling, tracking many parcels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from airflow_provider_fleetops.protocol.bulk import Plan
from airflow_provider_fleetops.protocol.errors import FleetOpsError, InvalidInput, NotFound, Refused, Throttled
from airflow_provider_fleetops.protocol.flow import OnSend, call
from airflow_provider_fleetops.protocol.operation import intent, once
from airflow_provider_fleetops.protocol.steps import Flow, Note, Now
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.protocol.watch import UNSEEN, Sighting
from airflow_provider_fleetops.vendors.fastrac import instant, parcel
from airflow_provider_fleetops.vendors.fastrac.evidence import FAIL, RULES, trace_order
from airflow_provider_fleetops.vendors.fastrac.states import (
    CANCELED,
    derive,
    entry,
    forget,
    remembered_end,
    see,
    track,
    zone,
)
from airflow_provider_fleetops.vendors.fastrac.tariffs import (
    Rate,
    ask,
    check_select,
    checked,
    choose_offer,
    instant_offers,
)

# An offer holds for five minutes (https://fastrac-b2b-stg-v2.apidog.io/order-instant-20486902e0); the rest is for the
# order's way and for clocks that differ.
OFFER_SECONDS = 270.0
MOST_OFFERS = 3
# https://github.com/appdevid/fastrac-doc-b2b, the two diagrams.
CANCELLABLE = (
    "Express parcels can be cancelled in PENDING_PICKUP or PENDING_DROPOFF, instant ones in SCHEDULED, CONFIRMED or "
    "PROBLEM_SHIPMENT"
)


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
    _check_words(account, name, reference, on_unknown)
    body = checked(account, name, lambda: parcel.order(zone=zone(account), **order))
    checked(account, name, lambda: account.vendor.endpoint(name).prepare({}, body))

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


def create_instant_shipment(
    account: Account,
    *,
    reference: str | int,
    vehicle_type: Any,
    courier_code: str | None = None,
    select: str = "cheapest",
    max_total: Any = None,
    on_unknown: str = FAIL,
    cod: Any = False,
    cod_amount: Any = None,
    **ends: Any,
) -> Flow[dict[str, Any]]:
    """Ask for offers and order the best of them while it holds, once per ``reference``; else as ``create_shipment``.

    ``ends``: ``shipper``, ``receiver``, ``stop``, ``item`` as in :mod:`instant`. What may differ between two tries is
    how the offer is chosen, and so the offer: ``select``, ``max_total`` and what :func:`choose_offer` makes of them.
    """
    name = entry(account, "orders.instant")
    _check_words(account, name, reference, on_unknown)
    check_select(account, select)
    limit = checked(account, name, lambda: None if max_total is None else parcel.number("max_total", max_total))
    question = ask(account, vehicle_type=vehicle_type, **ends)
    body = checked(account, name, lambda: instant.order(cod=cod, cod_amount=cod_amount, **ends))
    sought = {"courier_code": courier_code or None, "code_service": None, "receiver": body["receiver"]}

    def book(on_send: OnSend) -> Flow[dict[str, Any]]:
        choose = partial(choose_offer, account, select=select, courier_code=courier_code, max_total=limit)
        offer, found = yield from _order_offer(account, question, body, choose, on_send, sought)
        yield Note(f"fastrac: booked, AWB {found.get('awb')}")
        numbers = {"awb": found.get("awb"), "booking_id": found.get("booking_id")}
        return {**numbers, "tariff": found.get("tariff", offer["total"]), **_service(offer)}

    essence = {**body, "question": question, "courier_code": sought["courier_code"]}
    meant = intent(account, "orders.instant", reference, essence, "awb")
    outcome = yield from once(account, meant, book, trace_order(account, sought, meant.id, on_unknown))
    told = {"reference": meant.key, "awb": None, "booking_id": None, "tariff": None}
    return {**told, **_service(sought), **outcome.result}


def _order_offer(
    account: Account,
    question: Mapping[str, Any],
    body: Mapping[str, Any],
    choose: Callable[[Sequence[Rate]], Rate],
    on_send: OnSend,
    sought: dict[str, Any],
) -> Flow[tuple[Rate, Mapping[str, Any]]]:
    """The offer and the order's answer. An offer that aged while its order waited for a limit is asked for anew."""
    asked: list[datetime] = []

    def note_time() -> Flow[None]:
        asked.append((yield Now()))

    for _ in range(MOST_OFFERS):
        offer = choose((yield from instant_offers(account, question, note_time)))
        sought |= _service(offer)  # for whoever has to look for this very order
        chosen = {"courier_code": offer["courier_code"], "tariff_id": offer["tariff_id"]}
        fresh = partial(_while_fresh, asked[-1], on_send)
        try:
            return offer, (yield from call(account, "orders.instant", None, {**chosen, **body}, on_send=fresh))
        except OfferAged as aged:
            yield Note(f"fastrac: {aged.what}; asking for another")
    now = yield Now()
    raise Throttled(
        f"{MOST_OFFERS} offers aged while their orders waited for a limit",
        vendor=account.vendor.name,
        endpoint="orders.instant",
        resume_at=now + timedelta(seconds=OFFER_SECONDS),
        advice="Nothing was ordered. An order must follow its tariff within five minutes: see the connection's limits",
    )


def _while_fresh(asked_at: datetime, on_send: OnSend) -> Flow[None]:
    """Right before an order leaves: let it, if its offer still holds when it arrives."""
    now = yield Now()
    age = (now - asked_at).total_seconds()
    if age > OFFER_SECONDS:
        raise OfferAged(f"the offer is {age:.0f} s old and was not ordered")
    yield from on_send()


class OfferAged(FleetOpsError):
    """An offer is too old to be ordered; nothing was sent."""


def cancel_shipment(account: Account, courier_code: str, awb: str, reason: str) -> Flow[dict[str, Any]]:
    """Cancel a parcel; one that is cancelled already counts as done. Gives ``{awb, state, already}``.

    A refusal does not say why (https://fastrac-b2b-stg-v2.apidog.io/cancel-order-19817645e0), so the parcel is looked
    at. What is known to have ended costs no call.
    """
    name = entry(account, "orders.cancel")
    seen = yield from remembered_end(account, courier_code, awb)
    refusal: FleetOpsError = Refused("it has ended already", vendor=account.vendor.name, endpoint=name)
    if seen is None:
        try:
            yield from call(account, name, None, {"courier_code": courier_code, "awb": awb, "cancel_reason": reason})
        except (Refused, NotFound) as error:
            refusal, seen = error, derive(account, (yield from track(account, courier_code, awb)))
        else:
            yield from forget(account, courier_code, awb)
            return {"awb": awb, "state": CANCELED, "already": False}
    if seen.state != CANCELED:
        raise refusal.as_(Refused, what=f"{refusal.what}; the parcel is {seen.state}", advice=CANCELLABLE) from None
    return {"awb": awb, "state": CANCELED, "already": True}


def states_of(account: Account, couriers: Mapping[str, str]) -> Flow[dict[str, dict[str, Any]]]:
    """Where parcels (AWB to courier) stand, without personal data: AWB to ``{state, raw, at, ...}``, or ``UNSEEN``."""
    found: dict[str, dict[str, Any]] = {}
    for awb, courier_code in couriers.items():
        found[awb] = _plain((yield from see(account, courier_code, awb)))
    return found


def records_of(
    account: Account, couriers: Mapping[str, str]
) -> Flow[tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]]:
    """The same, asked anew, and the vendor's records, which name people."""
    found: dict[str, dict[str, Any]] = {}
    records: list[dict[str, Any]] = []
    for awb, courier_code in couriers.items():
        try:
            records.append((yield from track(account, courier_code, awb)))
            found[awb] = _plain(derive(account, records[-1]))
        except NotFound:
            found[awb] = _plain(Sighting(UNSEEN))
    return found, records


def _check_words(account: Account, endpoint: str, reference: str | int, on_unknown: str) -> None:
    if not reference:
        raise InvalidInput("parameter 'reference' must not be empty", vendor=account.vendor.name, endpoint=endpoint)
    if on_unknown not in RULES:
        raise InvalidInput(f"parameter 'on_unknown' must be {' or '.join(RULES)}", vendor=account.vendor.name)


def _plain(seen: Sighting) -> dict[str, Any]:
    return {"state": seen.state, "raw": seen.raw, **seen.facts}


def _service(rate: Mapping[str, Any]) -> dict[str, Any]:
    return {"courier_code": rate["courier_code"], "code_service": rate["code_service"]}
