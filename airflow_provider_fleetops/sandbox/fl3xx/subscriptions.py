"""Webhook subscriptions and signed deliveries (https://developer.fl3xx.com/reference/v2/webhooks)."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from airflow_provider_fleetops.sandbox.fl3xx.fleet import Event
from airflow_provider_fleetops.sandbox.fl3xx.model import Subscription
from airflow_provider_fleetops.sandbox.fl3xx.times import millis
from airflow_provider_fleetops.sandbox.webhooks import Outgoing

OPERATOR_UUID = "5f2c0000-51a0-4000-8000-00000000f13e"
_ASSIGNED = ("PERMIT", "SLOT_PPR", "FBO", "HOTEL", "CATERING", "TRANSPORT")
EVENTS = (
    "FLIGHT_CREATE",
    "FLIGHT_CANCEL",
    "FLIGHT_TIME_UPDATE",
    "FLIGHT_AIRCRAFT_UPDATE",
    "FLIGHT_AIRPORT_UPDATE",
    "FLIGHT_POST_FLIGHT_STATUS",
    "FLIGHT_MOVEMENT_UPDATE",
    "FLIGHT_PAX_COUNT_UPDATE",
    "FLIGHT_PAX_LIST_UPDATE",
    *(f"FLIGHT_{what}_{change}" for what in _ASSIGNED for change in ("ASSIGNMENT", "UNASSIGNMENT")),
    "FLIGHT_CREW_ASSIGNMENT",
    "FLIGHT_CREW_DOCUMENT_UPDATE",
    "FLIGHT_CREW_ADDRESS_UPDATE",
)


def month_after(moment: datetime) -> datetime:
    """Return the same day of the next month, or its last day."""
    first = (moment.replace(day=1) + timedelta(days=32)).replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(moment.day, last.day))


class Subscriptions:
    """The subscriptions of one partner at one operator, and the deliveries that events give rise to."""

    def __init__(self) -> None:
        self.all: dict[str, Subscription] = {}
        self._numbers = itertools.count(1)
        self._events = itertools.count(1)

    def create(self, event: str, url: str, key: str, now: datetime) -> Subscription:
        """Add a subscription; it ends a month later."""
        number = f"0c9f1e52-{next(self._numbers):04d}"
        self.all[number] = Subscription(number, event, url, key, now, now, month_after(now))
        return self.all[number]

    def active(self, now: datetime) -> list[Subscription]:
        """Return those that receive deliveries."""
        return [one for one in self.all.values() if one.status == "ACTIVE" and now < one.expires]

    def deliveries(self, events: Iterable[Event], now: datetime, *, coalesce: bool) -> list[Outgoing]:
        """Return the signed deliveries of some events; with ``coalesce`` related changes become one FLIGHT_UPDATE."""
        listeners = self.active(now)
        groups = _groups(sorted(events)) if coalesce else [[event] for event in sorted(events)]
        found: list[Outgoing] = []
        for group in groups:
            names = {name for _, name, _ in group}
            shown = "FLIGHT_UPDATE" if len(group) > 1 else group[0][1]
            urls = {one.url: one for one in listeners if one.event in names}
            body = self._body(shown, group[0][2], now) if urls else b""
            found += [_outgoing(one, shown, body, group[0][2]) for one in urls.values()]
        return found

    def _body(self, event: str, flight: int, now: datetime) -> bytes:
        number = next(self._events)
        message: dict[str, Any] = {
            "eventId": f"ev-{number:06d}",
            "resourceId": flight,
            "operatorUuid": OPERATOR_UUID,
            "event": event,
            # Receivers bound the age of a delivery by their own clock, so this is gateway time.
            "timestamp": millis(now),
            "resourceType": "FLIGHT",
        }
        if number % 5 == 0:
            # The vendor's own sample client shows deliveries without it.
            del message["operatorUuid"]
        return json.dumps(message, separators=(",", ":")).encode()


def sign(key: str, body: bytes) -> str:
    """Return the lower-case hex HMAC-SHA256 of the raw body."""
    return hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


def _outgoing(one: Subscription, event: str, body: bytes, flight: int) -> Outgoing:
    return Outgoing("fl3xx", event, one.url, body, {"X-Webhook-Signature": sign(one.key, body)}, str(flight))


def _groups(events: list[Event]) -> list[list[Event]]:
    by_flight: dict[int, list[Event]] = {}
    for event in events:
        by_flight.setdefault(event[2], []).append(event)
    return list(by_flight.values())
