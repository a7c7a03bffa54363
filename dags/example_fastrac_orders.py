"""Ship a day's orders, each once: a guard for the balance, a mapped task a parcel, one sensor for all, the accounts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_fleetops.operators.fastrac import (
    FastracBalanceHistoryOperator,
    FastracCalculateItemsOperator,
    FastracCreateShipmentOperator,
    FastracFindPostCodeOperator,
    FastracReadBalanceOperator,
)
from airflow_provider_fleetops.pools import pool
from airflow_provider_fleetops.sensors.fastrac import FastracShipmentSensor

WAREHOUSE = 3174050003
COURIER, SERVICE = "anteraja", "ND"
CART = [
    {"name": "Coffee", "weight": 520, "length": 8, "width": 12, "height": 20, "quantity": 2},
    {"name": "Cup", "weight": 310, "length": 10, "width": 10, "height": 12, "quantity": 1},
]


def customer_of(context: Any) -> dict[str, Any]:
    """Look the customer up when the task runs, so that no name is in an XCom; here a table stands for your system."""
    customers = {"SO-1": ("Sari", "Jl. Misal 22"), "SO-2": ("Budi", "Jl. Misal 23")}
    name, address = customers[context["task"].reference]
    place = context["ti"].xcom_pull("customers_place")[0]
    return {"name": name, "phone": "6281100000002", "address": address, "region_id": place["subdistrict_id"]}


with DAG(
    dag_id="example_fastrac_orders",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    tags=["fleetops", "example"],
    default_args={"pool": pool("fastrac"), "retries": 2, "retry_delay": timedelta(seconds=10)},
    params={
        "orders": Param(["SO-1", "SO-2"], type="array", description="Numbers of paid orders: each is shipped once."),
        "post_code": Param("60281", type="string", description="Where the customers live."),
        "folder": Param("file:///tmp/fleetops", type="string", description="Where the rows go: an ObjectStoragePath."),
    },
    render_template_as_native_obj=True,
    doc_md=__doc__,
):
    # [START howto_fastrac_read_balance]
    enough = FastracReadBalanceOperator(task_id="enough", minimum=500_000)
    # [END howto_fastrac_read_balance]

    # [START howto_fastrac_find_post_code]
    place = FastracFindPostCodeOperator(task_id="customers_place", postal_code="{{ params.post_code }}")
    # [END howto_fastrac_find_post_code]

    # [START howto_fastrac_calculate_items]
    packed = FastracCalculateItemsOperator(task_id="packed", courier_code=COURIER, items=CART)
    # [END howto_fastrac_calculate_items]

    @task
    def parcels(measures: dict[str, Any], params: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """One parcel an order, packed as the courier would."""
        length, width, height = (int(side) for side in measures["suggested_optimal_volumetric"].split("x"))
        sizes = {"length": length, "width": width, "height": height}
        weight = max(measures["final_actual_weight"], 1000)
        item = {"name": "Coffee set", "category": "Peralatan Rumah Tangga", "value": 225_000, "weight": weight, **sizes}
        return [{"reference": order, "item": item | {"desc": order}} for order in (params or {})["orders"]]

    # [START howto_fastrac_mapped_shipments]
    shipped = FastracCreateShipmentOperator.partial(
        task_id="shipped",
        courier_code=COURIER,
        code_service=SERVICE,
        shipper={"name": "West Depot", "phone": "6281100000001", "address": "Jl. Contoh 1", "region_id": WAREHOUSE},
        receiver=customer_of,
        insurance=True,
    ).expand_kwargs(parcels(packed.output))

    delivered = FastracShipmentSensor(
        task_id="delivered",
        awbs="{{ ti.xcom_pull('shipped') }}",
        deferrable=True,
        timeout=timedelta(days=14).total_seconds(),
    )
    # [END howto_fastrac_mapped_shipments]

    # [START howto_fastrac_balance_history]
    accounts = FastracBalanceHistoryOperator(
        task_id="accounts",
        from_date="{{ dag_run.run_after | ds }}",
        filter_status="order",
        output_path="{{ params.folder }}/fastrac-{{ dag_run.run_after | ds }}.jsonl",
    )
    # [END howto_fastrac_balance_history]

    [enough, place] >> shipped
    shipped >> delivered >> accounts
