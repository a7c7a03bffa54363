"""Operators of FastTrack360 (staffing)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk import BaseOperatorLink

from airflow_provider_fleetops.operators.base import FleetOpsOperator, task_key

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator, Context
    from airflow.sdk.types import TaskInstanceKey

HOOK = "airflow_provider_fleetops.hooks.fasttrack360:FastTrack360Hook"


class FastTrack360ApiLink(BaseOperatorLink):
    """The vendor's own page on its API: who gets access, how limits are counted."""

    name = "FastTrack360 API access"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        return "https://fasttrackservice.atlassian.net/wiki/spaces/FV1OH/pages/2795831497/API+Access"


class FastTrack360UpsertClientOperator(FleetOpsOperator):
    """Make a client exist with the given values: created if absent, changed where it differs, else left alone.

    The client is found by ``external_reference``, or without one by its exact name and office. One call when nothing
    changes, two otherwise. Effectively once: every try looks first, and an unclear creation is looked for before
    anything is sent again. Returns ``{"client_id", "action": "created" | "updated" | "unchanged", "calls"}``.

    :param name: the client's name. (templated)
    :param office_id: id of the office; ``offices.list`` gives them. (templated)
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
    :param fasttrack360_conn_id: the connection. (templated)
    """

    template_fields: Sequence[str] = (
        "name",
        "office_id",
        "external_reference",
        "status",
        "grade_id",
        "industry",
        "parent_id",
        "custom_fields_type",
        "fasttrack360_conn_id",
    )
    personal_fields: ClassVar[Sequence[str]] = ("address", "mail_address", "special_notes", "custom_fields")
    hook_name = HOOK
    conn_id_field = "fasttrack360_conn_id"
    guarantee = "effectively once"
    calls = "1 to 2"
    operator_extra_links = (FastTrack360ApiLink(),)

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
        fasttrack360_conn_id: str = "fasttrack360_default",
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
        self.fasttrack360_conn_id = fasttrack360_conn_id

    def act(self, context: Context) -> dict[str, Any]:
        fields = {
            "name": self.name,
            "officeId": self.office_id,
            "externalReference": self.external_reference,
            "status": self.status,
            "gradeId": self.grade_id,
            "industry": self.industry,
            "parentId": self.parent_id,
            "customFieldsType": self.custom_fields_type,
            "address": self.personal("address"),
            "mailAddress": self.personal("mail_address"),
            "specialNotes": self.personal("special_notes"),
            "customFields": self.personal("custom_fields"),
        }
        result: dict[str, Any] = self.hook.upsert_client(fields)
        self.log.info("Client %s %s with %d calls", result["client_id"], result["action"], result["calls"])
        return result


class FastTrack360AddCommentOperator(FleetOpsOperator):
    """Comment on a client, a candidate or a job order.

    Once per ``operation_key`` and subject: the text ends with a line made of them. The first try posts without a look,
    to save quota; one whose answer was unclear, or whose worker was killed, looks for that line before it posts.
    Returns ``{"comment_id", "action": "created" | "found", "calls"}``.

    :param subject: ``client``, ``candidate`` or ``job_order``.
    :param subject_id: whose comment it is. (templated)
    :param comment: the text; may be a callable that takes the context. Not shown among the rendered fields.
    :param standard_description: one of the agency's standard descriptions, or free text. (templated)
    :param operation_key: your name for this comment; by default this task in this DAG run. (templated)
    :param date: date of the comment, YYYY-MM-DD; the vendor's today by default. (templated)
    :param fasttrack360_conn_id: the connection. (templated)
    """

    template_fields: Sequence[str] = (
        "subject_id",
        "standard_description",
        "operation_key",
        "date",
        "fasttrack360_conn_id",
    )
    personal_fields: ClassVar[Sequence[str]] = ("comment",)
    hook_name = HOOK
    conn_id_field = "fasttrack360_conn_id"
    guarantee = "effectively once"
    calls = "1; after an unclear outcome 1 more to look"
    operator_extra_links = (FastTrack360ApiLink(),)

    def __init__(
        self,
        *,
        subject: str,
        subject_id: int | str,
        comment: Any,
        standard_description: str | None = None,
        operation_key: str | None = None,
        date: str | None = None,
        fasttrack360_conn_id: str = "fasttrack360_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.subject = subject
        self.subject_id = subject_id
        self.comment = comment
        self.standard_description = standard_description
        self.operation_key = operation_key
        self.date = date
        self.fasttrack360_conn_id = fasttrack360_conn_id

    def act(self, context: Context) -> dict[str, Any]:
        fields = {
            "comment": self.personal("comment"),
            "standardDescription": self.standard_description,
            "date": self.date,
        }
        result: dict[str, Any] = self.hook.add_comment(
            self.subject,
            self.subject_id,
            {name: value for name, value in fields.items() if value is not None},
            marker=self._marker(context),
            look_first=context["ti"].try_number > 1,
        )
        self.log.info("Comment %s %s with %d calls", result["comment_id"], result["action"], result["calls"])
        return result

    def _marker(self, context: Context) -> str:
        """The same for every try of one comment on one subject, and for nothing else."""
        key = "\n".join((self.operation_key or task_key(context), self.subject, str(self.subject_id)))
        return f"fleetops {hashlib.sha256(key.encode()).hexdigest()[:16]}"
