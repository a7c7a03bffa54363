"""Clients of the agency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.fasttrack360.base import (
    CLIENT,
    FastTrack360EntryOperator,
    FastTrack360FieldsOperator,
    FastTrack360ListOperator,
)

if TYPE_CHECKING:
    from airflow.sdk import Context


class FastTrack360UpsertClientOperator(FastTrack360FieldsOperator):
    """Make a client exist with the given values: created if absent, changed where it differs, else left alone.

    The client is found by ``external_reference``, or without one by its exact name and office. Effectively once: every
    try looks first, and an unclear creation is looked for before anything is sent again. Returns
    ``{"client_id", "action": "created" | "updated" | "unchanged", "calls"}``.

    :param name: the client's name. (templated)
    :param office_id: id of the office; ``FastTrack360ListOfficesOperator`` gives them. (templated)
    :param external_reference: your own key of this client, the best protection against doubles. (templated)
    :param status: one of the agency's own client statuses. (templated)
    :param grade_id: id of the grade, needed to create a client. (templated)
    :param industry: industry. (templated)
    :param parent_id: id of the parent client. (templated)
    :param custom_fields_type: name of the set of custom fields. (templated)
    :param address: street address: ``line1`` … ``line3``, ``suburb``, ``city``, ``state``, ``country``, ``postcode``;
        keys that are left out stay as they are. Not shown among the rendered fields, nor are the next three.
    :param mail_address: postal address, likewise.
    :param special_notes: notes.
    :param custom_fields: values of custom fields.
    """

    sends: ClassVar[Mapping[str, str]] = {
        "name": "name",
        "office_id": "officeId",
        "external_reference": "externalReference",
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
    personal_fields: ClassVar[Sequence[str]] = ("address", "mail_address", "special_notes", "custom_fields")
    never_blank: ClassVar[Sequence[str]] = ("external_reference",)
    guarantee: ClassVar[str] = "effectively once"
    calls: ClassVar[str] = "1; created or changed 2; with an address or custom fields changed 3"

    def __init__(
        self,
        *,
        name: str,
        office_id: int | str,
        external_reference: str | None = None,
        status: str | None = None,
        grade_id: int | str | None = None,
        industry: str | None = None,
        parent_id: int | str | None = None,
        custom_fields_type: str | None = None,
        address: Mapping[str, Any] | None = None,
        mail_address: Mapping[str, Any] | None = None,
        special_notes: str | None = None,
        custom_fields: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.name = name
        self.office_id = office_id
        self.external_reference = external_reference
        self.status = status
        self.grade_id = grade_id
        self.industry = industry
        self.parent_id = parent_id
        self.custom_fields_type = custom_fields_type
        self.address = address
        self.mail_address = mail_address
        self.special_notes = special_notes
        self.custom_fields = custom_fields

    def act(self, context: Context) -> dict[str, Any]:
        result: dict[str, Any] = self.hook.upsert_client(self.fields())
        self.log.info("Client %s %s with %d calls", result["client_id"], result["action"], result["calls"])
        return result


class FastTrack360GetClientOperator(FastTrack360EntryOperator):
    """Read one client.

    Returns its id, status, office, grade, parent, reference and time of change, with a digest of the whole.

    :param client_id: the client's id. (templated)
    """

    entry: ClassVar[str] = "client.get"
    takes: ClassVar[Mapping[str, str]] = {"client_id": "client_id"}
    returns: ClassVar[Sequence[str]] = CLIENT

    def __init__(self, *, client_id: int | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.client_id = client_id


class FastTrack360ListClientsOperator(FastTrack360ListOperator):
    """Read clients, all of them or those that changed since a time.

    Returns a list with each one's id, status, office, grade, parent, reference and time of change.

    :param modified_since: ISO-8601 time with a zone: only what changed at or after it, for example
        ``{{ data_interval_start }}``. Without it everything is read, which costs quota. (templated)
    :param client_name: only clients of exactly this name. (templated)
    :param office_id: only clients of this office. (templated)
    """

    entry: ClassVar[str] = "clients.list"
    takes: ClassVar[Mapping[str, str]] = {
        "modified_since": "modified_since",
        "client_name": "name",
        "office_id": "office_id",
    }
    returns: ClassVar[Sequence[str]] = CLIENT

    def __init__(
        self,
        *,
        modified_since: str | None = None,
        client_name: str | None = None,
        office_id: int | str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.modified_since = modified_since
        self.client_name = client_name
        self.office_id = office_id
