"""Overwriting a record: read, change, look again, write back.

The vendor writes whole records and has no version check, so somebody else's change would be overwritten. Its records
tell when they were modified: each time right before the write leaves, that is compared with what was read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from airflow_provider_fleetops.protocol.errors import Effect, Refused, Unavailable
from airflow_provider_fleetops.protocol.flow import OnSend, call
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.vendor import Account

Record = Mapping[str, Any]


class _Changed(Refused):
    """Somebody has changed the record since it was read; ends the tries of this write."""


def rewrite(
    account: Account,
    endpoint: str,
    where: Record,
    body: Record,
    *,
    read: Record,
    again: Callable[[], Flow[Record | None]],
    modified: str,
) -> Flow[Record]:
    """Write a whole record back; gives the vendor's new one, empty when it does not tell.

    ``read`` is the record as it was read, ``again`` reads it once more, ``modified`` is the field that tells when it
    was changed last. :class:`Unavailable` when it has changed: a retry reads it anew.
    """
    look = _unless_changed(account, endpoint, read, again, modified) if read.get(modified) else None
    try:
        answer = yield from call(account, endpoint, where, body, on_send=look)
    except _Changed as error:
        raise error.as_(Unavailable, advice="A retry reads it anew", effect=error.effect) from None
    return answer or {}


def _unless_changed(
    account: Account, endpoint: str, read: Record, again: Callable[[], Flow[Record | None]], modified: str
) -> OnSend:
    """A look right before the write leaves, also before it leaves again: waits for slots and retries lie between."""
    sent: list[bool] = []

    def look() -> Flow[None]:
        newest = yield from again()
        if newest is None or newest.get(modified) != read.get(modified):
            raise _Changed(
                "the record has changed since it was read",
                vendor=account.vendor.name,
                endpoint=endpoint,
                effect=Effect.UNKNOWN if sent else Effect.NONE,  # our own write, whose answer was lost, is a change too
            )
        sent.append(True)

    return look


def differs(found: Any, wanted: Any) -> bool:
    """Whether a field must be changed; objects are compared by the keys that are wanted."""
    if isinstance(wanted, Mapping):
        inner = found if isinstance(found, Mapping) else {}
        return any(differs(inner.get(key), value) for key, value in wanted.items())
    return bool(found != wanted)


def merged(found: Any, wanted: Any) -> Any:
    """The wanted value over what is there; objects keep the keys that nobody wants different."""
    if not isinstance(wanted, Mapping) or not isinstance(found, Mapping):
        return wanted
    return {**found, **{key: merged(found.get(key), value) for key, value in wanted.items()}}
