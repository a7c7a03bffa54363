"""What the vendor says wins: headers, unclear answers; what FL3XX's rules are read as; whose clock decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from cryptography.fernet import Fernet, MultiFernet

from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.protocol.admit import reset_of
from airflow_provider_fleetops.protocol.caller import Caller
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.limits import DAY, Limit, Rate, Spacing
from airflow_provider_fleetops.protocol.retry import ONCE
from airflow_provider_fleetops.protocol.times import AFTER_MIDNIGHT
from airflow_provider_fleetops.state import StateStore, migrate
from airflow_provider_fleetops.state.clock import DatabaseClock
from airflow_provider_fleetops.vendors.fl3xx.flows import replace_crew
from tests.protocol.fakes import START, FakeDriver, account, ok, status
from tests.state.workers import KEY
from tests.vendors import fl3xx_kit
from tests.vendors.test_fasttrack360 import account as agency

NOW = datetime.fromtimestamp(START, UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"ratelimit-remaining": "0", "ratelimit-reset": "50"}, 50),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(START) + 90)}, 90),
        ({"ratelimit": "limit=100, remaining=0, reset=40"}, 40),
        ({"ratelimit": '"burst";r=0;t=30'}, 30),
        ({"ratelimit": '"day";r=12;t=900, "burst";r=0;t=3'}, 3),
        ({"ratelimit": '"day";r=10;t=900'}, None),
        ({"ratelimit-remaining": "1", "ratelimit-reset": "50"}, None),
        ({"ratelimit-remaining": "0"}, None),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "soon"}, None),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "9999999999"}, DAY),
        ({}, None),
    ],
)
def test_no_calls_remaining(headers, seconds):
    expected = None if seconds is None else NOW + timedelta(seconds=seconds)
    assert reset_of(headers, NOW) == expected


def test_after_the_last_call_that_remains_everybody_waits_for_the_reset():
    driver = FakeDriver([ok(ratelimit_remaining="0", ratelimit_reset="20"), ok()])
    for _ in range(2):
        driver.run(call(account(), "thing.get"))
    assert driver.slept == [20.0]


def test_two_unclear_429_in_a_row_are_the_days_quota():
    driver = FakeDriver([status(429), status(429)])
    with pytest.raises(errors.QuotaExhausted) as caught:
        driver.run(call(agency(), "offices.list"))
    assert caught.value.resume_at == datetime.fromtimestamp((START // DAY + 1) * DAY + AFTER_MIDNIGHT, UTC)
    later = FakeDriver([], driver.store, now=driver.now + 3600)
    with pytest.raises(errors.QuotaExhausted):
        later.run(call(agency(), "offices.list"))


def test_a_good_answer_between_two_unclear_ones_makes_them_throttles():
    driver = FakeDriver([status(429), ok(b'{"items": []}'), status(429), ok(b'{"items": []}')])
    for _ in range(2):
        driver.run(call(agency(), "offices.list"))
    assert driver.answers == []


def fl3xx_limits(name: str, caller: Caller | None = None, **extras):
    one = fl3xx_kit.account(**extras)
    one = replace(one, caller=caller or Caller())
    return one.vendor.limits(one, one.vendor.endpoint(name).prepare({}, None))


def test_fl3xx_is_read_per_identical_request_or_per_token():
    assert [limit.rule for limit in fl3xx_limits("aircraft.list")] == [Spacing(601.0)]
    strict = fl3xx_limits("aircraft.list", recurring_reading="token")
    assert [limit.rule for limit in strict] == [Spacing(601.0)] * 2
    assert "whole token" in strict[1].what


def test_fl3xx_calls_on_demand_have_a_budget_of_their_own():
    asked = Caller(on_demand=True)
    limits = fl3xx_limits("aircraft.list", asked, recurring_reading="token", on_demand_per_hour=6)
    assert [limit.rule for limit in limits] == [Spacing(601.0), Rate(6, 3600.0, 6)]
    counted = fl3xx_limits("aircraft.list", asked, recurring_reading="token", on_demand_per_hour=0)
    assert [limit.rule for limit in counted] == [Spacing(601.0)] * 2


class ToldClock(DatabaseClock):
    """The caller's time is everybody's."""

    def measure(self, connection):
        """Never ask the database."""


READ = "the same read"
OTHER = "another flight"
WRITE = "a write"
PAUSE = 601.0


@pytest.mark.parametrize(
    ("what", "steps"),
    [
        (READ, [(0, 403, "denied")]),
        (READ, [(0, 200, "done"), (PAUSE, 403, "throttled"), (PAUSE, 200, "done")]),
        (READ, [(0, 200, "done"), (PAUSE, 403, "throttled"), (PAUSE, 403, "denied"), (PAUSE, 403, "denied")]),
        (READ, [(0, 200, "done"), (PAUSE, 403, "throttled"), (20 * PAUSE, 403, "denied"), (PAUSE, 200, "done")]),
        (READ, [(0, 200, "done"), (PAUSE, 403, "throttled"), (PAUSE, 200, "done"), (PAUSE, 403, "throttled")]),
        (READ, [(0, 200, "done"), (PAUSE, 403, "throttled"), (PAUSE, 503, "fault"), (PAUSE, 403, "denied")]),
        (READ, [(0, 200, "done"), (31 * DAY, 403, "denied")]),
        (OTHER, [(0, 200, "done"), (1, 403, "throttled"), (1, 403, "throttled"), (PAUSE, 403, "denied")]),
        (WRITE, [(0, 200, "done"), (1, 403, "throttled"), (1, None, "throttled"), (PAUSE, 403, "denied")]),
        (WRITE, [(0, 200, "done"), (1, 403, "throttled"), (PAUSE, 200, "done"), (1, 403, "throttled")]),
    ],
)
def test_a_403_on_a_right_that_worked_is_tried_once_more_after_the_pause(tmp_path, what, steps):
    """Each step is a process of its own: the wait before it, FL3XX's answer (None: not asked), what the caller sees."""
    url = f"sqlite:///{tmp_path}/fleetops.db"
    migrate(url)
    now, one = START, replace(fl3xx_kit.account(), retry=ONCE)
    for number, (wait, code, outcome) in enumerate(steps):
        now += wait
        store = StateStore(url, MultiFernet([Fernet(KEY)]), clock=ToldClock(wall=lambda at=now: at))
        answers = [] if code is None else [_good(what) if code == 200 else status(code)]
        driver = FakeDriver(answers, store, now=now)
        assert _outcome(driver, one, what, number) == outcome
        assert driver.answers == []


def _good(what: str):
    return ok(b'{"crews": []}') if what == WRITE else ok(b'{"flightId": 1}')


def _outcome(driver: FakeDriver, one, what: str, number: int) -> str:
    flight = number + 1 if what == OTHER else 7
    read = call(one, "flight.get", {"flight_id": flight}, reuse=0)
    try:
        driver.run(replace_crew(one, flight, [{"pilotId": 3101}]) if what == WRITE else read)
    except errors.FleetOpsError as error:
        both_readings = "lacks this right, or an identical request came within ten minutes" in error.advice
        names = {errors.PermissionDenied: "denied" if both_readings else "denied without a reason"}
        names |= {errors.Throttled: "throttled" if error.resume_at else "throttled for ever"}
        return names.get(type(error), "fault")
    return "done"


def test_callers_whose_clocks_are_off_keep_one_limit(tmp_path):
    """Each is told a moment on its own clock; on one clock the moments stand as far apart as the limit wants."""
    import time

    url = f"sqlite:///{tmp_path}/fleetops.db"
    migrate(url)
    limits, slots = [Limit("a:space", Spacing(60.0), "the spacing")], []
    for off in (0.0, 5.0, -5.0, 3600.0):
        wall = lambda off=off: time.time() + off  # noqa: E731
        store = StateStore(url, MultiFernet([Fernet(KEY)]), clock=DatabaseClock(wall=wall))
        slots.append(store.reserve(limits, wall(), 1, 1e9).at - off)
    assert [b - a for a, b in pairwise(slots)] == pytest.approx([60.0] * 3, abs=0.1)


def test_a_host_that_was_suspended_asks_what_time_it_is(tmp_path):
    """Its monotonic clock stood still: what was measured before is not true any more."""
    url = f"sqlite:///{tmp_path}/fleetops.db"
    migrate(url)
    world = {"database": START, "wall": START, "monotonic": 100.0}

    class Measured(DatabaseClock):
        def _ask(self, connection):
            return 0.001, (world["database"], world["monotonic"])

    def process() -> StateStore:
        clock = Measured(wall=lambda: world["wall"], monotonic=lambda: world["monotonic"])
        return StateStore(url, MultiFernet([Fernet(KEY)]), clock=clock)

    limits, suspended = [Limit("a:space", Spacing(60.0), "the spacing")], process()
    suspended.peek("anything")
    world["wall"] += 600.0
    world["database"] += 600.0
    first = suspended.reserve(limits, world["wall"], 1, 1e9)
    second = process().reserve(limits, world["wall"], 1, 1e9)
    assert (first.at - world["wall"], second.at - world["wall"]) == pytest.approx((0.0, 60.0), abs=0.1)


def test_a_call_that_a_login_held_up_takes_a_new_slot():
    driver = FakeDriver([ok(b'{"access": "a"}'), ok()])
    slow = account(session=True, spacing=60.0)
    real = driver.obey

    def obey(step):
        result = real(step)
        if driver.sent and driver.sent[-1].url.endswith("/login") and len(driver.sent) == 1 and driver.now < START + 2:
            driver.now += 2.0
        return result

    driver.obey = obey
    driver.run(call(slow, "thing.get"))
    (window,) = (row for key, row in driver.store.windows.items() if key.endswith(":space"))
    assert window.tat == pytest.approx(START + 62.0)


@pytest.mark.parametrize("name", ["thing.get", "thing.put", "thing.create"])
def test_a_fault_that_says_when_to_come_back_holds_for_everybody(name):
    """503 with ``Retry-After``: the next caller sends nothing before that, and is told when."""
    driver, body = FakeDriver([status(503, retry_after="3600")]), None if name == "thing.get" else {"name": "x"}
    with pytest.raises(errors.FleetOpsError) as first:
        driver.run(call(account(), name, body=body))
    with pytest.raises(errors.Throttled) as second:
        driver.run(call(account(), "thing.get"))
    assert isinstance(first.value, errors.OutcomeUnknown if name == "thing.create" else errors.Throttled)
    assert first.value.resume_at == second.value.resume_at == NOW + timedelta(hours=1)
    assert (len(driver.sent), driver.answers) == (1, [])


def test_a_fault_that_says_nothing_holds_for_nobody_else():
    driver = FakeDriver([status(503), ok()])
    with pytest.raises(errors.Unavailable):
        driver.run(call(account(), "thing.get", retry=ONCE))
    driver.run(call(account(), "thing.get"))
    assert driver.slept == []
