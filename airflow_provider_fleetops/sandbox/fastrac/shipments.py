"""Shipments and their state machines: what a parcel's history is at any moment of world time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

# Labels of the vendor's state diagrams (https://github.com/appdevid/fastrac-doc-b2b), upper snake case as on the wire.
CANCELLABLE = {
    "express": frozenset({"PENDING_PICKUP", "PENDING_DROPOFF"}),
    "instant": frozenset({"SCHEDULED", "CONFIRMED", "PROBLEM_SHIPMENT"}),
}
TERMINAL = frozenset({"DELIVERED", "RETURNED", "CANCELED"})
DESCRIPTIONS = {
    "PAID": "Pembayaran diterima",
    "CONFIRMED": "Pesanan dikonfirmasi",
    "PENDING_PICKUP": "Menunggu kurir",
    "PENDING_DROPOFF": "Menunggu paket diantar ke gerai",
    "PICKED": "Paket diambil kurir",
    "DROPPED": "Paket diterima di gerai",
    "IN_TRANSIT": "Paket dalam perjalanan",
    "DELIVERED": "Paket diterima",
    "PROBLEM_SHIPMENT": "Paket bermasalah",
    "RTS": "Paket dikembalikan ke pengirim",
    "RETURNED": "Paket kembali di pengirim",
    "CANCELED": "Pesanan dibatalkan",
}

# Status and the share of the delivery time after which it is reached.
Course = tuple[tuple[str, float], ...]
PICKUP: Course = (("PENDING_PICKUP", 0), ("PICKED", 0.2), ("IN_TRANSIT", 0.4), ("DELIVERED", 1))
DROPOFF: Course = (("PENDING_DROPOFF", 0), ("DROPPED", 0.2), ("IN_TRANSIT", 0.4), ("DELIVERED", 1))
INSTANT: Course = (("CONFIRMED", 0), ("PENDING_PICKUP", 0.1), ("PICKED", 0.25), ("IN_TRANSIT", 0.4), ("DELIVERED", 1))
# Status, minutes from now, description: a course that somebody scripted.
Timeline = list[tuple[str, float, str | None]]
PROBLEM: Course = (("PROBLEM_SHIPMENT", 0), ("RTS", 0.2), ("RETURNED", 0.6))
RETURN: Course = (("RTS", 0), ("RETURNED", 0.4))


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a history."""

    at: datetime
    status: str
    desc: str


def steps(course: Sequence[tuple[str, float]], start: datetime, minutes: float) -> list[Step]:
    """Lay a course out from ``start``: a share of 1 is ``minutes`` later."""
    return [step(status, start + timedelta(minutes=minutes * share)) for status, share in course]


def timeline(scripted: Timeline, start: datetime) -> list[Step]:
    """Lay a scripted course out from ``start``."""
    return [step(status, start + timedelta(minutes=minutes), desc) for status, minutes, desc in scripted]


def step(status: str, at: datetime, desc: str | None = None) -> Step:
    """A history row with the vendor's usual description, or the given one."""
    return Step(at, status, DESCRIPTIONS.get(status, status.replace("_", " ").title()) if desc is None else desc)


def accepted(at: datetime, *statuses: str) -> list[Step]:
    """The steps that an order has behind it when it is answered, a second apart so that their order shows."""
    return [step(status, at - timedelta(seconds=len(statuses) - i)) for i, status in enumerate(statuses)]


@dataclass(frozen=True, slots=True)
class Party:
    """Shipper or receiver as tracking shows it."""

    name: str
    phone: str
    address: str
    region_id: int = 0


@dataclass(slots=True)
class Shipment:
    """One booked parcel; ``debit`` is what the balance paid, ``payout`` what cash on delivery brings, in rupiah.

    ``plan`` is its whole life so far and to come: a state is the last step that is not in the future.
    """

    awb: str
    booking_id: str
    order_code: str
    kind: str
    courier_code: str
    service: str
    shipper: Party
    receiver: Party
    created: datetime
    minutes: float
    debit: int
    payout: int = 0
    plan: list[Step] = field(default_factory=list)

    def history(self, at: datetime) -> list[Step]:
        """The steps up to ``at``, oldest first."""
        return sorted((step for step in self.plan if step.at <= at), key=lambda step: step.at)

    def status(self, at: datetime) -> str:
        """The newest status at ``at``; empty before the order."""
        past = self.history(at)
        return past[-1].status if past else ""

    def reached(self, status: str, at: datetime) -> datetime | None:
        """When it first reached a status, if it has."""
        return next((step.at for step in self.history(at) if step.status == status), None)

    def divert(self, at: datetime, course: list[Step]) -> None:
        """Forget everything after ``at`` and take another course."""
        self.plan = [step for step in self.plan if step.at <= at] + course
