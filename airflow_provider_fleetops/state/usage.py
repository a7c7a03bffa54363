"""The accounts of all calls over SQLAlchemy Core: one insert a call, one grouped query a report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from airflow_provider_fleetops.protocol.accounts import Total, Use
from airflow_provider_fleetops.protocol.errors import InvalidInput
from airflow_provider_fleetops.protocol.limits import DAY
from airflow_provider_fleetops.state.schema import usage
from airflow_provider_fleetops.state.statements import delete_unlocked
from airflow_provider_fleetops.state.transactions import Transactions

USAGE_KEPT = 30 * 86_400.0
GROUPS = ("vendor", "conn_id", "endpoint", "dag", "run", "task", "outcome", "day")


class UsageAccounts:
    """A :class:`~airflow_provider_fleetops.protocol.accounts.UsageBook`; a use is kept for ``kept`` seconds.

    ``tidy`` is told the time of each use: the shared state is tidied up in passing.
    """

    def __init__(self, database: Transactions, kept: float, tidy: Callable[[float], None]) -> None:
        self._database = database
        self._kept = kept
        self._tidy = tidy

    def record(self, use: Use) -> int:
        """Write down one use, and give its number."""
        self._tidy(use.at)
        with self._database.writing() as (connection, _):
            row = insert(usage).values(asdict(use) | {"day": int(use.at // DAY)}).returning(usage.c.id)
            return int(connection.execute(row).scalar_one())

    def amend(self, number: int, use: Use) -> None:
        """Say what came of a use that was written down when it began."""
        told = {"outcome": use.outcome, "calls": use.calls, "wasted": use.wasted, "seconds": use.seconds}
        with self._database.writing() as (connection, _):
            connection.execute(update(usage).where(usage.c.id == number).values(told))

    def totals(self, by: Sequence[str], since: float, conn_id: str = "") -> list[Total]:
        """Sums per group, the most calls first (days in their order); ``InvalidInput`` names an unknown column."""
        for name in by:
            if name not in GROUPS:
                raise InvalidInput(f"usage cannot be grouped by {str(name)[:40]!r}; known: {', '.join(GROUPS)}")
        groups = [usage.c[name] for name in by]
        sums = [func.sum(usage.c[name]) for name in ("calls", "wasted", "saved")]
        query = select(*groups, func.count(), *sums).where(usage.c.at >= since).group_by(*groups)
        if conn_id:
            query = query.where(usage.c.conn_id == conn_id)
        order = groups if by and by[0] == "day" else [sums[0].desc(), *groups]
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(*order)).all()
        size = len(groups)
        found = [row for row in rows if row[size]]  # without groups, nothing sums up to one row of nothing
        return [Total(tuple(map(_shown, by, row[:size])), *(int(value) for value in row[size:])) for row in found]

    def prune(self, now: float) -> None:
        """Forget what is older than ``kept``."""
        with self._database.writing() as (connection, _):
            delete_unlocked(connection, usage, usage.c.at < now - self._kept)


def _shown(name: str, value: Any) -> str:
    return datetime.fromtimestamp(value * DAY, UTC).date().isoformat() if name == "day" else str(value)
