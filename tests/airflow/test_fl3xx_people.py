"""Staff, users, accounts, duties, qualifications, flights of API v2: what FL3XX received, and what the user sees."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_fleetops.hooks.fl3xx import Fl3xxHook
from airflow_provider_fleetops.operators import fl3xx, output
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.sandbox import Sandbox
from tests.airflow.fl3xx_kit import do, effects, people, programme, rendered, requests, unhurry
from tests.conftest import START

PILOT = 3101
DUTY = {
    "crewId": PILOT, "rosterTypeId": 14, "startDateTime": "2031-05-05T06:00:00Z", "endDateTime": "2031-05-05T18:00:00Z",
}  # fmt: skip
NEXT = {**DUTY, "startDateTime": "2031-05-06T06:00:00Z", "endDateTime": "2031-05-06T18:00:00Z"}
USER = {"firstName": "Ada", "lastName": "Newhire", "email": "ada@example.invalid"}


@pytest.fixture
def box(fresh_sandbox: Sandbox, fleet_connections: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    unhurry(fresh_sandbox, fleet_connections, monkeypatch)
    return fresh_sandbox


# --- staff ---


def test_the_crew_is_told_by_ids_and_the_file_names_it(box, tmp_path: Path):
    path = tmp_path / "crew.jsonl"
    crew = do(fl3xx.Fl3xxListCrewOperator, output_path=f"file://{path}")
    full = [json.loads(line) for line in path.read_text().splitlines()]
    assert [member["pilotId"] for member in crew] == [member["pilotId"] for member in full]
    assert not [name for name in people(full) if name in json.dumps(crew)]
    assert do(fl3xx.Fl3xxListCrewOperator, modified_since=(START + timedelta(days=1)).isoformat()) == []
    one = do(fl3xx.Fl3xxGetCrewMemberOperator, reference=crew[1]["externalReference"])
    assert one["pilotId"] == crew[1]["pilotId"]


def test_the_roster_goes_to_a_file_and_xcom_has_its_size(box, tmp_path: Path):
    path = tmp_path / "roster.jsonl"
    window = {"from_time": START.isoformat(), "to_time": (START + timedelta(days=1)).isoformat()}
    told = do(
        fl3xx.Fl3xxExportRosterOperator, **window, show="STAFF", include_flights=True, output_path=f"file://{path}"
    )  # fmt: skip
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert told["count"] == len(rows) > 10
    assert any(row["entries"] for row in rows)
    assert any(row["flights"] for row in rows)
    assert not [name for name in people(*(row["user"] for row in rows)) if name in json.dumps(told)]
    calendar = tmp_path / "crew.ics"
    do(fl3xx.Fl3xxCrewCalendarOperator, user_id=PILOT, output_path=f"file://{calendar}")
    assert calendar.read_text().startswith("BEGIN:VCALENDAR")


# --- users and accounts ---


def test_a_user_is_created_changed_where_it_differs_and_else_left_alone(box):
    def upsert(**changes: Any) -> str:
        told = do(fl3xx.Fl3xxUpsertUserOperator, external_reference="hr-9/a", user={**USER, **changes})
        assert told["user_id"]
        assert not [name for name in USER.values() if name in json.dumps(told)]
        return str(told["action"])

    assert [upsert(), upsert(), upsert(lastName="Married"), upsert(lastName="Married")] == [
        "created", "unchanged", "updated", "unchanged",
    ]  # fmt: skip
    assert [entry.split()[-1] for entry in effects(box)] == ["created", "changed"]
    kept = Fl3xxHook().call("user.get", external_reference="hr-9/a")
    assert (kept["lastName"], kept["email"]) == ("Married", USER["email"])
    assert "Newhire" not in rendered(fl3xx.Fl3xxUpsertUserOperator, external_reference="hr-9/a", user=USER)


@pytest.mark.parametrize("kind", ["reset_after", "reset_before"])
def test_a_user_whose_creation_is_unclear_is_made_once(box, later: Callable[[float], None], kind):
    box.control.fault("fl3xx", kind, "user.create")
    upsert = {"external_reference": "hr-9/a", "user": USER}
    if kind == "reset_before":
        with pytest.raises(errors.Unavailable, match="it was not found afterwards"):
            do(fl3xx.Fl3xxUpsertUserOperator, **upsert)
        later(300)
    do(fl3xx.Fl3xxUpsertUserOperator, **upsert)
    assert do(fl3xx.Fl3xxUpsertUserOperator, **upsert)["action"] == "unchanged"
    assert len(effects(box)) == 1


@pytest.mark.parametrize("reference", ["41001", "fl3xx_41001"])
@pytest.mark.parametrize(
    ("operator", "field"), [(fl3xx.Fl3xxUpsertUserOperator, "user"), (fl3xx.Fl3xxEnsureAccountOperator, "customer")]
)
def test_a_record_needs_a_reference_of_its_own(box, operator, field, reference):
    with pytest.raises(AirflowFailException, match="'external_reference' is required"):
        do(operator, external_reference=reference, **{field: USER})
    with pytest.raises(AirflowFailException, match=f"'{field}' must be an object"):
        do(operator, external_reference="hr-1/a", **{field: "Ada"})
    assert requests(box) == []


def test_an_account_is_made_once_and_told_where_it_differs(box):
    ensure = fl3xx.Fl3xxEnsureAccountOperator
    first = do(ensure, external_reference="acc-9/a", customer={"name": "Acme"})
    again = do(ensure, external_reference="acc-9/a", customer={"name": "Acme Ltd", "vatNumber": "AT1"})
    assert (first["created"], first["differs"]) == (True, [])
    assert (again["created"], again["differs"]) == (False, ["name", "vatNumber"])
    assert first["account_id"] == again["account_id"]
    assert len(effects(box)) == 1
    assert do(fl3xx.Fl3xxGetAccountOperator, external_reference="acc-9/a")["accountid"] == first["account_id"]
    assert first["account_id"] in [row.get("accountid") for row in do(fl3xx.Fl3xxListAccountsOperator)]


def test_users_are_listed_without_names(box, tmp_path: Path):
    path = tmp_path / "users.jsonl"
    rows = do(fl3xx.Fl3xxListUsersOperator, output_path=f"file://{path}")
    full = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(rows) == len(full) > 50
    assert not [name for name in people(full) if name in json.dumps(rows)]
    one = do(fl3xx.Fl3xxGetUserOperator, external_reference=f"fl3xx_{rows[0]['internalId']}")
    assert one["internalId"] == rows[0]["internalId"]


# --- duties ---


def sync(*duties: Mapping[str, Any], run: str = "run-1") -> dict[str, list[Any]]:
    report: dict[str, list[Any]] = do(fl3xx.Fl3xxSyncDutiesOperator, run, duties=list(duties))
    return report


def test_duties_are_made_changed_and_left_alone(box):
    made = sync(DUTY, NEXT)
    assert (len(made["created"]), made["updated"], made["unchanged"]) == (2, [], [])
    assert sync(DUTY, NEXT) == {"created": [], "updated": [], "unchanged": made["created"]}
    changed = sync({**DUTY, "dutySubtype": "EARLY"}, NEXT)
    assert changed == {"created": [], "updated": made["created"][:1], "unchanged": made["created"][1:]}
    assert [entry.split()[-1] for entry in effects(box)] == ["created", "created", "changed"]
    assert box.control.summary()["fl3xx"]["stats"]["duplicates"] == 0


def test_more_duties_than_xcom_takes_are_an_error_before_anything_is_sent(box, monkeypatch):
    monkeypatch.setattr(output, "MOST_ROWS", 1)
    before = len(requests(box))
    with pytest.raises(AirflowFailException, match="2 rows are too many for XCom, which takes 1"):
        sync(DUTY, NEXT)
    assert len(requests(box)) == before


def test_one_search_a_crew_member_tells_what_is_there(box):
    sync(DUTY, NEXT, {**DUTY, "crewId": PILOT + 1})
    before = len(requests(box))
    sync(DUTY, NEXT, {**DUTY, "crewId": PILOT + 1})
    assert requests(box)[before:] == ["/api/v2/rosters-search"] * 2


@pytest.mark.parametrize("kind", ["reset_after", "reset_before"])
def test_a_duty_whose_creation_is_unclear_is_made_once(box, later: Callable[[float], None], kind):
    box.control.fault("fl3xx", kind, "roster.create")
    if kind == "reset_before":
        with pytest.raises(errors.Unavailable, match="it was not found afterwards"):
            sync(DUTY)
        later(300)
    assert sum(len(ids) for ids in sync(DUTY).values()) == 1
    assert len(effects(box)) == 1


def test_a_duty_that_was_removed_since_is_made_again(box):
    (first,) = sync(DUTY)["created"]
    removed = do(fl3xx.Fl3xxRemoveDutyOperator, roster_id=first)
    assert removed["already"] is False
    assert do(fl3xx.Fl3xxRemoveDutyOperator, roster_id=first)["already"] is True
    (second,) = sync(DUTY)["created"]
    assert second != first
    do(fl3xx.Fl3xxRemoveDutyOperator, roster_id=second)
    (third,) = sync(DUTY)["created"]
    assert third not in {first, second}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"endDateTime": "2031-05-05T06:00:00Z"}, r"duties\[1\]' must end after its start"),
        ({"endDateTime": "2031-07-05T06:00:00Z"}, "by 31 days at most"),
        ({"crewId": None}, r"duties\[1\].*crewId"),
        ({"startDateTime": "2031-05-05T05:00"}, r"duties\[1\].*time zone"),
        ({**NEXT, "dutySubtype": "LATE"}, r"duties\[1\]' is the same duty as duties\[0\]"),
    ],
)
def test_all_duties_are_checked_before_anything_is_sent(box, change, rule):
    with pytest.raises(AirflowFailException, match=rule):
        sync(NEXT, {**DUTY, **change})
    assert requests(box) == []


def test_duties_are_searched_for(box):
    made = sync(DUTY, NEXT)["created"]
    window = {"from_time": "2031-05-05T00:00:00Z", "to_time": "2031-05-06T00:00:00Z"}
    rows = do(fl3xx.Fl3xxListDutiesOperator, crew_id=str(PILOT), roster_type_id=14, **window)
    assert [row["id"] for row in rows] == made[:1]
    with pytest.raises(AirflowFailException, match="'from_time' must carry a time zone"):
        do(fl3xx.Fl3xxListDutiesOperator, from_time="2031-05-05T00:00:00")
    assert {"id", "name", "isDutyTimeVisible"} <= set(do(fl3xx.Fl3xxListRosterTypesOperator)[0])


# --- qualifications ---


def test_qualifications_are_added_once_changed_and_listed(box):
    (kind, *_) = do(fl3xx.Fl3xxListQualificationTypesOperator)
    given = {"crew_id": PILOT, "qualification_type_id": kind["id"], "license_number": "AT.FCL.1", "country": "AUT"}
    box.control.fault("fl3xx", "reset_after", "crew_qualification.create")
    made = do(fl3xx.Fl3xxAddQualificationOperator, **given, issued_on="2031-01-02")
    assert do(fl3xx.Fl3xxAddQualificationOperator, **given, issued_on="2031-01-02")["id"] == made["id"]
    changed = do(fl3xx.Fl3xxUpdateQualificationOperator, qualification_id=made["id"], expires_on="2032-01-01")
    assert changed["expiryDate"] == "2032-01-01"
    rows = do(fl3xx.Fl3xxListQualificationsOperator, crew_id=PILOT)
    assert [(row["id"], row["expiryDate"]) for row in rows] == [(made["id"], "2032-01-01")]
    assert do(fl3xx.Fl3xxListQualificationsOperator, crew_id=PILOT + 1) == []
    assert "AT.FCL" not in json.dumps([made, changed, rows])
    assert "AT.FCL" not in rendered(fl3xx.Fl3xxAddQualificationOperator, **given)
    remove = {"qualification_id": made["id"]}
    assert do(fl3xx.Fl3xxRemoveQualificationOperator, **remove)["already"] is False
    assert do(fl3xx.Fl3xxRemoveQualificationOperator, **remove)["already"] is True
    assert [entry.split()[-1] for entry in effects(box)] == ["created", "changed", "removed"]


def test_a_qualification_has_all_that_fl3xx_keeps_of_it(box, tmp_path: Path):
    (kind, *_) = do(fl3xx.Fl3xxListQualificationTypesOperator)
    given = {"crew_id": PILOT, "qualification_type_id": kind["id"], "notes": "Ada Quintessa repeats"}
    more = {"training_started_on": "2030-11-05", "is_pilot_in_command": "true", "base_month": "NOVEMBER"}
    path = tmp_path / "qualification.json"
    told = do(fl3xx.Fl3xxAddQualificationOperator, **given, **more, output_path=f"file://{path}")
    kept = json.loads(path.read_text())
    assert (kept["trainingStartDate"], kept["isPilotInCommand"]) == ("2030-11-05", True)
    assert (kept["baseMonth"], kept["notes"]) == ("NOVEMBER", given["notes"])
    assert "Quintessa" not in json.dumps(told)
    assert "Quintessa" not in rendered(fl3xx.Fl3xxAddQualificationOperator, **given)


@pytest.mark.parametrize("aircraft", [{"tail": "OE-SIM"}, {"aircraft_id": "{{ params.id }}"}])
def test_the_crew_positions_of_an_aircraft_are_listed(box, aircraft):
    number = Fl3xxHook().call("aircraft.get", reference="OE-SIM")["id"]
    given = {name: value.replace("{{ params.id }}", str(number)) for name, value in aircraft.items()}
    positions = do(fl3xx.Fl3xxListCrewPositionsOperator, **given)
    assert [position["name"] for position in positions] == ["Captain", "First Officer", "Cabin Attendant"]
    assert do(fl3xx.Fl3xxListCrewPositionsOperator, **given, is_assignable="false") == []
    duty = {**DUTY, "rosterTypeId": 14, "aircraft": {"aircraftId": number, "crewPositionId": positions[0]["id"]}}
    assert len(sync(duty)["created"]) == 1


def test_positions_are_those_of_one_aircraft(box):
    for wrong in ({}, {"tail": "OE-SIM", "aircraft_id": 1}):
        with pytest.raises(ValueError, match="exactly one of"):
            fl3xx.Fl3xxListCrewPositionsOperator(task_id="positions", **wrong)
    with pytest.raises(AirflowFailException, match="'tail' is empty"):
        do(fl3xx.Fl3xxListCrewPositionsOperator, tail="{{ none }}")
    assert requests(box) == []


# --- API v2 ---


def test_one_permit_slot_roster_type_and_airport_of_api_v2(box):
    flight_id = programme()[0]["flightId"]
    for many, one, name in (
        (fl3xx.Fl3xxListPermitsOperator, fl3xx.Fl3xxGetPermitOperator, "permit_id"),
        (fl3xx.Fl3xxListSlotsOperator, fl3xx.Fl3xxGetSlotOperator, "slot_id"),
    ):
        listed = do(many, flight_id=flight_id)[0]
        assert listed.items() <= do(one, **{name: listed["id"]}).items()
    kind = do(fl3xx.Fl3xxListRosterTypesOperator)[0]
    assert kind.items() <= do(fl3xx.Fl3xxGetRosterTypeOperator, roster_type_id=kind["id"]).items()
    airport = do(fl3xx.Fl3xxGetAirportV2Operator, code="GRZ")
    assert (airport["icao"], airport["timezone"]) == ("LOWG", "Europe/Vienna")


def test_flights_permits_and_slots_of_api_v2(box, tmp_path: Path):
    path = tmp_path / "flights.jsonl"
    window = {"from_time": "2031-04-02T00:00:00Z", "to_time": "2031-04-04T00:00:00+00:00"}
    rows = do(fl3xx.Fl3xxListFlightsV2Operator, **window, output_path=f"file://{path}")
    assert len(rows) == len(path.read_text().splitlines()) > 50
    with pytest.raises(AirflowFailException, match="'to_time' must carry a time zone"):
        do(fl3xx.Fl3xxListFlightsV2Operator, from_time=window["from_time"], to_time="2031-04-04T00:00:00")
    flight_id = programme()[0]["flightId"]
    permits = do(fl3xx.Fl3xxListPermitsOperator, flight_id=flight_id)
    assert {permit["type"] for permit in permits} == {"LANDING", "OVERFLIGHT"}
    slots = do(fl3xx.Fl3xxListSlotsOperator, flight_id=flight_id)
    assert {slot["type"] for slot in slots} == {"SLOT", "PPR"}
