"""Tables of records. A record is a list of dated changes, so its state at any world time is a pure function."""

from __future__ import annotations

import itertools
from bisect import insort
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from airflow_provider_fleetops.sandbox.fasttrack360.refusal import missing
from airflow_provider_fleetops.sandbox.fasttrack360.schema import Schema, stamp

Values = dict[str, Any]


@dataclass(slots=True)
class Record:
    """An id, and what changed when; changes may be planned ahead (a job that will be filled at noon)."""

    id: int
    changes: list[tuple[datetime, Values]] = field(default_factory=list)

    def add(self, at: datetime, values: Mapping[str, Any]) -> None:
        """Note a change. One that touches the status replaces what was planned for the status after it."""
        if "status" in values:
            self.changes = [row for row in self.changes if row[0] <= at or "status" not in row[1]]
        self.plan(at, values)

    def plan(self, at: datetime, values: Mapping[str, Any]) -> None:
        """Note a change without touching later ones."""
        insort(self.changes, (at, dict(values)), key=lambda row: row[0])

    def at(self, now: datetime) -> Values | None:
        """Return the values at a time with their two time stamps, or None before the record existed."""
        past = [row for row in self.changes if row[0] <= now]
        if not past:
            return None
        values: Values = {"id": self.id}
        for _, change in past:
            values |= change
        return values | {"createdAt": stamp(past[0][0]), "modifiedAt": stamp(past[-1][0])}


class Table:
    """The records of one kind; ids are nine digits and count up from ``first``."""

    def __init__(self, name: str, noun: str, first: int, schema: Schema) -> None:
        self.name = name
        self.noun = noun
        self.schema = schema
        self._blank: Values = dict.fromkeys(schema)
        self._ids = itertools.count(first)
        self._records: dict[int, Record] = {}

    def add(self, now: datetime, values: Mapping[str, Any]) -> Record:
        """Create a record."""
        record = Record(next(self._ids))
        record.add(now, self._blank | dict(values))
        self._records[record.id] = record
        return record

    def record(self, number: int, now: datetime) -> Record:
        """Return the record that exists at a time; raise `Refusal` 404."""
        record = self._records.get(number)
        if record is None or record.at(now) is None:
            raise missing(f"{self.noun} {number}")
        return record

    def get(self, number: int, now: datetime) -> Values:
        """Return a record's values at a time; raise `Refusal` 404."""
        values = self.record(number, now).at(now)
        if values is None:
            raise missing(f"{self.noun} {number}")
        return values

    def has(self, number: int, now: datetime) -> bool:
        """Tell whether the id exists at a time."""
        record = self._records.get(number)
        return record is not None and record.at(now) is not None

    def alive(self, now: datetime) -> list[Record]:
        """Return the records that exist at a time, by id."""
        return [record for record in self._records.values() if record.changes[0][0] <= now]

    def rows(self, now: datetime, keep: Callable[[Values], bool] = lambda _: True) -> list[Values]:
        """Return what exists at a time and passes ``keep``, by id."""
        every = (record.at(now) for record in self._records.values())
        return [values for values in every if values is not None and keep(values)]

    def any(self, now: datetime, **wanted: object) -> bool:
        """Tell whether a record with these values exists at a time."""
        first, sought = next(iter(wanted.items()))
        # Most records never change: of them only those with the first value are worth a closer look.
        likely = [x for x in self._records.values() if len(x.changes) > 1 or x.changes[0][1].get(first) == sought]
        found = (values for record in likely if (values := record.at(now)) is not None)
        return any(all(row.get(name) == value for name, value in wanted.items()) for row in found)

    def remove(self, number: int) -> None:
        """Delete a record for good."""
        del self._records[number]
