"""Fastrac (Indonesian couriers behind one prepaid account), written from its contract only."""

from __future__ import annotations

from airflow_provider_fleetops.sandbox.clock import Clock
from airflow_provider_fleetops.sandbox.fastrac.vendor import Fastrac
from airflow_provider_fleetops.sandbox.routes import VendorServer


def server(clock: Clock, seed: int) -> VendorServer:
    """Build the vendor for a clock and a seed."""
    return Fastrac(clock, seed)
