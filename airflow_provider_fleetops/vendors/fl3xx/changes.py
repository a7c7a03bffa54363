"""What has changed in a flight programme since it was last looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from airflow_provider_fleetops.protocol.feed import Rows, differences, rows
from airflow_provider_fleetops.vendors.fl3xx.states import CANCELLED, summary


def snapshot(flights: Sequence[Any], zone: str) -> Rows:
    """What is kept of a programme: by flight what says nothing about a person, and a digest of all the rest."""
    return rows(flights, "flightId", lambda flight: summary(flight, zone))


def compare(before: Rows, after: Rows, window: tuple[str, str], zone: str) -> dict[str, Any]:
    """``added``, ``changed`` (with the names of the fields), ``cancelled`` and ``gone`` flights, by id.

    A flight that is not listed any more is gone only where its day still lies in the ``window``, which may have moved.
    """
    changed = differences(before, after)
    cancelled = [key for key, fields in changed.items() if "state" in fields and after[key]["state"] == CANCELLED]
    return {
        "added": [key for key in after if key not in before],
        "changed": {key: fields for key, fields in changed.items() if key not in cancelled},
        "cancelled": cancelled,
        "gone": [key for key, flight in before.items() if key not in after and _lies_in(flight, window, zone)],
    }


def _lies_in(flight: Mapping[str, Any], window: tuple[str, str], zone: str) -> bool:
    departure = flight.get("blockOffEstUTC")
    if not isinstance(departure, str):
        return False
    day: date = datetime.fromisoformat(departure).astimezone(ZoneInfo(zone)).date()
    return window[0] <= day.isoformat() <= window[1]
