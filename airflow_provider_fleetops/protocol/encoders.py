"""From Python values to the wire form of each type of parameter, or an error that names the field and the rule."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow_provider_fleetops.protocol.endpoint import Field

MAX_TEXT = 100_000
# Lone surrogates (half an emoji) cannot be sent either: they have no UTF-8 form.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LARGEST_INTEGER = 2**63


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


ENCODERS: dict[Type, Callable[[Field, Any], Any]] = {
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
