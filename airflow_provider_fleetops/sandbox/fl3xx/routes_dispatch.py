"""The dispatch documents of a flight: pax details, services, pre- and post-flight, migration, sanction, visa, notes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from airflow_provider_fleetops.sandbox.fields import Fields
from airflow_provider_fleetops.sandbox.fl3xx import documents
from airflow_provider_fleetops.sandbox.fl3xx.data import DISPATCH_STATUSES
from airflow_provider_fleetops.sandbox.fl3xx.errors import conflict
from airflow_provider_fleetops.sandbox.fl3xx.fleet import Fleet
from airflow_provider_fleetops.sandbox.fl3xx.handlers import V1, Row, flight_of, same_kinds
from airflow_provider_fleetops.sandbox.fl3xx.model import Flight
from airflow_provider_fleetops.sandbox.fl3xx.times import from_millis
from airflow_provider_fleetops.sandbox.routes import BadBody, Call, Reply

Document = Callable[[Fleet, Flight, datetime], dict[str, Any]]
_MILESTONES = {
    "OUT": ("dep", "blocksOff"),
    "OFF": ("dep", "takeOff"),
    "ON": ("arr", "landing"),
    "IN": ("arr", "blocksOn"),
}
_REASONS = {
    "dep": ("delayOffBlockReason", "delayTakeOffReason"),
    "arr": ("delayLandingReason", "delayOnBlockReason"),
}
_LATEST_MILLIS = 4_102_444_800_000


def read(make: Document, kind: str, fleet: Fleet, call: Call) -> Reply:
    """Return a document: what was last written over what the world says."""
    flight = flight_of(fleet, call)
    return Reply.of(_document(make, kind, fleet, flight, call.world))


def write(make: Document, kind: str, fleet: Fleet, call: Call) -> Reply:
    """Keep the sent fields of a document; the same body twice changes nothing more."""
    flight = flight_of(fleet, call)
    body = call.object()
    if body.get("flightId") not in (None, flight.id):
        raise conflict("flightId: is not the flight of the path")
    kept = same_kinds(body, make(fleet, flight, call.world))
    if kind in ("services", "migration"):
        _check_statuses(kept)
    if kind == "postflight":
        _report_times(fleet, flight, Fields.of(body), call.world)
        _report_delays(fleet, flight, Fields.of(body))
        kept.pop("time", None)
    fleet.documents.setdefault((kind, flight.id), {}).update(kept)
    shown = _document(make, kind, fleet, flight, call.world)
    return Reply.of(shown, effect=f"flight:{flight.id} {kind} written", subjects=(str(flight.id),))


def _document(make: Document, kind: str, fleet: Fleet, flight: Flight, now: datetime) -> dict[str, Any]:
    return make(fleet, flight, now) | fleet.documents.get((kind, flight.id), {})


def _check_statuses(value: Any, where: str = "") -> None:
    """Refuse a status word that is not in the vendor's list, wherever it stands."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            _check_statuses(item, f"{where}[{index}]")
    elif isinstance(value, dict):
        for name, item in value.items():
            path = f"{where}.{name}".lstrip(".")
            if name == "status" and item is not None and item not in DISPATCH_STATUSES:
                raise conflict("status: is not a status of a dispatch item")
            _check_statuses(item, path)


def _report_times(fleet: Fleet, flight: Flight, body: Fields, now: datetime) -> None:
    """Take over reported milestones, which must be in order and not in the future."""
    if not body.has("time"):
        return
    sent = body.fields("time")
    times = {name: _milestone(sent, *place) for name, place in _MILESTONES.items()}
    known = {name: moment for name, moment in times.items() if moment}
    if not known:
        return
    merged = flight.reached(now) | known
    moments = [merged[name] for name in _MILESTONES if name in merged]
    if flight.cancelled or moments != sorted(moments) or moments[-1] > now:
        raise conflict("time: must be in order, not in the future, and of a flight that takes place")
    flight.reported |= known
    fleet.announce(now, "FLIGHT_MOVEMENT_UPDATE", flight)


def _report_delays(fleet: Fleet, flight: Flight, body: Fields) -> None:
    """Keep the reasons that were sent, each beside its milestone."""
    if not body.has("time"):
        return
    for part, names in _REASONS.items():
        if body.fields("time").has(part):
            sent = body.fields("time").fields(part)
            reasons = {name: sent.text(name) for name in names if sent.has(name)}
            fleet.documents.setdefault((f"{part} delays", flight.id), {}).update(reasons)


def _milestone(time: Fields, part: str, name: str) -> datetime | None:
    if not time.has(part) or not time.fields(part).has(name):
        return None
    return from_millis(time.fields(part).integer(name, high=_LATEST_MILLIS))


def _people_statuses(fleet: Fleet, call: Call, kind: str) -> Reply:
    """Write sanction or visa statuses; ``source`` is read-only."""
    flight = flight_of(fleet, call)
    body = Fields.of(call.object())
    current = _document(documents.screening, kind, fleet, flight, call.world)
    for group in ("crew", "passengers"):
        for row in body.rows(group) if body.has(group) else []:
            _screen(current[group], row)
    fleet.documents[kind, flight.id] = current
    return Reply.of(current, effect=f"flight:{flight.id} {kind} written", subjects=(str(flight.id),))


def _screen(known: list[dict[str, Any]], row: Fields) -> None:
    number = row.integer("id")
    matching = [item for item in known if item["id"] == number]
    if not matching:
        raise conflict(f"{row.where}id: is not on this flight")
    if row.has("source") and row.text("source") != matching[0]["source"]:
        raise BadBody(f"{row.where}source: is read-only")
    matching[0]["status"] = row.text("status", matching[0]["status"], high=40)
    matching[0]["note"] = row.text("note", matching[0]["note"] or "") or None


def dispatch_routes() -> list[Row]:
    """Return the rows of this module."""
    rows: list[Row] = []
    for name, kind, tail, verb, make in (
        ("pax_details", "pax_details", "{id}/pax_details", "POST", documents.pax_details),
        ("flight_services", "services", "{id}/services", "PUT", documents.services),
        ("postflight", "postflight", "{flight}/postflight", "POST", documents.postflight),
        ("migration", "migration", "{flightId}/migration", "PUT", documents.migration),
    ):
        path = f"{V1}/flight/{tail}"
        rows.append((f"{name}.get", "GET", path, "documented", partial(read, make, kind)))
        rows.append((f"{name}.update", verb, path, "documented", partial(write, make, kind)))
    for kind, tail in (("sanction_list", "sanction-list"), ("visa", "visa")):
        path = f"{V1}/flight/{{flightId}}/{tail}"
        rows.append((f"{kind}.get", "GET", path, "documented", partial(read, documents.screening, kind)))
        rows.append((f"{kind}.update", "PUT", path, "documented", partial(_people_statuses, kind=kind)))
    for name, kind, make in (
        ("preflight", "preflight", documents.preflight),
        ("flight_notification", "notification", documents.notification),
        ("planning_note", "planningnote", documents.planning_note),
    ):
        rows.append((f"{name}.get", "GET", f"{V1}/flight/{{id}}/{kind}", "seen", partial(read, make, kind)))
    return rows
