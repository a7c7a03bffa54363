"""What one call of the store does, on both databases."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text

from airflow_provider_fleetops.protocol.accounts import Use
from airflow_provider_fleetops.protocol.errors import ConfigurationError, Unavailable
from airflow_provider_fleetops.protocol.limits import DayQuota, Gate, Limit, Rate, Spacing
from airflow_provider_fleetops.protocol.store import Entry
from airflow_provider_fleetops.protocol.times import AFTER_MIDNIGHT
from airflow_provider_fleetops.state import StateStore, engine, migrate
from airflow_provider_fleetops.state.clock import DatabaseClock
from airflow_provider_fleetops.state.schema import REVISION, metadata
from tests.state.conftest import cipher

NOW = 1_900_000_000.25
SECRET = "MARKED-SECRET-" + "b3BlbiBzZXNhbWU" * 4
LIMITS = [
    Limit("a:gate", Gate(), "the gate"),
    Limit("a:space", Spacing(2.5), "the spacing"),
    Limit("a:rate", Rate(10.0, 1.0, 3), "the rate"),
    Limit("a:day", DayQuota(2), "the quota"),
]


def use(at: float) -> Use:
    return Use(at, "fl3xx", "c", "flights.list", "d", "r", "t", -1, 1, "ok", 1, 0, 0, 0.1)


def rows(url: str, table: str) -> list[str]:
    """Every row as text, every column."""
    with engine.engine_for(url).connect() as connection:
        return [repr(tuple(row)) for row in connection.execute(text(f"SELECT * FROM {table}"))]


def test_the_slots_of_all_limits_are_remembered(store: StateStore) -> None:
    first, second, third = (store.reserve(LIMITS, NOW, 1, 60.0) for _ in range(3))
    assert (first.at, first.taken, first.limit) == (NOW, True, None)
    assert (second.at, second.taken, second.limit) == (NOW + 2.5, True, LIMITS[1])
    assert (third.taken, third.limit) == (False, LIMITS[3])
    assert third.at % 86_400 == AFTER_MIDNIGHT


def test_a_refused_reservation_takes_nothing(store: StateStore) -> None:
    limits = LIMITS[:3]
    store.reserve(limits, NOW, 1, 60.0)
    assert [store.reserve(limits, NOW, 1, 1.0).taken for _ in range(5)] == [False] * 5
    assert store.reserve(limits, NOW, 1, 60.0).at == NOW + 2.5


def test_no_limits_no_wait(store: StateStore) -> None:
    assert store.reserve([], NOW, 1, 0.0).taken


def test_the_later_closure_stays(store: StateStore) -> None:
    store.close("a:gate", NOW + 20)
    store.close("a:gate", NOW + 10)
    slot = store.reserve(LIMITS[:1], NOW, 1, 60.0)
    assert (slot.at, slot.limit) == (NOW + 20, LIMITS[0])
    store.close("a:gate", NOW + 30)
    assert store.reserve(LIMITS[:1], NOW, 1, 60.0).at == NOW + 30


def test_a_closure_spares_what_was_counted(store: StateStore) -> None:
    store.reserve(LIMITS[1:2], NOW, 1, 0.0)
    store.close("a:space", NOW + 1)
    assert store.reserve(LIMITS[1:2], NOW, 1, 60.0).at == NOW + 2.5


def test_a_value_comes_back_as_it_was(store: StateStore) -> None:
    entry = Entry('{"text": "Ünïcode \\u0000 ✈"}', NOW, NOW + 60)
    assert store.peek("k") is None
    store.publish("k", "", entry)
    assert store.peek("k") == entry
    store.publish("k", "", Entry("", NOW + 1, NOW + 61))
    assert store.peek("k") == Entry("", NOW + 1, NOW + 61)


def test_a_lease_belongs_to_one_until_it_ends(store: StateStore) -> None:
    mine = store.take("k", "me", NOW, 90.0)
    assert (mine.granted, mine.entry, mine.until) == (True, None, NOW + 90)
    theirs = store.take("k", "them", NOW + 89.9, 90.0)
    assert (theirs.granted, theirs.until) == (False, NOW + 90)
    assert store.take("k", "me", NOW + 10, 90.0).until == NOW + 100
    assert store.take("k", "them", NOW + 100, 90.0).granted


def test_publishing_ends_the_lease(store: StateStore) -> None:
    store.take("k", "me", NOW, 90.0)
    store.publish("k", "me", Entry("new", NOW + 1, NOW + 60))
    lease = store.take("k", "them", NOW + 2, 90.0)
    assert lease.granted
    assert lease.entry == Entry("new", NOW + 1, NOW + 60)


def test_releasing_ends_only_ones_own_lease(store: StateStore) -> None:
    store.publish("k", "", Entry("old", NOW, NOW + 60))
    store.take("k", "me", NOW, 90.0)
    store.release("k", "them")
    store.release("k", "")
    assert not store.take("k", "them", NOW, 90.0).granted
    store.release("k", "me")
    lease = store.take("k", "them", NOW, 90.0)
    assert lease.granted
    assert lease.entry == Entry("old", NOW, NOW + 60)


@pytest.mark.parametrize("late", ["me", ""])
def test_who_lost_the_lease_changes_nothing(store: StateStore, late: str) -> None:
    store.take("k", "me", NOW, 10.0)
    store.take("k", "them", NOW + 10, 10.0)
    store.publish("k", late, Entry("late", NOW + 15, NOW + 60))
    assert store.peek("k") is None
    assert not store.take("k", "third", NOW + 15, 10.0).granted
    store.publish("k", "them", Entry("theirs", NOW + 16, NOW + 60))
    assert store.peek("k") == Entry("theirs", NOW + 16, NOW + 60)


def test_a_lease_that_ended_without_heir_still_publishes(store: StateStore) -> None:
    store.take("k", "me", NOW, 10.0)
    store.publish("k", "me", Entry("slow", NOW + 30, NOW + 60))
    assert store.peek("k") == Entry("slow", NOW + 30, NOW + 60)


def test_pruning_keeps_what_still_matters(store: StateStore, url: str) -> None:
    for key, expires_at in (("expired", NOW - 1), ("good", NOW + 1)):
        store.publish(key, "", Entry("x", NOW - 100, expires_at))
    store.take("leased", "me", NOW, 90.0)
    store.reserve([Limit("old", Spacing(1.0), "")], NOW - 3 * 86_400, 1, 0.0)
    store.reserve([Limit("recent", Spacing(1.0), "")], NOW - 3600, 1, 0.0)
    store.reserve([Limit("today", DayQuota(5), "")], NOW - 3600, 1, 0.0)
    store.close("closed", NOW + 5)
    store.prune(NOW)
    assert [store.peek("expired"), store.peek("good")] == [None, Entry("x", NOW - 100, NOW + 1)]
    assert len(rows(url, "shared_values")) == 2
    kept = " ".join(rows(url, "limit_windows"))
    assert [name in kept for name in ("old", "recent", "today", "closed")] == [False, True, True, True]


def test_the_state_is_tidied_once_an_hour_by_one_process_for_all(url: str) -> None:
    short_lived = [StateStore(url, cipher()) for _ in range(18)]
    left = []
    for number, process in enumerate(short_lived):
        at = NOW + 600 * number
        process.publish(f"answer {number}", "", Entry("x", at, at + 1))
        process.usage.record(use(at))
        left.append(sum("answer" in row for row in rows(url, "shared_values")))
    assert left == [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]


def test_a_use_is_written_when_it_begins_and_amended_when_it_ends(store: StateStore) -> None:
    number = store.usage.record(replace(use(NOW), outcome="sent", wasted=1))
    other = store.usage.record(use(NOW))
    assert [(x.group[0], x.wasted) for x in store.usage.totals(["outcome"], 0)] == [("ok", 0), ("sent", 1)]
    store.usage.amend(number, replace(use(NOW), outcome="NotFound", wasted=1))
    assert [x.group[0] for x in store.usage.totals(["outcome"], 0)] == ["NotFound", "ok"]
    assert number != other


@pytest.mark.parametrize("ahead", [3600.0, -3600.0])
def test_a_lease_of_a_shared_value_holds_whatever_the_callers_clocks_say(url: str, ahead: float) -> None:
    def process(off: float) -> StateStore:
        return StateStore(url, cipher(), clock=DatabaseClock(wall=lambda: time.time() + off))

    here, there = process(0.0), process(ahead)
    now = time.time()
    assert here.take("token", "here", now, 90.0).granted
    lease = there.take("token", "there", now + ahead, 90.0)
    assert not lease.granted
    assert lease.until == pytest.approx(now + ahead + 90, abs=5)
    here.publish("token", "here", Entry("x", now, now + 600))
    seen = there.peek("token")
    assert seen is not None
    assert (seen.stored_at, seen.expires_at) == pytest.approx((now + ahead, now + ahead + 600), abs=5)
    assert there.take("token", "there", now + ahead, 90.0).granted


def test_another_key_of_the_rotation_still_decrypts(url: str) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    StateStore(url, cipher(old)).publish("k", "", Entry("value", NOW, NOW + 60))
    both = StateStore(url, cipher(new, old))
    assert both.peek("k") == Entry("value", NOW, NOW + 60)
    both.publish("k", "", Entry("value", NOW, NOW + 60))
    assert StateStore(url, cipher(new)).peek("k") == Entry("value", NOW, NOW + 60)


def test_what_no_key_decrypts_counts_as_no_value(url: str) -> None:
    StateStore(url, cipher()).publish("k", "", Entry("value", NOW, NOW + 60))
    rotated = StateStore(url, cipher(Fernet.generate_key().decode()))
    assert rotated.peek("k") is None
    lease = rotated.take("k", "me", NOW, 10.0)
    assert (lease.granted, lease.entry) == (True, None)


def test_no_secret_stands_in_the_rows(store: StateStore, url: str) -> None:
    store.take("k", "me", NOW, 10.0)
    store.publish("k", "me", Entry(SECRET, NOW, NOW + 60))
    assert store.peek("k") == Entry(SECRET, NOW, NOW + 60)
    assert len(rows(url, "shared_values")) == 1
    assert SECRET[:14] not in " ".join(rows(url, "shared_values"))
    assert SECRET[:14] not in repr(store.peek("k"))


def test_the_migrations_make_the_tables_of_the_schema(url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    with engine.engine_for(url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "fleetops_alembic_version"})
        assert context.get_current_revision() == REVISION
        assert compare_metadata(context, metadata) == []


def test_migrating_again_changes_nothing(store: StateStore, url: str) -> None:
    store.publish("k", "", Entry("kept", NOW, NOW + 60))
    migrate(url)
    assert store.peek("k") == Entry("kept", NOW, NOW + 60)


def test_a_newer_schema_is_left_alone(url: str) -> None:
    with engine.engine_for(url).begin() as connection:
        connection.execute(text("UPDATE fleetops_alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigurationError, match=r"9999|newer"):
        StateStore(url, cipher()).peek("k")
    with pytest.raises(ConfigurationError, match="newer"):
        migrate(url)


def test_a_lock_held_for_long_is_unavailable(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = StateStore(empty_url, cipher())
    migrate(empty_url)
    store.publish("k", "", Entry("x", NOW, NOW + 60))
    with engine.engine_for(empty_url).begin() as blocker:
        blocker.execute(text("UPDATE shared_values SET stored_at = 0"))
        monkeypatch.setattr(engine, "PATIENCE_SECONDS", 0.1)  # of those that come now
        with pytest.raises(Unavailable, match="lock") as caught:
            store.take("k", "me", NOW, 1.0)
        assert store.peek("k") == Entry("x", NOW, NOW + 60)
    assert caught.value.retryable
    assert "UPDATE" not in str(caught.value)
    assert "INSERT" not in str(caught.value)
