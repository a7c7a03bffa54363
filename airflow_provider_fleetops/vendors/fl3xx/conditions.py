"""The conditions that API v2 takes (https://developer.fl3xx.com/reference/v2.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_fleetops.protocol.encoders import Type
from airflow_provider_fleetops.protocol.endpoint import Field

_SEARCH = {
    "crew_id": (Field("crew_id", Type.INTEGER, minimum=1), "crewId", "EQ"),
    "roster_type_id": (Field("roster_type_id", Type.INTEGER, minimum=1), "rosterTypeId", "EQ"),
    "from_time": (Field("from_time", Type.INSTANT), "startDateTime", "GTE"),
    "to_time": (Field("to_time", Type.INSTANT), "endDateTime", "LTE"),
    "aircraft_id": (Field("aircraft_id", Type.INTEGER, minimum=1), "aircraftId", "EQ"),
    "tail": (Field("tail"), "tailNumber", "EQ"),
    "is_assignable": (Field("is_assignable", Type.BOOLEAN), "isAssignable", "EQ"),
}


def search(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a search for duties or crew positions."""
    filters = []
    for name, value in wanted.items():
        field, wire, operator = _SEARCH[name]
        filters.append({"field": wire, "operator": operator, "value": field.encode(value)})
    return {"filters": filters}


def between(from_time: Any, to_time: Any) -> str:
    """The filter for flights by estimated off-block."""
    start, end = (Field(n, Type.INSTANT).encode(v) for n, v in (("from_time", from_time), ("to_time", to_time)))
    return f"blocksOffEstimatedDateTime,BTW,{start},{end}"
