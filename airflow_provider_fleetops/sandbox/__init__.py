"""The four vendors as local servers: state machines, limits, faults and a journal. For tests and demos only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow_provider_fleetops.sandbox.server import Sandbox

__all__ = ["Sandbox"]


def __getattr__(name: str) -> Any:
    # Lazy: importing the package must not load a web server.
    if name == "Sandbox":
        from airflow_provider_fleetops.sandbox.server import Sandbox

        return Sandbox
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
