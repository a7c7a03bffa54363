"""Runs when the flight programme has changed, by two watchers of which each has its own asset."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from airflow.sdk import DAG, Asset, AssetWatcher, task

from airflow_provider_fleetops.triggers.changes import FleetOpsChangeTrigger


def watched(name: str, days_ahead: int) -> Asset:
    trigger = FleetOpsChangeTrigger(conn_id="fl3xx_default", feed="fl3xx.flights", days_ahead=days_ahead)
    return Asset(name, f"fleetops://fl3xx_default/{name}", watchers=[AssetWatcher(name="changes", trigger=trigger)])


for asset in (watched("near", 1), watched("far", 3)):
    with DAG(dag_id=f"feed_{asset.name}", schedule=[asset], start_date=datetime(2026, 1, 1, tzinfo=UTC), catchup=False):

        @task
        def told(triggering_asset_events: Any = None) -> list[Any]:
            return [event.extra["payload"] for events in triggering_asset_events.values() for event in events]

        told()
