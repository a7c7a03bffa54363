"""An aircraft's schedule in windows of any length, and when it is free."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from airflow_provider_fleetops.protocol.encoders import Type
from airflow_provider_fleetops.protocol.endpoint import Field
from airflow_provider_fleetops.protocol.errors import InvalidInput
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.times import parse_time
from airflow_provider_fleetops.protocol.vendor import Account

LONGEST_DAYS = 370
_DAY = timedelta(days=1)
_SCHEDULE = "aircraft.schedule"


def read_schedule(
    account: Account, tail: str, from_: date | str, to: date | str, init_location: str | None = None
) -> Flow[list[dict[str, Any]]]:
    """What an aircraft does from one day to another, both included, each item once; empty when it is free.

    https://developer.fl3xx.com/docs/aircraft-schedule: at most a month a call and one call a minute for each tail. The
    calls of a longer window lie minutes apart, so an answer may serve until the last one is there: a task that comes
    back for the next month does not begin again.
    """
    parts = list(_months(*_days(from_, to)))
    age = account.vendor.reuse(account, account.vendor.endpoint(_SCHEDULE)) * 2 * len(parts)
    found: dict[str, dict[str, Any]] = {}
    for first, last in parts:
        where = {"tail": tail, "from_": first.isoformat(), "to": last.isoformat(), "init_location": init_location}
        rows = yield from call(account, _SCHEDULE, where, reuse=age if len(parts) > 1 else None)
        for row in rows:
            found.setdefault(str(row.get("id") or f"row {len(found)}"), row)
    return list(found.values())


def _days(from_: date | str, to: date | str) -> tuple[date, date]:
    first, last = (
        date.fromisoformat(Field(name, Type.DATE).encode(value)) for name, value in (("from_", from_), ("to", to))
    )
    if last < first:
        raise InvalidInput("parameter 'to' must not be before 'from_'", vendor="fl3xx")
    if (last - first).days > LONGEST_DAYS:
        raise InvalidInput("parameter 'to' must be at most a year after 'from_'", vendor="fl3xx")
    return first, last


def _months(first: date, last: date) -> Iterator[tuple[date, date]]:
    """Windows of at most a month: from a day to the day before the same day of the next month."""
    while first <= last:
        following = _next_month(first)
        yield first, min(last, following - _DAY)
        first = following


def _next_month(day: date) -> date:
    year, month = (day.year, day.month + 1) if day.month < 12 else (day.year + 1, 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def read_availability(account: Account, tail: str, start: Any, end: Any) -> Flow[dict[str, Any]]:
    """Whether an aircraft is free all the time between two moments, what keeps it busy, and the gaps in between."""
    begin, until = (
        datetime.fromisoformat(Field(name, Type.INSTANT).encode(value))
        for name, value in (("from_time", start), ("to_time", end))
    )
    if until <= begin:
        raise InvalidInput("parameter 'to_time' must be after 'from_time'", vendor="fl3xx")
    # A day more on both ends: in which zone FL3XX begins a day is not documented.
    rows = yield from read_schedule(account, tail, (begin - _DAY).date(), (until + _DAY).date())
    return availability(rows, begin, until)


def availability(rows: Sequence[Mapping[str, Any]], start: datetime, end: datetime) -> dict[str, Any]:
    """Notes block nothing; an item without a readable time blocks everything, for it may lie anywhere."""
    busy = [item for row in rows if row.get("taskType") != "NOTE" if (item := _span(row, start, end))]
    busy.sort(key=lambda item: item[0])
    gaps, free_from = [], start
    for begin, until, _ in busy:
        if begin > free_from:
            gaps.append(_gap(free_from, begin))
        free_from = max(free_from, until)
    if free_from < end:
        gaps.append(_gap(free_from, end))
    return {"free": not busy, "busy": [item for _, _, item in busy], "gaps": gaps}


def _span(row: Mapping[str, Any], start: datetime, end: datetime) -> tuple[datetime, datetime, dict[str, Any]] | None:
    """The part of an item that lies in the window, and what it is."""
    begin = max(_time(row.get("departureDateUTC")) or start, start)
    until = min(_time(row.get("arrivalDateUTC")) or end, end)
    if begin >= until:
        return None
    facts = {"id": row.get("id"), "type": row.get("taskType") or "FLIGHT"}
    return begin, until, {**facts, "from": _text(begin), "to": _text(until)}


def _gap(begin: datetime, until: datetime) -> dict[str, Any]:
    return {"from": _text(begin), "to": _text(until), "minutes": (until - begin).total_seconds() / 60}


def _time(value: Any) -> datetime | None:
    try:
        return parse_time(value, "UTC")
    except ValueError:
        return None


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
