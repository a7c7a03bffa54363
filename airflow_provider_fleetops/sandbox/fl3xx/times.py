"""The vendor's mix of time formats (https://developer.fl3xx.com/docs/flights, /docs/quote-bookings)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from airflow_provider_fleetops.sandbox.routes import BadBody

SERVER_ZONE = ZoneInfo("Europe/Vienna")
"""Days and zone-less values are read in the server's zone, CET."""

_MINUTE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")
_MILLIS = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def iso(moment: datetime | None) -> str | None:
    """Return ``YYYY-MM-DDTHH:mm:ss.SSSZ`` in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + _thousandths(moment) + "Z" if moment else None


def local(moment: datetime, zone: str) -> str:
    """Return the wall time at an airport, without a zone."""
    there = moment.astimezone(ZoneInfo(zone))
    return there.strftime("%Y-%m-%dT%H:%M:%S.") + _thousandths(there)


def minute(moment: datetime, zone: str = "UTC") -> str:
    """Return ``YYYY-MM-DDTHH:MM`` without a zone."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def millis(moment: datetime | None) -> int | None:
    """Return epoch milliseconds."""
    return round(moment.timestamp() * 1000) if moment else None


def from_millis(value: int) -> datetime:
    """Return the moment of epoch milliseconds (whose range the caller has checked)."""
    return datetime.fromtimestamp(value / 1000, UTC)


def read_day(name: str, text: str | None) -> date:
    """Read ``YYYY-MM-DD``."""
    return _read(name, text, _DAY, "YYYY-MM-DD").date()


def read_minute(name: str, text: str | None, zone: tzinfo = SERVER_ZONE) -> datetime:
    """Read ``YYYY-MM-DDTHH:MM`` as wall time of a zone; return UTC."""
    return _read(name, text, _MINUTE, "YYYY-MM-DDTHH:MM").replace(tzinfo=zone).astimezone(UTC)


def read_millis(name: str, text: str | None) -> datetime:
    """Read ``YYYY-MM-DDTHH:mm:ss.SSSZ``."""
    return _read(name, text, _MILLIS, "YYYY-MM-DDTHH:mm:ss.SSSZ").replace(tzinfo=UTC)


def read_any(name: str, text: str | None) -> datetime:
    """Read a bound that clients send as a day or to the minute; return UTC."""
    if text and _DAY.fullmatch(text):
        return datetime.combine(read_day(name, text), datetime.min.time(), SERVER_ZONE).astimezone(UTC)
    return read_minute(name, text)


def _read(name: str, text: str | None, pattern: re.Pattern[str], shown: str) -> datetime:
    if not text:
        raise BadBody(f"{name}: is required as {shown}")
    try:
        if pattern.fullmatch(text) and re.fullmatch(r"[\x20-\x7e]+", text):
            found = datetime.fromisoformat(text.removesuffix("Z"))
            # Keep clear of the calendar's ends, where a change of zone overflows.
            if 1 < found.year < 9999:
                return found
    except ValueError:
        pass
    raise BadBody(f"{name}: must look like {shown}")


def _thousandths(moment: datetime) -> str:
    return f"{moment.microsecond // 1000:03d}"


def quarter(moment: datetime, minutes: int = 5) -> datetime:
    """Return the moment rounded down to full minutes as schedules have them."""
    return moment - timedelta(minutes=moment.minute % minutes, seconds=moment.second, microseconds=moment.microsecond)
