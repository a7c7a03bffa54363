"""What changes at FASTTRAK: the reservations of a window."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from airflow_provider_fleetops.protocol.errors import ProtocolError
from airflow_provider_fleetops.protocol.feed import Feed, Rows, in_turns, rows
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fasttrak.search import search_exactly
from airflow_provider_fleetops.vendors.fasttrak.states import WATCH, sighting, state_of


def _reservations(account: Account, start: datetime, end: datetime) -> Flow[Rows]:
    """Those with a pick-up between the two; a status or a time that was changed tells itself, the rest the digest."""
    records = yield from search_exactly(account, start, end)
    return (yield from in_turns(records, lambda part: rows(part, "reservationId", lambda one: _facts(account, one))))


def _facts(account: Account, record: Mapping[str, Any]) -> dict[str, Any]:
    try:
        seen = sighting(account, record)
    except ProtocolError:  # one reservation whose time cannot be read hides no other
        return {"state": state_of(record)}
    return {**seen.facts, "state": seen.state}


FEEDS = (Feed("reservations", _reservations, "scheduled_pickup_time", WATCH.cadence),)
