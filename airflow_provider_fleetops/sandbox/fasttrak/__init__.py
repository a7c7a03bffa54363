"""FASTTRAK Partner API (cars with drivers), written from its contract only."""

from __future__ import annotations

from airflow_provider_fleetops.sandbox.clock import Clock
from airflow_provider_fleetops.sandbox.fasttrak.vendor import Fasttrak
from airflow_provider_fleetops.sandbox.routes import VendorServer


def server(clock: Clock, seed: int) -> VendorServer:
    """Build the vendor for a clock and a seed."""
    return Fasttrak(clock, seed)
