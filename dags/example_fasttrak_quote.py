"""Keep the customer's profile, ask what a car costs, book it if the price is within the limit, and tell the driver."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.sdk import DAG, Param

from airflow_provider_fleetops.operators.fasttrak import (
    FasttrakApproveQuoteOperator,
    FasttrakBookQuoteOperator,
    FasttrakCreateQuoteOperator,
    FasttrakGetReservationOperator,
    FasttrakUpdateReservationOperator,
    FasttrakUpsertCustomerOperator,
)
from airflow_provider_fleetops.pools import pool
from airflow_provider_fleetops.sensors.fasttrak import FasttrakDriverAssignedSensor

DAY = "{{ params.day or (dag_run.run_after | ds) }}"
KEY = f"dinner-{DAY}"
PICKUP = f"{DAY}T18:30:00Z"

with DAG(
    dag_id="example_fasttrak_quote",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    tags=["fleetops", "example"],
    default_args={"pool": pool("fasttrak"), "retries": 2, "retry_delay": timedelta(seconds=10)},
    params={
        "day": Param(None, type=["null", "string"], format="date", description="The day (UTC); by default the run's."),
        "max_total": Param(500, type="number", minimum=0, description="The most that the car may cost."),
    },
    doc_md=__doc__,
):
    # [START howto_fasttrak_upsert_customer]
    client = FasttrakUpsertCustomerOperator(
        task_id="client",
        customer={
            "first_name": "Ada",
            "last_name": "Example",
            "email": "travel@client.example",
            "phone": "+1 555 0100",
            "cost_code": "DINNERS",
        },
    )
    # [END howto_fasttrak_upsert_customer]

    # [START howto_fasttrak_quote]
    quote = FasttrakCreateQuoteOperator(
        task_id="quote",
        external_booking_id=KEY,
        scheduled_pickup_time=PICKUP,
        customer_id="{{ ti.xcom_pull('client')['customer_id'] }}",
        passenger={"name": "Ada Example", "phone": "+1 555 0100"},
        from_location="1 Harbour Street, Port Example",
        to_location="The Old Customs House, Port Example",
        passenger_count=2,
    )

    # Put a person in between, for example with Airflow's ApprovalOperator, where a limit is not enough.
    approval = FasttrakApproveQuoteOperator(
        task_id="approval",
        quote_package_id="{{ ti.xcom_pull('quote')['quote_package_id'] }}",
        max_total="{{ params.max_total }}",
        minutes_left=2,
    )

    car = FasttrakBookQuoteOperator(
        task_id="car",
        quote_package_id="{{ ti.xcom_pull('approval')['quote_package_id'] }}",
        quote_id="{{ ti.xcom_pull('approval')['quote_id'] }}",
        external_booking_id=KEY,
        scheduled_pickup_time=PICKUP,
    )
    # [END howto_fasttrak_quote]

    # [START howto_fasttrak_update_reservation]
    note = FasttrakUpdateReservationOperator(
        task_id="note",
        external_booking_id=KEY,
        scheduled_pickup_time=PICKUP,
        notes={"driver_notes": "Please ring at the side entrance."},
    )
    # [END howto_fasttrak_update_reservation]

    # [START howto_fasttrak_driver]
    driver = FasttrakDriverAssignedSensor(
        task_id="driver",
        external_booking_ids=KEY,
        from_time=f"{DAY}T00:00:00Z",
        to_time=f"{DAY}T23:59:59Z",
        deferrable=True,
        timeout=24 * 3600,
    )
    # [END howto_fasttrak_driver]

    # [START howto_fasttrak_get_reservation]
    booked = FasttrakGetReservationOperator(
        task_id="booked",
        reservation_id="{{ ti.xcom_pull('car')['reservation_id'] }}",
    )
    # [END howto_fasttrak_get_reservation]

    client >> quote >> approval >> car >> note >> driver >> booked
