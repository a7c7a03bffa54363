from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import requests

from tests.sandbox.fasttrak_kit import PICKUP, START, VENDOR, Dispatcher, booking, dispatcher, good, running, stranger

__all__ = ["dispatcher", "running", "stranger"]

NEW = "/api/reservations/new-customer"
COURSE = ["Booked", "Driver_Scheduled", "Driver_Confirmed", "En_route", "On_Location", "On_Board", "Dropped"]
HOURS = [0, 2, 3, 3.5, 3.84, 4, 4.75]


def test_a_booking_makes_reservation_and_customer(dispatcher: Dispatcher) -> None:
    made = dispatcher.book()
    assert (made["reservationStatus"], made["reservationOrigin"]) == ("Booked", "Web_Service")
    assert (made["externalBookingId"], made["isVip"], made["employeeId"]) == ("flight-1001", True, 0)
    assert made["fromLocation"]["airportAirlineFlightInfo"]["flightStatus"] == "Verified"
    assert "airportAirlineFlightInfo" not in made["toLocation"]
    assert (made["timeZoneName"], made["timeZoneUTCOffsetMinutes"]) == ("Eastern Standard Time", -300)
    assert made["pricingInformation"]["totalCharge"] == made["totalCharges"] > 0
    assert made["customerSummary"]["firstName"] == "Zoe"
    [customer] = dispatcher.post("/api/customers/search", {"emailAddress": "ZOE.QUILL@guests.example"})
    assert customer["customerId"] == made["customerId"]
    assert dispatcher.read(made["reservationId"]) == made


def test_a_known_customer_is_used_again(dispatcher: Dispatcher) -> None:
    first = dispatcher.book()
    second = dispatcher.book(customerId=first["customerId"], externalBookingId="flight-1002")
    body = booking(customerId=first["customerId"], externalBookingId="flight-1003")
    third = dispatcher.post("/api/reservations", {"reservationDetail": body["reservationDetail"]})
    assert {row["customerId"] for row in (first, second, third)} == {first["customerId"]}
    assert len(dispatcher.post("/api/customers/search", {"lastName": "Quill"})) == 1


def test_an_external_id_used_twice_is_accepted_and_noted(dispatcher: Dispatcher) -> None:
    first, second = dispatcher.book(), dispatcher.book()
    assert first["reservationId"] != second["reservationId"]
    assert dispatcher.broke() == ["duplicate"]
    assert dispatcher.stats()["duplicates"] == 1


def test_booking_again_after_a_cancellation_is_no_duplicate(dispatcher: Dispatcher) -> None:
    dispatcher.save(dispatcher.book() | {"reservationStatus": "Cancelled"})
    dispatcher.book()
    assert dispatcher.broke() == []


def test_a_trip_lives_through_its_states_around_the_pickup(dispatcher: Dispatcher) -> None:
    number = dispatcher.book()["reservationId"]
    seen = []
    for hours in HOURS:
        dispatcher.at(hours)
        seen.append(dispatcher.status(number))
    assert seen == COURSE
    trip = dispatcher.read(number)
    assert [_minutes(trip[name]) for name in ("enRouteTime", "onLocationTime", "actualPickupTime", "dropoffTime")] == [
        -30, -10, 0, 45,
    ]  # fmt: skip
    assert trip["employeeId"] == trip["driverSummary"]["employeeId"] > 0
    assert trip["vehicleSummary"]["vehicleTypeId"] == trip["vehicleTypeId"]
    assert trip["isFinalized"] is False
    dispatcher.at(9)
    assert dispatcher.read(number)["isFinalized"] is True


def test_a_late_booking_catches_up_minute_by_minute(dispatcher: Dispatcher) -> None:
    number = dispatcher.book(scheduledPickupTime=(START + timedelta(minutes=20)).isoformat())["reservationId"]
    seen = []
    for minutes in (0, 1, 2, 3, 10, 20, 65):
        dispatcher.at(minutes / 60)
        seen.append(dispatcher.status(number))
    assert seen == COURSE


def test_retiming_before_the_road_keeps_the_driver_and_moves_the_rest(dispatcher: Dispatcher) -> None:
    number = dispatcher.book()["reservationId"]
    dispatcher.at(3)
    before = dispatcher.read(number)
    later = PICKUP + timedelta(hours=2)
    times = {"scheduledPickupTime": later.isoformat(), "estimatedEndTime": (later + timedelta(hours=1)).isoformat()}
    after = dispatcher.save(before | times | {"reservationStatus": "Booked", "employeeId": 0})
    assert (after["reservationStatus"], after["employeeId"]) == ("Driver_Confirmed", before["employeeId"])
    assert after["scheduledPickupTime"] == "2026-11-25T14:00:00Z"
    for hours in (4.5, 5.4):
        dispatcher.at(hours)
        assert dispatcher.status(number) == "Driver_Confirmed"
    dispatcher.at(5.5)
    assert dispatcher.status(number) == "En_route"
    effects = [entry["effect"] for entry in dispatcher.control.journal(vendor=VENDOR, route="reservation.update")]
    assert effects == [f"reservation:{number} re-timed"]


def test_retiming_on_the_road_changes_the_time_and_not_the_trip(dispatcher: Dispatcher) -> None:
    number = dispatcher.book()["reservationId"]
    dispatcher.at(3.5)
    later = (PICKUP + timedelta(minutes=20)).isoformat()
    assert dispatcher.save(dispatcher.read(number) | {"scheduledPickupTime": later})["reservationStatus"] == "En_route"
    dispatcher.at(4)
    assert dispatcher.status(number) == "On_Board"


def test_an_update_replaces_the_whole_object(dispatcher: Dispatcher) -> None:
    made = dispatcher.book(dispatchNotes="gate 5", referencePO="PO-1")
    changed = dispatcher.save(booking(reservationId=made["reservationId"], referencePO="PO-2")["reservationDetail"])
    assert (changed["dispatchNotes"], changed["referencePO"]) == ("", "PO-2")
    assert changed["customerId"] == made["customerId"]
    text = dispatcher.refused(
        "PUT", f"/api/reservations/{made['reservationId']}", {"reservationDetail": {"isVip": True}}
    )
    assert text.startswith("reservationDetail.travelType: ")


def test_an_unread_update_answers_thinly(dispatcher: Dispatcher) -> None:
    made = dispatcher.book()
    thin = dispatcher.save(made, disableReservationRetrieveAfterUpdate=True)
    assert thin == {"reservationId": made["reservationId"], "reservationStatus": "Booked"}


@pytest.mark.parametrize("way", ["status", "endpoint"])
def test_a_cancellation_is_final(dispatcher: Dispatcher, way: str) -> None:
    made = dispatcher.book()
    path = f"/api/reservations/{made['reservationId']}"
    if way == "status":
        gone = dispatcher.save(made | {"reservationStatus": "Cancelled", "cancelledBy": "Ops"})
    else:
        gone = dispatcher.post(f"{path}/cancel", {"cancelledBy": "Ops", "reason": "flight cancelled"})
    assert (gone["reservationStatus"], gone["cancelledBy"]) == ("Cancelled", "Ops")
    assert gone["cancelTime"] == "2026-11-25T08:00:00Z"
    assert "Cancelled" in dispatcher.refused("PUT", path, {"reservationDetail": made}, 200)
    assert "Cancelled" in dispatcher.refused("POST", f"{path}/cancel", {}, 200)
    dispatcher.at(9)
    assert dispatcher.status(made["reservationId"]) == "Cancelled"
    assert dispatcher.stats()["cancelled"] == 1


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"travelType": "Flying"}, "travelType: must be one of Ground, Arrival, Departure, Transfer"),
        ({"scheduledPickupTime": None}, "scheduledPickupTime: is required"),
        ({"scheduledPickupTime": "2026-11-25T12:00:00"}, "scheduledPickupTime: must carry a time zone"),
        ({"scheduledPickupTime": "9999-12-31T23:59:59Z"}, "scheduledPickupTime: must lie between 2000 and 2100"),
        ({"scheduledPickupTime": "0001-01-01T00:00:00+14:00"}, "scheduledPickupTime: must lie between 2000 and 2100"),
        ({"scheduledPickupTime": "soon"}, "scheduledPickupTime: must be an ISO-8601 time"),
        ({"estimatedEndTime": START.isoformat()}, "estimatedEndTime: must be after scheduledPickupTime"),
        ({"vehicleTypeId": None}, "vehicleTypeId: is not a known id"),
        ({"vehicleTypeId": 99}, "vehicleTypeId: is not a known id"),
        ({"vehicleTypeId": "1"}, "vehicleTypeId: must be a number"),
        ({"pricingId": 99}, "pricingId: is not a known id"),
        ({"isVip": "yes"}, "isVip: must be true or false"),
        ({"passengerCount": -1}, "passengerCount: must be between 0 and 2.14748e+09"),
        ({"tripNotes": "a\x07"}, "tripNotes: must not contain control characters"),
        (
            {"fromLocation": {"displayAddress": "x"}},
            "fromLocation.airportAirlineFlightInfo.airportCode: is required for travelType Arrival",
        ),
        ({"toLocation": {}}, "toLocation.displayAddress: is required"),
        ({"toLocation": "home"}, "toLocation: must be an object"),
        ({"travelType": "Ground"}, "fromLocation.airportAirlineFlightInfo: does not belong here for travelType Ground"),
        ({"attachmentIds": ["x"]}, "attachmentIds.0: must be a number"),
        ({"reservationStatus": "Flown"}, "reservationStatus: must be one of None, Quotation, Booked, "),
    ],
)
def test_a_bad_booking_names_field_and_rule_and_makes_nothing(dispatcher: Dispatcher, changes: Any, text: str) -> None:
    message = dispatcher.refused("POST", NEW, booking(**changes))
    assert message.startswith(f"reservationDetail.{text}")
    assert dispatcher.stats()["created"] == 0
    assert dispatcher.post("/api/customers/search", {"lastName": "Quill"}) == []


@pytest.mark.parametrize("body", [b"", b"null", b"{", b"[]", b'{"reservationDetail": 5}', b"[" * 100_000])
def test_an_unreadable_booking_is_a_400(dispatcher: Dispatcher, body: bytes) -> None:
    response = dispatcher.call("POST", NEW, data=body)
    assert (response.status_code, response.json()["status"]) == (400, "FAILURE")


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize(("number", "status"), [("999", 404), ("0", 400), ("abc", 400), ("9" * 30, 400), ("%00", 400)])
def test_an_unknown_reservation_is_a_failure(dispatcher: Dispatcher, method: str, number: str, status: int) -> None:
    dispatcher.refused(method, f"/api/reservations/{number}", booking(), status)


def test_failures_may_come_as_200(dispatcher: Dispatcher) -> None:
    dispatcher.control.limits(VENDOR, failures_as_200=1)
    assert dispatcher.refused("GET", "/api/reservations/999", None, 200) == "Reservation not found"


def test_keys_are_understood_in_any_case(dispatcher: Dispatcher) -> None:
    body = booking()
    body["ReservationDetail"] = {name.upper(): value for name, value in body.pop("reservationDetail").items()}
    assert good(dispatcher.call("POST", NEW, body))["externalBookingId"] == "flight-1001"


def test_the_lead_time_is_enforced_unless_switched_off(dispatcher: Dispatcher) -> None:
    dispatcher.control.limits(VENDOR, lead_minutes=300)
    assert "lead time" in dispatcher.refused("POST", NEW, booking(), 200)
    body = booking() | {"reservationUpdateOverrides": {"disableLeadTimeChecks": True}}
    made = good(dispatcher.call("POST", NEW, body))
    earlier = {"scheduledPickupTime": (START + timedelta(hours=1)).isoformat()}
    path = f"/api/reservations/{made['reservationId']}"
    assert "lead time" in dispatcher.refused("PUT", path, {"reservationDetail": made | earlier}, 200)
    assert dispatcher.save(made | {"tripNotes": "sign"})["tripNotes"] == "sign"  # the pick-up did not move


def test_a_customer_who_needs_a_purchase_order_gets_no_trip_without(dispatcher: Dispatcher) -> None:
    [strict] = [row for row in dispatcher.get("/api/customers") if row["doRequireReferencePo"]]
    refusal = dispatcher.refused("POST", NEW, booking(customerId=strict["customerId"]), 200)
    assert "PO" in refusal
    dispatcher.book(customerId=strict["customerId"], referencePO="PO-7")


def test_searches_find_by_pickup_time_and_leave_out_prices(dispatcher: Dispatcher) -> None:
    number = dispatcher.book()["reservationId"]
    window = {
        "startDate": (PICKUP - timedelta(minutes=1)).isoformat(),
        "endDate": (PICKUP + timedelta(minutes=1)).isoformat(),
    }
    for path in ("search", "search-advanced"):
        [found] = dispatcher.post(f"/api/reservations/{path}", window)
        assert found["reservationId"] == number
        assert "pricingInformation" not in found
    day = {"startDate": "2026-11-25T00:00:00Z", "endDate": "2026-11-26T23:00:00Z"}
    rows = dispatcher.post("/api/reservations/search-advanced", day)
    assert [row["scheduledPickupTime"] for row in rows] == sorted(row["scheduledPickupTime"] for row in rows)
    assert dispatcher.post("/api/reservations/search-advanced", day | {"maxResults": 2}) == rows[:2]


def test_the_advanced_search_filters_by_driver(dispatcher: Dispatcher) -> None:
    dispatcher.at(3)
    day = {"startDate": "2026-11-25T00:00:00Z", "endDate": "2026-11-26T23:00:00Z"}
    rows = dispatcher.post("/api/reservations/search-advanced", day)
    driver = max(row["employeeId"] for row in rows)
    found = dispatcher.post("/api/reservations/search-advanced", day | {"employeeId": driver})
    assert found == [row for row in rows if row["employeeId"] == driver]
    assert 0 < len(found) < len(rows)


@pytest.mark.parametrize(
    "body", [{}, {"startDate": "2026-11-25"}, {"startDate": PICKUP.isoformat(), "endDate": START.isoformat()}]
)
def test_a_bad_window_is_a_400(dispatcher: Dispatcher, body: dict[str, str]) -> None:
    dispatcher.refused("POST", "/api/reservations/search", body)


def test_scripts_hold_release_and_assign(dispatcher: Dispatcher) -> None:
    number = dispatcher.book()["reservationId"]
    assert dispatcher.script("hold", reservationId=number)["reservationStatus"] == "Booked"
    dispatcher.at(5)
    assert dispatcher.status(number) == "Booked"
    dispatcher.script("assign", externalBookingId="flight-1001", employeeId=203)
    assert (dispatcher.status(number), dispatcher.read(number)["employeeId"]) == ("Driver_Scheduled", 203)
    dispatcher.script("hold", reservationId=number)
    dispatcher.script("release", reservationId=number)
    dispatcher.at(6)
    assert dispatcher.status(number) == "Dropped"


def test_a_held_trip_stays_held_when_it_is_retimed(dispatcher: Dispatcher) -> None:
    made = dispatcher.book()
    dispatcher.script("hold", reservationId=made["reservationId"])
    later = {"scheduledPickupTime": (PICKUP + timedelta(minutes=30)).isoformat()}
    dispatcher.save(made | later)
    dispatcher.at(9)
    assert dispatcher.status(made["reservationId"]) == "Booked"


@pytest.mark.parametrize(
    ("event", "status", "stamp"), [("no_show", "No_Show", "noShowTime"), ("cancel", "Cancelled", "cancelTime")]
)
def test_scripts_end_a_trip_for_good(dispatcher: Dispatcher, event: str, status: str, stamp: str) -> None:
    number = dispatcher.book()["reservationId"]
    dispatcher.script(event, reservationId=number)
    dispatcher.at(9)
    trip = dispatcher.read(number)
    assert (trip["reservationStatus"], trip[stamp]) == (status, "2026-11-25T08:00:00Z")


def test_a_script_can_say_a_word_that_nobody_knows(dispatcher: Dispatcher) -> None:
    made = dispatcher.book()
    dispatcher.script("status", reservationId=made["reservationId"], status="Beaming", hold=True)
    held = dispatcher.read(made["reservationId"])
    assert held["reservationStatus"] == "Beaming"
    assert dispatcher.save(held)["reservationStatus"] == "Beaming"


@pytest.mark.parametrize(("event", "data"), [("teleport", {}), ("hold", {}), ("hold", {"reservationId": 5})])
def test_a_wrong_script_is_refused(dispatcher: Dispatcher, event: str, data: dict[str, Any]) -> None:
    with pytest.raises(RuntimeError, match="400"):
        dispatcher.script(event, **data)


def test_a_booking_whose_answer_is_lost_has_happened_all_the_same(dispatcher: Dispatcher) -> None:
    dispatcher.control.fault(VENDOR, "reset_after", match="reservation.create_new_customer")
    with pytest.raises(requests.ConnectionError):
        dispatcher.call("POST", NEW, booking())
    assert dispatcher.stats()["created"] == 1


def test_no_name_and_no_card_is_kept_where_it_does_not_belong(dispatcher: Dispatcher) -> None:
    card = {"creditCardType": "Visa", "cardNumber": "4111111111111111", "cardHolderName": "Zoe Quill"}
    made = good(dispatcher.call("POST", NEW, booking() | {"creditCardInfo": card}))
    assert "4111" not in str(dispatcher.read(made["reservationId"]))
    assert "Quill" not in str(dispatcher.control.journal(vendor=VENDOR))


def _minutes(text: str) -> float:
    """Minutes from the pick-up to a time of the vendor's."""
    return (datetime.fromisoformat(text) - PICKUP) / timedelta(minutes=1)


def test_a_reset_brings_the_same_world_again(dispatcher: Dispatcher) -> None:
    first = dispatcher.book()
    dispatcher.control.reset(7)
    dispatcher.login()
    assert dispatcher.book() == first
