"""The canonical states of a flight, derived from its times; the vendor's words alone are an open list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from airflow_provider_fleetops.protocol.times import parse_time
from airflow_provider_fleetops.protocol.watch import NOT_FOUND, Sighting

RANKS: Mapping[str, int] = {
    "SCHEDULED": 0,
    "OFF_BLOCK": 1,
    "AIRBORNE": 2,
    "LANDED": 3,
    "ON_BLOCK": 4,
    "POST_FLIGHT_CLOSED": 5,
}
CANCELLED = "CANCELLED"
DEAD_ENDS = frozenset({CANCELLED, NOT_FOUND})

# The same moment stands under several names (https://developer.fl3xx.com/reference/flights/getflights).
_DEPARTURE = ("blockOffEstUTC", "blocksoffestimated", "etd", "dateFrom")
_ARRIVAL = ("blockOnEstUTC", "blocksonestimated", "eta", "dateTo")
# What a flight tells without telling about a person.
_PLAIN = (
    "flightId", "flightNumber", "registrationNumber", "airportFrom", "airportTo", "workflowCustomName", "flightType",
    "paxNumber",
)  # fmt: skip


def state(flight: Mapping[str, Any]) -> str:
    """The first rule that fits. Times come first: status words are free text that a tenant may change."""
    words = {_word(flight.get("flightStatus")), _word(flight.get("status"))}
    rules = (
        (CANCELLED, bool(words & {"canceled", "cancelled"})),
        ("POST_FLIGHT_CLOSED", flight.get("postFlightClosed") is True),
        ("ON_BLOCK", bool(flight.get("realDateIN")) or "on block" in words),
        ("LANDED", bool(flight.get("realDateON"))),
        ("AIRBORNE", bool(flight.get("realDateOFF"))),
        ("OFF_BLOCK", bool(flight.get("realDateOUT")) or "off block" in words),
    )
    return next((name for name, fits in rules if fits), "SCHEDULED")


def departure(flight: Mapping[str, Any], zone: str) -> datetime | None:
    """Estimated off-block, in UTC."""
    return _first_time(flight, _DEPARTURE, zone)


def arrival(flight: Mapping[str, Any], zone: str) -> datetime | None:
    """Estimated on-block, in UTC."""
    return _first_time(flight, _ARRIVAL, zone)


def sighting(flight: Mapping[str, Any], zone: str) -> Sighting:
    """The flight as last seen, without anything about a person."""
    facts = {
        "number": flight.get("flightNumber"),
        "tail": flight.get("registrationNumber"),
        "departure": _text(departure(flight, zone)),
        "arrival": _text(arrival(flight, zone)),
    }
    return Sighting(state(flight), str(flight.get("flightStatus") or "")[:60], facts)


def summary(flight: Mapping[str, Any], zone: str) -> dict[str, Any]:
    """The fields of a flight that say nothing about a person, with our state and times in UTC."""
    plain = {name: flight[name] if isinstance(flight.get(name), str | int) else None for name in _PLAIN}
    times = {"blockOffEstUTC": _text(departure(flight, zone)), "blockOnEstUTC": _text(arrival(flight, zone))}
    return plain | times | {"state": state(flight)}


def _first_time(flight: Mapping[str, Any], names: tuple[str, ...], zone: str) -> datetime | None:
    """The first readable time; ``…UTC`` fields are in UTC even where they carry no zone."""
    for name in names:
        try:
            moment = parse_time(flight.get(name), "UTC" if name.endswith("UTC") else zone)
        except ValueError:
            continue
        if moment is not None:
            return moment
    return None


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def _word(value: Any) -> str:
    return value.strip().lower() if isinstance(value, str) else ""
