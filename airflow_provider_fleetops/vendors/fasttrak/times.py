"""FASTTRAK's times: ISO-8601 with ``Z``. Whether ``Z`` is true or stuck on a wall clock, only a first trip shows.

``timeZoneName`` is a Windows name, so a record's own offset in minutes is what local times are read by.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from airflow_provider_fleetops.protocol.errors import ConfigurationError, InvalidInput, ProtocolError, empty, is_blank
from airflow_provider_fleetops.protocol.times import parse_time
from airflow_provider_fleetops.protocol.vendor import Account

_LARGEST_OFFSET = 14 * 60
# How far a local clock goes back in autumn: it shows the hour twice, and an order of its times is none of moments.
_CHANGE = timedelta(hours=1)


def read_time(account: Account, record: Mapping[str, Any], name: str) -> datetime | None:
    """A time of a record in UTC, None when it is not set."""
    try:
        moment = parse_time(record.get(name))
    except ValueError:
        raise ProtocolError(f"field {name!r} of a reservation is not a time", vendor=account.vendor.name) from None
    if moment is None or not account.settings["times_are_local"]:
        return moment
    offset = _own_offset(record)
    if offset is not None:
        return moment - offset
    return moment.replace(tzinfo=_zone(account)).astimezone(UTC)


def write_time(account: Account, moment: datetime, record: Mapping[str, Any] | None = None) -> str:
    """A UTC time as the vendor wants it: for ``record``'s zone where times are local."""
    return stamp(wire_clock(account, moment, record or {})) or ""


def wire_clock(account: Account, moment: datetime, record: Mapping[str, Any]) -> datetime:
    """The time whose UTC clock is what goes over the wire."""
    if not account.settings["times_are_local"]:
        return moment
    offset = _own_offset(record)
    return moment + offset if offset is not None else moment.astimezone(_zone(account)).replace(tzinfo=UTC)


def wire_window(account: Account, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """Bounds on the wire's clock of all that lies between two times; of a local clock's, an hour more on both sides."""
    change = _CHANGE if account.settings["times_are_local"] else timedelta(0)
    return wire_clock(account, start, {}) - change, wire_clock(account, end, {}) + change


def stamp(moment: datetime | None) -> str | None:
    """``2026-11-22T17:05:00Z``, None for None."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if moment else None


def given_time(name: str, value: Any) -> datetime:
    """A user's time, which must name its zone; :class:`InvalidInput` names the parameter."""
    if is_blank(value):
        raise empty(name)
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).strip())
    except ValueError:
        raise InvalidInput(f"parameter {name!r} must be an ISO-8601 date-time", vendor="fasttrak") from None
    if moment.tzinfo is None:
        raise InvalidInput(f"parameter {name!r} must carry a time zone (for example a trailing Z)", vendor="fasttrak")
    return moment.astimezone(UTC)


def given_window(start: Any, end: Any) -> tuple[datetime, datetime]:
    """A user's window of pick-up times; :class:`InvalidInput` names the parameter."""
    first, last = given_time("from_time", start), given_time("to_time", end)
    if last < first:
        raise InvalidInput("parameter 'to_time' must not be before from_time", vendor="fasttrak")
    return first, last


def _own_offset(record: Mapping[str, Any]) -> timedelta | None:
    minutes = record.get("timeZoneUTCOffsetMinutes")
    plain = isinstance(minutes, int) and not isinstance(minutes, bool) and abs(minutes) <= _LARGEST_OFFSET
    return timedelta(minutes=minutes) if plain and isinstance(minutes, int) else None


def _zone(account: Account) -> ZoneInfo:
    name = str(account.settings["time_zone"])
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ConfigurationError("extra 'time_zone' is no IANA time zone name", vendor=account.vendor.name) from None
