"""What is waited for at FL3XX besides a flight's movement: bookings, permits, slots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.listing import paginate
from airflow_provider_fleetops.protocol.one_by_one import one_by_one
from airflow_provider_fleetops.protocol.steps import Flow, Now
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.protocol.watch import NOT_FOUND, Sighting, Watch
from airflow_provider_fleetops.vendors.fl3xx.limits import recurring
from airflow_provider_fleetops.vendors.fl3xx.orders import told

Seen = Flow[Mapping[str, Sighting]]

# https://developer.fl3xx.com/docs/read-bookings. C and D were seen and are not explained: cancelled, declined?
_LETTERS = {
    "R": "REQUESTED", "a": "REQUESTED", "W": "REQUESTED", "Q": "QUOTED", "A": "ACCEPTED", "O": "OWNER_APPROVAL",
    "S": "SIGNED", "B": "BOOKED", "F": "FLOWN", "C": "CANCELLED", "D": "DECLINED",
}  # fmt: skip
_STEPS = ("UNKNOWN", "REQUESTED", "QUOTED", "ACCEPTED", "OWNER_APPROVAL", "SIGNED", "BOOKED", "FLOWN")
# From this many on, one list of the open quotes is cheaper than a read of each.
_MANY = 3
_OPEN_DAYS = timedelta(days=90)
# Same words for every dispatch item. "DO" is glossed as done and as still to do, so it confirms nothing.
_SETTLED = frozenset({"OK", "NA", "NR"})
_CANCELLED = "CNL"


def look_at_bookings(account: Account, ids: Sequence[str], window: Mapping[str, str]) -> Seen:
    """See bookings by id or own reference: many open ones with one list, the others one by one.

    ``window`` has ``changed_since``, the day since when open quotes are listed; by default 90 days ago.
    """
    wanted = dict.fromkeys(ids)
    seen: dict[str, Sighting] | None = None
    if len(wanted) >= _MANY:
        now: datetime = yield Now()
        since = window.get("changed_since") or (now - _OPEN_DAYS).date().isoformat()
        rows = yield from call(account, "quotes.list", {"last_request": f"{since[:10]}T00:00:00Z"})
        seen = {name: _booking(row) for row in rows for name in _names(row) if name in wanted}
    others = [reference for reference in wanted if reference not in (seen or {})]
    return (yield from one_by_one(others, lambda reference: _look_at(account, reference), seen))


def _names(row: Mapping[str, Any]) -> tuple[str, str]:
    return str(row.get("bookingid")), str(row.get("externalReference"))


def _look_at(account: Account, reference: str) -> Flow[Sighting]:
    return _booking((yield from call(account, "quote.get", {"reference": reference})))


def _booking(row: Mapping[str, Any]) -> Sighting:
    letter = str(row.get("status") or "")[:60]
    facts = told(row)
    return Sighting(_LETTERS.get(letter, "UNKNOWN"), letter, facts)


def look_at_permits(account: Account, ids: Sequence[str], _window: Mapping[str, str]) -> Seen:
    """See the permits of flights; API v2 tells them of one flight a call."""
    return (yield from _look_at_items(account, "permits.list", ids))


def look_at_slots(account: Account, ids: Sequence[str], _window: Mapping[str, str]) -> Seen:
    """See the slots and PPRs of flights, as permits."""
    return (yield from _look_at_items(account, "slots.list", ids))


def _look_at_items(account: Account, entry: str, ids: Sequence[str]) -> Seen:
    def see(flight_id: str) -> Flow[Sighting]:
        return _items((yield from paginate(account, entry, {"flight_id": flight_id})))

    return (yield from one_by_one(ids, see))


def _items(rows: Sequence[Mapping[str, Any]]) -> Sighting:
    """Cancelled ones do not count; a status that was revised (``OK_REVISED``) is to be looked at again."""
    counts = Counter(str(row.get("status") or "")[:40] for row in rows)
    live = set(counts) - {_CANCELLED}
    state = "NONE" if not live else "CONFIRMED" if live <= _SETTLED else "PENDING"
    return Sighting(state, ", ".join(sorted(counts)), dict(counts))


BOOKING = Watch(
    name="booking",
    subject="booking",
    ranks={name: rank for rank, name in enumerate(_STEPS)},
    dead_ends=frozenset({"CANCELLED", "DECLINED", NOT_FOUND}),
    finals=frozenset({"FLOWN"}),
    look=look_at_bookings,
    cadence=recurring,
)

_ITEMS = {"PENDING": 0, "NONE": 1, "CONFIRMED": 2}

PERMITS = Watch(
    name="permits",
    subject="permits of flight",
    ranks=_ITEMS,
    dead_ends=frozenset({NOT_FOUND}),
    finals=frozenset(),
    look=look_at_permits,
    cadence=recurring,
    at_once=20,
)

SLOTS = Watch(
    name="slots",
    subject="slots of flight",
    ranks=_ITEMS,
    dead_ends=frozenset({NOT_FOUND}),
    finals=frozenset(),
    look=look_at_slots,
    cadence=recurring,
    at_once=20,
)
