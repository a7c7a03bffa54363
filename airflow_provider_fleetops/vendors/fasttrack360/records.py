"""Records of the agency: what differs in them, what is sent of them, and how one is created once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from airflow_provider_fleetops.protocol.errors import Effect, InvalidInput, OutcomeUnknown
from airflow_provider_fleetops.protocol.flow import OnSend, call
from airflow_provider_fleetops.protocol.ledger import Intent
from airflow_provider_fleetops.protocol.operation import once
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.tracing import BLIND, Tracing
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.protocol.work import Outcome

Record = Mapping[str, Any]
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
Find = Callable[[datetime], Flow[Record | None]]


def records(rows: list[Any]) -> list[Record]:
    """The rows that are records."""
    return [row for row in rows if isinstance(row, Mapping) and row.get("id")]


def differs(found: Any, wanted: Any) -> bool:
    """Whether a field must be changed: objects are compared by the keys that are wanted, numbers also as text."""
    if isinstance(wanted, Mapping):
        inner = found if isinstance(found, Mapping) else {}
        return any(differs(inner.get(key), value) for key, value in wanted.items())
    if isinstance(wanted, list) and isinstance(found, list):
        return len(found) != len(wanted) or any(map(differs, found, wanted))
    if isinstance(wanted, bool) or isinstance(found, bool):
        return found is not wanted
    if isinstance(wanted, str | int) and isinstance(found, str | int):
        return str(found) != str(wanted) and not _same_day(str(found), str(wanted))
    return bool(found != wanted)


def _same_day(found: str, wanted: str) -> bool:
    """A date that comes back as a date-time: no public page tells how the vendor writes dates."""
    return _DAY.fullmatch(wanted) is not None and found.startswith(f"{wanted}T")


def merged(found: Any, wanted: Any) -> Any:
    """An object is sent whole: whether the vendor's PATCH merges inner objects is not known."""
    return {**found, **wanted} if isinstance(found, Mapping) and isinstance(wanted, Mapping) else wanted


def create_once(
    account: Account, meant: Intent, where: Record, body: Record, find: Find | None, *, look_first: bool = False
) -> Flow[Outcome]:
    """Send the creation that is meant; the result is the new id, under the intent's ``id_field``.

    ``find(since)`` gives the record that an earlier try has made, or None. What cannot be sent is not meant either.
    """
    try:
        account.vendor.endpoint(meant.action).prepare(where, body)
    except InvalidInput as error:
        raise error.as_(InvalidInput, vendor=account.vendor.name, endpoint=meant.action) from None

    def look(since: datetime) -> Flow[dict[str, Any] | None]:
        assert find is not None
        found = yield from find(since)
        return None if found is None else {meant.id_field: found["id"]}

    def send(on_send: OnSend) -> Flow[dict[str, Any]]:
        made = yield from call(account, meant.action, where, body, on_send=on_send)
        if isinstance(made, Mapping) and made.get("id"):
            return {meant.id_field: made["id"]}
        vendor = account.vendor.name
        raise OutcomeUnknown("the answer holds no id", vendor=vendor, endpoint=meant.action, effect=Effect.UNKNOWN)

    return (yield from once(account, meant, send, Tracing(look) if find else BLIND, look_first=look_first))
