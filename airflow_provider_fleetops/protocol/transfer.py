"""A transfer of a whole list, page by page: what the store keeps between two pages, so that a later try goes on.

The page is written away before its progress is kept: a crash in between reads that page once more, and no row is lost
or twice. Tries that overlap (a worker that was given up for dead) take turns by a lease and add up.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from airflow_provider_fleetops.protocol.errors import FleetOpsError, Refused
from airflow_provider_fleetops.protocol.listing import next_rows
from airflow_provider_fleetops.protocol.steps import Ask, Flow, Note, Now, Sleep
from airflow_provider_fleetops.protocol.store import Entry, Lease, Store
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.protocol.walk import Walk

# Longer than a page takes, as a rule; whoever needs more loses nothing but its turn.
LEASE_SECONDS = 30.0
# How long a finished transfer is remembered: cleared within it, it reads from where it began, not from where it ended.
KEPT_SECONDS = 90 * 86_400.0
# What was read last (a cursor, the names of the fields) must not be forgotten while anybody may come back to it.
LASTING_SECONDS = 10 * 365 * 86_400.0


@dataclass(frozen=True, slots=True)
class Since:
    """From where a list is read incrementally: a time, and digests of the rows at that end that were delivered."""

    moment: str = ""
    delivered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a transfer is. ``sections`` are the parts in order: whose they are, and how many pages."""

    since: Since
    asked_at: str = ""
    walk: Walk | None = None
    sections: tuple[tuple[str, int], ...] = ()
    rows: int = 0
    calls: int = 0
    done: bool = False

    @property
    def complete(self) -> bool:
        """Whether the last page is written."""
        return self.walk is not None and not self.walk.windows

    @property
    def pages(self) -> int:
        return sum(count for _, count in self.sections)

    def with_page(self, holder: str, rows: int, walk: Walk) -> Progress:
        """After a page with so many rows; without any (a window that must be halved) nothing was written."""
        sections = self.sections
        if rows:
            mine = sections[-1][1] if sections and sections[-1][0] == holder else 0
            sections = (*(sections[:-1] if mine else sections), (holder, mine + 1))
        return replace(self, walk=walk, sections=sections, rows=self.rows + rows, calls=self.calls + 1)

    def text(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> Progress:
        kept = json.loads(text)
        since, walk = kept["since"], kept["walk"]
        kept["since"] = Since(since["moment"], tuple(since["delivered"]))
        if walk:
            kept["walk"] = Walk(tuple((a, b) for a, b in walk["windows"]), walk["page"], walk["before"])
        kept["sections"] = tuple((holder, count) for holder, count in kept["sections"])
        return cls(**kept)


def begin(account: Account, key: str, since: Since) -> Flow[Progress]:
    """The progress as an earlier try left it; a new one from ``since``, or from where a finished one began."""
    kept = yield from recall(account, key)
    now = yield Now()
    new = Progress(since, asked_at=now.isoformat())
    if kept is None:
        return new
    found = Progress.read(kept)
    if found.done:
        return replace(new, since=found.since)
    yield Note(f"going on where an earlier try stopped: {found.pages} pages with {found.rows} rows are there")
    return found


def turn(
    account: Account, key: str, holder: str, progress: Progress, name: str, arguments: Mapping[str, Any], body: Any
) -> Flow[tuple[Progress, list[Any], Walk]]:
    """The next page: the progress before it, its rows and the walk behind it. Its turn ends with :func:`keep`."""
    lease = yield from _take(account, key, holder)
    try:
        progress = _newest(progress, lease.entry)
        if progress.complete:
            return progress, [], Walk(())
        rows, walk = yield from next_rows(account, name, progress.walk, arguments, body)
    except FleetOpsError:
        yield Ask(lambda store: store.release(_key(account, key), holder))
        raise
    return progress, rows, walk


def _newest(progress: Progress, entry: Entry | None) -> Progress:
    """The progress that counts: another try may have come further meanwhile, or to the end."""
    kept = Progress.read(entry.value) if entry else progress
    if kept.done and kept.asked_at == progress.asked_at:
        raise Refused("another try of this task has finished this transfer meanwhile")
    return progress if kept.done else kept


def keep(account: Account, key: str, holder: str, progress: Progress) -> Flow[None]:
    """Keep the progress and end the turn."""
    yield from remember(account, key, progress.text(), KEPT_SECONDS, holder)


def recall(account: Account, key: str) -> Flow[str | None]:
    """A text that is kept for this account."""
    entry: Entry | None = yield Ask(lambda store: store.peek(_key(account, key)))
    now: datetime = yield Now()
    return None if entry is None or entry.expires_at < now.timestamp() else entry.value


def remember(account: Account, key: str, text: str, seconds: float = LASTING_SECONDS, holder: str = "") -> Flow[None]:
    """Keep a text for this account."""
    now: datetime = yield Now()
    entry = Entry(text, now.timestamp(), now.timestamp() + seconds)
    yield Ask(lambda store: store.publish(_key(account, key), holder, entry))


def _take(account: Account, key: str, holder: str) -> Flow[Lease]:
    """The turn, after whoever has it now."""
    while True:
        now: datetime = yield Now()
        lease: Lease = yield Ask(_wanted(_key(account, key), holder, now.timestamp()))
        if lease.granted:
            return lease
        left = max(lease.until - now.timestamp(), 0.1)
        yield Note(f"another try of this transfer reads a page; waiting up to {left:.0f} s for it")
        yield Sleep(min(left, LEASE_SECONDS))


def _wanted(key: str, holder: str, at: float) -> Callable[[Store], Lease]:
    return lambda store: store.take(key, holder, at, LEASE_SECONDS)


def _key(account: Account, key: str) -> str:
    return f"{account.key}:transfer:{key}"
