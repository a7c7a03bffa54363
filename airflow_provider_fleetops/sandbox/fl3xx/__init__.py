"""FL3XX: flights, crews, passengers, bookings, rosters and webhooks of an invented operator."""

from __future__ import annotations

from airflow_provider_fleetops.sandbox.clock import Clock
from airflow_provider_fleetops.sandbox.fl3xx.server import Fl3xxServer
from airflow_provider_fleetops.sandbox.routes import VendorServer


def server(clock: Clock, seed: int) -> VendorServer:
    """Return the vendor for a sandbox."""
    return Fl3xxServer(clock, seed)
