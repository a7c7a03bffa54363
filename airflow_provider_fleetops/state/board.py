"""The board over SQLAlchemy Core: who waits for what, and what was seen."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, select

from airflow_provider_fleetops.protocol.board import Seen
from airflow_provider_fleetops.protocol.watch import Interest, Sighting
from airflow_provider_fleetops.state.schema import sightings, waits
from airflow_provider_fleetops.state.statements import insert_into
from airflow_provider_fleetops.state.transactions import Transactions

SIGHTINGS_KEPT = 2 * 86_400.0
# A list of more is compared here: SQLite takes no more than 32,766 values, and long before that it is slower.
MOST_NAMED = 500


class SightingsBoard:
    """A :class:`~airflow_provider_fleetops.protocol.board.Board`."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    def want(self, topic: str, waiter: str, interests: Sequence[Interest], now: float, until: float) -> None:
        """Write the waiter's row anew."""
        text = json.dumps([[list(one.ids), dict(one.window)] for one in interests])
        with self._database.writing(now) as (connection, time):
            told = {"interests": text, "until": time() + until - now}
            insert = insert_into(connection, waits).values(topic=topic, waiter=waiter, **told)
            connection.execute(insert.on_conflict_do_update(index_elements=["topic", "waiter"], set_=told))

    def leave(self, topic: str, waiter: str) -> None:
        """Delete the waiter's row."""
        with self._database.writing() as (connection, _):
            connection.execute(delete(waits).where(waits.c.topic == topic, waits.c.waiter == waiter))

    def wanted(self, topic: str, now: float) -> list[Interest]:
        """The interests of all rows that count still."""
        after = now + self._database.offset()
        query = select(waits.c.interests).where(waits.c.topic == topic, waits.c.until > after)
        with self._database.reading() as connection:
            texts = connection.execute(query.order_by(waits.c.waiter)).scalars().all()
        return [Interest(tuple(ids), window) for text in texts for ids, window in json.loads(text)]

    def write(self, topic: str, seen: Mapping[str, Sighting], now: float) -> None:
        """One row a subject."""
        if not seen:
            return
        with self._database.writing(now) as (connection, time):
            at = time()
            rows = [
                {"topic": topic, "subject": subject, "seen_at": at, "state": one.state, "raw": one.raw}
                | {"facts": json.dumps(dict(one.facts), default=str)}
                for subject, one in seen.items()
            ]
            _replace(connection, rows)

    def read(self, topic: str, after: float, ids: Sequence[str] = ()) -> dict[str, Seen]:
        """What was seen after that moment."""
        column, offset = sightings.c, self._database.offset()
        query = select(sightings).where(column.topic == topic, column.seen_at > after + offset)
        if 0 < len(ids) <= MOST_NAMED:
            query = query.where(column.subject.in_(ids))
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        chosen = set(ids)
        return {
            row.subject: Seen(Sighting(row.state, row.raw, json.loads(row.facts)), row.seen_at - offset)
            for row in rows
            if not chosen or row.subject in chosen
        }

    def prune(self, now: float) -> None:
        """Forget who has not come back, and what was seen long ago."""
        with self._database.writing(now) as (connection, time):
            connection.execute(delete(waits).where(waits.c.until < time()))
            connection.execute(delete(sightings).where(sightings.c.seen_at < time() - SIGHTINGS_KEPT))


def _replace(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert or replace, in the order of the keys: two processes never wait for each other's rows crosswise."""
    insert = insert_into(connection, sightings)
    told = {name: insert.excluded[name] for name in ("seen_at", "state", "raw", "facts")}
    newer = insert.excluded.seen_at >= sightings.c.seen_at
    replacing = insert.on_conflict_do_update(index_elements=["topic", "subject"], set_=told, where=newer)
    connection.execute(replacing, sorted(rows, key=lambda row: row["subject"]))
