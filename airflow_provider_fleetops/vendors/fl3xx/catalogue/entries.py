"""How the catalogue's entries are written: the method and the path say most of what an entry needs."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from airflow_provider_fleetops.protocol.encoders import Type
from airflow_provider_fleetops.protocol.endpoint import Body, Confidence, Endpoint, Field, Kind
from airflow_provider_fleetops.protocol.paging import Cursor, Paging

DOCS = "https://developer.fl3xx.com"
SEEN = Confidence.SEEN

# Public clients in which undocumented calls were seen.
AIRSPRINT = "https://github.com/Captainmorgan37/AirSprint-Tools"
APTAERO = "https://github.com/Gridiron-Air/FL3XX-Aptaero-Sync"

_KINDS = {"GET": Kind.READ, "PUT": Kind.IDEMPOTENT, "PATCH": Kind.IDEMPOTENT, "DELETE": Kind.IDEMPOTENT}
_NUMBERS = (
    "flight_id", "ticket_id", "aircraft_id", "booking_id", "user_id", "roster_id", "roster_type_id", "permit_id",
    "slot_id", "qualification_id", "qualification_type_id",
)  # fmt: skip
_PATH_FIELDS = {name: Field(name, Type.INTEGER, required=True, minimum=1) for name in _NUMBERS}

# API v1: bare arrays; public clients also accept a list under one of these keys.
ROWS = Paging(rows=("items", "data"))
# https://developer.fl3xx.com/reference/v2.md: limit (10 to 50) and offset; offsets shift when rows are added.
PAGES = Paging("offset", page_size=50, total="pagination.totalItems", unique="id")
PAGE_QUERY = (
    Field("limit", Type.INTEGER, minimum=10, maximum=50, doc="rows per page"),
    Field("offset", Type.INTEGER, minimum=0, doc="rows to skip"),
)
# https://developer.fl3xx.com/reference/v2.md: POST …-search with filters and sorts; bounds of BTW are joined by "/".
SEARCH_PAGES = Paging("offset", page_size=50, total="pagination.totalItems", unique="id", where="body")
SEARCH = Body(
    (
        *PAGE_QUERY,
        Field("filters", Type.ARRAY, doc="[{field, operator, value}]"),
        Field("sorts", Type.ARRAY, doc="[{field, sortDirection ASC|DESC}]"),
    ),
)
ANY_OBJECT = Body()


def day(name: str, wire: str = "", *, required: bool = True, doc: str = "") -> Field:
    """A parameter that is a day."""
    return Field(name, Type.DATE, required=required, wire=wire, doc=doc)


def minute(name: str, wire: str = "", *, required: bool = False, doc: str = "") -> Field:
    """A parameter that is a time without a zone; the wire form is UTC."""
    return Field(name, Type.MINUTE, required=required, wire=wire, doc=doc)


def changed(parameter: str) -> Cursor:
    """Since when: minutes without a zone, which FL3XX may read in Central European time, up to two hours ahead of UTC.

    Rows do not say when they changed.
    """
    return Cursor(parameter, lag=2.25 * 3600)


def _entry(
    version: str, area: str, name: str, request: str, source: str, summary: str, returns: str = "",
    *, prefix: str, kind: Kind | None = None, confidence: Confidence = Confidence.DOCUMENTED,
    query: tuple[Field, ...] = (), body: Body | None = None, paging: Paging | None = None, binary: bool = False,
) -> Endpoint:  # fmt: skip
    """One entry. ``request`` is "METHOD /path"; a source that starts with "/" is a page of the vendor's docs."""
    method, path = request.split(" ")
    names = re.findall(r"{(\w+)}", path)
    return Endpoint(
        name=name,
        method=method,
        path=prefix + path,
        kind=kind or _KINDS.get(method, Kind.UNSAFE),
        confidence=confidence,
        source=DOCS + source if source.startswith("/") else source,
        summary=summary,
        returns=returns,
        path_fields=tuple(_PATH_FIELDS.get(n, Field(n, required=True, maximum=200)) for n in names),
        query=query,
        body=body,
        paging=paging,
        version=version,
        binary=binary,
        area=area,
    )


def v1(area: str) -> Any:
    """Writes entries of API v1 (``X-Auth-Token``)."""
    return partial(_entry, "v1", area, prefix="/api/external")


def v2(area: str) -> Any:
    """Writes entries of API v2, a beta (``X-Api-Client-Id`` and ``X-Auth-Token``)."""
    return partial(_entry, "v2", area, prefix="/api/v2")
