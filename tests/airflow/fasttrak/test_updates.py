"""Changing what a reservation says: what FASTTRAK received, and what the user sees."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_fleetops.operators.fasttrak import FasttrakUpdateReservationOperator
from airflow_provider_fleetops.protocol import errors
from tests.airflow.fasttrak.kit import CONTEXT, PICKUP, create, record, routes, run, sent, shown


def update(**arguments: Any) -> dict[str, Any]:
    told: dict[str, Any] = run(FasttrakUpdateReservationOperator, **arguments)
    return told


def test_only_what_is_named_changes(box):
    booked = create()["reservation_id"]
    before = record(booked)
    told = update(
        reservation_id=str(booked),
        passenger={"phone": "+1 555 0177"},
        notes={"driver_notes": "Ring twice"},
        passenger_count="3",
        reference_po="PO-7",
    )
    changed = ["driverNotes", "passengerCount", "primaryPassenger", "referencePO"]
    assert told == {"reservation_id": booked, "updated": True, "changed": changed, "status": "BOOKED"}
    after = record(booked)
    assert {name for name in after if after[name] != before[name]} - {"modifiedTime"} == set(changed)
    assert after["primaryPassenger"] == {**before["primaryPassenger"], "phoneNumber": "+1 555 0177"}


def test_the_same_again_writes_nothing(box):
    booked = create()["reservation_id"]
    update(reservation_id=booked, to_location="1 Other Road", is_vip=False)
    told = update(reservation_id=booked, to_location="1 Other Road", is_vip=False)
    assert (told["updated"], told["changed"]) == (False, [])
    assert sent(box, "reservation.update") == 1


def test_another_place_keeps_the_flight_and_another_flight_the_place(box):
    booked = create()["reservation_id"]
    update(reservation_id=booked, from_location="Terminal 2")
    update(reservation_id=booked, flight={"flight_number": "0456"})
    place = record(booked)["fromLocation"]
    assert place["displayAddress"] == "Terminal 2"
    flight = place["airportAirlineFlightInfo"]
    assert (flight["airportCode"], flight["airlineCode"], flight["flightNumber"]) == ("KXX", "ZZ", "0456")


def test_a_trip_is_found_by_the_key_of_its_booking(box):
    booked = create()["reservation_id"]
    near = {"external_booking_id": "flight-7001:car", "scheduled_pickup_time": PICKUP + timedelta(hours=2)}
    assert update(**near, luggage_count=4)["reservation_id"] == booked
    with pytest.raises(ValueError, match="searches by time"):
        FasttrakUpdateReservationOperator(task_id="u", external_booking_id="flight-7001:car")


def test_a_trip_in_service_is_refused_unless_forced(box):
    booked = create()["reservation_id"]
    box.control.script("fasttrak", "status", reservationId=booked, status="En_route", hold=True)
    with pytest.raises(AirflowFailException, match=r"in service \(EN_ROUTE\)"):
        update(reservation_id=booked, luggage_count=4)
    assert update(reservation_id=booked, luggage_count=4, force=True)["updated"]


def test_an_update_whose_answer_was_lost_is_sent_again_to_the_same_effect(box):
    booked = create()["reservation_id"]
    box.control.fault("fasttrak", "reset_after", match="reservation.update")
    assert update(reservation_id=booked, luggage_count=4)["updated"]
    assert record(booked)["luggageCount"] == 4


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"details": {"reservationStatus": "Cancelled"}}, "reservationStatus.*cancel"),
        ({"details": {"scheduledPickupTime": "x"}}, "scheduledPickupTime.*re-time"),
        ({"passenger": {"shoe_size": 9}}, "shoe_size"),
        ({"passenger_count": -1}, "passenger_count.*at least 0"),
        ({"flight": {"airport_code": "somewhere"}}, "airport_code. must be 3 or 4 capital"),
        ({"to_location": 7.5}, "to_location.*string"),
        ({"notes": {"diary": "x"}}, "diary"),
        ({"overrides": {"disableEverything": True}}, "disableEverything"),
    ],
)
def test_wrong_values_are_named_and_nothing_is_sent(box, wrong, named):
    with pytest.raises(AirflowFailException, match=named) as caught:
        update(reservation_id=710_001, **wrong)
    assert isinstance(caught.value, errors.InvalidInput)
    assert routes(box) == []


def test_a_flight_needs_an_airport_end(box):
    booked = create(travel_type="Ground", flight=None)["reservation_id"]
    with pytest.raises(AirflowFailException, match="arrival or a departure"):
        update(reservation_id=booked, flight={"flight_number": "1"})
    assert sent(box, "reservation.update") == 0


def test_persons_and_places_are_shown_nowhere(box, caplog):
    caplog.set_level("DEBUG")
    booked = create()["reservation_id"]
    given: dict[str, Any] = {
        "passenger": {"name": "Quirina Testperson"},
        "to_location": "99 Hidden Road",
        "notes": {"trip_notes": "Allergic to {{ ds }}"},
    }
    operator = FasttrakUpdateReservationOperator(task_id="u", reservation_id=booked, **given)
    text = shown(operator) + json.dumps(operator.execute(CONTEXT)) + caplog.text
    for personal in ("Quirina", "99 Hidden Road", "Allergic"):
        assert personal not in text
    assert record(booked)["tripNotes"] == "Allergic to 2031-04-02"
