"""Statements that SQLite and PostgreSQL spell differently."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite


def insert_into(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An ``INSERT`` that knows ``ON CONFLICT``."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def delete_unlocked(connection: Connection, table: Table, condition: Any) -> None:
    """Delete without waiting: a row that another process is using is left for the next time."""
    (name,) = table.primary_key.columns
    idle = select(name).where(condition).with_for_update(skip_locked=True)
    connection.execute(delete(table).where(name.in_(idle)))
