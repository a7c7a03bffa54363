"""The rights that an account is known to have: they tell "too fast" from "no right" where both are a 403."""

from __future__ import annotations

from datetime import datetime, timedelta

from airflow_provider_fleetops.protocol.endpoint import Prepared
from airflow_provider_fleetops.protocol.errors import FleetOpsError, PermissionDenied, Throttled
from airflow_provider_fleetops.protocol.steps import Ask, Flow
from airflow_provider_fleetops.protocol.store import Entry
from airflow_provider_fleetops.protocol.vendor import Account

RIGHT_KNOWN_SECONDS = 30 * 86_400


def too_fast(account: Account, prepared: Prepared, error: PermissionDenied, now: datetime) -> Flow[FleetOpsError]:
    """FL3XX answers 403 both to "no right" and "too fast": a right that worked before can only mean the second."""
    pause = account.vendor.forbidden_pause(account)
    known: Entry | None = (yield Ask(lambda store: store.peek(_right(account, prepared)))) if pause else None
    if known is None or known.expires_at < now.timestamp():
        return error
    advice = "The same right worked before, so this 403 is read as too fast"
    return error.as_(Throttled, resume_at=now + timedelta(seconds=pause), advice=advice)


def remember_right(account: Account, prepared: Prepared, now: datetime) -> Flow[None]:
    """Note that this right exists."""
    key, at = _right(account, prepared), now.timestamp()
    known: Entry | None = yield Ask(lambda store: store.peek(key))
    if known is None or known.expires_at < at:
        yield Ask(lambda store: store.publish(key, "", Entry("", at, at + RIGHT_KNOWN_SECONDS)))


def _right(account: Account, prepared: Prepared) -> str:
    return f"{account.key}:right:{prepared.endpoint.name}"
