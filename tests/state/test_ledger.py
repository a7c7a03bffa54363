"""The ledger of operations in a database: random histories against a dictionary, and what is stored how long."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select, text

from airflow_provider_fleetops.protocol.ledger import DOUBTFUL, Intent, Status
from airflow_provider_fleetops.state import StateStore
from airflow_provider_fleetops.state.clock import DatabaseClock
from airflow_provider_fleetops.state.engine import engine_for
from airflow_provider_fleetops.state.schema import operations
from tests.protocol.fakes import MemoryLedger
from tests.state.conftest import cipher
from tests.state.workers import Worker, run_together

DAY = 86_400.0
NOW = 1_000_000.0
HOLDERS = st.sampled_from(["ann", "bob", "cyd"])
KEYS = st.sampled_from(["k1", "k2"])
DIGESTS = st.sampled_from(["d1", "d2"])
SECONDS = st.sampled_from([0.0, 1.0, 5.0, 10.0])
SETTLED = st.sampled_from([Status.DONE, Status.NOT_DONE, Status.UNKNOWN])


def intent(key: str = "k", digest: str = "d", base_url: str = "https://x.example") -> Intent:
    return Intent("fake", base_url, "conn", "thing.create", key, digest)


class Operations(RuleBasedStateMachine):
    """Two keys, three processes, a person, and a clock that only goes forward; a dictionary follows the same rules."""

    def __init__(self, store: StateStore) -> None:
        super().__init__()
        self.ledger, self.model = store.ledger, MemoryLedger()
        self.world, self.now = f"https://{uuid4().hex}.example", NOW
        self.sending: dict[str, str] = {}

    def intent(self, key: str, digest: str = "d1") -> Intent:
        return intent(key, digest, self.world)

    def known(self, key: str) -> str | None:
        found = self.intent(key).id
        return found if found in self.model.operations else None

    @rule(seconds=SECONDS)
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule(key=KEYS, digest=DIGESTS, holder=HOLDERS, seconds=SECONDS)
    def begin(self, key: str, digest: str, holder: str, seconds: float) -> None:
        meant = self.intent(key, digest)
        before = self.model.operations.get(meant.id)
        begun = self.ledger.begin(meant, holder, self.now, seconds)
        assert begun == self.model.begin(meant, holder, self.now, seconds)
        if begun.granted and before is not None:
            assert before.status is not Status.DONE
            assert before.holder in ("", holder) or before.lease_until <= self.now
            assert before.digest == digest or before.status not in DOUBTFUL

    @rule(key=KEYS, holder=HOLDERS, seconds=SECONDS)
    def mark_sent(self, key: str, holder: str, seconds: float) -> None:
        if id_ := self.known(key):
            ours = self.model.operations[id_].holder == holder
            assert self.ledger.mark_sent(id_, holder, self.now, seconds) is ours
            self.model.mark_sent(id_, holder, self.now, seconds)

    @rule(key=KEYS, holder=HOLDERS, status=SETTLED, result=st.none() | st.text(max_size=9))
    def settle(self, key: str, holder: str, status: Status, result: str | None) -> None:
        if id_ := self.known(key):
            facts: dict[str, Any] = {"result": {"value": result}, "evidence": [{"line": key}], "note": "n"}
            changed = self.ledger.settle(id_, holder, status, self.now, **facts)
            assert changed == self.model.settle(id_, holder, status, self.now, **facts)

    @rule(key=KEYS, holder=HOLDERS)
    def release(self, key: str, holder: str) -> None:
        if id_ := self.known(key):
            self.ledger.release(id_, holder)
            self.model.release(id_, holder)

    @rule(key=KEYS, status=st.sampled_from([Status.DONE, Status.NOT_DONE]))
    def resolve(self, key: str, status: Status) -> None:
        if id_ := self.known(key):
            told = {"result": {"value": {"id": 3}}, "note": "by hand"}
            assert self.ledger.resolve(id_, status, self.now, **told) == self.model.resolve(
                id_, status, self.now, **told
            )

    @invariant()
    def both_know_the_same(self) -> None:
        for id_, expected in self.model.operations.items():
            assert list(self.ledger.show(id_)) == [expected]


def test_operations_follow_the_rules(store: StateStore) -> None:
    run_state_machine_as_test(
        lambda: Operations(store),
        settings=settings(
            max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_what_each_try_is_looked_for_by_is_collected_and_outlives_an_unclear_end(store: StateStore) -> None:
    first, moved = replace(intent(), trace={"at": 1}), replace(intent(), trace={"at": 2})
    for now, meant in enumerate((first, moved, first)):
        begun = store.ledger.begin(meant, "h", NOW + now, 60)
        store.ledger.mark_sent(meant.id, "h", NOW + now, 60)
        store.ledger.settle(meant.id, "h", Status.UNKNOWN, NOW + now)
    assert begun.granted
    for operation in (begun.operation, *store.ledger.show("k")):
        assert list(operation.evidence) == [{"at": 1}, {"at": 2}]


def make(store: StateStore, key: str, status: Status, at: float) -> str:
    meant = intent(key)
    store.ledger.begin(meant, "h", at, 60)
    store.ledger.mark_sent(meant.id, "h", at, 60)
    if status is not Status.SENT:
        store.ledger.settle(meant.id, "h", status, at, result={"value": {"id": key}})
    return meant.id


def test_what_is_settled_is_forgotten_after_its_time_and_what_is_open_much_later(url: str) -> None:
    store = StateStore(url, cipher(), operations_kept=10 * DAY)
    for number, status in enumerate([Status.DONE, Status.NOT_DONE, Status.UNKNOWN, Status.SENT]):
        make(store, f"k{number}", status, NOW)
    store.ledger.begin(intent("never sent"), "h", NOW, 60)
    store.ledger.prune(NOW + 9 * DAY)
    assert len(store.ledger.list()) == 5
    store.ledger.prune(NOW + 11 * DAY)
    assert {row.status for row in store.ledger.list()} == {Status.UNKNOWN, Status.SENT}
    store.ledger.prune(NOW + 41 * DAY)
    assert list(store.ledger.list()) == []


def test_a_note_may_name_somebody_and_is_stored_encrypted(store: StateStore, url: str) -> None:
    meant = intent()
    store.ledger.begin(meant, "me", NOW, 60)
    store.ledger.settle(meant.id, "me", Status.UNKNOWN, NOW, note="the vendor says: Anna Bell is unknown")
    with engine_for(url).connect() as connection:
        stored = repr(connection.execute(select(operations)).all())
    assert "Anna" not in stored
    assert [row.note for row in store.ledger.show(meant.id)] == ["the vendor says: Anna Bell is unknown"]


def test_it_is_pruned_when_the_state_is_tidied(url: str) -> None:
    store = StateStore(url, cipher(), operations_kept=10 * DAY)
    make(store, "old", Status.DONE, NOW)
    make(store, "new", Status.DONE, NOW + 20 * DAY)
    store.tidy(NOW + 20 * DAY)
    assert [row.key for row in store.ledger.list()] == ["new"]


def test_the_list_is_newest_first_and_holds_nothing_personal(store: StateStore) -> None:
    for number, status in enumerate([Status.DONE, Status.UNKNOWN, Status.DONE]):
        make(store, f"k{number}", status, NOW + number)
    assert [row.key for row in store.ledger.list()] == ["k2", "k1", "k0"]
    assert [row.key for row in store.ledger.list(Status.DONE, 1)] == ["k2"]
    assert list(store.ledger.list(vendor="other")) == []
    assert {row.result for row in store.ledger.list()} == {None}
    assert [row.result for row in store.ledger.list(limit=1, results=True)] == [{"value": {"id": "k2"}}]


def test_an_operation_is_shown_by_its_key_or_the_beginning_of_its_id(store: StateStore) -> None:
    id_ = make(store, "k", Status.DONE, NOW)
    make(store, "other", Status.DONE, NOW)
    for name in ("k", id_, id_[:8]):
        assert [row.id for row in store.ledger.show(name)] == [id_]
    assert list(store.ledger.show("unheard of")) == []


def test_result_and_evidence_are_stored_encrypted_and_a_lost_key_still_says_done(store: StateStore, url: str) -> None:
    meant = intent()
    store.ledger.begin(meant, "h", NOW, 60)
    store.ledger.settle(meant.id, "h", Status.DONE, NOW, result={"value": "Sari"}, evidence=[{"name": "Sari"}])
    with engine_for(url).connect() as connection:
        raw = connection.execute(text("SELECT result, evidence FROM operations")).one()
    assert all("Sari" not in column and column.startswith("gAAAA") for column in raw)
    other = StateStore(url, cipher("b3RoZXItdGVzdC1rZXktd2l0aC0zMi1ieXRlcyEhISE="))
    (row,) = other.ledger.show("k")
    assert (row.status, row.result, list(row.evidence)) == (Status.DONE, None, [])
    assert "Sari" not in repr(store.ledger.show("k"))


def test_every_query_has_its_index(store: StateStore, url: str) -> None:
    if not url.startswith("sqlite"):
        pytest.skip("PostgreSQL's plans depend on the size of the table")
    make(store, "k", Status.DONE, NOW)
    queries = (
        "SELECT * FROM operations WHERE id = 'x'",
        "SELECT * FROM operations WHERE key = 'x'",
        "SELECT * FROM operations ORDER BY updated_at DESC LIMIT 9",
        "SELECT * FROM operations WHERE status = 'done' ORDER BY updated_at DESC LIMIT 9",
    )
    with engine_for(url).connect() as connection:
        for query in queries:
            plan = " ".join(row[3] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {query}")))
            assert "INDEX" in plan, query
            assert "TEMP B-TREE" not in plan, query


@pytest.mark.parametrize("ahead", [100.0, -100.0])
def test_a_lease_holds_whatever_the_callers_clocks_say(url: str, ahead: float) -> None:
    """A is about to send; B's clock is off by more than the lease: it gets none, and reads A's times in its own."""

    def ledger(off: float) -> Any:
        return StateStore(url, cipher(), clock=DatabaseClock(wall=lambda: time.time() + off)).ledger

    ours, theirs = ledger(0.0), ledger(ahead)
    meant, now = intent(), time.time()
    assert ours.begin(meant, "a", now, 60).granted
    assert not theirs.begin(meant, "b", now + ahead, 60).granted
    assert ours.mark_sent(meant.id, "a", now, 80)
    begun = theirs.begin(meant, "b", now + ahead, 60)
    assert not begun.granted
    assert not theirs.resolve(meant.id, Status.NOT_DONE, now + ahead)
    for seen in (begun.operation, *theirs.show(meant.id), *theirs.list()):
        assert (seen.created_at, seen.sent_at) == pytest.approx((now + ahead, now + ahead), abs=2)
        assert seen.lease_until == pytest.approx(now + ahead + 80, abs=2)
    assert theirs.begin(meant, "b", now + ahead + 90, 60).granted


def test_of_many_processes_one_gets_the_operation(url: str) -> None:
    answers = run_together([Worker("begin", url, key="k", holder=f"h{n}", now=NOW) for n in range(6)])
    assert sorted(answers) == [False] * 5 + [True]


def test_many_are_found_in_one_question_with_what_came_of_them(store: StateStore) -> None:
    made = [intent(f"k{n}") for n in range(3)]
    for meant in made[:2]:
        store.ledger.begin(meant, "ann", NOW, 60.0)
    store.ledger.settle(made[0].id, "ann", Status.DONE, NOW, result={"value": {"awb": "CO.1"}})
    found = {op.key: op for op in store.ledger.find([meant.id for meant in made])}
    assert {key: op.status for key, op in found.items()} == {"k0": Status.DONE, "k1": Status.INTENT}
    assert found["k0"].result == {"value": {"awb": "CO.1"}}
    assert found["k1"].lease_until == pytest.approx(NOW + 60.0)
    assert store.ledger.find([]) == []
