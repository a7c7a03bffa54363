"""One process does it, all use it: values that every task shares (tokens, snapshots), renewed under a lease."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from airflow_provider_fleetops.protocol.errors import Unavailable
from airflow_provider_fleetops.protocol.leases import leased
from airflow_provider_fleetops.protocol.steps import Ask, Flow, Sleep, epoch
from airflow_provider_fleetops.protocol.store import Entry, Lease

LEASE_SECONDS = 90.0
# Whoever comes just after a holder was killed waits for longer than its lease, and renews.
LONGER_SECONDS = 10.0
FIRST_LOOK = 0.1
LONGEST_LOOK = 2.0


def single_flight(
    key: str,
    usable: Callable[[Entry, float], bool],
    renew: Callable[[Entry | None], Flow[tuple[str, float]]],
    lease: float = LEASE_SECONDS,
) -> Flow[Entry]:
    """The shared value under ``key``, renewed by whoever holds its lease while the others wait for the result.

    ``renew(old)`` gives the new text and when it expires (epoch seconds). ``lease`` is how many seconds may pass
    between two of its requests, each of which makes the lease longer. That of a killed holder ends by itself; who has
    waited for longer is told :class:`Unavailable`.
    """
    holder = uuid4().hex
    started = now = yield from epoch()
    pause = FIRST_LOOK
    while now - started <= lease + LONGER_SECONDS:
        entry: Entry | None = yield Ask(lambda store: store.peek(key))
        if entry is not None and usable(entry, now):
            return entry
        taken = yield from _take(key, holder, now, lease)
        if taken.granted:
            renewing = leased(renew(taken.entry), key, holder, lease)
            return (yield from _renew(key, holder, taken.entry, usable, renewing))
        yield Sleep(pause)
        pause = min(pause * 1.5, LONGEST_LOOK)
        now = yield from epoch()
    raise Unavailable("another task is renewing a shared value and has not finished", advice="Nothing was sent")


def _take(key: str, holder: str, now: float, seconds: float) -> Flow[Lease]:
    lease: Lease = yield Ask(lambda store: store.take(key, holder, now, seconds))
    return lease


def _renew(
    key: str,
    holder: str,
    old: Entry | None,
    usable: Callable[[Entry, float], bool],
    renewing: Flow[tuple[str, float]],
) -> Flow[Entry]:
    now = yield from epoch()
    if old is not None and usable(old, now):  # somebody finished between our look and our lease
        yield Ask(lambda store: store.release(key, holder))
        return old
    try:
        text, expires_at = yield from renewing
    except Exception:  # a closed generator (GeneratorExit) must not yield: its lease ends by itself
        yield Ask(lambda store: store.release(key, holder))
        raise
    stored_at = yield from epoch()
    entry = Entry(text, stored_at, expires_at)
    yield Ask(lambda store: store.publish(key, holder, entry))
    return entry
