"""What the agency's own staff do in the product while clients watch through the API: events of the control API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from airflow_provider_fleetops.sandbox.fasttrack360 import jobs
from airflow_provider_fleetops.sandbox.fasttrack360.refusal import Refusal
from airflow_provider_fleetops.sandbox.fasttrack360.timesheets import check_timesheet
from airflow_provider_fleetops.sandbox.fasttrack360.world import World
from airflow_provider_fleetops.sandbox.fields import Fields
from airflow_provider_fleetops.sandbox.routes import BadBody

Script = Callable[[World, datetime, Fields], Any]


def _fill(world: World, now: datetime, data: Fields) -> Any:
    return jobs.fill(world, now, data.integer("jobOrderId"), data.integer("candidateId"))["status"]


def _stage(world: World, now: datetime, data: Fields) -> Any:
    jobs.reach_stage(world, now, data.integer("jobOrderId"), data.integer("candidateId"), data.text("stage"))
    return data.text("stage")


def _cancel(world: World, now: datetime, data: Fields) -> Any:
    number = data.integer("jobOrderId")
    old = world["jobOrders"].get(number, now)
    change = {"status": "Cancelled", "statusReason": data.text("reason", "cancelled by the client")}
    jobs.check_job(world, now, old, old | change)
    world["jobOrders"].record(number, now).add(now, change)
    return "Cancelled"


def _timesheet(world: World, now: datetime, data: Fields) -> Any:
    number = data.integer("timesheetId")
    old = world["timesheets"].get(number, now)
    new = old | {"status": data.text("status"), "rejectionMessage": data.text("message", "see comments")}
    check_timesheet(world, now, old, new)
    changes = {name: value for name, value in new.items() if value != old.get(name)}
    world["timesheets"].record(number, now).add(now, changes)
    return new["status"]


def _status(world: World, now: datetime, data: Fields) -> Any:
    table = world[data.choice("table", tuple(world.tables))]
    table.record(data.integer("id"), now).add(now, {"status": data.text("status", high=60)})
    return data.text("status")


def _grow(world: World, now: datetime, data: Fields) -> Any:
    """Candidates who register now, a second apart: for lists of many pages."""
    count, table = data.integer("rows"), world["candidates"]
    for number in range(count):
        values = {"firstName": "Many", "lastName": f"Candidate {number}", "officeId": 11, "status": "Applied"}
        values |= {"skillGroupId": 11, "gradeId": 11, "email": f"many.{number}@people.example", "mobile": None}
        table.add(now - timedelta(seconds=count - number), values)
    return count


EVENTS: Mapping[str, Script] = {
    "grow": _grow,  # rows: so many more candidates
    "fill": _fill,  # jobOrderId, candidateId
    "stage": _stage,  # jobOrderId, candidateId, stage
    "cancel": _cancel,  # jobOrderId, reason
    "timesheet": _timesheet,  # timesheetId, status, message: a move of the state machine
    "status": _status,  # table, id, status: any word, also an unknown one
}


def run_script(world: World, now: datetime, event: str, data: Mapping[str, Any]) -> Any:
    """Run an event and return the new state; raise `BadBody` for an unknown event, wrong data or a refusal."""
    if event not in EVENTS:
        raise BadBody(f"event: must be one of {', '.join([*EVENTS, 'custom_action', 'revoke_tokens'])}")
    try:
        return EVENTS[event](world, now, Fields.of(data))
    except Refusal as refusal:
        raise BadBody(refusal.message) from refusal
