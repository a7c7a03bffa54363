"""How a list is walked: windows in parts and halves, pages, and what is kept between two of them."""

from __future__ import annotations

from dataclasses import astuple, replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_fleetops.protocol.encoders import Type
from airflow_provider_fleetops.protocol.endpoint import Confidence, Endpoint, Field, Kind
from airflow_provider_fleetops.protocol.errors import InvalidInput, ProtocolError
from airflow_provider_fleetops.protocol.paging import Paging, Window
from airflow_provider_fleetops.protocol.walk import UNBOUNDED, Walk

DAYS = Window("from_", "to", days=90, halve=True)
LIST = Endpoint(
    "things.list", "GET", "/things", Kind.READ, Confidence.ASSUMED, "", "Things",
    query=(Field("from_", Type.DATE, wire="from"), Field("to", Type.DATE)), paging=Paging(window=DAYS),
)  # fmt: skip
MINUTES = replace(LIST, query=(Field("from_"), Field("to")), paging=Paging(window=Window("from_", "to", days=1)))
dates = st.dates(min_value=date(2000, 1, 1), max_value=date(2060, 1, 1))


def test_a_long_window_is_walked_in_parts_that_share_no_day():
    walk = Walk.over(LIST, {"from_": "2031-01-01", "to": "2031-06-30"})
    assert walk.windows == (("2031-01-01", "2031-03-31"), ("2031-04-01", "2031-06-29"), ("2031-06-30", "2031-06-30"))
    assert walk.within(DAYS, {"include": "ALL"}) == {"include": "ALL", "from_": "2031-01-01", "to": "2031-03-31"}


def test_moments_meet_and_keep_their_form():
    assert Walk.over(MINUTES, {"from_": "2031-04-01T22:00Z", "to": "2031-04-03T00:00Z"}).windows == (
        ("2031-04-01T22:00Z", "2031-04-02T22:00Z"),
        ("2031-04-02T22:00Z", "2031-04-03T00:00Z"),
    )


@pytest.mark.parametrize(
    ("bounds", "middle"),
    [
        (("2031-04-01T22:00:30Z", "2031-04-03T00:00Z"), "2031-04-02T22:00:30Z"),
        (("2031-04-01T22:00", "2031-04-03T00:00:00.000"), "2031-04-02T22:00"),
        (("2031-04-01T22:00:00.250Z", "2031-04-03T00:00:00.250Z"), "2031-04-02T22:00:00.250Z"),
        (("2031-04-01T22:00:00.000Z", "2031-04-03T00:00:00.000Z"), "2031-04-02T22:00:00.000Z"),
    ],
)
def test_what_lies_between_two_parts_is_as_exact_as_the_start(bounds, middle):
    walk = Walk.over(MINUTES, dict(zip(("from_", "to"), bounds, strict=True)))
    assert walk.windows == ((bounds[0], middle), (middle, bounds[1]))


def test_the_end_of_the_calendar_is_a_bound_like_any_other():
    assert Walk.over(LIST, {"from_": "9999-12-20", "to": "9999-12-31"}).windows == (("9999-12-20", "9999-12-31"),)


@pytest.mark.parametrize(
    ("bounds", "name", "rule"),
    [
        (("2031-04-01", "2031-04-02T00:00Z"), "to", "must be a day, or a time with or without Z, as 'from_' is"),
        (("2031-04-01T00:00", "2031-04-02T00:00Z"), "to", "as 'from_' is"),
        (("2031-04-01T22:00", "2031-06-01"), "to", "as 'from_' is"),
        (("2031-13-01T00:00Z", "2031-04-02T00:00Z"), "from_", "must be a day or a time of the calendar"),
        (("2031-04-01T00:00Z", "2031-04-31T00:00Z"), "to", "must be a day or a time of the calendar"),
        (("2031-04-02T00:00Z", "2031-04-01T00:00Z"), "to", "must not be before 'from_'"),
    ],
)
def test_moments_that_bound_nothing_are_told_by_field_and_rule(bounds, name, rule):
    with pytest.raises(InvalidInput, match=f"'{name}' .*{rule}") as caught:
        Walk.over(MINUTES, dict(zip(("from_", "to"), bounds, strict=True)))
    assert "2031" not in str(caught.value)


@given(start=dates, length=st.integers(0, 800), halvings=st.integers(0, 12))
def test_parts_and_halves_are_every_day_once(start, length, halvings):
    end = start + timedelta(days=length)
    walk = Walk.over(LIST, {"from_": start, "to": end})
    for _ in range(halvings):
        walk = walk.halved(DAYS) or walk
    day = type(start).fromisoformat
    assert (walk.windows[0][0], walk.windows[-1][1]) == (start.isoformat(), end.isoformat())
    assert all((day(later[0]) - day(earlier[1])).days == 1 for earlier, later in pairwise(walk.windows))
    assert all(0 <= (day(last) - day(first)).days < 90 for first, last in walk.windows)


def test_a_window_of_two_days_or_without_leave_is_not_halved():
    assert Walk((("2031-01-01", "2031-01-02"),)).halved(DAYS) is None
    assert Walk((("2031-01-01", "2031-01-09"),)).halved(replace(DAYS, halve=False)) is None
    assert Walk((("2031-01-01", "2031-01-03"),)).halved(DAYS) is not None
    assert Walk().halved(DAYS) is None


def test_a_list_without_bounds_is_one_window():
    assert Walk.over(LIST, {"from_": "2031-01-01"}).windows == (UNBOUNDED,)
    assert Walk().within(DAYS, {"from_": "2031-01-01"}) == {"from_": "2031-01-01"}


@pytest.mark.parametrize("bounds", [("2031-01-02", "2031-01-01"), ("2031-01-01", "tomorrow")])
def test_a_wrong_bound_is_named(bounds):
    with pytest.raises(InvalidInput, match="'to'"):
        Walk.over(LIST, dict(zip(("from_", "to"), bounds, strict=True)))


def test_pages_are_counted_and_the_next_window_begins_anew():
    walk = Walk((("a", "b"), ("c", "d")))
    second = walk.past([1, 2], more=True)
    assert (second.windows, second.page) == (walk.windows, 1)
    assert second.past([3], more=False) == Walk((("c", "d"),))
    assert Walk(*astuple(second)) == second


def test_the_same_page_again_means_that_the_position_is_ignored():
    walk = Walk().past([{"id": 1}], more=True)
    with pytest.raises(ProtocolError, match="repeats"):
        walk.past([{"id": 1}], more=False)
    assert walk.past([], more=False).windows == ()
