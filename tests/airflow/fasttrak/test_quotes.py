"""Quote packages at FASTTRAK, from the question to the booking: what FASTTRAK received, and what the user sees."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_fleetops.hooks.fasttrak import FasttrakHook
from airflow_provider_fleetops.operators.fasttrak import (
    FasttrakApproveQuoteOperator,
    FasttrakBookQuoteOperator,
    FasttrakCreateQuoteOperator,
)
from airflow_provider_fleetops.protocol import errors
from tests.airflow.fasttrak.kit import (
    CUSTOMER,
    PASSENGER,
    PICKUP,
    TRIP,
    create,
    record,
    retime,
    routes,
    run,
    sent,
    shown,
    stats,
)

QUOTED = {name: value for name, value in TRIP.items() if name != "vehicle_type_id"}


def ask(**arguments: Any) -> dict[str, Any]:
    told: dict[str, Any] = run(FasttrakCreateQuoteOperator, **{**QUOTED, **arguments})
    return told


def approve(package: str, **arguments: Any) -> dict[str, Any]:
    told: dict[str, Any] = run(
        FasttrakApproveQuoteOperator, quote_package_id=package, **{"max_total": 10_000, **arguments}
    )
    return told


def book(asked: dict[str, Any], **arguments: Any) -> dict[str, Any]:
    told: dict[str, Any] = run(
        FasttrakBookQuoteOperator,
        **{
            "quote_package_id": asked["quote_package_id"],
            "quote_id": asked["quotes"][0]["quote_id"],
            "external_booking_id": asked["external_booking_id"],
            "scheduled_pickup_time": asked["scheduled_pickup_time"],
            **arguments,
        },
    )
    return told


# --- asking ---


def test_a_question_has_one_quote_for_each_vehicle_type(box):
    asked = ask(vehicle_type_ids="[1, 2]")
    assert [quote["vehicle_type_id"] for quote in asked["quotes"]] == [1, 2]
    assert all(quote["total"] > 0 for quote in asked["quotes"])
    assert (asked["external_booking_id"], asked["scheduled_pickup_time"]) == ("flight-7001:car", "2031-04-02T11:00:00Z")
    assert ask()["quotes"] != asked["quotes"]


def test_the_same_question_is_asked_once_and_another_one_anew(box):
    asked = ask()
    assert ask() == asked
    assert sent(box, "quote_package.create") == 1
    moved = ask(scheduled_pickup_time=PICKUP + timedelta(hours=1))
    assert moved["quote_package_id"] != asked["quote_package_id"]


def test_an_expired_package_is_replaced(box, later):
    asked = ask()
    left = datetime.fromisoformat(asked["expires"]) - datetime.now(UTC)
    later(left.total_seconds() + 60)
    again = ask()
    assert again["quote_package_id"] != asked["quote_package_id"]
    assert sent(box, "quote_package.create") == 2


@pytest.mark.parametrize("kind", ["reset_after", "reset_before"])
def test_a_question_without_an_answer_is_asked_again_and_makes_no_second_customer(box, later, kind):
    box.control.fault("fasttrak", kind, match="quote_package.create")
    with pytest.raises(errors.Unavailable) as caught:
        ask()
    assert not isinstance(caught.value, AirflowFailException)
    later(300)
    assert ask()["quotes"]
    assert len(FasttrakHook().customers(email=CUSTOMER["email"])) == 1


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"customer": {"last_name": "X"}}, r"customer\.email.*customer_id"),
        ({"customer": None}, "customer"),
        ({"vehicle_type_ids": "big"}, "vehicle_type_ids.*integer"),
        ({"passenger": {}}, r"passenger\.name"),
        ({"external_booking_id": ""}, "'external_booking_id' is empty"),
        ({"scheduled_pickup_time": "soon"}, "scheduled_pickup_time"),
    ],
)
def test_a_wrong_question_is_named_and_not_asked(box, wrong, named):
    with pytest.raises(AirflowFailException, match=named) as caught:
        ask(**wrong)
    assert isinstance(caught.value, errors.InvalidInput)
    assert routes(box) == []


# --- approving ---


def test_the_cheapest_quote_that_will_do_is_chosen(box):
    asked = ask()
    cheapest = min(asked["quotes"], key=lambda quote: quote["total"])
    package = asked["quote_package_id"]
    assert approve(package) == {"quote_package_id": package, **cheapest, "expires": asked["expires"]}
    assert approve(package, vehicle_type_ids=["3"])["vehicle_type_id"] == 3


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"max_total": "1"}, "at most 1: the cheapest costs"),
        ({"vehicle_type_ids": [4]}, "none has a price and a vehicle type"),
        ({"minutes_left": 1440}, "expires at"),
    ],
)
def test_what_is_too_dear_unfit_or_late_fails_and_books_nothing(box, arguments, named):
    package = ask()["quote_package_id"]
    with pytest.raises(AirflowFailException, match=named) as caught:
        approve(package, **arguments)
    assert isinstance(caught.value, errors.Refused)
    assert sent(box, "quote_package.book") == 0


def test_a_package_that_is_booked_or_unknown_is_not_approved(box):
    asked = ask()
    book(asked)
    with pytest.raises(AirflowFailException, match="booked already"):
        approve(asked["quote_package_id"])
    with pytest.raises(AirflowFailException) as caught:
        approve("00000000-0000-4000-8000-000000000000")
    assert isinstance(caught.value, errors.NotFound)


# --- booking ---


def test_a_quote_is_booked_once_with_what_was_quoted(box):
    asked = ask()
    told = book(asked, collection_type="Billing", collection_method="Billing_Account")
    assert told == {
        "reservation_id": told["reservation_id"],
        "external_booking_id": "flight-7001:car",
        "created": True,
        "status": "BOOKED",
        "scheduled_pickup_time": "2031-04-02T11:00:00Z",
        "quote_package_id": asked["quote_package_id"],
    }
    seen = record(told["reservation_id"])
    assert seen["primaryPassenger"]["name"] == PASSENGER["name"]
    assert seen["collectionMethod"] == "Billing_Account"
    assert seen["fromLocation"]["airportAirlineFlightInfo"]["flightNumber"] == "0123"
    assert book(asked) == {**told, "created": False}
    assert (sent(box, "quote_package.book"), stats(box)["duplicates"]) == (1, 0)


def test_another_passenger_may_travel(box):
    told = book(ask(), passenger={"name": "Quirina Testperson"})
    assert record(told["reservation_id"])["primaryPassenger"]["name"] == "Quirina Testperson"


@pytest.mark.parametrize(
    ("kind", "options"), [("reset_after", {}), ("truncated", {}), ("status", {"code": 503, "when": "after"})]
)
def test_a_booking_whose_answer_was_lost_is_found(box, kind, options):
    asked = ask()
    box.control.fault("fasttrak", kind, match="quote_package.book", **options)
    told = book(asked)
    assert told["created"]
    assert book(asked)["reservation_id"] == told["reservation_id"]
    assert (sent(box, "quote_package.book"), stats(box)["duplicates"]) == (1, 0)


def test_a_booking_that_never_arrived_is_left_to_the_next_try_which_looks_first(box, later):
    asked = ask()
    box.control.fault("fasttrak", "reset_before", match="quote_package.book")
    with pytest.raises(errors.Unavailable, match="A retry looks again"):
        book(asked)
    later(300)
    assert book(asked)["created"]
    assert sent(box, "quote_package.book") == 2


def test_a_trip_that_was_booked_without_its_quote_is_not_booked_again(box):
    asked = ask()
    booked = create()
    retime(reservation_id=booked["reservation_id"], scheduled_pickup_time=PICKUP + timedelta(hours=3))
    told = book(asked)
    assert (told["reservation_id"], told["created"]) == (booked["reservation_id"], False)
    assert sent(box, "quote_package.book") == 0


def test_after_an_expired_package_another_one_is_booked_under_the_same_key(box):
    asked = ask()
    box.control.limits("fasttrak", quote_minutes=0)
    late = ask(luggage_count=1)
    with pytest.raises(AirflowFailException, match="expired") as caught:
        book(late)
    assert isinstance(caught.value, errors.Refused)
    assert book(asked)["created"]


def test_a_quote_of_next_week_is_not_booked_under_this_weeks_key(box):
    asked = ask()
    book(asked)
    with pytest.raises(AirflowFailException, match=r"quote_package.book: .*must be within 24 hours of the pick-up"):
        book(asked, scheduled_pickup_time=PICKUP + timedelta(days=7))
    assert sent(box, "quote_package.book") == 1


def test_by_the_catalogue_the_package_itself_tells(box):
    asked = ask()
    box.control.fault("fasttrak", "reset_after", match="quote_package.book")
    told = FasttrakHook().call(
        "quote_package.book",
        quote_package_id=asked["quote_package_id"],
        body={"quoteId": asked["quotes"][0]["quote_id"]},
        operation_key="trip 7",
    )
    assert told["status"] == "Booked"
    assert sent(box, "quote_package.book") == 1


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"quote_id": ""}, "quote_id"),
        ({"quote_package_id": ".."}, "quote_package_id"),
        ({"external_booking_id": ""}, "'external_booking_id' is empty"),
        ({"passenger": {"phone": "1"}}, r"passenger\.name"),
        ({"search_hours": "long"}, "search_hours"),
    ],
)
def test_a_wrong_booking_is_named_and_not_sent(box, wrong, named):
    asked = ask()
    before = routes(box)
    with pytest.raises(AirflowFailException, match=named):
        book(asked, **wrong)
    assert routes(box) == before


def test_nobody_is_named_in_ui_xcom_or_log(box, caplog):
    caplog.set_level("DEBUG")
    asked = ask()
    told = book(asked, passenger=PASSENGER)
    text = json.dumps([asked, told]) + caplog.text + shown(FasttrakCreateQuoteOperator(task_id="q", **QUOTED))
    for personal in (*PASSENGER.values(), *CUSTOMER.values(), TRIP["to_location"]):
        assert personal not in text
