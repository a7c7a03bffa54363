"""Every call is accounted: for whom, what it cost, and what came of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from airflow.sdk.exceptions import TaskDeferred

from airflow_provider_fleetops.hooks.fasttrack360 import FastTrack360Hook
from airflow_provider_fleetops.hooks.fl3xx import Fl3xxHook
from airflow_provider_fleetops.operators.base import LEAD_SECONDS, LONGEST_LEAD, SETTLE_SECONDS, resume_moment
from airflow_provider_fleetops.operators.call import FleetOpsCallOperator
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.protocol.accounts import Total, Use
from airflow_provider_fleetops.protocol.caller import Caller
from airflow_provider_fleetops.protocol.errors import InvalidInput
from airflow_provider_fleetops.protocol.steps import Now, Send
from airflow_provider_fleetops.protocol.usage import accounted
from airflow_provider_fleetops.state import StateStore, open_store
from airflow_provider_fleetops.triggers.slot import SlotTrigger
from tests.conftest import set_connection

VENDOR = "fasttrack360"


def context(task: str = "look", number: int = 2) -> dict[str, object]:
    ti = SimpleNamespace(dag_id="fleet", run_id="r1", task_id=task, map_index=-1, try_number=number)
    return {"ti": ti, "ds": "2031-04-02"}


def look(**arguments):
    return FleetOpsCallOperator(task_id="look", vendor=VENDOR, endpoint="offices.list", **arguments)


def limited(monkeypatch, connections, **extras):
    mine = connections[f"{VENDOR}_default"]
    set_connection(monkeypatch, f"{VENDOR}_default", mine | {"extra": mine["extra"] | extras})


def totals(*by: str) -> list[Total]:
    return open_store().usage.totals(by, 0.0)


def test_a_call_is_accounted_to_its_task(fleet_connections):
    look().execute(context())
    assert totals("conn_id", "endpoint", "dag", "run", "task", "outcome") == [
        Total((f"{VENDOR}_default", "offices.list", "fleet", "r1", "look", "ok"), 1, 1, 0, 0)
    ]


def test_what_failed_is_wasted(fleet_connections, fresh_sandbox):
    fresh_sandbox.control.fault(VENDOR, "status", times=1, code=400)
    with pytest.raises(errors.InvalidInput):
        FastTrack360Hook().call("offices.list")
    assert totals("outcome") == [Total(("InvalidInput",), 1, 1, 1, 0)]


@pytest.mark.parametrize(("sent", "calls"), [(False, 0), (True, 1)])
def test_what_never_left_cost_nothing(sent, calls):
    account = SimpleNamespace(vendor=SimpleNamespace(name="v"), conn_id="c", caller=Caller())
    book: list[Use] = []

    def record(use: Use) -> int:
        book.append(use)
        return 1

    store = SimpleNamespace(usage=SimpleNamespace(record=record, amend=lambda _number, use: book.append(use)))

    def exchange(line):
        yield from line.open()
        try:
            yield from line.send(None)
        except errors.TransportError as error:
            raise errors.Unavailable(str(error)) from None

    def obey(flow):
        step = next(flow)
        while True:
            if isinstance(step, Send):
                step = flow.throw(errors.TransportError("refused", sent=sent))
            else:
                step = flow.send(datetime.now(UTC) if isinstance(step, Now) else step.question(store))

    with pytest.raises(errors.Unavailable):
        obey(accounted(account, "e", 1, exchange))
    assert [(use.outcome, use.calls, use.wasted) for use in book] == [
        ("sent", 1, 1),
        ("Unavailable", calls, calls),
    ]


def test_a_shared_answer_is_saved(fleet_connections):
    for _ in range(3):
        Fl3xxHook().call("aircraft.list")
    assert totals("outcome") == [Total(("ok",), 1, 1, 0, 0), Total(("shared",), 2, 0, 0, 2)]


def test_logins_are_accounted_too(fleet_connections):
    from airflow_provider_fleetops.hooks.fasttrak import FasttrakHook

    FasttrakHook().call("companies.list")
    assert {total.group[0] for total in totals("endpoint")} == {"auth.login", "companies.list"}


def test_old_uses_are_forgotten(fleet_connections, state_url):
    store = open_store()
    store.usage.record(Use(1.0, "v", "c", "e", "", "", "", -1, 0, "ok", 1, 0, 0, 0.1))
    now = datetime.now(UTC).timestamp()
    assert isinstance(store.shared, StateStore)
    store.shared.usage.prune(now)
    assert totals("vendor") == []


def test_an_unknown_column_is_named(fleet_connections):
    with pytest.raises(InvalidInput, match="password"):
        totals("password")


# --- long waits ---


def test_a_deferred_task_comes_back_to_its_own_slot(fleet_connections, fresh_sandbox, monkeypatch):
    limited(monkeypatch, fleet_connections, requests_per_second=0.01, patience_seconds=1)
    look().execute(context("first"))
    before = datetime.now(UTC)
    with pytest.raises(TaskDeferred) as second:
        look(deferrable=True).execute(context("second"))
    with pytest.raises(TaskDeferred) as third:
        look(deferrable=True).execute(context("third"))
    with pytest.raises(TaskDeferred) as again:
        look(deferrable=True).execute(context("second", number=3))
    moments = [datetime.fromisoformat(x.value.trigger.moment) for x in (second, third, again)]
    assert second.value.method_name == "execute_resumed"
    assert timedelta(seconds=90) < moments[0] - before < timedelta(seconds=102)
    assert timedelta(seconds=99) < moments[1] - moments[0] < timedelta(seconds=102)
    assert abs(moments[2] - moments[0]) < timedelta(seconds=0.1), "asking again does not queue again"
    assert len(fresh_sandbox.control.journal(vendor=VENDOR)) == 1


def test_a_task_does_not_wait_for_ever(fleet_connections, fresh_sandbox, monkeypatch):
    limited(monkeypatch, fleet_connections, requests_per_second=0.01, patience_seconds=1)
    look().execute(context("first"))
    with pytest.raises(TaskDeferred) as first:
        look(deferrable=True).execute(context())
    waiting = first.value.trigger
    begun = datetime.now(UTC) - timedelta(hours=47)
    event = {"resumed": 1, "since": begun.isoformat()}
    with pytest.raises(TaskDeferred) as second:
        look(deferrable=True).execute_resumed(context("other"), event)
    assert (second.value.trigger.since, second.value.trigger.resumed) == (event["since"], 2)
    assert datetime.fromisoformat(waiting.since) > begun
    for more, hours in ((look(deferrable=True), 48), (look(deferrable=True, max_wait=timedelta(hours=1)), 1)):
        begun = datetime.now(UTC) - timedelta(hours=hours)
        with pytest.raises(errors.Throttled):
            more.execute_resumed(context("another"), {"resumed": 1, "since": begun.isoformat()})


def test_the_last_calls_of_the_day_are_for_important_tasks(fleet_connections, fresh_sandbox, monkeypatch):
    limited(monkeypatch, fleet_connections, daily_quota=4, reserved_percent=50)
    for _ in range(2):
        FastTrack360Hook().call("offices.list")
    with pytest.raises(errors.QuotaExhausted, match="kept for important"):
        FastTrack360Hook().call("offices.list")
    for _ in range(2):
        FastTrack360Hook(important=True).call("offices.list")
    with pytest.raises(errors.QuotaExhausted):
        look(important=True).execute(context())
    assert len(fresh_sandbox.control.journal(vendor=VENDOR)) == 4


def test_a_sign_in_passes_the_same_gateway_and_is_counted_in_the_day(fleet_connections, fresh_sandbox, monkeypatch):
    fresh_sandbox.control.limits(VENDOR, daily_quota=4, token_mode="oauth_client_credentials")
    keys = {name: fresh_sandbox.credentials(VENDOR)[name] for name in ("client_id", "client_secret")}
    mode = {"auth_mode": "api_key+oauth_client_credentials"}
    limited(monkeypatch, fleet_connections, daily_quota=4, reserved_percent=25, **mode, **keys)
    for _ in range(2):
        FastTrack360Hook().call("offices.list")
    with pytest.raises(errors.QuotaExhausted, match="kept for important"):
        FastTrack360Hook().call("offices.list")
    FastTrack360Hook(important=True).call("offices.list")
    stats = fresh_sandbox.control.summary()[VENDOR]["stats"]
    assert (stats["quota_used"], stats["limit_exceeded"], stats["logins"]) == (4, 0, 1)


def test_one_metered_key_is_one_count_whatever_else_two_connections_say(fleet_connections, fresh_sandbox, monkeypatch):
    fresh_sandbox.control.limits(VENDOR, daily_quota=2)
    limited(monkeypatch, fleet_connections, daily_quota=2)
    mine = fleet_connections[f"{VENDOR}_default"]
    other = mine | {"extra": mine["extra"] | {"daily_quota": 2, "login_password": "of no use in this mode"}}
    set_connection(monkeypatch, "another", other)
    for conn_id in (f"{VENDOR}_default", "another"):
        FastTrack360Hook(conn_id).call("offices.list")
    with pytest.raises(errors.QuotaExhausted):
        FastTrack360Hook("another").call("offices.list")
    assert len(fresh_sandbox.control.journal(vendor=VENDOR)) == 2


def test_no_sign_in_is_tried_that_the_days_quota_cannot_pay(fleet_connections, fresh_sandbox, monkeypatch):
    keys = {name: fresh_sandbox.credentials(VENDOR)[name] for name in ("client_id", "client_secret")}
    mode = {"auth_mode": "api_key+oauth_client_credentials"}
    limited(monkeypatch, fleet_connections, daily_quota=1, **mode, **keys)
    with pytest.raises(errors.QuotaExhausted, match="1 calls per UTC day") as caught:
        FastTrack360Hook().call("offices.list")
    assert caught.value.resume_at.hour == 0
    assert fresh_sandbox.control.journal(vendor=VENDOR) == []


@pytest.mark.parametrize(
    ("slot", "held", "resumed", "earliest", "latest"),
    [
        (600, True, 0, 600 - LEAD_SECONDS, 600 - LEAD_SECONDS),
        (600, True, 2, 600 - 4 * LEAD_SECONDS, 600 - 4 * LEAD_SECONDS),
        (600, True, 10**6, 600 - LONGEST_LEAD, 600 - LONGEST_LEAD),
        (600, False, 3, 600, 605),
        (3, True, 0, 7, 7),
    ],
)
def test_when_a_deferred_task_comes_back(slot, held, resumed, earliest, latest):
    now = datetime(2031, 4, 2, tzinfo=UTC)
    moment = resume_moment(now + timedelta(seconds=slot), now, held=held, resumed=resumed)
    assert earliest <= (moment - now).total_seconds() <= latest
    assert moment >= now + timedelta(seconds=SETTLE_SECONDS)


async def test_the_trigger_carries_a_moment_and_nothing_else():
    since = "2031-04-02T00:00:00+00:00"
    trigger = SlotTrigger(moment=datetime.now(UTC).isoformat(), resumed=2, since=since)
    path, kwargs = trigger.serialize()
    assert path.endswith("triggers.slot.SlotTrigger")
    assert set(kwargs) == {"moment", "resumed", "since"}
    assert [event.payload async for event in SlotTrigger(**kwargs).run()] == [{"resumed": 2, "since": since}]
