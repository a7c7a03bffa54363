"""What a body may hold: one entry per field, read with the sandbox's common field rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_provider_fleetops.sandbox.fasttrack360.refusal import Flaw, Refusal
from airflow_provider_fleetops.sandbox.fields import Fields, Invalid

Read = Callable[[Fields, str], Any]
READ_ONLY = frozenset({"id", "createdAt", "modifiedAt", "createdBy"})
"""Fields of every record that only the vendor writes; a body may carry them back unchanged or not, they are ignored."""

FIRST_ID, LAST_ID = 100_000_000, 999_999_999
_MOST_CUSTOM_FIELDS = 100


@dataclass(frozen=True, slots=True)
class Spec:
    """How a field is read, whether it must be there, and the table or lookup its value must occur in."""

    read: Read
    required: bool = False
    among: str = ""


Schema = Mapping[str, Spec]


def read_body(schema: Schema, body: Mapping[str, Any], *, partial: bool) -> dict[str, Any]:
    """Return the fields of a body; a partial one (PATCH) may leave any out and clear optional ones with null.

    Raises `Refusal` 400 which names every wrong field.
    """
    fields = Fields.of(body)
    flaws = [Flaw(name[:100], "unknown", "is not a field of this record") for name in _unknown(schema, body)]
    values: dict[str, Any] = {}
    for name, spec in schema.items():
        if partial and name not in body:
            continue
        try:
            values[name] = spec.read(fields, name) if spec.required or fields.has(name) else None
        except Invalid as error:
            flaws.append(Flaw(error.field, "required" if error.rule == "is required" else "invalid", error.rule))
    if flaws:
        raise Refusal(400, "Validation failed", *flaws)
    return values


def _unknown(schema: Schema, body: Mapping[str, Any]) -> list[str]:
    return sorted(set(body) - set(schema) - READ_ONLY)


def text(high: int = 255) -> Read:
    """Return the reader of a string of 1 to ``high`` characters."""
    return lambda fields, name: fields.text(name, high=high)


def whole(low: int, high: int) -> Read:
    """Return the reader of a whole number."""
    return lambda fields, name: fields.integer(name, low=low, high=high)


def number(low: float, high: float) -> Read:
    """Return the reader of a number."""
    return lambda fields, name: fields.number(name, low=low, high=high)


def choice(*words: str) -> Read:
    """Return the reader of one of some words."""
    return lambda fields, name: fields.choice(name, words)


def block(schema: Schema) -> Read:
    """Return the reader of a nested object; it is complete in itself."""
    return lambda fields, name: _nested(fields.fields(name), schema)


def rows(schema: Schema) -> Read:
    """Return the reader of a list of objects."""
    return lambda fields, name: [_nested(row, schema) for row in fields.rows(name)]


def _nested(fields: Fields, schema: Schema) -> dict[str, Any]:
    if unknown := sorted(set(fields.data) - set(schema)):
        raise Invalid(fields.name(unknown[0][:100]), "is not a field of this record")
    return {n: spec.read(fields, n) if spec.required or fields.has(n) else None for n, spec in schema.items()}


def flag(fields: Fields, name: str) -> bool:
    """Read true or false."""
    return fields.boolean(name)


def day(fields: Fields, name: str) -> str:
    """Read a date ``YYYY-MM-DD`` of this century."""
    value = fields.day(name)
    if not 2000 <= value.year < 2100:
        raise Invalid(fields.name(name), "must lie between 2000 and 2099")
    return value.isoformat()


def hour(fields: Fields, name: str) -> str:
    """Read a time ``HH:MM``."""
    return fields.moment(name, "%H:%M", "HH:MM").strftime("%H:%M")


def record_id(fields: Fields, name: str) -> int:
    """Read a nine-digit id."""
    return fields.integer(name, low=FIRST_ID, high=LAST_ID)


def email(fields: Fields, name: str) -> str:
    """Read an address with exactly one @ between two parts."""
    value = fields.text(name, high=254)
    user, _, domain = value.partition("@")
    if not user or "." not in domain or "@" in domain or any(char.isspace() for char in value):
        raise Invalid(fields.name(name), "must be an e-mail address")
    return value


def custom_fields(fields: Fields, name: str) -> dict[str, Any]:
    """Read an object of texts, numbers, ticks and nulls."""
    inner = fields.fields(name)
    if len(inner.data) > _MOST_CUSTOM_FIELDS:
        raise Invalid(fields.name(name), f"must hold at most {_MOST_CUSTOM_FIELDS} fields")
    return {_key(inner, key): _scalar(inner, key) for key in inner.data}


def _key(inner: Fields, key: str) -> str:
    if not key.isprintable() or not 1 <= len(key) <= 100:
        raise Invalid(inner.where.rstrip("."), "must have names of 1 to 100 printable characters")
    return key


def _scalar(inner: Fields, key: str) -> Any:
    value = inner.data[key]
    if value is None or isinstance(value, bool):
        return value
    return inner.number(key, low=-1e15) if isinstance(value, int | float) else inner.text(key, low=0, high=1000)


def stamp(moment: datetime) -> str:
    """Write a time as the API does: UTC to the second with a Z (assumed)."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
