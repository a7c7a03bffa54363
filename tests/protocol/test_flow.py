"""The way of a request: what is sent when, what the caller gets, and what the others are told."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.listing import paginate
from airflow_provider_fleetops.protocol.messages import Response
from tests.protocol.fakes import START, FakeDriver, MemoryStore, account, ok, status

RESET = errors.TransportError("reset", sent=True)
REFUSED = errors.TransportError("refused", sent=False)
HTML = Response(200, {"content-type": "text/html"}, b"<html>")


@pytest.mark.parametrize(
    ("endpoint", "answers", "error", "requests", "effect"),
    [
        ("thing.get", [status(503), ok()], None, 2, None),
        ("thing.get", [status(503)] * 9, errors.Unavailable, 4, "none"),
        ("thing.get", [RESET, ok()], None, 2, None),
        ("thing.get", [status(404)], errors.NotFound, 1, "none"),
        ("thing.get", [status(401)], errors.AuthenticationError, 1, "none"),
        ("thing.get", [status(302, location="https://evil.example")], errors.ConfigurationError, 1, "none"),
        ("thing.get", [HTML], errors.ProtocolError, 1, "none"),
        ("thing.put", [status(503), ok()], None, 2, None),
        ("thing.put", [RESET] * 9, errors.Unavailable, 4, "unknown"),
        ("thing.create", [REFUSED, ok()], None, 2, None),
        ("thing.create", [RESET], errors.OutcomeUnknown, 1, "unknown"),
        ("thing.create", [status(503)], errors.OutcomeUnknown, 1, "unknown"),
        ("thing.create", [HTML], errors.OutcomeUnknown, 1, "unknown"),
        ("thing.create", [status(429), ok()], None, 2, None),
        ("thing.create", [status(400)], errors.InvalidInput, 1, "none"),
    ],
)
def test_fault_table(endpoint, answers, error, requests, effect):
    driver = FakeDriver(list(answers))
    body = None if endpoint == "thing.get" else {"name": "x"}
    flow = call(account(), endpoint, body=body)
    if error is None:
        assert driver.run(flow) == {"ok": True}
    else:
        with pytest.raises(error) as caught:
            driver.run(flow)
        assert caught.value.effect == effect
        assert type(caught.value) is error
    assert len(driver.sent) == requests


def test_retry_after_is_obeyed_and_holds_for_everybody():
    driver = FakeDriver([status(429, retry_after="12"), ok()])
    driver.run(call(account(), "thing.get"))
    assert max(driver.slept) == pytest.approx(12, abs=0.01)
    other = FakeDriver([ok()], store=MemoryStore(), now=START)
    other.store.windows = dict(driver.store.windows)
    other.run(call(account(), "thing.get"))
    assert other.slept == [pytest.approx(12, abs=0.01)]


def test_a_long_retry_after_gives_the_time_back():
    driver = FakeDriver([status(429, retry_after="3600")])
    with pytest.raises(errors.Throttled) as caught:
        driver.run(call(account(), "thing.get"))
    assert caught.value.resume_at == datetime.fromtimestamp(START + 3600, UTC)
    assert driver.slept == []
    with pytest.raises(errors.Throttled):  # the next caller does not even ask
        driver.run(call(account(), "thing.get"))
    assert len(driver.sent) == 1


def test_a_short_wait_for_a_limit_is_slept_and_a_long_one_is_not():
    driver = FakeDriver([ok(), ok()])
    near = account(spacing=10)
    driver.run(call(near, "thing.get"))
    driver.run(call(near, "thing.get"))
    assert driver.slept == [pytest.approx(10)]
    assert "the spacing" in driver.notes[-1]
    with pytest.raises(errors.Throttled) as caught:
        driver.run(call(account(spacing=10, patience_seconds=0), "thing.get"))
    assert caught.value.resume_at == datetime.fromtimestamp(START + 20, UTC)
    assert len(driver.sent) == 2


def test_one_login_serves_all_and_a_dead_token_is_renewed_once():
    driver = FakeDriver([ok(b'{"access": "t1"}'), ok(), ok(), status(401), ok(b'{"access": "t2"}'), ok()])
    one = account(session=True)
    for _ in range(3):
        driver.run(call(one, "thing.get"))
    assert [request.url.rsplit("/", 1)[-1] for request in driver.sent] == [
        "login",
        "thing.get",
        "thing.get",
        "thing.get",
        "refresh",
        "thing.get",
    ]
    assert driver.sent[-1].headers["Authorization"] == "Bearer t2"
    assert {"t1", "t2"} <= set(driver.hidden)


def test_a_401_that_stays_is_a_missing_right_and_costs_no_refresh_per_task():
    driver = FakeDriver([ok(b'{"access": "t1"}'), status(401), ok(b'{"access": "t2"}'), status(401)])
    one = account(session=True)
    with pytest.raises(errors.PermissionDenied):
        driver.run(call(one, "thing.get"))
    assert len(driver.sent) == 4
    driver.answers = [status(401), ok()]
    with pytest.raises(errors.PermissionDenied):  # the next task asks once, and renews nothing
        driver.run(call(one, "thing.get"))
    assert len(driver.sent) == 5
    assert driver.run(call(one, "things.list")) == {"ok": True}


def test_a_retry_that_our_own_limit_puts_off_still_says_what_went_wrong():
    driver = FakeDriver([status(503)])
    with pytest.raises(errors.Unavailable) as caught:
        driver.run(call(account(spacing=600), "thing.get"))
    assert caught.value.status == 503
    assert caught.value.resume_at == datetime.fromtimestamp(START + 600, UTC)


def test_a_rejected_login_is_not_tried_again_by_anybody():
    driver = FakeDriver([status(400)])
    for _ in range(3):
        with pytest.raises(errors.AuthenticationError):
            driver.run(call(account(session=True), "thing.get"))
    assert len(driver.sent) == 1
    assert driver.store.leases == {}
    driver.now += 901
    driver.answers = [ok(b'{"access": "t1"}'), ok()]
    assert driver.run(call(account(session=True), "thing.get")) == {"ok": True}


def test_the_token_is_refreshed_before_it_ends_and_login_comes_after_the_refresh_time():
    driver = FakeDriver([ok(b'{"access": "t1"}'), ok(), ok(b'{"access": "t2"}'), ok(), ok(b'{"access": "t3"}'), ok()])
    one = account(session=True)
    driver.run(call(one, "thing.get"))
    driver.now += 1720
    driver.run(call(one, "thing.get"))
    driver.now += 50_000
    driver.run(call(one, "thing.get"))
    paths = [request.url.rsplit("/", 1)[-1] for request in driver.sent]
    assert paths == ["login", "thing.get", "refresh", "thing.get", "login", "thing.get"]


def test_one_answer_that_the_quota_is_spent_stops_everybody_until_midnight():
    midnight = datetime.fromtimestamp(START, UTC).replace(hour=0, minute=0, second=0) + timedelta(days=1)
    spent = account(spent_until=midnight)
    driver = FakeDriver([status(429)])
    for _ in range(5):
        with pytest.raises(errors.QuotaExhausted) as caught:
            driver.run(call(spent, "thing.get"))
        assert caught.value.resume_at == midnight
    assert len(driver.sent) == 1
    driver.now, driver.answers = midnight.timestamp() + 1, [ok()]
    assert driver.run(call(account(), "thing.get")) == {"ok": True}


def test_an_identical_read_is_shared_and_another_is_not():
    driver = FakeDriver([ok(b'{"v": 1}'), ok(b'{"v": 2}'), ok(b'{"v": 3}')])
    shared = account(reuse=600)
    assert driver.run(call(shared, "thing.get", {"n": 1})) == {"v": 1}
    driver.now += 30
    assert driver.run(call(shared, "thing.get", {"n": 1})) == {"v": 1}
    assert "30 s old" in driver.notes[-1]
    assert driver.run(call(shared, "thing.get", {"n": 2})) == {"v": 2}
    assert driver.run(call(shared, "thing.get", {"n": 1}, reuse=0)) == {"v": 3}


def test_waiting_for_another_holder_ends_with_its_lease():
    driver = FakeDriver([ok(b'{"v": 1}')])
    shared = account(reuse=600)
    driver.run(call(shared, "thing.get", {"n": 1}))
    key = next(iter(driver.store.entries))
    driver.store.entries.clear()
    driver.store.leases[key] = ("killed", driver.now + 60)
    driver.answers = [ok(b'{"v": 2}')]
    assert driver.run(call(shared, "thing.get", {"n": 1})) == {"v": 2}
    assert sum(driver.slept) == pytest.approx(60, abs=2.1)


def test_a_403_means_too_fast_only_where_the_right_is_known():
    strict = account(forbidden_pause=600)
    driver = FakeDriver([status(403)])
    with pytest.raises(errors.PermissionDenied):
        driver.run(call(strict, "thing.get"))
    driver.answers = [ok(), status(403)]
    driver.run(call(strict, "thing.get"))
    with pytest.raises(errors.Throttled) as caught:
        driver.run(call(strict, "thing.get"))
    assert caught.value.resume_at == datetime.fromtimestamp(driver.now + 600, UTC)
    driver.answers = [ok()]
    driver.run(call(strict, "thing.put", body={}))  # other calls go on: FL3XX spaces identical ones


def test_pages_are_read_to_the_end_and_rows_seen_twice_are_dropped():
    pages = [[{"id": 1}, {"id": 2}], [{"id": 2}, {"id": 3}], [{"id": 4}]]
    driver = FakeDriver([ok(json.dumps({"data": rows, "total": 5}).encode()) for rows in pages])
    rows = driver.run(paginate(account(), "things.list"))
    assert [row["id"] for row in rows] == [1, 2, 3, 4]
    assert [request.url.split("?")[1] for request in driver.sent] == [
        "limit=2&offset=0",
        "limit=2&offset=2",
        "limit=2&offset=4",
    ]


def test_overrides_change_path_method_header_and_parameter_names():
    extras = {
        "paths": {"thing.get": "/other/place"},
        "methods": {"thing.get": "post"},
        "parameters": {"thing.get.n": "number"},
    }
    driver = FakeDriver([ok()])
    driver.run(call(account(**extras), "thing.get", {"n": 3}))
    assert (driver.sent[0].method, driver.sent[0].url) == ("POST", "https://fake.example/other/place?number=3")


def test_no_error_text_repeats_a_secret_or_what_was_sent():
    body = b'{"message": "bad name Jane Passenger for key hush-hush, call +49 170 1234567 or jane@example.org"}'
    driver = FakeDriver([status(400, body)])
    with pytest.raises(errors.InvalidInput) as caught:
        driver.run(call(account(), "thing.create", body={"name": "Jane Passenger"}))
    text = str(caught.value)
    assert "bad name" in text
    for hidden in ("Jane", "hush-hush", "1234567", "jane@"):
        assert hidden not in text


@pytest.mark.parametrize("name", ["nope", "thing", ""])
def test_an_unknown_endpoint_is_named(name):
    with pytest.raises(errors.ConfigurationError):
        FakeDriver().run(call(account(), name))


@pytest.mark.parametrize("fault", [RESET, REFUSED])
def test_a_fault_on_the_way_names_the_connection_and_the_host(fault):
    with pytest.raises(errors.Unavailable, match=r"connection 'fake' to fake\.example"):
        FakeDriver([fault] * 4).run(call(account(), "thing.get"))
