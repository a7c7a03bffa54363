"""The catalogue's records: an endpoint is data, and so is each of its parameters."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from airflow_provider_fleetops.protocol.errors import InvalidInput
from airflow_provider_fleetops.protocol.paging import Paging

MAX_TEXT = 100_000
# Lone surrogates (half an emoji) cannot be sent either: they have no UTF-8 form.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LARGEST_INTEGER = 2**63


class Confidence(StrEnum):
    """How sure we are that an endpoint (or a rule) exists as described."""

    DOCUMENTED = "documented"
    SEEN = "seen"
    ASSUMED = "assumed"


class Kind(StrEnum):
    """What repeating a call does: nothing, the same again, or a second effect."""

    READ = "read"
    IDEMPOTENT = "idempotent"
    UNSAFE = "unsafe"


class Type(StrEnum):
    """Types of parameters, with the wire form they are sent in."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    FLAG = "flag"  # "0" or "1", as Fastrac wants its booleans
    DATE = "date"  # YYYY-MM-DD
    MINUTE = "minute"  # YYYY-MM-DDTHH:MM in UTC, without zone
    INSTANT = "instant"  # YYYY-MM-DDTHH:MM:SS.mmmZ
    OBJECT = "object"
    ARRAY = "array"


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter. ``name`` is what Python callers write, ``wire`` what the vendor reads (the same by default)."""

    name: str
    type: Type = Type.STRING
    required: bool = False
    wire: str = ""
    enum: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    pattern: str = ""
    default: Any = None
    doc: str = ""

    @property
    def wire_name(self) -> str:
        return self.wire or self.name

    def encode(self, value: Any) -> Any:
        """The value in its wire form; :class:`InvalidInput` names this field and the rule it breaks."""
        encoded: Any = _ENCODERS[self.type](self, value)
        if self.enum and encoded not in self.enum:
            raise self.wrong(f"must be one of {', '.join(self.enum)}")
        size = encoded if isinstance(encoded, int | float) else len(encoded)
        what = "" if isinstance(encoded, int | float) else " characters" if isinstance(encoded, str) else " entries"
        if self.minimum is not None and size < self.minimum:
            raise self.wrong(f"must be at least {self.minimum:g}{what}")
        if self.maximum is not None and size > self.maximum:
            raise self.wrong(f"must be at most {self.maximum:g}{what}")
        if self.pattern and not re.fullmatch(self.pattern, str(encoded)):
            raise self.wrong(f"must match {self.pattern}")
        return encoded

    def wrong(self, rule: str) -> InvalidInput:
        return InvalidInput(f"parameter {self.name!r} {rule}")


@dataclass(frozen=True, slots=True)
class Body:
    """The JSON body: an object with known fields (others pass through), or an array of objects."""

    fields: tuple[Field, ...] = ()
    array: bool = False
    required: bool = True
    minimum: int = 0

    def encode(self, value: Any) -> Any:
        if value is None:
            if self.required:
                raise InvalidInput("parameter 'body' is required")
            return None
        if self.array:
            return self._encode_array(value)
        if not isinstance(value, Mapping):
            raise InvalidInput(f"parameter 'body' must be an object, not {type(value).__name__}")
        return self._encode_object(value, "body")

    def _encode_array(self, value: Any) -> list[Any]:
        if isinstance(value, str | bytes | Mapping) or not isinstance(value, Sequence):
            raise InvalidInput(f"parameter 'body' must be an array, not {type(value).__name__}")
        if len(value) < self.minimum:
            raise InvalidInput(f"parameter 'body' must have at least {self.minimum} entries")
        for index, item in enumerate(value):
            if not isinstance(item, Mapping):
                raise InvalidInput(f"parameter 'body[{index}]' must be an object, not {type(item).__name__}")
        return [self._encode_object(item, f"body[{index}]") for index, item in enumerate(value)]

    def _encode_object(self, value: Mapping[str, Any], where: str) -> dict[str, Any]:
        known = {field.wire_name: field for field in self.fields}
        encoded: dict[str, Any] = {}
        for key, item in value.items():
            if not isinstance(key, str):
                raise InvalidInput(f"parameter '{where}' has a key that is not a string")
            encoded[key] = known[key].encode(item) if key in known and item is not None else item
        for name, field in known.items():
            if field.required and encoded.get(name) is None:
                raise InvalidInput(f"parameter '{where}.{name}' is required")
        return encoded


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint of a vendor. ``path`` is a template (``/flight/{flight_id}``); ``source`` says where it is from.

    ``cost`` is in calls of the vendor's quota. ``returns`` describes the answer's value in one line for the docs.
    ``recurring`` marks reads whose identical repetition the vendor spaces (FL3XX).
    """

    name: str
    method: str
    path: str
    kind: Kind
    confidence: Confidence
    source: str
    summary: str
    returns: str = ""
    path_fields: tuple[Field, ...] = ()
    query: tuple[Field, ...] = ()
    body: Body | None = None
    paging: Paging | None = None
    cost: int = 1
    version: str = "v1"
    binary: bool = False
    area: str = ""

    def prepare(self, arguments: Mapping[str, Any], body: Any) -> Prepared:
        """Check every argument and give the parts of the request; :class:`InvalidInput` names what is wrong."""
        fields = {field.name: field for field in (*self.path_fields, *self.query)}
        if not isinstance(arguments, Mapping):
            raise InvalidInput(f"the arguments must be an object, not {type(arguments).__name__}")
        unknown = sorted(str(name) for name in arguments if name not in fields)
        if unknown:
            known = ", ".join(sorted(fields)) or "none"
            raise InvalidInput(f"unknown parameter {unknown[0][:60]!r}; {self.name} takes: {known}")
        values = {name: arguments.get(name, field.default) for name, field in fields.items()}
        for name, field in fields.items():
            if values[name] is None and (field.required or field in self.path_fields):
                raise field.wrong("is required")
        path = {f.name: _path_text(f, values[f.name]) for f in self.path_fields}
        query = {f.name: _query_text(f.encode(values[f.name])) for f in self.query if values[f.name] is not None}
        if body is not None and self.body is None:
            raise InvalidInput(f"parameter 'body' is not accepted by {self.name}")
        return Prepared(self, path, query, _checked_json(self.body.encode(body)) if self.body else None)


@dataclass(frozen=True, slots=True)
class Prepared:
    """Checked arguments of one call, in wire form. ``query`` is keyed by the parameter's Python name."""

    endpoint: Endpoint
    path: Mapping[str, str]
    query: Mapping[str, str] = dataclasses.field(repr=False)
    body: Any = dataclasses.field(repr=False)

    @property
    def fingerprint(self) -> str:
        """The same for identical questions: what one answer serves, and what a vendor counts as a repetition."""
        text = json.dumps([self.path, self.query, self.body], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:24]


def _path_text(field: Field, value: Any) -> str:
    """One segment of the path; an empty one, ``.`` and ``..`` would lead to another endpoint."""
    text = str(field.encode(value))
    if text in {"", ".", ".."}:
        raise field.wrong("must not be empty, '.' or '..'")
    return quote(text, safe="")


def _checked_json(body: Any) -> Any:
    """The body, if it can be sent as JSON: what no field describes passes through unchecked until here."""
    try:
        json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
    except RecursionError:
        raise InvalidInput("parameter 'body' is nested too deeply") from None
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"parameter 'body' cannot be sent as JSON: {str(error)[:100]}") from None
    return body


def _query_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _string(field: Field, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise field.wrong(f"must be a string, not {type(value).__name__}")
    text = value if isinstance(value, str) else str(_integer(field, value))
    if len(text) > MAX_TEXT:
        raise field.wrong(f"must be at most {MAX_TEXT} characters")
    if _CONTROL.search(text):
        raise field.wrong("must not contain control characters")
    if not text and field.required:
        raise field.wrong("must not be empty")
    return text


def _integer(field: Field, value: Any) -> int:
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,19}", value.strip()):
        value = int(value)  # templates render to text
    if isinstance(value, bool) or not isinstance(value, int):
        raise field.wrong(f"must be an integer, not {type(value).__name__}")
    if abs(value) >= _LARGEST_INTEGER:
        raise field.wrong("must be an integer of at most 64 bits")
    return value


def _number(field: Field, value: Any) -> float:
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,15}(\.\d{1,10})?", value.strip()):
        return float(value) if "." in value else int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return _integer(field, value)
    if not isinstance(value, float) or not math.isfinite(value):
        raise field.wrong(f"must be a finite number, not {type(value).__name__}")
    return value


def _boolean(field: Field, value: Any) -> bool:
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise field.wrong(f"must be true or false, not {type(value).__name__}")
    return value


def _flag(field: Field, value: Any) -> str:
    if value in ("0", "1"):
        return str(value)
    return "1" if _boolean(field, value) else "0"


def _date(field: Field, value: Any) -> str:
    if isinstance(value, datetime):
        value = value.date()
    try:
        return (value if isinstance(value, date) else date.fromisoformat(str(value))).isoformat()
    except ValueError:  # its text would show the value
        raise field.wrong("must be a date, YYYY-MM-DD") from None


def _utc(field: Field, value: Any) -> datetime:
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise field.wrong("must be an ISO-8601 date-time") from None
    if moment.tzinfo is None:
        raise field.wrong("must carry a time zone (for example a trailing Z)")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise field.wrong("must lie in the years 1 to 9999 in UTC") from None


def _minute(field: Field, value: Any) -> str:
    return _utc(field, value).isoformat(timespec="minutes").removesuffix("+00:00")


def _instant(field: Field, value: Any) -> str:
    return _utc(field, value).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _object(field: Field, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise field.wrong(f"must be an object, not {type(value).__name__}")
    return value


def _array(field: Field, value: Any) -> list[Any]:
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Sequence):
        raise field.wrong(f"must be an array, not {type(value).__name__}")
    return list(value)


_ENCODERS: dict[Type, Callable[[Field, Any], Any]] = {
    Type.STRING: _string,
    Type.INTEGER: _integer,
    Type.NUMBER: _number,
    Type.BOOLEAN: _boolean,
    Type.FLAG: _flag,
    Type.DATE: _date,
    Type.MINUTE: _minute,
    Type.INSTANT: _instant,
    Type.OBJECT: _object,
    Type.ARRAY: _array,
}
