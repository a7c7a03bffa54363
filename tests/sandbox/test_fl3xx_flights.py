from __future__ import annotations

import itertools
import re
from datetime import timedelta

import pytest

from airflow_provider_fleetops.sandbox.client import ControlError
from tests.sandbox.fl3xx_kit import DAY, Operator, moment, operator

__all__ = ["operator"]

UTC_MILLIS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
LOCAL_MILLIS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}")


def test_a_day_has_forty_flights_of_eight_aircraft_in_order(operator: Operator) -> None:
    rows = operator.flights()
    assert len(rows) == 40
    assert len({row["registrationNumber"] for row in rows}) == 8
    assert [row["etd"] for row in rows] == sorted(row["etd"] for row in rows)
    assert len(operator.flights("2031-03-31", "2031-04-05")) == 240


def test_several_vip_flights_arrive_within_the_working_day(operator: Operator) -> None:
    vips = [row for row in operator.flights() if row["workflowCustomName"] == "VIP"]
    assert len(vips) >= 5
    assert all(8 <= moment(row["eta"]).hour < 17 and row["paxNumber"] > 0 for row in vips)


def test_an_aircraft_is_in_one_place_at_a_time(operator: Operator) -> None:
    for tail in {row["registrationNumber"] for row in operator.flights()}:
        legs = [row for row in operator.flights("2031-03-31", "2031-04-05") if row["registrationNumber"] == tail]
        for before, after in itertools.pairwise(legs):
            assert before["airportTo"] == after["airportFrom"]
            assert moment(before["eta"]) + timedelta(minutes=30) < moment(after["etd"])


def test_days_are_read_in_the_zone_asked_for(operator: Operator) -> None:
    vienna = operator.flights()
    assert operator.flights(timeZone="Europe/Vienna") == vienna
    honolulu = operator.flights(timeZone="Pacific/Honolulu")
    assert {row["flightId"] for row in honolulu} != {row["flightId"] for row in vienna}
    for row in honolulu:
        assert (moment(row["etd"]) - timedelta(hours=10)).date().isoformat() == DAY


def test_time_formats_are_mixed_as_the_vendor_has_them(operator: Operator) -> None:
    row = operator.coming()
    for name in ("etd", "eta", "blockOffEstUTC", "blockOnEstUTC", "dateFrom"):
        assert UTC_MILLIS.fullmatch(row[name])
    assert LOCAL_MILLIS.fullmatch(row["blockOffEstLocal"])
    assert row["realDateOUT"] is None


def test_some_keys_are_null_and_some_are_missing(operator: Operator) -> None:
    rows = operator.flights()
    assert any("fpl" not in row for row in rows)
    assert any("fpl" in row and row["fpl"] is None for row in rows)
    assert any(row.get("fpl") for row in rows)
    assert all("flightStatus" in row and "blockOnEstUTC" in row for row in rows)


def test_a_flight_passes_through_its_states_with_the_clock(operator: Operator) -> None:
    flight_id, seen = operator.coming()["flightId"], []
    off = moment(operator.flight(flight_id)["etd"])
    operator.control.set(off - timedelta(minutes=20))
    for _ in range(300):
        row = operator.flight(flight_id)
        state = (row["flightStatus"], sum(bool(row[f"realDate{name}"]) for name in ("OUT", "OFF", "ON", "IN")))
        if [*state, row["postFlightClosed"]] not in seen:
            seen.append([*state, row["postFlightClosed"]])
        operator.control.advance(timedelta(minutes=1))
    assert seen == [
        ["Scheduled", 0, False],
        ["Off Block", 1, False],
        ["Airborne", 2, False],
        ["Landed", 3, False],
        ["On Block", 4, False],
        ["On Block", 4, True],
    ]


def test_the_clock_set_back_undoes_what_has_happened(operator: Operator) -> None:
    flight_id, start = operator.coming()["flightId"], operator.control.world()
    operator.control.advance(timedelta(days=1))
    assert operator.flight(flight_id)["realDateIN"]
    operator.control.set(start)
    assert operator.flight(flight_id)["flightStatus"] == "Scheduled"


def test_a_slip_before_departure_moves_the_whole_flight(operator: Operator) -> None:
    before = operator.coming()
    operator.control.script("fl3xx", "slip", flight=before["flightId"], minutes=45)
    after = operator.flight(before["flightId"])
    for name in ("etd", "eta", "blockOnEstUTC", "blocksonestimated"):
        assert moment(after[name]) - moment(before[name]) == timedelta(minutes=45)
    assert after["dateFrom"] == before["dateFrom"]
    assert (before["rescheduledDateTo"], after["rescheduledDateTo"]) == (None, after["eta"])
    operator.control.set(moment(after["etd"]) - timedelta(minutes=5))
    assert operator.flight(before["flightId"])["flightStatus"] == "Scheduled"


def test_a_slip_in_the_air_moves_the_arrival_only(operator: Operator) -> None:
    before = operator.coming()
    operator.control.set(moment(before["etd"]) + timedelta(minutes=25))
    flying = operator.flight(before["flightId"])
    operator.control.script("fl3xx", "slip", flight=before["flightId"], minutes=20)
    after = operator.flight(before["flightId"])
    assert (after["etd"], after["realDateOFF"]) == (flying["etd"], flying["realDateOFF"])
    assert moment(after["eta"]) - moment(flying["eta"]) == timedelta(minutes=20)


@pytest.mark.parametrize(("hours", "minutes"), [(0, -600), (26, 10)])
def test_a_slip_into_the_past_or_after_landing_is_refused(operator: Operator, hours: int, minutes: int) -> None:
    flight_id = operator.coming()["flightId"]
    operator.control.advance(timedelta(hours=hours))
    with pytest.raises(ControlError, match=r"flight|minutes"):
        operator.control.script("fl3xx", "slip", flight=flight_id, minutes=minutes)


def test_a_cancelled_flight_leaves_the_list_but_can_be_read(operator: Operator) -> None:
    rows = [row for row in operator.flights() if row["flightStatus"] == "Scheduled"][-2:]
    for row in rows:
        operator.control.script("fl3xx", "cancel", flight=row["flightId"])
    ids = {row["flightId"] for row in rows}
    assert not ids & {row["flightId"] for row in operator.flights()}
    assert ids <= {row["flightId"] for row in operator.flights(include="ALL")}
    operator.control.advance(timedelta(days=1))
    words = {operator.flight(one)["flightStatus"].lower() for one in ids}
    states = {operator.flight(one)["status"].lower() for one in ids}
    assert {"canceled", "cancelled"} & (words | states)
    assert all(operator.flight(one)["realDateOUT"] is None for one in ids)


def test_a_flight_that_has_left_cannot_be_cancelled(operator: Operator) -> None:
    flight_id = operator.coming()["flightId"]
    operator.control.advance(timedelta(days=1))
    with pytest.raises(ControlError, match="has left"):
        operator.control.script("fl3xx", "cancel", flight=flight_id)


def test_an_unknown_status_word_comes_and_goes_by_script(operator: Operator) -> None:
    flight_id = operator.coming()["flightId"]
    operator.control.script("fl3xx", "status", flight=flight_id, word="Diverted?")
    assert operator.flight(flight_id)["flightStatus"] == "Diverted?"
    operator.control.script("fl3xx", "status", flight=flight_id)
    assert operator.flight(flight_id)["flightStatus"] == "Scheduled"


def test_an_aog_shows_in_the_schedule_and_as_a_hold_item(operator: Operator) -> None:
    window = {"from": "2031-04-02T00:00", "to": "2031-04-04T00:00"}
    assert operator.get("/aircraft/PK-SIM/holditems", **window) == []
    done = operator.control.script("fl3xx", "aog", tail="PK-SIM", hours=30, note="Starter generator")
    items = operator.get("/aircraft/PK-SIM/schedule", **window)
    tasks = [item for item in items if item["id"].startswith("task_")]
    assert [(task["id"], task["taskType"], task["notes"]) for task in tasks] == [
        (done["task"], "AOG", "Starter generator")
    ]
    assert any(item["id"].startswith("flight_") for item in items)
    (held,) = operator.get("/aircraft/PK-SIM/holditems", **window)
    assert held["dueDate"] - held["reportDate"] == 30 * 3_600_000
    operator.control.advance(timedelta(minutes=10))
    operator.control.script("fl3xx", "release", tail="PK-SIM")
    (held,) = operator.get("/aircraft/PK-SIM/holditems", **window)
    assert held["dueDate"] - held["reportDate"] == 600_000


def test_crew_is_replaced_as_a_whole(operator: Operator) -> None:
    flight_id = operator.coming()["flightId"]
    path = f"/flight/{flight_id}/crew"
    crews = operator.get(path)["crews"]
    assert [member["role"] for member in crews][:2] == ["CMD", "FO"]
    body = [{"pilotId": 3101, "role": "CMD"}, {"pilotId": 3104, "crewPosition": {"role": "FO"}}]
    shown = operator.call("POST", path, json=body).json()
    assert [member["pilotId"] for member in shown["crews"]] == [3101, 3104]
    assert operator.get(path) == shown
    assert operator.journal()["route"] == "flight_crew.get"
    assert operator.call("POST", path, json=[]).json()["crews"] == []


@pytest.mark.parametrize(
    ("body", "status", "named"),
    [
        ({"pilotId": 3101}, 400, "array"),
        ([{"pilotId": 3101, "role": "GOD"}], 400, "role"),
        ([{"pilotId": "3101", "role": "CMD"}], 400, "pilotId"),
        ([{"pilotId": 41001, "role": "CMD"}], 422, "pilotId"),
        ([{"pilotId": 3101, "role": "CMD"}, {"pilotId": 3101, "role": "FO"}], 422, "twice"),
    ],
)
def test_a_wrong_crew_is_refused_and_changes_nothing(operator: Operator, body: object, status: int, named: str) -> None:
    path = f"/flight/{operator.coming()['flightId']}/crew"
    before = operator.get(path)
    answer = operator.call("POST", path, json=body)
    assert answer.status_code == status
    assert named in answer.text
    assert operator.get(path) == before


def test_passengers_are_added_assigned_and_removed(operator: Operator) -> None:
    flight_id = operator.coming()["flightId"]
    before = operator.get(f"/flight/{flight_id}/passengers")
    body = {"paxType": "FEMALE", "isMain": True, "paxExternalReference": "crm-p-41002"}
    ticket = operator.call("POST", f"/flight/{flight_id}/passenger", json=body).json()
    assert (ticket["paxUserId"], ticket["isMain"]) == (41002, True)
    path = f"/flight/{flight_id}/passenger/{ticket['ticketId']}"
    assert operator.call("PUT", path, json={"paxUserId": 41005}).json()["paxUserId"] == 41005
    assert operator.get(path)["paxUserId"] == 41005
    assert operator.flight(flight_id)["paxNumber"] == len(before) + 1
    assert operator.call("DELETE", path).status_code == 200
    assert operator.call("GET", path).status_code == 404
    assert operator.get(f"/flight/{flight_id}/passengers") == before


def test_the_same_passenger_twice_is_accepted_but_noted_as_a_duplicate(operator: Operator) -> None:
    path = f"/flight/{operator.coming()['flightId']}/passenger"
    tickets = [operator.call("POST", path, json={"paxExternalReference": "crm-77"}).json() for _ in range(2)]
    assert tickets[0]["ticketId"] != tickets[1]["ticketId"]
    assert [entry["broke"] for entry in operator.control.journal(route="passenger.add")] == [None, "duplicate"]
    assert operator.control.summary()["fl3xx"]["duplicates"] == 1


def test_some_seats_have_nobody_assigned(operator: Operator) -> None:
    tickets = [t for row in operator.flights() for t in operator.get(f"/flight/{row['flightId']}/passengers")]
    assert any("paxUserId" not in ticket for ticket in tickets)
    assert any("paxUserId" in ticket for ticket in tickets)


def test_the_plan_stays_three_days_ahead_of_the_clock(operator: Operator) -> None:
    assert operator.flights("2031-04-06", "2031-04-06") == []
    operator.control.advance(timedelta(days=4))
    later = operator.flights("2031-04-09", "2031-04-09")
    assert len(later) == 40
    assert operator.flights("2031-04-10", "2031-04-10") == []


def test_a_day_is_the_same_however_late_it_is_asked_for(operator: Operator) -> None:
    operator.control.advance(timedelta(days=4))
    at_once = operator.flights("2031-04-09", "2031-04-09")
    operator.control.reset()
    operator.control.limits("fl3xx", repeat_seconds=0)
    for _ in range(4):
        operator.control.advance(timedelta(days=1))
        operator.flights()
    assert operator.flights("2031-04-09", "2031-04-09") == at_once
