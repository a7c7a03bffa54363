"""The crew of a flight: read, replaced, changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk import DAG
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred

from airflow_provider_fleetops.hooks.fl3xx import Fl3xxHook
from airflow_provider_fleetops.operators.fl3xx import (
    Fl3xxChangeFlightCrewOperator,
    Fl3xxGetFlightCrewOperator,
    Fl3xxReplaceFlightCrewOperator,
)
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.sandbox import Sandbox
from tests.airflow.fl3xx_kit import CONTEXT, do, effects, people, programme, rendered, requests, scheduled, unhurry

Crew = list[dict[str, Any]]


@pytest.fixture
def box(fresh_sandbox: Sandbox, fleet_connections: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    unhurry(fresh_sandbox, fleet_connections, monkeypatch)
    return fresh_sandbox


@pytest.fixture
def flight_id(box: Sandbox) -> int:
    number: int = scheduled(programme())[0]["flightId"]
    return number


def crew_of(flight_id: int) -> Crew:
    crew: Crew = do(Fl3xxGetFlightCrewOperator, flight_id=flight_id)
    return crew


def test_a_crew_is_told_by_id_and_role_and_the_file_names_it(flight_id, tmp_path: Path):
    path = tmp_path / "crew.jsonl"
    crew = do(Fl3xxGetFlightCrewOperator, flight_id=flight_id, output_path=f"file://{path}")
    full = [json.loads(line) for line in path.read_text().splitlines()]
    assert crew == [{"pilotId": member["pilotId"], "role": member["role"]} for member in full]
    assert not [name for name in people(full) if name in json.dumps(crew)]


def test_a_list_becomes_the_whole_crew(box, flight_id, tmp_path: Path):
    before = crew_of(flight_id)
    path = tmp_path / "crew.jsonl"
    told = do(
        Fl3xxReplaceFlightCrewOperator, flight_id=flight_id, crew=str(before[:1]), output_path=f"file://{path}"
    )  # fmt: skip
    assert told == before[:1] == crew_of(flight_id)
    assert effects(box) == [f"flight:{flight_id} crew replaced"]
    assert not [name for name in people(json.loads(path.read_text())) if name in json.dumps(told)]


@pytest.mark.parametrize("nobody", [[], "[]", "", None, "None"])
def test_nobody_is_removed_by_accident(box, flight_id, nobody):
    with pytest.raises(AirflowFailException, match=r"would remove the whole crew|rendered to nothing") as caught:
        do(Fl3xxReplaceFlightCrewOperator, flight_id=flight_id, crew=nobody)
    assert isinstance(caught.value, errors.InvalidInput)
    assert effects(box) == []
    assert crew_of(flight_id)


@pytest.mark.parametrize("crew", [[{"pilotId": 3101, "role": "CMD"}, None], "[None, {'pilotId': 3101, 'role': 'CMD'}]"])
@pytest.mark.parametrize("allow_empty", [False, True])
def test_a_member_that_a_template_made_of_nothing_removes_nobody(box, flight_id, crew, allow_empty):
    with pytest.raises(AirflowFailException, match=r"'crew\[[01]\]' must be an object"):
        do(Fl3xxReplaceFlightCrewOperator, flight_id=flight_id, crew=crew, allow_empty=allow_empty)
    with pytest.raises(AirflowFailException, match="'assign' must be a list of objects"):
        do(Fl3xxChangeFlightCrewOperator, flight_id=flight_id, assign=crew)
    assert effects(box) == []


def test_everybody_is_removed_when_it_is_meant(box, flight_id):
    assert do(Fl3xxReplaceFlightCrewOperator, flight_id=flight_id, crew=[], allow_empty=True) == []
    assert crew_of(flight_id) == []


def test_one_is_swapped_and_the_others_stay(box, flight_id):
    before = crew_of(flight_id)
    leaving = next(member for member in before if member["role"] == "FO")
    other = next(f for f in scheduled(programme()) if leaving["pilotId"] not in _pilots(crew_of(f["flightId"])))
    coming = next(member for member in crew_of(other["flightId"]) if member["role"] == "FO")
    swap = {"flight_id": flight_id, "assign": [coming], "remove": [leaving["pilotId"]]}
    told = do(Fl3xxChangeFlightCrewOperator, **swap)
    assert _pilots(told) == _pilots(before) - {leaving["pilotId"]} | {coming["pilotId"]}
    assert told == crew_of(flight_id)
    assert do(Fl3xxChangeFlightCrewOperator, **swap) == told  # so already: nothing is written
    assert effects(box) == [f"flight:{flight_id} crew replaced"]


def test_a_change_waits_for_a_crew_that_it_may_read_anew(fresh_sandbox, fleet_connections):
    flight_id = scheduled(programme())[0]["flightId"]
    first = crew_of(flight_id)[0]["pilotId"]
    with pytest.raises(errors.Throttled) as caught:
        do(Fl3xxChangeFlightCrewOperator, flight_id=flight_id, remove=[first])
    assert caught.value.resume_at
    assert effects(fresh_sandbox) == []
    assert fresh_sandbox.control.journal(vendor="fl3xx", broke="*") == []


def test_a_change_that_defers_reads_the_crew_anew_at_its_slot(fresh_sandbox, fleet_connections, later):
    flight_id = scheduled(programme())[0]["flightId"]
    before = crew_of(flight_id)
    task = Fl3xxChangeFlightCrewOperator(
        task_id="swap", flight_id=flight_id, remove=[before[0]["pilotId"]], deferrable=True
    )
    with pytest.raises(TaskDeferred):
        task.execute(CONTEXT)
    somebody = Fl3xxHook()
    somebody.replace_crew(flight_id, before[:2])
    fresh_sandbox.control.advance(timedelta(minutes=10, seconds=5))
    later(606)
    resumed = Fl3xxChangeFlightCrewOperator(
        task_id="swap", flight_id=flight_id, remove=[before[0]["pilotId"]], deferrable=True
    )
    assert _pilots(resumed.execute_resumed(CONTEXT, {"resumed": 1})) == {before[1]["pilotId"]}
    assert fresh_sandbox.control.journal(vendor="fl3xx", broke="*") == []


def test_who_reads_after_a_change_sees_the_crew_of_now(fresh_sandbox, fleet_connections):
    flight_id = scheduled(programme())[0]["flightId"]
    before = crew_of(flight_id)
    assert do(Fl3xxReplaceFlightCrewOperator, flight_id=flight_id, crew=before[:1]) == crew_of(flight_id) == before[:1]
    assert len(requests(fresh_sandbox, route="flight_crew.get")) == 1


@pytest.mark.parametrize(("kind", "options"), [("reset_after", {}), ("status", {"code": 503, "when": "after"})])
def test_a_crew_whose_answer_is_lost_is_written_again_to_the_same_end(box, flight_id, kind, options):
    crew = crew_of(flight_id)[:1]
    box.control.fault("fl3xx", kind, "flight_crew.replace", **options)
    assert do(Fl3xxReplaceFlightCrewOperator, flight_id=flight_id, crew=crew) == crew == crew_of(flight_id)
    assert len(box.control.journal(vendor="fl3xx", route="flight_crew.replace")) == 2


def _pilots(crew: Crew) -> set[int]:
    return {member["pilotId"] for member in crew}


def test_who_flies_comes_from_another_task_when_mapped(box, flight_id):
    crew = crew_of(flight_id)
    with DAG("mapped") as dag:
        Fl3xxReplaceFlightCrewOperator.partial(task_id="assign").expand_kwargs([{"flight_id": flight_id, "crew": crew}])
    task = dag.get_task("assign").unmap({"flight_id": flight_id, "crew": crew})
    assert task.execute(CONTEXT) == crew


def test_rendered_fields_hold_ids_and_roles_alone():
    shown = rendered(Fl3xxReplaceFlightCrewOperator, flight_id=1, crew=[{"pilotId": 3101, "role": "CMD"}])
    assert json.loads(shown)["crew"] == [{"pilotId": 3101, "role": "CMD"}]
