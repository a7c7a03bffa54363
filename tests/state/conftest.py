"""The same suite on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import text

from airflow_provider_fleetops.state import StateStore, engine
from tests.state import postgres
from tests.state.workers import KEY

DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    if reason := postgres.missing():
        pytest.skip(reason)
    with postgres.cluster() as url:
        yield url
        _dispose()


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a schema."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'fleetops.db'}"
    else:
        yield new_database(request.getfixturevalue("cluster"))
    _dispose()


@pytest.fixture
def url(empty_url: str) -> str:
    """A database with the schema."""
    from airflow_provider_fleetops.state import migrate

    migrate(empty_url)
    return empty_url


@pytest.fixture
def store(url: str) -> StateStore:
    return StateStore(url, cipher())


def cipher(*keys: str) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys or (KEY,)])


def new_database(cluster_url: str) -> str:
    """A new, empty database; dropped with the cluster."""
    name = f"t{uuid4().hex}"
    with engine.engine_for(cluster_url).connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(f"CREATE DATABASE {name}"))
    return cluster_url.replace("/postgres?", f"/{name}?")


def _dispose() -> None:
    while engine._engines:
        engine._engines.popitem()[1][engine.Purpose.WRITE].dispose()
