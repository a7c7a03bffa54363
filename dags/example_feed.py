"""Run when something has changed: read the flights that were moved, and look at the cars that were.

Nothing polls in a worker: the triggerer looks, once for all watchers, and a run begins when there is something to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import DAG, Asset, AssetWatcher, task

from airflow_provider_fleetops.operators.fasttrak import FasttrakGetReservationOperator
from airflow_provider_fleetops.operators.fl3xx import Fl3xxGetFlightOperator
from airflow_provider_fleetops.pools import pool
from airflow_provider_fleetops.triggers.changes import FleetOpsChangeTrigger

COMMON: dict[str, Any] = {
    "start_date": datetime(2026, 1, 1, tzinfo=UTC),
    "catchup": False,
    "tags": ["fleetops", "example"],
    "default_args": {"retries": 2, "retry_delay": timedelta(seconds=10)},
    "doc_md": __doc__,
}

# [START howto_feed_watch]
FLIGHTS = Asset(
    "fl3xx_flights",
    "fleetops://fl3xx_default/flights",
    watchers=[
        AssetWatcher(
            name="changes",
            trigger=FleetOpsChangeTrigger(conn_id="fl3xx_default", feed="fl3xx.flights", days_back=1, days_ahead=2),
        )
    ],
)
# [END howto_feed_watch]

CARS = Asset(
    "fasttrak_reservations",
    "fleetops://fasttrak_default/reservations",
    watchers=[
        AssetWatcher(
            name="changes",
            trigger=FleetOpsChangeTrigger(conn_id="fasttrak_default", feed="fasttrak.reservations", interval=300),
        )
    ],
)


def changed(events: Iterable[Any], fact: str) -> list[str]:
    """The ids of rows of which this fact has changed, from all events that began this run."""
    payloads = [event.extra["payload"] for event in events if event.extra.get("from_trigger")]
    rows = (row for payload in payloads for row in payload["changed"].items())
    return sorted({subject for subject, facts in rows if fact in facts})


with DAG(dag_id="example_feed", schedule=[FLIGHTS], **COMMON):
    # [START howto_feed_use]
    @task
    def moved(triggering_asset_events: Any = None) -> list[str]:
        return changed(triggering_asset_events[FLIGHTS], "blockOffEstUTC")

    Fl3xxGetFlightOperator.partial(task_id="flight", pool=pool("fl3xx")).expand(flight_id=moved())
    # [END howto_feed_use]


with DAG(dag_id="example_feed_cars", schedule=[CARS], **COMMON):

    @task
    def retimed(triggering_asset_events: Any = None) -> list[str]:
        return changed(triggering_asset_events[CARS], "scheduled_pickup_time")

    FasttrakGetReservationOperator.partial(task_id="car", pool=pool("fasttrak")).expand(reservation_id=retimed())
