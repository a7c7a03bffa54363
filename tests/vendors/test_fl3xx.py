"""FL3XX without a network: what an answer means, what a flight's state is, what the catalogue says."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.protocol.answer import Answer
from airflow_provider_fleetops.protocol.endpoint import Confidence, Kind
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.messages import Response
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fl3xx import states
from airflow_provider_fleetops.vendors.fl3xx.connection import FORM
from airflow_provider_fleetops.vendors.fl3xx.judge import judge
from airflow_provider_fleetops.vendors.fl3xx.vendor import VENDOR
from tests.protocol.fakes import FakeDriver, status
from tests.vendors.fl3xx_kit import TOKEN, account, flight, ok

# --- the judge ---


def judged(endpoint: str, response: Response) -> Any:
    answer = Answer("fl3xx", VENDOR.endpoint(endpoint), response, datetime(2031, 4, 2, tzinfo=UTC))
    return judge(account(), answer)


HTML = Response(200, {"content-type": "text/html"}, b"<html>maintenance</html>")
SPRING = {"timestamp": "2031-04-02T10:00:00Z", "status": 403, "error": "Forbidden", "message": "m", "path": "/p"}


@pytest.mark.parametrize(
    ("endpoint", "response", "value"),
    [
        ("flights.list", ok([flight(1)]), [flight(1)]),
        ("flights.list", ok({"flights": [flight(1)]}), [flight(1)]),
        ("flights.list", ok({"items": []}), []),
        ("flight.get", ok(flight(1)), flight(1)),
        ("flight_crew.get", ok({"flightId": 1, "crews": [{"pilotId": 2}]}), [{"pilotId": 2}]),
        ("flight_crew.get", ok([{"pilotId": 2}]), [{"pilotId": 2}]),
        ("roster.list", ok({"staff": [{"user": {}}]}), [{"user": {}}]),
        ("flights_v2.list", ok({"data": [], "pagination": {}}), {"data": [], "pagination": {}}),
        ("aircraft.picture", Response(200, {}, b"\x89PNG"), b"\x89PNG"),
        ("passenger.remove", Response(204), None),
        ("flight_services.update", Response(200), None),
        ("booking.create", Response(201, {}, b'{"bookingid": 5}'), {"bookingid": 5}),
    ],
)
def test_an_answer_has_a_value(endpoint, response, value):
    assert judged(endpoint, response) == value


@pytest.mark.parametrize(
    ("endpoint", "response", "error"),
    [
        ("flights.list", status(400), errors.InvalidInput),
        ("flights.list", status(401), errors.AuthenticationError),
        ("flights.list", status(403), errors.PermissionDenied),
        ("flight.get", status(404), errors.NotFound),
        ("booking.create", status(422), errors.Refused),
        ("flights.list", status(429), errors.Throttled),
        ("flights.list", status(500), errors.Unavailable),
        ("flights.list", status(503, b"<html>busy</html>"), errors.Unavailable),
        ("flights.list", status(504, b""), errors.Unavailable),
        ("flights.list", status(302, location="https://evil.example"), errors.ConfigurationError),
        ("flights.list", HTML, errors.ProtocolError),
        ("flights.list", ok({"success": False}), errors.ProtocolError),
        ("flights.list", ok([1, 2]), errors.ProtocolError),
        ("flights.list", ok("text"), errors.ProtocolError),
        ("flights.list", Response(200), errors.ProtocolError),
        ("flights.list", Response(200, {}, b'[{"flightId": 1'), errors.ProtocolError),
        ("flight.get", ok({"success": False}), errors.ProtocolError),
        ("flight.get", ok(SPRING), errors.ProtocolError),
        ("flight.get", ok([]), errors.ProtocolError),
        ("flight.get", ok(None), errors.ProtocolError),
        ("aircraft.get", ok(SPRING), errors.ProtocolError),
        ("aircraft.get", ok(5), errors.ProtocolError),
        ("booking.create", ok({"status": "B"}), errors.ProtocolError),
        ("booking.create", Response(200), errors.ProtocolError),
        ("aircraft.picture", Response(200), errors.ProtocolError),
    ],
)
def test_an_answer_is_an_error(endpoint, response, error):
    with pytest.raises(error) as caught:
        judged(endpoint, response)
    assert type(caught.value) is error
    assert caught.value.endpoint == endpoint
    assert caught.value.status == response.status


def test_the_vendors_words_reach_the_user_without_what_was_sent():
    answer = status(400, json.dumps({"message": "bad mail cleo@example.invalid"}).encode())
    with pytest.raises(errors.InvalidInput, match="bad mail …"):
        judged("user.create", answer)


# --- states ---


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, "SCHEDULED"),
        ({"flightStatus": "Taxiing through the clouds"}, "SCHEDULED"),
        ({"flightStatus": "Off Block"}, "OFF_BLOCK"),
        ({"realDateOUT": "2031-04-02T07:14:00.000Z"}, "OFF_BLOCK"),
        ({"realDateOUT": "x", "realDateOFF": "x"}, "AIRBORNE"),
        ({"realDateOFF": "x", "realDateON": "x"}, "LANDED"),
        ({"realDateON": "x", "realDateIN": "x"}, "ON_BLOCK"),
        ({"flightStatus": " ON BLOCK "}, "ON_BLOCK"),
        ({"realDateIN": "x", "postFlightClosed": True}, "POST_FLIGHT_CLOSED"),
        ({"realDateIN": "x", "postFlightClosed": "true"}, "ON_BLOCK"),
        ({"status": "Cancelled", "postFlightClosed": True}, "CANCELLED"),
        ({"flightStatus": "CANCELED"}, "CANCELLED"),
        ({"flightStatus": ["On Block"], "status": None}, "SCHEDULED"),
    ],
)
def test_state_of_a_flight(fields, state):
    assert states.state(flight(1) | fields) == state


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"blockOnEstUTC": "2031-04-02T08:35:00.000Z", "eta": "2031-04-02T01:00"}, "2031-04-02T08:35:00+00:00"),
        ({"blockOnEstUTC": "2031-04-02T08:35"}, "2031-04-02T08:35:00+00:00"),
        ({"blockOnEstUTC": None, "eta": "2031-04-02T10:35"}, "2031-04-02T08:35:00+00:00"),
        ({"blockOnEstUTC": "soon", "eta": 1932885300000}, "2031-04-02T08:35:00+00:00"),
        ({"dateTo": [2031, 4, 2, 10, 35]}, "2031-04-02T08:35:00+00:00"),
        ({}, None),
    ],
)
def test_estimated_arrival_is_in_utc(fields, expected):
    facts = states.sighting(flight(1) | fields, "Europe/Vienna").facts
    assert facts == {"number": "SIM1", "tail": None, "departure": None, "arrival": expected}


def test_a_summary_names_nobody():
    full = flight(1, customerLastname="Testcase", accountName="Simulated Holdings", airportFrom={"hostile": "object"})
    summary = states.summary(full, "UTC")
    assert "Testcase" not in str(summary)
    assert "Simulated" not in str(summary)
    assert summary["airportFrom"] is None
    assert (summary["flightId"], summary["state"]) == (1, "SCHEDULED")


# --- the catalogue and the form ---


def test_every_entry_is_whole():
    calls: set[tuple[str, str]] = set()
    for name, entry in VENDOR.endpoints.items():
        assert name == entry.name
        assert re.fullmatch(r"[a-z0-9_]+\.[a-z_]+", name)
        assert entry.source.startswith("https://"), name
        assert entry.summary, name
        assert entry.area, name
        prefix = {"v1": "/api/external/", "v2": "/api/v2/"}[entry.version]
        assert entry.path.startswith(prefix) or name == "crew_calendar.get"
        assert {field.name for field in entry.path_fields} == set(re.findall(r"{(\w+)}", entry.path)), name
        assert (entry.method == "GET") <= (entry.kind is Kind.READ), name
        assert entry.body is None or entry.method != "GET", name
        calls.add((entry.method, re.sub(r"{\w+}", "{}", entry.path)))
    doubled = {("PUT", "/api/external/leg/{}")}
    assert len(calls | doubled) == len(VENDOR.endpoints)


def test_what_creates_something_is_never_sent_twice():
    unsafe = {name for name, entry in VENDOR.endpoints.items() if entry.kind is Kind.UNSAFE}
    assert {"booking.create", "flight_booking.create", "quote.create", "leg.add", "passenger.add"} <= unsafe
    assert {"webhook.create", "webhook.renew", "roster.create", "user.create", "account.create"} <= unsafe
    assert "flight_crew.replace" not in unsafe


def test_undocumented_calls_are_marked():
    seen = {name for name, entry in VENDOR.endpoints.items() if entry.confidence is not Confidence.DOCUMENTED}
    assert {"aircraft.hold_items", "preflight.get", "users.list", "quote.history"} <= seen


@pytest.mark.parametrize(
    ("endpoint", "arguments", "body", "rule"),
    [
        ("flight.get", {"flight_id": "7001; drop"}, None, "'flight_id' must be an integer"),
        ("flight.get", {"flight_id": -1}, None, "'flight_id' must be at least 1"),
        ("flights.list", {"from_": "2031-04-02"}, None, "'to' is required"),
        ("flight_crew.replace", {"flight_id": 1}, {"pilotId": 1}, "'body' must be an array"),
        ("flight_crew.replace", {"flight_id": 1}, [{"role": "CMD"}], r"'body\[0\].pilotId' is required"),
        ("booking.create", {}, {"aircraft": "OE-SIM", "customer": {}, "legs": []}, "'legs' must be at least 1"),
        (
            "webhook.create",
            {},
            {"event": "E", "callbackUrl": "http://x", "signingKey": "k"},
            "'callbackUrl' must begin with https://",
        ),
        ("flights_v2.list", {"filter": "a,EQ,b", "limit": 5}, None, "'limit' must be at least 10"),
        (
            "aircraft.schedule",
            {"tail": "X", "from_": "now", "to": "2031-04-05"},
            None,
            "'from_' must be a day, YYYY-MM-DD, or a time",
        ),
        ("rosters.search", {}, {"limit": 500}, "'limit' must be at most 50"),
    ],
)
def test_wrong_arguments_are_named_before_anything_is_sent(endpoint, arguments, body, rule):
    driver = FakeDriver()
    with pytest.raises(errors.InvalidInput, match=rule):
        driver.run(call(account(), endpoint, arguments, body))
    assert driver.sent == []


def test_the_form_fills_in_defaults_and_names_what_is_wrong():
    settings = FORM.read({})
    assert (settings["recurring_seconds"], settings["schedule_seconds"], settings["time_zone"]) == (600, 60, "UTC")
    with pytest.raises(errors.ConfigurationError, match="recurring_seconds"):
        FORM.read({"recurring_seconds": -1})
    with pytest.raises(errors.ConfigurationError, match="'colour'"):
        FORM.read({"colour": "red"})
    with pytest.raises(errors.ConfigurationError, match=r"Base URL \(host\) is required"):
        Account.of(VENDOR, "fl", host="", port=None, login="", password=TOKEN, extras={})
    secret = account(webhook_secret="marked-signing-key")
    assert "marked-signing-key" not in repr(secret) + repr(secret.settings)
