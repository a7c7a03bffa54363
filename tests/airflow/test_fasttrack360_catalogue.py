"""Every entry of FastTrack360's catalogue, called through the hook: the sandbox takes what the catalogue sends."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_fleetops import vendors
from airflow_provider_fleetops.hooks.fasttrack360 import FastTrack360Hook
from airflow_provider_fleetops.protocol.errors import NotFound, Refused

CLIENT = {"name": "Invented Air", "officeId": 11, "status": "Active", "gradeId": 11}
CANDIDATE = {"firstName": "Bo", "lastName": "Test", "status": "Active", "email": "bo@people.example", "officeId": 11}
SIGN_IN = {"auth.token", "auth.login"}  # the hook's own, called in the token modes: test_token_modes_sign_in_once


class Recorder:
    """Calls through the hook and remembers which entries were called."""

    def __init__(self) -> None:
        self.hook = FastTrack360Hook()
        self.called: set[str] = set()

    def __call__(self, name: str, body: Any = None, /, **arguments: Any) -> Any:
        self.called.add(name)
        return self.hook.call(name, body=body, **arguments)


@pytest.fixture
def call(fleet_connections) -> Recorder:
    return Recorder()


def test_every_entry_is_taken_by_the_vendor(call):
    client = call("client.create", CLIENT | {"externalReference": "R-1", "address": {"country": "Australia"}})["id"]
    call("client.replace", CLIENT | {"name": "Invented Air Two"}, client_id=client)
    call("client.update", {"externalReference": "R-2"}, client_id=client)
    assert call("client.get", client_id=client)["name"] == "Invented Air Two"
    for filters in ({"external_reference": "R-2"}, {"name": "Invented Air Two", "office_id": 11}):
        assert [row["id"] for row in call("clients.list", **filters, page=1, page_size=5)["items"]] == [client]
    spare = call("client.create", CLIENT | {"name": "Short-lived Air"})["id"]
    call("client.delete", client_id=spare)
    with pytest.raises(NotFound):
        call("client.get", client_id=spare)
    _comments(call, "client", client)
    contact = _contact(call, client)
    centre = call("cost_centre.create", {"name": "Ramp"}, client_id=client)["id"]
    call("cost_centre.update", {"name": "Ramp and cargo"}, cost_centre_id=centre)
    assert [row["id"] for row in call("cost_centres.list", client_id=client)["items"]] == [centre]
    candidate = _candidate(call)
    job = _job(call, client, contact, centre, candidate)
    _timesheets(call, job)
    for lookup in ("offices.list", "grades.list", "skill_groups.list"):
        assert call(lookup)["items"]
    assert call("statuses.list", entity="client")["items"]
    assert call.called == set(vendors.vendor("fasttrack360").endpoints) - SIGN_IN


def _comments(call: Recorder, subject: str, number: int) -> None:
    where = {f"{subject}_id": number}
    made = call(f"{subject}_comment.create", {"comment": "One", "date": "2026-11-22"}, **where)["id"]
    assert made in [row["id"] for row in call(f"{subject}_comments.list", **where)["items"]]
    if subject == "client":
        call("client_comment.update", {"comment": "Two"}, **where, comment_id=made)
        call("client_comment.delete", **where, comment_id=made)
        assert made not in [row["id"] for row in call("client_comments.list", **where)["items"]]


def _contact(call: Recorder, client: int) -> int:
    who = {"firstName": "Ada", "lastName": "Test"}
    spare = call("contact.create", who, client_id=client)["id"]
    call("contact.delete", contact_id=spare)
    with pytest.raises(NotFound):
        call("contact.get", contact_id=spare)
    contact: int = call("contact.create", who | {"email": "ada@people.example"}, client_id=client)["id"]
    call("contact.update", {"position": "Manager"}, contact_id=contact)
    assert [row["id"] for row in call("contacts.list", client_id=client)["items"]] == [contact]
    return contact


def _candidate(call: Recorder) -> int:
    number: int = call("candidate.create", CANDIDATE | {"skillGroupId": 11, "gradeId": 11})["id"]
    call("candidate.update", {"mobile": "+61 400 000 999"}, candidate_id=number)
    assert call("candidate.get", candidate_id=number)["lastName"] == "Test"
    assert call("candidates.list", modified_since="2020-01-01T00:00:00Z")["totalCount"] > 1
    _comments(call, "candidate", number)
    return number


def _job(call: Recorder, client: int, contact: int, centre: int, candidate: int) -> int:
    body = {"clientId": client, "jobType": "Temporary", "startDate": "2031-05-01", "endDate": "2031-05-10"}
    number: int = call("job_order.create", body | {"orderedByContactId": contact, "costCentreId": centre})["id"]
    call("job_order.update", {"position": "Nurse"}, job_order_id=number)
    assert call("job_orders.list", modified_since="2020-01-01T00:00:00Z")["totalCount"] > 1
    _comments(call, "job_order", number)
    call("job_order.fill", {"candidateId": candidate}, job_order_id=number)
    with pytest.raises(Refused):
        call("job_order.fill", {"candidateId": candidate}, job_order_id=number)
    call("job_order.submit_to_timesheet", job_order_id=number)
    call("job_order.undo_submit_to_timesheet", job_order_id=number)
    call("job_order.submit_to_timesheet", job_order_id=number)
    assert call("job_order.get", job_order_id=number)["submittedToTimesheet"] is True
    other = call("job_order.create", body)["id"]
    call("job_order.cancel", {"status": "Cancelled", "statusReason": "Client withdrew"}, job_order_id=other)
    return number


def _timesheets(call: Recorder, job: int) -> None:
    assert call("timesheets.list", modified_since="2020-01-01T00:00:00Z")["totalCount"] > 1
    body = {"jobOrderId": job, "weekEnding": "2031-05-18", "alternativeTimesheetNo": "ALT-1"}
    number = call("timesheet.create", body)["id"]
    call("timesheet.update", {"status": "Incomplete"}, timesheet_id=number)
    assert call("timesheet.get", timesheet_id=number)["status"] == "Incomplete"
