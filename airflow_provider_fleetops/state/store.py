"""The shared state over SQLAlchemy Core, for SQLite and PostgreSQL. Every method is one short transaction.

Rows are changed by single ``INSERT ... ON CONFLICT`` statements, whose condition decides under the row's lock; where
several rows are needed (:meth:`StateStore.reserve`) they are inserted or locked in the order of their keys, so that
two processes never wait for each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import cache
from typing import Any

from cryptography.fernet import InvalidToken, MultiFernet
from sqlalchemy import Connection, Row, TextClause, and_, bindparam, make_url, or_, select, text, update

from airflow_provider_fleetops.protocol import limits as rules
from airflow_provider_fleetops.protocol.limits import DAY, Limit, Slot, Window
from airflow_provider_fleetops.protocol.store import Entry, Lease
from airflow_provider_fleetops.state.clock import DatabaseClock
from airflow_provider_fleetops.state.engine import READ_ONLY, engine_for, parse_url, told_plainly
from airflow_provider_fleetops.state.held import Hold
from airflow_provider_fleetops.state.ledger import OPERATIONS_KEPT, OperationsLedger
from airflow_provider_fleetops.state.schema import held_slots, limit_windows, shared_values
from airflow_provider_fleetops.state.statements import delete_unlocked, insert_into
from airflow_provider_fleetops.state.upgrade import prepare
from airflow_provider_fleetops.state.usage import USAGE_KEPT, UsageAccounts

PRUNE_EVERY = 3600.0


class StateStore:
    """A :class:`~airflow_provider_fleetops.protocol.store.Store` in the database at ``url``.

    Values are encrypted with ``cipher``; what it cannot decrypt (the key was rotated away) counts as no value.
    ``ledger`` holds the operations that are done exactly once; a settled one for ``operations_kept`` seconds.
    ``usage`` holds the accounts of ``usage_kept`` seconds. Limits are kept by ``clock``, without one by the callers'.
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
        self._url = url
        self._cipher = cipher
        self._pruned_at = 0.0
        self.clock = clock
        self.usage = UsageAccounts(self._transaction, usage_kept)
        self.ledger = OperationsLedger(self._transaction, cipher, operations_kept, clock)

    def __repr__(self) -> str:
        return f"StateStore({make_url(self._url).render_as_string(hide_password=True)!r})"

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

        With a clock, ``now`` and the slot are in the caller's time and decided in the database's, the time that was
        spent waiting for the rows included.
        """
        entered = self.clock.wall() if self.clock else 0.0
        keys = {limit.key for limit in limits}
        with self._transaction() as connection:
            windows = _lock_windows(connection, keys)
            if self.clock:
                self.clock.measure(connection)
                now += self.clock.now() - entered
            hold = Hold(holder, keys, cost) if holder else None
            held = hold.get(connection) if hold else None
            had = held if held is not None or missed is None else missed + self._offset()
            slot, changed = rules.reserve(limits, windows, now, cost, patience, hold=bool(holder), had=had)
            if changed:
                values = [{"row": key, **asdict(window)} for key, window in changed.items()]
                connection.execute(update(limit_windows).where(limit_windows.c.key == bindparam("row")), values)
            if hold:
                if had is not None and slot.at > had and (slot.taken or slot.held):
                    start = max([now, *(window.closed_until for window in windows.values())])
                    slot = hold.move_up(connection, slot, start, now, patience)
                hold.set(connection, slot)
        return replace(slot, at=slot.at - self._offset())

    def close(self, key: str, until: float) -> None:
        """Close a limit for everybody until then; a later closure stays."""
        closed, until = limit_windows.c.closed_until, until + self._offset()
        with self._transaction() as connection:
            insert = insert_into(connection, limit_windows).values(key=key, closed_until=until)
            connection.execute(
                insert.on_conflict_do_update(index_elements=["key"], set_={"closed_until": until}, where=closed < until)
            )

    def peek(self, key: str) -> Entry | None:
        """A shared value as it stands, or None."""
        with self._transaction(read_only=True) as connection:
            row = connection.execute(select(shared_values).where(shared_values.c.key == key)).first()
        return self._entry(row)

    def take(self, key: str, holder: str, now: float, seconds: float) -> Lease:
        """Try to get the lease: it is free when nobody holds it, when it has ended, or when it is ours already."""
        until = now + seconds
        lease = {"holder": holder, "lease_until": until}
        with self._transaction() as connection:
            insert = insert_into(connection, shared_values).values(key=key, **lease)
            take = insert.on_conflict_do_update(index_elements=["key"], set_=lease, where=_free_for(holder, now))
            row = connection.execute(take.returning(*shared_values.c)).first()
            if row is not None:
                return Lease(granted=True, entry=self._entry(row), until=until)
            row = connection.execute(select(shared_values).where(shared_values.c.key == key)).one()
        return Lease(granted=False, entry=self._entry(row), until=row.lease_until)

    def publish(self, key: str, holder: str, entry: Entry) -> None:
        """Store a value and end the lease; nothing changes while another's lease is valid at ``entry.stored_at``."""
        values = {
            "value": self._cipher.encrypt(entry.value.encode()).decode(),
            "stored_at": entry.stored_at,
            "expires_at": entry.expires_at,
            "holder": "",
            "lease_until": 0.0,
        }
        with self._transaction() as connection:
            insert = insert_into(connection, shared_values).values(key=key, **values)
            free = _free_for(holder, entry.stored_at)
            connection.execute(insert.on_conflict_do_update(index_elements=["key"], set_=values, where=free))
        if entry.stored_at - self._pruned_at >= PRUNE_EVERY:
            self._pruned_at = entry.stored_at
            self.prune(entry.stored_at)

    def release(self, key: str, holder: str) -> None:
        """End our own lease without a new value."""
        mine = and_(shared_values.c.key == key, shared_values.c.holder == holder)
        with self._transaction() as connection:
            connection.execute(update(shared_values).where(mine).values(holder="", lease_until=0.0))

    def prune(self, now: float) -> None:
        """Delete expired values that nobody holds, and windows and held slots of more than a day ago.

        Called by :meth:`publish` at most once an hour per process.
        """
        values, windows, past = shared_values.c, limit_windows.c, now - DAY
        unused = and_(windows.tat < past, windows.closed_until < past, windows.day < past // DAY)
        with self._transaction() as connection:
            delete_unlocked(connection, shared_values, and_(values.expires_at < now, values.lease_until <= now))
            delete_unlocked(connection, limit_windows, unused)
            delete_unlocked(connection, held_slots, held_slots.c.at < past)

    def _offset(self) -> float:
        return self.clock.offset() if self.clock else 0.0

    @contextmanager
    def _transaction(self, *, read_only: bool = False) -> Iterator[Connection]:
        prepare(self._url)
        with told_plainly(self._url):
            engine = engine_for(self._url).execution_options(**{READ_ONLY: read_only})
            with engine.begin() as connection:
                yield connection

    def _entry(self, row: Row[Any] | None) -> Entry | None:
        if row is None or row.value is None:
            return None
        try:
            text = self._cipher.decrypt(row.value.encode()).decode()
        except (InvalidToken, ValueError):
            return None
        return Entry(text, row.stored_at, row.expires_at)


def _free_for(holder: str, now: float) -> Any:
    held_by = shared_values.c.holder
    return or_(held_by == "", held_by == holder, shared_values.c.lease_until <= now)


def _lock_windows(connection: Connection, keys: Collection[str]) -> Mapping[str, Window]:
    """Insert what is missing, lock the rest, in the order of the keys (a multi-row insert goes in the order given)."""
    if not keys:
        return {}  # an empty multi-row insert would be one row of defaults
    rows = connection.execute(_locking(len(keys)), {f"k{i}": key for i, key in enumerate(sorted(keys))})
    return {row.key: Window(row.tat, row.closed_until, row.day, row.used, row.ahead) for row in rows}


@cache
def _locking(count: int) -> TextClause:
    """As text: an insert of several rows would be compiled anew each time, while others wait for the lock."""
    rows = ", ".join(f"(:k{i})" for i in range(count))
    return text(
        f"INSERT INTO limit_windows (key) VALUES {rows} ON CONFLICT (key) DO UPDATE SET key = excluded.key "  # noqa: S608
        "RETURNING key, tat, closed_until, day, used, ahead"
    )
