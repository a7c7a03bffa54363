"""The rows of the limits, one per key. Others wait while they are locked, so what is built for them is built once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache

from sqlalchemy import Connection

from airflow_provider_fleetops.protocol.limits import Window

_FIELDS = ("tat", "closed_until", "day", "used", "ahead")


def lock(connection: Connection, keys: Collection[str]) -> dict[str, Window]:
    """The windows of these keys, new where missing, locked in the order of the keys (a multi-row insert keeps it)."""
    if not keys:
        return {}  # an insert of no rows is no statement
    rows = connection.exec_driver_sql(_locking(_mark(connection), len(keys)), tuple(sorted(keys)))
    return {key: Window(*values) for key, *values in rows}


def keep(connection: Connection, windows: Mapping[str, Window]) -> None:
    """Write windows that are locked."""
    for key, window in windows.items():
        values = tuple(getattr(window, field) for field in _FIELDS)
        connection.exec_driver_sql(_keeping(_mark(connection)), (*values, key))


def _mark(connection: Connection) -> str:
    """How the driver spells a parameter."""
    return "?" if connection.dialect.name == "sqlite" else "%s"


@cache
def _locking(mark: str, count: int) -> str:
    rows = ", ".join([f"({mark})"] * count)
    return (
        f"INSERT INTO limit_windows (key) VALUES {rows} ON CONFLICT (key) DO UPDATE SET key = excluded.key "  # noqa: S608
        f"RETURNING key, {', '.join(_FIELDS)}"
    )


@cache
def _keeping(mark: str) -> str:
    return f"UPDATE limit_windows SET {', '.join(f'{field} = {mark}' for field in _FIELDS)} WHERE key = {mark}"  # noqa: S608
