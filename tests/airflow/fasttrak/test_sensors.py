"""FASTTRAK's sensors against the sandbox."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred

from airflow_provider_fleetops.hooks.fasttrak import FasttrakHook
from airflow_provider_fleetops.sensors.fasttrak import FasttrakDriverAssignedSensor
from airflow_provider_fleetops.triggers import wait
from tests.airflow.fasttrak.kit import (
    CONTEXT,
    PICKUP,
    cancel,
    create,
    routes,
    sensor,
)
from tests.conftest import START
from tests.waiting_kit import hurry


def test_one_search_sees_many_trips(box):
    hook = FasttrakHook()
    rows = hook.reservations(START - timedelta(days=1), START + timedelta(days=2))
    ids = [row["reservationId"] for row in rows]
    assert len(ids) == 10
    box.control.advance(timedelta(days=2))
    hook.call("companies.list")  # signs in again, two days later
    sent = len(routes(box))
    result = sensor(reservation_ids=ids, from_time=START - timedelta(days=1), to_time="2031-04-04T05:00:00Z").poke(
        CONTEXT
    )
    assert result.is_done
    assert set(result.xcom_value["reached"].values()) == {"DROPPED"}
    assert len(routes(box)) - sent == 1


def test_what_the_window_does_not_show_is_read_by_number(box):
    rows = FasttrakHook().reservations(START - timedelta(days=1), START + timedelta(days=2))
    ids = [row["reservationId"] for row in rows]
    sent = len(routes(box))
    sensor(reservation_ids=str(ids[:3]), from_time=START - timedelta(days=9), to_time=START - timedelta(days=8)).poke(
        CONTEXT
    )
    assert routes(box)[sent:] == ["reservations.search_advanced", *["reservation.get"] * 3]


def test_a_trip_that_is_only_booked_is_not_confirmed(box, later):
    """Where the confirmation stands among the steps is not known, so being booked says nothing of it."""
    booked = create()["reservation_id"]
    assert not sensor(reservation_ids=booked, target_state="TRIP_CONFIRMED").poke(CONTEXT).is_done
    box.control.set(PICKUP + timedelta(minutes=5))
    later(121)
    assert sensor(reservation_ids=booked, target_state="TRIP_CONFIRMED").poke(CONTEXT).is_done


def test_a_trip_that_is_past_the_target_has_reached_it(box, later):
    booked = create()["reservation_id"]
    assert not sensor(reservation_ids=booked, target_state="driver_scheduled").poke(CONTEXT).is_done
    box.control.set(PICKUP + timedelta(minutes=5))
    later(121)
    result = sensor(reservation_ids=booked, target_state="driver_scheduled").poke(CONTEXT)
    assert result.is_done
    assert result.xcom_value["reached"] == {str(booked): "ON_BOARD"}
    assert result.xcom_value["facts"][str(booked)]["driver_assigned"] is True


def test_own_keys_are_waited_for_too(box):
    create()
    window = {"from_time": PICKUP - timedelta(hours=5), "to_time": PICKUP + timedelta(hours=5)}
    waiting = sensor(external_booking_ids="flight-7001:car", target_state="BOOKED", **window)
    assert waiting.poke(CONTEXT).xcom_value["reached"] == {"flight-7001:car": "BOOKED"}
    unseen = sensor(external_booking_ids=["flight-7001:car", "later"], target_state="BOOKED", **window).poke(CONTEXT)
    assert not unseen.is_done


@pytest.mark.parametrize(("event", "state"), [("cancel", "CANCELLED"), ("no_show", "NO_SHOW")])
def test_a_dead_end_fails_the_sensor_and_names_it(box, event, state):
    booked = create()["reservation_id"]
    box.control.script("fasttrak", event, reservationId=booked)
    with pytest.raises(AirflowFailException, match=f"{booked} {state}"):
        sensor(reservation_ids=booked).execute(CONTEXT)


def test_an_unknown_word_keeps_waiting(box):
    booked = create()["reservation_id"]
    box.control.script("fasttrak", "status", reservationId=booked, status="Teleporting", hold=True)
    assert not sensor(reservation_ids=booked).poke(CONTEXT).is_done


def test_a_number_that_does_not_exist_fails_and_is_named(box):
    with pytest.raises(AirflowFailException, match="999999 NOT_FOUND"):
        sensor(reservation_ids=999_999).poke(CONTEXT)


def test_a_deferred_sensor_carries_ids_and_ends_in_the_trigger(box, monkeypatch):
    booked = create()["reservation_id"]
    with pytest.raises(TaskDeferred) as deferred:
        sensor(reservation_ids=[booked], deferrable=True).execute(CONTEXT)
    path, kwargs = deferred.value.trigger.serialize()
    kwargs = json.loads(json.dumps(kwargs))
    assert kwargs["ids"] == [str(booked)]
    secrets = box.credentials("fasttrak").values()
    assert not any(secret in json.dumps(kwargs) for secret in secrets)
    box.control.set(PICKUP + timedelta(hours=2))
    event = run_trigger(path, kwargs, monkeypatch)
    result = sensor(reservation_ids=[booked]).execute_complete(CONTEXT, event)
    assert result["reached"] == {str(booked): "DROPPED"}


def run_trigger(path: str, kwargs: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The first event of a trigger, without its pauses."""
    import asyncio

    assert path.endswith("WaitTrigger")

    async def first() -> Any:
        async for event in wait.WaitTrigger(**kwargs).run():
            return event.payload
        return None

    hurry(monkeypatch)
    payload: dict[str, Any] = asyncio.run(first())
    return payload


# --- the driver ---


def driver(**arguments: Any) -> Any:
    return FasttrakDriverAssignedSensor(task_id="driver", **arguments).poke(CONTEXT)


def test_a_driver_is_waited_for_by_one_search_of_the_window(box, later):
    create()
    create(external_booking_id="b")
    window = {"from_time": PICKUP - timedelta(hours=1), "to_time": PICKUP + timedelta(hours=1)}
    keys = ["flight-7001:car", "b"]
    before = driver(external_booking_ids=keys, **window)
    assert not before.is_done
    assert before.xcom_value["pending"] == dict.fromkeys(keys, "UNASSIGNED")
    box.control.script("fasttrak", "assign", externalBookingId="b", employeeId=201)
    assert not driver(external_booking_ids=keys, condition="any", **window).is_done, "nobody looks before the cadence"
    later(121)
    some = driver(external_booking_ids=keys, condition="any", **window)
    assert some.is_done
    assert some.xcom_value["reached"] == {"b": "ASSIGNED"}
    assert routes(box)[-2:] == ["reservations.search_advanced"] * 2


def test_the_trip_and_its_driver_are_seen_by_one_look(box):
    booked = create()["reservation_id"]
    sent = len(routes(box))
    assert sensor(reservation_ids=booked, target_state="BOOKED").poke(CONTEXT).is_done
    assert not driver(reservation_ids=booked).is_done
    assert routes(box)[sent:] == ["reservation.get"]


@pytest.mark.parametrize("hours", [0, 2])
def test_a_trip_that_is_under_way_or_over_has_a_driver(box, hours):
    booked = create()["reservation_id"]
    box.control.set(PICKUP + timedelta(hours=hours))
    assert driver(reservation_ids=booked).xcom_value["reached"] == {str(booked): "ASSIGNED"}


def test_a_cancelled_trip_gets_no_driver(box):
    booked = create()["reservation_id"]
    cancel(reservation_id=booked)
    with pytest.raises(AirflowFailException, match=f"{booked} CANCELLED"):
        driver(reservation_ids=booked)
