"""Credentials that the vendor has rejected: known to all who use them, until they change or some time has passed."""

from __future__ import annotations

from datetime import UTC, datetime

from airflow_provider_fleetops.protocol.errors import AuthenticationError
from airflow_provider_fleetops.protocol.steps import Ask, Flow, Now
from airflow_provider_fleetops.protocol.store import Entry
from airflow_provider_fleetops.protocol.vendor import Account

REJECTED_SECONDS = 900.0


def rejection(account: Account, now: datetime) -> Flow[str]:
    """Says that these credentials were rejected a while ago; empty when they were not."""
    entry: Entry | None = yield Ask(lambda store: store.peek(f"{account.key}:rejected"))
    if entry is None or now.timestamp() >= entry.expires_at:
        return ""
    return f"these credentials were rejected at {datetime.fromtimestamp(entry.stored_at, UTC):%H:%M:%S} UTC"


def remember_rejection(account: Account, error: AuthenticationError) -> Flow[None]:
    """Let all who use these credentials know."""
    now = yield Now()
    at = now.timestamp()
    until = max(at + REJECTED_SECONDS, error.resume_at.timestamp() if error.resume_at else 0)
    yield Ask(lambda store: store.publish(f"{account.key}:rejected", "", Entry("", at, until)))
