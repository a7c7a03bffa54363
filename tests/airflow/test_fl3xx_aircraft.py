"""Aircraft, airports and fuel prices: what FL3XX was asked, and what comes back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred

from airflow_provider_fleetops.operators import output
from airflow_provider_fleetops.operators.fl3xx import (
    Fl3xxAircraftAvailabilityOperator,
    Fl3xxAircraftPictureOperator,
    Fl3xxAircraftScheduleOperator,
    Fl3xxAirportCrewOperator,
    Fl3xxAirportNotesOperator,
    Fl3xxAirportServicesOperator,
    Fl3xxGetAircraftOperator,
    Fl3xxGetAirportOperator,
    Fl3xxGetFuelPricesOperator,
    Fl3xxHoldItemsOperator,
    Fl3xxRemoveAllFuelPricesOperator,
    Fl3xxRemoveFuelPricesOperator,
    Fl3xxSetFuelPriceOperator,
    Fl3xxUpdateMaintenanceCountersOperator,
)
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.sandbox import Sandbox
from tests.airflow.fl3xx_kit import CONTEXT, DAY, do, effects, programme, requests, unhurry


@pytest.fixture
def box(fresh_sandbox: Sandbox, fleet_connections: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    unhurry(fresh_sandbox, fleet_connections, monkeypatch)
    return fresh_sandbox


@pytest.fixture
def tail(box: Sandbox) -> str:
    return str(programme()[0]["registrationNumber"])


# --- aircraft ---


def test_an_aircraft_and_its_picture(tail, tmp_path: Path):
    path = tmp_path / "aircraft.json"
    told = do(Fl3xxGetAircraftOperator, reference=tail, output_path=f"file://{path}")
    assert (told["tailNumber"], do(Fl3xxGetAircraftOperator, reference=told["id"])["id"]) == (tail, told["id"])
    links = json.loads(path.read_text())["links"]
    uuid = next(link["href"] for link in links if link["rel"] == "picture").rpartition("/")[2]
    picture = do(Fl3xxAircraftPictureOperator, uuid=uuid, output_path=f"file://{tmp_path}/picture.jpg")
    assert picture["bytes"] == len((tmp_path / "picture.jpg").read_bytes()) > 0


def test_a_schedule_tells_what_an_aircraft_does(box, tail, tmp_path: Path):
    box.control.script("fl3xx", "aog", tail=tail)
    path = tmp_path / "schedule.jsonl"
    rows = do(
        Fl3xxAircraftScheduleOperator, tail=tail, from_date=DAY, to_date="2031-04-03", output_path=f"file://{path}"
    )
    assert {"AOG", None} == {row.get("taskType") for row in rows}
    full = [json.loads(line) for line in path.read_text().splitlines()]
    assert [row["id"] for row in rows] == [row["id"] for row in full]
    assert not [row for row in rows if "notes" in row]
    (item,) = do(Fl3xxHoldItemsOperator, tail=tail, from_date=DAY, to_date=DAY)
    assert (item["source"], item["limitations"]) == ("MANUAL", True)


def test_a_schedule_may_be_asked_for_with_a_first_location(box, tail):
    window = {"tail": tail, "from_date": DAY, "to_date": "2031-05-20"}
    do(Fl3xxAircraftScheduleOperator, **window)
    do(Fl3xxAircraftScheduleOperator, **window, init_location="{{ 'LOWW' }}")
    journal = box.control.journal(vendor="fl3xx", route="aircraft.schedule")
    assert [entry["query_keys"] for entry in journal] == [["from", "to"]] * 2 + [["from", "initLocation", "to"]] * 2


def test_a_long_schedule_is_read_by_the_month_and_each_item_once(box, tail):
    rows = do(Fl3xxAircraftScheduleOperator, tail=tail, from_date="2031-03-15", to_date="2031-05-20")
    assert len({row["id"] for row in rows}) == len(rows) > 20
    journal = box.control.journal(vendor="fl3xx", route="aircraft.schedule")
    assert [entry["status"] for entry in journal] == [200, 200, 200]


def test_a_long_schedule_waits_a_minute_for_each_month_and_begins_only_once(fresh_sandbox, fleet_connections, later):
    tail = programme()[0]["registrationNumber"]
    window = {"tail": tail, "from_date": "2031-03-15", "to_date": "2031-05-20"}
    with pytest.raises(TaskDeferred):
        do(Fl3xxAircraftScheduleOperator, deferrable=True, **window)
    for minute in (1, 2):
        fresh_sandbox.control.advance(timedelta(minutes=1, seconds=5))
        later(62 * minute)
        task = Fl3xxAircraftScheduleOperator(task_id="t", deferrable=True, **window)
        if minute == 1:
            with pytest.raises(TaskDeferred):
                task.execute_resumed(CONTEXT, {"resumed": minute})
    assert task.execute_resumed(CONTEXT, {"resumed": 2})
    journal = fresh_sandbox.control.journal(vendor="fl3xx", route="aircraft.schedule")
    assert [(entry["status"], entry["broke"]) for entry in journal] == [(200, None)] * 3


def test_an_availability_tells_gaps_between_flights(box, tail):
    window = {"tail": tail, "from_time": f"{DAY}T00:00:00Z", "to_time": f"{DAY}T23:59:00Z"}
    told = do(Fl3xxAircraftAvailabilityOperator, **window)
    rows = do(Fl3xxAircraftScheduleOperator, tail=tail, from_date=DAY, to_date=DAY)
    assert told["free"] is False
    assert {row["id"] for row in told["busy"]} <= {row["id"] for row in rows}
    assert sum(gap["minutes"] for gap in told["gaps"]) > 0
    empty = {"from_time": "2031-08-02T00:00:00Z", "to_time": "2031-08-02T14:00:00+02:00"}
    assert do(Fl3xxAircraftAvailabilityOperator, tail=tail, **empty) == {
        "free": True,
        "busy": [],
        "gaps": [{"from": "2031-08-02T00:00:00+00:00", "to": "2031-08-02T12:00:00+00:00", "minutes": 720.0}],
    }


def test_an_availability_that_is_too_long_for_xcom_is_an_error(box, tail, monkeypatch):
    monkeypatch.setattr(output, "MOST_ROWS", 0)
    window = {"tail": tail, "from_time": f"{DAY}T00:00:00Z", "to_time": f"{DAY}T23:59:00Z"}
    with pytest.raises(AirflowFailException, match="too many for XCom"):
        do(Fl3xxAircraftAvailabilityOperator, **window)


COUNTER = {"scheduleType": "INTERVAL", "unit": "FLIGHT_HOURS", "amount": 100, "externalSource": "CAMP"}


@pytest.mark.parametrize("counters", [[COUNTER, COUNTER], str([COUNTER, COUNTER])])
def test_counters_are_written_and_checked(box, tail, counters):
    number = do(Fl3xxGetAircraftOperator, reference=tail)["id"]
    told = do(Fl3xxUpdateMaintenanceCountersOperator, aircraft_id=number, counters=counters)
    assert told == {"aircraft_id": number, "counters": 2}
    assert effects(box) == [f"aircraft:{tail} counters written"]


@pytest.mark.parametrize(("counters", "rule"), [([], "at least 1"), ([{"scheduleType": "SOON"}], "must be one of")])
def test_counters_that_are_none_are_refused_before_anything_is_sent(box, counters, rule):
    with pytest.raises(AirflowFailException, match=rule):
        do(Fl3xxUpdateMaintenanceCountersOperator, aircraft_id=1, counters=counters)
    assert requests(box) == []


# --- airports ---


def test_an_airport_with_its_services_notes_and_crew(box, tmp_path: Path):
    airport = do(Fl3xxGetAirportOperator, code="LOWG")
    assert (airport["icao"], airport["timeZone"]) == ("LOWG", "Europe/Vienna")
    assert do(Fl3xxAirportServicesOperator, code="LOWG")[0]["company"].startswith("Mock Handling")
    path = tmp_path / "notes.jsonl"
    week = {"from_date": DAY, "to_date": "2031-04-08", "output_path": f"file://{path}"}
    notes = do(Fl3xxAirportNotesOperator, code="LOWG", **week)
    assert notes["count"] == len(path.read_text().splitlines()) == 1
    assert "weekends" not in json.dumps(notes)
    crew = [row for code in ("LOWG", "LOWW", "LSZB", "EDDM") for row in do(Fl3xxAirportCrewOperator, code=code)]
    assert all(set(row) == {"pilotId"} for row in crew)


@pytest.mark.parametrize("code", ["", "..", None])
def test_a_code_that_leads_elsewhere_is_refused_before_anything_is_sent(box, code):
    with pytest.raises(AirflowFailException, match="'code'"):
        do(Fl3xxGetAirportOperator, code=code)
    assert requests(box) == []


# --- fuel prices ---

PRICE = {"fbo_name": "Fuel & Go", "contractor_name": "Sim Fuel", "currency": "EUR", "unit": "LITER"}


def test_a_fuel_price_is_set_read_and_removed(box, tmp_path: Path):
    at = {"airport_code": "EBCR"}
    do(Fl3xxSetFuelPriceOperator, **at, **PRICE, volume_from="{{ 100 }}", details={"pricePerUnit": 0.91})
    path = tmp_path / "prices.jsonl"
    (price,) = do(Fl3xxGetFuelPricesOperator, **at, output_path=f"file://{path}")
    assert json.loads(path.read_text()) == price | {"pricePerUnit": 0.91}
    assert (price["fboName"], price["currency"], price["volumeFrom"]) == ("Fuel & Go", "EUR", 100)
    do(Fl3xxRemoveFuelPricesOperator, **at)
    assert do(Fl3xxGetFuelPricesOperator, **at) == []
    do(Fl3xxRemoveAllFuelPricesOperator)
    assert effects(box) == ["fuel-prices:EBCR written", "fuel-prices:EBCR removed", "fuel-prices:all removed"]


def test_a_price_in_another_money_is_refused_before_anything_is_sent(box):
    with pytest.raises(AirflowFailException, match=r"'currency' must be one of EUR, USD") as caught:
        do(Fl3xxSetFuelPriceOperator, airport_code="EBCR", **(PRICE | {"currency": "GBP"}))
    assert isinstance(caught.value, errors.InvalidInput)
    assert requests(box) == []
