"""What the control API can do to parcels: problems, returns, any status, whole courses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from airflow_provider_fleetops.sandbox.fastrac.book import Book
from airflow_provider_fleetops.sandbox.fastrac.shipments import (
    PROBLEM,
    RETURN,
    Course,
    Shipment,
    Timeline,
    step,
    steps,
    timeline,
)
from airflow_provider_fleetops.sandbox.fields import Fields, Invalid

EVENTS = ("problem", "return", "cancel", "status", "timeline")


def run(book: Book, now: datetime, event: str, data: Mapping[str, Any]) -> dict[str, object]:
    """Carry out an event on the parcel ``data["awb"]``; without one, ``timeline`` is kept for the next order.

    - ``problem``: PROBLEM_SHIPMENT now, then RTS and RETURNED; ``return``: RTS now, then RETURNED.
    - ``cancel``: CANCELED now, without a refund.
    - ``status`` {status, desc?, hold?}: that word now, known or not; the course goes on unless ``hold``.
    - ``timeline`` {steps: [{status, minutes, desc?}]}: a course in world minutes from now, or from the next order.

    Raises `Invalid` for an unknown event, parcel or field.
    """
    fields = Fields.of(data)
    if event not in EVENTS:
        raise Invalid("event", f"must be one of {', '.join(EVENTS)}")
    if event == "timeline" and not fields.has("awb"):
        book.scripted.append(_timeline(fields))
        return {"waiting": len(book.scripted)}
    shipment = book.shipments.get(fields.text("awb"))
    if shipment is None:
        raise Invalid("awb", "is not a parcel of this sandbox")
    _change(shipment, now, event, fields)
    return {"awb": shipment.awb, "status": shipment.status(now)}


def _change(shipment: Shipment, now: datetime, event: str, fields: Fields) -> None:
    courses: dict[str, Course] = {"problem": PROBLEM, "return": RETURN, "cancel": (("CANCELED", 0),)}
    if event in courses:
        shipment.divert(now, steps(courses[event], now, shipment.minutes))
    elif event == "timeline":
        shipment.divert(now, timeline(_timeline(fields), now))
    else:
        later = [] if fields.boolean("hold", default=False) else [s for s in shipment.plan if s.at > now]
        shipment.divert(now, [step(fields.text("status"), now, _desc(fields)), *later])


def _timeline(fields: Fields) -> Timeline:
    return [(row.text("status"), row.number("minutes", high=100_000), _desc(row)) for row in fields.rows("steps")]


def _desc(fields: Fields) -> str | None:
    return fields.text("desc") if fields.has("desc") else None
