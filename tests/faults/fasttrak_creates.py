"""What is made at FASTTRAK beside a plain booking, each from a number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from airflow_provider_fleetops.protocol.call_once import call_once
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fasttrak.customers import upsert_customer
from airflow_provider_fleetops.vendors.fasttrak.quotes import book_quote, create_quote
from benchmarks._orders import PLACE, _pickup

DESK = {"first_name": "Ops", "last_name": "Desk"}


def _quoted(account: Account, number: int) -> Flow[Any]:
    """From the question to the booking, as the tasks of one DAG run do it."""
    asked = yield from create_quote(
        account,
        {"external_booking_id": f"quoted-{number}", "travel_type": "Ground"},
        scheduled_pickup_time=_pickup(number).isoformat(),
        passenger={"name": "Ada Example"},
        from_location=PLACE,
        to_location=PLACE,
        customer={**DESK, "email": "ops@fleet.example"},
        vehicle_type_ids=[1],
    )
    chosen = {name: asked[name] for name in ("quote_package_id", "external_booking_id", "scheduled_pickup_time")}
    return (yield from book_quote(account, quote_id=asked["quotes"][0]["quote_id"], search_hours=0.25, **chosen))


@dataclass(frozen=True)
class Create:
    """The entry that makes it, and a flow that makes number n."""

    entry: str
    flow: Callable[[Account, int], Flow[Any]]


def _listed(entry: str, body: Callable[[int], Mapping[str, Any]]) -> Create:
    """By the catalogue alone."""
    return Create(entry, lambda account, n: call_once(account, entry, {}, body(n), f"{entry} {n}"))


CREATES: Mapping[str, Create] = {
    "car by a quote": Create("quote_package.book", _quoted),
    "customer with an address": Create(
        "customer.create", lambda account, n: upsert_customer(account, {**DESK, "email": f"desk-{n}@fleet.example"})
    ),
    "customer with a name": _listed("customer.create", lambda n: {"firstName": "Ops", "lastName": f"Desk {n}"}),
    "webhook": _listed("webhook.create", lambda n: {"url": f"https://hooks.example/{n}"}),
}
