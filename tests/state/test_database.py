"""What is special to one database, and to opening it."""

from __future__ import annotations

import stat
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import Connection, event, make_url, text

from airflow_provider_fleetops.protocol.errors import ConfigurationError, Unavailable
from airflow_provider_fleetops.protocol.ledger import Intent, Status
from airflow_provider_fleetops.protocol.limits import Limit, Spacing
from airflow_provider_fleetops.protocol.store import Entry
from airflow_provider_fleetops.state import StateStore, deadline, engine, migrate, open_store
from airflow_provider_fleetops.state.upgrade import check
from tests.state.conftest import cipher, new_database
from tests.state.stalling import Stalling, stalling
from tests.state.workers import KEY

NOW = 1_900_000_000.0
SECRET = "MARKED-SECRET-" + "b3BlbiBzZXNhbWU" * 4


@pytest.fixture
def sqlite_store(tmp_path: Path) -> StateStore:
    return StateStore(f"sqlite:///{tmp_path / 'fleetops.db'}", cipher())


def test_the_files_are_private_and_hold_no_secret(sqlite_store: StateStore, tmp_path: Path) -> None:
    sqlite_store.publish("k", "", Entry(SECRET, NOW, NOW + 60))
    files = {path.name: path for path in tmp_path.iterdir()}
    assert set(files) == {"fleetops.db", "fleetops.db-wal", "fleetops.db-shm"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files.values()} == {0o600}
    content = b"".join(path.read_bytes() for path in files.values())
    assert b"shared_values" in content
    assert SECRET[:14].encode() not in content
    assert SECRET[14:40].encode() not in content


def test_what_was_sent_and_what_came_of_it_is_on_the_disk_at_once(sqlite_store: StateStore) -> None:
    """SQLite's own word, at each commit: 2 writes its log through to the disk, 1 leaves that for later."""
    meant, ledger = Intent("v", "https://x.example", "c", "thing.create", "k", "d"), sqlite_store.ledger
    commits: list[int] = []

    def ask(connection: Connection) -> None:
        commits.append(connection.exec_driver_sql("PRAGMA synchronous").scalar_one())

    sqlite_store.peek("k")
    for purpose in engine.Purpose:
        event.listen(engine.engine_for(sqlite_store._database.url, purpose), "commit", ask)
    ledger.begin(meant, "h", NOW, 60)
    ledger.mark_sent(meant.id, "h", NOW, 60)
    sqlite_store.reserve([Limit("a:space", Spacing(1.0), "a second")], NOW, 1, 60)
    ledger.settle(meant.id, "h", Status.UNKNOWN, NOW)
    sqlite_store.publish("k", "", Entry("x", NOW, NOW + 60))
    ledger.resolve(meant.id, Status.DONE, NOW)
    assert commits == [1, 2, 1, 2, 1, 2]


def test_a_full_disk_is_unavailable(sqlite_store: StateStore) -> None:
    sqlite_store.publish("k", "", Entry("small", NOW, NOW + 60))
    with engine.engine_for(sqlite_store._database.url).connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 12")
    with pytest.raises(Unavailable, match="full"):
        sqlite_store.publish("big", "", Entry("x" * 1_000_000, NOW, NOW + 60))
    assert sqlite_store.peek("k") == Entry("small", NOW, NOW + 60)


def test_a_damaged_file_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "fleetops.db").write_bytes(b"this is no database" * 500)
    with pytest.raises(Unavailable, match="not a database"):
        StateStore(f"sqlite:///{tmp_path / 'fleetops.db'}", cipher()).peek("k")


def test_a_missing_folder_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="No such file"):
        StateStore(f"sqlite:///{tmp_path / 'none' / 'fleetops.db'}", cipher()).peek("k")


@pytest.mark.postgres
def test_a_server_needs_its_schema_first(cluster: str) -> None:
    url = new_database(cluster)
    with pytest.raises(ConfigurationError, match="airflow fleetops db migrate"):
        StateStore(url, cipher()).peek("k")
    with engine.engine_for(url).connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).scalar() == 0


@pytest.mark.postgres
@pytest.mark.parametrize("written", [":hunter2-secret@/nowhere?", "@/nowhere?password=hunter2-secret&"])
def test_a_server_that_is_away_is_unavailable_without_the_password(cluster: str, tmp_path: Path, written: str) -> None:
    url = f"postgresql://fleetops{written}sslpassword=hunter2-too&host={tmp_path}"
    store = StateStore(url, cipher())
    with pytest.raises(Unavailable) as caught:
        store.peek("k")
    shown = "".join(traceback.format_exception(caught.value)) + repr(store) + repr(caught.value.__dict__)
    assert str(tmp_path) in shown
    assert "hunter2" not in shown


@pytest.fixture
def stoppable(cluster: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Stalling]]:
    """A database with the schema behind a proxy that can be stopped; half a second without an answer is too long."""
    monkeypatch.setattr(deadline, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(deadline, "LOOK_EVERY", 0.05)
    monkeypatch.setattr(deadline, "_watcher", deadline._Watcher())
    monkeypatch.setattr(engine, "PATIENCE_SECONDS", 2)  # psycopg waits no less for a connection
    url = make_url(new_database(cluster))
    with stalling(f"{url.query['host']}/.s.PGSQL.5432") as proxy:
        direct = url.set(host="127.0.0.1", port=proxy.port, query={}).render_as_string(hide_password=False)
        migrate(direct)
        yield direct, proxy
        proxy.stopped.clear()


@pytest.mark.postgres
@pytest.mark.parametrize("in_the_middle", [False, True], ids=["as it begins", "in the middle"])
def test_a_server_that_stops_answering_is_unavailable(stoppable: tuple[str, Stalling], in_the_middle: bool) -> None:
    url, proxy = stoppable
    store = StateStore(url, cipher())
    store.publish("k", "", Entry("x", NOW, NOW + 60))
    if in_the_middle:
        event.listen(engine.engine_for(url), "begin", lambda _connection: proxy.stopped.set(), once=True)
    else:
        proxy.stopped.set()
    with pytest.raises(Unavailable):
        store.publish("k", "", Entry("y", NOW, NOW + 60))
    proxy.stopped.clear()
    assert store.peek("k") == Entry("x", NOW, NOW + 60)


@pytest.mark.postgres
def test_a_migration_takes_as_long_as_it_takes(
    stoppable: tuple[str, Stalling], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, _ = stoppable
    monkeypatch.setattr(deadline, "ANSWER_SECONDS", 0.05)
    with engine.engine_for(url).begin() as connection:
        deadline.without_deadline(connection)
        assert connection.execute(text("SELECT pg_sleep(0.1), 1")).one()[1] == 1


@pytest.mark.postgres
def test_a_host_that_is_cut_off_in_the_middle_locks_no_row_for_long(cluster: str) -> None:
    url = new_database(cluster)
    migrate(url)
    with StateStore(url, cipher())._database.writing() as (connection, _):
        kept = connection.execute(text("SHOW idle_in_transaction_session_timeout")).scalar_one()
    assert kept == f"{engine.PATIENCE_SECONDS}s"


@pytest.mark.postgres
def test_the_schemes_people_write_reach_postgres(cluster: str) -> None:
    for scheme in ("postgres://", "postgresql://", f"{engine.parse_url(cluster).drivername}://"):
        with engine.engine_for(cluster.replace("postgresql://", scheme)).connect() as connection:
            assert connection.execute(text("SELECT 1")).scalar() == 1


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql+pymysql://u:hunter2@h/d", "MySQL is not supported"),
        ("mariadb://u:hunter2@h/d", "MariaDB is not supported"),
        ("postgresql+asyncpg://u:hunter2@h/d", r"postgresql\+asyncpg is not supported"),
        ("sqlite+aiosqlite:////hunter2", r"sqlite\+aiosqlite is not supported"),
        ("sqlite://", "must be a file"),
        ("sqlite:///:memory:", "must be a file"),
        ("sqlite:///file:hunter2?mode=ro&uri=true", "must be a file"),
        ("hunter2", "not a SQLAlchemy URL"),
        ("postgresql://u:hunter2@h:port/d", "not a SQLAlchemy URL"),
        ("\x00", "not a SQLAlchemy URL"),
    ],
)
def test_a_url_we_cannot_use_is_named_but_not_shown(url: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as caught:
        StateStore(url, cipher())
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("scheme", "said"),
    [
        ("postgresql", r"psycopg or psycopg2 .*Install airflow-provider-fleetops\[postgres\]"),
        ("postgresql+psycopg", r"package psycopg .*Install airflow-provider-fleetops\[postgres\]"),
        ("postgresql+psycopg2", r"package psycopg2 .*Install psycopg2-binary; or write postgresql://"),
    ],
)
def test_a_missing_driver_is_named_with_what_installs_it(
    scheme: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "find_spec", lambda _name: None)
    with pytest.raises(ConfigurationError, match=said):
        StateStore(f"{scheme}://h/d", cipher())


class FakeConf:
    """Airflow's configuration, as much as we read of it."""

    def __init__(self, **options: str) -> None:
        self.options = options

    def get(self, section: str, key: str, *, fallback: Any) -> Any:
        return self.options.get(f"{section}_{key}", fallback)

    def getint(self, section: str, key: str, *, fallback: int) -> int:
        return int(self.get(section, key, fallback=fallback))


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    def set_options(**options: str) -> None:
        sdk = ModuleType("airflow.sdk")
        sdk.conf = FakeConf(**options)  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "airflow.sdk", sdk)

    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))
    return set_options


def test_the_default_is_a_file_under_airflow_home(configure: Any, tmp_path: Path) -> None:
    configure(core_fernet_key=KEY)
    store = open_store()
    assert not (tmp_path / "fleetops.db").exists()
    store.publish("k", "", Entry("x", NOW, NOW + 60))
    assert stat.S_IMODE((tmp_path / "fleetops.db").stat().st_mode) == 0o600
    assert open_store() is store


def test_the_configured_url_wins(configure: Any, tmp_path: Path) -> None:
    configure(core_fernet_key=f"{KEY}, {KEY}\n", fleetops_state_url=f"sqlite:///{tmp_path / 'other.db'}\n")
    open_store().publish("k", "", Entry("x", NOW, NOW + 60))
    assert (tmp_path / "other.db").exists()
    assert not (tmp_path / "fleetops.db").exists()


@pytest.mark.parametrize("key", ["", "  ", "{FERNET_KEY}", None])
def test_without_a_fernet_key_nothing_is_stored(configure: Any, tmp_path: Path, key: str | None) -> None:
    configure(**({} if key is None else {"core_fernet_key": key}))
    with pytest.raises(ConfigurationError, match=r"\[core\] fernet_key is not set"):
        open_store()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("key", ["hunter2", f"{KEY},hunter2", f"{KEY},", "ünicode-hunter2"])
def test_a_bad_fernet_key_is_not_shown(configure: Any, key: str) -> None:
    configure(core_fernet_key=key)
    with pytest.raises(ConfigurationError, match="not a Fernet key") as caught:
        open_store()
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


def test_a_check_says_what_is_missing_and_creates_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'fleetops.db'}"
    with pytest.raises(ConfigurationError, match="has no schema yet"):
        check(url)
    assert list(tmp_path.iterdir()) == []
    migrate(url)
    check(url)
    with engine.engine_for(url).begin() as connection:
        connection.execute(text("UPDATE fleetops_alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigurationError, match="has schema 9999, this version needs"):
        check(url)
