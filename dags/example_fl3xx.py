"""Look at the next departures: is every crew complete, and how late do they leave?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_fleetops.operators.fl3xx import Fl3xxListFlightsOperator
from airflow_provider_fleetops.pools import pool
from airflow_provider_fleetops.sensors.fl3xx import Fl3xxFlightStateSensor

DAY = "{{ params.day or (dag_run.run_after | ds) }}"

with DAG(
    dag_id="example_fl3xx",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    tags=["fleetops", "example"],
    default_args={"pool": pool("fl3xx"), "retries": 2, "retry_delay": timedelta(seconds=10)},
    params={
        "day": Param(None, type=["null", "string"], format="date", description="The day (UTC); by default the run's."),
        "flights": Param(3, type="integer", minimum=1, description="How many departures to look at."),
    },
    doc_md=__doc__,
):
    # [START howto_fl3xx_list_flights]
    flights = Fl3xxListFlightsOperator(
        task_id="flights",
        from_date=DAY,
        to_date=DAY,
        include="ALL",  # cancelled flights too: the sensor below asks the same, and gets this answer
        time_zone="UTC",
    )
    # [END howto_fl3xx_list_flights]

    @task
    def next_departures(programme: list[dict[str, Any]], params: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """The flights that leave next; without one, the rest is skipped."""
        from airflow.sdk.exceptions import AirflowSkipException

        waiting = [f for f in programme if f["state"] == "SCHEDULED" and f["blockOffEstUTC"]]
        if not waiting:
            raise AirflowSkipException("no departure is left today")
        waiting.sort(key=lambda flight: flight["blockOffEstUTC"])
        return waiting[: (params or {})["flights"]]

    # [START howto_fl3xx_hook]
    @task
    def crew_gaps(departures: list[dict[str, Any]]) -> dict[str, list[str]]:
        """Which of the two pilots is missing on which flight: roles and flight numbers, no names."""
        from airflow_provider_fleetops.hooks.fl3xx import Fl3xxHook

        hook = Fl3xxHook()
        gaps: dict[str, list[str]] = {}
        for flight in departures:
            roles = {member["role"] for member in hook.crew(flight["flightId"])}
            if missing := sorted({"CMD", "FO"} - roles):
                gaps[str(flight["flightId"])] = missing
        return gaps

    # [END howto_fl3xx_hook]

    # [START howto_fl3xx_flight_state]
    departed = Fl3xxFlightStateSensor(
        task_id="departed",
        flight_ids="{{ ti.xcom_pull('next_departures') | map(attribute='flightId') | list }}",
        from_date=DAY,
        to_date=DAY,
        target_state="OFF_BLOCK",
        condition="any",
        deferrable=True,
        timeout=timedelta(hours=12).total_seconds(),
    )
    # [END howto_fl3xx_flight_state]

    @task
    def delays(departures: list[dict[str, Any]], seen: dict[str, Any]) -> dict[str, float]:
        """By how many minutes each departure has moved since the programme was read."""
        moved = {}
        for flight in departures:
            now = seen["facts"][str(flight["flightId"])]["departure"]
            slip = datetime.fromisoformat(now) - datetime.fromisoformat(flight["blockOffEstUTC"])
            moved[str(flight["flightId"])] = slip.total_seconds() / 60
        return moved

    departures = next_departures(flights.output)
    crew_gaps(departures)
    departures >> departed
    delays(departures, departed.output)
