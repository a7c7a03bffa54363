"""Waiting for bookings, permits, slots and closed flights: what FL3XX received, and what the user sees."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred

from airflow_provider_fleetops.operators.fl3xx import Fl3xxCreateBookingOperator, Fl3xxCreateQuoteOperator
from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.sensors import fl3xx
from tests.airflow.fl3xx_kit import CONTEXT, arrival, do, programme, requests, scheduled, unhurry
from tests.airflow.test_fl3xx_bookings import NAMES, ORDER


@pytest.fixture
def box(fresh_sandbox: Sandbox, fleet_connections: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    unhurry(fresh_sandbox, fleet_connections, monkeypatch)
    return fresh_sandbox


def quote(reference: str) -> None:
    do(Fl3xxCreateQuoteOperator, external_reference=reference, **ORDER)


def book(reference: str) -> None:
    do(Fl3xxCreateBookingOperator, external_reference=reference, **ORDER)


def bookings(**arguments: Any) -> fl3xx.Fl3xxBookingStateSensor:
    return fl3xx.Fl3xxBookingStateSensor(task_id="wait", **arguments)


def test_a_quote_is_waited_for_until_it_is_booked(box):
    quote("q-1")
    waiting = bookings(reference="q-1")
    assert not waiting.poke(CONTEXT).is_done
    box.control.fault("fl3xx", "unknown_state", "quote.get", keys=["status"], value="B")
    seen = waiting.poke(CONTEXT)
    assert seen.is_done
    assert seen.xcom_value["reached"] == {"q-1": "BOOKED"}
    assert not any(name in str(seen.xcom_value) for name in NAMES)


@pytest.mark.parametrize(
    ("letter", "reached"),
    [("R", False), ("a", False), ("W", False), ("A", False), ("S", False), ("?", False), ("B", True), ("F", True)],
)
def test_letters_are_states_in_an_order(box, letter, reached):
    quote("q-1")
    box.control.fault("fl3xx", "unknown_state", "quote.get", keys=["status"], value=letter)
    assert bookings(reference="q-1").poke(CONTEXT).is_done is reached


@pytest.mark.parametrize(("letter", "state"), [("C", "CANCELLED"), ("D", "DECLINED")])
def test_one_that_is_cancelled_or_declined_fails_the_sensor(box, letter, state):
    quote("q-1")
    box.control.fault("fl3xx", "unknown_state", "quote.get", keys=["status"], value=letter)
    with pytest.raises(AirflowFailException, match=f"booking cannot reach BOOKED any more: q-1 {state}"):
        bookings(reference="q-1").poke(CONTEXT)


def test_one_that_is_not_there_fails_the_sensor(box):
    with pytest.raises(AirflowFailException, match="q-9 NOT_FOUND"):
        bookings(reference="q-9").poke(CONTEXT)


def test_many_open_quotes_are_seen_with_one_list(box):
    for number in range(5):
        quote(f"q-{number}")
    book("b-1")
    names = [*(f"q-{number}" for number in range(5)), "b-1"]
    since = len(requests(box))
    seen = bookings(references=str(names), target_state="QUOTED", changed_since="2031-04-01").poke(CONTEXT)
    assert seen.is_done
    assert seen.xcom_value["reached"]["b-1"] == "BOOKED"
    assert requests(box)[since:] == ["/api/external/quote/notbooked", "/api/external/quote/b-1"]


def test_one_way_to_name_the_bookings():
    for wrong in ({}, {"reference": 1, "references": [2]}):
        with pytest.raises(ValueError, match="exactly one of reference and references"):
            bookings(**wrong)


@pytest.mark.parametrize(
    ("sensor", "route"), [(fl3xx.Fl3xxPermitsSensor, "permits.list"), (fl3xx.Fl3xxSlotsSensor, "slots.list")]
)
@pytest.mark.parametrize(
    ("word", "state", "done"),
    [
        ("OK", "CONFIRMED", True),
        ("NR", "CONFIRMED", True),
        ("REQ", "PENDING", False),
        ("DO", "PENDING", False),
        ("OK_REVISED", "PENDING", False),
        ("CNL", "NONE", False),
    ],
)
def test_permits_and_slots_are_there_when_each_is(box, sensor, route, word, state, done):
    flight_id = scheduled(programme())[0]["flightId"]
    box.control.fault("fl3xx", "unknown_state", route, keys=["status"], value=word, times="forever")
    waiting = sensor(task_id="wait", flight_ids=[flight_id])
    seen = waiting.poke(CONTEXT)
    assert seen.is_done is done
    group = seen.xcom_value["reached" if done else "pending"]
    assert group == {str(flight_id): state}
    assert seen.xcom_value["facts"][str(flight_id)] == {word: 2}


def test_a_permit_is_pending_again_when_the_flight_has_moved(box):
    flight_id = scheduled(programme())[-1]["flightId"]
    waiting = fl3xx.Fl3xxPermitsSensor(task_id="wait", flight_id=flight_id)
    assert waiting.poke(CONTEXT).is_done
    box.control.script("fl3xx", "slip", flight=flight_id, minutes=30)
    assert not waiting.poke(CONTEXT).is_done


def test_a_flight_that_needs_no_permit_is_enough_where_that_is_wanted(box):
    flight_id = scheduled(programme())[0]["flightId"]
    box.control.fault("fl3xx", "unknown_state", "permits.list", keys=["status"], value="CNL")
    assert fl3xx.Fl3xxPermitsSensor(task_id="wait", flight_id=flight_id, target_state="NONE").poke(CONTEXT).is_done


def test_a_flight_that_is_not_there_fails_the_sensor(box):
    with pytest.raises(AirflowFailException, match="permits of flight cannot reach CONFIRMED any more: 999 NOT_FOUND"):
        fl3xx.Fl3xxPermitsSensor(task_id="wait", flight_id=999).poke(CONTEXT)


def test_post_flight_is_waited_for(box):
    flight = scheduled(programme())[0]
    waiting = fl3xx.Fl3xxPostFlightClosedSensor(task_id="wait", flight_id=flight["flightId"])
    box.control.set(arrival(flight) + timedelta(minutes=5))
    assert not waiting.poke(CONTEXT).is_done
    box.control.script("fl3xx", "close", flight=flight["flightId"])
    assert waiting.poke(CONTEXT).is_done


def test_deferred_they_carry_ids_states_and_dates(box):
    quote("q-1")
    with pytest.raises(TaskDeferred) as deferred:
        bookings(reference="q-1", deferrable=True).execute(CONTEXT)
    _, kwargs = deferred.value.trigger.serialize()
    assert "'ids': ['q-1']" in str(kwargs)
    assert "SIM-TOKEN" not in str(kwargs)
