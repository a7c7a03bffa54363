"""Vendor times: everything becomes an aware UTC date-time by one rule per vendor."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pendulum

# 10^11 seconds is the year 5138, 10^11 milliseconds is 1973: what lies above can only be milliseconds.
_MILLISECONDS_FROM = 1e11
_LONGEST = 40
# No limit of a vendor lasts longer than a UTC day; a nonsensical pause must not shut everybody out for years.
_LONGEST_PAUSE = timedelta(days=1)
# A wait for midnight ends so many seconds after it: by the vendor's clock the very moment may be too early.
AFTER_MIDNIGHT = 30.0
_CLOCKS_APART = timedelta(minutes=1)


def parse_time(value: Any, zone: str = "UTC") -> datetime | None:
    """Read a vendor's time: ISO-8601 with or without seconds and zone, epoch s or ms, or ``[y, m, d, (h, mi, s)]``.

    ``zone`` is what a value without its own zone is read in. ``None`` and ``""`` give ``None``; anything else that
    is not a time raises ``ValueError``.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        raise ValueError("a boolean is not a time")  # noqa: TRY004 - callers catch one class
    try:
        if isinstance(value, int | float):
            return _from_epoch(float(value))
        if isinstance(value, str):
            return _from_text(value.strip(), zone)
        if isinstance(value, Sequence) and 3 <= len(value) <= 7:
            year, month, day, *clock = (int(part) for part in value)
            hour, minute, second, *_ = (*clock, 0, 0, 0)
            return _in_zone(datetime(year, month, day, hour, minute, second), zone)  # noqa: DTZ001 - zone follows
    except (OverflowError, OSError, TypeError) as error:
        raise ValueError("a time out of range") from error
    raise ValueError(f"not a time: {type(value).__name__}")


def _from_epoch(value: float) -> datetime:
    if not math.isfinite(value):
        raise ValueError("not a time: not finite")
    return datetime.fromtimestamp(value / 1000 if abs(value) >= _MILLISECONDS_FROM else value, UTC)


def _from_text(text: str, zone: str) -> datetime:
    if len(text) > _LONGEST:
        raise ValueError("not a time: too long")
    if re.fullmatch(r"-?\d{9,14}(\.\d+)?", text):
        return _from_epoch(float(text))
    return _in_zone(datetime.fromisoformat(text), zone)


def _in_zone(moment: datetime, zone: str) -> datetime:
    if moment.tzinfo is None:
        moment = pendulum.instance(moment, tz=zone)
    return datetime.fromtimestamp(moment.timestamp(), UTC)


def quota_reset(now: datetime) -> datetime:
    """When a day's quota that is spent ``now`` may be used again: a little after midnight UTC (11:00 AEDT, 10:00 AEST).

    Just after midnight it is the day before that is spent: the vendor's clock is behind, or its count.
    """
    day = (now - _CLOCKS_APART).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(day + timedelta(days=1), now) + timedelta(seconds=AFTER_MIDNIGHT)


def parse_retry_after(value: str | None, now: datetime) -> datetime | None:
    """``Retry-After`` as seconds or HTTP date (RFC 9110, section 10.2.3), in UTC and at most a day away.

    Nonsense counts as absent.
    """
    text = (value or "").strip()
    if re.fullmatch(r"\d{1,9}", text):
        return now + min(timedelta(seconds=int(text)), _LONGEST_PAUSE)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return now + min(max(moment - now, timedelta(0)), _LONGEST_PAUSE)


def parse_reset(value: str | None, now: datetime) -> datetime | None:
    """A rate limit's reset, in seconds from now or since the epoch; at most a day away. Nonsense counts as absent."""
    text = (value or "").split(",")[0].strip()
    if not re.fullmatch(r"\d{1,10}", text):
        return None
    number = int(text)
    seconds = number if number <= _LONGEST_PAUSE.total_seconds() else number - now.timestamp()
    return now + min(max(timedelta(seconds=seconds), timedelta(0)), _LONGEST_PAUSE)
