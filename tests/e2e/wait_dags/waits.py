"""What the test of two triggerers runs: a mapped sensor for each flight, all in one window."""

from __future__ import annotations

from airflow.sdk import DAG, Param, task

from airflow_provider_fleetops.sensors.fl3xx import Fl3xxFlightStateSensor

PARAMS = {"flights": Param([], type="array"), "day": Param("", type="string")}

with DAG("waits", schedule=None, params=PARAMS):

    @task
    def flights(params: dict[str, list[int]] | None = None) -> list[int]:
        """The flights, one for each mapped task."""
        return (params or {})["flights"]

    day = "{{ params.day }}"
    sensor = Fl3xxFlightStateSensor.partial(task_id="landed", from_date=day, to_date=day, deferrable=True)
    sensor.expand(flight_id=flights())
