"""Timesheets: imported by an alternative number, changed, read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.fasttrack360.base import (
    TIMESHEET,
    FastTrack360EntryOperator,
    FastTrack360FieldsOperator,
    FastTrack360ListOperator,
)

if TYPE_CHECKING:
    from airflow.sdk import Context


class FastTrack360UpsertTimesheetOperator(FastTrack360FieldsOperator):
    """Make a timesheet exist with the given hours: created if absent, changed where it differs, else left alone.

    Found by its alternative number, job order and week. Effectively once. A released timesheet cannot be changed: other
    hours are ``Refused``, which no retry helps. Returns
    ``{"timesheet_id", "action": "created" | "updated" | "unchanged", "calls"}``.

    :param alternative_timesheet_no: your own number of it, for example the other system's. (templated)
    :param job_order_id: the job order, which must be filled. (templated)
    :param week_ending: last day of the week, YYYY-MM-DD. (templated)
    :param candidate_id: whose hours; by default those of the job's candidate. (templated)
    :param status: ``Incomplete`` or ``Submitted``; one that is past it is not moved back. (templated)
    :param items: one object a line: ``date``, ``attendanceType`` (``attendance``, ``absence``), ``startTime``,
        ``endTime``, ``breakMinutes``, ``payCode``, ``units``. Not shown among the rendered fields, nor is the next.
    :param comments: comments on the timesheet.
    """

    sends: ClassVar[Mapping[str, str]] = {
        "alternative_timesheet_no": "alternativeTimesheetNo",
        "job_order_id": "jobOrderId",
        "week_ending": "weekEnding",
        "candidate_id": "candidateId",
        "status": "status",
        "items": "items",
        "comments": "comments",
    }
    personal_fields: ClassVar[Sequence[str]] = ("items", "comments")
    guarantee: ClassVar[str] = "effectively once"
    calls: ClassVar[str] = "1; created or changed 2"

    def __init__(
        self,
        *,
        alternative_timesheet_no: str,
        job_order_id: int | str,
        week_ending: str,
        candidate_id: int | str | None = None,
        status: str | None = None,
        items: Sequence[Mapping[str, Any]] | None = None,
        comments: Sequence[Mapping[str, Any]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.alternative_timesheet_no = alternative_timesheet_no
        self.job_order_id = job_order_id
        self.week_ending = week_ending
        self.candidate_id = candidate_id
        self.status = status
        self.items = items
        self.comments = comments

    def act(self, context: Context) -> dict[str, Any]:
        result: dict[str, Any] = self.hook.upsert_timesheet(self.fields())
        self.log.info("Timesheet %s %s with %d calls", result["timesheet_id"], result["action"], result["calls"])
        return result


class FastTrack360UpdateTimesheetOperator(FastTrack360EntryOperator):
    """Change one timesheet: its hours, its number, or its status; what is left out stays.

    Of a job with several levels of approval each approval counts for itself: give such a task no retries. Returns its
    plain values, with a digest of the whole.

    :param timesheet_id: the timesheet's id. (templated)
    :param status: for example ``Submitted``, ``Released`` to approve it. (templated)
    :param alternative_timesheet_no: your own number of it. (templated)
    :param items: its lines, which replace those that are there. Not shown among the rendered fields, nor are the next.
    :param comments: its comments, likewise.
    """

    entry: ClassVar[str] = "timesheet.update"
    takes: ClassVar[Mapping[str, str]] = {"timesheet_id": "timesheet_id"}
    sends: ClassVar[Mapping[str, str]] = {
        "status": "status",
        "alternative_timesheet_no": "alternativeTimesheetNo",
        "items": "items",
        "comments": "comments",
    }
    personal_fields: ClassVar[Sequence[str]] = ("items", "comments")
    returns: ClassVar[Sequence[str]] = TIMESHEET
    guarantee: ClassVar[str] = "idempotent"

    def __init__(
        self,
        *,
        timesheet_id: int | str,
        status: str | None = None,
        alternative_timesheet_no: str | None = None,
        items: Sequence[Mapping[str, Any]] | None = None,
        comments: Sequence[Mapping[str, Any]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.timesheet_id = timesheet_id
        self.status = status
        self.alternative_timesheet_no = alternative_timesheet_no
        self.items = items
        self.comments = comments


class FastTrack360GetTimesheetOperator(FastTrack360EntryOperator):
    """Read one timesheet.

    Returns its job order, candidate, week, status, number and time of change, with a digest of the whole.

    :param timesheet_id: the timesheet's id. (templated)
    """

    entry: ClassVar[str] = "timesheet.get"
    takes: ClassVar[Mapping[str, str]] = {"timesheet_id": "timesheet_id"}
    returns: ClassVar[Sequence[str]] = TIMESHEET

    def __init__(self, *, timesheet_id: int | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.timesheet_id = timesheet_id


class FastTrack360ListTimesheetsOperator(FastTrack360ListOperator):
    """Read timesheets: those of a job order, those that changed since a time, or all.

    Returns a list with each one's job order, candidate, week, status, number and time of change.

    :param modified_since: ISO-8601 time with a zone: only what changed at or after it, for example
        ``{{ data_interval_start }}``. (templated)
    :param job_order_id: only those of this job order. (templated)
    """

    entry: ClassVar[str] = "timesheets.list"
    takes: ClassVar[Mapping[str, str]] = {"modified_since": "modified_since", "job_order_id": "job_order_id"}
    returns: ClassVar[Sequence[str]] = TIMESHEET

    def __init__(
        self, *, modified_since: str | None = None, job_order_id: int | str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.modified_since = modified_since
        self.job_order_id = job_order_id
