"""Moving and cancelling cars at FASTTRAK: what FASTTRAK received, and what the user sees."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_fleetops.operators.fasttrak import (
    FasttrakRetimeReservationOperator,
)
from airflow_provider_fleetops.protocol import errors
from tests.airflow.fasttrak.kit import (
    PICKUP,
    cancel,
    create,
    record,
    retime,
    routes,
)


def test_a_slip_moves_pickup_end_and_flight(box):
    booked = create()["reservation_id"]
    before = record(booked)
    told = retime(
        reservation_id=booked,
        flight_estimated_arrival=(PICKUP + timedelta(minutes=40)).isoformat(),
        buffer_minutes="15",
    )
    assert told == {
        "reservation_id": booked,
        "updated": True,
        "reason": "",
        "previous_pickup_time": "2031-04-02T11:00:00Z",
        "scheduled_pickup_time": "2031-04-02T11:55:00Z",
        "shift_minutes": 55.0,
        "status": "BOOKED",
    }
    after = record(booked)
    assert (
        moved(before, after, "scheduledPickupTime") == moved(before, after, "estimatedEndTime") == timedelta(minutes=55)
    )
    arrived = after["fromLocation"]["airportAirlineFlightInfo"]["actualDateTime"]
    assert datetime.fromisoformat(arrived) == PICKUP + timedelta(minutes=40)
    same = {"primaryPassenger", "toLocation", "externalBookingId", "isVip", "reservationStatus", "employeeId"}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}


def moved(before: Mapping[str, Any], after: Mapping[str, Any], name: str) -> timedelta:
    return datetime.fromisoformat(after[name]) - datetime.fromisoformat(before[name])


def test_an_update_again_writes_nothing(box):
    booked = create()["reservation_id"]
    target = PICKUP + timedelta(minutes=30)
    retime(reservation_id=booked, scheduled_pickup_time=target)
    told = retime(reservation_id=booked, scheduled_pickup_time=target)
    assert (told["updated"], told["reason"], told["shift_minutes"]) == (False, "less than 5 minutes", 0)
    assert routes(box).count("reservation.update") == 1


@pytest.mark.parametrize(
    ("minutes", "threshold", "updated"), [(4, 5, False), (5, 5, True), (-4, 5, False), (1, 0, True)]
)
def test_small_moves_are_skipped(box, minutes, threshold, updated):
    booked = create()["reservation_id"]
    told = retime(
        reservation_id=booked,
        scheduled_pickup_time=PICKUP + timedelta(minutes=minutes),
        threshold_minutes=threshold,
    )
    assert told["updated"] is updated
    assert routes(box).count("reservation.update") == int(updated)


def test_a_trip_is_found_by_the_key_of_its_booking(box):
    booked = create()["reservation_id"]
    told = retime(external_booking_id="flight-7001:car", scheduled_pickup_time=PICKUP + timedelta(hours=1))
    assert (told["reservation_id"], told["updated"]) == (booked, True)
    with pytest.raises(AirflowFailException, match="no reservation with this external_booking_id"):
        retime(external_booking_id="nobody's", scheduled_pickup_time=PICKUP)


@pytest.mark.parametrize("status", ["En_route", "On_Location", "On_Board", "Dropped", "No_Show", "Cancelled"])
def test_a_trip_in_service_or_over_is_refused(box, status):
    booked = create()["reservation_id"]
    box.control.script("fasttrak", "status", reservationId=booked, status=status, hold=True)
    with pytest.raises(AirflowFailException, match=rf"\({status.upper()}\)") as caught:
        retime(reservation_id=booked, scheduled_pickup_time=PICKUP + timedelta(hours=1))
    assert isinstance(caught.value, errors.Refused)
    assert "reservation.update" not in routes(box)


def test_force_moves_a_trip_in_service(box):
    booked = create()["reservation_id"]
    box.control.script("fasttrak", "status", reservationId=booked, status="En_route", hold=True)
    told = retime(reservation_id=booked, scheduled_pickup_time=PICKUP + timedelta(hours=1), force="True")
    assert (told["updated"], told["status"]) == (True, "EN_ROUTE")


def test_an_update_whose_answer_was_lost_is_sent_again_to_the_same_effect(box):
    booked = create()["reservation_id"]
    box.control.fault("fasttrak", "reset_after", match="reservation.update")
    told = retime(reservation_id=booked, scheduled_pickup_time=PICKUP + timedelta(hours=1))
    assert told["updated"]
    assert record(booked)["scheduledPickupTime"].startswith("2031-04-02T12:00")


def test_an_unknown_reservation_is_an_error_that_is_not_retried(box):
    with pytest.raises(AirflowFailException) as caught:
        retime(reservation_id=999_999, scheduled_pickup_time=PICKUP)
    assert isinstance(caught.value, errors.NotFound)


@pytest.mark.parametrize(
    "arguments",
    [
        {"reservation_id": 1, "external_booking_id": "a", "scheduled_pickup_time": PICKUP},
        {"scheduled_pickup_time": PICKUP},
        {"reservation_id": 1},
        {"reservation_id": 1, "scheduled_pickup_time": PICKUP, "flight_estimated_arrival": PICKUP},
    ],
)
def test_contradicting_arguments_are_refused_when_the_dag_is_read(arguments):
    with pytest.raises(ValueError, match="give exactly one of"):
        FasttrakRetimeReservationOperator(task_id="retime", **arguments)


@pytest.mark.parametrize("strategy", ["status", "endpoint"])
def test_a_trip_is_cancelled_by_either_strategy_and_once(box, connect, strategy):
    connect(extra={"cancel_strategy": strategy})
    booked = create()["reservation_id"]
    assert cancel(reservation_id=booked) == {"reservation_id": booked, "cancelled": True, "already": False}
    assert record(booked)["reservationStatus"] == "Cancelled"
    assert cancel(external_booking_id="flight-7001:car", scheduled_pickup_time=PICKUP)["already"]
    writes = routes(box).count("reservation.cancel"), routes(box).count("reservation.update")
    assert writes == ((0, 1) if strategy == "status" else (1, 0))


@pytest.mark.parametrize("strategy", ["status", "endpoint"])
def test_a_cancel_whose_answer_was_lost_is_a_success(box, connect, strategy):
    connect(extra={"cancel_strategy": strategy})
    booked = create()["reservation_id"]
    match = "reservation.cancel" if strategy == "endpoint" else "reservation.update"
    box.control.fault("fasttrak", "reset_after", match=match)
    assert cancel(reservation_id=booked)["cancelled"]
    assert record(booked)["reservationStatus"] == "Cancelled"
