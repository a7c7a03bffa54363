"""The staffing agency's records, and the business rules on them. Knows times, not clocks; values, not HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from airflow_provider_fleetops.sandbox.fasttrack360 import entities
from airflow_provider_fleetops.sandbox.fasttrack360.records import Table, Values
from airflow_provider_fleetops.sandbox.fasttrack360.refusal import Flaw, Refusal, missing

_TABLES = (
    ("clients", "client", 100_000_001, entities.CLIENT),
    ("contacts", "contact", 150_000_001, entities.CONTACT),
    ("costCentres", "cost_centre", 160_000_001, entities.COST_CENTRE),
    ("jobOrders", "job_order", 200_000_001, entities.JOB_ORDER),
    ("candidates", "candidate", 300_000_001, entities.CANDIDATE),
    ("timesheets", "timesheet", 400_000_001, entities.TIMESHEET),
    ("clientComments", "comment", 500_000_001, entities.CLIENT_COMMENT),
    ("candidateComments", "comment", 550_000_001, entities.CANDIDATE_COMMENT),
    ("jobOrderComments", "comment", 580_000_001, entities.JOB_ORDER_COMMENT),
)

# Pick-lists are the agency's own settings; the evidenced words are Active, Inactive, Filled, Cancelled and the
# timesheet states (contract, sections 3 and 6), the others are invented.
STATUSES: Mapping[str, tuple[str, ...]] = {
    "clients": ("Active", "Inactive", "Prospect"),
    "contacts": ("Active", "Inactive"),
    "costCentres": ("Active", "Inactive"),
    "candidates": ("Active", "Inactive", "Applied"),
    "jobOrders": ("Open", "Filled", "Cancelled"),
    "timesheets": ("Available", "Incomplete", "Submitted", "Approved", "Released", "Rejected"),
}
LOOKUPS: Mapping[str, tuple[str, ...]] = {
    "offices": ("Melbourne", "Sydney", "Brisbane", "Jakarta"),
    "grades": ("A", "B", "C"),
    "skillGroups": ("Ground handling", "Cabin crew", "Chauffeurs", "Aircraft engineering", "Catering"),
}
_FIRST_LOOKUP_ID = 11


@dataclass(frozen=True, slots=True)
class Stage:
    """A candidate reached a stage of a job's referral workflow; ``stage`` "Filled" is the job's fill."""

    at: datetime
    job_order: int
    candidate: int
    client: int
    stage: str


@dataclass(slots=True)
class World:
    """All records; ``settings`` are the agency's switches, shared with the server's limits."""

    settings: Mapping[str, Any]
    tables: dict[str, Table] = field(default_factory=lambda: {row[0]: Table(*row) for row in _TABLES})
    stages: list[Stage] = field(default_factory=list)

    def __getitem__(self, table: str) -> Table:
        return self.tables[table]

    def lookup(self, name: str) -> list[Values]:
        """Return a pick-list as ``[{"id", "name"}]``; raise `Refusal` 404."""
        if name not in LOOKUPS:
            raise missing(f"lookup {name[:40]}")
        return [{"id": number, "name": word} for number, word in enumerate(LOOKUPS[name], _FIRST_LOOKUP_ID)]

    def check_references(self, table: str, values: Mapping[str, Any], now: datetime) -> None:
        """Raise `Refusal` 400 naming each field whose value does not occur where it must."""
        schema = self[table].schema
        wrong = [
            Flaw(name, "unknown_reference", f"is not one of {schema[name].among}")
            for name, value in values.items()
            if value is not None and schema[name].among and not self._occurs(schema[name].among, value, now)
        ]
        if wrong:
            raise Refusal(400, "Validation failed", *wrong)

    def _occurs(self, among: str, value: Any, now: datetime) -> bool:
        name, _, statuses = among.partition(".")
        if statuses:
            return value in STATUSES[name]
        if name in LOOKUPS:
            return any(row["id"] == value for row in self.lookup(name))
        return self[name].has(value, now)


Check = Callable[[World, datetime, Values, Values], None]
"""Judges a change: world, now, the values before (empty when creating), the values to store, which it may complete."""


def accept(world: World, now: datetime, old: Values, new: Values) -> None:
    """Have no rule of its own."""
