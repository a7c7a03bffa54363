"""Slots that are held, missed and given back, and the reserve of a day's quota; time is an argument."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from airflow_provider_fleetops.protocol.errors import ConfigurationError
from airflow_provider_fleetops.protocol.limits import (
    DAY,
    DayQuota,
    Gate,
    Limit,
    Rate,
    Slot,
    Spacing,
    Window,
    at_their_door,
    reserve,
    slack_of,
)
from airflow_provider_fleetops.protocol.times import AFTER_MIDNIGHT

MIDNIGHT = 20_000.0 * DAY
NOON = MIDNIGHT + DAY / 2


def limit(rule: Spacing | Rate | DayQuota | Gate, key: str = "k") -> Limit:
    return Limit(key, rule, f"the {key}")


def test_a_long_wait_holds_the_slot_and_its_holder_gets_exactly_that():
    limits, windows = [limit(Spacing(60.0))], {"k": Window(tat=NOON + 60)}
    held, rows = reserve(limits, windows, NOON, 1, 5.0, hold=True)
    assert (held.at, held.taken, held.held) == (NOON + 60, False, True)
    windows |= rows
    other, more = reserve(limits, windows, NOON, 1, 1e9)
    assert other.at == NOON + 120
    again, changed = reserve(limits, windows | more, NOON + 57, 1, 5.0, hold=True, had=held.at)
    assert (again.at, again.taken, changed) == (NOON + 60, True, {})


def test_whoever_asks_for_its_slot_too_early_is_told_the_same_moment():
    slot, rows = reserve([limit(Spacing(60.0))], {"k": Window(tat=NOON + 120)}, NOON, 1, 5.0, hold=True, had=NOON + 60)
    assert (slot.at, slot.taken, slot.held, rows) == (NOON + 60, False, True, {})


def test_the_vendors_word_moves_a_held_slot():
    windows = {"k": Window(tat=NOON + 60, closed_until=NOON + 500)}
    slot, _ = reserve([limit(Spacing(60.0))], windows, NOON, 1, 5.0, hold=True, had=NOON)
    assert (slot.at, slot.held) == (NOON + 500, True)


def test_a_missed_slot_with_nobody_behind_it_moves_along():
    slot, rows = reserve([limit(Spacing(600.0))], {"k": Window(tat=NOON + 600)}, NOON + 2, 1, 5.0, had=NOON)
    assert (slot.at, slot.taken) == (NOON + 2, True)
    assert rows["k"].tat == NOON + 602


def test_a_missed_slot_with_others_behind_it_is_lost():
    slot, _ = reserve([limit(Spacing(60.0))], {"k": Window(tat=NOON + 120)}, NOON + 2, 1, 1e9, had=NOON)
    assert slot.at == NOON + 120


def test_a_missed_slot_is_not_charged_to_the_day_twice():
    limits = [limit(DayQuota(5), "day"), limit(Spacing(60.0), "space")]
    windows = {"day": Window(day=20_000, used=5), "space": Window(tat=NOON + 60)}
    slot, rows = reserve(limits, windows, NOON + 2, 1, 5.0, had=NOON)
    assert (slot.at, slot.taken) == (NOON + 2, True)
    assert "day" not in rows


def test_a_slot_of_yesterday_is_charged_today():
    limits = [limit(DayQuota(5), "day")]
    slot, rows = reserve(limits, {"day": Window(day=19_999, used=5)}, MIDNIGHT + 9, 1, 5.0, had=MIDNIGHT - 9)
    assert slot.at == MIDNIGHT + 9
    assert rows["day"] == Window(day=20_000, used=1)


@pytest.mark.parametrize(("kept", "at"), [(0, NOON), (1, MIDNIGHT + DAY + AFTER_MIDNIGHT)])
def test_the_last_calls_of_a_day_are_for_important_work(kept, at):
    slot, _ = reserve([limit(DayQuota(10, kept))], {"k": Window(day=20_000, used=9)}, NOON, 1, 0.0)
    assert slot.at == at


def test_promises_for_tomorrow_leave_todays_reserve_alone():
    windows = {"k": Window(day=20_000, used=9)}
    tomorrow, rows = reserve([limit(DayQuota(10, kept=1))], windows, NOON, 1, 0.0, hold=True)
    assert (tomorrow.at, tomorrow.held) == (MIDNIGHT + DAY + AFTER_MIDNIGHT, True)
    today, _ = reserve([limit(DayQuota(10))], windows | rows, NOON, 1, 0.0)
    assert (today.at, today.taken) == (NOON, True)


def test_a_call_that_only_the_reserve_could_pay_is_an_error():
    with pytest.raises(ConfigurationError, match="quota of 1 calls"):
        reserve([limit(DayQuota(10, kept=9))], {}, NOON, 2, 1e9)


@pytest.mark.parametrize(("count", "burst"), [(0.5, 1), (2.5, 10), (10.0, 1), (50.0, 10), (100.0, 40)])
def test_no_delay_within_the_slack_and_the_guard_breaks_the_vendors_bucket(count, burst):
    """The worst case at the door: each call is late by anything from nothing to slack and guard together."""
    ours = at_their_door(count, 1.0, burst)
    windows: dict[str, Window] = {}
    level, last = float(burst), NOON
    spare = max(burst - ours.burst, 0) / count
    slack = min(slack_of([limit(ours)]), max(spare - 0.04, 0.0)) if burst > 1 else 0.0
    arrivals = []
    for i in range(400):
        slot, rows = reserve([limit(ours)], windows, NOON, 1, math.inf)
        windows |= rows
        arrivals.append(slot.at + (slack + min(spare, 0.04) if burst > 1 else 0.04) * (i % 3 == 0))
    for moment in sorted(arrivals):
        level, last = min(burst, level + (moment - last) * count), moment
        assert level >= 1 - 1e-6
        level -= 1


@pytest.mark.parametrize(("count", "burst"), [(10.0, 4), (50.0, 10), (0.5, 1)])
def test_the_guard_costs_at_most_two_per_cent_where_there_is_room(count, burst):
    ours = at_their_door(count, 1.0, burst)
    assert ours.count / ours.seconds >= 0.98 * count


class Holders(RuleBasedStateMachine):
    """Four tasks that wait, come back early, late or never; what really goes is counted independently."""

    limits = (limit(Spacing(7.0), "space"), limit(DayQuota(6), "day"), limit(Gate(), "gate"))

    @initialize()
    def begin(self) -> None:
        self.now = MIDNIGHT - 40.0
        self.windows: dict[str, Window] = {}
        self.held: dict[str, float] = {}
        self.sent: list[float] = []

    @rule(seconds=st.sampled_from([0.0, 0.5, 6.0, 7.0, 30.0, 50_000.0]))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule(seconds=st.sampled_from([1.0, 20.0]))
    def close(self, seconds: float) -> None:
        old = self.windows.get("gate", Window())
        self.windows["gate"] = Window(closed_until=max(old.closed_until, self.now + seconds))

    @rule(name=st.sampled_from("abcd"), patience=st.sampled_from([0.0, 7.0]), patient=st.booleans())
    def ask(self, name: str, patience: float, patient: bool) -> None:
        had = self.held.pop(name, None) if patient else None
        slot, rows = reserve(self.limits, self.windows, self.now, 1, patience, hold=patient, had=had)
        self.windows |= rows
        assert slot.at >= self.now - 0.02
        assert not (slot.taken and slot.held)
        assert slot.at >= self.windows.get("gate", Window()).closed_until
        self.keep(name, slot)

    def keep(self, name: str, slot: Slot) -> None:
        if slot.held:
            self.held[name] = slot.at
        if slot.taken:
            self.sent.append(slot.at)

    @rule(name=st.sampled_from("abcd"))
    def die(self, name: str) -> None:
        self.held.pop(name, None)

    @invariant()
    def nothing_is_broken(self) -> None:
        times = sorted(self.sent)
        assert all(b - a >= 7.0 - 0.03 for a, b in pairwise(times))
        assert all(count <= 6 for count in Counter(at // DAY for at in times).values())


TestHolders = Holders.TestCase
TestHolders.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
