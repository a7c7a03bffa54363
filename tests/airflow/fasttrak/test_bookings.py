"""Booking cars at FASTTRAK: what FASTTRAK received, and what the user sees."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_fleetops.hooks.fasttrak import FasttrakHook
from airflow_provider_fleetops.operators.fasttrak import (
    FasttrakCreateReservationOperator,
)
from airflow_provider_fleetops.protocol import errors
from tests.airflow.fasttrak.kit import (
    CONTEXT,
    CUSTOMER,
    PASSENGER,
    PICKUP,
    TRIP,
    create,
    record,
    retime,
    routes,
    stats,
)


def test_a_trip_is_booked_with_all_that_was_given(box):
    told = create()
    assert told == {
        "reservation_id": told["reservation_id"],
        "external_booking_id": "flight-7001:car",
        "created": True,
        "status": "BOOKED",
        "scheduled_pickup_time": "2031-04-02T11:00:00Z",
    }
    seen = record(told["reservation_id"])
    assert seen["primaryPassenger"]["name"] == PASSENGER["name"]
    assert seen["primaryPassenger"]["emailAddress"] == PASSENGER["email"]
    assert seen["toLocation"]["displayAddress"] == TRIP["to_location"]
    flight = seen["fromLocation"]["airportAirlineFlightInfo"]
    assert (flight["airportCode"], flight["airlineCode"], flight["flightNumber"]) == ("KXX", "ZZ", "0123")
    assert (seen["travelType"], seen["isVip"], seen["passengerCount"]) == ("Arrival", True, 2)


def test_a_second_run_finds_the_trip(box):
    first, second = create(), create()
    assert second == {**first, "created": False}
    assert routes(box).count("reservation.create_new_customer") == 1
    assert box.control.journal(broke="*") == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"vehicle_type_id": 3}, "another payload"),
        ({"passenger_count": 8}, "another payload"),
        ({"customer": {**CUSTOMER, "last_name": "Another"}}, "another payload"),
        ({"flight": {**TRIP["flight"], "flight_number": "0124"}}, "another payload"),
        ({"scheduled_pickup_time": PICKUP + timedelta(days=7)}, "must be within 24 hours of the pick-up"),
    ],
)
def test_another_trip_under_the_same_key_is_an_error_and_sends_nothing(box, change, rule):
    create()
    asked = len(routes(box))
    with pytest.raises(errors.InvalidInput, match=rule):
        create(**change)
    assert len(routes(box)) == asked


def test_a_flight_that_is_late_is_the_same_trip(box):
    first = create(flight={**TRIP["flight"], "scheduled_time": PICKUP.isoformat()})
    late = PICKUP + timedelta(hours=9)
    again = create(
        flight={**TRIP["flight"], "scheduled_time": late.isoformat()},
        scheduled_pickup_time=late,
        notes={"trip_notes": "late"},
        passenger_count="2",
    )
    assert again == {**first, "created": False}


def test_a_retimed_trip_is_found_within_the_window(box):
    first = create()
    retime(reservation_id=first["reservation_id"], scheduled_pickup_time=PICKUP + timedelta(hours=3))
    assert create()["created"] is False


@pytest.mark.parametrize("kind", ["reset_after", "truncated"])
def test_a_booking_whose_answer_was_lost_is_found(box, kind):
    box.control.fault("fasttrak", kind, match="reservation.create_new_customer")
    told = create()
    assert told["created"]
    assert routes(box)[-2:] == ["reservation.create_new_customer", "reservations.search_advanced"]
    assert create() == {**told, "created": False}
    assert stats(box)["duplicates"] == 0


def test_a_booking_whose_answer_was_a_gateway_fault_is_found(box):
    box.control.fault("fasttrak", "status", match="reservation.create_new_customer", code=503, when="after")
    assert create()["created"]
    assert routes(box).count("reservation.create_new_customer") == 1


def test_a_booking_that_never_arrived_is_left_to_the_next_try_which_looks_first(box, later):
    box.control.fault("fasttrak", "reset_before", match="reservation.create_new_customer")
    with pytest.raises(errors.Unavailable, match="A retry looks again") as caught:
        create()
    assert not isinstance(caught.value, AirflowFailException)
    assert caught.value.effect is errors.Effect.UNKNOWN
    assert routes(box).count("reservation.create_new_customer") == 1
    later(300)
    assert create()["created"]
    assert routes(box).count("reservation.create_new_customer") == 2


def test_a_known_customer_is_used_again(box):
    known = FasttrakHook().rows("customers.list")[0]
    told = create(customer={**CUSTOMER, "email": known["emailAddress"].upper()})
    assert record(told["reservation_id"])["customerId"] == known["customerId"]


def test_without_the_right_to_search_customers_the_trip_is_booked_all_the_same(box):
    box.control.limits("fasttrak", denied_areas=["customers"])
    assert create()["created"]


def test_the_other_create_serves_a_known_customer(box, connect):
    connect(extra={"create_endpoint": "reservations"})
    known = FasttrakHook().rows("customers.list")[0]
    told = create(customer=None, customer_id=known["customerId"])
    assert told["created"]
    assert routes(box)[-1] == "reservation.create"


def test_a_thin_answer_is_completed_by_a_look(box):
    told = create(overrides={"disableReservationRetrieveAfterUpdate": True})
    assert told["reservation_id"]
    assert told["status"] == "BOOKED"


def test_a_business_rule_fails_without_a_retry(box):
    box.control.limits("fasttrak", lead_minutes=600)
    with pytest.raises(AirflowFailException, match="lead time"):
        create()
    assert routes(box).count("reservation.create_new_customer") == 1
    assert create(overrides={"disableLeadTimeChecks": True})["created"]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"scheduled_pickup_time": "2031-04-02T11:00:00"}, "scheduled_pickup_time.*time zone"),
        ({"scheduled_pickup_time": "soon"}, "scheduled_pickup_time.*ISO-8601"),
        ({"passenger": {"phone": "1"}}, r"passenger\.name.*required"),
        ({"passenger": "somebody"}, "passenger.*object"),
        ({"passenger": {"name": "x", "shoe_size": 9}}, "shoe_size"),
        ({"customer": None}, "customer"),
        ({"external_booking_id": ""}, "'external_booking_id' is empty"),
        ({"vehicle_type_id": "big"}, "vehicle_type_id.*integer"),
        ({"passenger_count": -1}, "passenger_count.*at least 0"),
        ({"travel_type": "Ground"}, "flight.*Arrival or Departure"),
        ({"travel_type": "Arrivel"}, "'travel_type' must be one of Ground, Arrival, Departure, Transfer"),
        ({"flight": {"airport_code": "somewhere"}}, "airport_code. must be 3 or 4 capital"),
        ({"to_location": "\x00"}, "to_location.*control"),
        ({"to_location": 7.5}, "to_location.*string"),
        ({"overrides": {"disableEverything": True}}, "disableEverything"),
        ({"overrides": {"disableLeadTimeChecks": "perhaps"}}, "disableLeadTimeChecks.*true or false"),
        ({"details": ["x"]}, "details.*object"),
        ({"notes": {"diary": "x"}}, "diary"),
        ({"search_hours": "long"}, "search_hours.*number"),
    ],
)
def test_wrong_values_are_named_and_nothing_is_sent(box, wrong, named):
    with pytest.raises(AirflowFailException, match=named) as caught:
        create(**wrong)
    assert isinstance(caught.value, errors.InvalidInput)
    assert routes(box) == []


def test_persons_and_addresses_are_templated_but_never_rendered_fields(box):
    operator = FasttrakCreateReservationOperator(
        task_id="car",
        **{
            **TRIP,
            "external_booking_id": "{{ ds }}:car",
            "passenger": {"name": "{{ ds }} Person"},
            "customer": lambda context: {"first_name": "A", "last_name": f"Client {context['ds']}"},
            "to_location": "{{ ds }} Lane",
        },
    )
    operator.render_template_fields(CONTEXT)
    shown = json.dumps({name: str(getattr(operator, name)) for name in operator.template_fields})
    assert "Person" not in shown
    assert "Lane" not in shown
    seen = record(operator.execute(CONTEXT)["reservation_id"])
    assert seen["externalBookingId"] == "2031-04-02:car"
    assert seen["primaryPassenger"]["name"] == "2031-04-02 Person"
    assert seen["customerSummary"]["lastName"] == "Client 2031-04-02"
    assert seen["toLocation"]["displayAddress"] == "2031-04-02 Lane"


def test_what_a_task_returns_and_logs_names_nobody(box, caplog):
    caplog.set_level("DEBUG")
    told = create()
    box.control.fault("fasttrak", "reset_before", match="reservation.create_new_customer")
    with pytest.raises(errors.Unavailable) as caught:
        create(external_booking_id="other")
    text = json.dumps(told) + caplog.text + str(caught.value)
    for personal in (*PASSENGER.values(), *CUSTOMER.values(), TRIP["to_location"]):
        assert personal not in text
