"""Ship a whole manifest in one task, once per order whatever happens to it, and wait for all its parcels.

The other tasks book cars, bring clients up to date and comment on them from files of the same kind.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.sdk import DAG, Param, task

from airflow_provider_fleetops.operators.bulk import (
    FastracBulkShipmentsOperator,
    FastTrack360BulkClientsOperator,
    FastTrack360BulkCommentsOperator,
    FasttrakBulkReservationsOperator,
)
from airflow_provider_fleetops.pools import pool
from airflow_provider_fleetops.sensors.fastrac import FastracShipmentSensor

DEPOT = {"name": "West Depot", "phone": "6281100000001", "address": "Jl. Contoh 1", "region_id": 3174050003}

with DAG(
    dag_id="example_bulk",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    tags=["fleetops", "example"],
    default_args={"retries": 2, "retry_delay": timedelta(seconds=10)},
    params={"folder": Param("file:///tmp/fleetops", type="string", description="Where the manifests are.")},
    doc_md=__doc__,
):
    # [START howto_fastrac_bulk_shipments]
    shipped = FastracBulkShipmentsOperator(
        task_id="shipped",
        manifest_path="{{ params.folder }}/orders.csv",
        results_path="{{ params.folder }}/orders.results.csv",
        rejects_path="{{ params.folder }}/orders.rejects.csv",
        common={"courier_code": "anteraja", "code_service": "ND", "shipper": DEPOT},
        deferrable=True,
        pool=pool("fastrac"),
    )
    # [END howto_fastrac_bulk_shipments]

    # [START howto_fastrac_bulk_results]
    @task
    def parcels(results: str) -> list[str]:
        """Read the AWBs of the rows that are done."""
        import csv
        import io

        from airflow.sdk import ObjectStoragePath

        text = ObjectStoragePath(results).read_text(encoding="utf-8")
        return [row["awb"] for row in csv.DictReader(io.StringIO(text, newline="")) if row["outcome"] == "done"]

    delivered = FastracShipmentSensor(
        task_id="delivered",
        awbs="{{ ti.xcom_pull('parcels') }}",
        courier_code="anteraja",
        deferrable=True,
        timeout=timedelta(days=14).total_seconds(),
    )
    # [END howto_fastrac_bulk_results]

    # [START howto_fasttrak_bulk_reservations]
    booked = FasttrakBulkReservationsOperator(
        task_id="booked",
        manifest_path="{{ params.folder }}/cars.jsonl",
        results_path="{{ params.folder }}/cars.results.jsonl",
        rejects_path="{{ params.folder }}/cars.rejects.jsonl",
        common={"customer": {"first_name": "Ops", "last_name": "Desk", "email": "ops@fleet.example"}},
        search_hours=2,
        skip_invalid=True,
        pool=pool("fasttrak"),
    )
    # [END howto_fasttrak_bulk_reservations]

    # [START howto_fasttrack360_bulk]
    clients = FastTrack360BulkClientsOperator(
        task_id="clients",
        manifest_path="{{ params.folder }}/clients.csv",
        results_path="{{ params.folder }}/clients.results.csv",
        rejects_path="{{ params.folder }}/clients.rejects.csv",
        pool=pool("fasttrack360"),
    )
    comments = FastTrack360BulkCommentsOperator(
        task_id="comments",
        subject="client",
        manifest_path="{{ params.folder }}/comments.csv",
        results_path="{{ params.folder }}/comments.results.csv",
        rejects_path="{{ params.folder }}/comments.rejects.csv",
        fail_on_rejects=False,
        pool=pool("fasttrack360"),
    )
    # [END howto_fasttrack360_bulk]

    shipped >> parcels("{{ ti.xcom_pull('shipped')['results'] }}") >> delivered
    clients >> comments
