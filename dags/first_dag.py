"""The first DAG of the README and the tutorial."""

# [START first_dag]
from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import DAG, task

from airflow_provider_fleetops.operators.fl3xx import Fl3xxListFlightsOperator
from airflow_provider_fleetops.sensors.fl3xx import Fl3xxFlightStateSensor

DAY = "{{ dag_run.run_after | ds }}"

with DAG("first_fleet_dag", schedule="0 4 * * *", start_date=datetime(2026, 1, 1, tzinfo=UTC), catchup=False):
    flights = Fl3xxListFlightsOperator(task_id="flights", from_date=DAY, to_date=DAY)

    @task.short_circuit
    def numbers(flights: list[dict[str, object]]) -> list[object]:
        return [flight["flightId"] for flight in flights]

    home = Fl3xxFlightStateSensor(
        task_id="home", flight_ids=numbers(flights.output), from_date=DAY, to_date=DAY, deferrable=True
    )

    @task
    def report(result: dict[str, dict[str, str]]) -> str:
        return f"{len(result['reached'])} flights are home"

    report(home.output)
# [END first_dag]
