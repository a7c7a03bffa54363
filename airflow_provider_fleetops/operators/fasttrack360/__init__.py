"""Operators for FastTrack360, a module for each area; import them from here."""

from __future__ import annotations

from airflow_provider_fleetops.operators.fasttrack360.candidates import (
    FastTrack360GetCandidateOperator,
    FastTrack360ListCandidatesOperator,
    FastTrack360UpsertCandidateOperator,
)
from airflow_provider_fleetops.operators.fasttrack360.clients import (
    FastTrack360GetClientOperator,
    FastTrack360ListClientsOperator,
    FastTrack360UpsertClientOperator,
)
from airflow_provider_fleetops.operators.fasttrack360.comments import (
    FastTrack360AddCommentOperator,
    FastTrack360ListCommentsOperator,
)
from airflow_provider_fleetops.operators.fasttrack360.contacts import (
    FastTrack360GetContactOperator,
    FastTrack360ListContactsOperator,
    FastTrack360ListCostCentresOperator,
    FastTrack360UpsertContactOperator,
    FastTrack360UpsertCostCentreOperator,
)
from airflow_provider_fleetops.operators.fasttrack360.job_actions import (
    FastTrack360FillJobOrderOperator,
    FastTrack360SubmitToTimesheetOperator,
    FastTrack360UndoSubmitToTimesheetOperator,
)
from airflow_provider_fleetops.operators.fasttrack360.job_orders import (
    FastTrack360CancelJobOrderOperator,
    FastTrack360CreateJobOrderOperator,
    FastTrack360GetJobOrderOperator,
    FastTrack360ListJobOrdersOperator,
    FastTrack360UpdateJobOrderOperator,
)
from airflow_provider_fleetops.operators.fasttrack360.lookups import (
    FastTrack360ListGradesOperator,
    FastTrack360ListOfficesOperator,
    FastTrack360ListSkillGroupsOperator,
    FastTrack360ListStatusesOperator,
)
from airflow_provider_fleetops.operators.fasttrack360.timesheets import (
    FastTrack360GetTimesheetOperator,
    FastTrack360ListTimesheetsOperator,
    FastTrack360UpdateTimesheetOperator,
    FastTrack360UpsertTimesheetOperator,
)

__all__ = [
    "FastTrack360AddCommentOperator",
    "FastTrack360CancelJobOrderOperator",
    "FastTrack360CreateJobOrderOperator",
    "FastTrack360FillJobOrderOperator",
    "FastTrack360GetCandidateOperator",
    "FastTrack360GetClientOperator",
    "FastTrack360GetContactOperator",
    "FastTrack360GetJobOrderOperator",
    "FastTrack360GetTimesheetOperator",
    "FastTrack360ListCandidatesOperator",
    "FastTrack360ListClientsOperator",
    "FastTrack360ListCommentsOperator",
    "FastTrack360ListContactsOperator",
    "FastTrack360ListCostCentresOperator",
    "FastTrack360ListGradesOperator",
    "FastTrack360ListJobOrdersOperator",
    "FastTrack360ListOfficesOperator",
    "FastTrack360ListSkillGroupsOperator",
    "FastTrack360ListStatusesOperator",
    "FastTrack360ListTimesheetsOperator",
    "FastTrack360SubmitToTimesheetOperator",
    "FastTrack360UndoSubmitToTimesheetOperator",
    "FastTrack360UpdateJobOrderOperator",
    "FastTrack360UpdateTimesheetOperator",
    "FastTrack360UpsertCandidateOperator",
    "FastTrack360UpsertClientOperator",
    "FastTrack360UpsertContactOperator",
    "FastTrack360UpsertCostCentreOperator",
    "FastTrack360UpsertTimesheetOperator",
]
