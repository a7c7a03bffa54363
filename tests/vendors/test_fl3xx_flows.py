"""FL3XX's flows without a network: what is asked, how often, and what must not be asked twice."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.listing import paginate
from airflow_provider_fleetops.vendors.fl3xx import flows, orders
from tests.protocol.fakes import START, FakeDriver, status
from tests.vendors.fl3xx_kit import TODAY, TOKEN, account, flight, ok, query

# --- limits ---


def test_an_identical_read_goes_once_and_serves_all():
    driver = FakeDriver([ok([flight(1)])])
    for _ in range(3):
        assert driver.run(flows.list_flights(account(), TODAY, TODAY)) == [flight(1)]
    assert len(driver.sent) == 1
    with pytest.raises(errors.Throttled) as caught:
        driver.run(flows.list_flights(account(), TODAY, TODAY, reuse=0))
    assert caught.value.resume_at == datetime.fromtimestamp(START + 601, UTC)
    assert len(driver.sent) == 1


def test_after_ten_minutes_and_for_other_days_it_is_asked_again():
    driver = FakeDriver([ok([]), ok([]), ok([])])
    driver.run(flows.list_flights(account(), TODAY, TODAY))
    driver.run(flows.list_flights(account(), TODAY, TODAY, "ALL"))
    driver.now += 602
    driver.run(flows.list_flights(account(), TODAY, TODAY))
    assert len(driver.sent) == 3


def test_a_failed_read_is_not_repeated_within_ten_minutes():
    driver = FakeDriver([status(503), ok([])])
    with pytest.raises(errors.Unavailable, match="503"):
        driver.run(flows.list_flights(account(), TODAY, TODAY))
    assert len(driver.sent) == 1


def test_the_schedule_has_a_minute_of_its_own_per_tail():
    driver = FakeDriver([ok([]), ok([]), ok([])])
    window = {"from_": "2031-04-01", "to": "2031-04-05"}
    driver.run(call(account(), "aircraft.schedule", {"tail": "OE-SIM", **window}))
    driver.run(call(account(), "aircraft.schedule", {"tail": "OE-SIA", **window}))
    with pytest.raises(errors.Throttled) as caught:
        driver.run(call(account(), "aircraft.schedule", {"tail": "oe-sim", "from_": "2031-04-02", "to": "2031-04-05"}))
    assert caught.value.resume_at == datetime.fromtimestamp(START + 61, UTC)
    driver.now += 62
    driver.run(call(account(), "aircraft.schedule", {"tail": "OE-SIM", **window}))
    assert len(driver.sent) == 3


def test_writes_are_not_spaced():
    driver = FakeDriver([ok({"crews": []}), ok({"crews": []})])
    for _ in range(2):
        driver.run(flows.replace_crew(account(), 1, [{"pilotId": 3101, "role": "CMD"}]))
    assert [request.body for request in driver.sent] == [b'[{"pilotId": 3101, "role": "CMD"}]'] * 2
    assert driver.slept == []


def test_the_rules_can_be_switched_off():
    driver = FakeDriver([ok([]), ok([])])
    for _ in range(2):
        driver.run(flows.list_flights(account(recurring_seconds=0), TODAY, TODAY))
    assert len(driver.sent) == 2


@pytest.mark.parametrize(
    ("extras", "error"), [({}, errors.Throttled), ({"forbidden_means": "no_right"}, errors.PermissionDenied)]
)
def test_a_403_on_a_right_that_has_worked_means_too_fast(extras, error):
    driver = FakeDriver([ok(flight(1)), status(403)])
    driver.run(call(account(**extras), "flight.get", {"flight_id": 1}))
    with pytest.raises(error) as caught:
        driver.run(call(account(**extras), "flight.get", {"flight_id": 2}))
    assert type(caught.value) is error


def test_a_first_403_is_a_missing_right():
    driver = FakeDriver([status(403)])
    with pytest.raises(errors.PermissionDenied, match="lacks this right"):
        driver.run(call(account(), "flight.get", {"flight_id": 1}))
    assert len(driver.sent) == 1


# --- headers ---


def test_v2_needs_a_client_id_and_nothing_is_sent_without():
    driver = FakeDriver([ok({"data": [], "pagination": {"totalItems": 0}})])
    with pytest.raises(errors.ConfigurationError, match="client_id"):
        driver.run(paginate(account(client_id=""), "rosters.search"))
    assert driver.sent == []
    driver.run(paginate(account(), "rosters.search"))
    headers = driver.sent[0].headers
    assert (headers["X-Auth-Token"], headers["X-Api-Client-Id"]) == (TOKEN, "sim-client")
    assert json.loads(driver.sent[0].body) == {"offset": 0, "limit": 50}


def test_v1_goes_without_a_client_id():
    driver = FakeDriver([ok([])])
    driver.run(call(account(client_id=None), "aircraft.list"))
    assert driver.sent[0].headers["X-Auth-Token"] == TOKEN
    assert "X-Api-Client-Id" not in driver.sent[0].headers


def test_the_client_id_tells_accounts_apart():
    assert account(client_id="a").key != account(client_id="b").key


def test_pages_are_read_to_the_end_and_rows_seen_twice_are_dropped():
    first = {"data": [{"id": n} for n in range(50)], "pagination": {"totalItems": 52}}
    second = {"data": [{"id": 49}, {"id": 50}], "pagination": {"totalItems": 52}}
    driver = FakeDriver([ok(first), ok(second)])
    between = "blocksOffEstimatedDateTime,BTW,2031-04-02T00:00:00.000Z,2031-04-03T00:00:00.000Z"
    rows = driver.run(paginate(account(), "flights_v2.list", {"filter": between}))
    assert [row["id"] for row in rows] == list(range(51))
    assert [query(request)["offset"] for request in driver.sent] == ["0", "50"]
    assert query(driver.sent[0])["filter"] == between


# --- reading a window ---


def windows(driver: FakeDriver) -> list[tuple[str, str]]:
    return [(query(request)["from"], query(request)["to"]) for request in driver.sent]


def test_a_list_says_what_it_wants():
    driver = FakeDriver([ok([])])
    driver.run(flows.list_flights(account(time_zone="Europe/Vienna"), "2031-04-02", "2031-04-03", "ALL"))
    wanted = {"from": "2031-04-02", "to": "2031-04-03", "include": "ALL", "timeZone": "Europe/Vienna"}
    assert query(driver.sent[0]) == wanted
    assert urlsplit(driver.sent[0].url).path == "/api/external/flight/flights"


def test_a_long_window_is_read_in_parts_and_each_flight_comes_once():
    driver = FakeDriver([ok([flight(1), flight(2)]), ok([flight(2), flight(3)])])
    found = driver.run(flows.list_flights(account(), "2031-01-01", "2031-04-10"))
    assert [row["flightId"] for row in found] == [1, 2, 3]
    assert windows(driver) == [("2031-01-01", "2031-03-31"), ("2031-04-01", "2031-04-10")]


def test_a_refused_window_is_halved_without_a_gap():
    driver = FakeDriver([status(400), ok([flight(1)]), status(400), ok([flight(2)]), ok([flight(3)])])
    found = driver.run(flows.list_flights(account(), "2031-04-01", "2031-04-20"))
    assert [row["flightId"] for row in found] == [1, 2, 3]
    assert windows(driver)[1::2] == [("2031-04-01", "2031-04-10"), ("2031-04-11", "2031-04-15")]
    assert windows(driver)[4] == ("2031-04-16", "2031-04-20")


def test_a_refusal_that_is_not_about_size_ends_soon():
    driver = FakeDriver([status(400)] * 20)
    with pytest.raises(errors.InvalidInput):
        driver.run(flows.list_flights(account(), "2031-01-01", "2031-03-31"))
    assert len(driver.sent) < 9


@pytest.mark.parametrize(
    ("window", "rule"),
    [
        (("tomorrow", "2031-04-02"), "'from_date' must be a date"),
        (("2031-04-02", "2031-02-30"), "'to_date' must be a date"),
        (("2031-04-02", "2031-04-01"), "'to_date' must not be before"),
        (("2031-04-02", "2033-04-01"), "'to_date' must be at most a year"),
        (("2031-04-02", "2031-04-02", "SOME"), "'include' must be one of"),
        (("2031-04-02", "2031-04-02", "ALL", "Mars/Base"), "'time_zone' must be UTC or an IANA zone"),
        (("2031-04-02", "2031-04-02", "ALL", "../../etc/passwd"), "'time_zone' must be UTC or an IANA zone"),
    ],
)
def test_a_wrong_window_is_named_before_anything_is_sent(window, rule):
    driver = FakeDriver()
    with pytest.raises(errors.InvalidInput, match=rule):
        driver.run(flows.list_flights(account(), *window))
    assert driver.sent == []


# --- looking at flights ---


def test_one_list_sees_all_flights_and_only_strangers_are_read_alone():
    listed = [flight(n, realDateIN="x") for n in range(1, 6)] + [flight(6, status="canceled")]
    driver = FakeDriver([ok(listed), ok(flight(9)), status(404)])
    seen = driver.run(flows.look(account(), ["1", "5", "6", "9", "10"], {}))
    assert {subject: sighting.state for subject, sighting in seen.items()} == {
        **{str(number): "ON_BLOCK" for number in (2, 3, 4)},
        "1": "ON_BLOCK", "5": "ON_BLOCK", "6": "CANCELLED", "9": "SCHEDULED", "10": "NOT_FOUND",
    }  # fmt: skip
    paths = [urlsplit(request.url).path for request in driver.sent]
    assert [path.rpartition("/")[2] for path in paths] == ["flights", "9", "10"]
    assert query(driver.sent[0])["include"] == "ALL"


def test_the_default_window_is_yesterday_to_tomorrow():
    driver = FakeDriver([ok([flight(1)])])
    driver.run(flows.look(account(), ["1"], {}))
    assert windows(driver) == [("2030-03-16", "2030-03-18")]


# --- changing a crew, booking once ---


def test_a_crew_is_not_emptied_by_accident():
    driver = FakeDriver([ok({"crews": []})])
    with pytest.raises(errors.InvalidInput, match="remove the whole crew"):
        driver.run(flows.replace_crew(account(), 1, []))
    assert driver.sent == []
    driver.run(flows.replace_crew(account(), 1, [], allow_empty=True))
    assert driver.sent[0].body == b"[]"


BOOKING: dict[str, Any] = {
    "aircraft": "OE-SIM",
    "externalReference": "erp-555/a",
    "customer": {"firstName": "Cleo", "lastName": "Testcase"},
    "legs": [{"departureAirport": "LOWG", "arrivalAirport": "LSZB", "departureDate": "2031-04-02T09:10", "pax": 3}],
}
MADE = {
    "bookingid": 5600411,
    "bookingIdentifier": "QXWTB",
    "status": "B",
    "legs": [{"id": "7700123", "flightInfo": {"flightId": 7001234}}, {"id": "7700124", "flightInfo": None}],
}


def test_a_new_reference_is_booked():
    driver = FakeDriver([status(404), ok(MADE)])
    made = driver.run(orders.ensure_booking(account(), BOOKING))
    assert made == {
        "booking_id": 5600411, "booking_identifier": "QXWTB", "status": "B", "flight_ids": [7001234], "created": True,
    }  # fmt: skip
    assert [request.method for request in driver.sent] == ["GET", "POST"]
    assert unquote(urlsplit(driver.sent[0].url).path) == "/api/external/quote/erp-555/a"
    assert "erp-555%2Fa" in driver.sent[0].url
    assert json.loads(driver.sent[1].body) == BOOKING


def test_a_known_reference_is_found_and_nothing_is_booked():
    driver = FakeDriver([ok(MADE)])
    found = driver.run(orders.ensure_booking(account(), BOOKING))
    assert (found["created"], found["booking_id"]) == (False, 5600411)
    assert [request.method for request in driver.sent] == ["GET"]


@pytest.mark.parametrize("letter", ["Q", "C", None])
def test_a_record_that_is_not_booked_is_not_taken_for_one(letter):
    driver = FakeDriver([ok(MADE | {"status": letter})])
    with pytest.raises(errors.Refused, match="not booked"):
        driver.run(orders.ensure_booking(account(), BOOKING))
    assert len(driver.sent) == 1


@pytest.mark.parametrize("reference", [None, "", "5600411"])
def test_a_booking_needs_a_reference_of_its_own(reference):
    driver = FakeDriver()
    with pytest.raises(errors.InvalidInput, match="externalReference"):
        driver.run(orders.ensure_booking(account(), BOOKING | {"externalReference": reference}))
    assert driver.sent == []


def test_an_unclear_booking_is_looked_for_as_soon_as_the_spacing_of_reads_allows():
    driver = FakeDriver([status(404), status(503)])
    with pytest.raises(errors.Unavailable, match="looking for it failed") as caught:
        driver.run(orders.ensure_booking(account(), BOOKING))
    assert caught.value.effect is errors.Effect.UNKNOWN
    assert caught.value.resume_at is not None
    assert "Testcase" not in str(caught.value)
    driver.now = caught.value.resume_at.timestamp()
    driver.answers = [ok(MADE)]
    assert driver.run(orders.ensure_booking(account(), BOOKING))["created"] is False
    assert [request.method for request in driver.sent] == ["GET", "POST", "GET"]


def test_the_same_reference_for_another_booking_is_an_error():
    driver = FakeDriver([status(404), ok(MADE)])
    driver.run(orders.ensure_booking(account(), BOOKING))
    with pytest.raises(errors.InvalidInput, match=r"erp-555/a.*booking_id 5600411"):
        driver.run(orders.ensure_booking(account(), BOOKING | {"aircraft": "OE-XYZ"}))
    assert len(driver.sent) == 2
