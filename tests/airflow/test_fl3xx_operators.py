"""FL3XX's list operator and hook against the sandbox: what FL3XX received, and what the user sees."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_fleetops.hooks.fl3xx import Fl3xxHook
from airflow_provider_fleetops.operators.fl3xx import Fl3xxListFlightsOperator
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.sandbox import Sandbox
from tests.airflow.fl3xx_kit import CONTEXT, DAY, programme, requests, scheduled, unhurry
from tests.conftest import START, set_connection

PERSONAL = ("customerFirstname", "customerLastname", "accountName")

pytestmark = pytest.mark.usefixtures("fleet_connections")


@pytest.fixture
def box(fresh_sandbox: Sandbox) -> Sandbox:
    return fresh_sandbox


@pytest.fixture
def unhurried(box: Sandbox, fleet_connections: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    unhurry(box, fleet_connections, monkeypatch)
    return box


# --- the operator ---


def test_the_programme_names_nobody_and_the_file_has_it_all(box, tmp_path: Path):
    path = tmp_path / "flights.jsonl"
    flights = programme(output_path=f"file://{path}")
    full = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(flights) == len(full) > 20
    assert {flight["flightId"] for flight in flights} == {flight["flightId"] for flight in full}
    names = {flight[key] for flight in full for key in PERSONAL if flight.get(key)}
    assert names
    assert not any(name in json.dumps(flights) for name in names)
    assert {"SCHEDULED", "POST_FLIGHT_CLOSED"} <= {flight["state"] for flight in flights}
    assert requests(box) == ["/api/external/flight/flights"]


def test_the_same_programme_is_asked_for_once(box):
    assert programme() == programme()
    assert len(requests(box)) == 1


def test_fields_are_templated(box):
    operator = Fl3xxListFlightsOperator(
        task_id="flights", from_date="{{ ds }}", to_date="{{ ds }}", include="{{ params.include }}", time_zone="UTC"
    )
    operator.render_template_fields({**CONTEXT, "params": {"include": "ALL"}})
    assert (operator.from_date, operator.to_date, operator.include) == (DAY, DAY, "ALL")
    assert operator.execute(CONTEXT)


def test_a_window_that_fl3xx_finds_too_large_is_read_in_parts(box):
    whole = programme(from_date="2031-03-31", to_date="2031-04-05")
    box.control.limits("fl3xx", flights_days=2)
    parts = programme(from_date="2031-03-30", to_date="2031-04-05")
    assert [flight["flightId"] for flight in parts] == [flight["flightId"] for flight in whole]
    assert [entry["status"] for entry in box.control.journal(vendor="fl3xx")] == [200, 400, 400, 200, 200, 200]
    assert requests(box, broke="*") == []


def test_a_window_outside_what_fl3xx_shows_fails_without_a_retry(box):
    with pytest.raises(AirflowFailException) as caught:
        programme(from_date="2033-01-01", to_date="2033-01-01")
    assert isinstance(caught.value, errors.InvalidInput)
    assert len(requests(box)) == 1


def test_a_token_without_the_right_fails_and_says_so(box):
    box.control.limits("fl3xx", denied=["flights.list"])
    with pytest.raises(AirflowFailException, match="lacks this right"):
        programme()
    assert len(requests(box)) == 1


def test_the_link_leads_to_the_vendors_page():
    operator = Fl3xxListFlightsOperator(task_id="flights", from_date=DAY, to_date=DAY)
    (link,) = operator.operator_extra_links
    assert link.get_link(operator, ti_key=None) == "https://developer.fl3xx.com/docs"


# --- the hook ---


def test_crew_and_passengers_of_a_flight(unhurried):
    hook = Fl3xxHook()
    flight_id = scheduled(programme())[0]["flightId"]
    assert hook.flight(flight_id)["flightId"] == flight_id
    before = [{"pilotId": member["pilotId"], "role": member["role"]} for member in hook.crew(flight_id)]
    after = hook.replace_crew(flight_id, before[:1])
    assert [member["pilotId"] for member in after] == [before[0]["pilotId"]]
    assert [member["pilotId"] for member in hook.crew(flight_id)] == [before[0]["pilotId"]]
    with pytest.raises(AirflowFailException, match="remove the whole crew"):
        hook.replace_crew(flight_id, [])
    assert all("ticketId" in ticket for ticket in hook.passengers(flight_id))


def test_an_aircraft_that_goes_aog_shows_in_its_schedule(box):
    tail = programme()[0]["registrationNumber"]
    box.control.script("fl3xx", "aog", tail=tail)
    hook = Fl3xxHook()
    tasks = [item.get("taskType") for item in hook.aircraft_schedule(tail, "2031-04-01", "2031-04-05")]
    assert "AOG" in tasks
    assert len(hook.hold_items(tail, "2031-04-01", "2031-04-05")) == 1
    hook.aircraft_schedule(tail, date(2031, 4, 1), date(2031, 4, 5))
    assert len(requests(box, route="aircraft.schedule")) == 1


def test_a_schedule_may_be_asked_for_by_the_minute(unhurried):
    tail = programme()[0]["registrationNumber"]
    whole = Fl3xxHook().aircraft_schedule(tail, date(2031, 4, 2), date(2031, 4, 2))
    evening = Fl3xxHook().aircraft_schedule(tail, START.replace(hour=23), START.replace(hour=23, minute=59))
    assert len(evening) < len(whole)


def test_the_test_button_asks_for_the_aircraft_and_repeats_no_configuration(box):
    worked, message = Fl3xxHook().test_connection()
    assert worked
    assert requests(box) == ["/api/external/aircraft"]
    assert box.url not in message


def test_a_wrong_token_is_an_error_that_does_not_show_it(box, fleet_connections, monkeypatch):
    set_connection(monkeypatch, "fl3xx_default", fleet_connections["fl3xx_default"] | {"password": "wrong-hush-hush"})
    worked, message = Fl3xxHook().test_connection()
    assert not worked
    assert "AuthenticationError" in message
    assert "hush" not in message
    with pytest.raises(AirflowFailException):
        programme()
    with pytest.raises(errors.Throttled, match="But these credentials were rejected at "):
        programme()
    assert len(requests(box)) == 2
