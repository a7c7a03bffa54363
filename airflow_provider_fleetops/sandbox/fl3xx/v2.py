"""Conventions of v2: envelope, filters, sorting, paging (https://developer.fl3xx.com/reference/v2.md)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from airflow_provider_fleetops.sandbox.fields import Fields
from airflow_provider_fleetops.sandbox.fl3xx.handlers import number
from airflow_provider_fleetops.sandbox.routes import BadBody, Call, Reply

LEAST, MOST, USUAL = 10, 50, 20


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition; ``values`` has two for BTW."""

    field: str
    operator: str
    values: tuple[str, ...]

    def public(self) -> dict[str, str]:
        """Return the filter as the envelope repeats it."""
        return {"field": self.field, "operator": self.operator, "value": "/".join(self.values)}


@dataclass(frozen=True, slots=True)
class Query:
    """What a list or search asked for."""

    filters: tuple[Filter, ...]
    limit: int
    offset: int
    sorts: tuple[tuple[str, bool], ...] = ()

    def value(self, field: str) -> str | None:
        """Return the first value asked of a field."""
        return next((one.values[0] for one in self.filters if one.field == field), None)


Allowed = Mapping[str, Collection[str]]
"""Field to the operators that it supports; anything else is a 400."""


def read_query(call: Call, allowed: Allowed) -> Query:
    """Read ``filter=<field>,<OP>,<value>[,<value2>]``, ``limit``, ``offset`` of a GET."""
    filters = tuple(_filter(text.split(","), allowed) for text in call.query.get("filter", []))
    limit = number("limit", call.one("limit") or str(USUAL), low=LEAST, high=MOST)
    return Query(filters, limit, number("offset", call.one("offset") or "0", high=10**9))


def read_search(call: Call, allowed: Allowed, sortable: Collection[str]) -> Query:
    """Read the body of a search; both bounds of BTW stand in one value, joined by a slash."""
    body = Fields.of(call.object())
    filters = []
    for row in body.rows("filters") if body.data.get("filters") else []:
        value = row.data.get("value")
        parts = [] if value is None else str(value).split("/")
        filters.append(_filter([row.text("field"), row.text("operator"), *parts], allowed))
    rows = body.rows("sorts") if body.data.get("sorts") else []
    sorts = [(row.choice("field", sortable), row.choice("sortDirection", ("ASC", "DESC"), "ASC")) for row in rows]
    limit = body.integer("limit", USUAL, low=LEAST, high=MOST)
    return Query(
        tuple(filters),
        limit,
        body.integer("offset", 0, high=10**9),
        tuple((field, direction == "DESC") for field, direction in sorts),
    )


def _filter(parts: Sequence[str], allowed: Allowed) -> Filter:
    field, operator, values = parts[0], parts[1] if len(parts) > 1 else "", tuple(parts[2:])
    if field not in allowed:
        raise BadBody(f"filter: field must be one of {', '.join(allowed) or 'none'}")
    if operator not in allowed[field]:
        raise BadBody(f"filter: {field} supports {', '.join(allowed[field])}")
    if len(values) != (2 if operator == "BTW" else 1) or not all(values):
        raise BadBody(f"filter: {field} {operator} has the wrong number of values")
    return Filter(field, operator, values)


def envelope(rows: Sequence[dict[str, Any]], query: Query) -> Reply:
    """Return one page of rows, sorted as asked, in the envelope."""
    ordered = list(rows)
    for field, descending in reversed(query.sorts):
        ordered.sort(key=lambda row: str(row.get(field)), reverse=descending)
    page = {
        "offset": query.offset,
        "limit": query.limit,
        "totalItems": len(ordered),
        "sortItems": [{"field": field, "sortDirection": "DESC" if down else "ASC"} for field, down in query.sorts],
        "filters": [one.public() for one in query.filters],
    }
    return Reply.of({"data": ordered[query.offset : query.offset + query.limit], "pagination": page})
