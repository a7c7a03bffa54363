"""The endpoint catalogue of FastTrack360.

The vendor opens its reference to licensees only. What can be done is known from public pages (``source``); paths and
JSON names are ours, in the product's own nouns, and each can be overridden in the connection.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from airflow_provider_fleetops.protocol.encoders import Type
from airflow_provider_fleetops.protocol.endpoint import Body, Confidence, Endpoint, Field, Kind, Pattern
from airflow_provider_fleetops.protocol.paging import Cursor, Paging

WIKI = "https://fasttrackservice.atlassian.net/wiki/spaces/FV1OH/pages"
API_ACCESS = f"{WIKI}/2795831497/API+Access"
CUSTOM_ACTIONS = f"{WIKI}/2513142806/Custom+Actions"
COMMENTS = f"{WIKI}/2513142190"
TIMESHEETS = "https://fasttrackservice.atlassian.net/wiki/x/OABpvg"
SUBMITTING = f"{WIKI}/2518745190"
ZAPIER = "https://zapier.com/apps/access-fasttrack360/integrations/deputy"
VINCERE = "https://help.vincere.io/en/articles/6995489"
ENTO = "https://entohelp.humanforce.com/hc/en-us/articles/5953182460175"
TRAFFIO = "https://help.traffio.com.au/en/articles/11658255-fasttrack-360-integration"

PAGE_SIZE = 100
_PAGES = Paging(
    style="page", position="page", size="page_size", page_size=PAGE_SIZE, first=1, rows=("items",), total="totalCount",
    unique="id",
)  # fmt: skip
_PAGE = Field("page", Type.INTEGER, minimum=1, doc="Page, from 1.")
_SIZE = Field("page_size", Type.INTEGER, wire="pageSize", minimum=1, maximum=1000, doc="Rows of a page.")
_ID = Pattern(r"[A-Za-z0-9_-]{1,64}", "must be 1 to 64 letters, digits, - or _")
_REFERENCE = Field("external_reference", wire="externalReference", doc="Your own key of it.")
_SINCE = Field("modified_since", Type.INSTANT, wire="modifiedSince", doc="Only what changed at or after this time.")


def _id(name: str) -> Field:
    return Field(name, Type.STRING, required=True, pattern=_ID, doc="Nine digits, as a rule.")


def _number(name: str, *, required: bool = False) -> Field:
    return Field(name, Type.INTEGER, required=required, minimum=0)


def _text(name: str, *, required: bool = False, **rules: Any) -> Field:
    return Field(name, Type.STRING, required=required, **rules)


def _object(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, Type.OBJECT) for name in names)


def _body(*fields: Field) -> Body:
    return Body(fields)


def _partial(body: Body) -> Body:
    """The same fields for a PATCH: none is required, what is left out stays."""
    return Body(tuple(replace(field, required=False) for field in body.fields))


CLIENT = _body(
    _text("name", required=True), _number("officeId", required=True), _text("status", required=True),
    _number("gradeId", required=True), _text("industry"), _number("parentId"), *_object("address", "mailAddress"),
    _text("specialNotes"), _text("customFieldsType"), *_object("customFields"), _text("externalReference"),
)  # fmt: skip
CONTACT = _body(
    _text("firstName", required=True), _text("lastName", required=True), _text("email"), _text("phone"),
    _text("mobile"), _text("position"), _text("status"), _number("costCentreId"),
)  # fmt: skip
COST_CENTRE = _body(_text("name", required=True), _text("status"))
COMMENT = _body(Field("date", Type.DATE), _text("standardDescription"), _text("comment", required=True))
CANDIDATE = _body(
    _text("firstName", required=True), _text("lastName", required=True), _number("officeId", required=True),
    _text("status", required=True), _number("skillGroupId", required=True), _number("gradeId", required=True),
    _text("email", required=True), _text("mobile"), *_object("optIn", "availability", "address", "mailAddress"),
    _text("customFieldsType"), *_object("customFields"), _text("externalReference"),
)  # fmt: skip
JOB_ORDER = _body(
    _number("clientId", required=True), _text("jobType", required=True, enum=("Temporary", "Contract", "Permanent")),
    _text("status"), _text("statusReason"), _text("position"), _number("skillGroupId"),
    Field("startDate", Type.DATE, required=True), Field("endDate", Type.DATE), _number("orderedByContactId"),
    _number("reportToContactId"), _number("siteContactId"), _number("costCentreId"), _number("jobTemplateId"),
    _text("externalReference"),
)  # fmt: skip
TIMESHEET = _body(
    _number("jobOrderId", required=True), _number("candidateId"), Field("weekEnding", Type.DATE, required=True),
    _text("status"), _text("alternativeTimesheetNo"), Field("items", Type.ARRAY), Field("comments", Type.ARRAY),
)  # fmt: skip


def _entry(name: str, route: str, kind: Kind, source: str, summary: str, **rest: Any) -> Endpoint:
    method, path = route.split(" ")
    ids = tuple(_id(part[1:-1]) for part in path.split("/") if part.startswith("{"))
    fixed: dict[str, Any] = {"path_fields": ids, "version": "12.x", "area": path.split("/")[1]}
    return Endpoint(name, method, path, kind, Confidence.ASSUMED, source, summary, **fixed, **rest)


def _list(name: str, path: str, source: str, summary: str, *filters: Field) -> Endpoint:
    query = (*filters, _PAGE, _SIZE)
    shape = '{"items": [record, …], "totalCount": n}'
    paging = replace(_PAGES, cursor=Cursor(_SINCE.name, "modifiedAt")) if _SINCE in filters else _PAGES
    return _entry(name, f"GET {path}", Kind.READ, source, summary, query=query, paging=paging, returns=shape)


def _get(name: str, path: str, source: str, summary: str) -> Endpoint:
    return _entry(name, f"GET {path}", Kind.READ, source, summary, returns="the record")


def _add(name: str, path: str, body: Body | None, source: str, summary: str) -> Endpoint:
    return _entry(name, f"POST {path}", Kind.UNSAFE, source, summary, body=body, returns="the new record with its id")


def _patch(name: str, path: str, body: Body, source: str, summary: str) -> Endpoint:
    change = _partial(body)
    return _entry(name, f"PATCH {path}", Kind.IDEMPOTENT, source, summary, body=change, returns="the changed record")


def _put(name: str, path: str, body: Body, source: str, summary: str) -> Endpoint:
    return _entry(name, f"PUT {path}", Kind.IDEMPOTENT, source, summary, body=body, returns="the replaced record")


def _delete(name: str, path: str, source: str, summary: str) -> Endpoint:
    return _entry(name, f"DELETE {path}", Kind.IDEMPOTENT, source, summary, returns="nothing")


def _action(name: str, path: str, body: Body | None, source: str, summary: str) -> Endpoint:
    return _entry(name, f"POST {path}", Kind.UNSAFE, source, summary, body=body, returns="the job order afterwards")


_CLIENTS = (
    _list(
        "clients.list", "/clients", ZAPIER, "Clients, also those changed since a time",
        Field("name", doc="Exact name."), Field("office_id", Type.INTEGER, wire="officeId"),
        _REFERENCE, _SINCE,
    ),
    _get("client.get", "/clients/{client_id}", API_ACCESS, "One client"),
    _add("client.create", "/clients", CLIENT, ZAPIER, "Create a client"),
    _patch("client.update", "/clients/{client_id}", CLIENT, API_ACCESS, "Change some fields of a client"),
    _put("client.replace", "/clients/{client_id}", CLIENT, API_ACCESS, "Replace a client as a whole"),
    _delete("client.delete", "/clients/{client_id}", API_ACCESS, "Delete a client; prefer the status Inactive"),
    _list("client_comments.list", "/clients/{client_id}/comments", API_ACCESS, "Comments on a client"),
    _add("client_comment.create", "/clients/{client_id}/comments", COMMENT, API_ACCESS, "Comment on a client"),
    _patch(
        "client_comment.update", "/clients/{client_id}/comments/{comment_id}", COMMENT, API_ACCESS, "Change a comment"
    ),
    _delete("client_comment.delete", "/clients/{client_id}/comments/{comment_id}", API_ACCESS, "Delete a comment"),
)  # fmt: skip
_CONTACTS = (
    _list("contacts.list", "/clients/{client_id}/contacts", VINCERE, "Contacts of a client"),
    _get("contact.get", "/contacts/{contact_id}", VINCERE, "One contact"),
    _add("contact.create", "/clients/{client_id}/contacts", CONTACT, VINCERE, "Create a contact of a client"),
    _patch("contact.update", "/contacts/{contact_id}", CONTACT, VINCERE, "Change some fields of a contact"),
    _delete("contact.delete", "/contacts/{contact_id}", API_ACCESS, "Delete a contact; refused while it is in use"),
)
_COST_CENTRES = (
    _list("cost_centres.list", "/clients/{client_id}/costCentres", VINCERE, "Cost centres of a client"),
    _add("cost_centre.create", "/clients/{client_id}/costCentres", COST_CENTRE, VINCERE, "Create a cost centre"),
    _patch("cost_centre.update", "/costCentres/{cost_centre_id}", COST_CENTRE, VINCERE, "Change a cost centre"),
)
_CANDIDATES = (
    _list("candidates.list", "/candidates", ZAPIER, "Candidates, also those changed since a time", _REFERENCE, _SINCE),
    _get("candidate.get", "/candidates/{candidate_id}", VINCERE, "One candidate"),
    _add("candidate.create", "/candidates", CANDIDATE, VINCERE, "Create a candidate"),
    _patch("candidate.update", "/candidates/{candidate_id}", CANDIDATE, VINCERE, "Change some fields of a candidate"),
    _list("candidate_comments.list", "/candidates/{candidate_id}/comments", COMMENTS, "Comments on a candidate"),
    _add(
        "candidate_comment.create", "/candidates/{candidate_id}/comments", COMMENT, COMMENTS, "Comment on a candidate"
    ),
)
_FILL = _body(_number("candidateId", required=True))
_JOB_ORDERS = (
    _list("job_orders.list", "/jobOrders", ENTO, "Job orders, also those changed since a time", _REFERENCE, _SINCE),
    _get("job_order.get", "/jobOrders/{job_order_id}", ENTO, "One job order"),
    _add("job_order.create", "/jobOrders", JOB_ORDER, ENTO, "Create a job order"),
    _patch("job_order.update", "/jobOrders/{job_order_id}", JOB_ORDER, VINCERE, "Change some fields of a job order"),
    _action("job_order.fill", "/jobOrders/{job_order_id}/fill", _FILL, CUSTOM_ACTIONS, "Fill a job with a candidate"),
    _action(
        "job_order.submit_to_timesheet", "/jobOrders/{job_order_id}/submitToTimesheet", None, SUBMITTING,
        "Open its timesheets; locks what pay depends on",
    ),
    _action(
        "job_order.undo_submit_to_timesheet", "/jobOrders/{job_order_id}/undoSubmitToTimesheet", None, SUBMITTING,
        "Take that back; unlocks",
    ),
    _patch(
        "job_order.cancel", "/jobOrders/{job_order_id}", _body(_text("status"), _text("statusReason")), SUBMITTING,
        "Cancel a job order: status Cancelled, with a reason where the agency wants one",
    ),
    _list("job_order_comments.list", "/jobOrders/{job_order_id}/comments", COMMENTS, "Comments on a job order"),
    _add(
        "job_order_comment.create", "/jobOrders/{job_order_id}/comments", COMMENT, COMMENTS, "Comment on a job order"
    ),
)  # fmt: skip
_TIMESHEETS = (
    _list(
        "timesheets.list", "/timesheets", TRAFFIO, "Timesheets, also those changed since a time",
        Field("job_order_id", Type.INTEGER, wire="jobOrderId"),
        Field("alternative_timesheet_no", wire="alternativeTimesheetNo"), _SINCE,
    ),
    _get("timesheet.get", "/timesheets/{timesheet_id}", TIMESHEETS, "One timesheet"),
    _add("timesheet.create", "/timesheets", TIMESHEET, TRAFFIO, "Create a timesheet"),
    _patch("timesheet.update", "/timesheets/{timesheet_id}", TIMESHEET, TIMESHEETS, "Change a timesheet or its status"),
)  # fmt: skip
_AUTH = (
    _entry(
        "auth.token", "POST /oauth/token", Kind.UNSAFE, TRAFFIO, "Trade client credentials for a token; hooks do it",
        returns="the token and its life",
    ),
    _entry(
        "auth.login", "POST /login", Kind.UNSAFE, TRAFFIO, "Trade user and password for a token; hooks do it",
        returns="the token and its life",
    ),
)  # fmt: skip
_LOOKUPS = (
    _list("offices.list", "/lookups/offices", ZAPIER, "Offices"),
    _list("grades.list", "/lookups/grades", ZAPIER, "Grades"),
    _list("skill_groups.list", "/lookups/skillGroups", ZAPIER, "Skill groups"),
    _list("statuses.list", "/lookups/{entity}/statuses", ZAPIER, "The agency's own statuses of client, candidate, …"),
)

ENDPOINTS: dict[str, Endpoint] = {
    entry.name: entry
    for entry in (*_CLIENTS, *_CONTACTS, *_COST_CENTRES, *_CANDIDATES, *_JOB_ORDERS, *_TIMESHEETS, *_LOOKUPS, *_AUTH)
}
