"""The catalogue's records: an endpoint is data, and so is each of its parameters."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple
from urllib.parse import quote

from airflow_provider_fleetops.protocol.encoders import ENCODERS, Type
from airflow_provider_fleetops.protocol.errors import InvalidInput, empty, is_blank
from airflow_provider_fleetops.protocol.paging import Paging


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


class Pattern(NamedTuple):
    """The form of a text, and the same as a rule that people can read (``must be two digits``)."""

    form: str
    rule: str


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
    pattern: Pattern | None = None
    default: Any = None
    doc: str = ""

    @property
    def wire_name(self) -> str:
        return self.wire or self.name

    def encode(self, value: Any) -> Any:
        """The value in its wire form; :class:`InvalidInput` names this field and the rule it breaks."""
        if value is None or (is_blank(value) and self.type is not Type.STRING):
            raise empty(self.name)
        encoded: Any = ENCODERS[self.type](self, value)
        if self.enum and encoded not in self.enum:
            raise self.wrong(f"must be one of {', '.join(self.enum)}")
        size = encoded if isinstance(encoded, int | float) else len(encoded)
        what = "" if isinstance(encoded, int | float) else " characters" if isinstance(encoded, str) else " entries"
        if self.minimum is not None and size < self.minimum:
            raise self.wrong(f"must be at least {self.minimum:g}{what}")
        if self.maximum is not None and size > self.maximum:
            raise self.wrong(f"must be at most {self.maximum:g}{what}")
        if self.pattern and not re.fullmatch(self.pattern.form, str(encoded)):
            raise self.wrong(self.pattern.rule)
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
        return Prepared(self, path, query, self.encode_body(body))

    def encode_body(self, body: Any) -> Any:
        """The body in its wire form; :class:`InvalidInput` names what is wrong, or cannot be sent."""
        return _checked_json(self.body.encode(body)) if self.body else None


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
