"""Flights: one of them, and what has changed in the programme since the last look."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_fleetops.operators import output
from airflow_provider_fleetops.operators.fl3xx import (
    Fl3xxFlightChangesOperator,
    Fl3xxGetFlightOperator,
    Fl3xxListFlightsOperator,
)
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.sandbox import Sandbox
from tests.airflow.fl3xx_kit import DAY, do, effects, programme, requests, scheduled, unhurry

NOTHING: dict[str, Any] = {"added": [], "changed": {}, "cancelled": [], "gone": []}


@pytest.fixture
def box(fresh_sandbox: Sandbox, fleet_connections: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    unhurry(fresh_sandbox, fleet_connections, monkeypatch)
    return fresh_sandbox


def test_one_flight_is_told_as_in_the_programme_and_the_file_has_the_record(box, tmp_path: Path):
    path = tmp_path / "flight.json"
    listed = scheduled(programme())[0]
    told = do(Fl3xxGetFlightOperator, flight_id=str(listed["flightId"]), output_path=f"file://{path}")
    assert listed.items() <= told.items()
    record = json.loads(path.read_text())
    assert record["accountName"]
    assert record["accountName"] not in json.dumps(told)
    assert requests(box, route="flight.get") == [f"/api/external/flight/{listed['flightId']}"]


def test_a_flight_that_is_not_there_fails_without_a_retry(box):
    with pytest.raises(AirflowFailException) as caught:
        do(Fl3xxGetFlightOperator, flight_id=1)
    assert isinstance(caught.value, errors.NotFound)


def test_a_programme_that_is_too_long_for_xcom_is_an_error_and_is_in_the_file(box, monkeypatch, tmp_path: Path):
    monkeypatch.setattr(output, "MOST_ROWS", 3)
    path = tmp_path / "programme.jsonl"
    with pytest.raises(AirflowFailException, match="too many for XCom, which takes 3"):
        do(Fl3xxListFlightsOperator, from_date=DAY, to_date=DAY, output_path=f"file://{path}")
    assert len(path.read_text().splitlines()) > 3


def changes(tmp_path: Path, run: str, **arguments: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"from_date": DAY, "to_date": DAY, "snapshot_path": f"file://{tmp_path}/seen.json"}
    told: dict[str, Any] = do(Fl3xxFlightChangesOperator, run, **(given | arguments))
    return told


def test_the_first_look_tells_of_nothing_and_the_next_of_what_changed(box, tmp_path: Path):
    first = changes(tmp_path, "run-1")
    assert first == {"first_look": True, "flights": first["flights"], **NOTHING}
    assert first["flights"] > 20
    late, off = (flight["flightId"] for flight in scheduled(programme())[:2])
    box.control.script("fl3xx", "slip", flight=late, minutes=45)
    box.control.script("fl3xx", "cancel", flight=off)
    second = changes(tmp_path, "run-2")
    assert (second["first_look"], second["cancelled"]) == (False, [str(off)])
    assert second["changed"] == {str(late): ["blockOffEstUTC", "blockOnEstUTC"]}
    assert changes(tmp_path, "run-3") == {"first_look": False, "flights": first["flights"], **NOTHING}
    assert effects(box) == []


def test_changes_that_are_too_many_for_xcom_are_an_error_and_stay_to_be_told(box, monkeypatch, tmp_path: Path):
    changes(tmp_path, "run-1")
    flights = [str(flight["flightId"]) for flight in scheduled(programme())[:3]]
    for flight in flights[:2]:
        box.control.script("fl3xx", "slip", flight=int(flight), minutes=45)
    box.control.script("fl3xx", "cancel", flight=int(flights[2]))
    with monkeypatch.context() as patch:
        patch.setattr(output, "MOST_ROWS", 2)
        with pytest.raises(AirflowFailException, match="3 rows are too many for XCom, which takes 2"):
            changes(tmp_path, "run-2")
    told = changes(tmp_path, "run-3")
    assert [*told["changed"], *told["cancelled"]] == flights


def test_a_retry_tells_again_what_its_first_try_may_not_have_told(box, tmp_path: Path):
    changes(tmp_path, "run-1")
    late = scheduled(programme())[0]["flightId"]
    box.control.script("fl3xx", "slip", flight=late, minutes=45)
    told = changes(tmp_path, "run-2")
    assert list(told["changed"]) == [str(late)]
    assert changes(tmp_path, "run-2") == told
    assert changes(tmp_path, "run-3")["changed"] == {}


def test_what_is_kept_of_the_programme_names_nobody(box, tmp_path: Path):
    changes(tmp_path, "run-1")
    path = tmp_path / "flights.jsonl"
    programme(include="ALL", output_path=f"file://{path}")
    full = [json.loads(line) for line in path.read_text().splitlines()]
    names = {flight[key] for flight in full for key in ("customerLastname", "accountName") if flight.get(key)}
    assert names
    kept = (tmp_path / "seen.json").read_text()
    assert not [name for name in names if f'"{name}"' in kept]


def test_a_moved_window_tells_of_what_came_into_it(box, tmp_path: Path):
    today = changes(tmp_path, "run-1")
    both = changes(tmp_path, "run-2", to_date="2031-04-03")
    assert len(both["added"]) == both["flights"] - today["flights"] > 20
    assert changes(tmp_path, "run-3", from_date="2031-04-03", to_date="2031-04-03")["gone"] == []


def test_a_snapshot_that_is_none_is_a_clear_error(box, tmp_path: Path):
    (tmp_path / "seen.json").write_text("no JSON")
    with pytest.raises(AirflowFailException, match=r"seen\.json holds no JSON"):
        changes(tmp_path, "run-1")
