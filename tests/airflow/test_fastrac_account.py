"""Fastrac's balance and webhook: the ledger with its pages, the guard, the sensor, and setting what is not set."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred

from airflow_provider_fleetops.hooks.fastrac import FastracHook
from airflow_provider_fleetops.operators.fastrac import (
    FastracBalanceHistoryOperator,
    FastracGetWebhookOperator,
    FastracReadBalanceOperator,
    FastracSetWebhookOperator,
)
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.sensors.fastrac import FastracLowBalanceSensor
from airflow_provider_fleetops.triggers import wait
from tests.airflow.fastrac_kit import box, connect, context, paths, run, ship
from tests.sandbox.hook_kit import inbox
from tests.waiting_kit import hurry

__all__ = ["box", "connect"]

pytestmark = pytest.mark.usefixtures("fleet_connections")

OPENING = 10_000_000


def ledger(**given: Any) -> dict[str, Any]:
    found: dict[str, Any] = run(FastracBalanceHistoryOperator(task_id="ledger", **given))
    return found


def low(threshold: Any, **given: Any) -> FastracLowBalanceSensor:
    return FastracLowBalanceSensor(task_id="low", threshold=threshold, **given)


# --- the ledger -------------------------------------------------------------------------------------------------------


def test_the_ledger_shows_what_orders_took_and_the_rows_go_to_a_file(box, tmp_path):
    booked = [ship({"run_id": f"r{n}"}) for n in range(3)]
    found = ledger(filter_status="order", output_path=f"file://{tmp_path}/ledger.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "ledger.jsonl").read_text().splitlines()]
    assert sorted(row["saldo_keluar"] for row in rows) == sorted(parcel["tariff"] for parcel in booked)
    assert found == {
        "count": 3,
        "credit": 0,
        "debit": sum(parcel["tariff"] for parcel in booked),
        "path": f"file://{tmp_path}/ledger.jsonl",
    }
    assert ledger(filter_status="topup") == {"count": 1, "credit": OPENING, "debit": 0}


def test_all_pages_of_the_ledger_are_read(box):
    for number in range(51):
        ship({"run_id": f"r{number}"})
    assert ledger(filter_status="order")["count"] == 51
    assert len(paths(box, route="balance.history")) == 2


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ({"search": "anteraja"}, 1),
        ({"search": "nobody"}, 0),
        ({"from_date": "2031-04-03"}, 0),
        ({"to_date": "2031-04-01"}, 1),
        ({"from_date": "{{ ds }}", "to_date": "", "filter_status": ""}, 1),
    ],
)
def test_filters_reach_the_vendor(box, given, count):
    ship()
    assert ledger(**({"to_date": "2031-04-03"} | given))["count"] == count


@pytest.mark.parametrize(
    ("given", "field"), [({"from_date": "yesterday"}, "start_date"), ({"filter_status": "orders"}, "filter_status")]
)
def test_a_wrong_filter_is_not_sent(box, given, field):
    with pytest.raises(AirflowFailException, match=field):
        ledger(**given)
    assert paths(box) == []


# --- the balance ------------------------------------------------------------------------------------------------------


def test_the_balance_is_what_orders_have_left(box):
    taken = ship()["tariff"]
    assert run(FastracReadBalanceOperator(task_id="b")) == {"balance": OPENING - taken}
    assert run(FastracReadBalanceOperator(task_id="b", minimum=str(OPENING - taken))) == {"balance": OPENING - taken}


def test_a_guard_fails_below_its_minimum_without_a_retry(box):
    with pytest.raises(AirflowFailException, match="below the minimum of 10000001") as caught:
        run(FastracReadBalanceOperator(task_id="b", minimum=OPENING + 1))
    assert isinstance(caught.value, errors.Refused)


def test_where_the_balance_stands_is_the_connections_to_say(box, connect):
    connect(balance_key="wallet.now")
    with pytest.raises(AirflowFailException, match="balance_key") as caught:
        run(FastracReadBalanceOperator(task_id="b"))
    assert isinstance(caught.value, errors.ConfigurationError)


def test_the_sensor_passes_below_the_threshold_and_not_at_it(box, connect):
    connect(balance_seconds=0)
    assert not low(OPENING).poke(context()).is_done
    taken = ship()["tariff"]
    result = low(str(OPENING)).poke(context()).xcom_value
    assert result["reached"] == {str(OPENING): "LOW"}
    assert result["facts"] == {str(OPENING): {"balance": OPENING - taken}}


def test_sensors_with_any_threshold_share_one_look(box):
    for threshold in (1, 2, OPENING + 5, "7"):
        low(threshold).poke(context())
    assert paths(box) == ["/user/balance/history"]


@pytest.mark.parametrize("threshold", ["None", "", "a lot", "-1", True])
def test_a_threshold_must_be_an_amount(box, threshold):
    with pytest.raises((AirflowFailException, errors.InvalidInput), match=r"threshold|nothing to wait for"):
        low(threshold).poke(context())
    assert paths(box) == []


async def test_deferred_it_waits_until_the_money_is_spent(box, connect, monkeypatch):
    connect(balance_seconds=0)
    waiting = low(OPENING, deferrable=True)
    with pytest.raises(TaskDeferred) as deferred:
        waiting.execute(context())
    _, kwargs = deferred.value.trigger.serialize()
    shipped: list[Any] = []

    def passed(waited: float) -> None:
        if waited > 90 and not shipped:
            shipped.append(ship())
        assert waited < 2000

    hurry(monkeypatch, passed)
    events = [event async for event in wait.WaitTrigger(**json.loads(json.dumps(kwargs))).run()]
    assert waiting.execute_complete(context(), events[0].payload)["reached"] == {str(OPENING): "LOW"}


# --- the webhook ------------------------------------------------------------------------------------------------------


def set_to(url: Any, **given: Any) -> dict[str, bool]:
    changed: dict[str, bool] = run(FastracSetWebhookOperator(task_id="hook", body={"url": url}, **given))
    return changed


def test_a_webhook_is_set_once_and_again_only_when_it_differs(box):
    with inbox() as ours, inbox() as theirs:
        assert set_to(ours.url) == {"changed": True}
        assert set_to(ours.url) == {"changed": False}
        assert set_to(theirs.url) == {"changed": True}
        assert FastracHook().get_webhook() == {"url": theirs.url}
    assert paths(box).count("/webhook/set") == 2


def test_the_webhook_s_address_is_shown_nowhere(box, caplog, tmp_path):
    assert run(FastracGetWebhookOperator(task_id="g"))["set"] is False
    with inbox() as ours:
        secret = f"{ours.url}?token=hush-and-marked"
        operator = FastracSetWebhookOperator(task_id="hook", body=lambda _context: {"url": secret})
        assert run(operator) == {"changed": True}
        found = run(FastracGetWebhookOperator(task_id="g", output_path=f"file://{tmp_path}/hook.json"))
    assert found["set"] is True
    assert json.loads((tmp_path / "hook.json").read_text()) == {"url": secret}
    assert "body" not in operator.template_fields
    assert "marked" not in json.dumps(found) + caplog.text


@pytest.mark.parametrize("body", [None, {}, "https://a.example", []])
def test_a_webhook_without_a_body_is_not_sent(box, body):
    with pytest.raises(AirflowFailException, match="body"):
        run(FastracSetWebhookOperator(task_id="hook", body=body))
    assert paths(box) == []


def test_a_lost_answer_to_setting_is_looked_up_by_the_next_try(box):
    box.control.fault("fastrac", "status", "webhooks.set", times=9, code=503, when="after")
    with inbox() as ours:
        with pytest.raises(errors.Unavailable):
            set_to(ours.url)
        assert set_to(ours.url) == {"changed": False}


def test_the_world_goes_on_while_nobody_looks(box):
    """A payout of cash on delivery comes with the delivery, days later, and the ledger has it."""
    ship(cod=True, cod_amount=245_000)
    assert ledger(filter_status="dana_cod")["count"] == 0
    box.control.advance(timedelta(minutes=301))
    assert ledger(filter_status="dana_cod", to_date="2031-04-03")["credit"] > 0
