"""Rows of clients and of comments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_fleetops.protocol.bulk import Plan, RowKind
from airflow_provider_fleetops.protocol.endpoint import Field, Pattern
from airflow_provider_fleetops.protocol.ledger import digest
from airflow_provider_fleetops.protocol.manifest import Row
from airflow_provider_fleetops.protocol.operation import intent, once
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fasttrack360.flows import marker, plan_comment
from airflow_provider_fleetops.vendors.fasttrack360.upserts import CLIENT, encoded, upsert_client

_CLIENT = {
    "external_reference": "externalReference",
    "name": "name",
    "office_id": "officeId",
    "status": "status",
    "grade_id": "gradeId",
    "industry": "industry",
    "parent_id": "parentId",
    "custom_fields_type": "customFieldsType",
    "address": "address",
    "mail_address": "mailAddress",
    "special_notes": "specialNotes",
    "custom_fields": "customFields",
}
_COMMENT = {"comment": "comment", "standard_description": "standardDescription", "date": "date"}
_ID = Pattern(r"[A-Za-z0-9_-]{1,60}", "must be 1 to 60 letters, digits, - or _")
_SUBJECT = Field("subject_id", required=True, pattern=_ID)
_KEY = Field("operation_key", required=True, maximum=250)


def _plan_client(account: Account, row: Row, _options: Mapping[str, Any]) -> Plan:
    """Once per task instance and values: another run looks again, for somebody may have changed the client since."""
    wanted = encoded(account, CLIENT, {wire: row.get(column) for column, wire in _CLIENT.items()})
    reference = str(Field("external_reference", required=True, maximum=100).encode(row.get("external_reference") or ""))
    meant = intent(account, "client.upsert", f"{reference} {digest([account.caller.key, wanted])}", wanted, "client_id")

    def act() -> Flow[dict[str, Any]]:
        # Never marked as sent: to look, and to change what differs, may be done again; to create has an intent itself.
        outcome = yield from once(account, meant, lambda _on_send: upsert_client(account, wanted))
        told: dict[str, Any] = outcome.result
        return told

    return Plan(reference, meant, act)


def _plan_comment(account: Account, row: Row, options: Mapping[str, Any]) -> Plan:
    key, subject_id = _KEY.encode(row.get("operation_key") or ""), _SUBJECT.encode(row.get("subject_id") or "")
    comment = {wire: row[column] for column, wire in _COMMENT.items() if column in row}
    # The ledger tells which comments an earlier try may have sent: only those are looked for.
    return plan_comment(
        account, options["subject"], subject_id, comment, marker(key, options["subject"], subject_id), look_first=False
    )


CLIENTS = RowKind(
    key="external_reference",
    columns=tuple(_CLIENT),
    tells=("client_id", "action"),
    plan=_plan_client,
    names={wire: column for column, wire in _CLIENT.items()},
)
COMMENTS = RowKind(
    key="operation_key",
    columns=("operation_key", "subject_id", *_COMMENT),
    tells=("comment_id",),
    plan=_plan_comment,
    names={wire: column for column, wire in _COMMENT.items()},
)
