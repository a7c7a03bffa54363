"""Actions of more than one call: reading a window, looking at flights, changing a crew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from airflow_provider_fleetops.protocol.errors import InvalidInput, empty, is_blank
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.listing import paginate
from airflow_provider_fleetops.protocol.one_by_one import one_by_one
from airflow_provider_fleetops.protocol.shared_answer import remember
from airflow_provider_fleetops.protocol.steps import Flow, Now
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.protocol.watch import Sighting
from airflow_provider_fleetops.vendors.fl3xx import states

# https://developer.fl3xx.com/reference/flights/getflights: six months back and six months ahead.
LONGEST_DAYS = 370


def list_flights(
    account: Account,
    from_date: date | str,
    to_date: date | str,
    include: str = "NON_CANCELED",
    time_zone: str | None = None,
    reuse: float | None = None,
) -> Flow[list[dict[str, Any]]]:
    """The flights of a window of days, both ends included, each once.

    ``time_zone`` says where days begin; by default the connection's. Windows of any length up to a year are read in
    parts.
    """
    first, last = day_of("from_date", from_date), day_of("to_date", to_date)
    if last < first:
        raise _wrong("to_date", "must not be before from_date")
    if (last - first).days > LONGEST_DAYS:
        raise _wrong("to_date", "must be at most a year after from_date: FL3XX shows six months back and six ahead")
    zone = _zone(time_zone or account.settings["time_zone"])
    arguments = {"from_": first, "to": last, "include": include, "time_zone": zone}
    flights: list[dict[str, Any]] = yield from paginate(account, "flights.list", arguments, reuse=reuse)
    return flights


def look(account: Account, ids: Sequence[str], window: Mapping[str, str]) -> Flow[Mapping[str, Sighting]]:
    """See all flights with one list, cancelled ones included; only those outside the window are read one by one.

    Gives every flight of the list, for others may wait for it.

    ``window`` has ``from_date`` and ``to_date``; by default yesterday to tomorrow.
    """
    now: datetime = yield Now()
    day = timedelta(days=1)
    first = window.get("from_date") or (now - day).date().isoformat()
    last = window.get("to_date") or (now + day).date().isoformat()
    zone = account.settings["time_zone"]
    flights = yield from list_flights(account, first, last, "ALL")
    seen = {str(flight.get("flightId")): states.sighting(flight, zone) for flight in flights}
    strangers = [flight_id for flight_id in ids if flight_id not in seen]
    return (yield from one_by_one(strangers, lambda flight_id: _look_at(account, flight_id, zone), seen))


def _look_at(account: Account, flight_id: str, zone: str) -> Flow[Sighting]:
    flight = yield from call(account, "flight.get", {"flight_id": flight_id})
    return states.sighting(flight, zone)


def replace_crew(
    account: Account, flight_id: int | str, crew: Sequence[Mapping[str, Any]], allow_empty: bool = False
) -> Flow[list[dict[str, Any]]]:
    """Make ``crew`` the whole crew: FL3XX removes everyone who is left out, so an empty list must be meant.

    FL3XX cannot tell whether somebody changed the crew meanwhile: it knows no version, and an identical read is allowed
    once in ten minutes. The last write stands; repeating it changes nothing.
    """
    if not crew and not allow_empty:
        raise _wrong("crew", "is empty, which would remove the whole crew; pass allow_empty=True if that is meant")
    for number, member in enumerate(crew):
        if not isinstance(member, Mapping):
            raise _wrong(f"crew[{number}]", "must be an object with pilotId and role")
    where = {"flight_id": flight_id}
    members: list[dict[str, Any]] = yield from call(account, "flight_crew.replace", where, crew)
    yield from remember(account, "flight_crew.get", where, members)
    return members


def day_of(name: str, value: date | str) -> date:
    """A day as users give it; ``InvalidInput`` names the parameter."""
    if is_blank(value):
        raise empty(name)
    if isinstance(value, datetime):
        return value.date()
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
    except ValueError:
        raise _wrong(name, "must be a date, YYYY-MM-DD") from None


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (KeyError, OSError, TypeError, ValueError):
        raise _wrong("time_zone", "must be UTC or an IANA zone such as Europe/Vienna") from None


def _wrong(name: str, rule: str) -> InvalidInput:
    return InvalidInput(f"parameter {name!r} {rule}", vendor="fl3xx")
