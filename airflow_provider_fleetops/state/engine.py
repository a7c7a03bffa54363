"""Engines: which databases are supported, how each begins a transaction, and one engine per process and URL."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum, auto
from importlib.util import find_spec
from random import uniform
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from airflow_provider_fleetops.protocol.errors import ConfigurationError, StoreUnavailable
from airflow_provider_fleetops.state.deadline import keep_deadlines

PATIENCE_SECONDS = 10
_PURPOSE = "fleetops_purpose"
_SECRETS = ("password", "sslpassword")


class Purpose(Enum):
    """What a transaction is for: it only reads, it writes, or a power cut must not undo what it has written."""

    READ = auto()
    WRITE = auto()
    RECORD = auto()


_engines: dict[str, dict[Purpose, Engine]] = {}
_inherited: list[dict[Purpose, Engine]] = []
_lock = threading.Lock()


def engine_for(url: str, purpose: Purpose = Purpose.WRITE) -> Engine:
    """This process's engine for a URL. A forked child makes its own: connections do not survive a fork."""
    with _lock:
        if url not in _engines:
            engine = _create(parse_url(url))
            _engines[url] = {each: engine.execution_options(**{_PURPOSE: each}) for each in Purpose}
        return _engines[url][purpose]


def parse_url(url: str) -> URL:
    """The URL with its driver; :class:`ConfigurationError` (without the URL) when we cannot use it."""
    try:
        parsed = make_url(url.replace("postgres://", "postgresql://", 1) if url.startswith("postgres://") else url)
    except (ArgumentError, ValueError):
        raise ConfigurationError(
            "[fleetops] state_url is not a SQLAlchemy URL",
            advice="For example postgresql://user:password@host/database",
        ) from None
    if parsed.drivername in {"postgresql", "postgresql+psycopg", "postgresql+psycopg2"}:
        return parsed.set(drivername=_postgres_driver(parsed.drivername))
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"}:
        return _check_file(parsed)
    name = {"mysql": "MySQL", "mariadb": "MariaDB"}.get(parsed.get_backend_name(), parsed.drivername)
    raise ConfigurationError(f"[fleetops] state_url: {name} is not supported", advice="Use PostgreSQL, or SQLite")


def _postgres_driver(name: str) -> str:
    known = [name.partition("+")[2]] if "+" in name else ["psycopg", "psycopg2"]
    for driver in known:
        if find_spec(driver):
            return f"postgresql+{driver}"
    raise ConfigurationError(
        f"[fleetops] state_url needs the Python package {' or '.join(known)}",
        advice="Install airflow-provider-fleetops[postgres]; postgresql:// takes psycopg and psycopg2 alike"
        if "psycopg" in known
        else "Install psycopg2-binary; or write postgresql:// and install airflow-provider-fleetops[postgres]",
    )


def _check_file(url: URL) -> URL:
    if not url.database or url.database.startswith((":memory:", "file:")):
        raise ConfigurationError(
            "[fleetops] state_url: SQLite must be a file", advice="For example sqlite:////path/fleetops.db"
        )
    return url


def _create(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        _create_private_file(str(url.database))
        engine = create_engine(url, hide_parameters=True, connect_args={"timeout": PATIENCE_SECONDS})
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(
        url,
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        pool_timeout=PATIENCE_SECONDS,
        connect_args={"connect_timeout": PATIENCE_SECONDS},
    )
    event.listen(engine, "begin", _begin_postgres)
    keep_deadlines(engine)
    return engine


def _create_private_file(path: str) -> None:
    """Nobody but its owner reads the file; SQLite gives the files beside it (``-wal``, ``-shm``) the same mode."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _on_sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself: we do, below


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock at once: a lock taken half-way cannot wait, it fails (https://sqlite.org/lang_transaction.html)."""
    driver = connection.connection.driver_connection
    assert driver is not None
    purpose = connection.get_execution_options()[_PURPOSE]
    if purpose is Purpose.READ:
        driver.execute("BEGIN")
        return
    # The log reaches the disk at each commit, all of it, or only now and then (https://sqlite.org/pragma.html).
    driver.execute(f"PRAGMA synchronous = {'FULL' if purpose is Purpose.RECORD else 'NORMAL'}")
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        _queue_for(driver)
    finally:
        driver.execute(f"PRAGMA busy_timeout = {PATIENCE_SECONDS * 1000}")


def _queue_for(driver: sqlite3.Connection) -> None:
    """Wait for the writer's lock, asking every millisecond or so.

    SQLite's own waiting asks ever more seldom, up to every 100 ms: of 8 busy processes some wait for seconds.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            driver.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(uniform(0.0002, 0.0015))  # noqa: S311 - no secret
        else:
            return


def _begin_postgres(connection: Connection) -> None:
    """Per transaction, not per connection: a pooler such as PgBouncer gives each transaction another session."""
    if connection.get_execution_options()[_PURPOSE] is Purpose.READ:
        return  # it waits for no lock, so it need not pay the round trip
    connection.exec_driver_sql(
        f"SET LOCAL lock_timeout = '{PATIENCE_SECONDS}s'; "
        # A host that is cut off in the middle must not keep the rows of all the others locked.
        f"SET LOCAL idle_in_transaction_session_timeout = '{PATIENCE_SECONDS}s'"
    )


def shown(url: str) -> str:
    """The URL for people: its query may hold a password too."""
    return make_url(url).set(query={}).render_as_string(hide_password=True)


@contextmanager
def told_plainly(url: str) -> Iterator[None]:
    """A database fault becomes :class:`StoreUnavailable`, whose text holds neither the password nor a statement."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        parsed = make_url(url)
        said = str(getattr(error, "orig", None) or error).strip().partition("\n")[0][:200]
        for secret in filter(None, (parsed.password, *map(parsed.query.get, _SECRETS))):
            said = said.replace(str(secret), "***")
        raise StoreUnavailable(
            f"the shared state {shown(url)} cannot be used: {said}",
            advice="Check [fleetops] state_url, the database and its disk; nothing was sent to a vendor",
        ) from None


def _forget_engines() -> None:
    """In a forked child: keep the parent's engines referenced, so that nothing here closes the parent's connections."""
    global _lock  # noqa: PLW0603 - it may have been held by a thread that the child does not have
    _lock = threading.Lock()
    _inherited.extend(_engines.values())
    _engines.clear()


os.register_at_fork(after_in_child=_forget_engines)
