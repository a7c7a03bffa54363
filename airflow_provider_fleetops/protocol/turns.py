"""One call at a time, over all processes: where a vendor has a hard quota and nobody says how large it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypeVar
from uuid import uuid4

from airflow_provider_fleetops.protocol.errors import Busy
from airflow_provider_fleetops.protocol.leases import leased
from airflow_provider_fleetops.protocol.steps import Ask, Flow, Sleep, epoch
from airflow_provider_fleetops.protocol.store import Lease
from airflow_provider_fleetops.protocol.vendor import Account

T = TypeVar("T")
# Who is next asks often, the others behind it seldom.
NEXT_LOOK = 0.02
LONGEST_LOOK = 0.3
# Whoever waits longer than it may comes back a moment later: turns are short.
COME_BACK_SECONDS = 5.0


def in_turn(account: Account, flow: Flow[T]) -> Flow[T]:
    """Run ``flow`` while no other process runs one for this account; the turn of a killed holder ends by itself.

    Whoever has had a turn stands behind the one who is next, so nobody is passed over for ever. Whoever waits longer
    than the connection's patience is :class:`Busy`, and nothing was sent.
    """
    turn, place, holder = f"{account.meter}:turn", f"{account.meter}:next", uuid4().hex
    started = yield from epoch()
    yield from _wait(account, place, holder, started, LONGEST_LOOK)
    yield from _then_release(_wait(account, turn, holder, started, NEXT_LOOK), place, holder)
    return (yield from _then_release(leased(flow, turn, holder, account.turn_seconds), turn, holder))


def _then_release(flow: Flow[T], key: str, holder: str) -> Flow[T]:
    try:
        value = yield from flow
    except Exception:  # a closed generator (GeneratorExit) must not yield: its lease ends by itself
        yield Ask(lambda store: store.release(key, holder))
        raise
    yield Ask(lambda store: store.release(key, holder))
    return value


def _wait(account: Account, key: str, holder: str, started: float, longest_look: float) -> Flow[None]:
    pause = NEXT_LOOK
    while True:
        now = yield from epoch()
        lease = yield from _take(account, key, holder, now)
        if lease.granted:
            return
        if now - started + pause > account.retry.patience:
            raise Busy(
                "other calls are under way, and they go one at a time while daily_quota is not set",
                vendor=account.vendor.name,
                resume_at=datetime.fromtimestamp(now + COME_BACK_SECONDS, UTC),
                advice="Nothing was sent. Set daily_quota to what the vendor sold you: then calls go side by side",
            )
        yield Sleep(pause)
        pause = min(pause * 1.5, longest_look)


def _take(account: Account, key: str, holder: str, now: float) -> Flow[Lease]:
    lease: Lease = yield Ask(lambda store: store.take(key, holder, now, account.turn_seconds))
    return lease
