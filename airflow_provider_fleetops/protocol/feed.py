"""A change feed: what a list shows now, compared with what it showed before, is an event; no difference is none.

What was seen, and the newest events, stand in the shared store: one process looks for all, and all tell the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.protocol.errors import FleetOpsError
from airflow_provider_fleetops.protocol.ledger import digest
from airflow_provider_fleetops.protocol.listing import paginate
from airflow_provider_fleetops.protocol.single_flight import single_flight
from airflow_provider_fleetops.protocol.steps import Ask, Flow, Now, Sleep
from airflow_provider_fleetops.protocol.store import Entry
from airflow_provider_fleetops.protocol.times import parse_time
from airflow_provider_fleetops.protocol.together import for_all

if TYPE_CHECKING:
    from airflow_provider_fleetops.protocol.endpoint import Endpoint
    from airflow_provider_fleetops.protocol.vendor import Account

# By id: facts that say nothing about a person, and the ``digest`` of the whole record.
Rows = Mapping[str, Mapping[str, Any]]

# An event names so many of a kind and counts the rest.
MOST_NAMED = 100
# Who was away for more events than these learns how many it has missed.
EVENTS_KEPT = 50
# What only its changes are listed of is forgotten beyond so many.
ROWS_KEPT = 10_000
# A digest takes some 0.06 ms.
AT_ONCE = 100
KEPT_SECONDS = 30 * 86_400.0
LONGEST_PAUSE = 3600.0
_LONGEST_VALUE = 200
_LONGEST_NUMBER = 18


@dataclass(frozen=True)
class Feed:
    """One list of a vendor whose changes are told.

    ``read(account, start, end)`` is a flow that gives the rows between two moments; ``time`` names the fact by which
    the list chooses them. With ``overlap`` the list is one of changes: it is asked for what was changed since the last
    look, less the overlap, and ``time`` names the fact that tells when a row was made ("": nothing tells). ``cadence``
    is the shortest allowed time between looks, in seconds.
    """

    name: str
    read: Callable[[Account, datetime, datetime], Flow[Rows]]
    time: str
    cadence: Callable[[Account], float]
    overlap: timedelta | None = None


@dataclass(frozen=True)
class Seen:
    """What a feed knows. Events are numbered since ``born``, when it first looked ("": it has not yet).

    After ``failures`` in a row nobody looks before ``not_before``; ``error`` is the last one.
    """

    born: str = ""
    number: int = 0
    at: float = 0.0
    start: str = ""
    end: str = ""
    rows: Rows = field(default_factory=dict)
    events: Sequence[Mapping[str, Any]] = ()
    failures: int = 0
    not_before: float = 0.0
    error: Mapping[str, Any] | None = None

    @property
    def cursor(self) -> str:
        """Where whoever has been told everything stands."""
        return f"{self.born}#{self.number}" if self.born else ""


def rows(records: Iterable[Any], id_field: str, facts: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> Rows:
    """The rows of a list; what has no id is left out."""
    known = (
        record for record in records if isinstance(record, Mapping) and isinstance(record.get(id_field), int | str)
    )
    return {str(record[id_field])[:_LONGEST_VALUE]: {**facts(record), "digest": digest(record)} for record in known}


def in_turns(records: Sequence[Any], reduce: Callable[[Sequence[Any]], Rows]) -> Flow[Rows]:
    """The rows of a long list, piece by piece: the triggerer's other tasks have their turns in between."""
    found: dict[str, Mapping[str, Any]] = {}
    for start in range(0, len(records), AT_ONCE):
        found |= reduce(records[start : start + AT_ONCE])
        yield Sleep(0)
    return found


def modified(
    name: str,
    endpoint: Endpoint,
    facts: Callable[[Mapping[str, Any]], Mapping[str, Any]],
    made: str,
    cadence: Callable[[Account], float],
    apart: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]] = (({}, {}),),
) -> Feed:
    """The feed of a list that can say what was modified since a time; ``made``: the fact that tells when a row was.

    ``apart``: where the vendor lists them apart, what asks for each part, and what is known of its rows by that.
    """
    paging = endpoint.paging
    assert paging is not None
    assert paging.cursor is not None
    id_field, since = paging.unique, paging.cursor.parameter

    def read(account: Account, start: datetime, _end: datetime) -> Flow[Rows]:
        found: dict[str, Mapping[str, Any]] = {}
        for arguments, known in apart:
            listed = yield from paginate(account, endpoint.name, {**arguments, since: start})
            part = yield from in_turns(listed, lambda some: rows(some, id_field, facts))
            found |= {key: {**row, **known} for key, row in part.items()}
        return found

    return Feed(name, read, made, cadence, timedelta(seconds=paging.cursor.lag))


def differences(before: Rows, after: Rows) -> dict[str, list[str]]:
    """By id the facts that differ; ``other`` where it is only what facts do not tell."""
    pairs = ((key, before[key], now) for key, now in after.items() if key in before)
    return {key: _facts(old, now) or ["other"] for key, old, now in pairs if old != now}


def _facts(old: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    return [name for name in now if name != "digest" and old.get(name) != now[name]]


def news(seen: Seen, cursor: str) -> list[dict[str, Any]]:
    """The events since a cursor, oldest first; none for one that is of no use: its owner begins here."""
    born, _, number = cursor.rpartition("#")
    if born != seen.born or not number.isdecimal() or len(number) > _LONGEST_NUMBER:
        return []
    last, found = int(number), []
    for event in seen.events:
        if event["number"] > last:
            found.append({**event, "missed": event["number"] - last - 1})
            last = event["number"]
    return found


def look(account: Account, feed: Feed, days: tuple[int, int], every: float) -> Flow[tuple[Seen, float]]:
    """What the feed knows, from a look less than a cadence ago, perhaps this one; and seconds until the next.

    ``days``: the window begins so many before today and ends so many after it. A look that fails is not raised: it
    stands in :class:`Seen` for all. :class:`StoreUnavailable`: what all know cannot be reached.
    """
    every = max(every, feed.cadence(account))
    key = f"{account.key}:feed:{feed.name}:{days[0]}:{days[1]}"

    def usable(entry: Entry, now: float) -> bool:
        return now < entry.stored_at + every or now < _read(entry).not_before

    def renew(old: Entry | None) -> Flow[tuple[str, float]]:
        seen = yield from _look(for_all(account), feed, days, _read(old), every)
        text = json.dumps(vars(seen))
        newest: Entry | None = yield Ask(lambda store: store.peek(key))
        if newest is not None and newest.value != (old.value if old else ""):
            text = newest.value  # we were held up for longer than our lease: what others were told stays
        now = yield Now()
        return text, now.timestamp() + KEPT_SECONDS

    yield from single_flight(key, usable, renew, account.turn_seconds)
    # While another looks, what we would publish is not stored: nobody else knows its numbers.
    stored: Entry | None = yield Ask(lambda store: store.peek(key))
    # Nor those of a look without the shared state, which only this process has: the board says when that is lost.
    yield Ask(lambda store: store.board)
    seen = _read(stored)
    now: datetime = yield Now()
    return seen, max(stored.stored_at + every if stored else 0.0, seen.not_before) - now.timestamp()


def _read(entry: Entry | None) -> Seen:
    return Seen(**json.loads(entry.value)) if entry else Seen()


def _look(account: Account, feed: Feed, days: tuple[int, int], old: Seen, every: float) -> Flow[Seen]:
    now: datetime = yield Now()
    start, end = _window(account, now, days)
    since = start
    if feed.overlap is not None and old.born:
        since = datetime.fromtimestamp(old.at, UTC) - feed.overlap
    try:
        found = yield from feed.read(account, since, end)
    except FleetOpsError as error:
        return _failed(old, error, now.timestamp(), every)
    return _after(feed, old, found, now, (start, end))


def _window(account: Account, now: datetime, days: tuple[int, int]) -> tuple[datetime, datetime]:
    """Whole days where the connection is at home: the same request all day long."""
    zone = ZoneInfo(account.settings.get("time_zone") or account.vendor.zone)
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    back, ahead = (timedelta(days=count) for count in days)
    return (today - back).astimezone(UTC), (today + ahead + timedelta(days=1)).astimezone(UTC)


def _failed(old: Seen, error: FleetOpsError, now: float, every: float) -> Seen:
    """The next look is later with each failure, and not before the error says."""
    pause = min(every * 2**old.failures, max(every, LONGEST_PAUSE))
    later = max(now + pause, error.resume_at.timestamp() if error.resume_at else 0.0)
    return replace(old, failures=min(old.failures + 1, 20), not_before=later, error=errors.to_facts(error))


def _after(feed: Feed, old: Seen, found: Rows, now: datetime, window: tuple[datetime, datetime]) -> Seen:
    kept = found
    if feed.overlap is not None:
        earlier = {key: row for key, row in old.rows.items() if key not in found}
        kept = dict(list((earlier | dict(found)).items())[-ROWS_KEPT:])
    start, end = (moment.isoformat() for moment in window)
    seen = replace(old, rows=kept, at=now.timestamp(), start=start, end=end, failures=0, not_before=0.0, error=None)
    if not old.born:
        return replace(seen, born=now.isoformat())
    event = _event(feed, old, found, window)
    if not event:
        return seen
    number = old.number + 1
    told = {"feed": feed.name, "number": number, "seen_at": now.isoformat(timespec="seconds"), **event}
    return replace(seen, number=number, events=[*old.events, told][-EVENTS_KEPT:])


def _event(feed: Feed, old: Seen, found: Rows, window: tuple[datetime, datetime]) -> dict[str, Any]:
    """What has changed; empty when nothing has. The window's own moving is no change."""
    unknown = [key for key in found if key not in old.rows]
    created = [key for key in unknown if _is_new(feed, found[key], old)]
    changed = {key: _values(old.rows[key], found[key], names) for key, names in differences(old.rows, found).items()}
    removed: list[str] = []
    if feed.overlap is None:
        removed = [key for key, row in old.rows.items() if key not in found and _lies_in(feed, row, window)]
    else:
        changed |= {key: {} for key in unknown if key not in created}
    counts = {"created": len(created), "changed": len(changed), "removed": len(removed)}
    named = {"created": created[:MOST_NAMED], "removed": removed[:MOST_NAMED]}
    some = dict(list(changed.items())[:MOST_NAMED])
    return {**named, "changed": some, "counts": counts} if any(counts.values()) else {}


def _is_new(feed: Feed, row: Mapping[str, Any], old: Seen) -> bool:
    """Whether it would have been seen before, had it been there; where nothing tells, it counts as new."""
    moment = _moment(feed, row)
    if moment is None:
        return True
    if feed.overlap is not None:
        return moment.timestamp() >= old.at - feed.overlap.total_seconds()
    return datetime.fromisoformat(old.start) <= moment < datetime.fromisoformat(old.end)


def _lies_in(feed: Feed, row: Mapping[str, Any], window: tuple[datetime, datetime]) -> bool:
    moment = _moment(feed, row)
    return moment is not None and window[0] <= moment < window[1]


def _moment(feed: Feed, row: Mapping[str, Any]) -> datetime | None:
    try:
        return parse_time(row.get(feed.time))
    except ValueError:
        return None


def _values(old: Mapping[str, Any], now: Mapping[str, Any], names: Iterable[str]) -> dict[str, list[Any]]:
    """Old and new of each fact; empty where only what facts do not tell has changed."""
    return {name: [_short(old.get(name)), _short(now[name])] for name in names if name in now}


def _short(value: Any) -> Any:
    plain = value is None or isinstance(value, bool | int | float)
    return value if plain else (value if isinstance(value, str) else json.dumps(value, default=str))[:_LONGEST_VALUE]
