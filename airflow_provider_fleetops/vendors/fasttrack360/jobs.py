"""Job orders: create one, and the actions that move it (fill, submit to timesheet, take that back), each once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from airflow_provider_fleetops.protocol.call_once import entry_once
from airflow_provider_fleetops.protocol.errors import InvalidInput, Refused
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.operation import intent
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fasttrack360.records import Record, create_once, differs
from airflow_provider_fleetops.vendors.fasttrack360.states import job_order_state

CREATE = "job_order.create"
FILL, SUBMIT, UNDO = "job_order.fill", "job_order.submit_to_timesheet", "job_order.undo_submit_to_timesheet"


def _is_filled(job: Record, body: Any) -> bool:
    alive = job_order_state(job).state in ("FILLED", "SUBMITTED")
    return alive and not differs(job.get("filledCandidateId"), body["candidateId"])


# Whether a job order is where the action leads to.
REACHED: Mapping[str, Callable[[Record, Any], bool]] = {
    FILL: _is_filled,
    SUBMIT: lambda job, _: job.get("submittedToTimesheet") is True,
    UNDO: lambda job, _: job.get("submittedToTimesheet") is False,
}


def act_on_job(account: Account, entry: str, job_order_id: Any, body: Any, key: Any = None) -> Flow[dict[str, Any]]:
    """Do :data:`FILL`, :data:`SUBMIT` or :data:`UNDO` once per ``key``, by default once a task instance and job order.

    The value is ``{"job_order_id", "action": "done" | "found"}``. A refusal costs one look: a job that is there already
    (another run did it) is found; any other refusal is raised, and no retry helps.
    """
    where = {"job_order_id": job_order_id}
    if key is None and account.caller.key:
        key = f"{account.caller.key} {job_order_id}"
    try:
        outcome = yield from entry_once(account, entry, where, body, key)
    except Refused:
        job = yield from call(account, "job_order.get", where)
        if not REACHED[entry](job, body):
            raise
        return {**where, "action": "found"}
    return {**where, "action": "done" if outcome.created else "found"}


def create_job_order(account: Account, fields: Record, key: Any = None) -> Flow[dict[str, Any]]:
    """Create a job order once per ``key``: ``{"job_order_id", "action": "created" | "found"}``.

    By default its external reference is the key, else the task instance; a call outside a task is one of its own.
    """
    try:
        prepared = account.vendor.endpoint(CREATE).prepare({}, fields)
    except InvalidInput as error:
        raise error.as_(InvalidInput, vendor=account.vendor.name, endpoint=CREATE) from None
    if key is None:
        key = prepared.body.get("externalReference") or account.caller.key or f"call {uuid4()}"
    meant = intent(account, CREATE, key, prepared.body, "job_order_id")
    tracing = account.vendor.tracings[CREATE](account, prepared)
    outcome = yield from create_once(account, meant, {}, fields, tracing.find)
    return {**outcome.result, "action": "created" if outcome.created else "found"}
