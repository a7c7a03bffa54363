"""Finding reservations. Searches have no pages, only ``maxResults``: a full answer may be a cut one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from airflow_provider_fleetops.protocol.errors import ProtocolError
from airflow_provider_fleetops.protocol.listing import paginate
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fasttrak.times import read_time, wire_window

Records = list[Mapping[str, Any]]
# The longest list that one search is asked for; the server may have a ceiling of its own, so it is a modest one.
MAX_RESULTS = 200
_SHORTEST = timedelta(minutes=2)


def search(account: Account, start: datetime, end: datetime, **filters: Any) -> Flow[Records]:
    """All reservations with a pick-up from ``start`` to ``end`` (UTC); where times are local, some around them too.

    ``filters`` are further fields of the search in the vendor's names (``employeeId``).
    """
    return (yield from _read(account, *wire_window(account, start, end), filters))


def search_exactly(account: Account, start: datetime, end: datetime, **filters: Any) -> Flow[Records]:
    """The same without those around: a list of what a window holds, next to which another one begins."""
    records = yield from search(account, start, end, **filters)
    return [record for record in records if _may_lie(account, record, start, end)]


def _may_lie(account: Account, record: Mapping[str, Any], start: datetime, end: datetime) -> bool:
    """Whether a pick-up is between two times; where times are true, the vendor has said so."""
    if not account.settings["times_are_local"]:
        return True
    try:
        pickup = read_time(account, record, "scheduledPickupTime")
    except ProtocolError:  # one time that cannot be read hides no reservation
        return True
    return pickup is None or start <= pickup <= end


def _read(account: Account, start: datetime, end: datetime, filters: Mapping[str, Any]) -> Flow[Records]:
    """All rows between two times of the wire's clock, the window halved while answers are full."""
    body = {"startDate": start, "endDate": end, "maxResults": MAX_RESULTS, **filters}
    rows = yield from paginate(account, "reservations.search_advanced", None, body)
    records = [row for row in rows if isinstance(row, Mapping)]
    if len(rows) < MAX_RESULTS:
        return records
    if end - start <= _SHORTEST:
        raise ProtocolError("a search of two minutes is full: reservations may be missing", vendor=account.vendor.name)
    middle = start + (end - start) / 2
    early = yield from _read(account, start, middle, filters)
    late = yield from _read(account, middle, end, filters)
    return list({record.get("reservationId"): record for record in (*early, *late)}.values())


def by_external_id(rows: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Reservations by the partner's own key: of one key a living one before a cancelled one, the first made first."""
    found: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        key = str(row.get("externalBookingId") or "")
        if key not in found or _preference(row) < _preference(found[key]):
            found[key] = row
    return found


def _preference(record: Mapping[str, Any]) -> tuple[bool, int]:
    number = record.get("reservationId")
    cancelled = str(record.get("reservationStatus") or "").upper() == "CANCELLED"
    return cancelled, number if isinstance(number, int) else 0
