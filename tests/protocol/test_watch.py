"""Waiting as data: reached, failed or pending, and when it is over."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_fleetops.protocol.errors import ConfigurationError
from airflow_provider_fleetops.protocol.watch import UNSEEN, Goal, Sighting, Watch, decide


def never(*_: Any) -> Any:
    raise AssertionError("nothing here looks at a vendor")


WATCH = Watch(
    name="parcel",
    subject="shipment",
    ranks={"BOOKED": 0, "MOVING": 1, "STUCK": 2, "DELIVERED": 3},
    sides={"STUCK": frozenset({"LOST"})},
    dead_ends=frozenset({"LOST", "CANCELLED"}),
    finals=frozenset({"DELIVERED"}),
    look=never,
    cadence=never,
)


def outcome(states: dict[str, str], targets: Any = ("DELIVERED",), failures: Any = None, condition: Any = "all") -> Any:
    goal = Goal.of(WATCH, targets, failures, condition)
    return decide(WATCH, goal, list(states), {k: Sighting(v) for k, v in states.items() if v != UNSEEN})


@pytest.mark.parametrize(
    ("states", "options", "done", "hopeless"),
    [
        ({"a": "DELIVERED"}, {}, True, False),
        ({"a": "MOVING"}, {}, False, False),
        ({"a": UNSEEN}, {}, False, False),
        ({"a": "A NEW WORD"}, {}, False, False),
        ({"a": "DELIVERED"}, {"targets": ["MOVING"]}, True, False),
        ({"a": "BOOKED"}, {"targets": ["moving"]}, False, False),
        ({"a": "LOST"}, {}, False, True),
        ({"a": "LOST"}, {"targets": ["LOST"]}, True, False),
        ({"a": "MOVING"}, {"targets": ["LOST"]}, False, False),
        ({"a": "DELIVERED"}, {"targets": ["LOST"]}, False, True),
        ({"a": "LOST"}, {"failures": []}, False, False),
        ({"a": "MOVING"}, {"failures": ["moving"]}, False, True),
        ({"a": "DELIVERED", "b": "MOVING"}, {}, False, False),
        ({"a": "DELIVERED", "b": "MOVING"}, {"condition": "any"}, True, False),
        ({"a": "DELIVERED", "b": "LOST"}, {"condition": "any"}, True, False),
        ({"a": "LOST", "b": "LOST"}, {"condition": "any"}, False, True),
        ({"a": "DELIVERED", "b": "LOST", "c": "MOVING"}, {"condition": 2}, False, False),
        ({"a": "LOST", "b": "LOST", "c": "MOVING"}, {"condition": 2}, False, True),
        ({"a": "DELIVERED"}, {"condition": 2}, False, True),
        ({"a": "STUCK"}, {"targets": ["MOVING"]}, True, False),
        ({"a": "STUCK"}, {"targets": ["STUCK"]}, True, False),
        ({"a": "LOST"}, {"targets": ["STUCK"]}, True, False),
        ({"a": "MOVING"}, {"targets": ["STUCK"]}, False, False),
        ({"a": "CANCELLED"}, {"targets": ["STUCK"]}, False, True),
        ({"a": "DELIVERED"}, {"targets": ["STUCK"]}, False, True),
        ({"a": "DELIVERED"}, {"targets": ["STUCK", "MOVING"]}, True, False),
    ],
)
def test_when_the_waiting_is_over(states: Any, options: Any, done: bool, hopeless: bool) -> None:
    found = outcome(states, **options)
    assert (found.done, found.hopeless) == (done, hopeless)


def test_every_subject_is_in_one_group() -> None:
    found = outcome({"a": "DELIVERED", "b": "LOST", "c": "BOOKED", "d": UNSEEN})
    assert found.reached == {"a": "DELIVERED"}
    assert found.failed == {"b": "LOST"}
    assert found.pending == {"c": "BOOKED", "d": UNSEEN}


def test_a_subject_named_twice_counts_once() -> None:
    goal = Goal.of(WATCH, ["DELIVERED"], None, 2)
    assert decide(WATCH, goal, ["a", "a"], {"a": Sighting("DELIVERED")}).hopeless


@given(
    states=st.dictionaries(st.text(max_size=2), st.sampled_from([*WATCH.states, UNSEEN, "?"]), min_size=1, max_size=6),
    targets=st.sets(st.sampled_from(sorted(WATCH.states)), min_size=1),
    condition=st.sampled_from(["all", "any", 1, 2, 3]),
)
def test_it_is_never_done_and_hopeless_at_once(states: Any, targets: Any, condition: Any) -> None:
    found = outcome(states, targets=sorted(targets), condition=condition)
    assert not (found.done and found.hopeless)
    assert sorted([*found.reached, *found.failed, *found.pending]) == sorted(states)


@pytest.mark.parametrize(
    ("targets", "failures", "condition", "said"),
    [
        ([], None, "all", "no target state"),
        ("", None, "all", "unknown target state ''"),
        (["ARRIVED"], None, "all", "unknown target state 'ARRIVED'. Known: BOOKED, CANCELLED"),
        ("ARRIVED", None, "all", "unknown target state 'ARRIVED'"),
        ([None], None, "all", "unknown target state 'NONE'"),
        (["x" * 9999], None, "all", "unknown target state"),
        (["DELIVERED"], ["LOTS"], "all", "unknown failure state 'LOTS'"),
        (["DELIVERED"], None, "some", "not 'some'"),
        (["DELIVERED"], None, 0, "not '0'"),
        (["DELIVERED"], None, -1, "not '-1'"),
        (["DELIVERED"], None, True, "not 'True'"),
        (["DELIVERED"], None, 1.5, "not '1.5'"),
        (["DELIVERED"], None, None, "not 'None'"),
        (["DELIVERED"], None, "x" * 9999, "condition must be"),
    ],
)
def test_a_goal_that_makes_no_sense_is_named(targets: Any, failures: Any, condition: Any, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Goal.of(WATCH, targets, failures, condition)
    assert said in str(caught.value).replace(" (do not retry)", "")
    assert len(str(caught.value)) < 300


def test_one_target_may_be_given_as_text() -> None:
    assert Goal.of(WATCH, "delivered", None, "all").targets == ("DELIVERED",)
