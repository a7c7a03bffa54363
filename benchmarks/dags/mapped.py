"""The same parcels waited for twice: by one sensor, and by a mapped sensor for each, as the run lists them."""

from __future__ import annotations

from airflow.sdk import DAG, Param, task

from airflow_provider_fleetops.sensors.fastrac import FastracShipmentSensor

PARAMS = {"awbs": Param([], type="array")}
COURIER = "anteraja"

with DAG("wait_one", schedule=None, params=PARAMS, render_template_as_native_obj=True):
    FastracShipmentSensor(task_id="parcels", awbs="{{ params.awbs }}", courier_code=COURIER, deferrable=True)

with DAG("wait_mapped", schedule=None, params=PARAMS, max_active_tasks=64):

    @task
    def parcels(params: dict[str, list[str]] | None = None) -> list[str]:
        """The AWBs, one for each mapped task."""
        return (params or {})["awbs"]

    FastracShipmentSensor.partial(task_id="parcel", courier_code=COURIER, deferrable=True).expand(awb=parcels())
