"""Ship a parcel with the cheapest courier, wait until it is delivered, and read what it cost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_fleetops.operators.fastrac import (
    FastracCheckTariffOperator,
    FastracCreateShipmentOperator,
    FastracTrackShipmentOperator,
)
from airflow_provider_fleetops.pools import pool
from airflow_provider_fleetops.sensors.fastrac import FastracShipmentSensor

WAREHOUSE, CUSTOMER = 3174050003, 3578110002  # sub-districts; FastracHook().search_regions("...") finds them

with DAG(
    dag_id="example_fastrac",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    tags=["fleetops", "example"],
    default_args={"pool": pool("fastrac"), "retries": 2, "retry_delay": timedelta(seconds=10)},
    params={"order": Param("SO-10077", type="string", description="Your number of the order: it is shipped once.")},
    doc_md=__doc__,
):
    # [START howto_fastrac_check_tariff]
    rates = FastracCheckTariffOperator(
        task_id="rates",
        origin=WAREHOUSE,
        destination=CUSTOMER,
        items=[
            {"name": "Coffee", "weight": 520, "length": 8, "width": 12, "height": 20, "quantity": 3, "value": 75000}
        ],
        insurance=True,
    )
    # [END howto_fastrac_check_tariff]

    # [START howto_fastrac_create_shipment]
    parcel = FastracCreateShipmentOperator(
        task_id="parcel",
        reference="{{ params.order }}",
        courier_code="{{ ti.xcom_pull('rates')['best']['courier_code'] }}",
        code_service="{{ ti.xcom_pull('rates')['best']['code_service'] }}",
        shipper={"name": "West Depot", "phone": "6281100000001", "address": "Jl. Contoh 1", "region_id": WAREHOUSE},
        receiver={"name": "Sari", "phone": "6281100000002", "address": "Jl. Misal 22", "region_id": CUSTOMER},
        item={
            "name": "Coffee",
            "desc": "{{ params.order }}, 3 bags",
            "category": "Peralatan Rumah Tangga",
            "value": 225000,
            "weight": 1560,
            "length": 24,
            "width": 20,
            "height": 12,
        },
        insurance=True,
    )
    # [END howto_fastrac_create_shipment]

    # [START howto_fastrac_shipment]
    delivered = FastracShipmentSensor(
        task_id="delivered", awbs=[parcel.output], deferrable=True, timeout=timedelta(days=14).total_seconds()
    )
    # [END howto_fastrac_shipment]

    # [START howto_fastrac_track_shipment]
    where = FastracTrackShipmentOperator(
        task_id="where",
        awbs="{{ ti.xcom_pull('parcel')['awb'] }}",
        courier_code="{{ ti.xcom_pull('parcel')['courier_code'] }}",
    )
    # [END howto_fastrac_track_shipment]

    # [START howto_fastrac_hook]
    @task
    def spent_today(dag_run: Any = None) -> int:
        """Add up what today's orders took from the prepaid balance, in rupiah."""
        from airflow_provider_fleetops.hooks.fastrac import FastracHook

        day = dag_run.run_after.date()
        rows = FastracHook().balance_history(day, day + timedelta(days=1), filter_status="order")
        return sum(int(row["saldo_keluar"]) for row in rows)

    # [END howto_fastrac_hook]

    rates >> parcel >> where
    delivered >> spent_today()
