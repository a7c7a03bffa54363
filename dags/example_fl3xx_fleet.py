"""Look after the fleet: what changed in the programme, which aircraft is free tomorrow, how late flights were."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_fleetops.operators.fl3xx import (
    Fl3xxAircraftAvailabilityOperator,
    Fl3xxFlightChangesOperator,
    Fl3xxGetPostflightOperator,
    Fl3xxListAircraftOperator,
    Fl3xxListFlightsOperator,
)
from airflow_provider_fleetops.pools import pool

TODAY = "{{ dag_run.run_after | ds }}"
TOMORROW = "{{ macros.ds_add(dag_run.run_after | ds, 1) }}"

with DAG(
    dag_id="example_fl3xx_fleet",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    tags=["fleetops", "example"],
    default_args={"pool": pool("fl3xx"), "retries": 2, "retry_delay": timedelta(seconds=10)},
    params={
        "folder": Param(
            "file:///tmp/fleetops", type="string", description="Where the last look is kept: a path of yours."
        ),
        "late_minutes": Param(15, type="integer", minimum=0, description="From which delay a flight is reported."),
    },
    doc_md=__doc__,
):
    # [START howto_fl3xx_flight_changes]
    changes = Fl3xxFlightChangesOperator(
        task_id="changes",
        from_date=TODAY,
        to_date="{{ macros.ds_add(dag_run.run_after | ds, 14) }}",
        snapshot_path="{{ params.folder }}/programme.json",
    )
    # [END howto_fl3xx_flight_changes]

    # [START howto_fl3xx_availability]
    fleet = Fl3xxListAircraftOperator(task_id="fleet")
    free_tomorrow = Fl3xxAircraftAvailabilityOperator.partial(
        task_id="free_tomorrow",
        from_time=f"{TOMORROW}T06:00:00Z",
        to_time=f"{TOMORROW}T20:00:00Z",
    ).expand(tail=fleet.output.map(lambda aircraft: aircraft["tailNumber"]))
    # [END howto_fl3xx_availability]

    # [START howto_fl3xx_postflight]
    flights = Fl3xxListFlightsOperator(task_id="flights", from_date=TODAY, to_date=TODAY, time_zone="UTC")

    @task
    def landed(programme: list[dict[str, Any]]) -> list[int]:
        """The flights that are home."""
        return [flight["flightId"] for flight in programme if flight["state"] in ("ON_BLOCK", "POST_FLIGHT_CLOSED")]

    reports = Fl3xxGetPostflightOperator.partial(task_id="reports").expand(flight_id=landed(flights.output))

    @task
    def late(reports: list[dict[str, Any]], params: dict[str, Any] | None = None) -> dict[str, float]:
        """By flight, how many minutes late it left its stand."""
        delays = {str(report["flightId"]): report["delays"].get("blocksOff", 0.0) for report in reports}
        return {flight: delay for flight, delay in delays.items() if delay >= (params or {})["late_minutes"]}

    late(reports.output)
    # [END howto_fl3xx_postflight]
