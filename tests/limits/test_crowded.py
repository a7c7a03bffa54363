"""Writes that look first, where many others wait under the same rate: they go, in their slot, by a look that is new."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from airflow_provider_fleetops.protocol.errors import Unavailable
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.ledger import Status
from airflow_provider_fleetops.protocol.limits import PUNCTUAL_SECONDS, Limit, Rate
from airflow_provider_fleetops.protocol.operation import intent, once
from airflow_provider_fleetops.protocol.steps import Ask, Send
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.state import open_store
from airflow_provider_fleetops.vendors.fasttrack360.upserts import CLIENT, upsert
from benchmarks._orders import account_of
from tests.conftest import VENDORS
from tests.faults.drivers import FakeTime, run_sync
from tests.protocol.fakes import FakeDriver, MemoryStore, account, ok

SECOND = 1.0
OTHERS = 12


def crowd(limits: Any) -> list[Limit]:
    """The limits of others, who queue for the same rate."""
    return [Limit(x.key, Rate(1, SECOND), x.what) for x in limits if x.paced]


class Crowded(MemoryStore):
    """Before anybody of us asks for a slot, many others have taken theirs."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[float] = []

    def reserve(self, limits: Any, now: float, *rest: Any) -> Any:
        for _ in range(OTHERS if crowd(limits) else 0):
            self.taken.append(super().reserve(crowd(limits), now, 1, 1e9).at)
        return super().reserve(limits, now, *rest)


class Timed(FakeDriver):
    """Answers take ``latency`` seconds, the ledger and the accounts ``ledger``; ``left`` says what went when."""

    latency = ledger = 0.0
    left: list[tuple[str, float]]

    def obey(self, step: Any) -> Any:
        if isinstance(step, Send):
            self.left.append((step.request.url.rsplit("/", 1)[1], self.now))
            self.now += self.latency
        if isinstance(step, Ask):
            self.now += self.ledger
        return super().obey(step)


def driver(latency: float = 0.0, ledger: float = 0.0) -> Timed:
    made = Timed([ok()] * 9, Crowded())
    made.latency, made.ledger, made.left = latency, ledger, []
    return made


def patient(**facts: Any) -> Account:
    one = account(spacing=SECOND, **facts)
    return replace(one, retry=replace(one.retry, patience=1e9))


@pytest.mark.parametrize(("latency", "looks"), [(0.005, 1), (0.9, 1), (1.4, 2), (4.0, 2)])
def test_a_write_goes_behind_its_look_however_many_wait(latency, looks):
    one, here = patient(), driver(latency)
    within = replace(one, holds_turn=True)
    here.run(call(one, "thing.put", body={}, on_send=lambda: call(within, "thing.get"), looks=True))
    assert [name for name, _ in here.left] == ["thing.get"] * looks + ["thing.put"]
    looked, wrote = (at for _, at in here.left[-2:])
    assert wrote - looked < SECOND + 2 * latency + 0.2
    everybody = sorted([*(at for _, at in here.left), *here.store.taken])
    assert all(b - a >= SECOND - PUNCTUAL_SECONDS for a, b in pairwise(everybody))


@pytest.mark.parametrize("ledger", [0.001, 0.3])
def test_a_create_goes_in_its_slot_however_many_wait_and_however_slow_the_ledger(ledger):
    one, here = patient(), driver(ledger=ledger)
    meant = intent(one, "thing.create", "k", {"name": "x"})
    here.run(once(one, meant, lambda on_send: call(one, "thing.create", body={"name": "x"}, on_send=on_send)))
    everybody = sorted([*(at for _, at in here.left), *here.store.taken])
    assert all(b - a >= SECOND - PUNCTUAL_SECONDS for a, b in pairwise(everybody))
    (row,) = here.store.ledger.list()
    assert (row.status, len(here.left)) == (Status.DONE, 1)


class CrowdedShared:
    """The shared state, with the same crowd."""

    def __init__(self) -> None:
        self.shared = open_store()
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.shared, name)

    def reserve(self, limits: Any, now: float, *rest: Any) -> Any:
        self.asked += 1
        assert self.asked < 50, "it asks for ever"
        for _ in range(OTHERS if crowd(limits) else 0):
            self.shared.reserve(crowd(limits), now, 1, 1e9)
        return self.shared.reserve(limits, now, *rest)


def agency(box: Sandbox) -> Account:
    box.control.limits("fasttrack360", rate=1e6, burst=10**6)
    one = account_of("fasttrack360", box.url, {name: box.credentials(name) for name in VENDORS})
    settings = {**one.settings, "requests_per_second": 1 / SECOND, "daily_quota": 10_000}
    return replace(one, settings=settings, retry=replace(one.retry, patience=1e9))


NUMBER = 100_000_001
NEW = {"address": {"line1": "1 New Road"}}


def test_an_address_is_changed_though_many_wait(fresh_sandbox, state_url):
    done = run_sync(upsert(agency(fresh_sandbox), CLIENT, NEW, known=NUMBER), CrowdedShared(), FakeTime())
    assert done == {"client_id": NUMBER, "action": "updated"}
    routes = [row["route"] for row in fresh_sandbox.control.journal(vendor="fasttrack360")]
    assert routes == ["client.get", "client.get", "client.update"]


class Meddling(CrowdedShared):
    """While we wait for the write's slot, somebody else saves the same address."""

    def __init__(self, account: Account) -> None:
        super().__init__()
        self.account = account

    def reserve(self, limits: Any, now: float, *rest: Any) -> Any:
        slot = super().reserve(limits, now, *rest)
        if any(x.paced and x.rule.seconds > SECOND * 1.5 for x in limits):
            theirs = {"address": {"line1": "2 Their Road", "country": "Australia"}}
            unpaced = replace(self.account, settings={**self.account.settings, "requests_per_second": None})
            run_sync(call(unpaced, "client.update", {"client_id": NUMBER}, theirs), self.shared, FakeTime())
        return slot


def test_what_somebody_saves_in_the_wait_for_the_slot_is_not_overwritten(fresh_sandbox, state_url):
    one = agency(fresh_sandbox)
    with pytest.raises(Unavailable, match="address of client 100000001 has changed"):
        run_sync(upsert(one, CLIENT, NEW, known=NUMBER), Meddling(one), FakeTime())
    writes = fresh_sandbox.control.journal(vendor="fasttrack360", route="client.update")
    assert len(writes) == 1
