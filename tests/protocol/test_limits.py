"""Limits as decisions: when the next call may go, and that no history of reservations ever breaks a limit."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from airflow_provider_fleetops.protocol.errors import ConfigurationError
from airflow_provider_fleetops.protocol.limits import (
    DAY,
    DayQuota,
    Gate,
    Limit,
    Rate,
    Rule,
    Spacing,
    Window,
    reserve,
)
from airflow_provider_fleetops.protocol.times import AFTER_MIDNIGHT

MIDNIGHT = 20_000.0 * DAY
EMPTY: dict[str, Window] = {}


def limit(rule: Rule, key: str = "k") -> Limit:
    return Limit(key, rule, f"the {key}")


@pytest.mark.parametrize(
    ("rule", "window", "cost", "at"),
    [
        (Spacing(60.0), Window(), 1, 0.0),
        (Spacing(60.0), Window(tat=MIDNIGHT + 10), 1, 10.0),
        (Spacing(60.0), Window(tat=MIDNIGHT - 10), 1, 0.0),
        (Spacing(60.0), Window(tat=MIDNIGHT + 10, closed_until=MIDNIGHT + 30), 1, 30.0),
        (Rate(2.0, 1.0, 4), Window(), 4, 0.0),
        (Rate(2.0, 1.0, 4), Window(tat=MIDNIGHT + 1.5), 1, 0.0),
        (Rate(2.0, 1.0, 4), Window(tat=MIDNIGHT + 2.0), 1, 0.5),
        (Rate(2.0, 1.0, 4), Window(tat=MIDNIGHT + 2.0), 3, 1.5),
        (Rate(10.0, 60.0), Window(tat=MIDNIGHT + 6.0), 1, 6.0),
        (DayQuota(3), Window(day=20_000, used=2), 1, 0.0),
        (DayQuota(3), Window(day=20_000, used=2), 2, DAY + AFTER_MIDNIGHT),
        (DayQuota(3), Window(day=20_000, used=3), 1, DAY + AFTER_MIDNIGHT),
        (DayQuota(3), Window(day=19_999, used=3), 3, 0.0),
        (DayQuota(3), Window(day=20_001, used=1), 1, float(DAY)),
        (DayQuota(3), Window(day=20_001, used=3), 1, 2 * DAY + AFTER_MIDNIGHT),
        (DayQuota(3), Window(closed_until=MIDNIGHT + DAY + 5, day=20_001, used=3), 1, 2 * DAY + AFTER_MIDNIGHT),
        (Gate(), Window(), 1, 0.0),
        (Gate(), Window(closed_until=MIDNIGHT + 7), 1, 7.0),
    ],
)
def test_when_a_call_may_go(rule: Rule, window: Window, cost: int, at: float) -> None:
    slot, _ = reserve([limit(rule)], {"k": window}, MIDNIGHT, cost, 1e9)
    assert slot.at - MIDNIGHT == pytest.approx(at)
    assert slot.taken


def test_the_slowest_limit_decides_and_is_named() -> None:
    limits = [limit(Spacing(5.0), "a"), limit(Spacing(9.0), "b"), limit(Gate(), "gate")]
    windows = {"a": Window(tat=MIDNIGHT + 5), "b": Window(tat=MIDNIGHT + 9)}
    slot, rows = reserve(limits, windows, MIDNIGHT, 1, 60.0)
    assert (slot.at, slot.limit) == (MIDNIGHT + 9, limits[1])
    assert rows == {"a": Window(tat=MIDNIGHT + 14), "b": Window(tat=MIDNIGHT + 18)}


@pytest.mark.parametrize(("patience", "taken"), [(9.0, True), (8.99, False), (0.0, False)])
def test_patience_decides_whether_the_slot_is_taken(patience: float, taken: bool) -> None:
    slot, rows = reserve([limit(Spacing(9.0))], {"k": Window(tat=MIDNIGHT + 9)}, MIDNIGHT, 1, patience)
    assert (slot.at, slot.taken, bool(rows)) == (MIDNIGHT + 9, taken, taken)


def test_a_call_that_is_moved_into_tomorrow_meets_tomorrows_quota() -> None:
    limits = [limit(DayQuota(5), "day"), limit(Spacing(60.0), "space")]
    windows = {"day": Window(day=20_000, used=5), "space": Window(tat=MIDNIGHT + 10)}
    slot, rows = reserve(limits, windows, MIDNIGHT - 5, 1, 1e9)
    assert slot.at == MIDNIGHT + DAY + AFTER_MIDNIGHT
    assert rows["day"] == Window(day=20_000, used=5, ahead=1)


@pytest.mark.parametrize("calls", [0, 2])
def test_a_call_above_the_whole_quota_is_an_error_not_a_wait(calls: int) -> None:
    with pytest.raises(ConfigurationError, match=f"costs 3 of a quota of {calls} calls"):
        reserve([limit(DayQuota(calls))], EMPTY, MIDNIGHT, 3, 1e9)


class Reservations(RuleBasedStateMachine):
    """Any mix of limits, costs and closures, near midnight: what was granted is counted independently."""

    spacing, rate, quota = Spacing(7.0), Rate(2.0, 10.0, 3), DayQuota(6)
    limits = (limit(spacing, "space"), limit(rate, "rate"), limit(quota, "day"), limit(Gate(), "gate"))

    @initialize()
    def begin(self) -> None:
        self.now = MIDNIGHT - 40.0
        self.windows: dict[str, Window] = {}
        self.granted: dict[str, list[tuple[float, int]]] = {x.key: [] for x in self.limits}

    @rule(seconds=st.sampled_from([0.0, 0.1, 3.0, 7.0, 20.0, 40_000.0]))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule(name=st.sampled_from(["space", "rate", "day", "gate"]), seconds=st.sampled_from([1.0, 30.0, float(DAY)]))
    def close(self, name: str, seconds: float) -> None:
        window = self.windows.get(name, Window())
        until = max(window.closed_until, self.now + seconds)
        self.windows[name] = replace(window, closed_until=until)

    @rule(
        chosen=st.sets(st.integers(0, 3), min_size=1),
        cost=st.integers(1, 3),
        patience=st.sampled_from([0.0, 5.0, 60.0, 1e9]),
    )
    def take(self, chosen: set[int], cost: int, patience: float) -> None:
        limits = [self.limits[i] for i in sorted(chosen)]
        slot, rows = reserve(limits, self.windows, self.now, cost, patience)
        assert slot.at >= self.now
        uncounted = 2 in chosen and slot.at // DAY > max(self.now // DAY, self.windows.get("day", Window()).day) + 1
        assert slot.taken is (slot.at - self.now <= patience and not uncounted)
        assert (slot.limit is None) is (slot.at == self.now)
        if not slot.taken:
            assert rows == {}
            return
        assert all(slot.at >= self.windows.get(x.key, Window()).closed_until for x in limits)
        self.windows |= rows
        for x in limits:
            self.granted[x.key].append((slot.at, cost))
            self.check(x)

    def check(self, one: Limit) -> None:
        calls = sorted(self.granted[one.key])
        times = [at for at, _ in calls]
        match one.rule:
            case Spacing(seconds):
                assert all(b - a >= seconds - 1e-6 for a, b in pairwise(times))
            case DayQuota(allowed):
                days = {at // DAY for at in times}
                assert all(sum(cost for at, cost in calls if at // DAY == day) <= allowed for day in days)
            case Rate(count, seconds, burst):
                for i, (first, _) in enumerate(calls):
                    for j in range(i, len(calls)):
                        used = sum(cost for _, cost in calls[i : j + 1])
                        assert used <= burst + (calls[j][0] - first) * count / seconds + 1e-5


TestReservations = Reservations.TestCase
TestReservations.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)


@pytest.mark.parametrize("drift", [-0.01, 0.0, 0.01])
def test_who_was_held_up_takes_its_slot_anew_though_clocks_were_compared_in_between(drift: float) -> None:
    limit = Limit("space", Spacing(600), "the spacing")
    slot, rows = reserve([limit], {}, 1000.0, 1, 30)
    again, moved = reserve([limit], rows, 1002.0, 1, 30, had=slot.at + drift)
    assert (again.at, again.taken) == (1002.0, True)
    assert moved["space"].tat == 1602.0
