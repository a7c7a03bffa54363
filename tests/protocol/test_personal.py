"""Personal data: what is dropped, hashed and kept, however deep it lies and whatever is around it."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_fleetops import vendors
from airflow_provider_fleetops.protocol.personal import DEEPEST, Personal, names

FIELDS = names("log_name", "paxUser", "account.name", "candidates.address")
DROP = Personal(FIELDS)
HASH = Personal(FIELDS, "hash", b"key")
KEEP = Personal(FIELDS, "keep")
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=30,
)


@pytest.mark.parametrize(
    ("row", "left"),
    [
        ({"id": 1, "logName": "Nobody H", "LOG-NAME": "x"}, {"id": 1}),
        ({"crew": [{"pilotId": 7, "First_Name": "Ada", "homePhone2": "+43"}]}, {"crew": [{"pilotId": 7}]}),
        ({"paxUser": {"id": 3, "anything": ["else"]}, "paxCount": 2}, {"paxCount": 2}),
        ({"account": {"id": 8, "name": "Ada Example"}, "name": "Citation"}, {"account": {"id": 8}, "name": "Citation"}),
        ({"address": {"city": "Graz"}}, {}),
        ({"x": "ada@people.example", "y": "ask bo@people.example, please", "at": "7 @gate"}, {"at": "7 @gate"}),
        ({"ways": ["ada@people.example", "LOWG"]}, {"ways": ["LOWG"]}),
    ],
)  # fmt: skip
def test_personal_fields_are_dropped_at_any_depth(row, left):
    assert DROP.clean(row, "candidates") == left
    assert KEEP.clean(row, "candidates") == row


def test_a_field_below_another_is_personal_there_alone():
    assert DROP.clean({"address": {"city": "Graz"}}, "airports") == {"address": {"city": "Graz"}}


def test_a_hash_is_equal_for_equal_values_and_for_one_key():
    row = {"email": "ada@people.example", "paxUser": {"names": ["Ada", None], "age": 44}, "id": 1}
    hashed = HASH.clean(row)
    assert hashed["id"] == 1
    assert set(hashed["paxUser"]) == {"names", "age"}
    assert hashed["paxUser"]["names"][1] is None
    assert len(hashed["email"]) == 32
    assert hashed["email"] == HASH.clean({"note": "ada@people.example"})["note"]
    assert hashed["email"] != Personal(FIELDS, "hash", b"another").clean(row)["email"]
    assert not any(word in json.dumps(hashed) for word in ("ada@", "Ada", "people"))
    assert "key" not in repr(HASH).replace("key=", "")


def test_what_is_no_json_or_too_deep_becomes_null():
    deep: list[object] = []
    for _ in range(900):
        deep = [deep]
    assert DROP.clean({"x": float("nan"), "y": [float("inf")], "z": 1.5}) == {"x": None, "y": [None], "z": 1.5}
    for rule in (DROP, HASH, KEEP):
        assert json.dumps(rule.clean({"deep": deep})).count("[") < DEEPEST
    hidden: dict[str, object] = {"email": "ada@people.example"}
    for _ in range(DEEPEST + 5):
        hidden = {"paxUser2": hidden}
    assert "ada" not in json.dumps(HASH.clean(hidden))


def test_a_hostile_text_takes_no_time():
    started = time.monotonic()
    DROP.clean({"x": "a" * 1_000_000 + "@", "y": "@." * 500_000, "z": "a@" * 500_000, "k" * 1_000_000: 1})
    assert time.monotonic() - started < 5


@given(anything)
def test_whatever_comes_leaves_as_json(value):
    for rule in (DROP, HASH, KEEP):
        json.dumps(rule.clean(value), allow_nan=False)


@given(anything)
def test_nothing_is_changed_where_all_is_kept(value):
    before = json.dumps(value)
    if "NaN" not in before and "Infinity" not in before and before.count("[") + before.count("{") < DEEPEST:
        assert KEEP.clean(value) == value


@pytest.mark.parametrize("vendor", vendors.NAMES)
def test_each_vendor_has_a_list(vendor):
    assert vendors.vendor(vendor).personal


@pytest.mark.parametrize(
    ("vendor", "area", "row", "left"),
    [
        ("fl3xx", "legs", {"flightId": 7, "cmdName": "Ada", "otherRejectReason": "Ada is ill"}, {"flightId": 7}),
        ("fl3xx", "legs", {"crew": [{"id": 3, "name": "A"}], "cmd": {"name": "A"}}, {"crew": [{"id": 3}], "cmd": {}}),
        ("fl3xx", "legs", {"modificationUser": {"id": 3, "name": "Ada"}, "customerName": "Ada"}, {}),
        ("fl3xx", "users", {"internalId": 3, "name": "Ada"}, {"internalId": 3}),
        ("fl3xx", "invoices", {"document": {"id": 4, "name": "Ada.pdf"}, "user": "Ada"}, {"document": {"id": 4}}),
        ("fl3xx", "fuel", {"id": 1, "creditCardNumber": 4, "creditCardExpiration": 1, "externalNote": ""}, {"id": 1}),
        ("fl3xx", "services", {"flightBridgeNote": "A", "remarks": "A", "meals": [{"paxNotes": "A"}]}, {"meals": [{}]}),
        ("fl3xx", "postflight", {"ftlComments": "A", "time": {"fo": {"name": "A"}}}, {"time": {"fo": {}}}),
        ("fl3xx", "roster_types", {"id": 14, "name": "Duty"}, {"id": 14, "name": "Duty"}),
        ("fl3xx", "flight_crew", {"crewPosition": {"name": "FO"}}, {"crewPosition": {"name": "FO"}}),
        ("fasttrak", "reservations", {"reservationGroupSummary": {"name": "Ada's"}}, {"reservationGroupSummary": {}}),
        ("fasttrack360", "client_comments", {"id": 1, "standardDescription": "Ada called"}, {"id": 1}),
    ],
)  # fmt: skip
def test_what_the_contracts_name_does_not_leave(vendor, area, row, left):
    assert Personal(vendors.vendor(vendor).personal).clean(row, area) == left
