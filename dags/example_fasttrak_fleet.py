"""Each night: copy the operator's records to files, and say which cars and licences need somebody's attention."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_fleetops.operators.fasttrak import (
    FasttrakAgingReportOperator,
    FasttrakListAffiliatesOperator,
    FasttrakListCustomersOperator,
    FasttrakListEmployeesOperator,
    FasttrakListPricingPlansOperator,
    FasttrakListVehiclesOperator,
    FasttrakListVehicleTypesOperator,
    FasttrakSearchEmployeePaysOperator,
    FasttrakSearchReservationsOperator,
)
from airflow_provider_fleetops.pools import pool

DAY = "{{ params.day or (dag_run.run_after | ds) }}"
FOLDER = "{{ params.folder }}/" + DAY

with DAG(
    dag_id="example_fasttrak_fleet",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    tags=["fleetops", "example"],
    default_args={"pool": pool("fasttrak"), "retries": 2, "retry_delay": timedelta(seconds=10)},
    params={
        "day": Param(None, type=["null", "string"], format="date", description="The day (UTC); by default the run's."),
        "folder": Param(
            (Path(tempfile.gettempdir()) / "fasttrak").as_uri(),
            type="string",
            description="Where the files go: any URL that ObjectStoragePath knows. They name people.",
        ),
    },
    doc_md=__doc__,
):
    # [START howto_fasttrak_sync]
    vehicles = FasttrakListVehiclesOperator(task_id="vehicles", output_path=f"{FOLDER}/vehicles.jsonl")
    types = FasttrakListVehicleTypesOperator(task_id="types", output_path=f"{FOLDER}/vehicle_types.jsonl")
    employees = FasttrakListEmployeesOperator(
        task_id="employees", include_inactive=True, output_path=f"{FOLDER}/employees.jsonl"
    )
    affiliates = FasttrakListAffiliatesOperator(task_id="affiliates", output_path=f"{FOLDER}/affiliates.jsonl")
    plans = FasttrakListPricingPlansOperator(
        task_id="plans", include_disabled=True, output_path=f"{FOLDER}/pricing_plans.jsonl"
    )
    customers = FasttrakListCustomersOperator(task_id="customers", output_path=f"{FOLDER}/customers.jsonl")
    # [END howto_fasttrak_sync]

    # [START howto_fasttrak_alert]
    @task
    def attention(cars: list[dict[str, Any]], people: list[dict[str, Any]]) -> dict[str, list[int]]:
        """Cars that are out of service and licences that have run out, by number: XCom names nobody."""
        licences = [person for person in people if person.get("hasExpiredLicense") and not person.get("isInactive")]
        return {
            "out_of_service": [car["vehicleId"] for car in cars if car.get("isOutOfService")],
            "vehicles_without_licence": [car["vehicleId"] for car in cars if car.get("hasExpiredLicense")],
            "drivers_without_licence": [person["employeeId"] for person in licences],
        }

    @task
    def alert(found: dict[str, list[int]]) -> None:
        """Tell the fleet office; here it is a line in the log."""
        for what, numbers in found.items():
            if numbers:
                print(f"{what}: {numbers}")  # noqa: T201 - Airflow's task log

    # [END howto_fasttrak_alert]

    # [START howto_fasttrak_day]
    trips = FasttrakSearchReservationsOperator(
        task_id="trips",
        from_time=f"{DAY}T00:00:00Z",
        to_time=f"{DAY}T23:59:59Z",
        summary_only=True,
        output_path=f"{FOLDER}/trips.jsonl",
    )
    pays = FasttrakSearchEmployeePaysOperator(
        task_id="pays", pay_status="NotPaid", output_path=f"{FOLDER}/employee_pays.jsonl"
    )
    owed = FasttrakAgingReportOperator(
        task_id="owed", aging_date=f"{DAY}T23:59:59Z", output_path=f"{FOLDER}/ageing.json"
    )
    # [END howto_fasttrak_day]

    alert(attention(vehicles.output, employees.output))
