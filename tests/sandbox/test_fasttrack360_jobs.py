from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from airflow_provider_fleetops.sandbox.client import ControlError
from airflow_provider_fleetops.sandbox.fasttrack360.jobs import weeks
from tests.sandbox.fasttrack360_kit import VENDOR, Agency, agency, running

__all__ = ["agency", "running"]


def flaw(answer: Any) -> tuple[str, str]:
    (error,) = answer["errors"]
    return error["field"], error["code"]


def test_a_job_is_open_then_filled_then_submitted(agency: Agency) -> None:
    job = agency.job()
    assert (job["status"], job["filledCandidateId"], job["submittedToTimesheet"]) == ("Open", None, False)
    path, candidate = f"/jobOrders/{job['id']}", agency.candidate()
    filled = agency.post(f"{path}/fill", {"candidateId": candidate}, 200)
    assert (filled["status"], filled["filledCandidateId"]) == ("Filled", candidate)
    agency.post(f"{path}/submitToTimesheet", None, 200)
    sheets = agency.get("/timesheets", jobOrderId=job["id"])["items"]
    assert [(row["weekEnding"], row["status"]) for row in sheets] == [
        ("2026-12-06", "Available"),
        ("2026-12-13", "Available"),
    ]
    assert {row["candidateId"] for row in sheets} == {candidate}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"jobType": "Casual"}, ("jobType", "invalid")),
        ({"startDate": "2026-02-30"}, ("startDate", "invalid")),
        ({"startDate": "9999-12-30"}, ("startDate", "invalid")),
        ({"startDate": "1.12.2026"}, ("startDate", "invalid")),
        ({"endDate": "2026-11-30"}, ("endDate", "invalid")),
        ({"orderedByContactId": 150000001}, ("orderedByContactId", "wrong_client")),
        ({"costCentreId": 160000001}, ("costCentreId", "wrong_client")),
    ],
)
def test_wrong_jobs_are_refused(agency: Agency, fields: dict[str, Any], expected: tuple[str, str]) -> None:
    client = agency.client()["id"]
    body = {"clientId": client, "jobType": "Temporary", "startDate": "2026-12-01", "endDate": "2026-12-10"}
    assert flaw(agency.post("/jobOrders", body | fields, 400)) == expected


def test_a_job_starts_open_and_may_need_accepted_terms(agency: Agency) -> None:
    client = agency.client()["id"]
    body = {"clientId": client, "jobType": "Contract", "startDate": "2026-12-01"}
    assert flaw(agency.post("/jobOrders", body | {"status": "Filled"}, 422)) == ("status", "transition")
    agency.control.limits(VENDOR, terms_required=True)
    assert flaw(agency.post("/jobOrders", body, 422)) == ("clientId", "terms")
    agency.patch(f"/clients/{client}", {"termsAccepted": True})
    agency.post("/jobOrders", body)


def test_a_fill_is_refused_on_a_diary_conflict(agency: Agency) -> None:
    first, second, later = (
        agency.job(),
        agency.job(startDate="2026-12-10", endDate=None),
        agency.job(startDate="2026-11-28", endDate="2026-11-30"),
    )
    who = {"candidateId": agency.candidate()}
    agency.post(f"/jobOrders/{first['id']}/fill", who, 200)
    assert flaw(agency.post(f"/jobOrders/{second['id']}/fill", who, 409)) == ("candidateId", "diary_conflict")
    agency.post(f"/jobOrders/{later['id']}/fill", who, 200)


def test_a_fill_needs_an_open_job_and_an_active_candidate(agency: Agency) -> None:
    job, who = agency.job(), agency.candidate()
    path = f"/jobOrders/{job['id']}/fill"
    agency.patch(f"/candidates/{who}", {"status": "Inactive"})
    assert flaw(agency.post(path, {"candidateId": who}, 422)) == ("candidateId", "inactive")
    assert agency.post(path, {"candidateId": 399999999}, 404)["message"] == "candidate 399999999 not found"
    assert flaw(agency.post(path, {}, 400)) == ("candidateId", "required")
    agency.patch(f"/candidates/{who}", {"status": "Active"})
    agency.post(path, {"candidateId": who}, 200)
    assert flaw(agency.post(path, {"candidateId": who}, 409)) == ("status", "transition")


def test_a_submission_needs_who_ordered(agency: Agency) -> None:
    job = agency.filled(orderedByContactId=None)
    path = f"/jobOrders/{job['id']}"
    assert flaw(agency.post(f"{path}/submitToTimesheet", None, 422)) == ("orderedByContactId", "mandatory")
    open_job = agency.job()["id"]
    assert flaw(agency.post(f"/jobOrders/{open_job}/submitToTimesheet", None, 409)) == ("status", "transition")
    permanent = agency.filled(jobType="Permanent")["id"]
    assert flaw(agency.post(f"/jobOrders/{permanent}/submitToTimesheet", None, 422)) == ("jobType", "permanent")


def test_submission_locks_and_undo_unlocks(agency: Agency) -> None:
    job, _ = agency.submitted()
    path = f"/jobOrders/{job['id']}"
    assert flaw(agency.post(f"{path}/submitToTimesheet", None, 409)) == ("submittedToTimesheet", "transition")
    assert flaw(agency.patch(path, {"startDate": "2026-12-02"}, 409)) == ("startDate", "locked")
    cancelled = {"status": "Cancelled", "statusReason": "rain"}
    assert flaw(agency.patch(path, cancelled, 409)) == ("status", "locked")
    assert agency.patch(path, {"position": "Ramp agent"})["position"] == "Ramp agent"
    assert agency.post(f"{path}/undoSubmitToTimesheet", None, 200)["submittedToTimesheet"] is False
    assert agency.get("/timesheets", jobOrderId=job["id"])["totalCount"] == 0
    assert agency.patch(path, {"startDate": "2026-12-02"})["startDate"] == "2026-12-02"
    assert flaw(agency.post(f"{path}/undoSubmitToTimesheet", None, 409)) == ("submittedToTimesheet", "transition")


def test_undo_is_refused_once_a_timesheet_was_worked_on(agency: Agency) -> None:
    job, sheets = agency.submitted()
    agency.patch(f"/timesheets/{sheets[0]['id']}", {"status": "Incomplete"})
    answer = agency.post(f"/jobOrders/{job['id']}/undoSubmitToTimesheet", None, 409)
    assert flaw(answer) == ("submittedToTimesheet", "in_use")


def test_the_template_is_fixed_once_filled(agency: Agency) -> None:
    job = agency.job(jobTemplateId=700000001)
    path = f"/jobOrders/{job['id']}"
    assert agency.patch(path, {"jobTemplateId": 700000002})["jobTemplateId"] == 700000002
    agency.post(f"{path}/fill", {"candidateId": agency.candidate()}, 200)
    assert flaw(agency.patch(path, {"jobTemplateId": 700000001}, 409)) == ("jobTemplateId", "locked")


def test_cancel_needs_a_reason_and_is_final(agency: Agency) -> None:
    path = f"/jobOrders/{agency.job()['id']}"
    assert flaw(agency.patch(path, {"status": "Cancelled"}, 422)) == ("statusReason", "mandatory")
    assert flaw(agency.patch(path, {"status": "Filled"}, 409)) == ("status", "transition")
    assert agency.patch(path, {"status": "Cancelled", "statusReason": "rain"})["status"] == "Cancelled"
    assert flaw(agency.patch(path, {"status": "Open"}, 409)) == ("status", "transition")
    agency.control.limits(VENDOR, cancel_reason_required=False)
    assert agency.patch(f"/jobOrders/{agency.job()['id']}", {"status": "Cancelled"})["status"] == "Cancelled"


def test_seeded_jobs_are_filled_as_the_day_goes_on(agency: Agency) -> None:
    waiting = agency.get("/jobOrders", status="Open")["items"]
    assert len(waiting) == 6
    agency.control.advance(timedelta(minutes=40))
    first = agency.get(f"/jobOrders/{waiting[0]['id']}")
    assert (first["status"], first["modifiedAt"]) == ("Filled", "2026-11-25T06:40:00Z")
    agency.control.advance(timedelta(hours=12))
    assert agency.get("/jobOrders", status="Open")["totalCount"] == 0


def test_a_change_of_status_overrides_what_was_planned(agency: Agency) -> None:
    job = agency.get("/jobOrders", status="Open")["items"][0]["id"]
    agency.script("cancel", jobOrderId=job, reason="rain")
    agency.control.advance(timedelta(hours=12))
    after = agency.get(f"/jobOrders/{job}")
    assert (after["status"], after["statusReason"], after["filledCandidateId"]) == ("Cancelled", "rain", None)


def test_an_unknown_status_word_can_be_scripted(agency: Agency) -> None:
    job = agency.job()["id"]
    agency.script("status", table="jobOrders", id=job, status="Paused by head office")
    assert agency.get(f"/jobOrders/{job}")["status"] == "Paused by head office"


@pytest.mark.parametrize(
    ("event", "data"),
    [
        ("dance", {}),
        ("fill", {}),
        ("fill", {"jobOrderId": "x", "candidateId": 1}),
        ("fill", {"jobOrderId": 1, "candidateId": 1}),
        ("cancel", {"jobOrderId": 1}),
        ("status", {"table": "planes", "id": 1, "status": "x"}),
        ("custom_action", {"url": "http://example.com/"}),
    ],
)
def test_wrong_scripts_are_refused(agency: Agency, event: str, data: dict[str, Any]) -> None:
    with pytest.raises(ControlError, match="400"):
        agency.script(event, **data)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-30", "2026-12-06", ["2026-12-06"]),
        ("2026-12-06", "2026-12-07", ["2026-12-06", "2026-12-13"]),
        ("2026-12-01", None, ["2026-12-06"]),
    ],
)
def test_weeks_end_on_sunday(start: str, end: str | None, expected: list[str]) -> None:
    assert list(weeks(start, end)) == expected


def test_endless_jobs_have_at_most_a_year_of_weeks() -> None:
    assert len(list(weeks("2026-12-01", "2099-12-31"))) == 53


class Catcher(ThreadingHTTPServer):
    """Keeps what it is sent."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        super().__init__(("127.0.0.1", 0), CatcherHandler)


class CatcherHandler(BaseHTTPRequestHandler):
    server: Catcher

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def catcher() -> Iterator[Catcher]:
    with Catcher() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def events(agency: Agency, catcher: Catcher) -> list[dict[str, Any]]:
    assert agency.control.flush_webhooks()
    return [json.loads(body) for _, body in catcher.got]


def test_a_fill_fires_the_custom_action_whatever_its_origin(agency: Agency, catcher: Catcher) -> None:
    url = f"http://127.0.0.1:{catcher.server_port}/hook"
    agency.script("custom_action", url=url, header="X-Secret", secret="s3cret-value")
    by_api, by_hand, who = agency.filled(), agency.job(), agency.candidate()
    agency.script("fill", jobOrderId=by_hand["id"], candidateId=who)
    agency.script("stage", jobOrderId=by_hand["id"], candidateId=who, stage="Interview")
    agency.control.advance(timedelta(minutes=40))
    got = events(agency, catcher)
    assert [(event["event"], event["jobOrderId"]) for event in got[:3]] == [
        ("JobOrderFill", by_api["id"]),
        ("JobOrderFill", by_hand["id"]),
        ("ReferralWorkflowStage", by_hand["id"]),
    ]
    assert got[2]["stage"] == "Interview"
    assert got[3]["occurredAt"] == "2026-11-25T06:40:00Z"  # the agency filled one of its own
    assert {headers["x-secret"] for headers, _ in catcher.got} == {"s3cret-value"}
    assert len(got) == 4


def test_a_fill_that_was_cancelled_fires_nothing(agency: Agency, catcher: Catcher) -> None:
    agency.script("custom_action", url=f"http://127.0.0.1:{catcher.server_port}/hook")
    job = agency.get("/jobOrders", status="Open")["items"][0]["id"]
    agency.script("cancel", jobOrderId=job)
    agency.control.advance(timedelta(minutes=41))
    assert events(agency, catcher) == []
