"""Dispatch documents and border control: statuses to XCom, the rest to files, changes merged into what is there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_fleetops.hooks.fl3xx import Fl3xxHook
from airflow_provider_fleetops.operators.fl3xx import (
    Fl3xxGetFlightNotificationsOperator,
    Fl3xxGetFlightOperator,
    Fl3xxGetFlightServicesOperator,
    Fl3xxGetMigrationOperator,
    Fl3xxGetPlanningNoteOperator,
    Fl3xxGetPostflightOperator,
    Fl3xxGetPreflightOperator,
    Fl3xxGetSanctionListOperator,
    Fl3xxGetVisaStatusOperator,
    Fl3xxUpdateFlightServicesOperator,
    Fl3xxUpdateMigrationOperator,
    Fl3xxUpdatePostflightOperator,
    Fl3xxUpdateSanctionListOperator,
    Fl3xxUpdateVisaStatusOperator,
)
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.sandbox import Sandbox
from tests.airflow.fl3xx_kit import do, effects, programme, rendered, scheduled, unhurry


@pytest.fixture
def box(fresh_sandbox: Sandbox, fleet_connections: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    unhurry(fresh_sandbox, fleet_connections, monkeypatch)
    return fresh_sandbox


@pytest.fixture
def flight(box: Sandbox) -> dict[str, Any]:
    return next(f for f in scheduled(programme()) if f["flightType"] == "PAX" and f["paxNumber"] > 2)


@pytest.fixture
def where(flight: dict[str, Any]) -> dict[str, Any]:
    return {"flight_id": flight["flightId"]}


# --- services ---


def test_services_are_told_by_status_and_the_file_has_the_companies(where, tmp_path: Path):
    path = tmp_path / "services.json"
    told = do(Fl3xxGetFlightServicesOperator, **where, output_path=f"file://{path}")
    assert told["statuses"] == {"departureHandler": "OK", "arrivalHandler": "OK"}
    assert told["flightId"] == where["flight_id"]
    assert json.loads(path.read_text())["departureHandler"]["company"] == "Mock Handling"
    assert "Mock Handling" not in json.dumps(told)


def test_a_service_is_changed_and_the_others_stay(box, where):
    given = {**where, "changes": {"departureHandler": {"status": "CNL", "externalNote": "pick up Ms Quintessa"}}}
    told = do(Fl3xxUpdateFlightServicesOperator, **given)
    assert told["changed"] == ["departureHandler.status", "departureHandler.externalNote"]
    assert told["statuses"] == {"departureHandler": "CNL", "arrivalHandler": "OK"}
    assert "Quintessa" not in json.dumps(told) + rendered(Fl3xxUpdateFlightServicesOperator, **given)
    assert do(Fl3xxGetFlightServicesOperator, **where)["statuses"] == told["statuses"]
    assert do(Fl3xxUpdateFlightServicesOperator, **given)["updated"] is False
    assert effects(box) == [f"flight:{where['flight_id']} services written"]


def test_a_change_by_somebody_else_is_kept(box, where):
    somebody = Fl3xxHook()
    hotels = {"departureHotac": [{"id": 1, "status": "REQ"}], "arrivalHotac": [{"id": 2, "status": "HOLD"}]}
    somebody.call("flight_services.update", **where, body=hotels)
    told = do(Fl3xxUpdateFlightServicesOperator, **where, changes={"departureHotac": [{"id": 1, "status": "OK"}]})
    assert (told["statuses"]["departureHotac[0]"], told["statuses"]["arrivalHotac[0]"]) == ("OK", "HOLD")


def test_what_fl3xx_does_not_keep_is_said(where):
    told = do(Fl3xxUpdateFlightServicesOperator, **where, changes={"departureHandlr": {"status": "CNL"}})
    assert told["ignored"] == ["departureHandlr"]
    assert told["statuses"]["departureHandler"] == "OK"


def test_a_status_that_fl3xx_does_not_know_is_refused_and_not_retried(box, where):
    with pytest.raises(AirflowFailException) as caught:
        do(Fl3xxUpdateFlightServicesOperator, **where, changes={"departureHandler": {"status": "FINE"}})
    assert isinstance(caught.value, errors.Refused)
    assert effects(box) == []


def test_a_change_that_a_template_left_empty_sends_nothing(box, where):
    with pytest.raises(AirflowFailException, match="'changes' must be an object"):
        do(Fl3xxUpdateFlightServicesOperator, **where, changes="{{ none }}")
    assert box.control.journal(vendor="fl3xx", route="flight_services.get") == []


def test_an_answer_that_is_lost_is_asked_for_again_and_changes_nothing_twice(box, where):
    box.control.fault("fl3xx", "reset_after", "flight_services.update")
    told = do(Fl3xxUpdateFlightServicesOperator, **where, changes={"departureHandler": {"status": "CNL"}})
    assert told["statuses"]["departureHandler"] == "CNL"
    assert len(box.control.journal(vendor="fl3xx", route="flight_services.update")) == 2


def test_who_reads_after_a_change_sees_it_though_fl3xx_may_not_be_asked(fresh_sandbox, fleet_connections):
    here = {"flight_id": scheduled(programme())[0]["flightId"]}
    do(Fl3xxUpdateFlightServicesOperator, **here, changes={"departureHandler": {"status": "CNL"}})
    assert do(Fl3xxGetFlightServicesOperator, **here)["statuses"]["departureHandler"] == "CNL"
    do(Fl3xxUpdateMigrationOperator, **here, changes={"arrivalMigration": {"status": "OK"}})  # so already
    assert do(Fl3xxGetMigrationOperator, **here)["statuses"]["arrivalMigration"] == "OK"
    routes = [entry["route"] for entry in fresh_sandbox.control.journal(vendor="fl3xx")][1:]
    assert routes == ["flight_services.get", "flight_services.update", "migration.get"]


# --- pre- and post-flight ---


def test_preflight_tells_where_the_checklists_stand(where, tmp_path: Path):
    path = tmp_path / "preflight.json"
    told = do(Fl3xxGetPreflightOperator, **where, output_path=f"file://{path}")
    assert told["statuses"]["detailsDeparture.fuel"] == "REQ"
    assert told["statuses"]["crewAssign"] == "OK"
    assert json.loads(path.read_text())["crewAssign"]["commander"]["user"]


def test_postflight_tells_the_times_and_the_delays(box, flight, where):
    before = do(Fl3xxGetPostflightOperator, **where)
    assert (before["blocksOff"], before["delays"]) == (None, {})
    box.control.advance(timedelta(days=1))
    after = do(Fl3xxGetPostflightOperator, **where)
    delay = datetime.fromisoformat(after["blocksOff"]) - datetime.fromisoformat(flight["blockOffEstUTC"])
    assert after["delays"]["blocksOff"] == delay.total_seconds() / 60
    assert after["statuses"]["time"] == "OK"


def test_times_are_reported_and_the_flight_has_them(box, flight, where, tmp_path: Path):
    box.control.advance(timedelta(days=1))
    left = datetime.fromisoformat(flight["blockOffEstUTC"]) + timedelta(minutes=2)
    given = {
        **where,
        "blocks_off": left.isoformat(),
        "take_off": left + timedelta(minutes=9),
        "changes": {"time": {"dep": {"delayOffBlockReason": "waited for Ms Quintessa"}}},
    }
    told = do(Fl3xxUpdatePostflightOperator, **given)
    assert told["changed"] == ["time.dep.blocksOff", "time.dep.takeOff", "time.dep.delayOffBlockReason"]
    assert told["ignored"] == []
    assert "Quintessa" not in json.dumps(told) + rendered(Fl3xxUpdatePostflightOperator, **given)
    path = tmp_path / "flight.json"
    do(Fl3xxGetFlightOperator, **where, output_path=f"file://{path}")
    assert datetime.fromisoformat(json.loads(path.read_text())["realDateOUT"]) == left
    assert do(Fl3xxUpdatePostflightOperator, **given)["updated"] is False
    assert effects(box) == [f"flight:{where['flight_id']} postflight written"]


def test_a_time_without_a_zone_is_refused_before_anything_is_sent(box, where):
    with pytest.raises(AirflowFailException, match="'blocks_off' must carry a time zone"):
        do(Fl3xxUpdatePostflightOperator, **where, blocks_off="2031-04-02T07:14")
    assert box.control.journal(vendor="fl3xx", route="postflight.get") == []


# --- border control ---


def test_migration_is_told_and_changed(box, where):
    assert do(Fl3xxGetMigrationOperator, **where)["statuses"] == {"departureMigration": "OK", "arrivalMigration": "OK"}
    box.control.script("fl3xx", "slip", flight=where["flight_id"], minutes=45)
    revised = do(Fl3xxGetMigrationOperator, **where)["statuses"]
    assert set(revised.values()) == {"OK_REVISED"}
    told = do(Fl3xxUpdateMigrationOperator, **where, changes={"arrivalMigration": {"status": "OK"}})
    assert told["statuses"] == {"departureMigration": "OK_REVISED", "arrivalMigration": "OK"}
    assert effects(box) == [f"flight:{where['flight_id']} migration written"]


@pytest.mark.parametrize(
    ("read", "write", "kind"),
    [
        (Fl3xxGetSanctionListOperator, Fl3xxUpdateSanctionListOperator, "sanction_list"),
        (Fl3xxGetVisaStatusOperator, Fl3xxUpdateVisaStatusOperator, "visa"),
    ],
)
def test_a_screening_is_told_in_counts_and_written_by_person(box, where, tmp_path: Path, read, write, kind):
    path = tmp_path / "screening.json"
    told = do(read, **where, output_path=f"file://{path}")
    people = json.loads(path.read_text())["passengers"]
    assert told["passengers"] == {"INIT": len(people)}
    assert "statuses" not in told
    hit = {"id": people[0]["id"], "status": "HOLD", "note": "looks like somebody"}
    after = do(write, **where, changes={"passengers": [hit]})
    assert after["passengers"] == ({"HOLD": 1, "INIT": len(people) - 1} if len(people) > 1 else {"HOLD": 1})
    assert after["changed"] == ["passengers[0].note", "passengers[0].status"]
    assert str(hit["id"]) not in json.dumps(after)
    assert "somebody" not in json.dumps(after) + rendered(write, **where, changes={"passengers": [hit]})
    assert effects(box) == [f"flight:{where['flight_id']} {kind} written"]


def test_somebody_who_is_not_on_the_flight_is_named_by_place_alone(box, where):
    with pytest.raises(AirflowFailException, match=r"'changes\.passengers' has a row whose id is not there") as caught:
        do(Fl3xxUpdateSanctionListOperator, **where, changes={"passengers": [{"id": 99887766, "status": "OK"}]})
    assert "99887766" not in str(caught.value)
    assert effects(box) == []


# --- notes ---


@pytest.mark.parametrize("operator", [Fl3xxGetPlanningNoteOperator, Fl3xxGetFlightNotificationsOperator])
def test_free_text_goes_to_the_file_alone(where, tmp_path: Path, operator):
    path = tmp_path / "note.json"
    told = do(operator, **where, output_path=f"file://{path}")
    assert set(told) == {"digest", "path"}
    assert json.loads(path.read_text())["flightId"] == where["flight_id"]
