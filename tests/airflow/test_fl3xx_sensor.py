"""FL3XX's flight sensor against the sandbox: what FL3XX received, and what the user sees."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import bases
from airflow.sdk.exceptions import AirflowFailException, AirflowRescheduleException, TaskDeferred

from airflow_provider_fleetops.hooks.fl3xx import Fl3xxHook
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.sensors.fl3xx import Fl3xxFlightStateSensor
from airflow_provider_fleetops.triggers import wait
from tests.airflow.fl3xx_kit import CONTEXT, DAY, arrival, programme, requests, scheduled, unhurry
from tests.conftest import START
from tests.waiting_kit import hurry

pytestmark = pytest.mark.usefixtures("fleet_connections")


@pytest.fixture
def box(fresh_sandbox: Sandbox) -> Sandbox:
    return fresh_sandbox


@pytest.fixture
def unhurried(box: Sandbox, fleet_connections: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    unhurry(box, fleet_connections, monkeypatch)
    return box


def sensor(**arguments: Any) -> Fl3xxFlightStateSensor:
    return Fl3xxFlightStateSensor(task_id="wait", **arguments)


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


@pytest.mark.parametrize("ids", [[7001234, 7001235], [7001234, 7001235, "7001234"]])
def test_more_than_there_are_cannot_be_waited_for(box, ids):
    with pytest.raises(AirflowFailException, match=r"'condition' must be at most the number of ids \(2\)"):
        sensor(flight_ids=ids, condition=3).poke(CONTEXT)
    assert requests(box) == []


def test_a_flight_outside_the_window_is_read_by_its_id_once(box):
    flight = programme()[0]
    assert sensor(flight_id=flight["flightId"], from_date="2031-04-04", to_date="2031-04-04").poke(CONTEXT).is_done
    sensor(flight_id=flight["flightId"], from_date="2031-04-04", to_date="2031-04-04").poke(CONTEXT)
    assert requests(box)[1:] == ["/api/external/flight/flights", f"/api/external/flight/{flight['flightId']}"]


def test_a_flight_that_fl3xx_does_not_know_fails_the_sensor(box):
    with pytest.raises(AirflowFailException, match="999 NOT_FOUND"):
        sensor(flight_id=999).poke(CONTEXT)


def test_a_flight_that_was_just_read_by_others_holds_up_itself_alone(box):
    """With FL3XX's real spacing: an unknown flight may not be asked for again within ten minutes."""
    listed, stranger = programme()[0], programme(from_date="2031-03-29", to_date="2031-03-31")[0]
    with pytest.raises(errors.NotFound):
        Fl3xxHook().flight(99)
    ids = [99, listed["flightId"], stranger["flightId"]]
    result = sensor(flight_ids=ids, condition=2, target_state="SCHEDULED").poke(CONTEXT).xcom_value
    assert set(result["reached"]) == {str(one) for one in ids[1:]}
    assert result["pending"] == {"99": "UNSEEN"}
    assert sensor(flight_id=listed["flightId"], target_state="SCHEDULED").poke(CONTEXT).is_done
    assert not sensor(flight_id=99).poke(CONTEXT).is_done
    assert requests(box).count("/api/external/flight/99") == 1


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


def test_who_reaches_the_target_while_the_shared_state_is_away_is_done(unhurried, monkeypatch, tmp_path):
    flight = scheduled(programme())[0]
    monkeypatch.setenv("AIRFLOW__FLEETOPS__STATE_URL", f"sqlite:///{tmp_path}/missing/fleetops.db")
    assert sensor(flight_id=flight["flightId"], target_state="SCHEDULED").poke(CONTEXT).is_done


@pytest.mark.parametrize("text", ["['OFF_BLOCK', 'cancelled']", "[ 'off_block ', 'CANCELLED']"])
def test_states_may_come_as_rendered_text(unhurried, text):
    flight = scheduled(programme())[-1]["flightId"]
    unhurried.control.script("fl3xx", "cancel", flight=flight)
    assert sensor(flight_id=flight, target_state=text).poke(CONTEXT).is_done
    with pytest.raises(AirflowFailException, match="CANCELLED"):
        sensor(flight_id=flight, failure_states=text).poke(CONTEXT)
    assert not sensor(flight_id=flight, failure_states="[]").poke(CONTEXT).is_done


@pytest.mark.parametrize("nothing", ["", "None", "['ON_BLOCK', None]"])
def test_a_state_that_a_template_made_of_nothing_is_named(box, nothing):
    for name in ("target_state", "failure_states"):
        with pytest.raises(AirflowFailException, match=f"unknown {name.split('_')[0]} state"):
            sensor(flight_id=1, **{name: nothing}).poke(CONTEXT)
    assert requests(box) == []


def test_the_log_says_when_something_was_looked_at_and_when_nothing_was(box, capsys):
    flight = programme()[0]["flightId"]
    sensor(flight_id=flight, target_state="SCHEDULED").poke(CONTEXT)
    assert "(looked at 0 s ago)" in capsys.readouterr().out
    sensor(flight_id=flight + 10_000).poke(CONTEXT)
    assert f"{flight + 10_000} UNSEEN (not looked at yet)" in capsys.readouterr().out


def test_one_way_to_name_the_flights():
    with pytest.raises(ValueError, match="exactly one of flight_id and flight_ids"):
        sensor()
    with pytest.raises(ValueError, match="exactly one of flight_id and flight_ids"):
        sensor(flight_id=1, flight_ids=[2])


def test_nothing_to_wait_for_is_an_error_and_asks_nothing(box):
    with pytest.raises(errors.ConfigurationError, match="no flight id"):
        sensor(flight_ids=[]).poke(CONTEXT)
    assert requests(box) == []


def test_rescheduled_it_comes_back_no_sooner_than_fl3xx_allows(box):
    flight = scheduled(programme())[0]
    waiting = sensor(flight_id=flight["flightId"], mode="reschedule", poke_interval=30)
    first_look = SimpleNamespace(get_first_reschedule_date=lambda _context: None)
    before = datetime.now(UTC)
    with pytest.raises(AirflowRescheduleException) as later:
        waiting.execute({**CONTEXT, "ti": first_look})
    assert later.value.reschedule_date - before >= timedelta(seconds=600)


def test_poking_it_sleeps_between_looks(unhurried, monkeypatch):
    flight = scheduled(programme())[0]
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        unhurried.control.set(arrival(flight) + timedelta(hours=2))

    monkeypatch.setattr(bases.sensor, "time", SimpleNamespace(sleep=sleep, monotonic=time.monotonic))
    result = sensor(flight_id=flight["flightId"], poke_interval=30).execute(CONTEXT)
    assert list(result["reached"]) == [str(flight["flightId"])]
    assert slept == [30]


async def test_deferred_it_waits_in_the_triggerer_and_ends_with_the_result(unhurried, monkeypatch):
    flight = scheduled(programme())[0]
    waiting = sensor(flight_id=flight["flightId"], deferrable=True, poke_interval=60)
    with pytest.raises(TaskDeferred) as deferred:
        waiting.execute(CONTEXT)
    path, kwargs = deferred.value.trigger.serialize()
    assert "SIM-TOKEN" not in json.dumps(kwargs)
    landed: list[float] = []

    def passed(waited: float) -> None:
        if waited > 90 and not landed:
            landed.append(waited)
            unhurried.control.set(arrival(flight) + timedelta(hours=2))

    time = hurry(monkeypatch, passed)
    module, _, name = path.rpartition(".")
    assert (module, name) == (wait.__name__, "WaitTrigger")
    events = [event async for event in wait.WaitTrigger(**json.loads(json.dumps(kwargs))).run()]
    result = waiting.execute_complete(CONTEXT, events[0].payload)
    assert list(result["reached"]) == [str(flight["flightId"])]
    assert 119 < time.waited < 130, "looked at after each minute"


async def test_deferred_it_fails_clearly_on_a_cancelled_flight(unhurried, monkeypatch):
    flight = scheduled(programme())[0]
    waiting = sensor(flight_id=flight["flightId"], deferrable=True)
    with pytest.raises(TaskDeferred) as deferred:
        waiting.execute(CONTEXT)

    unhurried.control.script("fl3xx", "cancel", flight=flight["flightId"])
    hurry(monkeypatch)
    events = [event async for event in deferred.value.trigger.run()]
    with pytest.raises(AirflowFailException, match="CANCELLED"):
        waiting.execute_complete(CONTEXT, events[0].payload)
