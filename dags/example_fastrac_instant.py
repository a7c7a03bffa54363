"""Send a part within hours with the cheapest instant courier, call it off if nobody comes; tell of a low balance."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_fleetops.operators.fastrac import (
    FastracCancelShipmentOperator,
    FastracCreateInstantShipmentOperator,
)
from airflow_provider_fleetops.pools import pool
from airflow_provider_fleetops.sensors.fastrac import FastracLowBalanceSensor, FastracShipmentSensor

DEPOT = {
    "name": "West Depot",
    "email": "depot@fleet.example",
    "phone": "6281100000001",
    "address": "Jl. Contoh 1",
    "region_id": 3174050003,
    "lat": -6.2601,
    "lng": 106.7810,
}
STATION = DEPOT | {
    "name": "Line Station",
    "email": "line@fleet.example",
    "phone": "6281100000002",
    "address": "Jl. Apron 22",
    "region_id": 3171010004,
    "lat": -6.1900,
    "lng": 106.8200,
}

COMMON: dict[str, Any] = {
    "schedule": None,
    "start_date": datetime(2026, 1, 1, tzinfo=UTC),
    "catchup": False,
    "tags": ["fleetops", "example"],
    "default_args": {"pool": pool("fastrac"), "retries": 2, "retry_delay": timedelta(seconds=10)},
    "doc_md": __doc__,
}

with DAG(
    dag_id="example_fastrac_instant",
    params={"job": Param("WO-4711", type="string", description="Your number of the job: its part is sent once.")},
    **COMMON,
):
    # [START howto_fastrac_create_instant_shipment]
    sent = FastracCreateInstantShipmentOperator(
        task_id="sent",
        reference="{{ params.job }}",
        shipper=DEPOT,
        receiver=STATION,
        item={
            "name": "Fuel pump",
            "desc": "{{ params.job }}",
            "category": "Perlengkapan Mobil & Motor",
            "value": 225_000,
            "weight": 1560,
            "length": 24,
            "width": 20,
            "height": 12,
        },
        vehicle_type="bike",
        max_total=150_000,
    )
    # [END howto_fastrac_create_instant_shipment]

    # [START howto_fastrac_cancel_shipment]
    picked = FastracShipmentSensor(
        task_id="picked",
        awbs=[sent.output],
        target_state="PICKED",
        deferrable=True,
        timeout=timedelta(hours=2).total_seconds(),
    )
    called_off = FastracCancelShipmentOperator(
        task_id="called_off",
        awb="{{ ti.xcom_pull('sent')['awb'] }}",
        courier_code="{{ ti.xcom_pull('sent')['courier_code'] }}",
        reason="No courier came within two hours",
        trigger_rule="one_failed",
    )
    # [END howto_fastrac_cancel_shipment]

    sent >> picked >> called_off


with DAG(dag_id="example_fastrac_low_balance", **COMMON):
    # [START howto_fastrac_low_balance]
    low = FastracLowBalanceSensor(
        task_id="low", threshold=1_000_000, deferrable=True, timeout=timedelta(days=7).total_seconds(), soft_fail=True
    )

    @task
    def top_up(seen: dict[str, Any]) -> str:
        """Tell the people who pay; put your message in place of the text."""
        (facts,) = seen["facts"].values()
        return f"Fastrac's balance is down to {facts['balance']:,.0f} rupiah"

    top_up(low.output)
    # [END howto_fastrac_low_balance]
