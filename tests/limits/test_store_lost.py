"""The shared state cannot be reached: hard quotas refuse, the others go on carefully, and both say so."""

from __future__ import annotations

import stat
from dataclasses import replace
from itertools import pairwise

import pytest
from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import text

from airflow_provider_fleetops.hooks.base import hook_for
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.protocol.accounts import Use
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.limits import DayQuota, Gate, Limit, Rate
from airflow_provider_fleetops.state import StateStore, migrate, open_store
from airflow_provider_fleetops.state import open as opening
from airflow_provider_fleetops.state.engine import engine_for
from airflow_provider_fleetops.state.local import ASK_AGAIN_SECONDS, ResilientStore
from airflow_provider_fleetops.transports.sync import SyncDriver
from tests.conftest import set_connection
from tests.faults.drivers import FakeTime, run_async, run_sync
from tests.state import postgres
from tests.state.workers import KEY

NOW = 1_900_000_000.0
UNREACHABLE = "postgresql://fleetops:hush@127.0.0.1:1/fleetops?connect_timeout=1"


@pytest.fixture(params=["unreachable server", "no such folder", "read-only file"])
def lost(request, tmp_path, monkeypatch):
    """A state that cannot be used, in three ways."""
    if request.param == "unreachable server":
        if postgres.missing():
            pytest.skip("no driver for PostgreSQL")
        url = UNREACHABLE
    elif request.param == "no such folder":
        url = f"sqlite:///{tmp_path}/missing/fleetops.db"
    else:
        url = f"sqlite:///{tmp_path}/fleetops.db"
        (tmp_path / "fleetops.db").write_bytes(b"this is not a database, and nobody may write to it" * 99)
        (tmp_path / "fleetops.db").chmod(stat.S_IRUSR)
    monkeypatch.setenv("AIRFLOW__FLEETOPS__STATE_URL", url)
    return url


@pytest.mark.parametrize("run", [run_sync, run_async])
@pytest.mark.parametrize("quota", [100, None], ids=["of known size", "of unknown size"])
def test_a_hard_quota_refuses_and_sends_nothing(fleet_connections, fresh_sandbox, lost, monkeypatch, quota, run):
    mine = fleet_connections["fasttrack360_default"]
    set_connection(monkeypatch, "fasttrack360_default", mine | {"extra": mine["extra"] | {"daily_quota": quota}})
    account = hook_for("fasttrack360", "fasttrack360_default").account
    with pytest.raises(errors.StoreUnavailable, match="cannot be counted") as caught:
        run(call(account, "offices.list"), open_store(), FakeTime())
    assert "hush" not in str(caught.value)
    assert caught.value.retryable
    assert fresh_sandbox.control.journal() == []


@pytest.mark.parametrize(("vendor", "entry"), [("fastrac", "couriers.list"), ("fasttrak", "companies.list")])
def test_the_others_go_on_and_say_so(fleet_connections, fresh_sandbox, lost, vendor, entry, monkeypatch, capsys):
    monkeypatch.setitem(SyncDriver.__init__.__kwdefaults__, "sleep", FakeTime().sleep)
    assert hook_for(vendor, f"{vendor}_default").call(entry)
    said = capsys.readouterr().out
    assert "careful limit of this process alone" in said
    assert "hush" not in said
    assert not fresh_sandbox.control.journal(broke="*")


def test_processes_that_know_nothing_of_each_other_do_not_burst(fleet_connections, fresh_sandbox, lost, monkeypatch):
    """Each task is a process of its own, and what the others have sent just now is not known."""
    mine = fleet_connections["fastrac_default"]
    set_connection(monkeypatch, "fastrac_default", mine | {"extra": mine["extra"] | {"requests_per_second": 1}})
    reads, waits = hook_for("fl3xx", "fl3xx_default").account, []
    for number in range(12):
        alone = ResilientStore(open_store().shared, spread=lambda part=number / 12: part)
        with pytest.raises(errors.Throttled, match="identical request in ten minutes"):
            run_sync(call(reads, "flights.list", {"from_": "2031-04-02", "to": "2031-04-02"}), alone, FakeTime())
        clock = FakeTime()
        run_sync(call(hook_for("fastrac", "fastrac_default").account, "couriers.list"), alone, clock)
        waits.append(clock.waited)
    assert fresh_sandbox.control.journal(vendor="fl3xx") == []
    assert [b - a for a, b in pairwise([9.0, *waits])] == pytest.approx([1.0] + [10 / 12] * 11, abs=0.6)


def test_a_403_is_no_missing_right_where_nobody_knows_what_worked(fleet_connections, fresh_sandbox, lost):
    fresh_sandbox.control.fault("fl3xx", "status", times=1, code=403)
    account = hook_for("fl3xx", "fl3xx_default").account
    patient = replace(account, retry=replace(account.retry, patience=3600.0))
    clock = FakeTime()
    assert run_sync(call(patient, "aircraft.list"), open_store(), clock)
    assert [entry["status"] for entry in fresh_sandbox.control.journal(vendor="fl3xx")] == [403, 200]
    assert clock.waited > 1200


def test_nothing_is_created_that_cannot_be_remembered(fleet_connections, fresh_sandbox, lost):
    hook = hook_for("fasttrack360", "fasttrack360_default")
    with pytest.raises(errors.StoreUnavailable):
        hook.call("job_order.fill", job_order_id=200000001, body={"candidateId": 1}, operation_key="k")
    assert not fresh_sandbox.control.journal(effect="*")


def test_a_killed_server_is_outlived_and_found_again():
    if reason := postgres.missing():
        pytest.skip(reason)
    clock = [0.0]
    limits = [Limit("a:gate", Gate(), "the gate"), Limit("a:rate", Rate(10.0, 1.0, 5), "ten a second")]
    with postgres.cluster() as url:
        migrate(url)
        store = ResilientStore(
            StateStore(url, MultiFernet([Fernet(KEY)])), monotonic=lambda: clock[0], spread=lambda: 0.5
        )
        assert store.reserve(limits, NOW, 1, 60.0).local == ""
    first, second = (store.reserve(limits, NOW, 1, 60.0) for _ in range(2))
    assert "careful" in first.local
    assert (first.at, second.at) == (NOW + 1.5, NOW + 2.5), "a tenth of the rate, no burst, as if just used"
    store.close("a:gate", NOW + 30)
    assert store.reserve(limits, NOW, 1, 60.0).at == NOW + 30
    assert clock[0] < ASK_AGAIN_SECONDS


def test_a_store_that_comes_back_is_used_again(tmp_path):
    folder, clock = tmp_path / "later", [0.0]
    store = ResilientStore(
        StateStore(f"sqlite:///{folder}/fleetops.db", MultiFernet([Fernet(KEY)])), monotonic=lambda: clock[0]
    )
    limits = [Limit("a:gate", Gate(), "the gate")]
    assert store.reserve(limits, NOW, 1, 60.0).local
    folder.mkdir()
    assert store.reserve(limits, NOW, 1, 60.0).local, "not asked again at once"
    clock[0] = ASK_AGAIN_SECONDS
    assert store.reserve(limits, NOW, 1, 60.0).local == ""
    assert (folder / "fleetops.db").stat().st_size


def test_what_the_vendor_said_while_the_state_was_away_holds_for_all_afterwards(tmp_path):
    folder, clock = tmp_path / "later", [0.0]
    url = f"sqlite:///{folder}/fleetops.db"
    store = ResilientStore(StateStore(url, MultiFernet([Fernet(KEY)])), monotonic=lambda: clock[0])
    limits = [Limit("a:gate", Gate(), "the gate")]
    store.close("a:gate", NOW + 5000)
    assert store.reserve(limits, NOW, 1, 60.0).at == NOW + 5000
    folder.mkdir()
    clock[0] = ASK_AGAIN_SECONDS
    store.peek("anything")
    other = StateStore(url, MultiFernet([Fernet(KEY)]))
    assert other.reserve(limits, NOW, 1, 60.0).at == NOW + 5000


def test_a_fault_of_the_accounts_alone_leaves_the_limits_shared(tmp_path):
    url = f"sqlite:///{tmp_path}/fleetops.db"
    migrate(url)
    store = ResilientStore(StateStore(url, MultiFernet([Fernet(KEY)])), monotonic=lambda: 0.0)
    with engine_for(url).begin() as connection:
        connection.execute(text("ALTER TABLE usage RENAME TO lost"))
    with pytest.raises(errors.StoreUnavailable):
        store.usage.record(Use(NOW, "v", "c", "e", "d", "r", "t", -1, 1, "ok", 1, 0, 0, 0.1))
    assert store.reserve([Limit("a:day", DayQuota(9), "nine a day")], NOW, 1, 60.0).taken


@pytest.mark.parametrize(
    ("executor", "url", "warned"),
    [
        ("CeleryExecutor", "sqlite:////x/f.db", True),
        ("LocalExecutor,airflow.providers.cncf.kubernetes.executors.kubernetes_executor.KubernetesExecutor",
         "sqlite:////x/f.db", True),
        ("LocalExecutor", "sqlite:////x/f.db", False),
        ("CeleryExecutor", "postgresql://u:p@h/d", False),
    ],
)  # fmt: skip
def test_a_file_that_many_machines_would_need_is_warned_of(executor, url, warned, caplog):
    opening._warn_of_many_machines(url, executor)
    assert ("limits can be passed" in caplog.text) is warned


def test_the_warning_comes_once_per_process(state_url, monkeypatch, caplog):
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
    for _ in range(3):
        open_store()
    assert caplog.text.count("CeleryExecutor") == 1
