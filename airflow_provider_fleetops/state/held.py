"""Slots that are held for tasks that wait without a worker: one row each, found by its holder and by its limits."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, bindparam, delete, select, update

from airflow_provider_fleetops.protocol.limits import Slot
from airflow_provider_fleetops.state.schema import held_slots
from airflow_provider_fleetops.state.statements import insert_into

# A transaction stays short: whoever stands further back in the queue keeps its slot when somebody moves up.
MOST_MOVED = 100


@dataclass(frozen=True, slots=True)
class Hold:
    """The slot of ``holder`` under some limits; calls of one ``cost`` can change places."""

    holder: str
    limits: Collection[str]
    cost: int

    @property
    def queue(self) -> str:
        """What the keys of all that wait in the same queue begin with."""
        return _digest(str(self.cost), *sorted(self.limits))

    @property
    def key(self) -> str:
        return self.queue + _digest(self.holder)

    def get(self, connection: Connection) -> float | None:
        """The slot's time, if one is held."""
        return connection.execute(select(held_slots.c.at).where(held_slots.c.key == self.key)).scalar()

    def set(self, connection: Connection, slot: Slot) -> None:
        """Remember a slot that waits for its holder; forget one that is used, or lost."""
        if not slot.held:
            connection.execute(delete(held_slots).where(held_slots.c.key == self.key))
            return
        insert = insert_into(connection, held_slots).values(key=self.key, at=slot.at)
        connection.execute(insert.on_conflict_do_update(index_elements=["key"], set_={"at": slot.at}))

    def move_up(self, connection: Connection, slot: Slot, start: float, now: float, patience: float) -> Slot:
        """For a late holder, who got ``slot`` behind all others: the next held slot, and the others one back each.

        Without that, tasks whose workers start too late would queue behind each other for ever. The slots stay where
        they are and only change hands, so no limit is touched. ``start`` is the first moment that is open.
        """
        behind = held_slots.c
        others = (behind.key >= self.queue, behind.key < self.queue + "g", behind.key != self.key)
        query = select(behind.key, behind.at).where(*others, behind.at >= start, behind.at < slot.at)
        rows: Sequence[tuple[str, float]] = [
            (row.key, row.at) for row in connection.execute(query.order_by(behind.at, behind.key).limit(MOST_MOVED))
        ]
        if not rows:
            return slot
        times = [*(at for _, at in rows[1:]), slot.at]
        moved = [{"row": key, "later": at} for (key, _), at in zip(rows, times, strict=True)]
        change = update(held_slots).where(behind.key == bindparam("row")).values(at=bindparam("later"))
        connection.execute(change, moved)
        at = rows[0][1]
        return replace(slot, at=at, taken=at - now <= patience, held=at - now > patience)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
