"""Job orders: open, filled, submitted to timesheet, cancelled (contract, section 3.5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from airflow_provider_fleetops.sandbox.fasttrack360.people import check_job_parties
from airflow_provider_fleetops.sandbox.fasttrack360.records import Values
from airflow_provider_fleetops.sandbox.fasttrack360.refusal import conflict, invalid, rule
from airflow_provider_fleetops.sandbox.fasttrack360.world import Stage, World

_PAY_RELEVANT = (
    "clientId",
    "jobType",
    "startDate",
    "endDate",
    "skillGroupId",
    "orderedByContactId",
    "costCentreId",
)
_MOST_WEEKS = 53


def check_job(world: World, now: datetime, old: Values, new: Values) -> None:
    """Judge a new or changed job order."""
    new["status"] = new["status"] or "Open"
    if new["endDate"] is not None and new["endDate"] < new["startDate"]:
        raise invalid("endDate", "must not lie before startDate")
    check_job_parties(world, now, new)
    if old:
        _check_locks(old, new)
        _check_status(world, old, new)
    else:
        _check_new(world, now, new)


def _check_new(world: World, now: datetime, new: Values) -> None:
    new |= {"filledCandidateId": None, "submittedToTimesheet": False}
    if new["status"] != "Open":
        raise rule("a job order starts Open", "status", "transition")
    client = world["clients"].get(new["clientId"], now)
    if world.settings["terms_required"] and not client["termsAccepted"]:
        raise rule("the client has not accepted the terms and conditions", "clientId", "terms")


def _check_locks(old: Values, new: Values) -> None:
    if old["submittedToTimesheet"]:
        for name in _PAY_RELEVANT:
            if new[name] != old[name]:
                raise conflict(f"{name} is locked while the job is submitted to timesheet", name, "locked")
    settled = old["submittedToTimesheet"] or old["status"] == "Filled"
    if settled and new["jobTemplateId"] != old["jobTemplateId"]:
        raise conflict("the template can not be changed once filled or submitted", "jobTemplateId", "locked")


def _check_status(world: World, old: Values, new: Values) -> None:
    if new["status"] == old["status"]:
        return
    if new["status"] != "Cancelled" or old["status"] == "Cancelled":
        raise conflict(f"a job order does not go from {old['status']} to {new['status']}", "status", "transition")
    if old["submittedToTimesheet"]:
        raise conflict("undo the submission to timesheet first", "status", "locked")
    if world.settings["cancel_reason_required"] and not new["statusReason"]:
        raise rule("a reason is mandatory when a job is cancelled", "statusReason", "mandatory")


def fill(world: World, now: datetime, number: int, candidate: int) -> Values:
    """Fill an open job with a candidate whose diary is free; raise `Refusal` otherwise."""
    record = world["jobOrders"].record(number, now)
    job = world["jobOrders"].get(number, now)
    person = world["candidates"].get(candidate, now)
    if job["status"] != "Open":
        raise conflict(f"the job order is {job['status']}", "status", "transition")
    if person["status"] != "Active":
        raise rule("the candidate is not Active", "candidateId", "inactive")
    if world["jobOrders"].rows(now, lambda other: _clashes(other, job, candidate)):
        raise conflict("the candidate's diary holds another job at that time", "candidateId", "diary_conflict")
    record.add(now, {"status": "Filled", "filledCandidateId": candidate})
    reach_stage(world, now, number, candidate, "Filled")
    return world["jobOrders"].get(number, now)


def reach_stage(world: World, now: datetime, number: int, candidate: int, stage: str) -> None:
    """Note that a candidate reached a stage of the job's referral workflow."""
    client = world["jobOrders"].get(number, now)["clientId"]
    world["candidates"].get(candidate, now)
    world.stages.append(Stage(now, number, candidate, client, stage))


def _clashes(other: Values, job: Values, candidate: int) -> bool:
    if other["status"] != "Filled" or other["filledCandidateId"] != candidate:
        return False
    return bool(other["startDate"] <= (job["endDate"] or "9999") and job["startDate"] <= (other["endDate"] or "9999"))


def submit(world: World, now: datetime, number: int) -> Values:
    """Submit a filled job to timesheet: one Available timesheet per week, and the pay-relevant fields are locked."""
    record = world["jobOrders"].record(number, now)
    job = world["jobOrders"].get(number, now)
    if job["submittedToTimesheet"]:
        raise conflict("the job order is already submitted to timesheet", "submittedToTimesheet", "transition")
    if job["status"] != "Filled":
        raise conflict(f"the job order is {job['status']}, not Filled", "status", "transition")
    if job["jobType"] == "Permanent":
        raise rule("a permanent job has no timesheets", "jobType", "permanent")
    if job["orderedByContactId"] is None:
        raise rule("orderedByContactId is mandatory before submission", "orderedByContactId", "mandatory")
    record.add(now, {"submittedToTimesheet": True})
    for week in weeks(job["startDate"], job["endDate"]):
        values = {"jobOrderId": number, "candidateId": job["filledCandidateId"], "weekEnding": week}
        world["timesheets"].add(now, values | BLANK_SHEET)
    return world["jobOrders"].get(number, now)


BLANK_SHEET: Values = {"status": "Available", "approvals": 0, "version": 1, "items": [], "comments": []} | {
    "reviewStatus": "Not Reviewed"
}


def undo_submit(world: World, now: datetime, number: int) -> Values:
    """Unlock a submitted job and drop its timesheets; refused once one of them was worked on."""
    record = world["jobOrders"].record(number, now)
    if not world["jobOrders"].get(number, now)["submittedToTimesheet"]:
        raise conflict("the job order is not submitted to timesheet", "submittedToTimesheet", "transition")
    sheets = world["timesheets"].rows(now, lambda sheet: sheet["jobOrderId"] == number)
    if any(sheet["status"] != "Available" for sheet in sheets):
        raise conflict("a timesheet of the job was already worked on", "submittedToTimesheet", "in_use")
    for sheet in sheets:
        world["timesheets"].remove(sheet["id"])
    record.add(now, {"submittedToTimesheet": False})
    return world["jobOrders"].get(number, now)


def weeks(start: str, end: str | None) -> Iterator[str]:
    """Yield the Sundays that end the weeks from start to end; one week where the end is open."""
    first = date.fromisoformat(start)
    sunday = first + timedelta(days=6 - first.weekday())
    last = date.fromisoformat(end) if end else first
    for _ in range(_MOST_WEEKS):
        yield sunday.isoformat()
        if sunday >= last:
            return
        sunday += timedelta(days=7)
