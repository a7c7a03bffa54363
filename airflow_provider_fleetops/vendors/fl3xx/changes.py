"""What has changed in a flight programme since it was last looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from airflow_provider_fleetops.protocol.ledger import digest
from airflow_provider_fleetops.vendors.fl3xx.states import CANCELLED, summary

Snapshot = Mapping[str, Mapping[str, Any]]


def snapshot(flights: Sequence[Mapping[str, Any]], zone: str) -> dict[str, dict[str, Any]]:
    """What is kept of a programme: by flight what says nothing about a person, and a digest of all the rest."""
    return {str(flight.get("flightId")): summary(flight, zone) | {"digest": digest(flight)} for flight in flights}


def compare(before: Snapshot, after: Snapshot, window: tuple[str, str], zone: str) -> dict[str, Any]:
    """``added``, ``changed`` (with the names of the fields), ``cancelled`` and ``gone`` flights, by id.

    A flight that is not listed any more is gone only where its day still lies in the ``window``, which may have moved.
    """
    changed = {key: _fields(before[key], now) for key, now in after.items() if key in before}
    cancelled = [key for key, fields in changed.items() if "state" in fields and after[key]["state"] == CANCELLED]
    return {
        "added": [key for key in after if key not in before],
        "changed": {key: fields for key, fields in changed.items() if fields and key not in cancelled},
        "cancelled": cancelled,
        "gone": [key for key, flight in before.items() if key not in after and _lies_in(flight, window, zone)],
    }


def _fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    names = [name for name in new if name != "digest" and old.get(name) != new[name]]
    return names or (["other"] if old.get("digest") != new["digest"] else [])


def _lies_in(flight: Mapping[str, Any], window: tuple[str, str], zone: str) -> bool:
    departure = flight.get("blockOffEstUTC")
    if not isinstance(departure, str):
        return False
    day: date = datetime.fromisoformat(departure).astimezone(ZoneInfo(zone)).date()
    return window[0] <= day.isoformat() <= window[1]
