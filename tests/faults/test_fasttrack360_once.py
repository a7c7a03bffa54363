"""Every action at FastTrack360, given up without a word at every step and tried again minutes later: done once.

A process that is killed leaves the ledger as an abandoned flow does: nothing is written and no lease is given back.
Real kills are in ``test_exactly_once.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from airflow_provider_fleetops import vendors
from airflow_provider_fleetops.protocol.call_once import call_once
from airflow_provider_fleetops.protocol.steps import Flow, Step
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.state import open_store
from airflow_provider_fleetops.vendors.fasttrack360 import flows, jobs, upserts
from benchmarks._orders import RETRY_DELAY, SANDBOX_LIMITS, MortalDriver, account_of

VENDOR, MOST_STEPS = "fasttrack360", 60
CLIENT, CONTACT, FREE, FILLED = 100000001, 150000001, 300000036, 200000002
HERE = {"client_id": CLIENT}
PERSON = {"firstName": "Ada", "officeId": 11, "status": "Active", "skillGroupId": 11, "gradeId": 11}
SHIFT = {"clientId": CLIENT, "jobType": "Temporary", "orderedByContactId": CONTACT}
Make = Callable[[Account, int], Flow[Any]]


class Abandoned(BaseException):
    """What a killed process would be to its flow: nothing that it could catch."""


class GivingUp(MortalDriver):
    """Ends after ``steps`` steps, in this process; it lives ``ahead`` in the future."""

    def __init__(self, *, steps: int | None = None, ahead: timedelta = timedelta()) -> None:
        super().__init__(open_store(), ahead=ahead)
        self._until = steps

    def _obey(self, step: Step) -> Any:
        if self._until == 0:
            raise Abandoned
        if self._until is not None:
            self._until -= 1
        return super()._obey(step)


def day(n: int) -> dict[str, str]:
    """A day of its own for each: a candidate has one job a day."""
    date = f"2033-{n % 12 + 1:02}-{n // 12 + 1:02}"
    return {"startDate": date, "endDate": date}


def job(account: Account, n: int, *, fill: bool = False, submit: bool = False) -> Any:
    """A job order that stands where an action begins."""
    driver, before = GivingUp(), f"before {n}"
    number = driver.run(jobs.create_job_order(account, SHIFT | day(n), before))["job_order_id"]
    if fill:
        driver.run(jobs.act_on_job(account, jobs.FILL, number, {"candidateId": FREE}, before))
    if submit:
        driver.run(jobs.act_on_job(account, jobs.SUBMIT, number, None, before))
    return number


def act(entry: str, body: Any = None, **standing: bool) -> Make:
    known: dict[int, Any] = {}

    def make(account: Account, n: int) -> Flow[Any]:
        if n not in known:
            known[n] = job(account, n, **standing)
        return jobs.act_on_job(account, entry, known[n], body, f"k {n}")

    return make


def sheet(n: int) -> dict[str, Any]:
    return {"alternativeTimesheetNo": f"VMS-{n}", "jobOrderId": FILLED, "weekEnding": "2031-04-13"}


def person(n: int) -> dict[str, Any]:
    return {**PERSON, "lastName": f"Test {n}", "email": f"p{n}@people.example"}


MAKES: dict[str, tuple[str, Make]] = {
    "contact": ("contact.create", lambda a, n: upserts.upsert(a, upserts.CONTACT, _name(person(n)), HERE)),
    "cost centre": (
        "cost_centre.create",
        lambda a, n: upserts.upsert(a, upserts.COST_CENTRE, {"name": f"C {n}"}, HERE),
    ),
    "candidate": (
        "candidate.create",
        lambda a, n: upserts.upsert(a, upserts.CANDIDATE, person(n) | {"externalReference": f"HR-{n}"}),
    ),
    "candidate by entry": ("candidate.create", lambda a, n: call_once(a, "candidate.create", {}, person(n), f"k {n}")),
    "timesheet": ("timesheet.create", lambda a, n: upserts.upsert_timesheet(a, sheet(n))),
    "comment": (
        "client_comment.create",
        lambda a, n: flows.add_comment(a, "client", str(CLIENT), {"comment": "Hi"}, f"m{n:04}", look_first=False),
    ),
    "comment by entry": (
        "client_comment.create",
        lambda a, n: call_once(a, "client_comment.create", HERE, {"comment": f"Hello {n}."}, f"k {n}"),
    ),
    "job order": (
        "job_order.create",
        lambda a, n: jobs.create_job_order(a, SHIFT | day(n) | {"externalReference": f"S-{n}"}, f"S-{n}"),
    ),
    "fill": (jobs.FILL, act(jobs.FILL, {"candidateId": FREE})),
    "submit": (jobs.SUBMIT, act(jobs.SUBMIT, fill=True)),
    "undo": (jobs.UNDO, act(jobs.UNDO, fill=True, submit=True)),
}


def _name(one: dict[str, Any]) -> dict[str, Any]:
    return {name: one[name] for name in ("firstName", "lastName", "email")}


@pytest.mark.parametrize("what", MAKES)
def test_given_up_at_every_step_and_tried_again(fresh_sandbox: Sandbox, state_url: str, what: str) -> None:
    fresh_sandbox.control.limits(VENDOR, **SANDBOX_LIMITS[VENDOR])
    account = account_of(VENDOR, fresh_sandbox.url, {v: fresh_sandbox.credentials(v) for v in vendors.NAMES})
    entry, make = MAKES[what]
    given_up = 0
    for steps in range(MOST_STEPS):
        flow = make(account, steps)  # what it stands on is made before
        try:
            GivingUp(steps=steps).run(flow)
        except Abandoned:
            given_up += 1
            flow.close()
        GivingUp(ahead=RETRY_DELAY).run(make(account, steps))
        if given_up <= steps:
            break
    assert given_up >= 5
    done = [one for one in fresh_sandbox.control.journal(vendor=VENDOR, route=entry, limit=10_000) if one["effect"]]
    assert len(done) == given_up + 1
    assert int(fresh_sandbox.control.summary()[VENDOR]["stats"]["duplicates"]) == 0
    assert {str(row.status) for row in open_store().ledger.list(limit=1000)} == {"done"}
