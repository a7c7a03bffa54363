"""Short ways to write the catalogue's records."""

from __future__ import annotations

from airflow_provider_fleetops.protocol.encoders import Type
from airflow_provider_fleetops.protocol.endpoint import Body, Confidence, Endpoint, Field, Kind
from airflow_provider_fleetops.protocol.paging import Paging

SECURITY = "https://developer.ifasttrak.com/security"
CONSUMER = "one public consumer of the API (its request code)"
NOBODY = "no public source"

_SOURCES = {Confidence.DOCUMENTED: SECURITY, Confidence.SEEN: CONSUMER, Confidence.ASSUMED: NOBODY}
DOCUMENTED, SEEN, ASSUMED = Confidence.DOCUMENTED, Confidence.SEEN, Confidence.ASSUMED
READ, IDEMPOTENT, UNSAFE = Kind.READ, Kind.IDEMPOTENT, Kind.UNSAFE


def text(name: str, *, required: bool = False) -> Field:
    """A text."""
    return Field(name, required=required)


def integer(name: str, *, minimum: float | None = None, wire: str = "") -> Field:
    """A whole number."""
    return Field(name, Type.INTEGER, minimum=minimum, wire=wire)


def boolean(name: str, *, wire: str = "") -> Field:
    """A switch."""
    return Field(name, Type.BOOLEAN, wire=wire)


def structure(name: str, *, required: bool = False) -> Field:
    """An object that is passed through."""
    return Field(name, Type.OBJECT, required=required)


def body(*fields: Field) -> Body:
    """A body of these fields; others pass through."""
    return Body(fields)


_PATH_FIELDS = (
    integer("reservation_id", minimum=1),
    integer("customer_id", minimum=1),
    text("quote_package_id"),
    text("webhook_id"),
)


def entry(
    name: str,
    route: str,
    kind: Kind,
    confidence: Confidence,
    summary: str,
    returns: str,
    *,
    content: Body | None = None,
    query: tuple[Field, ...] = (),
    rows: str = "",
    binary: bool = False,
) -> Endpoint:
    """One entry; ``route`` is method and path, ``rows`` the id of a list's rows."""
    method, _, path = route.partition(" ")
    return Endpoint(
        name=name,
        method=method,
        path=path,
        kind=kind,
        confidence=confidence,
        source=_SOURCES[confidence],
        summary=summary,
        returns=returns,
        path_fields=tuple(field for field in _PATH_FIELDS if f"{{{field.name}}}" in path),
        query=query,
        body=content,
        paging=Paging(rows=("items",), unique=rows) if rows else None,
        version="v2.2",
        binary=binary,
        area=path.split("/")[1].lower(),
    )
