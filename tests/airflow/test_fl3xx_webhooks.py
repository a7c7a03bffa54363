"""Webhook subscriptions that are kept: made, renewed, switched on, made again, removed; each once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_fleetops.hooks.fl3xx import Fl3xxHook
from airflow_provider_fleetops.operators.fl3xx import (
    Fl3xxEnsureWebhooksOperator,
    Fl3xxListWebhooksOperator,
    Fl3xxRemoveWebhooksOperator,
)
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.sandbox import Sandbox
from tests.airflow.fl3xx_kit import do, effects, rendered, requests, unhurry
from tests.conftest import set_connection

URL = "https://hooks.example.invalid/fl3xx?token=hush-hush"
EVENTS = ["FLIGHT_CANCEL", "FLIGHT_TIME_UPDATE"]
_ASSIGNED = ("PERMIT", "SLOT_PPR", "FBO", "HOTEL", "CATERING", "TRANSPORT")
ALL = [f"FLIGHT_{what}_{change}" for what in _ASSIGNED for change in ("ASSIGNMENT", "UNASSIGNMENT")]
ALL += ["FLIGHT_CREATE", "FLIGHT_CANCEL", "FLIGHT_TIME_UPDATE", "FLIGHT_AIRCRAFT_UPDATE", "FLIGHT_AIRPORT_UPDATE"]
DAY = 86_400.0
Later = Callable[[float], None]


@pytest.fixture
def box(fresh_sandbox: Sandbox, fleet_connections: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    unhurry(fresh_sandbox, fleet_connections, monkeypatch)
    own = fleet_connections["fl3xx_default"]
    extra = own["extra"] | {"recurring_seconds": 0, "webhook_secret": "sim-signing-key"}
    set_connection(monkeypatch, "fl3xx_default", own | {"extra": extra})
    return fresh_sandbox


def ensure(events: Any = EVENTS, run: str = "run-1", url: str = URL) -> dict[str, str]:
    """What is done for each event."""
    done = do(Fl3xxEnsureWebhooksOperator, run, events=events, callback_url=url)
    assert "hush" not in json.dumps(done)
    return {event: facts["action"] for event, facts in done.items()}


def both(action: str) -> dict[str, str]:
    return dict.fromkeys(EVENTS, action)


def pass_days(box: Sandbox, later: Later, days: float, so_far: float = 0) -> None:
    box.control.advance(timedelta(days=days))
    later((days + so_far) * DAY)


def subscriptions() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = Fl3xxHook().rows("webhooks.list")
    return rows


def test_missing_ones_are_made_and_then_left_alone(box):
    assert ensure() == both("created")
    assert ensure(run="run-2") == both("kept")
    assert ensure(run="run-3", events=str(EVENTS)) == both("kept")
    assert [entry.split()[-1] for entry in effects(box)] == ["created", "created"]
    assert {row["callbackUrl"] for row in subscriptions()} == {URL}


def test_more_than_a_page_of_them_is_left_alone(box):
    for number in range(3):
        ensure(ALL, url=f"https://hooks.example.invalid/{number}")
    assert len(subscriptions()) == 3 * len(ALL) > 50
    assert ensure(ALL, run="again", url="https://hooks.example.invalid/2") == dict.fromkeys(ALL, "kept")
    assert box.control.summary()["fl3xx"]["stats"]["duplicates"] == 0


def test_one_is_renewed_in_its_last_five_days_and_once(box, later: Later):
    ensure()
    (before, _) = sorted(row["expirationDateTime"] for row in subscriptions())
    pass_days(box, later, 20)
    assert ensure(run="early") == both("kept")
    pass_days(box, later, 8, so_far=20)
    assert ensure(run="late") == both("renewed")
    assert ensure(run="late again") == both("kept")
    ends = [row["expirationDateTime"] for row in subscriptions()]
    assert len(ends) == 2
    assert all(datetime.fromisoformat(end) - datetime.fromisoformat(before) > timedelta(days=27) for end in ends)
    assert [entry.split()[-1] for entry in effects(box)] == ["created", "created", "renewed", "renewed"]


@pytest.mark.parametrize("kind", ["reset_after", "reset_before"])
def test_a_renewal_whose_answer_is_lost_is_not_repeated(box, later: Later, kind):
    ensure(EVENTS[:1])
    pass_days(box, later, 28)
    box.control.fault("fl3xx", kind, "webhook.renew")
    if kind == "reset_before":
        with pytest.raises(errors.Unavailable, match="it was not found afterwards"):
            ensure(EVENTS[:1])
        later(28 * DAY + 300)
    ensure(EVENTS[:1])
    assert [entry.split()[-1] for entry in effects(box)] == ["created", "renewed"]


def test_one_that_was_removed_is_made_again_however_often(box):
    ensure(EVENTS[:1])
    for _ in range(3):
        (row,) = subscriptions()
        Fl3xxHook().call("webhook.remove", subscription_id=row["id"])
        assert ensure(EVENTS[:1]) == {EVENTS[0]: "created"}
    assert len(subscriptions()) == 1
    assert box.control.summary()["fl3xx"]["stats"]["duplicates"] == 0


def test_one_that_has_ended_is_made_again(box, later: Later):
    ensure(EVENTS[:1])
    pass_days(box, later, 40)
    assert ensure(EVENTS[:1]) == {EVENTS[0]: "created"}
    assert len(subscriptions()) == 2
    assert ensure(EVENTS[:1]) == {EVENTS[0]: "kept"}


def test_one_that_is_switched_off_is_switched_on(box):
    ensure(EVENTS[:1])
    (row,) = subscriptions()
    Fl3xxHook().call("webhook.update", subscription_id=row["id"], body={"status": "INACTIVE"})
    assert ensure(EVENTS[:1]) == {EVENTS[0]: "switched on"}
    assert subscriptions()[0]["status"] == "ACTIVE"


@pytest.mark.parametrize("kind", ["reset_after", "reset_before"])
def test_one_whose_creation_is_unclear_is_made_once(box, later: Later, kind):
    box.control.fault("fl3xx", kind, "webhook.create")
    if kind == "reset_before":
        with pytest.raises(errors.Unavailable, match="it was not found afterwards"):
            ensure(EVENTS[:1])
        later(300)
    ensure(EVENTS[:1])
    assert len(subscriptions()) == 1
    assert box.control.summary()["fl3xx"]["stats"]["duplicates"] == 0


def test_those_of_an_address_are_removed_and_others_stay(box):
    ensure()
    ensure(EVENTS[:1], url="https://other.example.invalid/")
    remove = {"callback_url": URL}
    assert len(do(Fl3xxRemoveWebhooksOperator, **remove, events=EVENTS[:1])["removed"]) == 1
    assert len(do(Fl3xxRemoveWebhooksOperator, **remove)["removed"]) == 1
    assert do(Fl3xxRemoveWebhooksOperator, **remove)["removed"] == []
    assert [row["callbackUrl"] for row in subscriptions()] == ["https://other.example.invalid/"]
    listed = do(Fl3xxListWebhooksOperator)
    assert [set(row) for row in listed] == [{"id", "event", "status", "expirationDateTime"}]


@pytest.mark.parametrize("nothing", [[], "", "{{ [] }}", "{{ none }}", None])
def test_no_events_are_not_all_events(box, nothing):
    ensure()
    with pytest.raises(AirflowFailException, match="'events' must name at least one"):
        do(Fl3xxRemoveWebhooksOperator, callback_url=URL, events=nothing)
    assert len(subscriptions()) == len(EVENTS)


@pytest.mark.parametrize(
    ("events", "url", "rule"),
    [
        ([], URL, "'events' must name at least one"),
        (EVENTS, "http://plain.example.invalid/", "callbackUrl"),
        (EVENTS, None, "callbackUrl"),
    ],
)
def test_a_wrong_wish_is_refused_before_anything_is_sent(box, events, url, rule):
    with pytest.raises(AirflowFailException, match=rule):
        ensure(events, url=url)
    assert requests(box) == []


def test_a_connection_without_a_signing_key_is_refused(box, fleet_connections, monkeypatch):
    own = fleet_connections["fl3xx_default"]
    extra = {name: value for name, value in own["extra"].items() if name != "webhook_secret"}
    set_connection(monkeypatch, "fl3xx_default", own | {"extra": extra})
    with pytest.raises(AirflowFailException, match="'webhook_secret' is required"):
        ensure()
    assert requests(box) == []


def test_the_address_is_not_stored_among_the_rendered_fields():
    for operator in (Fl3xxEnsureWebhooksOperator, Fl3xxRemoveWebhooksOperator):
        assert "hush" not in rendered(operator, events=EVENTS, callback_url=URL)
