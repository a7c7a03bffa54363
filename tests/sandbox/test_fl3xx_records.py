"""Dispatch documents, aircraft, airports, staff, users and accounts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox.fl3xx_kit import Operator, moment, operator

__all__ = ["operator"]


def millis(text: str) -> int:
    return round(moment(text).timestamp() * 1000)


def test_postflight_has_milliseconds_but_check_in_in_seconds(operator: Operator) -> None:
    flight = operator.coming()
    path = f"/flight/{flight['flightId']}/postflight"
    before = operator.get(path)
    assert before["time"]["dep"]["blocksOff"] is None
    assert before["estimatedTimes"]["blocksOff"] == millis(flight["etd"])
    assert before["time"]["dtls2"][0]["checkin"] == millis(flight["etd"]) / 1000 - 3600
    operator.control.advance(timedelta(days=1))
    after = operator.get(path)
    assert after["time"]["arr"]["blocksOn"] == millis(operator.flight(flight["flightId"])["realDateIN"])
    assert after["time"]["status"] == "OK"


def test_reported_times_become_the_flights_actual_times(operator: Operator) -> None:
    flight = operator.coming()
    path, off = f"/flight/{flight['flightId']}/postflight", moment(flight["etd"])
    operator.control.set(off + timedelta(days=1))
    left = millis(flight["etd"]) + 9 * 60_000
    body = {"flightId": flight["flightId"], "time": {"dep": {"blocksOff": left, "takeOff": left + 300_000}}}
    assert operator.call("POST", path, json=body).json()["time"]["dep"]["blocksOff"] == left
    assert millis(operator.flight(flight["flightId"])["realDateOUT"]) == left
    assert operator.call("POST", path, json=body).status_code == 200
    body["time"]["dep"]["takeOff"] = left - 1
    assert operator.call("POST", path, json=body).status_code == 422
    assert operator.call("POST", path, json={"flightId": 1}).status_code == 422
    assert operator.call("POST", path, json={"fuel": []}).status_code == 400


def test_reasons_of_a_delay_are_kept(operator: Operator) -> None:
    path = f"/flight/{operator.coming()['flightId']}/postflight"
    body = {"time": {"dep": {"delayOffBlockReason": "ATC SLOT"}, "arr": {"delayOnBlockReason": "NO STAND"}}}
    time = operator.call("POST", path, json=body).json()["time"]
    assert (time["dep"]["delayOffBlockReason"], time["arr"]["delayOnBlockReason"]) == ("ATC SLOT", "NO STAND")
    assert operator.get(path)["time"] == time
    assert operator.call("POST", path, json={"time": {"dep": {"delayOffBlockReason": 7}}}).status_code == 400


def test_times_in_the_future_cannot_be_reported(operator: Operator) -> None:
    flight = operator.coming()
    body = {"time": {"dep": {"blocksOff": millis(flight["etd"])}}}
    assert operator.call("POST", f"/flight/{flight['flightId']}/postflight", json=body).status_code == 422


def test_migration_is_written_back_whole_and_revised_by_a_slip(operator: Operator) -> None:
    flight_id = operator.coming()["flightId"]
    path = f"/flight/{flight_id}/migration"
    whole = operator.get(path)
    assert whole["departureMigration"]["status"] == "OK"
    operator.control.script("fl3xx", "slip", flight=flight_id, minutes=30)
    revised = operator.get(path)
    assert revised["departureMigration"]["status"] == "OK_REVISED"
    revised["departureMigration"] |= {"status": "OK", "notes": "checked"}
    assert operator.call("PUT", path, json=revised).json() == revised == operator.get(path)
    wrong = operator.call("PUT", path, json={"arrivalMigration": {"status": "FINE"}})
    assert wrong.status_code == 422
    assert operator.get(path) == revised


def test_services_can_be_changed(operator: Operator) -> None:
    path = f"/flight/{operator.coming()['flightId']}/services"
    body = {"departureHotac": [{"id": 1, "status": "REQ"}], "somethingElse": 1}
    shown = operator.call("PUT", path, json=body).json()
    assert shown["departureHotac"] == [{"id": 1, "status": "REQ"}]
    assert "somethingElse" not in shown
    assert operator.call("PUT", path, json={"catering": "sandwich"}).status_code == 400


@pytest.mark.parametrize("kind", ["sanction-list", "visa"])
def test_screening_is_written_per_person_with_a_read_only_source(operator: Operator, kind: str) -> None:
    path = f"/flight/{operator.coming()['flightId']}/{kind}"
    person = operator.get(path)["crew"][0]["id"]
    body: dict[str, Any] = {"crew": [{"id": person, "status": "OK", "note": "clear"}]}
    assert operator.call("PUT", path, json=body).json()["crew"][0]["status"] == "OK"
    assert operator.get(path)["crew"][0]["note"] == "clear"
    body["crew"][0]["source"] = "ME"
    assert operator.call("PUT", path, json=body).status_code == 400
    assert operator.call("PUT", path, json={"passengers": [{"id": 1, "status": "OK"}]}).status_code == 422


def test_pax_details_name_everybody_assigned(operator: Operator) -> None:
    flight_id = operator.coming()["flightId"]
    tickets = operator.get(f"/flight/{flight_id}/pax_details")["pax"]["tickets"]
    assigned = [ticket for ticket in operator.get(f"/flight/{flight_id}/passengers") if "paxUserId" in ticket]
    named = [ticket["paxUser"]["id"] for ticket in tickets if ticket["paxUser"]]
    assert named == [ticket["paxUserId"] for ticket in assigned]
    assert all(isinstance(ticket["paxUser"]["birthDate"], int) for ticket in tickets if ticket["paxUser"])


def test_preflight_of_a_flight_without_crew_is_null(operator: Operator) -> None:
    flight_id = operator.coming()["flightId"]
    assert operator.get(f"/flight/{flight_id}/preflight")["flight"] == {"id": flight_id}
    operator.call("POST", f"/flight/{flight_id}/crew", json=[])
    assert operator.get(f"/flight/{flight_id}/preflight")["flight"] is None
    for kind in ("notification", "planningnote"):
        assert operator.get(f"/flight/{flight_id}/{kind}")["flightId"] == flight_id


def test_aircraft_are_read_by_tail_and_by_id(operator: Operator) -> None:
    fleet = operator.get("/aircraft")
    assert len(fleet) == 8
    assert operator.get("/aircraft/PK-SIM") == operator.get(f"/aircraft/{fleet[6]['id']}") == fleet[6]
    picture = next(link["href"] for link in fleet[6]["links"] if link["rel"] == "picture")
    assert operator.call("GET", picture).headers["content-type"] == "image/jpeg"


@pytest.mark.parametrize("several", [True, False])
def test_maintenance_counters_are_checked_and_taken(operator: Operator, several: bool) -> None:
    counter = {"scheduleType": "INTERVAL", "unit": "FLIGHT_HOURS", "amount": 12.5, "externalSource": "CAMP"}
    path, sent = "/aircraft/501/maintenanceSchedules", [counter] if several else counter
    assert operator.call("PUT", path, json=sent).status_code == 200
    assert operator.journal()["effect"] == "aircraft:OE-SIM counters written"
    assert operator.call("PUT", path, json=counter | {"unit": "MILES"}).status_code == 400
    assert operator.call("PUT", path, json=[]).status_code == 400


def test_airports_are_found_by_every_code(operator: Operator) -> None:
    found = {operator.get(f"/airports/{code}")["id"] for code in ("KTEB", "TEB")}
    assert len(found) == 1
    assert operator.get("/airports/VIE/services")[0]["type"]["name"] == "FBO"
    assert operator.get("/airports/VIE/operationalNotes", **{"from": "2031-04-05", "to": "2031-04-05"})
    assert operator.get("/airports/VIE/operationalNotes", **{"from": "2031-04-02", "to": "2031-04-03"}) == []
    assert isinstance(operator.get("/airports/LOWW/crew"), list)


def test_birth_dates_come_in_three_notations(operator: Operator) -> None:
    kinds = {type(member["birthDate"]) for member in operator.get("/staff/crew")}
    assert kinds == {str, int, list}
    assert operator.get("/staff/crew/3101")["pilotId"] == 3101
    assert operator.get("/staff/crew/hr-3102")["pilotId"] == 3102
    assert operator.call("GET", "/staff/crew/41001").status_code == 404


def test_crew_changed_since(operator: Operator) -> None:
    operator.control.advance(timedelta(hours=5))
    assert operator.get("/staff/crew", modifiedSince="2031-04-02T09:00") == []
    operator.call("PUT", "/user/fl3xx_3101", json={"phone": "+441555000000"})
    assert [one["pilotId"] for one in operator.get("/staff/crew", modifiedSince="2031-04-02T09:00")] == [3101]
    assert operator.call("GET", "/staff/crew?modifiedSince=yesterday").status_code == 400


def test_the_roster_shows_duties_and_flights_if_asked(operator: Operator) -> None:
    window = {"from": "2031-04-02T00:00", "to": "2031-04-03T00:00"}
    bare = operator.get("/staff/roster", **window)["staff"]
    assert any(row["entries"] for row in bare)
    assert all(row["flights"] == [] for row in bare)
    full = operator.get("/staff/roster", **window, includeFlights="true")["staff"]
    assert any(row["flights"] for row in full)
    assert operator.get("/staff/roster", **window, filter="EXTERNAL_STAFF")["staff"] == []
    assert operator.call("GET", "/staff/roster").status_code == 400
    calendar = operator.call("GET", "/ical/personSchedules/3101.ics")
    assert calendar.text.startswith("BEGIN:VCALENDAR\r\n")
    assert "BEGIN:VEVENT" in calendar.text


def test_users_and_accounts_are_created_once_per_reference(operator: Operator) -> None:
    body = {"firstName": "Cleo", "lastName": "Testcase", "externalReference": "crm-1", "birthDate": "1990-01-31"}
    user = operator.call("POST", "/user", json=body).json()
    assert operator.get("/user/crm-1") == operator.get(f"/user/fl3xx_{user['internalId']}") == user
    assert operator.call("POST", "/user", json=body).status_code == 422
    assert operator.call("PUT", "/user/crm-1", json={"lastName": "Sample"}).json()["lastName"] == "Sample"
    account = operator.call("POST", "/user/account", json={"name": "New Co", "externalReference": "a-1"}).json()
    assert operator.get("/user/account/a-1") == account
    assert operator.call("POST", "/user/account", json={"name": "Other", "externalReference": "a-1"}).status_code == 422
    assert operator.control.journal(broke="*") == []


def test_users_and_accounts_are_paged(operator: Operator) -> None:
    assert [len(operator.get("/user", limit=50, offset=offset)) for offset in (0, 50, 100)] == [50, 34, 0]
    assert len(operator.get("/user/account", limit=3, offset=8)) == 2
    assert operator.call("GET", "/user?limit=x").status_code == 400
