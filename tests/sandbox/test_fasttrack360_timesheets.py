from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox.fasttrack360_kit import VENDOR, Agency, agency, running

__all__ = ["agency", "running"]

ITEM = {"date": "2026-12-01", "attendanceType": "attendance", "startTime": "08:00", "endTime": "16:00", "units": 7.5}


def flaw(answer: Any) -> tuple[str, str]:
    (error,) = answer["errors"]
    return error["field"], error["code"]


@pytest.fixture
def sheet(agency: Agency) -> str:
    """The path of an Available timesheet."""
    _, sheets = agency.submitted()
    return f"/timesheets/{sheets[0]['id']}"


def released(agency: Agency, sheet: str) -> dict[str, Any]:
    agency.patch(sheet, {"items": [ITEM], "status": "Submitted"})
    done: dict[str, Any] = agency.patch(sheet, {"status": "Released"})
    return done


def test_the_way_from_available_to_released(agency: Agency, sheet: str) -> None:
    assert agency.get(sheet)["status"] == "Available"
    assert agency.patch(sheet, {"items": [ITEM]})["status"] == "Incomplete"
    assert agency.patch(sheet, {"status": "Submitted"})["status"] == "Submitted"
    assert agency.patch(sheet, {"status": "Approved"})["status"] == "Released"


def test_reject_edit_and_submit_again(agency: Agency, sheet: str) -> None:
    agency.patch(sheet, {"items": [ITEM], "status": "Submitted"})
    assert flaw(agency.patch(sheet, {"status": "Rejected"}, 422)) == ("rejectionMessage", "mandatory")
    assert agency.patch(sheet, {"status": "Rejected", "rejectionMessage": "no break"})["status"] == "Rejected"
    assert agency.patch(sheet, {"items": [ITEM | {"breakMinutes": 30}]})["status"] == "Rejected"
    assert agency.patch(sheet, {"status": "Submitted"})["status"] == "Submitted"


def test_recall_makes_it_editable_again(agency: Agency, sheet: str) -> None:
    agency.patch(sheet, {"items": [ITEM], "status": "Submitted"})
    assert flaw(agency.patch(sheet, {"items": [ITEM, ITEM]}, 409)) == ("items", "locked")
    assert agency.patch(sheet, {"status": "Incomplete"})["status"] == "Incomplete"
    assert len(agency.patch(sheet, {"items": [ITEM, ITEM]})["items"]) == 2


def test_several_levels_of_approval(agency: Agency, sheet: str) -> None:
    agency.control.limits(VENDOR, approval_levels=2)
    agency.patch(sheet, {"items": [ITEM], "status": "Submitted"})
    assert agency.patch(sheet, {"status": "Released"})["status"] == "Submitted"
    assert agency.patch(sheet, {"status": "Released"})["status"] == "Released"


@pytest.mark.parametrize(
    ("first", "wanted"),
    [
        ({}, "Released"),
        ({}, "Rejected"),
        ({"status": "Incomplete"}, "Released"),
        ({"status": "Incomplete"}, "Available"),
        ({"items": [ITEM], "status": "Submitted"}, "Available"),
    ],
)
def test_shortcuts_are_refused(agency: Agency, sheet: str, first: dict[str, Any], wanted: str) -> None:
    agency.patch(sheet, first)
    answer = agency.patch(sheet, {"status": wanted, "rejectionMessage": "no"}, 409)
    assert flaw(answer) == ("status", "transition")


def test_an_empty_timesheet_is_not_submitted(agency: Agency, sheet: str) -> None:
    assert flaw(agency.patch(sheet, {"status": "Submitted"}, 422)) == ("items", "mandatory")


def test_released_is_immutable_but_for_the_review(agency: Agency, sheet: str) -> None:
    assert flaw(agency.patch(sheet, {"reviewStatus": "Reviewed"}, 409)) == ("reviewStatus", "transition")
    released(agency, sheet)
    for change in ({"items": []}, {"items": [ITEM | {"units": 8}]}, {"status": "Incomplete"}, {"comments": None}):
        answer = agency.call("PATCH", sheet, change)
        assert answer.status_code in (400, 409), change
    assert agency.patch(sheet, {"reviewStatus": "Reviewed"})["reviewStatus"] == "Reviewed"
    assert agency.patch(sheet, {"reviewStatus": "Not Reviewed"})["reviewStatus"] == "Not Reviewed"


def test_adjustments_need_a_reason_and_are_reviewed_in_order(agency: Agency, sheet: str) -> None:
    first = agency.get(sheet)
    base = {"jobOrderId": first["jobOrderId"], "weekEnding": first["weekEnding"], "adjustmentOf": first["id"]}
    body = base | {"items": [ITEM | {"units": 8}], "status": "Submitted"}
    assert flaw(agency.post("/timesheets", body, 409)) == ("adjustmentOf", "transition")
    released(agency, sheet)
    assert flaw(agency.post("/timesheets", body, 422)) == ("adjustmentReason", "mandatory")
    adjusted = agency.post("/timesheets", body | {"adjustmentReason": "late finish"})
    assert (adjusted["version"], adjusted["status"]) == (2, "Submitted")
    path = f"/timesheets/{adjusted['id']}"
    agency.patch(path, {"status": "Released"})
    assert flaw(agency.patch(path, {"reviewStatus": "Reviewed"}, 409)) == ("reviewStatus", "transition")
    agency.patch(sheet, {"reviewStatus": "Reviewed"})
    assert agency.patch(path, {"reviewStatus": "Reviewed"})["reviewStatus"] == "Reviewed"


def test_the_alternative_number_tells_a_second_import(agency: Agency) -> None:
    job = agency.filled()
    body = {"jobOrderId": job["id"], "weekEnding": "2026-12-06", "alternativeTimesheetNo": "VMS-9", "items": [ITEM]}
    first = agency.post("/timesheets", body)
    assert (first["status"], first["candidateId"]) == ("Incomplete", job["filledCandidateId"])
    assert [row["id"] for row in agency.get("/timesheets", alternativeTimesheetNo="VMS-9")["items"]] == [first["id"]]
    agency.post("/timesheets", body)
    assert agency.broke()[-1] == "duplicate"
    assert agency.stats()["duplicates"] == 1


@pytest.mark.parametrize(
    ("item", "field"),
    [
        ({"date": "2026-12-07"}, "items[0].date"),
        ({"attendanceType": "asleep"}, "items[0].attendanceType"),
        ({"startTime": "25:00"}, "items[0].startTime"),
        ({"breakMinutes": -1}, "items[0].breakMinutes"),
        ({"units": "8"}, "items[0].units"),
        ({"hours": 8}, "items[0].hours"),
    ],
)
def test_wrong_items_are_named(agency: Agency, sheet: str, item: dict[str, Any], field: str) -> None:
    assert flaw(agency.patch(sheet, {"items": [ITEM | item]}, 400)) == (field, "invalid")


def test_seeded_timesheets_are_released_as_the_day_goes_on(agency: Agency) -> None:
    waiting = agency.get("/timesheets", status="Submitted", pageSize=200)["items"]
    assert waiting
    agency.control.advance(timedelta(hours=14))
    after = {row["id"]: row["status"] for row in agency.get("/timesheets", pageSize=200)["items"]}
    assert {after[row["id"]] for row in waiting} == {"Released"}
    changed = agency.get("/timesheets", modifiedSince="2026-11-25T06:00:01Z", pageSize=200)["items"]
    assert {row["id"] for row in waiting} <= {row["id"] for row in changed}


def test_staff_move_a_timesheet_by_script(agency: Agency, sheet: str) -> None:
    agency.patch(sheet, {"items": [ITEM], "status": "Submitted"})
    number = int(sheet.rsplit("/", 1)[1])
    assert agency.script("timesheet", timesheetId=number, status="Released") == "Released"
    assert agency.get(sheet)["status"] == "Released"
