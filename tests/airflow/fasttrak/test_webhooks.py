"""Webhook subscriptions at FASTTRAK: what FASTTRAK received, and what the user sees."""

from __future__ import annotations

import json
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_fleetops.hooks.fasttrak import FasttrakHook
from airflow_provider_fleetops.operators.fasttrak import (
    FasttrakEnsureWebhookOperator,
    FasttrakListWebhooksOperator,
    FasttrakRemoveWebhookOperator,
)
from airflow_provider_fleetops.protocol import errors
from tests.airflow.fasttrak.kit import routes, run, sent, shown

URL = "https://hooks.example/cars?token=a-secret-token"
SECRET = "an-invented-signing-secret"


def ensure(**arguments: Any) -> dict[str, Any]:
    told: dict[str, Any] = run(FasttrakEnsureWebhookOperator, **{"callback_url": URL, "secret": SECRET, **arguments})
    return told


def subscriptions() -> list[dict[str, Any]]:
    return FasttrakHook().rows("webhooks.list")


def test_there_is_one_subscription_however_often_it_is_ensured(box):
    made = ensure(event_types=["reservation.updated"])
    assert (made["created"], made["removed"]) == (True, 0)
    assert ensure(event_types="['reservation.updated']") == {**made, "created": False}
    assert [row["webhookId"] for row in subscriptions()] == [made["webhook_id"]]
    assert run(FasttrakListWebhooksOperator) == [{"webhookId": made["webhook_id"]}]


def test_other_events_replace_it_and_other_addresses_stay(box):
    other = ensure(callback_url="https://other.example/x")
    old = ensure(event_types=["reservation.updated"])
    new = ensure(event_types=["reservation.cancelled"])
    assert (new["created"], new["removed"]) == (True, 1)
    assert {row["webhookId"] for row in subscriptions()} == {other["webhook_id"], new["webhook_id"]}
    assert old["webhook_id"] != new["webhook_id"]


@pytest.mark.parametrize(("kind", "options"), [("reset_after", {}), ("status", {"code": 503, "when": "after"})])
def test_a_subscription_whose_answer_was_lost_is_found(box, kind, options):
    box.control.fault("fasttrak", kind, match="webhook.create", **options)
    assert ensure()["webhook_id"]
    assert len(subscriptions()) == sent(box, "webhook.create") == 1


def test_one_that_never_arrived_is_left_to_the_next_try(box):
    box.control.fault("fasttrak", "reset_before", match="webhook.create")
    with pytest.raises(errors.Unavailable, match="A retry looks before it sends") as caught:
        ensure()
    assert not isinstance(caught.value, AirflowFailException)
    assert ensure()["created"]
    assert len(subscriptions()) == 1


def test_a_double_is_removed(box):
    hook = FasttrakHook()
    for _ in range(3):
        hook.call("webhook.create", body={"url": URL})
    told = ensure()
    assert (told["created"], told["removed"]) == (False, 2)
    assert len(subscriptions()) == 1


def test_by_the_catalogue_it_is_found_in_the_list(box):
    box.control.fault("fasttrak", "reset_after", match="webhook.create")
    body = {"url": URL, "eventTypes": ["reservation.updated"]}
    made = FasttrakHook().call("webhook.create", body=body, operation_key="hook")
    assert made["webhookId"] == subscriptions()[0]["webhookId"]
    assert sent(box, "webhook.create") == 1


def test_removing_is_repeatable(box):
    ensure()
    assert run(FasttrakRemoveWebhookOperator, callback_url=URL) == {"removed": 1}
    assert run(FasttrakRemoveWebhookOperator, callback_url=URL) == {"removed": 0}
    assert subscriptions() == []


def test_a_removal_whose_answer_was_lost_is_a_success(box):
    ensure()
    box.control.fault("fasttrak", "reset_after", match="webhook.delete")
    assert run(FasttrakRemoveWebhookOperator, callback_url=URL) == {"removed": 1}
    assert subscriptions() == []


def test_an_assumed_path_and_method_are_the_connections_to_set(box, connect):
    connect(extra={"paths": {"webhook.create": "/subscriptions"}, "methods": {"webhook.create": "PUT"}})
    with pytest.raises(AirflowFailException) as caught:
        ensure()
    assert isinstance(caught.value, errors.NotFound)
    last = box.control.journal(vendor="fasttrak")[-1]
    assert (last["method"], last["path"]) == ("PUT", "/api/subscriptions")


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"callback_url": "http://hooks.example/"}, "callback_url.*must begin with https://"),
        ({"callback_url": ""}, "callback_url"),
        ({"secret": "\x00"}, "secret.*control"),
    ],
)
def test_wrong_values_are_named_and_nothing_is_sent(box, wrong, named):
    with pytest.raises(AirflowFailException, match=named) as caught:
        ensure(**wrong)
    assert isinstance(caught.value, errors.InvalidInput)
    assert routes(box) == []


def test_address_and_secret_are_shown_nowhere(box, caplog):
    caplog.set_level("DEBUG")
    text = json.dumps(ensure()) + caplog.text
    text += shown(FasttrakEnsureWebhookOperator(task_id="w", callback_url=URL, secret=SECRET))
    assert "a-secret-token" not in text
    assert SECRET not in text
