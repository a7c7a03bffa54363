"""From a roster to timesheets: a job order for each shift, filled with whom the roster names, then submitted.

Three calls of the day's quota for each shift, and one for the look that waits for all of them. Every step is done once:
clear a task, retry it or run the DAG again, and what is there already is found.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_fleetops.operators.fasttrack360 import (
    FastTrack360CreateJobOrderOperator,
    FastTrack360FillJobOrderOperator,
    FastTrack360ListTimesheetsOperator,
    FastTrack360SubmitToTimesheetOperator,
)
from airflow_provider_fleetops.pools import pool
from airflow_provider_fleetops.sensors.fasttrack360 import FastTrack360JobFilledSensor

Row = dict[str, Any]

with DAG(
    dag_id="example_fasttrack360_roster",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    tags=["fleetops", "example"],
    default_args={"pool": pool("fasttrack360"), "retries": 2, "retry_delay": timedelta(minutes=1)},
    params={
        "client_id": Param(100000001, type="integer", description="The client whose roster it is."),
        "ordered_by": Param(150000001, type="integer", description="The client's contact who orders."),
    },
    doc_md=__doc__,
):

    @task
    def roster() -> list[Row]:
        """The week's shifts as your roster names them; the candidate is known by the agency's number, not by name."""
        return [
            {"shift": "W21-ramp-1", "first_day": "2032-05-17", "last_day": "2032-05-23", "candidate_id": 300000035},
            {"shift": "W21-ramp-2", "first_day": "2032-05-17", "last_day": "2032-05-23", "candidate_id": 300000036},
        ]

    @task
    def orders_of(shifts: list[Row]) -> list[Row]:
        """What differs from order to order."""
        return [{"external_reference": s["shift"], **{k: s[k] for k in ("first_day", "last_day")}} for s in shifts]

    @task
    def fillings_of(shifts: list[Row], made: list[Row]) -> list[Row]:
        """Who takes which job order."""
        pairs = zip(shifts, made, strict=True)
        return [{"job_order_id": m["job_order_id"], "candidate_id": s["candidate_id"]} for s, m in pairs]

    shifts = roster()

    # [START howto_fasttrack360_create_job_order]
    orders = FastTrack360CreateJobOrderOperator.partial(
        task_id="order",
        client_id="{{ params.client_id }}",
        job_type="Temporary",
        ordered_by_contact_id="{{ params.ordered_by }}",
    ).expand_kwargs(orders_of(shifts))
    # [END howto_fasttrack360_create_job_order]

    # [START howto_fasttrack360_fill_and_submit]
    fillings = fillings_of(shifts, orders.output)
    filled = FastTrack360FillJobOrderOperator.partial(task_id="fill").expand_kwargs(fillings)

    numbers = filled.output.map(lambda done: done["job_order_id"])
    submitted = FastTrack360SubmitToTimesheetOperator.partial(task_id="submit").expand(job_order_id=numbers)
    # [END howto_fasttrack360_fill_and_submit]

    # [START howto_fasttrack360_wait_for_all]
    all_submitted = FastTrack360JobFilledSensor(
        task_id="all_submitted",
        ids="{{ ti.xcom_pull('submit') | map(attribute='job_order_id') | list }}",
        modified_since="{{ dag_run.run_after - macros.timedelta(days=1) }}",
        target_state="SUBMITTED",
        deferrable=True,
        timeout=6 * 3600,
    )
    # [END howto_fasttrack360_wait_for_all]

    # [START howto_fasttrack360_list_timesheets]
    sheets = FastTrack360ListTimesheetsOperator(
        task_id="timesheets", modified_since="{{ dag_run.run_after - macros.timedelta(days=1) }}"
    )
    # [END howto_fasttrack360_list_timesheets]

    submitted >> all_submitted >> sheets
