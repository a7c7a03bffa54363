"""One call at a time, over all processes: where a vendor has a hard quota and nobody says how large it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypeVar
from uuid import uuid4

from airflow_provider_fleetops.protocol.errors import Throttled
from airflow_provider_fleetops.protocol.steps import Ask, Flow, Now, Sleep
from airflow_provider_fleetops.protocol.store import Lease
from airflow_provider_fleetops.protocol.vendor import Account

T = TypeVar("T")
FIRST_LOOK = 0.05
LONGEST_LOOK = 1.0


def in_turn(account: Account, flow: Flow[T]) -> Flow[T]:
    """Run ``flow`` while no other process runs one for this account; the turn of a killed holder ends by itself.

    Whoever waits longer than the connection's patience is :class:`Throttled`, and nothing was sent.
    """
    key, holder = f"{account.key}:turn", uuid4().hex
    yield from _wait(account, key, holder)
    try:
        value = yield from flow
    except Exception:  # a closed generator (GeneratorExit) must not yield: its turn ends by itself
        yield Ask(lambda store: store.release(key, holder))
        raise
    yield Ask(lambda store: store.release(key, holder))
    return value


def _wait(account: Account, key: str, holder: str) -> Flow[None]:
    started = now = yield from _epoch()
    pause, longest = FIRST_LOOK, account.retry.patience
    while True:
        lease = yield from _take(account, key, holder, now)
        if lease.granted:
            return
        if now - started + pause > longest:
            raise Throttled(
                "another call is under way, and calls go one at a time while daily_quota is not set",
                vendor=account.vendor.name,
                resume_at=datetime.fromtimestamp(lease.until, UTC),
                advice="Nothing was sent. Set daily_quota to what the vendor sold you: then calls go side by side",
            )
        yield Sleep(pause)
        pause, now = min(pause * 1.5, LONGEST_LOOK), (yield from _epoch())


def _take(account: Account, key: str, holder: str, now: float) -> Flow[Lease]:
    lease: Lease = yield Ask(lambda store: store.take(key, holder, now, account.longest_call))
    return lease


def _epoch() -> Flow[float]:
    now = yield Now()
    return float(now.timestamp())
