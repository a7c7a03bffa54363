"""Fastrac's books: shipments, quotes and balance, all in world time except the quotes' lifetime."""

from __future__ import annotations

import random
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from airflow_provider_fleetops.sandbox.fastrac.ledger import WIB, Movement, total
from airflow_provider_fleetops.sandbox.fastrac.shipments import (
    CANCELLABLE,
    DROPOFF,
    INSTANT,
    PICKUP,
    Party,
    Shipment,
    Step,
    Timeline,
    accepted,
    step,
    steps,
    timeline,
)


@dataclass(slots=True)
class Quote:
    """An instant tariff; ``expires`` is gateway time."""

    courier_code: str
    service: str
    price: int
    expires: datetime
    used: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """A checked order, ready to be booked; amounts in rupiah."""

    kind: str
    courier_code: str
    service: str
    shipper: Party
    receiver: Party
    debit: int
    payout: int
    pickup: bool
    marker: str
    goods: tuple[object, ...]


@dataclass(slots=True)
class Book:
    """All that Fastrac knows about one partner; ``limits`` is the live table that the control API changes."""

    seed: int
    start: datetime
    limits: Mapping[str, Any]
    shipments: dict[str, Shipment] = field(default_factory=dict)
    quotes: dict[str, Quote] = field(default_factory=dict)
    refunds: list[Movement] = field(default_factory=list)
    duplicates: int = 0
    lookalikes: int = 0
    scripted: list[Timeline] = field(default_factory=list)
    """Courses (status, minutes, description) that the next orders will take instead of the usual one."""
    _markers: set[str] = field(default_factory=set)
    _goods: set[tuple[object, ...]] = field(default_factory=set)
    _random: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._random = random.Random(f"fastrac:{self.seed}")

    def movements(self, at: datetime) -> list[Movement]:
        """The ledger as it stands at ``at``."""
        before = self.start - timedelta(days=10)
        opening = Movement("TOP-0001", before, "topup", int(self.limits["balance"]), 0, "Topup saldo")
        booked = [m for shipment in self.shipments.values() for m in _movements(shipment, at)]
        return [opening, *booked, *(refund for refund in self.refunds if refund.at <= at)]

    def balance(self, at: datetime) -> int:
        """Rupiah on the account at ``at``."""
        return total(self.movements(at))

    def pending(self, at: datetime) -> int:
        """Cash on delivery that parcels under way will bring."""
        open_ones = (s for s in self.shipments.values() if s.status(at) in {"PICKED", "DROPPED", "IN_TRANSIT"})
        return sum(shipment.payout for shipment in open_ones)

    def place(self, order: Order, now: datetime) -> tuple[Shipment, bool]:
        """Book and debit, always: the vendor knows no reference to recognise a repetition by. Tell if it was one."""
        duplicate = self._note(order)
        number = len(self.shipments) + 1
        day = now.astimezone(WIB)
        shipment = Shipment(
            awb=f"CO.FASTRAC-{day:%Y%m%d}-{number}-{self._letters(6)}",
            booking_id=f"FSTR.CO-{day:%Y%m%d}{self._letters(5)}",
            order_code=f"PSN-{day:%y%m%d}{self._letters(5)}",
            kind=order.kind,
            courier_code=order.courier_code,
            service=order.service,
            shipper=order.shipper,
            receiver=order.receiver,
            created=now,
            minutes=float(self.limits["instant_minutes" if order.kind == "instant" else "delivery_minutes"]),
            debit=order.debit,
            payout=order.payout,
        )
        shipment.plan = self._plan(order, shipment)
        self.shipments[shipment.awb] = shipment
        return shipment, duplicate

    def cancel(self, shipment: Shipment, now: datetime) -> bool:
        """Cancel and refund at once if the state allows it."""
        if shipment.status(now) not in CANCELLABLE[shipment.kind]:
            return False
        shipment.divert(now, [step("CANCELED", now)])
        self.refunds.append(Movement(shipment.order_code, now, "order", shipment.debit, 0, "Pengembalian ongkir"))
        return True

    def quote(self, courier_code: str, service: str, price: int, now: datetime) -> str:
        """Keep an instant tariff for ``limits["tariff_seconds"]`` of gateway time; return its id."""
        self.quotes = {key: quote for key, quote in self.quotes.items() if quote.expires > now - timedelta(days=1)}
        key = "TRF-" + self._letters(20)
        self.quotes[key] = Quote(courier_code, service, price, now + timedelta(seconds=self.limits["tariff_seconds"]))
        return key

    def _note(self, order: Order) -> bool:
        """Count repetitions: the same marker is a duplicate, the same goods to the same receiver look like one."""
        duplicate = order.marker in self._markers
        if duplicate:
            self.duplicates += 1
        elif order.goods in self._goods:
            self.lookalikes += 1
        self._markers.add(order.marker)
        self._goods.add(order.goods)
        return duplicate

    def _plan(self, order: Order, shipment: Shipment) -> list[Step]:
        now = shipment.created
        if self.scripted:
            return accepted(now, "PAID", "CONFIRMED") + timeline(self.scripted.pop(0), now)
        if order.kind == "instant":
            return accepted(now, "PAID") + steps(INSTANT, now, shipment.minutes)
        course = PICKUP if order.pickup else DROPOFF
        return accepted(now, "PAID", "CONFIRMED") + steps(course, now, shipment.minutes)

    def _letters(self, count: int) -> str:
        return "".join(self._random.choices(string.ascii_uppercase + string.digits, k=count))


def _movements(shipment: Shipment, at: datetime) -> list[Movement]:
    found = []
    if shipment.created <= at:
        note = f"Ongkir {shipment.courier_code} {shipment.service}"
        found.append(Movement(shipment.order_code, shipment.created, "order", 0, shipment.debit, note))
    if shipment.payout and (delivered := shipment.reached("DELIVERED", at)):
        found.append(Movement(shipment.order_code, delivered, "dana_cod", shipment.payout, 0, "Pencairan dana COD"))
    return found
