"""Webhook registrations and the events they receive. All of it is assumed: nothing about them is public."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_provider_fleetops.sandbox.fasttrak.answers import Answers
from airflow_provider_fleetops.sandbox.fasttrak.fleet import Fleet
from airflow_provider_fleetops.sandbox.fasttrak.reservations import MissingError
from airflow_provider_fleetops.sandbox.fasttrak.rides import Ride
from airflow_provider_fleetops.sandbox.fasttrak.shapes import Record, insensitive, iso
from airflow_provider_fleetops.sandbox.fields import Fields, Invalid
from airflow_provider_fleetops.sandbox.routes import Call, Reply
from airflow_provider_fleetops.sandbox.webhooks import Outgoing, callback_problem

EVENTS = (
    "reservation.created",
    "reservation.updated",
    "reservation.status_changed",
    "reservation.cancelled",
    "quote_package.booked",
)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a reservation."""

    at: datetime
    kind: str
    reservation_id: int
    status: str
    before: str


class Webhooks:
    """Handlers over one `Fleet`, and the events that its reservations cause."""

    def __init__(self, answers: Answers, fleet: Fleet, system_id: str) -> None:
        self._answers = answers
        self._fleet = fleet
        self._system_id = system_id
        self._reported: dict[str, set[Event]] = {}

    def registered(self, call: Call) -> Reply:
        """Registrations without their secrets."""
        return self._answers.items([_public(hook) for hook in self._fleet.webhooks.values()])

    def create(self, call: Call) -> Reply:
        """Register ``{url, eventTypes?, secret?}``; without event types, all are sent."""
        body = insensitive(Fields.of(call.json()))
        url = body.text("url", high=2_000)
        if problem := callback_problem(url, allow_http=True):
            raise Invalid("url", problem)
        hook: Record = {
            "webhookId": self._fleet.guid(),
            "url": url,
            "eventTypes": _event_types(body),
            "secret": body.text("secret", "", low=0),
        }
        self._fleet.webhooks[hook["webhookId"]] = hook
        self._fresh(hook["webhookId"], call.world)  # what happened before is not reported
        return self._answers.item(_public(hook), effect=f"webhook:{hook['webhookId']} created")

    def delete(self, call: Call) -> Reply:
        """Remove a registration."""
        hook = self._fleet.webhooks.pop(call.params["webhookId"].lower(), None)
        if hook is None:
            raise MissingError("Webhook not found")
        return self._answers.item(None, effect=f"webhook:{hook['webhookId']} deleted")

    def due(self, now: datetime) -> list[Outgoing]:
        """Events that a registration has not been told and asked for, oldest first."""
        return [
            self._outgoing(hook, event)
            for hook in self._fleet.webhooks.values()
            for event in self._fresh(hook["webhookId"], now)
            if event.kind in hook["eventTypes"]
        ]

    def _fresh(self, webhook_id: str, now: datetime) -> list[Event]:
        """What a registration has not been told, and take note of it."""
        told = self._reported.setdefault(webhook_id, set())
        fresh = [event for ride in self._fleet.rides.values() for event in _events(ride, now) if event not in told]
        told.update(fresh)
        return sorted(fresh, key=lambda event: event.at)

    def _outgoing(self, hook: Record, event: Event) -> Outgoing:
        marker = f"{self._system_id}:{event}"
        body = {
            "eventId": hashlib.sha256(marker.encode()).hexdigest()[:32],
            "eventType": event.kind,
            "systemId": self._system_id,
            "occurredAtUTC": iso(event.at),
            "reservationId": event.reservation_id,
            "reservationStatus": event.status,
            "previousStatus": event.before,
        }
        raw = json.dumps(body).encode()
        subject = str(event.reservation_id)
        return Outgoing("fasttrak", event.kind, hook["url"], raw, _signed(hook["secret"], raw), subject)


def _events(ride: Ride, now: datetime) -> list[Event]:
    """Everything that has happened to a reservation: its statuses and the partner's changes."""
    past = ride.past(now)
    before = ["", *(mark.status for mark in past)]
    created = "quote_package.booked" if ride.quoted else "reservation.created"
    kinds = {"Booked": created, "Cancelled": "reservation.cancelled"}
    statuses = [
        Event(mark.at, kinds.get(mark.status, "reservation.status_changed"), ride.id, mark.status, previous)
        for previous, mark in zip(before, past, strict=False)
    ]
    edits = [Event(at, "reservation.updated", ride.id, ride.status(at), ride.status(at)) for at in ride.edits]
    return statuses + edits


def _signed(secret: str, raw: bytes) -> dict[str, str]:
    if not secret:
        return {}
    return {
        "x-webhook-secret": secret,
        "x-webhook-signature": hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest(),
    }


def _event_types(body: Fields) -> list[str]:
    asked: Any = body.data.get("eventTypes")
    if asked in (None, []):
        return [*EVENTS]
    if not isinstance(asked, list) or any(name not in EVENTS for name in asked):
        raise Invalid("eventTypes", f"must be a list out of {', '.join(EVENTS)}")
    return asked


def _public(hook: Record) -> Record:
    return {name: value for name, value in hook.items() if name != "secret"}
