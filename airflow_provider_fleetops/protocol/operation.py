"""Exactly once, written once: intent -> look -> mark "sent" -> send -> record.

The intent is in the ledger before anything leaves, so whoever comes later (a retry, a second run, another process)
finds it and knows whether something may have happened. What may have happened is looked for, never sent again blindly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from airflow_provider_fleetops.protocol.endpoint import Field
from airflow_provider_fleetops.protocol.errors import FleetOpsError, InvalidInput
from airflow_provider_fleetops.protocol.flow import OnSend
from airflow_provider_fleetops.protocol.ledger import DOUBTFUL, Intent, Status, digest, holder_of
from airflow_provider_fleetops.protocol.steps import Ask, Flow, Now
from airflow_provider_fleetops.protocol.tracing import BLIND, Tracing
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.protocol.work import Outcome, Work

_KEY = Field("operation_key", required=True, maximum=250)


def intent(
    account: Account,
    action: str,
    key: Any,
    payload: Any,
    id_field: str = "id",
    trace: Mapping[str, Any] | None = None,
) -> Intent:
    """The intent of an action under the user's ``key``; ``payload`` is what makes two orders different."""
    try:
        name = str(_KEY.encode(key)).strip()
    except InvalidInput as error:
        raise error.as_(InvalidInput, vendor=account.vendor.name, endpoint=action) from None
    if not name:
        raise InvalidInput("parameter 'operation_key' must not be empty", vendor=account.vendor.name, endpoint=action)
    where = (account.vendor.name, account.base_url, account.conn_id)
    return Intent(*where, action, name, digest(payload), id_field, trace)


def once(
    account: Account,
    meant: Intent,
    send: Callable[[OnSend], Flow[Any]],
    tracing: Tracing = BLIND,
    *,
    look_first: bool = False,
) -> Flow[Outcome]:
    """Do what is meant exactly once, and give its result to everybody who means the same.

    ``send(on_send)`` passes ``on_send`` to the one call that changes something, and gives the result as JSON values.
    ``look_first``: look even before the first send, because others than this ledger may have done it.

    :class:`InvalidInput`: the key was used for another payload. :class:`Busy`: another process is at it.
    :class:`Unavailable`: not found after an unclear answer, the next try looks first. :class:`OutcomeUnknown`: there is
    no way to look. A definite refusal is raised as it is, and the key stays free.
    """
    work = Work(account, meant, tracing, holder_of(account.caller.key))
    operation = yield from work.begin()
    if operation.status is Status.DONE:
        return (yield from work.recorded(operation))
    asked = yield Now()  # what arrives while we look may be missed by the look
    try:
        if operation.status in DOUBTFUL or look_first:
            found = yield from work.look(operation)
            if found is not None:
                yield from work.record(found)
                return Outcome(found, created=False)
        if operation.status in DOUBTFUL:
            work.wait_for_arrival(operation, asked.timestamp())
        return (yield from work.send(operation, send))
    except Exception:  # a closed generator (GeneratorExit) must not yield: its lease ends by itself
        with suppress(FleetOpsError):
            yield Ask(lambda store: store.ledger.release(meant.id, work.holder))
        raise


def record_found(account: Account, meant: Intent, result: Any) -> Flow[None]:
    """Settle what an earlier try may have left open: a look outside :func:`once` has found it. No row, no record."""
    yield from Work(account, meant, BLIND, "").record(result)
