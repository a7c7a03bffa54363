"""What the test of re-runs runs: a parcel under the task instance's own key, and a car under a business key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import DAG, Param

from airflow_provider_fleetops.operators.fastrac import FastracCreateShipmentOperator
from airflow_provider_fleetops.operators.fasttrak import FasttrakCreateReservationOperator


def party(name: str, region: int) -> dict[str, Any]:
    return {"name": name, "phone": "6281100000001", "address": "Jl. Contoh 1", "region_id": region}


with DAG(
    "reruns",
    schedule="@daily",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    end_date=datetime(2026, 1, 9, tzinfo=UTC),  # the scheduler makes no run of its own
    catchup=False,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=1)},
    params={"order": Param("none", type="string")},
):
    FastracCreateShipmentOperator(
        task_id="parcel",
        courier_code="anteraja",
        code_service="ND",
        shipper=party("Depot", 3174050003),
        receiver=party("Receiver", 3578110002),
        item={
            "name": "Pump", "desc": "{{ run_id }}", "category": "Dokumen", "value": 225_000, "weight": 1_560,
            "length": 24, "width": 20, "height": 12,
        },
    )  # fmt: skip
    FasttrakCreateReservationOperator(
        task_id="car",
        external_booking_id="{{ params.order }}",
        scheduled_pickup_time="2031-04-02T11:00:00Z",
        passenger={"name": "Ada Example"},
        from_location="Airport Example",
        to_location="Hotel Example",
        customer={"first_name": "Ops", "last_name": "Desk"},
        travel_type="Ground",
        vehicle_type_id=1,
    )
