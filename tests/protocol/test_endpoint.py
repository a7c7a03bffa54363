"""Catalogue entries: what a caller gives becomes its wire form, or an error that names the parameter and the rule."""

from __future__ import annotations

import json
import math
import types
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_fleetops.protocol.encoders import Type
from airflow_provider_fleetops.protocol.endpoint import Body, Confidence, Endpoint, Field, Kind, Pattern
from airflow_provider_fleetops.protocol.errors import InvalidInput

NOON = datetime(2031, 4, 2, 12, 0, 59, 999_999, tzinfo=timezone(timedelta(hours=7)))
HOSTILE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=[]), max_size=30)
    | st.binary(max_size=9)
    | st.datetimes(timezones=st.none() | st.just(UTC)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=3),
    max_leaves=8,
)


def endpoint(**more: Any) -> Endpoint:
    facts: dict[str, Any] = {"kind": Kind.READ, "confidence": Confidence.ASSUMED, "source": "", "summary": ""}
    return Endpoint("thing.get", "GET", "/thing/{thing_id}", **(facts | more))


@pytest.mark.parametrize(
    ("type_", "value", "wire"),
    [
        (Type.STRING, "Ünïcode ✈\n", "Ünïcode ✈\n"),
        (Type.STRING, 17, "17"),
        (Type.STRING, "", ""),
        (Type.INTEGER, 17, 17),
        (Type.INTEGER, " -17 ", -17),
        (Type.INTEGER, 2**63 - 1, 2**63 - 1),
        (Type.NUMBER, 1.5, 1.5),
        (Type.NUMBER, "1.50", 1.5),
        (Type.NUMBER, "-3", -3),
        (Type.BOOLEAN, True, True),
        (Type.BOOLEAN, "False", False),
        (Type.FLAG, True, "1"),
        (Type.FLAG, "false", "0"),
        (Type.FLAG, "1", "1"),
        (Type.DATE, "2031-04-02", "2031-04-02"),
        (Type.DATE, date(2031, 4, 2), "2031-04-02"),
        (Type.DATE, NOON, "2031-04-02"),
        (Type.MINUTE, NOON, "2031-04-02T05:00"),
        (Type.MINUTE, "2031-04-02T12:00:30+07:00", "2031-04-02T05:00"),
        (Type.MINUTE, "0031-04-02T12:00Z", "0031-04-02T12:00"),
        (Type.INSTANT, NOON, "2031-04-02T05:00:59.999Z"),
        (Type.INSTANT, "2031-04-02T05:00Z", "2031-04-02T05:00:00.000Z"),
        (Type.OBJECT, {"a": [1]}, {"a": [1]}),
        (Type.ARRAY, ("a", 1), ["a", 1]),
    ],
)
def test_wire_forms(type_: Type, value: Any, wire: Any) -> None:
    encoded = Field("f", type_).encode(value)
    assert (encoded, type(encoded)) == (wire, type(wire))


@pytest.mark.parametrize(
    ("type_", "value", "rule"),
    [
        *[(Type.STRING, v, "must be a string") for v in (True, 1.5, b"x", [], {}, object())],
        *[(Type.STRING, v, "control characters") for v in ("\x00", "a\x1bb", "\x7f", "\ud800")],
        (Type.STRING, "x" * 100_001, "at most 100000 characters"),
        (Type.STRING, 10**5000, "at most 64 bits"),
        *[(Type.INTEGER, v, "must be an integer, not") for v in (True, 5.0, "5.0", "1e3", "0x1", [], "5;")],
        *[(Type.INTEGER, v, "at most 64 bits") for v in (2**63, -(2**63), "9" * 19, 10**5000)],
        *[(Type.NUMBER, v, "finite number") for v in (True, math.nan, math.inf, "nan", "1.", "1e5", [])],
        (Type.NUMBER, 10**400, "at most 64 bits"),
        *[(Type.BOOLEAN, v, "true or false") for v in (1, 0, "yes", [])],
        *[(Type.FLAG, v, "true or false") for v in (1, 0, "2", [], {})],
        *[(Type.DATE, v, "must be a date") for v in ("today", 5, [], "2031-02-30", "2031-04-02T00:00", "\x00")],
        *[(t, v, "ISO-8601") for t in (Type.MINUTE, Type.INSTANT) for v in ("now", 5, [], {}, "\ud800")],
        *[(t, v, "time zone") for t in (Type.MINUTE, Type.INSTANT) for v in ("2031-04-02T12:00", date(2031, 4, 2))],
        *[(Type.INSTANT, v, "years 1 to 9999") for v in ("0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00")],
        *[(Type.OBJECT, v, "must be an object") for v in ([], "{}", 5)],
        *[(t, None, "is empty: the template rendered to nothing") for t in Type],
        *[(t, v, "rendered to nothing") for t in Type if t is not Type.STRING for v in ("", " ", "None", " None\n")],
        *[(Type.ARRAY, v, "must be an array") for v in ({}, "[]", b"", 5, {1})],
    ],
    ids=lambda value: type(value).__name__,  # not the values: some have too many digits to print
)
def test_a_wrong_value_is_named_with_its_rule(type_: Type, value: Any, rule: str) -> None:
    with pytest.raises(InvalidInput, match=rule) as caught:
        Field("departure", type_).encode(value)
    assert "parameter 'departure'" in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("type_", list(Type))
@given(value=HOSTILE)
def test_anything_is_encoded_or_refused(type_: Type, value: Any) -> None:
    try:
        encoded = Field("f", type_).encode(value)
    except InvalidInput:
        return
    assert type_ in (Type.OBJECT, Type.ARRAY) or json.dumps(encoded, allow_nan=False, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        (Field("f", enum=("A", "B")), "C", "one of A, B"),
        (Field("f", Type.INTEGER, minimum=1), 0, "at least 1 "),
        (Field("f", Type.INTEGER, maximum=9), "10", "at most 9 "),
        (Field("f", minimum=2), "x", "at least 2 characters"),
        (Field("f", maximum=2), "xyz", "at most 2 characters"),
        (Field("f", Type.ARRAY, minimum=1), [], "at least 1 entries"),
        (Field("f", Type.ARRAY, maximum=1), [1, 2], "at most 1 entries"),
        (Field("f", pattern=Pattern("[A-Z]{4}", "must be four capitals")), "WIII\n", "must be four capitals"),
        (Field("f", required=True), "", "must not be empty"),
    ],
)
def test_a_broken_bound_is_named(field: Field, value: Any, rule: str) -> None:
    with pytest.raises(InvalidInput, match=f"parameter 'f' must.*{rule}|parameter 'f' {rule}"):
        field.encode(value)


ID = Field("thing_id", required=True)


@pytest.mark.parametrize(
    ("value", "segment"),
    [
        ("a b", "a%20b"),
        ("a/b", "a%2Fb"),
        ("../x", "..%2Fx"),
        ("?x=1#y", "%3Fx%3D1%23y"),
        ("%2e%2e", "%252e%252e"),
        (7, "7"),
    ],
)
def test_a_path_value_stays_one_segment(value: Any, segment: str) -> None:
    assert endpoint(path_fields=(ID,)).prepare({"thing_id": value}, None).path == {"thing_id": segment}


@pytest.mark.parametrize("value", ["", ".", ".."])
@pytest.mark.parametrize("required", [True, False])
def test_a_path_value_never_leads_to_another_endpoint(value: str, required: bool) -> None:
    entry = endpoint(path_fields=(Field("thing_id", required=required),))
    with pytest.raises(InvalidInput, match="parameter 'thing_id' must not be empty"):
        entry.prepare({"thing_id": value}, None)


def test_defaults_and_absent_parameters() -> None:
    entry = endpoint(query=(Field("size", Type.INTEGER, default=50), Field("old", Type.BOOLEAN), Field("name")))
    assert entry.prepare({"name": None}, None).query == {"size": "50"}
    assert entry.prepare({"old": True, "size": None}, None).query == {"old": "true"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "parameter 'thing_id' is required"),
        ({"thing_id": None}, "parameter 'thing_id' is required"),
        ({"thing_id": "x", "colour": 1}, "unknown parameter 'colour'; thing.get takes: size, thing_id"),
        ({"thing_id": "x", 1: 1, "z": 2}, "unknown parameter '1'"),
        ({"x" * 9999: 1}, "unknown parameter 'xxx"),
        ("thing_id", "must be an object, not str"),
        ([("thing_id", 1)], "must be an object, not list"),
    ],
)
def test_wrong_arguments_are_named(arguments: Any, said: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        endpoint(path_fields=(ID,), query=(Field("size"),)).prepare(arguments, None)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 200


BODY = Body((Field("name", required=True), Field("count", Type.INTEGER, wire="cnt")))
ROWS = Body((Field("name", required=True),), array=True, minimum=1)


def deep(levels: int) -> Any:
    value: Any = []
    for _ in range(levels):
        value = [value]
    return value


def loop() -> Any:
    value: dict[str, Any] = {"name": "x"}
    value["self"] = value
    return value


@pytest.mark.parametrize(
    ("body", "value", "said"),
    [
        (BODY, None, "parameter 'body' is required"),
        (BODY, [], "'body' must be an object, not list"),
        (BODY, "{}", "'body' must be an object, not str"),
        (BODY, {}, "'body.name' is required"),
        (BODY, {"name": None}, "'body.name' is required"),
        (BODY, {"name": 1.5}, "parameter 'name' must be a string"),
        (BODY, {"name": "x", "cnt": "many"}, "parameter 'count' must be an integer"),
        (BODY, {"name": "x", 1: 2}, "'body' has a key that is not a string"),
        (
            BODY,
            {"name": "x", "when": datetime(2031, 4, 2, tzinfo=UTC)},
            "'body' cannot be sent as JSON: Object of type",
        ),
        (BODY, {"name": "x", "more": {"rate": math.nan}}, "'body' cannot be sent as JSON"),
        (BODY, {"name": "x", "more": {("a", "b"): 1}}, "'body' cannot be sent as JSON"),
        (BODY, {"name": "x", "more": ["\ud83d"]}, "'body' cannot be sent as JSON"),
        (BODY, {"name": "x", "more": {1, 2}}, "'body' cannot be sent as JSON"),
        (BODY, {"name": "x", "more": deep(100_000)}, "'body' is nested too deeply"),
        (BODY, loop(), "'body' cannot be sent as JSON: Circular"),
        (ROWS, {}, "'body' must be an array, not dict"),
        (ROWS, "rows", "'body' must be an array, not str"),
        (ROWS, [], "at least 1 entries"),
        (ROWS, [{"name": "x"}, 7], r"'body[1]' must be an object, not int"),
        (ROWS, [{"name": "x"}, {}], r"'body[1].name' is required"),
    ],
)
def test_a_wrong_body_is_named(body: Body, value: Any, said: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        endpoint(body=body).prepare({}, value)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 250


def test_unknown_fields_of_a_body_pass_through() -> None:
    given_ = types.MappingProxyType({"name": "x", "cnt": "3", "extra": {"a": None}})
    assert endpoint(body=BODY).prepare({}, given_).body == {"name": "x", "cnt": 3, "extra": {"a": None}}


def test_an_optional_body_may_be_absent_and_none_is_refused_where_none_belongs() -> None:
    assert endpoint(body=Body(required=False)).prepare({}, None).body is None
    with pytest.raises(InvalidInput, match=r"'body' is not accepted by thing\.get"):
        endpoint().prepare({}, {})


@given(value=HOSTILE)
def test_any_body_is_json_or_refused(value: Any) -> None:
    try:
        prepared = endpoint(body=BODY).prepare({}, value)
    except InvalidInput:
        return
    json.dumps(prepared.body, allow_nan=False, ensure_ascii=False).encode()


def test_what_a_call_sends_stays_out_of_reprs() -> None:
    entry = endpoint(query=(Field("name"),), body=BODY)
    shown = repr(entry.prepare({"name": "Budi Santoso"}, {"name": "Siti Rahayu"}))
    assert "Budi" not in shown
    assert "Siti" not in shown
