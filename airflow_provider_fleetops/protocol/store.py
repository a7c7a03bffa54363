"""What flows ask of the state that all processes share. Implemented by :mod:`airflow_provider_fleetops.state`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from airflow_provider_fleetops.protocol.accounts import UsageBook
from airflow_provider_fleetops.protocol.board import Board
from airflow_provider_fleetops.protocol.ledger import Ledger
from airflow_provider_fleetops.protocol.limits import Limit, Slot


@dataclass(frozen=True, slots=True)
class Entry:
    """A shared value (a token, a snapshot): text, when it was stored and when it expires, in epoch seconds."""

    value: str
    stored_at: float
    expires_at: float

    def __repr__(self) -> str:
        return f"Entry(stored_at={self.stored_at}, expires_at={self.expires_at})"


@dataclass(frozen=True, slots=True)
class Lease:
    """The answer to ``take``: whether the lease is ours, the value as it stands, and when a foreign lease ends."""

    granted: bool
    entry: Entry | None
    until: float


class Store(Protocol):
    """Every method is one short transaction; ``now`` is in epoch seconds and always an argument."""

    @property
    def ledger(self) -> Ledger:
        """The operations that are done exactly once."""
        ...

    @property
    def usage(self) -> UsageBook:
        """The accounts of all calls."""
        ...

    @property
    def board(self) -> Board:
        """What tasks wait for, and what was seen of it."""
        ...

    def reserve(
        self,
        limits: Sequence[Limit],
        now: float,
        cost: int,
        patience: float,
        holder: str = "",
        missed: float | None = None,
    ) -> Slot:
        """Take a slot under all limits atomically; nothing is taken when the wait would exceed ``patience`` seconds.

        For a ``holder`` the slot is kept then, and given when it asks again. ``missed`` is the slot that the caller
        took before and came too late for.
        """
        ...

    def close(self, key: str, until: float) -> None:
        """Close a limit for everybody until then; an earlier, later-reaching closure stays."""
        ...

    def peek(self, key: str, *, shared: bool = False) -> Entry | None:
        """A shared value, or None.

        ``shared``: for who must not take nothing for an answer where only this process was asked;
        ``StoreUnavailable`` comes up then.
        """
        ...

    def take(self, key: str, holder: str, now: float, seconds: float) -> Lease:
        """Try to become the one process that renews a shared value. A lease expires by itself."""
        ...

    def publish(self, key: str, holder: str, entry: Entry) -> None:
        """Store a value and end the lease. A holder whose lease has gone to another changes nothing."""
        ...

    def release(self, key: str, holder: str) -> None:
        """End the lease without a new value."""
        ...
