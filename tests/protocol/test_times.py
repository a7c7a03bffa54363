"""Vendor times of every shape become aware UTC; nonsense is a ValueError or, for Retry-After, nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from airflow_provider_fleetops.protocol.times import parse_retry_after, parse_time, quota_reset

NOW = datetime(2031, 4, 2, 5, 0, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50) | st.binary(max_size=9),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=9,
)


@pytest.mark.parametrize(
    ("value", "zone", "iso"),
    [
        ("2031-04-02T05:00Z", "UTC", "2031-04-02T05:00:00"),
        ("2031-04-02T05:00:00.000Z", "UTC", "2031-04-02T05:00:00"),
        ("2031-04-02T05:00:00.123456789Z", "UTC", "2031-04-02T05:00:00.123456"),
        ("2031-04-02T12:00:00+07:00", "UTC", "2031-04-02T05:00:00"),
        ("2031-04-02T12:00:00+07:00", "America/New_York", "2031-04-02T05:00:00"),
        (" 2031-04-02 12:00 ", "Asia/Jakarta", "2031-04-02T05:00:00"),
        ("2031-04-02", "Asia/Jakarta", "2031-04-01T17:00:00"),
        ("2031-07-02T05:00", "Australia/Sydney", "2031-07-01T19:00:00"),
        ("2031-01-02T05:00", "Australia/Sydney", "2031-01-01T18:00:00"),
        (1_932_872_400, "Asia/Jakarta", "2031-04-02T05:00:00"),
        (1_932_872_400_000, "UTC", "2031-04-02T05:00:00"),
        (1_932_872_400.5, "UTC", "2031-04-02T05:00:00.500000"),
        ("1932872400", "UTC", "2031-04-02T05:00:00"),
        ("1932872400000", "UTC", "2031-04-02T05:00:00"),
        (-1, "UTC", "1969-12-31T23:59:59"),
        ([2031, 4, 2], "UTC", "2031-04-02T00:00:00"),
        ([2031, 4, 2, 5, 0], "UTC", "2031-04-02T05:00:00"),
        ([2031, 4, 2, 12, 0, 30], "Asia/Jakarta", "2031-04-02T05:00:30"),
        ([2031, 4, 2, 5, 0, 30, 999_000_000], "UTC", "2031-04-02T05:00:30"),
        (["2031", "4", "2"], "UTC", "2031-04-02T00:00:00"),
    ],
)
def test_every_shape_is_read(value: Any, zone: str, iso: str) -> None:
    assert parse_time(value, zone) == datetime.fromisoformat(f"{iso}+00:00")


@pytest.mark.parametrize(
    ("local", "utc"),
    [("2031-03-30T02:30", "2031-03-30T00:30"), ("2031-10-26T02:30", "2031-10-26T00:30")],
    ids=["an hour that does not exist", "an hour that comes twice"],
)
def test_odd_local_hours_still_give_one_moment(local: str, utc: str) -> None:
    found = parse_time(local, "Europe/Berlin")
    assert found is not None
    assert abs(found - datetime.fromisoformat(f"{utc}+00:00")) <= timedelta(hours=1)
    assert found.tzinfo is UTC


@pytest.mark.parametrize("value", [None, ""])
def test_nothing_is_no_time(value: Any) -> None:
    assert parse_time(value) is None


@pytest.mark.parametrize(
    "value",
    [
        True, False, "soon", "\x002031-04-02", "2031-13-01", "2031-04-02T25:00", "0", "12345", "9" * 40, "9" * 41,
        float("nan"), float("inf"), -float("inf"), 1e18, -1e18, 10**400, "0001-01-01T00:00:00+14:00",
        [], [2031], [2031, 4], [2031, 4, 31], [2031, 4, 2, 5, 0, 0, 0, 0], ["x", 4, 2], [None, 4, 2], [[2031], 4, 2],
        [10**400, 4, 2], [float("inf"), 4, 2], {}, {"year": 2031}, b"2031-04-02", object(),
    ],
)  # fmt: skip
def test_what_is_no_time_is_a_value_error(value: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - callers catch the class, and add the field's name
        parse_time(value)


@given(value=JSON)
def test_any_json_is_a_utc_time_or_a_value_error(value: Any) -> None:
    try:
        found = parse_time(value)
    except ValueError:
        return
    assert found is None or found.tzinfo is UTC


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("5", 5),
        (" 120 ", 120),
        ("0", 0),
        ("999999999", 86_400),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0),
        (format_datetime((NOW + timedelta(seconds=90)).replace(tzinfo=None)), 90),
        ("Fri, 31 Dec 9999 23:59:59 -1200", 86_400),
        ("Mon, 01 Jan 0001 00:00:00 +1400", 0),
    ],
)
def test_retry_after_in_both_forms(value: str, seconds: int) -> None:
    found = parse_retry_after(value, NOW)
    assert found == NOW + timedelta(seconds=seconds)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "value", [None, "", " ", "-1", "1.5", "soon", "9" * 300, "Wed, 99 Oct 2031 07:28:00 GMT", "\x00"]
)
def test_a_nonsensical_retry_after_counts_as_absent(value: str | None) -> None:
    assert parse_retry_after(value, NOW) is None


@given(value=st.text(max_size=60))
@example(value="0\x1f")
def test_no_retry_after_reaches_beyond_a_day(value: str) -> None:
    found = parse_retry_after(value, NOW)
    assert found is None or NOW <= found <= NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("now", "reset"),
    [
        ("2031-04-02T05:00:00+00:00", "2031-04-03T00:00:30+00:00"),
        ("2031-04-02T08:00:00+11:00", "2031-04-02T00:00:30+00:00"),
        ("2031-12-31T23:59:59+00:00", "2032-01-01T00:00:30+00:00"),
        ("2031-04-02T00:00:00+00:00", "2031-04-02T00:00:30+00:00"),
        ("2031-04-02T00:00:59+00:00", "2031-04-02T00:01:29+00:00"),
        ("2031-04-02T00:01:00+00:00", "2031-04-03T00:00:30+00:00"),
    ],
)
def test_a_spent_quota_is_there_again_after_midnight_utc(now: str, reset: str) -> None:
    assert quota_reset(datetime.fromisoformat(now)) == datetime.fromisoformat(reset)
