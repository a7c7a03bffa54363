"""Keep a staffing client in step with your own books, and note on it what was staffed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_fleetops.operators.fasttrack360 import (
    FastTrack360AddCommentOperator,
    FastTrack360UpsertClientOperator,
)
from airflow_provider_fleetops.pools import pool
from airflow_provider_fleetops.sensors.fasttrack360 import FastTrack360JobFilledSensor

with DAG(
    dag_id="example_fasttrack360",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    tags=["fleetops", "example"],
    default_args={"pool": pool("fasttrack360"), "retries": 2, "retry_delay": timedelta(seconds=10)},
    params={
        "office_id": Param(11, type="integer", description="The office that serves the client."),
        "job_order_id": Param(200000002, type="integer", description="The job that must be filled."),
    },
    doc_md=__doc__,
):
    # [START howto_fasttrack360_upsert_client]
    client = FastTrack360UpsertClientOperator(
        task_id="client",
        external_reference="CRM-4711",
        name="Meridian Business Jets",
        office_id="{{ params.office_id }}",
        grade_id=11,
        status="Active",
        address={"line1": "4 Apron Way", "city": "Melbourne", "state": "VIC", "country": "Australia"},
    )
    # [END howto_fasttrack360_upsert_client]

    # [START howto_fasttrack360_job_filled]
    filled = FastTrack360JobFilledSensor(
        task_id="filled", ids="{{ params.job_order_id }}", deferrable=True, timeout=6 * 3600
    )
    # [END howto_fasttrack360_job_filled]

    # [START howto_fasttrack360_hook]
    @task
    def changed_jobs(dag_run: Any = None) -> int:
        """Count the job orders that changed in the last day; a call costs one unit of the day's quota."""
        from airflow_provider_fleetops.hooks.fasttrack360 import FastTrack360Hook

        yesterday = dag_run.run_after - timedelta(days=1)
        return len(FastTrack360Hook().rows("job_orders.list", modified_since=yesterday))

    # [END howto_fasttrack360_hook]

    # [START howto_fasttrack360_add_comment]
    comment = FastTrack360AddCommentOperator(
        task_id="comment",
        subject="client",
        subject_id="{{ ti.xcom_pull('client')['client_id'] }}",
        comment="Job order {{ params.job_order_id }} is filled; "
        "{{ ti.xcom_pull('changed_jobs') }} job orders changed since yesterday.",
    )
    # [END howto_fasttrack360_add_comment]

    [client, filled, changed_jobs()] >> comment
