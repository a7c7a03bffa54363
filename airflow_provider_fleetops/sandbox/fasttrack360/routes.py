"""The routes of the contract (sections 6 and 3.4). The vendor publishes none, so each of them is assumed."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_provider_fleetops.sandbox.fasttrack360 import handlers, jobs, people
from airflow_provider_fleetops.sandbox.fasttrack360.handlers import Handler, Resource
from airflow_provider_fleetops.sandbox.fasttrack360.timesheets import check_timesheet
from airflow_provider_fleetops.sandbox.fasttrack360.tokens import Tokens
from airflow_provider_fleetops.sandbox.fasttrack360.world import World

BASE = "/{api_version}"

CLIENT = Resource(
    "clients",
    ("name", "officeId", "status", "externalReference", "parentId"),
    people.check_client,
    people.drop_client,
    marker="externalReference",
)
CLIENT_COMMENT = Resource("clientComments", (), people.check_comment, parent=("clients", "clientId"), marker="comment")
CONTACT = Resource(
    "contacts", ("email", "status"), people.check_contact, people.drop_contact, parent=("clients", "clientId")
)
COST_CENTRE = Resource("costCentres", ("name", "status"), people.check_cost_centre, parent=("clients", "clientId"))
CANDIDATE = Resource(
    "candidates",
    ("firstName", "lastName", "email", "status", "officeId", "skillGroupId", "externalReference"),
    marker="externalReference",
)
CANDIDATE_COMMENT = Resource(
    "candidateComments", (), people.check_comment, parent=("candidates", "candidateId"), marker="comment"
)
JOB_ORDER = Resource(
    "jobOrders",
    ("clientId", "jobType", "status", "startDate", "filledCandidateId", "externalReference"),
    jobs.check_job,
    marker="externalReference",
)
JOB_ORDER_COMMENT = Resource(
    "jobOrderComments", (), people.check_comment, parent=("jobOrders", "jobOrderId"), marker="comment"
)
TIMESHEET = Resource(
    "timesheets",
    ("jobOrderId", "candidateId", "weekEnding", "status", "alternativeTimesheetNo"),
    check_timesheet,
    marker="alternativeTimesheetNo",
)

Row = tuple[str, str, str, Handler]
"""Name, method, path below the version, and who answers."""


def rows(world: World, tokens: Tokens) -> Iterator[Row]:
    """Yield every route of the vendor."""
    yield "auth.token", "POST", "/oauth/token", tokens.client_credentials
    yield "auth.login", "POST", "/login", tokens.login
    yield from _clients(world)
    yield from _nested(world)
    yield from _candidates(world)
    yield from _jobs(world)
    yield from _job_comments(world)
    yield from _timesheets(world)
    for noun, name in (("offices", "offices"), ("grades", "grades"), ("skill_groups", "skillGroups")):
        yield f"{noun}.list", "GET", f"/lookups/{name}", handlers.lookup(world, name)
    yield "statuses.list", "GET", "/lookups/{entity}/statuses", handlers.statuses


def _clients(world: World) -> Iterator[Row]:
    one, comment = "/clients/{id}", "/clients/{id}/comments/{commentId}"
    yield "clients.list", "GET", "/clients", handlers.lister(world, CLIENT)
    yield "client.get", "GET", one, handlers.reader(world, CLIENT)
    yield "client.create", "POST", "/clients", handlers.creator(world, CLIENT)
    yield "client.update", "PATCH", one, handlers.writer(world, CLIENT)
    yield "client.replace", "PUT", one, handlers.writer(world, CLIENT, replace=True)
    yield "client.delete", "DELETE", one, handlers.remover(world, CLIENT)
    yield "client_comments.list", "GET", "/clients/{id}/comments", handlers.lister(world, CLIENT_COMMENT)
    yield "client_comment.create", "POST", "/clients/{id}/comments", handlers.creator(world, CLIENT_COMMENT)
    yield "client_comment.update", "PATCH", comment, handlers.writer(world, CLIENT_COMMENT, key="commentId")
    yield "client_comment.delete", "DELETE", comment, handlers.remover(world, CLIENT_COMMENT, key="commentId")


def _nested(world: World) -> Iterator[Row]:
    yield "contacts.list", "GET", "/clients/{id}/contacts", handlers.lister(world, CONTACT)
    yield "contact.get", "GET", "/contacts/{id}", handlers.reader(world, CONTACT)
    yield "contact.create", "POST", "/clients/{id}/contacts", handlers.creator(world, CONTACT)
    yield "contact.update", "PATCH", "/contacts/{id}", handlers.writer(world, CONTACT)
    yield "contact.delete", "DELETE", "/contacts/{id}", handlers.remover(world, CONTACT)
    yield "cost_centres.list", "GET", "/clients/{id}/costCentres", handlers.lister(world, COST_CENTRE)
    yield "cost_centre.create", "POST", "/clients/{id}/costCentres", handlers.creator(world, COST_CENTRE)
    yield "cost_centre.update", "PATCH", "/costCentres/{id}", handlers.writer(world, COST_CENTRE)


def _candidates(world: World) -> Iterator[Row]:
    comments = "/candidates/{id}/comments"
    yield "candidates.list", "GET", "/candidates", handlers.lister(world, CANDIDATE)
    yield "candidate.get", "GET", "/candidates/{id}", handlers.reader(world, CANDIDATE)
    yield "candidate.create", "POST", "/candidates", handlers.creator(world, CANDIDATE)
    yield "candidate.update", "PATCH", "/candidates/{id}", handlers.writer(world, CANDIDATE)
    yield "candidate_comments.list", "GET", comments, handlers.lister(world, CANDIDATE_COMMENT)
    yield "candidate_comment.create", "POST", comments, handlers.creator(world, CANDIDATE_COMMENT)


def _jobs(world: World) -> Iterator[Row]:
    one = "/jobOrders/{id}"
    undo = handlers.job_action(world, jobs.undo_submit, "unsubmitted")
    yield "job_orders.list", "GET", "/jobOrders", handlers.lister(world, JOB_ORDER)
    yield "job_order.get", "GET", one, handlers.reader(world, JOB_ORDER)
    yield "job_order.create", "POST", "/jobOrders", handlers.creator(world, JOB_ORDER)
    yield "job_order.update", "PATCH", one, handlers.writer(world, JOB_ORDER)
    yield "job_order.fill", "POST", f"{one}/fill", handlers.filler(world)
    yield (
        "job_order.submit_to_timesheet",
        "POST",
        f"{one}/submitToTimesheet",
        handlers.job_action(world, jobs.submit, "submitted"),
    )
    yield "job_order.undo_submit_to_timesheet", "POST", f"{one}/undoSubmitToTimesheet", undo


def _job_comments(world: World) -> Iterator[Row]:
    comments = "/jobOrders/{id}/comments"
    yield "job_order_comments.list", "GET", comments, handlers.lister(world, JOB_ORDER_COMMENT)
    yield "job_order_comment.create", "POST", comments, handlers.creator(world, JOB_ORDER_COMMENT)


def _timesheets(world: World) -> Iterator[Row]:
    yield "timesheets.list", "GET", "/timesheets", handlers.lister(world, TIMESHEET)
    yield "timesheet.get", "GET", "/timesheets/{id}", handlers.reader(world, TIMESHEET)
    yield "timesheet.create", "POST", "/timesheets", handlers.creator(world, TIMESHEET)
    yield "timesheet.update", "PATCH", "/timesheets/{id}", handlers.writer(world, TIMESHEET)
