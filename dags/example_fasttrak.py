"""Book a car to the airport and one in reserve, leave earlier, and give the reserve back once a driver is assigned."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from airflow.sdk import DAG, Param, task

from airflow_provider_fleetops.operators.fasttrak import (
    FasttrakCancelReservationOperator,
    FasttrakCreateReservationOperator,
    FasttrakRetimeReservationOperator,
)
from airflow_provider_fleetops.pools import pool
from airflow_provider_fleetops.sensors.fasttrak import FasttrakReservationSensor

DAY = "{{ params.day or (dag_run.run_after | ds) }}"
CLIENT = {"first_name": "Ada", "last_name": "Example", "email": "travel@client.example", "phone": "+1 555 0100"}
HOTEL, AIRPORT = "1 Harbour Street, Port Example", {"displayAddress": "Port Example International"}

with DAG(
    dag_id="example_fasttrak",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    tags=["fleetops", "example"],
    default_args={"pool": pool("fasttrak"), "retries": 2, "retry_delay": timedelta(seconds=10)},
    params={
        "day": Param(None, type=["null", "string"], format="date", description="The day (UTC); by default the run's."),
        "vehicle_type_id": Param(1, type="integer", description="What to send: a number of vehicle_types.list."),
    },
    doc_md=__doc__,
):
    # [START howto_fasttrak_create_reservation]
    car = FasttrakCreateReservationOperator(
        task_id="car",
        external_booking_id=f"airport-{DAY}",
        scheduled_pickup_time=f"{DAY}T13:00:00Z",
        travel_type="Departure",
        flight={"airport_code": "KXX", "airline_code": "ZZ", "flight_number": "0417"},
        passenger={"name": "Ada Example", "phone": "+1 555 0100", "alias": "AE"},
        customer=CLIENT,
        from_location=HOTEL,
        to_location=AIRPORT,
        vehicle_type_id="{{ params.vehicle_type_id }}",
        passenger_count=2,
    )
    # [END howto_fasttrak_create_reservation]

    reserve = FasttrakCreateReservationOperator(
        task_id="reserve",
        external_booking_id=f"airport-reserve-{DAY}",
        scheduled_pickup_time=f"{DAY}T13:00:00Z",
        passenger={"name": "Ada Example"},
        customer=CLIENT,
        from_location=HOTEL,
        to_location=AIRPORT,
        vehicle_type_id="{{ params.vehicle_type_id }}",
    )

    # [START howto_fasttrak_retime_reservation]
    earlier = FasttrakRetimeReservationOperator(
        task_id="earlier",
        reservation_id="{{ ti.xcom_pull('car')['reservation_id'] }}",
        scheduled_pickup_time=f"{DAY}T12:30:00Z",
        threshold_minutes=10,
    )
    # [END howto_fasttrak_retime_reservation]

    # [START howto_fasttrak_reservation]
    driver = FasttrakReservationSensor(
        task_id="driver",
        external_booking_ids=f"airport-{DAY}",
        from_time=f"{DAY}T00:00:00Z",
        to_time=f"{DAY}T23:59:59Z",
        target_state="DRIVER_SCHEDULED",
        deferrable=True,
        timeout=12 * 3600,
    )
    # [END howto_fasttrak_reservation]

    # [START howto_fasttrak_cancel_reservation]
    give_back = FasttrakCancelReservationOperator(
        task_id="give_back",
        reservation_id="{{ ti.xcom_pull('reserve')['reservation_id'] }}",
        cancelled_by="Operations desk",
    )
    # [END howto_fasttrak_cancel_reservation]

    # [START howto_fasttrak_hook]
    @task
    def manifest(day: str) -> dict[str, int]:
        """How many trips of the day are in which state."""
        from airflow_provider_fleetops.hooks.fasttrak import FasttrakHook

        trips = FasttrakHook().reservations(f"{day}T00:00:00Z", f"{day}T23:59:59Z")
        return dict(Counter(trip["reservationStatus"] for trip in trips))

    # [END howto_fasttrak_hook]

    car >> earlier >> driver
    [driver, reserve] >> give_back >> manifest(DAY)
