"""Job orders and timesheets, from a roster to released hours: what the agency received, and how often."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_fleetops.hooks.fasttrack360 import FastTrack360Hook
from airflow_provider_fleetops.operators import fasttrack360 as operators
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.protocol.caller import Caller
from tests.airflow.fasttrack360_kit import (
    CANDIDATE,
    CONTACT,
    FILLED_JOB,
    OPEN_JOB,
    SEEDED,
    VENDOR,
    ledger,
    methods,
    received,
    routes,
    run,
    stats,
)

pytestmark = pytest.mark.usefixtures("fleet_connections")
SHIFT = {
    "client_id": SEEDED, "job_type": "Temporary", "first_day": "2032-05-03", "last_day": "2032-05-09",
    "ordered_by_contact_id": CONTACT, "external_reference": "shift-1",
}  # fmt: skip
FREE = 300000036


@pytest.fixture
def box(fresh_sandbox):
    return fresh_sandbox


def create(try_number: int = 1, /, **fields: Any) -> Any:
    return run(operators.FastTrack360CreateJobOrderOperator, try_number, **(SHIFT | fields))


def fill(job: int, try_number: int = 1, /, candidate: int = FREE, run_id: str = "r") -> Any:
    fields = {"job_order_id": job, "candidate_id": candidate}
    return run(operators.FastTrack360FillJobOrderOperator, try_number, run_id=run_id, **fields)


def submit(job: int, try_number: int = 1, /, run_id: str = "r") -> Any:
    return run(operators.FastTrack360SubmitToTimesheetOperator, try_number, run_id=run_id, job_order_id=job)


def undo(job: int, try_number: int = 1, /, run_id: str = "r") -> Any:
    return run(operators.FastTrack360UndoSubmitToTimesheetOperator, try_number, run_id=run_id, job_order_id=job)


def test_from_roster_to_timesheet_in_three_calls(box):
    made = create()
    job = made["job_order_id"]
    assert made == {"job_order_id": job, "action": "created", "calls": 1}
    assert fill(job) == {"job_order_id": job, "action": "done", "calls": 1}
    assert submit(job) == {"job_order_id": job, "action": "done", "calls": 1}
    assert methods(box) == ["POST", "POST", "POST"]
    record = FastTrack360Hook().job_order(job)
    assert (record["filledCandidateId"], record["submittedToTimesheet"]) == (FREE, True)
    assert [fill(job, 2)["calls"], submit(job, 2)["calls"], create(2)["calls"]] == [0, 0, 0]


def test_a_second_run_finds_what_the_first_one_did(box):
    job = create()["job_order_id"]
    fill(job)
    submit(job)
    before = len(received(box))
    assert create(run_id="manual")["job_order_id"] == job
    assert fill(job, run_id="manual") == {"job_order_id": job, "action": "found", "calls": 2}
    assert submit(job, run_id="manual") == {"job_order_id": job, "action": "found", "calls": 2}
    assert routes(box)[before:] == [
        "job_order.fill", "job_order.get", "job_order.submit_to_timesheet", "job_order.get",
    ]  # fmt: skip
    assert undo(job)["action"] == "done"
    assert undo(job, run_id="manual")["action"] == "found"
    assert submit(job, run_id="third")["action"] == "done"


@pytest.mark.parametrize("act", [fill, submit], ids=["fill", "submit"])
@pytest.mark.parametrize(("kind", "options"), [("reset_after", {}), ("status", {"code": 503, "when": "after"})])
def test_an_action_whose_answer_was_lost_is_found(box, act, kind, options):
    job = create()["job_order_id"]
    entry = "job_order.fill" if act is fill else "job_order.submit_to_timesheet"
    if act is submit:
        fill(job)
    box.control.fault(VENDOR, kind, entry, times=1, **options)
    assert act(job) == {"job_order_id": job, "action": "done", "calls": 2}
    assert act(job, 2)["calls"] == 0
    assert routes(box).count(entry) == 1
    assert set(ledger()) == {"done"}


@pytest.mark.parametrize("act", [fill, undo], ids=["fill", "undo"])
def test_an_action_that_never_arrived_is_sent_by_a_later_try(box, later, act):
    job = OPEN_JOB
    if act is undo:
        job = create()["job_order_id"]
        fill(job, run_id="before")
        submit(job)
    entry = "job_order.fill" if act is fill else "job_order.undo_submit_to_timesheet"
    before = routes(box).count(entry)
    box.control.fault(VENDOR, "reset_before", entry, times=1)
    with pytest.raises(errors.Unavailable):
        act(job)
    later(300)
    assert act(job, 2) == {"job_order_id": job, "action": "done", "calls": 2}
    assert routes(box).count(entry) == before + 2


def test_a_refused_fill_is_an_error_without_a_retry(box):
    job = create(first_day="2031-04-05", last_day="2031-04-06")["job_order_id"]
    with pytest.raises(errors.Refused, match="diary") as caught:
        fill(job, candidate=CANDIDATE + 1)
    assert isinstance(caught.value, AirflowFailException)
    assert routes(box) == ["job_order.create", "job_order.fill", "job_order.get"]
    assert fill(job, 2)["action"] == "done"  # the key is free: a mistake can be corrected


def test_a_refused_submission_names_what_is_missing(box):
    job = create(ordered_by_contact_id=None)["job_order_id"]
    fill(job)
    with pytest.raises(errors.InvalidInput, match="orderedByContactId") as caught:
        submit(job)
    assert isinstance(caught.value, AirflowFailException)
    updated = run(operators.FastTrack360UpdateJobOrderOperator, job_order_id=job, ordered_by_contact_id=CONTACT)
    assert (updated["id"], updated["status"]) == (job, "Filled")
    assert submit(job, 2)["action"] == "done"


def test_an_open_job_cannot_be_submitted_and_a_look_says_why(box):
    with pytest.raises(errors.Refused, match="not Filled"):
        submit(OPEN_JOB)
    assert len(received(box)) == 2


def test_a_hook_in_one_task_acts_on_many_jobs_once_each(box):
    hook = FastTrack360Hook()
    hook.caller = Caller(dag="d", run="r", task="t")
    made = [hook.create_job_order(body(n))["job_order_id"] for n in (1, 2, 1)]
    assert made[0] == made[2] != made[1]
    assert [hook.fill_job_order(job, FREE)["action"] for job in made] == ["done", "done", "found"]
    assert [hook.submit_to_timesheet(job)["calls"] for job in made] == [1, 1, 0]
    assert len(received(box)) == 6


def body(n: int) -> dict[str, Any]:
    day = f"2034-05-{n:02}"
    parties = {"clientId": SEEDED, "jobType": "Temporary", "orderedByContactId": CONTACT}
    return parties | {"startDate": day, "endDate": day, "externalReference": f"S-{n}"}


def test_a_job_that_was_opened_again_is_filled_again_by_another_run(box):
    fill(OPEN_JOB)
    box.control.script(VENDOR, "status", table="jobOrders", id=OPEN_JOB, status="Open")
    assert fill(OPEN_JOB, run_id="next")["action"] == "done"
    assert routes(box) == ["job_order.fill"] * 2


def test_a_cancelled_job_that_was_filled_does_not_count_as_filled(box):
    job = create()["job_order_id"]
    fill(job)
    run(operators.FastTrack360CancelJobOrderOperator, job_order_id=job, reason="Client withdrew")
    with pytest.raises(errors.Refused, match="Cancelled"):
        fill(job, run_id="manual")


def test_cancel_gives_the_reason_and_can_be_repeated(box):
    cancelled = run(operators.FastTrack360CancelJobOrderOperator, job_order_id=OPEN_JOB, reason="Client withdrew")
    again = run(operators.FastTrack360CancelJobOrderOperator, job_order_id=OPEN_JOB, reason="Client withdrew")
    assert cancelled["status"] == again["status"] == "Cancelled"
    assert FastTrack360Hook().job_order(OPEN_JOB)["statusReason"] == "Client withdrew"
    assert methods(box) == ["PATCH", "PATCH", "GET"]
    with pytest.raises(errors.Refused, match="undo the submission"):
        run(operators.FastTrack360CancelJobOrderOperator, job_order_id=FILLED_JOB, reason="Too late")


def test_a_job_order_with_a_reference_is_found_and_one_without_is_for_a_person(box):
    box.control.fault(VENDOR, "reset_after", "job_order.create", times=1)
    assert create()["action"] == "created"
    assert methods(box) == ["POST", "GET"]
    box.control.fault(VENDOR, "reset_after", "job_order.create", times=1)
    for try_number in (1, 2):
        with pytest.raises(errors.OutcomeUnknown, match="operations show"):
            create(try_number, external_reference=None)
    assert methods(box) == ["POST", "GET", "POST"]
    assert stats(box)["duplicates"] == 0


def test_another_job_order_under_the_same_reference_is_refused_before_anything_is_sent(box):
    create()
    with pytest.raises(errors.InvalidInput, match="another payload"):
        create(position="Cook")
    assert len(received(box)) == 1


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"job_type": "Eternal"}, "job_type"),
        ({"first_day": "soon"}, "first_day"),
        ({"client_id": "Aurora"}, "client_id"),
    ],
)
def test_what_is_wrong_with_a_job_order_is_named_before_anything_is_sent(box, fields, word):
    with pytest.raises(errors.InvalidInput, match=word) as caught:
        create(**fields)
    assert caught.value.endpoint == "job_order.create"
    assert received(box) == []


def test_one_job_order_and_its_timesheets_are_read(box, tmp_path: Path):
    told = run(operators.FastTrack360GetJobOrderOperator, job_order_id=FILLED_JOB)
    assert (told["id"], told["status"], told["submittedToTimesheet"]) == (FILLED_JOB, "Filled", True)
    rows = run(operators.FastTrack360ListTimesheetsOperator, job_order_id=FILLED_JOB)
    assert len(rows) == 3
    assert {row["jobOrderId"] for row in rows} == {FILLED_JOB}
    path = tmp_path / "sheet.json"
    one = run(operators.FastTrack360GetTimesheetOperator, timesheet_id=rows[0]["id"], output_path=f"file://{path}")
    assert "items" not in one
    assert json.loads(path.read_text())["items"]
    assert len(received(box)) == 3


# --- timesheets -------------------------------------------------------------------------------------------------------

ITEM = {"date": "2031-04-11", "attendanceType": "attendance", "startTime": "07:00", "endTime": "15:30", "units": 8}
SHEET = {
    "alternative_timesheet_no": "VMS-77", "job_order_id": FILLED_JOB, "week_ending": "2031-04-13", "items": [ITEM],
}  # fmt: skip


def sheet(try_number: int = 1, /, **fields: Any) -> Any:
    return run(operators.FastTrack360UpsertTimesheetOperator, try_number, **(SHEET | fields))


def test_a_timesheet_is_created_left_alone_and_changed_by_its_number(box):
    first = sheet()
    number = first["timesheet_id"]
    assert first == {"timesheet_id": number, "action": "created", "calls": 2}
    assert sheet() == {"timesheet_id": number, "action": "unchanged", "calls": 1}
    assert sheet(items=[ITEM | {"units": 7.5}]) == {"timesheet_id": number, "action": "updated", "calls": 2}
    assert sheet(items=[ITEM | {"units": 7.5}], status="Submitted")["action"] == "updated"
    assert methods(box) == ["GET", "POST", "GET", "GET", "PATCH", "GET", "PATCH"]
    assert FastTrack360Hook().timesheet(number)["status"] == "Submitted"
    assert stats(box)["duplicates"] == 0


def test_one_number_may_stand_for_several_weeks(box):
    first, second = sheet(), sheet(week_ending="2031-04-20")
    assert first["timesheet_id"] != second["timesheet_id"]
    assert second["action"] == "created"


def test_a_timesheet_that_is_past_the_wanted_status_is_left_alone(box):
    number = sheet(status="Submitted")["timesheet_id"]
    run(operators.FastTrack360UpdateTimesheetOperator, timesheet_id=number, status="Released")
    assert sheet(status="Submitted")["action"] == "unchanged"
    assert sheet(status="Incomplete")["action"] == "unchanged"
    with pytest.raises(errors.Refused, match="Released") as caught:
        sheet(items=[ITEM | {"units": 1}])
    assert isinstance(caught.value, AirflowFailException)


def test_a_rejected_timesheet_is_submitted_again(box):
    number = sheet(status="Submitted")["timesheet_id"]
    box.control.script(VENDOR, "timesheet", timesheetId=number, status="Rejected", message="Break is missing")
    assert sheet(items=[ITEM | {"breakMinutes": 30}], status="Submitted")["action"] == "updated"
    assert FastTrack360Hook().timesheet(number)["status"] == "Submitted"


def test_a_timesheet_cannot_be_approved_by_an_import(box):
    with pytest.raises(errors.InvalidInput, match="status"):
        sheet(status="Released")
    assert received(box) == []


def test_a_timesheet_whose_answer_was_lost_is_found(box):
    box.control.fault(VENDOR, "reset_after", "timesheet.create", times=1)
    assert sheet()["action"] == "created"
    assert methods(box) == ["GET", "POST", "GET"]
    assert sheet(2)["action"] == "unchanged"
    assert stats(box)["duplicates"] == 0


def test_hours_of_a_person_stay_out_of_xcom_and_rendered_fields(box):
    assert {"items", "comments"}.isdisjoint(operators.FastTrack360UpsertTimesheetOperator.template_fields)
    told = sheet(comments=[{"comment": "Zelda was late"}])
    assert "Zelda" not in json.dumps(told)
    changed = run(operators.FastTrack360UpdateTimesheetOperator, timesheet_id=told["timesheet_id"], items=[ITEM, ITEM])
    assert "items" not in changed
