"""What moves a job order: fill it, submit it to timesheet, take that back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.fasttrack360.base import FastTrack360Operator

if TYPE_CHECKING:
    from airflow.sdk import Context


class _JobActionOperator(FastTrack360Operator):
    """What the actions share: each is done once per ``operation_key``.

    An unclear answer, or a killed worker, is settled by a look at the job order before anything is sent again. A
    refusal costs a look as well: a job order that is there already counts as done (``found``); any other refusal fails
    the task without a retry. Returns ``{"job_order_id", "action": "done" | "found", "calls"}``.

    :param job_order_id: the job order's id. (templated)
    :param operation_key: your name for this action; by default this job order in this task in this DAG run.
        (templated)
    """

    template_fields: Sequence[str] = ("job_order_id", "operation_key", "fasttrack360_conn_id")
    guarantee: ClassVar[str] = "effectively once"
    calls: ClassVar[str] = "1; refused or unclear 1 more to look"

    def __init__(self, *, job_order_id: int | str, operation_key: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.job_order_id = job_order_id
        self.operation_key = operation_key


class FastTrack360FillJobOrderOperator(_JobActionOperator):
    """Fill a job order with a candidate; a conflict in the candidate's diary is ``Refused``.

    The agency may have a custom action on filled jobs: it fires for this one too.

    :param candidate_id: who takes the job. (templated)
    """

    template_fields: Sequence[str] = ("candidate_id", *_JobActionOperator.template_fields)
    sends: ClassVar[Mapping[str, str]] = {"candidate_id": "candidateId"}

    def __init__(self, *, candidate_id: int | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.candidate_id = candidate_id

    def act(self, context: Context) -> Any:
        return self.hook.fill_job_order(self.job_order_id, self.candidate_id, operation_key=self.operation_key)


class FastTrack360SubmitToTimesheetOperator(_JobActionOperator):
    """Submit a filled job order to timesheet: its timesheets are opened, and what pay depends on is locked.

    ``Refused`` while something is missing that pay needs, for example who ordered the job.
    """

    def act(self, context: Context) -> Any:
        return self.hook.submit_to_timesheet(self.job_order_id, operation_key=self.operation_key)


class FastTrack360UndoSubmitToTimesheetOperator(_JobActionOperator):
    """Take a submission to timesheet back: the job order is unlocked and its timesheets go.

    ``Refused`` once one of them was worked on.
    """

    def act(self, context: Context) -> Any:
        return self.hook.undo_submit_to_timesheet(self.job_order_id, operation_key=self.operation_key)
