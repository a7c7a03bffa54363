"""Feeds without a vendor: what counts as a change, bounds, and rows that are not what they should be."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_fleetops.protocol import feed
from airflow_provider_fleetops.protocol.feed import Feed, Seen, news, rows
from airflow_provider_fleetops.protocol.steps import Flow, Sleep

NOW = datetime(2031, 4, 2, 5, tzinfo=UTC)
WINDOW = (NOW - timedelta(days=1), NOW + timedelta(days=1))
LISTED = Feed("trips", lambda *_: iter(()), "at", lambda _: 60.0)  # type: ignore[arg-type, return-value]
MODIFIED = dataclasses.replace(LISTED, overlap=timedelta(minutes=5))


def trips(*records: Any) -> feed.Rows:
    return rows(records, "id", lambda record: {name: record.get(name) for name in ("at", "state")})


def trip(number: Any, **changes: Any) -> dict[str, Any]:
    return {"id": number, "at": NOW.isoformat(), "state": "BOOKED", "name": "Wilhelmina Testperson"} | changes


def looks(one: Feed, *lists: feed.Rows, window: tuple[datetime, datetime] = WINDOW) -> Seen:
    """What a feed knows after looks a minute apart, each kept and read again in between."""
    seen = Seen()
    for number, found in enumerate(lists):
        seen = feed._after(one, seen, found, NOW + timedelta(minutes=number), window)
        seen = Seen(**json.loads(json.dumps(vars(seen))))
    return seen


def event(one: Feed, *lists: feed.Rows) -> Mapping[str, Any]:
    (only,) = looks(one, *lists).events
    return only


def test_a_personal_field_that_changes_is_told_without_its_value():
    told = event(LISTED, trips(trip(1)), trips(trip(1, name="Octavia Sampleton")))
    assert told["changed"] == {"1": {}}
    assert "Octavia" not in json.dumps(told)
    assert "Wilhelmina" not in json.dumps(vars(looks(LISTED, trips(trip(1)))))


def test_what_is_not_listed_any_more_is_removed_unless_its_time_has_left_the_window():
    gone = trip(2, at=(NOW - timedelta(days=2)).isoformat())
    told = event(LISTED, trips(trip(1), gone, trip(3, at="no time")), trips())
    assert told["removed"] == ["1"]


def test_what_the_window_reaches_now_is_no_new_row():
    far = trip(2, at=(NOW + timedelta(days=2)).isoformat())
    told = event(LISTED, trips(), trips(trip(1), far, trip(3, at=None)))
    assert told["created"] == ["1", "3"], "where nothing tells when it is, it counts"


def test_a_list_of_changes_removes_nothing_and_knows_old_rows_from_new_ones():
    old = trip(2, at="2020-01-01T00:00:00Z")
    told = event(MODIFIED, trips(trip(1)), trips(old, trip(3)))
    assert (told["created"], told["changed"], told["removed"]) == (["3"], {"2": {}}, [])
    assert set(looks(MODIFIED, trips(trip(1)), trips(trip(3))).rows) == {"1", "3"}


def test_an_event_names_a_hundred_and_counts_all():
    told = event(LISTED, trips(*map(trip, range(300))), trips(*(trip(n, state="OVER") for n in range(250))))
    assert told["counts"] == {"created": 0, "changed": 250, "removed": 50}
    assert (len(told["changed"]), len(told["removed"])) == (100, 50)


def test_who_was_away_too_long_is_told_how_many_events_are_lost():
    lists = [trips(trip(1, state=f"S{n}")) for n in range(71)]
    seen = looks(LISTED, *lists)
    told = news(seen, f"{seen.born}#5")
    assert (len(told), told[0]["missed"], told[1]["missed"], told[-1]["number"]) == (50, 15, 0, 70)
    assert news(seen, seen.cursor) == []


@pytest.mark.parametrize("value", ["x" * 5000, {"a": ["b"] * 500}, [1] * 5000])
def test_a_value_that_is_too_long_is_cut(value):
    told = event(LISTED, trips(trip(1)), trips(trip(1, state=value)))
    assert len(told["changed"]["1"]["state"][1]) == 200


# An answer with NaN, which equals nothing, is refused where it is read: it is not JSON.
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "at", "state"]), inner),
    max_leaves=8,
)


@given(st.lists(JSON, max_size=5), st.lists(JSON, max_size=5), st.sampled_from([LISTED, MODIFIED]))
def test_rows_of_any_shape_make_events_that_are_json_or_none(before, after, one):
    seen = looks(one, trips(*before), trips(*after), trips(*after))
    assert len(seen.events) <= 1
    assert news(seen, seen.cursor) == []


def test_a_long_list_lets_others_have_their_turn():
    found: list[feed.Rows] = []

    def run() -> Flow[None]:
        found.append((yield from feed.in_turns([trip(n) for n in range(450)], lambda part: trips(*part))))

    assert [type(step) for step in run()] == [Sleep] * 5
    assert len(found[0]) == 450
