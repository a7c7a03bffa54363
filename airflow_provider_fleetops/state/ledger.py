"""The ledger of operations over SQLAlchemy Core; what a row's status allows is decided in :mod:`protocol.ledger`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from cryptography.fernet import InvalidToken, MultiFernet
from sqlalchemy import Connection, RowMapping, and_, or_, select, update

from airflow_provider_fleetops.protocol.ledger import Begun, Evidence, Intent, Operation, Status, admit
from airflow_provider_fleetops.state.engine import Purpose
from airflow_provider_fleetops.state.schema import operations
from airflow_provider_fleetops.state.statements import delete_unlocked, insert_into
from airflow_provider_fleetops.state.transactions import Transactions

OPERATIONS_KEPT = 90 * 86_400.0
# What only a person can settle is kept this many times longer; then it is forgotten too, so that the table is bounded.
UNSETTLED_FACTOR = 4
MAX_LISTED = 1000

_COLUMNS = operations.c
_TIMES = ("lease_until", "created_at", "sent_at", "updated_at")
_PLAIN = [column for column in _COLUMNS if column.name not in ("result", "evidence")]


class OperationsLedger:
    """A :class:`~airflow_provider_fleetops.protocol.ledger.Ledger`; ``kept`` is for how many seconds after its end.

    That a request leaves, and what came of it, outlives a power cut. An intent alone need not: nothing was sent yet,
    and what is recorded after it takes it to the disk too.
    """

    def __init__(self, database: Transactions, cipher: MultiFernet, kept: float) -> None:
        self._database = database
        self._cipher = cipher
        self._kept = kept

    def begin(self, intent: Intent, holder: str, now: float, seconds: float) -> Begun:
        """Write the intent, or find and lock its row; the decision is :func:`protocol.ledger.admit`."""
        with self._database.writing(now) as (connection, time):
            at = time()
            new = admit(None, intent, holder, at, seconds)
            values = {key: value for key, value in asdict(new.operation).items() if key not in ("result", "evidence")}
            values["evidence"] = self._encrypt(new.operation.evidence)
            insert = insert_into(connection, operations).values(**values)
            inserted = insert.on_conflict_do_nothing(index_elements=["id"]).returning(_COLUMNS.id)
            if connection.execute(inserted).first() is not None:
                return self._told(new)
            row = (
                connection.execute(select(operations).where(_COLUMNS.id == intent.id).with_for_update())
                .mappings()
                .one()
            )
            begun = admit(self._operation(row), intent, holder, at, seconds)
            if begun.granted:
                mine = {"digest": intent.digest, "holder": holder, "lease_until": begun.operation.lease_until}
                mine["evidence"] = self._encrypt(begun.operation.evidence)
                connection.execute(update(operations).where(_COLUMNS.id == intent.id).values(mine))
        return self._told(begun)

    def mark_sent(self, id_: str, holder: str, now: float, seconds: float) -> bool:
        """The request leaves now; see :class:`~airflow_provider_fleetops.protocol.ledger.Ledger`."""
        with self._database.writing(now, Purpose.RECORD) as (connection, time):
            at = time()
            values = {"sent_at": at, "updated_at": at, "lease_until": at + seconds, "sends": _COLUMNS.sends + 1}
            ours = and_(_COLUMNS.id == id_, _COLUMNS.holder == holder)
            return _changed(connection, ours, status=Status.SENT.value, **values)

    def settle(
        self,
        id_: str,
        holder: str,
        status: Status,
        now: float,
        *,
        result: Mapping[str, Any] | None = None,
        evidence: Evidence = (),
        note: str = "",
    ) -> bool:
        """Record what came of it and end the lease."""
        known = _COLUMNS.status != Status.DONE.value if status is Status.DONE else _COLUMNS.holder == holder
        with self._database.writing(now, Purpose.RECORD) as (connection, time):
            at = time()
            values = self._settled(status, at, result, note)
            values |= {"evidence": self._encrypt(evidence)} if evidence else {}
            return _changed(connection, and_(_COLUMNS.id == id_, known), **values)

    def release(self, id_: str, holder: str) -> None:
        """End our own lease."""
        with self._database.writing() as (connection, _):
            _changed(connection, and_(_COLUMNS.id == id_, _COLUMNS.holder == holder), holder="", lease_until=0.0)

    def list(
        self, status: Status | None = None, limit: int = 100, vendor: str = "", *, results: bool = False
    ) -> Sequence[Operation]:
        """The newest changes first."""
        columns = [*_PLAIN, _COLUMNS.result] if results else _PLAIN
        query = select(*columns).order_by(_COLUMNS.updated_at.desc()).limit(min(limit, MAX_LISTED))
        if status is not None:
            query = query.where(_COLUMNS.status == status.value)
        if vendor:
            query = query.where(_COLUMNS.vendor == vendor)
        with self._database.reading() as connection:
            return [self._caller(self._operation(row)) for row in connection.execute(query).mappings()]

    def show(self, name: str) -> Sequence[Operation]:
        """By key, or by the beginning of the id, which is hexadecimal: the range from ``name`` to ``nameg``."""
        begins = and_(_COLUMNS.id >= name, _COLUMNS.id < f"{name}g")
        query = select(operations).where(or_(_COLUMNS.key == name, begins)).order_by(_COLUMNS.updated_at.desc())
        with self._database.reading() as connection:
            rows = connection.execute(query.limit(MAX_LISTED)).mappings()
            return [self._caller(self._operation(row)) for row in rows]

    def find(self, ids: Sequence[str]) -> Sequence[Operation]:
        """Without evidence: there may be thousands of them."""
        query = select(*_PLAIN, _COLUMNS.result).where(_COLUMNS.id.in_(ids))
        with self._database.reading() as connection:
            return [self._caller(self._operation(row)) for row in connection.execute(query).mappings()]

    def resolve(
        self, id_: str, status: Status, now: float, *, result: Mapping[str, Any] | None = None, note: str = ""
    ) -> bool:
        """A person's word; the evidence stays."""
        with self._database.writing(now, Purpose.RECORD) as (connection, time):
            at = time()
            idle = or_(_COLUMNS.holder == "", _COLUMNS.lease_until <= at)
            return _changed(connection, and_(_COLUMNS.id == id_, idle), **self._settled(status, at, result, note))

    def prune(self, now: float) -> None:
        """Delete what was settled ``kept`` seconds ago."""
        settled = (Status.DONE.value, Status.NOT_DONE.value, Status.INTENT.value)
        with self._database.writing(now) as (connection, time):
            at = time()
            old = and_(_COLUMNS.status.in_(settled), _COLUMNS.updated_at < at - self._kept)
            very_old = _COLUMNS.updated_at < at - self._kept * UNSETTLED_FACTOR
            delete_unlocked(connection, operations, and_(or_(old, very_old), _COLUMNS.lease_until <= at))

    def _caller(self, operation: Operation) -> Operation:
        """The same in the caller's time; 0 stays never."""
        offset = self._database.offset()
        times = {name: at - offset for name in _TIMES if (at := getattr(operation, name))}
        return replace(operation, **times) if offset else operation

    def _told(self, begun: Begun) -> Begun:
        return replace(begun, operation=self._caller(begun.operation))

    def _settled(self, status: Status, now: float, result: Any, note: str) -> dict[str, Any]:
        return {
            "status": status.value,
            "updated_at": now,
            "result": self._encrypt(result),
            "note": self._encrypt(note) or "",
            "holder": "",
            "lease_until": 0.0,
        }

    def _encrypt(self, value: Any) -> str | None:
        return self._cipher.encrypt(json.dumps(value, default=str).encode()).decode() if value else None

    def _decrypt(self, text: str | None, nothing: Any) -> Any:
        """What the key no longer opens is nothing: its operation is still known to be done."""
        try:
            return json.loads(self._cipher.decrypt(text.encode())) if text else nothing
        except (InvalidToken, ValueError):
            return nothing

    def _operation(self, row: RowMapping) -> Operation:
        values: dict[str, Any] = {str(name): value for name, value in row.items()}
        values["status"] = Status(values["status"])
        values["note"] = self._decrypt(values["note"], "")
        values["result"] = self._decrypt(values.get("result"), None)
        values["evidence"] = self._decrypt(values.get("evidence"), ())
        return Operation(**values)


def _changed(connection: Connection, which: Any, **values: Any) -> bool:
    return bool(connection.execute(update(operations).where(which).values(**values)).rowcount)
