"""Everything that can be made at FL3XX through the catalogue, each with content of its own for every number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow_provider_fleetops.protocol.call_once import call_once
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fl3xx import orders, people, subscriptions

BOOKING = "5600111"
FLIGHT = 7001111
PILOT = 3101
_CUSTOMER = {"firstName": "Cleo", "lastName": "Testcase", "account": {"name": "Simulated Holdings"}}
_FIRST = datetime(2031, 5, 1, 6, tzinfo=UTC)


@dataclass(frozen=True)
class Kept:
    """A flow that makes what is missing, by the entry that it makes it with."""

    entry: str
    flow: Callable[[Account, int], Flow[Any]]


@dataclass(frozen=True)
class Create:
    """An entry of the catalogue and its body for a number."""

    entry: str
    body: Callable[[int], Mapping[str, Any]]
    arguments: Mapping[str, Any]

    def flow(self, account: Account, number: int) -> Flow[Any]:
        return call_once(account, self.entry, self.arguments, self.body(number), f"{self.entry} {number}")


def _leg(number: int) -> dict[str, Any]:
    off = _FIRST + timedelta(minutes=number)
    return {
        # Ordered with an IATA code, told with the ICAO one.
        "departureAirport": "GRZ", "arrivalAirport": "LSZB", "pax": 2,
        "departureDateUTC": off.isoformat()[:16], "arrivalDateUTC": (off + timedelta(hours=1)).isoformat()[:16],
    }  # fmt: skip


def _order(number: int) -> dict[str, Any]:
    return {
        "aircraft": "OE-SIM",
        "externalReference": f"crm-{number}/a",
        "customer": _CUSTOMER,
        "legs": [_leg(number)],
    }


def _duty(number: int) -> dict[str, Any]:
    start = _FIRST + timedelta(days=number)
    return {
        "crewId": PILOT,
        "rosterTypeId": 15,
        "startDateTime": start.isoformat(),
        "endDateTime": (start + timedelta(hours=9)).isoformat(),
    }


def _qualification(number: int) -> dict[str, Any]:
    issued = (_FIRST + timedelta(days=number)).date().isoformat()
    return {"crewId": PILOT, "qualificationTypeId": 21, "licenseNumber": "L-1", "issueDate": issued}


def _subscription(number: int) -> dict[str, Any]:
    url = f"https://hooks.example.invalid/{number}"
    return {"event": "FLIGHT_CANCEL", "callbackUrl": url, "signingKey": "sim-key-1"}


def _person(number: int) -> dict[str, Any]:
    return {"externalReference": f"hr-new-{number}", "firstName": "Ann", "lastName": "Other"}


CREATES: dict[str, Create] = {
    "quote": Create("quote.create", _order, {}),
    "booking": Create("booking.create", _order, {}),
    "booking with a notice to Sales": Create("flight_booking.create", _order, {}),
    "leg": Create("leg.add", _leg, {"booking_reference": BOOKING}),
    "passenger": Create("passenger.add", lambda n: {"paxExternalReference": f"crm-p-{n}"}, {"flight_id": FLIGHT}),
    "user": Create("user.create", _person, {}),
    "account": Create("account.create", lambda n: {"name": f"Acme {n}", "externalReference": f"acc-new-{n}"}, {}),
    "account by name": Create("account.create", lambda n: {"name": f"Emca {n}"}, {}),
    "qualification": Create("crew_qualification.create", _qualification, {}),
    "duty": Create("roster.create", _duty, {}),
    "subscription": Create("webhook.create", _subscription, {}),
}

KEPT: dict[str, Kept] = {
    "a quote by reference": Kept("quote.create", lambda a, n: orders.ensure_quote(a, _order(n))),
    "a user by reference": Kept("user.create", lambda a, n: people.upsert_user(a, f"hr-kept-{n}", _name())),
    "an account by reference": Kept("account.create", lambda a, n: people.ensure_account(a, f"k-{n}/a", {"name": "K"})),
    "duties": Kept("roster.create", lambda a, n: people.sync_duties(a, [_duty(n)])),
    "webhooks": Kept("webhook.create", lambda a, n: subscriptions.ensure_subscriptions(a, ["FLIGHT_CANCEL"], _url(n))),
}


def _name() -> dict[str, str]:
    return {"firstName": "Ann", "lastName": "Other"}


def _url(number: int) -> str:
    return f"https://kept.example.invalid/{number}"
