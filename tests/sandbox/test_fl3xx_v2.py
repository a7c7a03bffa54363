from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.fl3xx_kit import Operator, operator

__all__ = ["operator"]

FILTER = "blocksOffEstimatedDateTime,BTW,2031-04-02T00:00:00.000Z,2031-04-02T23:59:59.999Z"
DUTY = {
    "crewId": 3101,
    "rosterTypeId": 14,
    "startDateTime": "2031-04-05T06:00:00.000Z",
    "endDateTime": "2031-04-05T18:00:00.000Z",
    "dutySubtype": "EARLY",
}


def test_flights_are_paged_newest_first_in_the_envelope(operator: Operator) -> None:
    pages = [operator.get("/api/v2/flights", filter=FILTER, limit=25, offset=offset) for offset in (0, 25, 50)]
    rows = [row for page in pages for row in page["data"]]
    assert [len(page["data"]) for page in pages] == [25, 15, 0]
    assert pages[0]["pagination"]["totalItems"] == 40
    times = [row["blocksOffEstimatedDateTime"] for row in rows]
    assert times == sorted(times, reverse=True)
    assert {row["id"] for row in rows} == {row["flightId"] for row in operator.flights(timeZone="UTC")}
    assert len(operator.get("/api/v2/flights", filter=FILTER)["data"]) == 20


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"filter": FILTER, "limit": 9},
        {"filter": FILTER, "limit": 51},
        {"filter": FILTER, "offset": -1},
        {"filter": "blocksOffEstimatedDateTime,EQ,2031-04-02T00:00:00.000Z"},
        {"filter": "tailNumber,EQ,OE-SIM"},
        {"filter": "blocksOffEstimatedDateTime,BTW,2031-04-02T00:00:00.000Z"},
        {"filter": "blocksOffEstimatedDateTime,BTW,2031-04-02,2031-04-03"},
        {"filter": [FILTER, FILTER]},
    ],
)
def test_a_senseless_filter_or_page_is_a_400(operator: Operator, params: dict[str, Any]) -> None:
    assert operator.call("GET", "/api/v2/flights", params=params).status_code == 400


def test_airports_permits_and_slots(operator: Operator) -> None:
    assert operator.get("/api/v2/airports/VIE")["timezone"] == "Europe/Vienna"
    flight_id = operator.coming()["flightId"]
    for many, one in (("permits", "flight-permits"), ("slots-pprs", "flight-slots-pprs")):
        rows = operator.get(f"/api/v2/flights/{flight_id}/{many}")["data"]
        assert [operator.get(f"/api/v2/{one}/{row['id']}") for row in rows] == rows
        assert operator.call("GET", f"/api/v2/{one}/{flight_id}9").status_code == 404
        assert operator.get(f"/api/v2/flights/{flight_id}/{many}", limit=10, offset=1)["data"] == rows[1:]
        assert operator.call("GET", f"/api/v2/flights/{flight_id}/{many}?limit=51").status_code == 400


def test_fuel_prices_are_set_and_removed_where_the_sandbox_knows_them(operator: Operator) -> None:
    path = "/api/v2/partners/airports/EBCR/fuel-prices"
    price = {"fboName": "Mock FBO", "contractorName": "Mock Fuel", "currency": "EUR", "unit": "LITER", "volumeFrom": 0}
    assert operator.call("PUT", path, json=[price]).json()["data"] == [price]
    assert operator.get(path)["data"] == [price]
    assert operator.call("PUT", path, json=price | {"currency": "GBP"}).status_code == 400
    assert operator.call("PUT", path, json=price | {"volumeFrom": 5, "volumeTo": 4}).status_code == 400
    assert operator.call("DELETE", path).status_code == 204
    assert operator.get(path)["data"] == []
    operator.call("PUT", path, json=price)
    assert operator.call("DELETE", "/api/v2/partners/airport-fuel-prices").status_code == 204
    assert operator.get(path)["data"] == []
    assert operator.call("GET", "/api/v2/partners/airports/LOWW/fuel-prices").status_code == 404


def test_a_duty_is_created_changed_in_part_and_removed(operator: Operator) -> None:
    created = operator.call("POST", "/api/v2/rosters", json=DUTY)
    path = f"/api/v2/rosters/{created.json()['id']}"
    assert created.status_code == 201
    assert operator.get(path) == created.json()
    changed = operator.call("PUT", path, json={"notes": "swapped"}).json()
    assert changed == created.json() | {"notes": "swapped"}
    entries = operator.get("/staff/roster", **{"from": "2031-04-05T00:00", "to": "2031-04-06T00:00"})["staff"]
    assert "swapped" in {entry["notes"] for row in entries for entry in row["entries"]}
    assert operator.call("DELETE", path).status_code == 204
    assert operator.call("GET", path).status_code == 404


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"crewId": 41001}, "crewId: is not a crew member"),
        ({"rosterTypeId": 99}, "rosterTypeId: is not known"),
        ({"endDateTime": DUTY["startDateTime"]}, "endDateTime: must lie after"),
        ({"endDateTime": "2031-04-07T06:00:00.001Z"}, "within 2 days"),
        ({"rosterTypeId": 16, "endDateTime": "2031-05-06T06:00:00.001Z"}, "within 31 days"),
        ({"rosterTypeId": 15}, "dutySubtype: is not supported"),
        ({"rosterTypeId": 15, "dutySubtype": None, "aircraft": {"aircraftId": 501}}, "aircraft: is not supported"),
        ({"dutySubtype": "SOMETIME"}, "dutySubtype: must be one of"),
        ({"startDateTime": "2031-04-05T06:00"}, "startDateTime: must look like"),
    ],
)
def test_a_duty_must_keep_the_rules_of_its_type(operator: Operator, changes: dict[str, Any], named: str) -> None:
    answer = operator.call("POST", "/api/v2/rosters", json=DUTY | changes)
    assert answer.status_code == 400
    assert named in answer.text


def test_the_same_duty_twice_is_noted_as_a_duplicate(operator: Operator) -> None:
    for _ in range(2):
        operator.call("POST", "/api/v2/rosters", json=DUTY)
    assert operator.journal()["broke"] == "duplicate"


def test_duties_are_searched_and_sorted(operator: Operator) -> None:
    body = {
        "limit": 50,
        "filters": [
            {"field": "crewId", "operator": "EQ", "value": 3101},
            {"field": "startDateTime", "operator": "GTE", "value": "2031-04-01T00:00:00.000Z"},
            {"field": "endDateTime", "operator": "LTE", "value": "2031-04-05T00:00:00.000Z"},
        ],
        "sorts": [{"field": "startDateTime", "sortDirection": "DESC"}],
    }
    page = operator.call("POST", "/api/v2/rosters-search", json=body).json()
    starts = [row["startDateTime"] for row in page["data"]]
    assert len(starts) == page["pagination"]["totalItems"] > 1
    assert starts == sorted(starts, reverse=True)
    assert {row["crewId"] for row in page["data"]} == {3101}
    body["filters"][0]["operator"] = "GT"  # type: ignore[index]
    assert operator.call("POST", "/api/v2/rosters-search", json=body).status_code == 400


def test_types_and_positions(operator: Operator) -> None:
    types = operator.call("POST", "/api/v2/roster-types-search", json={}).json()["data"]
    assert [operator.get(f"/api/v2/roster-types/{one['id']}") for one in types] == types
    search = "/api/v2/crew-position-search"
    by_tail = {"field": "tailNumber", "operator": "EQ", "value": "PK-SIM"}
    by_id = {"field": "aircraftId", "operator": "EQ", "value": "507"}
    one, other = (operator.call("POST", search, json={"filters": [which]}).json() for which in (by_tail, by_id))
    assert one["data"] == other["data"] != []
    for filters in ([], [by_tail, by_id]):
        assert operator.call("POST", search, json={"filters": filters}).status_code == 400


def test_qualifications_are_kept(operator: Operator) -> None:
    path = "/api/v2/external/crew-qualifications"
    body = {"crewId": 3101, "qualificationTypeId": 21, "issueDate": "2030-01-01", "isPilotInCommand": True}
    created = operator.call("POST", path, json=body).json()
    for where in (path, "/crew-qualifications"):
        assert operator.get(where, filter="crewId,EQ,3101")["data"] == [created]
        assert operator.get(where, filter="crewId,EQ,3102")["data"] == []
    one = f"{path}/{created['id']}"
    assert operator.call("PATCH", one, json={"expiryDate": "2032-01-01"}).json()["expiryDate"] == "2032-01-01"
    assert operator.get(one)["issueDate"] == "2030-01-01"
    assert operator.call("POST", path, json=body | {"issueDate": "01/01/2030"}).status_code == 400
    assert operator.call("POST", path, json=body | {"qualificationTypeId": 1}).status_code == 400
    assert operator.call("DELETE", one).status_code == 204
    assert operator.call("GET", one).status_code == 404
    types = operator.get("/api/v2/external/qualification-types")["data"]
    assert types == operator.get("/qualification-types")["data"]
    assert operator.get(f"/api/v2/qualification-types/{types[0]['id']}") == types[0]
