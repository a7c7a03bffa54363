"""Flows of several calls: upsert a client, add a comment once. Both look before they send where that is needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from airflow_provider_fleetops.protocol.errors import (
    ConfigurationError,
    Effect,
    FleetOpsError,
    InvalidInput,
    OutcomeUnknown,
    ProtocolError,
    Refused,
    Unavailable,
)
from airflow_provider_fleetops.protocol.flow import call, paginate
from airflow_provider_fleetops.protocol.steps import Flow, Send
from airflow_provider_fleetops.protocol.vendor import Account

T = TypeVar("T")
Record = Mapping[str, Any]
SUBJECTS = ("client", "candidate", "job_order")
# A look-up without a match in ten full pages has a filter that the vendor does not know.
LOOK_UP_ROWS = 1000


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
    found = yield from _find_client(account, wanted)
    if found is None:
        return (yield from _create_client(account, wanted))
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

    def find() -> Flow[Record | None]:
        rows = yield from paginate(account, f"{subject}_comments.list", where)
        return next((row for row in _records(rows) if marker in str(row.get("comment"))), None)

    if look_first and (found := (yield from find())) is not None:
        return {"comment_id": found["id"], "action": "found"}
    body = {**comment, "comment": f"{text}\n[{marker}]"}
    made = yield from _create(account, f"{subject}_comment.create", where, body, find)
    return {"comment_id": made["id"], "action": "created"}


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


def _find_client(account: Account, wanted: Record) -> Flow[Record | None]:
    """The client that the natural key names; two of them are for a person to sort out."""
    key = ("externalReference",) if wanted.get("externalReference") else ("name", "officeId")
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


def _create_client(account: Account, wanted: Record) -> Flow[dict[str, Any]]:
    made = yield from _create(account, "client.create", {}, wanted, lambda: _find_client(account, wanted))
    return {"client_id": made["id"], "action": "created"}


def _create(
    account: Account, endpoint: str, arguments: Record, body: Record, find: Callable[[], Flow[Record | None]]
) -> Flow[Record]:
    """Send a creation once. An unclear answer, or one without an id, is settled by a look."""
    try:
        made = yield from call(account, endpoint, arguments, body)
        if isinstance(made, Mapping) and made.get("id"):
            return made
        doubt: FleetOpsError = ProtocolError("the answer holds no id", vendor=account.vendor.name, endpoint=endpoint)
    except OutcomeUnknown as error:
        doubt = error
    try:
        found = yield from find()
    except FleetOpsError:
        found = None  # not seen yet, for whatever reason: never to be read as "nothing was sent"
    if found is None:
        advice = "The next try looks at the vendor first, then decides: retrying the task is safe"
        raise doubt.as_(Unavailable, effect=Effect.UNKNOWN, advice=advice)
    return found


def _records(rows: list[Any]) -> list[Record]:
    return [row for row in rows if isinstance(row, Mapping) and row.get("id")]
