"""Flows of several calls: upsert a client, add a comment once. Both look before they send where that is needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from airflow_provider_fleetops.protocol.endpoint import Prepared
from airflow_provider_fleetops.protocol.errors import (
    ConfigurationError,
    Effect,
    InvalidInput,
    NotFound,
    OutcomeUnknown,
    Refused,
)
from airflow_provider_fleetops.protocol.flow import OnSend, call, paginate
from airflow_provider_fleetops.protocol.ledger import Intent, digest
from airflow_provider_fleetops.protocol.operation import intent, once, record_found
from airflow_provider_fleetops.protocol.steps import Flow, Send
from airflow_provider_fleetops.protocol.tracing import BLIND, Tracing
from airflow_provider_fleetops.protocol.vendor import Account

T = TypeVar("T")
Record = Mapping[str, Any]
SUBJECTS = ("client", "candidate", "job_order")
# A look-up without a match in ten full pages has a filter that the vendor does not know.
LOOK_UP_ROWS = 1000
# Their clock and ours may differ, and the vendor's times may be local ones.
CLOCK_MARGIN = timedelta(days=1)


def count_calls(flow: Flow[T]) -> Flow[tuple[T, int]]:
    """The flow's value, and how many requests it sent with retries and logins: what the day's quota sees."""
    calls = 0
    advance: Callable[[Any], Any] = flow.send
    answer: Any = None
    while True:
        try:
            step = advance(answer)
        except StopIteration as stop:
            return stop.value, calls
        calls += isinstance(step, Send)
        try:
            advance, answer = flow.send, (yield step)
        except Exception as error:  # noqa: BLE001 - whatever a driver throws belongs to the inner flow
            advance, answer = flow.throw, error


def upsert_client(account: Account, fields: Record) -> Flow[dict[str, Any]]:
    """Make a client be as ``fields`` say: look it up once, then create it, change what differs, or do nothing.

    It is found by ``externalReference`` if that is given, else by its exact name and office. The value is
    ``{"client_id", "action": "created" | "updated" | "unchanged"}``. A creation without a clear answer is looked for;
    if it cannot be seen, ``Unavailable`` leaves the next look to the next try: nothing is ever created blindly twice.
    """
    wanted: Record = _encoded(account, {name: value for name, value in fields.items() if value is not None})
    found = yield from find_client(account, wanted)
    if found is None:
        made, created = yield from _create_client(account, wanted)
        if created:
            return {**made, "action": "created"}
        found = yield from _recorded_client(account, made["client_id"])
    else:
        yield from record_found(account, _creation(account, wanted), {"client_id": found["id"]})
    changes = {
        name: _merged(found.get(name), value) for name, value in wanted.items() if differs(found.get(name), value)
    }
    if changes:
        yield from call(account, "client.update", {"client_id": found["id"]}, changes)
    return {"client_id": found["id"], "action": "updated" if changes else "unchanged"}


def add_comment(
    account: Account, subject: str, subject_id: str, comment: Record, marker: str, *, look_first: bool
) -> Flow[dict[str, Any]]:
    """Comment on a client, candidate or job order, once per ``marker``, which becomes the text's last line.

    ``look_first`` reads the comments before sending: needed when an earlier try may have sent it, and a saved call
    when not. The value is ``{"comment_id", "action": "created" | "found"}``.
    """
    if subject not in SUBJECTS:
        raise InvalidInput(f"parameter 'subject' must be one of {', '.join(SUBJECTS)}", vendor=account.vendor.name)
    text = comment.get("comment")
    if not isinstance(text, str) or not text.strip():
        raise InvalidInput("parameter 'comment' must be a text that is not empty", vendor=account.vendor.name)
    where = {f"{subject}_id": subject_id}
    name = f"{subject}_comment.create"
    body = {**comment, "comment": f"{text}\n[{marker}]"}

    def find(_since: datetime) -> Flow[dict[str, Any] | None]:
        rows = yield from paginate(account, f"{subject}_comments.list", where)
        found = next((row for row in _records(rows) if marker in str(row.get("comment"))), None)
        return None if found is None else {"comment_id": found["id"]}

    def send(on_send: OnSend) -> Flow[dict[str, Any]]:
        made = yield from _made(account, name, where, body, on_send)
        return {"comment_id": made}

    meant = intent(account, name, f"{subject_id} {marker}", body, "comment_id")
    outcome = yield from once(account, meant, send, Tracing(find), look_first=look_first)
    return {**outcome.result, "action": "created" if outcome.created else "found"}


def trace_client(account: Account, prepared: Prepared) -> Tracing:
    """How to find a client again that was made through the catalogue's entry."""
    return Tracing(lambda _since: find_client(account, prepared.body))


def trace_timesheet(account: Account, prepared: Prepared) -> Tracing:
    """By the alternative timesheet number, with the job and the week: one number may stand for several sheets."""
    known = {name: prepared.body.get(name) for name in ("alternativeTimesheetNo", "jobOrderId", "weekEnding")}
    return _trace_changed(account, "timesheets.list", known) if known["alternativeTimesheetNo"] else BLIND


def trace_job_order(account: Account, prepared: Prepared) -> Tracing:
    """By an external reference, where the agency's job orders have one (no public page tells)."""
    known = {"externalReference": prepared.body.get("externalReference")}
    return _trace_changed(account, "job_orders.list", known) if known["externalReference"] else BLIND


def trace_fill(account: Account, prepared: Prepared) -> Tracing:
    """The job order itself tells by whom it is filled."""

    def find(_since: datetime) -> Flow[Record | None]:
        job: Record = yield from call(account, "job_order.get", {"job_order_id": prepared.path["job_order_id"]})
        return None if differs(job.get("filledCandidateId"), prepared.body["candidateId"]) else job

    return Tracing(find)


def _trace_changed(account: Account, listing: str, known: Record) -> Tracing:
    """Among the records that changed since the day before it was meant."""

    def find(since: datetime) -> Flow[Record | None]:
        rows = yield from paginate(account, listing, {"modified_since": since - CLOCK_MARGIN})
        same = (row for row in _records(rows) if not any(differs(row.get(name), known[name]) for name in known))
        return next(same, None)

    return Tracing(find)


def differs(found: Any, wanted: Any) -> bool:
    """Whether a field must be changed: objects are compared by the keys that are wanted, numbers also as text."""
    if isinstance(wanted, Mapping):
        inner = found if isinstance(found, Mapping) else {}
        return any(differs(inner.get(key), value) for key, value in wanted.items())
    if isinstance(wanted, bool) or isinstance(found, bool):
        return found is not wanted
    if isinstance(wanted, str | int) and isinstance(found, str | int):
        return str(found) != str(wanted)
    return bool(found != wanted)


def _merged(found: Any, wanted: Any) -> Any:
    """An object is sent whole: whether the vendor's PATCH merges inner objects is not known."""
    return {**found, **wanted} if isinstance(found, Mapping) and isinstance(wanted, Mapping) else wanted


def _encoded(account: Account, fields: Record) -> dict[str, Any]:
    """The fields in wire form, so that a rendered "3" and the vendor's 3 are the same."""
    body = account.vendor.endpoint("client.update").body
    assert body is not None
    encoded: dict[str, Any] = body.encode(fields)
    return encoded


def _natural_key(wanted: Record) -> tuple[str, ...]:
    return ("externalReference",) if wanted.get("externalReference") else ("name", "officeId")


def find_client(account: Account, wanted: Record) -> Flow[Record | None]:
    """The client that the natural key names; two of them are for a person to sort out."""
    key = _natural_key(wanted)
    if missing := [name for name in key if not wanted.get(name)]:
        raise InvalidInput(f"a client needs an external reference, or a name and an office: no {missing[0]} is given")
    filters = {"externalReference": "external_reference", "name": "name", "officeId": "office_id"}
    query = {filters[name]: wanted[name] for name in key}
    rows = yield from paginate(account, "clients.list", query, max_rows=LOOK_UP_ROWS)
    found = [row for row in _records(rows) if not any(differs(row.get(name), wanted[name]) for name in key)]
    what = " and ".join(key)
    if len(found) > 1:
        ids = ", ".join(str(row["id"]) for row in found[:5])
        raise Refused(f"{len(found)} clients have the same {what}: {ids}", vendor=account.vendor.name)
    if not found and len(rows) >= LOOK_UP_ROWS:
        raise ConfigurationError(
            f"the vendor does not filter clients by {what}",
            vendor=account.vendor.name,
            endpoint="clients.list",
            advice="Give the right parameter names in the connection's extra 'parameters'",
        )
    return found[0] if found else None


def _creation(account: Account, wanted: Record) -> Intent:
    """Once per natural key, which is the payload too: other fields may change, and are changed afterwards."""
    key = {name: wanted[name] for name in _natural_key(wanted)}
    reference = wanted.get("externalReference") or f"name and office {digest(key)}"
    return intent(account, "client.create", reference, key, "client_id")


def _create_client(account: Account, wanted: Record) -> Flow[tuple[dict[str, Any], bool]]:
    """Create it once; what an earlier run has created under this key, or what is found, is not created again."""

    def find(_since: datetime) -> Flow[dict[str, Any] | None]:
        found = yield from find_client(account, wanted)
        return None if found is None else {"client_id": found["id"]}

    def send(on_send: OnSend) -> Flow[dict[str, Any]]:
        made = yield from _made(account, "client.create", {}, wanted, on_send)
        return {"client_id": made}

    outcome = yield from once(account, _creation(account, wanted), send, Tracing(find))
    return outcome.result, outcome.created


def _recorded_client(account: Account, client_id: Any) -> Flow[Record]:
    """A client that no list shows (yet) though it was created: listed late, or deleted since."""
    try:
        found: Record = yield from call(account, "client.get", {"client_id": client_id})
    except NotFound as error:
        raise error.as_(
            Refused,
            what=f"client {client_id} was created under this key and is gone",
            advice="Nothing was sent: use another key, or `airflow fleetops operations resolve ... --not-done --force`",
        ) from None
    return found


def _made(account: Account, endpoint: str, arguments: Record, body: Record, on_send: OnSend) -> Flow[Any]:
    """Send a creation; the new id. An answer without one is no answer."""
    made = yield from call(account, endpoint, arguments, body, on_send=on_send)
    if isinstance(made, Mapping) and made.get("id"):
        return made["id"]
    raise OutcomeUnknown("the answer holds no id", vendor=account.vendor.name, endpoint=endpoint, effect=Effect.UNKNOWN)


def _records(rows: list[Any]) -> list[Record]:
    return [row for row in rows if isinstance(row, Mapping) and row.get("id")]
