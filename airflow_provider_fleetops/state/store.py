"""The shared state over SQLAlchemy Core, for SQLite and PostgreSQL. Every method is one short transaction.

Rows are changed by single ``INSERT ... ON CONFLICT`` statements, whose condition decides under the row's lock; where
several rows are needed (:meth:`StateStore.reserve`) they are inserted or locked in the order of their keys, so that
two processes never wait for each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

from cryptography.fernet import InvalidToken, MultiFernet
from sqlalchemy import Row, and_, or_, select, update

from airflow_provider_fleetops.protocol import limits as rules
from airflow_provider_fleetops.protocol.limits import DAY, Limit, Slot
from airflow_provider_fleetops.protocol.store import Entry, Lease
from airflow_provider_fleetops.state import windows
from airflow_provider_fleetops.state.board import SightingsBoard
from airflow_provider_fleetops.state.clock import DatabaseClock
from airflow_provider_fleetops.state.engine import parse_url, shown
from airflow_provider_fleetops.state.held import Hold
from airflow_provider_fleetops.state.ledger import OPERATIONS_KEPT, OperationsLedger
from airflow_provider_fleetops.state.schema import held_slots, limit_windows, shared_values
from airflow_provider_fleetops.state.statements import delete_unlocked, insert_into
from airflow_provider_fleetops.state.transactions import Transactions
from airflow_provider_fleetops.state.usage import USAGE_KEPT, UsageAccounts

TIDY_EVERY = 3600.0
_TIDYING = "housekeeping"


class StateStore:
    """A :class:`~airflow_provider_fleetops.protocol.store.Store` in the database at ``url``.

    Values are encrypted with ``cipher``; what it cannot decrypt (the key was rotated away) counts as no value.
    ``board`` holds who waits for what, and what was seen of it.
    ``ledger`` holds the operations that are done exactly once; a settled one for ``operations_kept`` seconds.
    ``usage`` holds the accounts of ``usage_kept`` seconds. Times are kept by ``clock``, without one by the callers'.
    Nothing is connected before the first use, which is where ``ConfigurationError`` (the schema) comes up, as does
    ``StoreUnavailable`` (the database cannot be used). Safe to share between threads and to carry over a fork.
    """

    def __init__(
        self,
        url: str,
        cipher: MultiFernet,
        *,
        operations_kept: float = OPERATIONS_KEPT,
        usage_kept: float = USAGE_KEPT,
        clock: DatabaseClock | None = None,
    ) -> None:
        parse_url(url)
        self._database = Transactions(url, clock)
        self._cipher = cipher
        self._tidied_at = 0.0
        self.usage = UsageAccounts(self._database, usage_kept, self.tidy)
        self.ledger = OperationsLedger(self._database, cipher, operations_kept)
        self.board = SightingsBoard(self._database)

    def __repr__(self) -> str:
        return f"StateStore({shown(self._database.url)!r})"

    def reserve(
        self,
        limits: Sequence[Limit],
        now: float,
        cost: int,
        patience: float,
        holder: str = "",
        missed: float | None = None,
    ) -> Slot:
        """Take a slot under all limits atomically; see :class:`~airflow_provider_fleetops.protocol.store.Store`.

        ``now`` and the slot are in the caller's time and decided in the database's, the time that was spent waiting
        for the rows included.
        """
        keys = {limit.key for limit in limits}
        with self._database.writing(now) as (connection, time):
            found = windows.lock(connection, keys)
            now = time()
            hold = Hold(holder, keys, cost) if holder else None
            held = hold.get(connection) if hold else None
            had = held if held is not None or missed is None else missed + self._database.offset()
            slot, changed = rules.reserve(limits, found, now, cost, patience, hold=bool(holder), had=had)
            windows.keep(connection, changed)
            if hold:
                if had is not None and slot.at > had and (slot.taken or slot.held):
                    start = max([now, *(window.closed_until for window in found.values())])
                    slot = hold.move_up(connection, slot, start, now, patience)
                hold.set(connection, slot)
        return replace(slot, at=slot.at - self._database.offset())

    def close(self, key: str, until: float) -> None:
        """Close a limit for everybody until then; a later closure stays."""
        closed = limit_windows.c.closed_until
        with self._database.writing() as (connection, _):
            until += self._database.offset()
            insert = insert_into(connection, limit_windows).values(key=key, closed_until=until)
            connection.execute(
                insert.on_conflict_do_update(index_elements=["key"], set_={"closed_until": until}, where=closed < until)
            )

    def peek(self, key: str, *, shared: bool = True) -> Entry | None:
        """A shared value as it stands, or None: here all values are shared."""
        with self._database.reading() as connection:
            row = connection.execute(select(shared_values).where(shared_values.c.key == key)).first()
        return self._entry(row)

    def take(self, key: str, holder: str, now: float, seconds: float) -> Lease:
        """Try to get the lease: it is free when nobody holds it, when it has ended, or when it is ours already."""
        with self._database.writing(now) as (connection, time):
            at = time()
            lease = {"holder": holder, "lease_until": at + seconds}
            insert = insert_into(connection, shared_values).values(key=key, **lease)
            take = insert.on_conflict_do_update(index_elements=["key"], set_=lease, where=_free_for(holder, at))
            row = connection.execute(take.returning(*shared_values.c)).first()
            granted = row is not None
            if row is None:
                row = connection.execute(select(shared_values).where(shared_values.c.key == key)).one()
        return Lease(granted, self._entry(row), row.lease_until - self._database.offset())

    def publish(self, key: str, holder: str, entry: Entry) -> None:
        """Store a value and end the lease; nothing changes while another's lease is valid at ``entry.stored_at``."""
        text = self._cipher.encrypt(entry.value.encode()).decode()
        with self._database.writing(entry.stored_at) as (connection, time):
            offset = self._database.offset()
            times = {"stored_at": entry.stored_at + offset, "expires_at": entry.expires_at + offset}
            values = {"value": text, **times, "holder": "", "lease_until": 0.0}
            insert = insert_into(connection, shared_values).values(key=key, **values)
            free = _free_for(holder, time())
            connection.execute(insert.on_conflict_do_update(index_elements=["key"], set_=values, where=free))

    def release(self, key: str, holder: str) -> None:
        """End our own lease without a new value."""
        mine = and_(shared_values.c.key == key, shared_values.c.holder == holder)
        with self._database.writing() as (connection, _):
            connection.execute(update(shared_values).where(mine).values(holder="", lease_until=0.0))

    def tidy(self, now: float) -> None:
        """Forget what is too old: once an hour over all processes, of which each asks once an hour whether it is time.

        Called with each call that is accounted.
        """
        if now - self._tidied_at < TIDY_EVERY:
            return
        self._tidied_at = now
        if self.take(_TIDYING, uuid4().hex, now, TIDY_EVERY).granted:
            self.prune(now)
            self.ledger.prune(now)
            self.usage.prune(now)
            self.board.prune(now)

    def prune(self, now: float) -> None:
        """Delete expired values that nobody holds, and windows and held slots of more than a day ago."""
        values, limits = shared_values.c, limit_windows.c
        with self._database.writing(now) as (connection, time):
            at = time()
            past = at - DAY
            unused = and_(limits.tat < past, limits.closed_until < past, limits.day < past // DAY)
            delete_unlocked(connection, shared_values, and_(values.expires_at < at, values.lease_until <= at))
            delete_unlocked(connection, limit_windows, unused)
            delete_unlocked(connection, held_slots, held_slots.c.at < past)

    def _entry(self, row: Row[Any] | None) -> Entry | None:
        if row is None or row.value is None:
            return None
        try:
            text = self._cipher.decrypt(row.value.encode()).decode()
        except (InvalidToken, ValueError):
            return None
        offset = self._database.offset()
        return Entry(text, row.stored_at - offset, row.expires_at - offset)


def _free_for(holder: str, now: float) -> Any:
    held_by = shared_values.c.holder
    return or_(held_by == "", held_by == holder, shared_values.c.lease_until <= now)
