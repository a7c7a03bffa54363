"""The rights that an account is known to have: they tell "too fast" from "no right" where both are a 403."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from airflow_provider_fleetops.protocol.endpoint import Prepared
from airflow_provider_fleetops.protocol.errors import FleetOpsError, PermissionDenied, StoreUnavailable, Throttled
from airflow_provider_fleetops.protocol.steps import Ask, Flow
from airflow_provider_fleetops.protocol.store import Entry
from airflow_provider_fleetops.protocol.vendor import Account

RIGHT_KNOWN_SECONDS = 30 * 86_400
_KNOWN, _DOUBTED = "", "doubted"
# Of the pause: the one try after it may be on a host whose clock is a little behind.
_NEARLY = 0.9


def read_forbidden(
    account: Account, prepared: Prepared, error: PermissionDenied, asked_at: datetime, now: datetime
) -> Flow[FleetOpsError]:
    """FL3XX answers 403 both to "no right" and "too fast": a right that has worked is doubted, and tried once more.

    The doubt stands since the first 403 after a success, for all processes. Whatever was asked less than a pause after
    it may still have been too fast; a 403 to what was asked later ends the trying, until there is a success again.
    Where nobody knows what has worked, it is not final either.
    """
    pause = account.vendor.forbidden_pause(account)
    key, later = _right(account, prepared), now + timedelta(seconds=pause)
    try:
        known: Entry | None = (yield Ask(lambda store: store.peek(key, shared=True))) if pause else None
    except StoreUnavailable:
        advice = "Whether the same right worked before cannot be looked up now, so this 403 is not final"
        return error.as_(Throttled, resume_at=later, advice=advice)
    if known is None or known.expires_at < now.timestamp():
        return error
    if known.value == _KNOWN:
        doubt = replace(known, value=_DOUBTED, stored_at=now.timestamp())
        yield Ask(lambda store: store.publish(key, "", doubt))
    elif asked_at.timestamp() >= known.stored_at + pause * _NEARLY:
        told = f"It worked before, but this is the second 403 in a row, with a pause of {pause:.0f} s between them"
        return error.as_(PermissionDenied, advice=f"{told}. {error.advice}")
    advice = "The same right worked before, so this 403 is read as too fast and tried once more"
    return error.as_(Throttled, resume_at=later, advice=advice)


def remember_right(account: Account, prepared: Prepared, now: datetime) -> Flow[None]:
    """Note that this right exists, beyond doubt."""
    key, at = _right(account, prepared), now.timestamp()
    known: Entry | None = yield Ask(lambda store: store.peek(key))
    if known is None or known.expires_at < at or known.value == _DOUBTED:
        yield Ask(lambda store: store.publish(key, "", Entry(_KNOWN, at, at + RIGHT_KNOWN_SECONDS)))


def _right(account: Account, prepared: Prepared) -> str:
    return f"{account.key}:right:{prepared.endpoint.name}"
