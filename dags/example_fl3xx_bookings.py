"""Take an order of a customer from the price to the invoice; keep crews, duties and webhooks as they shall be.

Names and addresses go to FL3XX and to files of yours; the tasks hand each other ids, letters and counts.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_fleetops.operators.fl3xx import (
    Fl3xxCreateBookingOperator,
    Fl3xxDownloadInvoicesOperator,
    Fl3xxEnsureWebhooksOperator,
    Fl3xxListBookingsOperator,
    Fl3xxListCrewOperator,
    Fl3xxLookUpQuoteOperator,
    Fl3xxSyncDutiesOperator,
)
from airflow_provider_fleetops.pools import pool
from airflow_provider_fleetops.sensors.fl3xx import Fl3xxPermitsSensor, Fl3xxPostFlightClosedSensor

COMMON: dict[str, Any] = {
    "schedule": None,
    "start_date": datetime(2026, 1, 1, tzinfo=UTC),
    "catchup": False,
    "tags": ["fleetops", "example"],
    "default_args": {"pool": pool("fl3xx"), "retries": 2, "retry_delay": timedelta(seconds=10)},
    "doc_md": __doc__,
}
FOLDER = Param("file:///tmp/fleetops", type="string", description="Where files go: an ObjectStoragePath.")
LEG = {
    "departureAirport": "LOWG",
    "arrivalAirport": "LSZB",
    "departureDate": "{{ params.day }}T09:10",
    "arrivalDate": "{{ params.day }}T10:35",
    "pax": 3,
}


def customer(_context: Any) -> dict[str, Any]:
    """Who flies. A callable is asked when the task runs: nothing of it stands in the DAG or among rendered fields."""
    account = {"name": "Simulated Holdings", "externalReference": "acc-88"}
    return {"firstName": "Cleo", "lastName": "Testcase", "email": "cleo@example.invalid", "account": account}


with DAG(
    dag_id="example_fl3xx_order",
    params={
        "order": Param("erp-555/a", type="string", description="Your number of the order: it is booked once."),
        "day": Param("2031-04-04", type="string", format="date", description="The day of the flight."),
        "folder": FOLDER,
    },
    **COMMON,
):
    # [START howto_fl3xx_book]
    order: dict[str, Any] = {"aircraft": "OE-SIM", "legs": [LEG], "customer": customer}
    offer = Fl3xxLookUpQuoteOperator(task_id="offer", **order)
    booking = Fl3xxCreateBookingOperator(task_id="booking", external_reference="{{ params.order }}", **order)
    # [END howto_fl3xx_book]

    # [START howto_fl3xx_permits]
    permits = Fl3xxPermitsSensor(
        task_id="permits",
        flight_ids="{{ ti.xcom_pull('booking')['flight_ids'] }}",
        target_state="NONE",  # confirmed, or none is needed
        deferrable=True,
        timeout=timedelta(days=7).total_seconds(),
    )
    # [END howto_fl3xx_permits]

    # [START howto_fl3xx_invoices]
    closed = Fl3xxPostFlightClosedSensor(
        task_id="closed",
        flight_ids="{{ ti.xcom_pull('booking')['flight_ids'] }}",
        from_date="{{ params.day }}",
        to_date="{{ params.day }}",
        deferrable=True,
        timeout=timedelta(days=7).total_seconds(),
    )
    invoices = Fl3xxDownloadInvoicesOperator(
        task_id="invoices",
        booking_id="{{ ti.xcom_pull('booking')['booking_id'] }}",
        output_dir="{{ params.folder }}",
    )
    # [END howto_fl3xx_invoices]
    offer >> booking >> permits >> closed >> invoices

with DAG(
    dag_id="example_fl3xx_upkeep",
    params={
        "since": Param("2031-03-31T00:00:00Z", type="string", description="Changed since then."),
        "callback_url": Param("https://hooks.example.invalid/fl3xx", type="string", description="Where events go."),
        "folder": FOLDER,
    },
    **COMMON,
):
    # [START howto_fl3xx_since]
    Fl3xxListBookingsOperator(
        task_id="invoiceable",
        since="{{ params.since }}",
        show="READY_TO_INVOICE",
        output_path="{{ params.folder }}/invoiceable.jsonl",
    )
    # [END howto_fl3xx_since]

    # [START howto_fl3xx_duties]
    crew = Fl3xxListCrewOperator(task_id="crew", output_path="{{ params.folder }}/crew.jsonl")

    @task
    def standby(members: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """A day of standby for the first two pilots: from your own planning, in earnest."""
        pilots = [member["pilotId"] for member in members if member.get("jobTitle") == "Pilot"]
        day = {"startDateTime": "2031-04-07T06:00:00Z", "endDateTime": "2031-04-07T18:00:00Z"}
        return [{"crewId": pilot, "rosterTypeId": 14, **day} for pilot in pilots[:2]]

    Fl3xxSyncDutiesOperator(task_id="duties", duties=standby(crew.output))
    # [END howto_fl3xx_duties]

    # [START howto_fl3xx_webhooks]
    # Run it daily: subscriptions end after a month, and can be renewed in their last five days. The connection's
    # webhook_secret signs the deliveries.
    Fl3xxEnsureWebhooksOperator(
        task_id="webhooks",
        events=["FLIGHT_TIME_UPDATE", "FLIGHT_CANCEL"],
        callback_url="{{ params.callback_url }}",
    )
    # [END howto_fl3xx_webhooks]
