"""Timesheets: the state machine, adjustments and the back office's review flag (contract, section 3.6)."""

from __future__ import annotations

from datetime import datetime

from airflow_provider_fleetops.sandbox.fasttrack360.jobs import BLANK_SHEET
from airflow_provider_fleetops.sandbox.fasttrack360.records import Values
from airflow_provider_fleetops.sandbox.fasttrack360.refusal import conflict, invalid, rule
from airflow_provider_fleetops.sandbox.fasttrack360.world import World

_MOVES = {
    "Available": {"Incomplete", "Submitted"},
    "Incomplete": {"Submitted"},
    "Rejected": {"Submitted"},
    "Submitted": {"Incomplete", "Rejected", "Approved", "Released"},  # recall, reject, approve, approve
}
_FREE_WHEN_RELEASED = {"reviewStatus", "modifiedAt"}


def check_timesheet(world: World, now: datetime, old: Values, new: Values) -> None:
    """Judge a new or changed timesheet."""
    if old:
        _change(world, now, old, new)
    else:
        _start(world, now, new)


def _start(world: World, now: datetime, new: Values) -> None:
    job = world["jobOrders"].get(new["jobOrderId"], now)
    if job["status"] != "Filled":
        raise rule("timesheets need a filled job order", "jobOrderId", "transition")
    asked = new["status"]
    new |= {name: value for name, value in BLANK_SHEET.items() if new.get(name) is None or name == "status"}
    new["candidateId"] = new["candidateId"] or job["filledCandidateId"]
    if new["candidateId"] != job["filledCandidateId"]:
        raise invalid("candidateId", "is not the candidate of the job order")
    _check_items(new)
    _start_adjustment(world, now, new)
    if new["items"]:
        new["status"] = "Incomplete"
    if asked is not None and asked != new["status"]:
        _move(world, new["status"], asked, new)


def _start_adjustment(world: World, now: datetime, new: Values) -> None:
    if new["adjustmentOf"] is None:
        return
    earlier = world["timesheets"].get(new["adjustmentOf"], now)
    if earlier["status"] != "Released":
        raise conflict("only a Released timesheet can be adjusted", "adjustmentOf", "transition")
    if not new["adjustmentReason"]:
        raise rule("an adjustment needs a reason", "adjustmentReason", "mandatory")
    if (earlier["jobOrderId"], earlier["weekEnding"]) != (new["jobOrderId"], new["weekEnding"]):
        raise invalid("adjustmentOf", "is for another job or week")
    new["version"] = earlier["version"] + 1


def _change(world: World, now: datetime, old: Values, new: Values) -> None:
    changed = {name for name in new if new[name] != old.get(name)}
    for name in ("jobOrderId", "candidateId", "weekEnding", "adjustmentOf"):
        if name in changed:
            raise conflict(f"{name} can not be changed", name, "locked")
    if old["status"] == "Released" and changed - _FREE_WHEN_RELEASED:
        raise conflict("a Released timesheet can not be changed; send an adjustment", "status", "locked")
    if "reviewStatus" in changed:
        _review(world, now, old, new)
    if "items" in changed:
        _edit(old, new, moving="status" in changed)
    if new["status"] != old["status"]:
        _move(world, old["status"], new["status"], new)


def _edit(old: Values, new: Values, *, moving: bool) -> None:
    if old["status"] == "Submitted":
        raise conflict("a Submitted timesheet must be recalled before it is edited", "items", "locked")
    _check_items(new)
    if old["status"] == "Available" and not moving:
        new["status"] = "Incomplete"


def _move(world: World, state: str, wanted: str, new: Values) -> None:
    if wanted not in _MOVES.get(state, ()):
        raise conflict(f"a timesheet does not go from {state} to {wanted}", "status", "transition")
    if wanted == "Submitted" and not new["items"]:
        raise rule("a timesheet without items can not be submitted", "items", "mandatory")
    if wanted == "Rejected" and not new["rejectionMessage"]:
        raise rule("a rejection needs a message", "rejectionMessage", "mandatory")
    new["approvals"] = new["approvals"] + 1 if wanted in ("Approved", "Released") else 0
    if new["approvals"]:
        # With several levels it stays Submitted until the last approver.
        done = new["approvals"] >= world.settings["approval_levels"]
        wanted = "Released" if done else "Submitted"
    new["status"] = wanted


def _review(world: World, now: datetime, old: Values, new: Values) -> None:
    if old["status"] != "Released":
        raise conflict("only a Released timesheet can be reviewed", "reviewStatus", "transition")
    earlier = old["adjustmentOf"]
    if new["reviewStatus"] == "Reviewed" and earlier is not None:
        previous = world["timesheets"].get(earlier, now)
        if previous["reviewStatus"] != "Reviewed":
            raise conflict("earlier versions must be Reviewed first", "reviewStatus", "transition")


def _check_items(new: Values) -> None:
    for index, item in enumerate(new["items"] or ()):
        if item["date"] > new["weekEnding"]:
            raise invalid(f"items[{index}].date", "lies after weekEnding")
