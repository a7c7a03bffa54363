"""FL3XX's hook, operator and sensor against the sandbox: what FL3XX received, and what the user sees."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred

from airflow_provider_fleetops.hooks.fl3xx import Fl3xxHook
from airflow_provider_fleetops.operators.fl3xx import Fl3xxListFlightsOperator
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.sensors.fl3xx import Fl3xxFlightStateSensor
from airflow_provider_fleetops.triggers import wait
from tests.conftest import START, set_connection

DAY = "2031-04-02"
CONTEXT: dict[str, Any] = {"logical_date": START, "ds": DAY}
PERSONAL = ("customerFirstname", "customerLastname", "accountName")

pytestmark = pytest.mark.usefixtures("fleet_connections")


@pytest.fixture
def box(fresh_sandbox: Sandbox) -> Sandbox:
    return fresh_sandbox


@pytest.fixture
def unhurried(box: Sandbox, fleet_connections: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """Neither side spaces identical reads: for tests that look twice."""
    box.control.limits("fl3xx", repeat_seconds=0)
    own = fleet_connections["fl3xx_default"]
    set_connection(monkeypatch, "fl3xx_default", own | {"extra": own["extra"] | {"recurring_seconds": 0}})
    return box


def programme(**arguments: Any) -> list[dict[str, Any]]:
    """The day's flights as the operator returns them, earliest arrival first."""
    given: dict[str, Any] = {"from_date": DAY, "to_date": DAY} | arguments
    flights = Fl3xxListFlightsOperator(task_id="flights", **given).execute(CONTEXT)
    return sorted(flights, key=lambda flight: flight["blockOnEstUTC"] or "")


def sensor(**arguments: Any) -> Fl3xxFlightStateSensor:
    return Fl3xxFlightStateSensor(task_id="wait", **arguments)


def requests(box: Sandbox, **filters: Any) -> list[str]:
    return [entry["path"] for entry in box.control.journal(vendor="fl3xx", **filters)]


def arrival(flight: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(flight["blockOnEstUTC"])


def scheduled(flights: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [flight for flight in flights if flight["state"] == "SCHEDULED"]


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
    assert link.get_link(operator, ti_key=None) == "https://developer.fl3xx.com/docs/flights"


# --- the sensor ---


def test_many_flights_and_many_sensors_cost_one_request(box):
    flights = programme(from_date="2031-04-01", to_date="2031-04-03", include="ALL", time_zone="UTC")
    ids = [flight["flightId"] for flight in flights]
    for chosen in ({"flight_ids": ids}, {"flight_id": ids[0]}, {"flight_id": str(ids[-1])}):
        seen = sensor(target_state="SCHEDULED", failure_states=(), **chosen).poke(CONTEXT)
        assert seen.is_done
        assert set(seen.xcom_value["reached"]) == {str(x) for x in chosen.get("flight_ids", [chosen.get("flight_id")])}
    assert len(requests(box)) == 1


def test_a_flight_that_is_there_ends_the_waiting_at_once(box):
    landed = next(flight for flight in programme() if flight["state"] == "POST_FLIGHT_CLOSED")
    result = sensor(flight_id=landed["flightId"], deferrable=True).execute(CONTEXT)
    key = str(landed["flightId"])
    assert result["reached"] == {key: "POST_FLIGHT_CLOSED"}
    assert result["facts"][key]["number"] == landed["flightNumber"]
    assert result["facts"][key]["arrival"] == landed["blockOnEstUTC"]


def test_the_sensor_follows_a_flight_through_its_states(unhurried):
    flight = scheduled(programme())[0]
    waiting = sensor(flight_id=flight["flightId"], target_state=["LANDED"])
    assert not waiting.poke(CONTEXT).is_done
    unhurried.control.set(arrival(flight) + timedelta(hours=2))
    seen = waiting.poke(CONTEXT)
    assert seen.is_done
    assert seen.xcom_value["reached"][str(flight["flightId"])] in {"LANDED", "ON_BLOCK", "POST_FLIGHT_CLOSED"}


def test_a_cancelled_flight_fails_the_sensor_clearly(unhurried):
    flight = scheduled(programme())[-1]
    waiting = sensor(flight_ids=[flight["flightId"]])
    assert not waiting.poke(CONTEXT).is_done
    unhurried.control.script("fl3xx", "cancel", flight=flight["flightId"])
    with pytest.raises(AirflowFailException, match=f"cannot reach ON_BLOCK any more: {flight['flightId']} CANCELLED"):
        waiting.poke(CONTEXT)


def test_waiting_for_a_cancellation_is_possible(unhurried):
    flight = scheduled(programme())[-1]
    unhurried.control.script("fl3xx", "cancel", flight=flight["flightId"])
    assert sensor(flight_id=flight["flightId"], target_state="CANCELLED").poke(CONTEXT).is_done


def test_any_of_many_is_enough_where_one_is_cancelled(unhurried):
    flights = scheduled(programme())
    unhurried.control.script("fl3xx", "cancel", flight=flights[-1]["flightId"])
    pair = [flights[0]["flightId"], flights[-1]["flightId"]]
    waiting = sensor(flight_ids=pair, condition="any")
    assert not waiting.poke(CONTEXT).is_done
    unhurried.control.set(arrival(flights[0]) + timedelta(hours=2))
    seen = waiting.poke(CONTEXT)
    assert seen.is_done
    assert seen.xcom_value["failed"] == {str(pair[1]): "CANCELLED"}


def test_a_flight_outside_the_window_is_read_by_its_id_once(box):
    flight = programme()[0]
    assert sensor(flight_id=flight["flightId"], from_date="2031-04-04", to_date="2031-04-04").poke(CONTEXT).is_done
    sensor(flight_id=flight["flightId"], from_date="2031-04-04", to_date="2031-04-04").poke(CONTEXT)
    assert requests(box)[1:] == ["/api/external/flight/flights", f"/api/external/flight/{flight['flightId']}"]


def test_a_flight_that_fl3xx_does_not_know_fails_the_sensor(box):
    with pytest.raises(AirflowFailException, match="999 NOT_FOUND"):
        sensor(flight_id=999).poke(CONTEXT)


def test_an_unknown_status_word_does_not_end_the_waiting(box):
    flight = scheduled(programme())[0]
    box.control.fault("fl3xx", "unknown_state", "flights.list", keys=["flightStatus"], value="Levitating")
    assert not sensor(flight_id=flight["flightId"]).poke(CONTEXT).is_done


@pytest.mark.parametrize("fault", [("status", {"code": 503}), ("too_many", {}), ("reset_after", {}), ("truncated", {})])
def test_a_failed_look_costs_one_request_and_the_waiting_goes_on(box, fault):
    flight = scheduled(programme())[0]
    kind, options = fault
    box.control.fault("fl3xx", kind, "flights.list", times="forever", **options)
    waiting = sensor(flight_id=flight["flightId"])
    before = len(requests(box))
    for _ in range(5):
        assert not waiting.poke(CONTEXT).is_done
    assert len(requests(box)) - before == 1


def test_a_403_while_waiting_means_too_fast_and_the_waiting_goes_on(box):
    flight = scheduled(programme())[0]
    box.control.fault("fl3xx", "status", "flights.list", code=403, times="forever")
    waiting = sensor(flight_id=flight["flightId"])
    before = len(requests(box))
    for _ in range(5):
        assert not waiting.poke(CONTEXT).is_done
    assert len(requests(box)) - before == 1


def test_the_window_is_around_the_logical_date_or_the_run():
    assert sensor(flight_id=1).window(CONTEXT) == {"from_date": "2031-04-01", "to_date": "2031-04-03"}
    manual = {"logical_date": None, "dag_run": SimpleNamespace(run_after=START + timedelta(days=9))}
    assert sensor(flight_id=1).window(manual) == {"from_date": "2031-04-10", "to_date": "2031-04-12"}
    given = sensor(flight_id=1, from_date=DAY, to_date=DAY).window(CONTEXT)
    assert given == {"from_date": DAY, "to_date": DAY}


@pytest.mark.parametrize(
    ("given", "ids"),
    [
        ({"flight_id": 7001}, ["7001"]),
        ({"flight_ids": [7001, "7002"]}, ["7001", "7002"]),
        ({"flight_ids": "[7001, 7002]"}, ["7001", "7002"]),
        ({"flight_ids": "['7001', '7002']"}, ["7001", "7002"]),
        ({"flight_ids": []}, []),
    ],
)
def test_ids_may_come_as_a_list_or_as_rendered_text(given, ids):
    assert sensor(**given).subjects() == ids


def test_one_way_to_name_the_flights():
    with pytest.raises(ValueError, match="flight_id or flight_ids"):
        sensor()
    with pytest.raises(ValueError, match="flight_id or flight_ids"):
        sensor(flight_id=1, flight_ids=[2])


def test_nothing_to_wait_for_is_an_error_and_asks_nothing(box):
    with pytest.raises(errors.ConfigurationError, match="no flight id"):
        sensor(flight_ids=[]).poke(CONTEXT)
    assert requests(box) == []


async def test_deferred_it_waits_in_the_triggerer_and_ends_with_the_result(unhurried, monkeypatch):
    flight = scheduled(programme())[0]
    waiting = sensor(flight_id=flight["flightId"], deferrable=True, poke_interval=60)
    with pytest.raises(TaskDeferred) as deferred:
        waiting.execute(CONTEXT)
    path, kwargs = deferred.value.trigger.serialize()
    assert "SIM-TOKEN" not in json.dumps(kwargs)
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 2:
            unhurried.control.set(arrival(flight) + timedelta(hours=2))

    monkeypatch.setattr(wait, "asyncio", SimpleNamespace(sleep=sleep))
    module, _, name = path.rpartition(".")
    assert (module, name) == (wait.__name__, "WaitTrigger")
    events = [event async for event in wait.WaitTrigger(**json.loads(json.dumps(kwargs))).run()]
    result = waiting.execute_complete(CONTEXT, events[0].payload)
    assert list(result["reached"]) == [str(flight["flightId"])]
    assert len(slept) == 2


async def test_deferred_it_fails_clearly_on_a_cancelled_flight(unhurried, monkeypatch):
    flight = scheduled(programme())[0]
    waiting = sensor(flight_id=flight["flightId"], deferrable=True)
    with pytest.raises(TaskDeferred) as deferred:
        waiting.execute(CONTEXT)

    async def sleep(_seconds: float) -> None:
        unhurried.control.script("fl3xx", "cancel", flight=flight["flightId"])

    monkeypatch.setattr(wait, "asyncio", SimpleNamespace(sleep=sleep))
    events = [event async for event in deferred.value.trigger.run()]
    with pytest.raises(AirflowFailException, match="CANCELLED"):
        waiting.execute_complete(CONTEXT, events[0].payload)


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
    hook.aircraft_schedule(tail, "2031-04-01", "2031-04-05")
    assert len(requests(box, route="aircraft.schedule")) == 1


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
