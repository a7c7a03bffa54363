"""The same comments twice: as one bulk task, and as a mapped task for each, from the manifest that the run names."""

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_fleetops.operators.bulk import FastTrack360BulkCommentsOperator
from airflow_provider_fleetops.operators.fasttrack360.comments import FastTrack360AddCommentOperator

PARAMS = {"manifest": Param("", type="string")}

with DAG("bulk_one", schedule=None, params=PARAMS):
    FastTrack360BulkCommentsOperator(
        task_id="comments",
        manifest_path="{{ params.manifest }}",
        results_path="{{ params.manifest }}.results.csv",
        rejects_path="{{ params.manifest }}.rejects.csv",
    )

with DAG("bulk_mapped", schedule=None, params=PARAMS, max_active_tasks=16):

    @task
    def rows(params: dict[str, str] | None = None) -> list[dict[str, Any]]:
        """The manifest's rows as arguments of mapped tasks."""
        import csv
        from pathlib import Path

        with Path((params or {})["manifest"]).open(newline="") as file:
            return [{**row, "operation_key": f"mapped {row['operation_key']}"} for row in csv.DictReader(file)]

    FastTrack360AddCommentOperator.partial(task_id="comments", subject="client").expand_kwargs(rows())
