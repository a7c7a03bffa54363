"""Counting calls, and commenting once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from airflow_provider_fleetops.protocol.bulk import Plan
from airflow_provider_fleetops.protocol.errors import InvalidInput
from airflow_provider_fleetops.protocol.listing import paginate
from airflow_provider_fleetops.protocol.operation import intent
from airflow_provider_fleetops.protocol.steps import Flow, Send
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fasttrack360.records import Record, create_once, records

T = TypeVar("T")
SUBJECTS = ("client", "candidate", "job_order")


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


def marker(key: str, subject: str, subject_id: str | int) -> str:
    """What recognises a comment: the same for every try of one comment on one subject, and for nothing else."""
    text = f"{key}\n{subject}\n{subject_id}"
    return f"fleetops {hashlib.sha256(text.encode()).hexdigest()[:16]}"


def add_comment(
    account: Account, subject: str, subject_id: str, comment: Record, marker: str, *, look_first: bool
) -> Flow[dict[str, Any]]:
    """Check a comment, and add it once: see :func:`plan_comment`."""
    return (yield from plan_comment(account, subject, subject_id, comment, marker, look_first=look_first).act())


def plan_comment(
    account: Account, subject: str, subject_id: str, comment: Record, marker: str, *, look_first: bool
) -> Plan:
    """Check all of a comment on a client, candidate or job order. Its flow adds it once per ``marker``.

    The marker becomes the text's last line. ``look_first`` reads the comments before sending: needed when an earlier
    try may have sent it, and a saved call when not. The flow gives ``{"comment_id", "action": "created" | "found"}``.
    """
    _check(account, subject)
    text = comment.get("comment")
    if not isinstance(text, str) or not text.strip():
        raise InvalidInput("parameter 'comment' must be a text that is not empty", vendor=account.vendor.name)
    where = {f"{subject}_id": subject_id}
    body = {**comment, "comment": f"{text}\n[{marker}]"}
    account.vendor.endpoint(f"{subject}_comment.create").prepare(where, body)

    def find(_since: datetime) -> Flow[Record | None]:
        rows = yield from list_comments(account, subject, subject_id)
        return next((row for row in records(rows) if marker in str(row.get("comment"))), None)

    meant = intent(account, f"{subject}_comment.create", f"{subject_id} {marker}", body, "comment_id")

    def act() -> Flow[dict[str, Any]]:
        outcome = yield from create_once(account, meant, where, body, find, look_first=look_first)
        return {**outcome.result, "action": "created" if outcome.created else "found"}

    return Plan(meant.key, meant, act)


def list_comments(account: Account, subject: str, subject_id: Any) -> Flow[list[Any]]:
    """All comments on a client, candidate or job order."""
    _check(account, subject)
    return (yield from paginate(account, f"{subject}_comments.list", {f"{subject}_id": subject_id}))


def _check(account: Account, subject: str) -> None:
    if subject not in SUBJECTS:
        raise InvalidInput(f"parameter 'subject' must be one of {', '.join(SUBJECTS)}", vendor=account.vendor.name)
