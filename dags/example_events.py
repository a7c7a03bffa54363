"""What a delivered event starts: the flight is read anew, because the event says no more than which one it is.

The runs are made by a receiver outside of Airflow: see the documentation's page on webhooks.
"""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import DAG

from airflow_provider_fleetops.operators.fl3xx import Fl3xxGetFlightOperator
from airflow_provider_fleetops.pools import pool

# [START howto_events]
with DAG(
    dag_id="fl3xx_event",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    tags=["fleetops", "example"],
    doc_md=__doc__,
):
    Fl3xxGetFlightOperator(
        task_id="flight", flight_id="{{ dag_run.conf['subject'] }}", pool=pool("fl3xx"), deferrable=True
    )
# [END howto_events]
