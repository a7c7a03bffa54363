"""What the handlers share: path and query values, table rows, documents that are kept as sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from airflow_provider_fleetops.sandbox.fl3xx.fleet import Fleet
from airflow_provider_fleetops.sandbox.fl3xx.model import Flight
from airflow_provider_fleetops.sandbox.routes import BadBody, Call, Label, Reply

V1 = "/api/external"
V2 = "/api/v2"
Handler = Callable[[Fleet, Call], Reply]
Row = tuple[str, str, str, Label, Handler]
"""Name, method, path, label, handler."""


def number(name: str, text: str | None, *, low: int = 0, high: int = 10**18) -> int:
    """Read a whole number of a path or query."""
    if not text or not re.fullmatch(r"[0-9]{1,19}", text) or not low <= int(text) <= high:
        raise BadBody(f"{name}: must be a whole number from {low} to {high}")
    return int(text)


def choice(call: Call, name: str, allowed: Sequence[str], default: str) -> str:
    """Read a query parameter that has few legal values."""
    value = call.one(name) or default
    if value not in allowed:
        raise BadBody(f"{name}: must be one of {', '.join(allowed)}")
    return value


def page(call: Call, *, low: int = 1, default: int = 100, high: int = 1000) -> slice:
    """Read ``limit`` and ``offset``."""
    limit = number("limit", call.one("limit") or str(default), low=low, high=high)
    offset = number("offset", call.one("offset") or "0", high=10**9)
    return slice(offset, offset + limit)


def flight_of(fleet: Fleet, call: Call) -> Flight:
    """Return the flight that the first path parameter names."""
    name, value = next(iter(call.params.items()))
    return fleet.flight(number(name, value))


def rows_of(call: Call) -> list[Any]:
    """Return the body as a JSON array."""
    value = call.json()
    if not isinstance(value, list):
        raise BadBody("body must be a JSON array")
    return value


def same_kinds(sent: Mapping[str, Any], known: Mapping[str, Any], where: str = "") -> dict[str, Any]:
    """Return the sent fields that the resource has; refuse one of another JSON type. Unknown fields are ignored."""
    kept = {name: value for name, value in sent.items() if name in known}
    for name, value in kept.items():
        wanted = known[name]
        if value is not None and wanted is not None and not _alike(value, wanted):
            raise BadBody(f"{where}{name}: must be {_KINDS[type(wanted)]}")
    return kept


_KINDS = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "true or false",
    int: "a number",
    float: "a number",
}


def _alike(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, bool) or isinstance(value, bool):
        return isinstance(value, bool) and isinstance(wanted, bool)
    if isinstance(wanted, int | float):
        return isinstance(value, int | float)
    return isinstance(value, type(wanted))
