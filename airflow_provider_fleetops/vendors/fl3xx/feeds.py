"""What changes at FL3XX: the flight programme, open quotes, bookings."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from airflow_provider_fleetops.protocol.feed import Feed, Rows, in_turns, modified
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fl3xx.catalogue import ENDPOINTS
from airflow_provider_fleetops.vendors.fl3xx.changes import snapshot
from airflow_provider_fleetops.vendors.fl3xx.flows import list_flights
from airflow_provider_fleetops.vendors.fl3xx.limits import recurring
from airflow_provider_fleetops.vendors.fl3xx.orders import told


def _flights(account: Account, start: datetime, end: datetime) -> Flow[Rows]:
    """The flights of whole days, cancelled ones included."""
    zone = account.settings["time_zone"]
    first, last = (moment.astimezone(ZoneInfo(zone)).date() for moment in (start, end - timedelta(seconds=1)))
    flights = yield from list_flights(account, first, last, "ALL")
    return (yield from in_turns(flights, lambda part: snapshot(part, zone)))


# FL3XX lists paid bookings and others apart, paid ones unless told otherwise. One that is paid meanwhile is in both.
_BY_PAYMENT = (({"filter": "NOT_PAID"}, {"paid": False}), ({"filter": "PAID"}, {"paid": True}))

FEEDS = (
    Feed("flights", _flights, "blockOffEstUTC", recurring),
    modified("quotes", ENDPOINTS["quotes.list"], told, "", recurring),
    modified("bookings", ENDPOINTS["bookings.list"], told, "", recurring, apart=_BY_PAYMENT),
)
