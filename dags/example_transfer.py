"""Copy lists of the vendors to files: a window of flights as Parquet, and what changed among the candidates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import DAG, Asset, Param, task

from airflow_provider_fleetops.pools import pool
from airflow_provider_fleetops.transfers.object_storage import FleetOpsToObjectStorageOperator

FOLDER = "{{ params.folder }}"
CANDIDATES = Asset("fasttrack360_candidates")

with DAG(
    dag_id="example_transfer",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,  # an incremental list has one reader
    tags=["fleetops", "example"],
    default_args={"retries": 3, "retry_delay": timedelta(seconds=40)},
    params={
        "folder": Param("file:///tmp/fleetops", type="string", description="An ObjectStoragePath."),
        "from_date": Param("2026-01-01", type="string", format="date", description="First day of the flights."),
        "to_date": Param("2026-06-30", type="string", format="date", description="Last day of the flights."),
    },
    doc_md=__doc__,
):
    # [START howto_transfer_window]
    flights = FleetOpsToObjectStorageOperator(
        task_id="flights",
        vendor="fl3xx",
        endpoint="flights.list",
        arguments={"from_": "{{ params.from_date }}", "to": "{{ params.to_date }}", "include": "ALL"},
        path=f"{FOLDER}/flights/{{{{ run_id }}}}.parquet",
        file_format="parquet",
        pool=pool("fl3xx"),
        deferrable=True,  # long windows are several calls; a limit between two of them holds no worker
    )
    # [END howto_transfer_window]

    # [START howto_transfer_incremental]
    candidates = FleetOpsToObjectStorageOperator(
        task_id="candidates",
        vendor="fasttrack360",
        endpoint="candidates.list",
        arguments={"page_size": 200},  # the vendor's quota counts pages
        path=f"{FOLDER}/candidates/{{{{ run_id }}}}.jsonl",
        incremental=True,
        personal="hash",  # the same e-mail has the same hash in every file, and no file shows it
        outlets=[CANDIDATES],  # keeps the cursor on Airflow 3.3
        pool=pool("fasttrack360"),
        deferrable=True,
    )
    # [END howto_transfer_incremental]

    # [START howto_transfer_read]
    @task
    def count(copied: dict[str, Any]) -> int:
        """Read the file that a transfer left: its path is the result, its rows never were in XCom."""
        from airflow.sdk import ObjectStoragePath

        with ObjectStoragePath(copied["path"]).open("rb") as file:
            return sum(1 for _ in file)

    # [END howto_transfer_read]

    flights >> count(candidates.output)
