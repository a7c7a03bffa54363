"""FastTrack360: staffing clients, candidates, job orders and timesheets behind an AWS gateway."""

from __future__ import annotations

from airflow_provider_fleetops.sandbox.clock import Clock
from airflow_provider_fleetops.sandbox.fasttrack360.server import FastTrack360


def server(clock: Clock, seed: int) -> FastTrack360:
    """Build the vendor."""
    return FastTrack360(clock, seed)
