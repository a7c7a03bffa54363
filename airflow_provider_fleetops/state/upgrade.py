"""Bringing the schema up to date, and telling whether it is."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from airflow_provider_fleetops.protocol.errors import ConfigurationError
from airflow_provider_fleetops.state.deadline import without_deadline
from airflow_provider_fleetops.state.engine import engine_for, parse_url, told_plainly
from airflow_provider_fleetops.state.schema import REVISION, VERSION_TABLE

_LOCK_NUMBER = 0x666C656574  # "fleet": our advisory lock in PostgreSQL

_prepared: set[str] = set()


def migrate(url: str) -> None:
    """Create or upgrade the schema at ``url``; when many processes do so at once, one does the work.

    Raises ``ConfigurationError`` (the URL cannot be used, or the schema is newer than this package) or
    ``Unavailable`` (the database cannot be used).
    """
    with told_plainly(url):
        engine = engine_for(url)
        upgrade = _upgrade_sqlite if engine.dialect.name == "sqlite" else _upgrade_postgres
        upgrade(engine)


def prepare(url: str) -> None:
    """Once per process: a SQLite file, which is ours alone, is brought up to date; a server's schema is looked at.

    ``ConfigurationError`` when a server's schema is not the one that this package works with.
    """
    if url not in _prepared:
        if parse_url(url).get_backend_name() == "sqlite":
            migrate(url)
        else:
            check(url)
        _prepared.add(url)


def check(url: str) -> None:
    """``ConfigurationError`` when the schema is not the one that this package works with; nothing is changed."""
    with told_plainly(url):
        found = _found(url)
    if found != REVISION:
        state = "has no schema yet" if found is None else f"has schema {found}, this version needs {REVISION}"
        raise ConfigurationError(
            f"the database of [fleetops] state_url {state}", advice="Run: airflow fleetops db migrate"
        )


def _found(url: str) -> str | None:
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(str(parsed.database)).exists():
        return None  # to connect would create the file
    with engine_for(url).begin() as connection:
        return _revision(connection)


def _upgrade_sqlite(engine: Engine) -> None:
    """WAL lets readers work beside the writer; the file remembers it.

    Of many processes that switch to it at once, some fail without waiting (6 of 1,500 measured): hence the lock.
    """
    with _locked_directory(Path(str(engine.url.database)).parent):
        with engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA journal_mode = WAL")
        with engine.begin() as connection:
            _upgrade(connection)


def _upgrade_postgres(engine: Engine) -> None:
    with engine.begin() as connection:
        without_deadline(connection)
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK_NUMBER})"))
        _upgrade(connection)


@contextmanager
def _locked_directory(path: Path) -> Iterator[None]:
    directory = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(directory, fcntl.LOCK_EX)
        yield
    finally:
        os.close(directory)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 - a constant
    return None if found is None else str(found)


def _upgrade(connection: Connection) -> None:
    """Run what is missing inside the caller's transaction. Alembic is imported only when there is something to do."""
    if _revision(connection) == REVISION:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise ConfigurationError(
            f"the database of [fleetops] state_url cannot be upgraded: {error}",
            advice="Its schema may be newer than this version of airflow-provider-fleetops",
        ) from None
