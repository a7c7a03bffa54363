"""Fastrac's sensors against the sandbox: what Fastrac received, and what the user sees."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred

from airflow_provider_fleetops.hooks.fastrac import FastracHook
from airflow_provider_fleetops.operators.fastrac import (
    FastracTrackShipmentOperator,
)
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.sensors.fastrac import FastracShipmentSensor
from airflow_provider_fleetops.triggers import wait
from tests.airflow.fastrac_kit import (
    attentive,
    box,
    connect,
    context,
    paths,
    ship,
)
from tests.conftest import set_connection
from tests.waiting_kit import hurry

__all__ = ["attentive", "box", "connect"]

pytestmark = pytest.mark.usefixtures("fleet_connections")


def sensor(**arguments: Any) -> FastracShipmentSensor:
    return FastracShipmentSensor(task_id="wait", **({"courier_code": "anteraja"} | arguments))


def test_the_sensor_follows_a_parcel_to_its_delivery(attentive):
    awb = ship()["awb"]
    waiting = sensor(awb=awb)
    assert not waiting.poke(context()).is_done
    assert sensor(awb=awb, target_state="pending_dropoff").poke(context()).is_done
    attentive.control.advance(timedelta(minutes=301))
    result = waiting.poke(context()).xcom_value
    assert result["reached"] == {awb: "DELIVERED"}
    assert set(result["facts"][awb]) == {"courier_code", "service", "at", "steps"}


@pytest.mark.parametrize(("event", "word"), [("return", "RETURNED"), ("cancel", "CANCELED")])
def test_a_parcel_that_will_not_come_fails_the_sensor(attentive, event, word):
    awb = ship()["awb"]
    attentive.control.script("fastrac", event, awb=awb)
    attentive.control.advance(timedelta(minutes=301))
    with pytest.raises(AirflowFailException, match=f"{awb} {word}"):
        sensor(awb=awb).poke(context())


def test_a_problem_keeps_waiting_unless_it_is_named(attentive):
    awb = ship()["awb"]
    attentive.control.script("fastrac", "status", awb=awb, status="PROBLEM_SHIPMENT", hold=True)
    assert not sensor(awb=awb).poke(context()).is_done
    with pytest.raises(AirflowFailException, match="PROBLEM_SHIPMENT"):
        sensor(awb=awb, failure_states=["PROBLEM_SHIPMENT"]).poke(context())


def test_a_parcel_that_comes_is_not_one_that_goes_back(attentive):
    going, coming = (ship({"run_id": run})["awb"] for run in "ab")
    attentive.control.script("fastrac", "return", awb=going)
    attentive.control.advance(timedelta(minutes=301))
    assert sensor(awb=going, target_state="RTS").poke(context()).xcom_value["reached"] == {going: "RETURNED"}
    with pytest.raises(AirflowFailException, match=f"{coming} DELIVERED"):
        sensor(awb=coming, target_state="RTS").poke(context())


def test_spelling_order_and_unknown_words_of_histories(attentive, connect):
    awb = ship()["awb"]
    attentive.control.limits("fastrac", unsorted_history=1, cancelled_spelling="Cancelled")
    attentive.control.script("fastrac", "status", awb=awb, status="Paket di gudang", hold=True)
    assert not sensor(awb=awb).poke(context()).is_done
    connect(tracking_seconds=0, status_words={"paket di gudang": "DELIVERED"})
    assert sensor(awb=awb).poke(context()).is_done
    other = ship({"run_id": "other"})["awb"]
    FastracHook().cancel_shipment("anteraja", other, "Stok habis")
    assert sensor(awb=other, target_state="CANCELED").poke(context()).is_done


def test_many_parcels_of_several_couriers_and_only_those_under_way_are_asked_for(attentive):
    booked = [
        ship({"run_id": f"r{n}"}, courier_code=courier, code_service=service)
        for n, (courier, service) in enumerate([("anteraja", "ND"), ("idx", "STD"), ("idx", "cargo")])
    ]
    attentive.control.script("fastrac", "status", awb=booked[0]["awb"], status="DELIVERED")
    waiting = sensor(awbs=booked, courier_code=None)
    for _ in range(2):
        assert not waiting.poke(context()).is_done
    attentive.control.advance(timedelta(minutes=301))
    result = waiting.poke(context()).xcom_value
    assert result["reached"] == {row["awb"]: "DELIVERED" for row in booked}
    assert len(paths(attentive, route="orders.track")) == 3 + 2 + 2


def test_the_same_number_at_another_courier_is_another_parcel(attentive):
    """Each sensor keeps its own courier, whoever registers before it or after it."""
    awb = ship()["awb"]
    others = {run: sensor(awb=awb, courier_code="idx", mode="reschedule") for run in ("a", "z")}
    for run, other in others.items():
        assert not other.poke(context(run_id=run)).is_done
    attentive.control.advance(timedelta(minutes=301))
    result = sensor(awb=awb).poke(context(run_id="m")).xcom_value
    assert result["reached"] == {awb: "DELIVERED"}
    for run, other in others.items():
        assert not other.poke(context(run_id=run)).is_done


def test_one_sensor_cannot_wait_for_a_number_at_two_couriers():
    both = [{"awb": "A", "courier_code": courier} for courier in ("idx", "anteraja")]
    with pytest.raises(ValueError, match="'awbs' has parcel 'A' under two couriers"):
        sensor(awbs=both).subjects()


def test_sensors_share_what_was_seen_within_the_cadence(box):
    awb = ship()["awb"]
    for _ in range(3):
        assert not sensor(awb=awb).poke(context()).is_done
    assert FastracTrackShipmentOperator(task_id="t", awbs=[awb], courier_code="anteraja").execute(context())
    assert len(paths(box, route="orders.track")) == 1


@pytest.mark.parametrize("fault", [("status", {"code": 503}), ("too_many", {}), ("reset_after", {}), ("truncated", {})])
def test_a_failed_look_is_one_request_and_the_waiting_goes_on(attentive, fault):
    awb = ship()["awb"]
    attentive.control.fault("fastrac", fault[0], "orders.track", **fault[1])
    assert not sensor(awb=awb).poke(context()).is_done
    assert len(paths(attentive, route="orders.track")) == 1


def test_wrong_keys_end_the_waiting(box, connect, fleet_connections, monkeypatch):
    own = fleet_connections["fastrac_default"]
    set_connection(monkeypatch, "fastrac_default", own | {"password": "SK-wrong-and-marked"})
    with pytest.raises(AirflowFailException, match="access key") as caught:
        sensor(awb="A").poke(context())
    assert isinstance(caught.value, errors.AuthenticationError)
    assert "marked" not in str(caught.value)
    assert len(paths(box)) == 1


@pytest.mark.parametrize(
    ("given", "ids", "window"),
    [
        ({"awb": "A"}, ["A"], {"courier_code": "anteraja"}),
        ({"awbs": ["A", "B", "A"]}, ["A", "B"], {"courier_code": "anteraja"}),
        ({"awbs": "A"}, ["A"], {"courier_code": "anteraja"}),
        ({"awbs": "['A', 'B']"}, ["A", "B"], {"courier_code": "anteraja"}),
        ({"awbs": "[not a list"}, ["[not a list"], {"courier_code": "anteraja"}),
        ({"awbs": [{"awb": "A", "courier_code": "idx"}, "B"]}, ["A", "B"], {"courier_code": "anteraja", "A": "idx"}),
        ({"awbs": ({"awb": "A"},)}, ["A"], {"courier_code": "anteraja"}),
        ({"awb": "None"}, [], {"courier_code": "anteraja"}),
        ({"awbs": [None, ""]}, [], {"courier_code": "anteraja"}),
    ],
)
def test_parcels_may_come_as_ids_as_rows_or_as_rendered_text(given, ids, window):
    assert sensor(**given).subjects() == ids
    assert sensor(**given).window(context()) == window


def test_what_the_sensor_must_be_told(box):
    with pytest.raises(ValueError, match="exactly one of awb and awbs"):
        sensor()
    with pytest.raises(ValueError, match="exactly one of awb and awbs"):
        sensor(awb="A", awbs=["B"])
    with pytest.raises(errors.ConfigurationError, match="no parcel id"):
        sensor(awb="").poke(context())
    with pytest.raises(AirflowFailException, match="courier_code"):
        sensor(awb="A", courier_code=None).poke(context())
    with pytest.raises(errors.ConfigurationError, match="target state"):
        sensor(awb="A", target_state="ARRIVED").poke(context())
    assert paths(box) == []


async def test_deferred_it_waits_in_the_triggerer_and_ends_with_the_result(attentive, monkeypatch, caplog):
    awb = ship()["awb"]
    waiting = sensor(awbs=[awb], deferrable=True)
    with pytest.raises(TaskDeferred) as deferred:
        waiting.execute(context())
    _, kwargs = deferred.value.trigger.serialize()
    assert not any(secret in json.dumps(kwargs) for secret in attentive.credentials("fastrac").values())
    arrived: list[float] = []

    def passed(waited: float) -> None:
        if waited > 90 and not arrived:
            arrived.append(waited)
            attentive.control.advance(timedelta(minutes=301))
        assert waited < 2000, caplog.text

    time = hurry(monkeypatch, passed)
    events = [event async for event in wait.WaitTrigger(**json.loads(json.dumps(kwargs))).run()]
    assert waiting.execute_complete(context(), events[0].payload)["reached"] == {awb: "DELIVERED"}
    assert time.waited < 2000
