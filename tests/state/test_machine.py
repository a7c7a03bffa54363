"""Random histories of leases and values: the store does what a dictionary with a rule book would do."""

from __future__ import annotations

from uuid import uuid4

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from airflow_provider_fleetops.protocol.store import Entry
from airflow_provider_fleetops.state import StateStore

HOLDERS = st.sampled_from(["ann", "bob", "cyd"])
STEPS = st.sampled_from([0.0, 0.5, 1.0, 5.0, 10.0])


class Leases(RuleBasedStateMachine):
    """One key, three holders, a clock that only goes forward."""

    def __init__(self, store: StateStore) -> None:
        super().__init__()
        self.store, self.key, self.now = store, uuid4().hex, 1_000_000.0
        self.entry: Entry | None = None
        self.holder, self.until = "", 0.0

    def held_by_another(self, holder: str) -> bool:
        return self.holder not in ("", holder) and self.now < self.until

    @rule(seconds=STEPS)
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule(holder=HOLDERS, seconds=STEPS)
    def take(self, holder: str, seconds: float) -> None:
        lease = self.store.take(self.key, holder, self.now, seconds)
        assert lease.granted is not self.held_by_another(holder)
        assert lease.entry == self.entry
        if lease.granted:
            self.holder, self.until = holder, self.now + seconds
        assert lease.until == self.until

    @rule(holder=HOLDERS | st.just(""), text=st.text(max_size=20))
    def publish(self, holder: str, text: str) -> None:
        entry = Entry(text, self.now, self.now + 1e6)
        self.store.publish(self.key, holder, entry)
        if not self.held_by_another(holder):
            self.entry, self.holder, self.until = entry, "", 0.0

    @rule(holder=HOLDERS)
    def release(self, holder: str) -> None:
        self.store.release(self.key, holder)
        if holder == self.holder:
            self.holder, self.until = "", 0.0

    @rule()
    def peek(self) -> None:
        assert self.store.peek(self.key) == self.entry

    @precondition(lambda self: self.entry is not None)
    @rule()
    def prune(self) -> None:
        self.store.prune(self.now)


def test_leases_and_values_follow_the_rules(store: StateStore) -> None:
    run_state_machine_as_test(
        lambda: Leases(store),
        settings=settings(
            max_examples=30, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
