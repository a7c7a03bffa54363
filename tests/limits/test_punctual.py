"""Nothing stands between a slot and its request: not the accounts, not the ledger, not a look."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.ledger import Status
from airflow_provider_fleetops.protocol.limits import PUNCTUAL_SECONDS
from airflow_provider_fleetops.protocol.operation import intent, once
from airflow_provider_fleetops.protocol.steps import Ask, Flow, Now, Send, Sleep
from tests.protocol.fakes import FakeDriver, MemoryStore, account, ok

SPACING = 0.5


class Slow(FakeDriver):
    """Writes to the accounts and the ledger take their time; ``left`` are the moments in which requests leave."""

    def obey(self, step: Any) -> Any:
        if isinstance(step, Ask):
            before = self.store.reserved
            answer = super().obey(step)
            self.now += 0.0 if self.store.reserved > before else 0.3
            return answer
        if isinstance(step, Send):
            self.left.append(self.now)
        return super().obey(step)

    left: list[float]


class Counting(MemoryStore):
    reserved = 0
    slots: list[float]

    def reserve(self, *arguments: Any, **named: Any) -> Any:
        slot = super().reserve(*arguments, **named)
        self.reserved += 1
        self.slots.append(slot.at)
        return slot


def late(driver: Slow) -> list[float]:
    """The requests that left outside of every slot."""
    return [at for at in driver.left if min(abs(at - slot) for slot in driver.store.slots) > PUNCTUAL_SECONDS]


@pytest.fixture
def driver() -> Slow:
    store = Counting()
    store.slots = []
    slow = Slow([ok()] * 20, store)
    slow.left = []
    return slow


def test_a_read_leaves_in_its_slot_however_slow_the_accounts_are(driver):
    for _ in range(5):
        driver.run(call(account(spacing=SPACING), "thing.get"))
    assert late(driver) == []


def test_a_write_with_a_look_leaves_in_its_slot_and_the_look_is_new(driver):
    looked: list[float] = []

    def look() -> Flow[None]:
        yield Sleep(2.0)
        now = yield Now()
        looked.append(now.timestamp())

    for _ in range(3):
        driver.run(call(account(spacing=SPACING), "thing.put", body={}, on_send=look))
    assert late(driver) == []
    assert all(sent - seen < 5.0 for sent, seen in zip(driver.left, looked[-3:], strict=True))


def test_a_create_leaves_in_its_slot_and_is_marked_right_before(driver):
    mine, body = account(spacing=SPACING), {"name": "x"}
    for number in range(3):
        meant = intent(mine, "thing.create", f"k{number}", body)
        driver.run(once(mine, meant, lambda on_send: call(mine, "thing.create", body=body, on_send=on_send)))
    assert late(driver) == []
    assert {row.status for row in driver.store.ledger.list()} == {Status.DONE}
