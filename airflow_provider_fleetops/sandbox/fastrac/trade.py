"""Fastrac's orders, tracking, balance and webhook address: the part that moves parcels and money."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from airflow_provider_fleetops.sandbox.fastrac import couriers, ledger, orders
from airflow_provider_fleetops.sandbox.fastrac.answers import Answers
from airflow_provider_fleetops.sandbox.fastrac.book import Book, Order, Quote
from airflow_provider_fleetops.sandbox.fastrac.shipments import Shipment, Step
from airflow_provider_fleetops.sandbox.fields import Fields, Invalid
from airflow_provider_fleetops.sandbox.routes import Call, Reply
from airflow_provider_fleetops.sandbox.webhooks import Outgoing, callback_problem

CANCEL_REFUSED = "An error occurred while placing an cancel"
"""The vendor's only text for a refused cancellation (https://fastrac-b2b-stg-v2.apidog.io/cancel-order-19817645e0)."""
ORDERED = "Order successfully created"
MAX_LIMIT = 500


class Trade:
    """Handlers over one `Book`."""

    def __init__(self, answers: Answers, book: Book) -> None:
        self._answers = answers
        self.book = book
        self.webhook_url: str | None = None
        self._reported: set[tuple[str, Step]] = set()

    def order_express(self, call: Call) -> Reply:
        """Book an express parcel: checked, paid, answered with its AWB at once."""
        booking = orders.express(Fields.of(call.json()))
        if refusal := self._cannot_pay(call, booking.order.debit):
            return refusal
        shipment, duplicate = self.book.place(booking.order, call.world)
        return self._ordered(call, shipment, booking.data(shipment.booking_id, shipment.awb), duplicate)

    def order_instant(self, call: Call) -> Reply:
        """Book on a live quote. That a quote serves once is the sandbox's choice, its five minutes are the vendor's."""
        body = Fields.of(call.json())
        quote = self._quote(body.text("tariff_id"), call.gateway)
        order = orders.instant(body, quote)
        if refusal := self._cannot_pay(call, order.debit):
            return refusal
        quote.used = True
        shipment, duplicate = self.book.place(order, call.world)
        return self._ordered(call, shipment, _instant_data(shipment, order), duplicate)

    def cancel(self, call: Call) -> Reply:
        """Cancel before pick-up; an unknown parcel and a late wish get the same text."""
        body = Fields.of(call.json())
        body.text("cancel_reason", low=5, high=150)
        shipment = self._shipment(body)
        if shipment is None or not self.book.cancel(shipment, call.world):
            return self._answers.fail(call, 404, CANCEL_REFUSED)
        data = {"booking_id": shipment.booking_id, "awb": shipment.awb}
        return self._answers.ok(call, data, effect=f"shipment:{shipment.awb} cancelled", subjects=(shipment.awb,))

    def track(self, call: Call) -> Reply:
        """GET with a JSON body, as the vendor has it; the same keys as query parameters, or by POST, work too."""
        body = Fields.of(call.json()) if call.body else Fields({name: values[0] for name, values in call.query.items()})
        shipment = self._shipment(body)
        if shipment is None:
            return self._answers.missing(call)
        return self._answers.ok(call, self._tracking(shipment, call.world), subjects=(shipment.awb,))

    def balance_history(self, call: Call) -> Reply:
        """The ledger by day, kind and text, newest first, with the balance beside it."""
        body = Fields.of(call.json() if call.body else {})
        today = call.world.astimezone(ledger.WIB).date()
        first, last = body.day("start_date", today - timedelta(days=30)), body.day("end_date", today)
        if last < first:
            raise Invalid("end_date", "must not be before start_date")
        rows = ledger.between(self.book.movements(call.world), first, last)
        if body.has("filter_status"):
            kind = body.choice("filter_status", ledger.KINDS)
            rows = [row for row in rows if row.kind == kind]
        wanted = body.text("search", "", low=0, high=100)
        rows = [row for row in rows if row.holds(wanted)]
        offset, limit = body.integer("offset", 0), body.integer("limit", 50, low=1, high=MAX_LIMIT)
        return self._answers.ok(call, self._balance(call.world, rows, offset, limit))

    def set_webhook(self, call: Call) -> Reply:
        """Keep one address for status events."""
        body = Fields.of(call.json())
        url = body.text("url", high=2_000)
        if problem := callback_problem(url, allow_http=True):
            raise Invalid("url", problem)
        self.webhook_url = url
        self.due(call.world)  # what happened before is not reported
        return self._answers.ok(call, {"url": url}, effect="webhook set")

    def get_webhook(self, call: Call) -> Reply:
        """The address that is set, if any."""
        return self._answers.ok(call, {"url": self.webhook_url}) if self.webhook_url else self._answers.missing(call)

    def due(self, now: datetime) -> list[Outgoing]:
        """Status events that nobody has asked for yet, oldest first; payload and retries are the sandbox's own."""
        if self.webhook_url is None:
            return []
        url = self.webhook_url
        events = [(step, parcel) for parcel in self.book.shipments.values() for step in parcel.history(now)]
        fresh = [(step, parcel) for step, parcel in events if (parcel.awb, step) not in self._reported]
        self._reported.update((parcel.awb, step) for step, parcel in fresh)
        fresh.sort(key=lambda event: event[0].at)
        return [self._event(step, parcel, url) for step, parcel in fresh]

    def _event(self, step: Step, parcel: Shipment, url: str) -> Outgoing:
        body = {"awb": parcel.awb, "courier_code": parcel.courier_code, **self._history_row(step)}
        return Outgoing("fastrac", "shipment.status", url, json.dumps(body).encode(), subject=parcel.awb)

    def spelled(self, status: str) -> str:
        """A status as the wire has it: the spelling of a cancellation is a knob."""
        return str(self._answers.limits["cancelled_spelling"]) if status == "CANCELED" else status

    def _cannot_pay(self, call: Call, debit: int) -> Reply | None:
        """The vendor's text for an empty balance is not public; this one is ours."""
        if self.book.balance(call.world) >= debit:
            return None
        return self._answers.fail(call, 400, "Insufficient balance")

    def _ordered(self, call: Call, shipment: Shipment, data: dict[str, object], duplicate: bool) -> Reply:
        broke = "duplicate" if duplicate else None
        effect = f"shipment:{shipment.awb} created"
        return self._answers.ok(call, data, ORDERED, 201, effect=effect, broke=broke, subjects=(shipment.awb,))

    def _quote(self, tariff_id: str, now: datetime) -> Quote:
        quote = self.book.quotes.get(tariff_id)
        if quote is None or quote.expires <= now:
            raise Invalid("tariff_id", "is unknown or expired")
        if quote.used:
            raise Invalid("tariff_id", "has been used")
        return quote

    def _shipment(self, body: Fields) -> Shipment | None:
        courier_code, shipment = body.text("courier_code"), self.book.shipments.get(body.text("awb"))
        return shipment if shipment and shipment.courier_code == courier_code else None

    def _tracking(self, shipment: Shipment, now: datetime) -> dict[str, object]:
        return {
            "awb": shipment.awb,
            "shipper_name": shipment.shipper.name,
            "shipper_address": shipment.shipper.address,
            "receiver_name": shipment.receiver.name,
            "receiver_address": shipment.receiver.address,
            "courier": couriers.BY_CODE[shipment.courier_code].name.upper(),
            "courier_code": shipment.courier_code,
            "service": shipment.service,
            "history": [self._history_row(step) for step in self._ordered_history(shipment, now)],
        }

    def _ordered_history(self, shipment: Shipment, now: datetime) -> list[Step]:
        """Oldest first, or as unsorted as the vendor may have it: the newest neither first nor the rest in order."""
        history = shipment.history(now)
        if not self._answers.limits["unsorted_history"]:
            return history
        return [*reversed(history[:-1]), *history[-1:]]

    def _history_row(self, step: Step) -> dict[str, str]:
        return {"timestamp": ledger.wib(step.at), "status": self.spelled(step.status), "desc": step.desc}

    def _balance(self, now: datetime, rows: list[ledger.Movement], offset: int, limit: int) -> dict[str, object]:
        return {
            "saldo": self.book.balance(now),
            "saldo_pending": self.book.pending(now),
            "total": len(rows),
            "history": [row.row() for row in rows[offset : offset + limit]],
        }


def _instant_data(shipment: Shipment, order: Order) -> dict[str, object]:
    return {
        "booking_id": shipment.booking_id,
        "awb": shipment.awb,
        "tariff": order.debit,
        "cod": bool(order.payout),
    }
