"""What one process can keep by itself while the shared state cannot be reached: careful limits, and its own values."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from random import random
from typing import TypeVar

from airflow_provider_fleetops.protocol import limits as rules
from airflow_provider_fleetops.protocol.accounts import Total, UsageBook, Use
from airflow_provider_fleetops.protocol.board import Board
from airflow_provider_fleetops.protocol.errors import StoreUnavailable
from airflow_provider_fleetops.protocol.ledger import Ledger
from airflow_provider_fleetops.protocol.limits import DayQuota, Gate, Limit, Rate, Slot, Spacing, Window
from airflow_provider_fleetops.protocol.store import Entry, Lease
from airflow_provider_fleetops.state.store import StateStore

T = TypeVar("T")
# A database that does not answer can take ten seconds to say so: it is not asked again by every call.
ASK_AGAIN_SECONDS = 30.0
# How many processes like this one share a limit is not known now.
SHARERS = 10


class LocalStore:
    """Limits and values in memory; a part of :class:`~airflow_provider_fleetops.protocol.store.Store`.

    What others have sent just now is not known, so a limit begins as if it were used up. ``spread`` gives the part of
    an interval by which it begins later still: many processes that begin together must not all go together.
    """

    def __init__(self, spread: Callable[[], float]) -> None:
        self._lock = threading.Lock()
        self._spread = spread
        self._windows: dict[str, Window] = {}
        self._entries: dict[str, Entry] = {}
        self._leases: dict[str, tuple[str, float]] = {}

    def reserve(self, limits: Sequence[Limit], now: float, cost: int, patience: float) -> Slot:
        """A slot under careful limits; nothing is held."""
        careful = [*_carefully(limits)]
        with self._lock:
            for limit in careful:
                if limit.paced and limit.key not in self._windows:
                    self._windows[limit.key] = self._used_up(limit, now)
            slot, rows = rules.reserve(careful, self._windows, now, cost, patience)
            self._windows |= rows
        return slot

    def _used_up(self, limit: Limit, now: float) -> Window:
        used = rules.spend(limit.rule, Window(), now, 1, now)
        return replace(used, tat=used.tat + self._spread() * (used.tat - now))

    def close(self, key: str, until: float) -> None:
        with self._lock:
            old = self._windows.get(key, Window())
            self._windows[key] = Window(old.tat, max(old.closed_until, until), old.day, old.used, old.ahead)

    def closures(self) -> list[tuple[str, float]]:
        """Until when the vendor has closed what."""
        with self._lock:
            return [(key, window.closed_until) for key, window in self._windows.items() if window.closed_until]

    def peek(self, key: str) -> Entry | None:
        return self._entries.get(key)

    def take(self, key: str, holder: str, now: float, seconds: float) -> Lease:
        with self._lock:
            owner, until = self._leases.get(key, ("", 0.0))
            granted = until <= now or owner == holder
            if granted:
                owner, until = self._leases[key] = holder, now + seconds
        return Lease(granted, self._entries.get(key), until)

    def publish(self, key: str, holder: str, entry: Entry) -> None:
        self._entries[key] = entry
        self.release(key, holder)

    def release(self, key: str, holder: str) -> None:
        with self._lock:
            if key in self._leases and self._leases[key][0] == holder:
                del self._leases[key]


class ResilientStore:
    """The shared store; while it cannot be reached, this process goes on alone where that is safe.

    It is not safe under a day's quota, of which nobody knows then what is left, nor for the ledger of operations:
    there ``StoreUnavailable`` comes up. ``monotonic`` and ``spread`` are arguments for tests.
    """

    def __init__(
        self,
        shared: StateStore,
        monotonic: Callable[[], float] = time.monotonic,
        spread: Callable[[], float] = random,
    ) -> None:
        self.shared = shared
        self._monotonic = monotonic
        self._local, self._spread = LocalStore(spread), spread
        self._failed: tuple[float, StoreUnavailable] | None = None

    def __repr__(self) -> str:
        return repr(self.shared)

    @property
    def ledger(self) -> Ledger:
        """The operations that are done exactly once: only where they can be remembered."""
        return self.shared.ledger

    @property
    def board(self) -> Board:
        """What tasks wait for together: where it cannot be reached, each looks for itself."""
        self._check()
        return self.shared.board

    @property
    def usage(self) -> UsageBook:
        """The accounts: what cannot be written down now is missing in them."""
        return _Accounts(self)

    def reserve(
        self,
        limits: Sequence[Limit],
        now: float,
        cost: int,
        patience: float,
        holder: str = "",
        missed: float | None = None,
    ) -> Slot:
        """A slot under the shared limits, or under this process's own careful ones, which the slot then says."""
        try:
            return self.ask(lambda shared: shared.reserve(limits, now, cost, patience, holder, missed))
        except StoreUnavailable as error:
            if any(isinstance(x.rule, DayQuota) or (isinstance(x.rule, Gate) and x.rule.hard) for x in limits):
                advice = "Under a hard quota no call is made that cannot be counted. " + error.advice
                raise error.as_(StoreUnavailable, advice=advice) from None
            slot = self._local.reserve(limits, now, cost, patience)
            note = f"going on under a careful limit of this process alone: {error.what}"
            return Slot(slot.at, slot.taken, slot.limit, local=note)

    def close(self, key: str, until: float) -> None:
        self._either(lambda store: store.close(key, until))

    def peek(self, key: str, *, shared: bool = False) -> Entry | None:
        return self.ask(lambda store: store.peek(key)) if shared else self._either(lambda store: store.peek(key))

    def take(self, key: str, holder: str, now: float, seconds: float) -> Lease:
        return self._either(lambda store: store.take(key, holder, now, seconds))

    def publish(self, key: str, holder: str, entry: Entry) -> None:
        self._either(lambda store: store.publish(key, holder, entry))

    def release(self, key: str, holder: str) -> None:
        self._either(lambda store: store.release(key, holder))

    def ask(self, question: Callable[[StateStore], T], *, vital: bool = True) -> T:
        """Ask the shared state; for a while after a failure that failure is the answer.

        Not after one of the accounts, which are not ``vital``: limits that can be kept are kept.
        """
        self._check()
        try:
            answer = question(self.shared)
        except StoreUnavailable as error:
            if vital:
                self._failed = (self._monotonic(), error)
            raise
        if self._failed:
            self._hand_over()
        return answer

    def _hand_over(self) -> None:
        """The shared state is back: what the vendor said meanwhile holds for all."""
        local, self._failed, self._local = self._local, None, LocalStore(self._spread)
        for key, until in local.closures():
            self.shared.close(key, until)

    def _check(self) -> None:
        failed = self._failed  # other threads change it
        if failed and self._monotonic() - failed[0] < ASK_AGAIN_SECONDS:
            raise failed[1].as_(StoreUnavailable)  # a new one: its traceback is the caller's

    def _either(self, question: Callable[[StateStore | LocalStore], T]) -> T:
        try:
            return self.ask(question)
        except StoreUnavailable:
            return question(self._local)


class _Accounts:
    """The accounts, by way of the store that knows whether the database answers."""

    def __init__(self, store: ResilientStore) -> None:
        self._store = store

    def record(self, use: Use) -> int:
        return self._store.ask(lambda shared: shared.usage.record(use), vital=False)

    def amend(self, number: int, use: Use) -> None:
        self._store.ask(lambda shared: shared.usage.amend(number, use), vital=False)

    def totals(self, by: Sequence[str], since: float, conn_id: str = "") -> list[Total]:
        return self._store.ask(lambda shared: shared.usage.totals(by, since, conn_id), vital=False)


def _carefully(limits: Sequence[Limit]) -> Iterator[Limit]:
    """A tenth of every rate, without a burst; a call a second where nothing but the vendor's word limits it."""
    paced = False
    for limit in limits:
        match limit.rule:
            case Rate(count, seconds, _, _):
                paced = True
                yield replace(limit, rule=Rate(count / SHARERS, seconds))
            case Spacing():
                paced = True
                yield limit
            case _:
                yield limit
    if not paced and limits:
        yield Limit(f"{limits[0].key}:careful", Spacing(1.0), "a call a second, while the shared state is not there")
