"""Job orders: created, filled with a candidate, submitted to timesheet, cancelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.fasttrack360.base import (
    JOB_ORDER,
    FastTrack360EntryOperator,
    FastTrack360FieldsOperator,
    FastTrack360ListOperator,
)

if TYPE_CHECKING:
    from airflow.sdk import Context

_FIELDS: Mapping[str, str] = {
    "status": "status",
    "position": "position",
    "skill_group_id": "skillGroupId",
    "first_day": "startDate",
    "last_day": "endDate",
    "ordered_by_contact_id": "orderedByContactId",
    "report_to_contact_id": "reportToContactId",
    "site_contact_id": "siteContactId",
    "cost_centre_id": "costCentreId",
    "job_template_id": "jobTemplateId",
}


class FastTrack360CreateJobOrderOperator(FastTrack360FieldsOperator):
    """Create a job order.

    Once per ``external_reference``, or without one per task in a DAG run. With a reference an unclear creation is
    looked for before anything is sent again; without one it stops as ``OutcomeUnknown``, because two equal job orders
    may be meant. Returns ``{"job_order_id", "action": "created" | "found", "calls"}``.

    :param client_id: id of the client. (templated)
    :param job_type: ``Temporary``, ``Contract`` or ``Permanent``. (templated)
    :param first_day: first day, YYYY-MM-DD. (templated)
    :param last_day: last day. (templated)
    :param external_reference: your own key of this job order, for example the roster's shift. (templated)
    :param status: an open status of the agency; by default its own first one. (templated)
    :param position: what is to be done. (templated)
    :param skill_group_id: id of the skill group. (templated)
    :param ordered_by_contact_id: contact who orders; a submission to timesheet needs it. (templated)
    :param report_to_contact_id: contact whom the candidate reports to. (templated)
    :param site_contact_id: contact at the site. (templated)
    :param cost_centre_id: id of the cost centre. (templated)
    :param job_template_id: id of the job template. (templated)
    """

    sends: ClassVar[Mapping[str, str]] = {
        "client_id": "clientId",
        "job_type": "jobType",
        "external_reference": "externalReference",
        **_FIELDS,
    }
    never_blank: ClassVar[Sequence[str]] = ("external_reference",)
    guarantee: ClassVar[str] = "effectively once"
    calls: ClassVar[str] = "1; after an unclear outcome 1 more to look"

    def __init__(
        self,
        *,
        client_id: int | str,
        job_type: str,
        first_day: str,
        last_day: str | None = None,
        external_reference: str | None = None,
        status: str | None = None,
        position: str | None = None,
        skill_group_id: int | str | None = None,
        ordered_by_contact_id: int | str | None = None,
        report_to_contact_id: int | str | None = None,
        site_contact_id: int | str | None = None,
        cost_centre_id: int | str | None = None,
        job_template_id: int | str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.client_id = client_id
        self.job_type = job_type
        self.first_day = first_day
        self.last_day = last_day
        self.external_reference = external_reference
        self.status = status
        self.position = position
        self.skill_group_id = skill_group_id
        self.ordered_by_contact_id = ordered_by_contact_id
        self.report_to_contact_id = report_to_contact_id
        self.site_contact_id = site_contact_id
        self.cost_centre_id = cost_centre_id
        self.job_template_id = job_template_id

    def act(self, context: Context) -> dict[str, Any]:
        result: dict[str, Any] = self.hook.create_job_order(self.fields())
        self.log.info("Job order %s %s with %d calls", result["job_order_id"], result["action"], result["calls"])
        return result


class FastTrack360UpdateJobOrderOperator(FastTrack360EntryOperator):
    """Change some fields of a job order; what is left out stays.

    A job order that is submitted to timesheet locks what pay depends on: ``Refused``. Returns its plain values, with a
    digest of the whole.

    :param job_order_id: the job order's id. (templated)
    :param status: a status of the agency; to cancel, use :class:`FastTrack360CancelJobOrderOperator`. (templated)
    :param position: what is to be done. (templated)
    :param skill_group_id: id of the skill group. (templated)
    :param first_day: first day, YYYY-MM-DD. (templated)
    :param last_day: last day. (templated)
    :param ordered_by_contact_id: contact who orders. (templated)
    :param report_to_contact_id: contact whom the candidate reports to. (templated)
    :param site_contact_id: contact at the site. (templated)
    :param cost_centre_id: id of the cost centre. (templated)
    :param job_template_id: id of the job template. (templated)
    """

    entry: ClassVar[str] = "job_order.update"
    takes: ClassVar[Mapping[str, str]] = {"job_order_id": "job_order_id"}
    sends: ClassVar[Mapping[str, str]] = _FIELDS
    returns: ClassVar[Sequence[str]] = JOB_ORDER
    guarantee: ClassVar[str] = "idempotent"

    def __init__(
        self,
        *,
        job_order_id: int | str,
        status: str | None = None,
        position: str | None = None,
        skill_group_id: int | str | None = None,
        first_day: str | None = None,
        last_day: str | None = None,
        ordered_by_contact_id: int | str | None = None,
        report_to_contact_id: int | str | None = None,
        site_contact_id: int | str | None = None,
        cost_centre_id: int | str | None = None,
        job_template_id: int | str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.job_order_id = job_order_id
        self.status = status
        self.position = position
        self.skill_group_id = skill_group_id
        self.first_day = first_day
        self.last_day = last_day
        self.ordered_by_contact_id = ordered_by_contact_id
        self.report_to_contact_id = report_to_contact_id
        self.site_contact_id = site_contact_id
        self.cost_centre_id = cost_centre_id
        self.job_template_id = job_template_id


class FastTrack360CancelJobOrderOperator(FastTrack360EntryOperator):
    """Cancel a job order.

    One that is submitted to timesheet is ``Refused``: take the submission back first. Returns its plain values, with a
    digest of the whole.

    :param job_order_id: the job order's id. (templated)
    :param reason: why; agencies can make it mandatory. (templated)
    """

    entry: ClassVar[str] = "job_order.cancel"
    takes: ClassVar[Mapping[str, str]] = {"job_order_id": "job_order_id"}
    sends: ClassVar[Mapping[str, str]] = {"reason": "statusReason"}
    returns: ClassVar[Sequence[str]] = JOB_ORDER
    guarantee: ClassVar[str] = "idempotent"

    def __init__(self, *, job_order_id: int | str, reason: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.job_order_id = job_order_id
        self.reason = reason

    def body(self) -> dict[str, Any]:
        return {"status": "Cancelled", **self._named(self.sends)}


class FastTrack360GetJobOrderOperator(FastTrack360EntryOperator):
    """Read one job order.

    Returns its plain values (client, type, status, dates, candidate, whether it is submitted, …), with a digest.

    :param job_order_id: the job order's id. (templated)
    """

    entry: ClassVar[str] = "job_order.get"
    takes: ClassVar[Mapping[str, str]] = {"job_order_id": "job_order_id"}
    returns: ClassVar[Sequence[str]] = JOB_ORDER

    def __init__(self, *, job_order_id: int | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.job_order_id = job_order_id


class FastTrack360ListJobOrdersOperator(FastTrack360ListOperator):
    """Read job orders, all of them or those that changed since a time.

    Returns a list with each one's plain values (client, type, status, dates, candidate, whether it is submitted, …).

    :param modified_since: ISO-8601 time with a zone: only what changed at or after it, for example
        ``{{ data_interval_start }}``. Without it everything is read, which costs quota. (templated)
    """

    entry: ClassVar[str] = "job_orders.list"
    takes: ClassVar[Mapping[str, str]] = {"modified_since": "modified_since"}
    returns: ClassVar[Sequence[str]] = JOB_ORDER

    def __init__(self, *, modified_since: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.modified_since = modified_since
