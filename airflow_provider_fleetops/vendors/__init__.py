"""One folder a vendor. This registry is the only place that lists them; records load when first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airflow_provider_fleetops.protocol.connection import ConnectionForm
    from airflow_provider_fleetops.protocol.vendor import Vendor

NAMES = ("fl3xx", "fastrac", "fasttrak", "fasttrack360")


def vendor(name: str) -> Vendor:
    """A vendor's record; ``ConfigurationError`` for an unknown name."""
    _check(name)
    record: Vendor = import_module(f"{__name__}.{name}.vendor").VENDOR
    return record


def form(name: str) -> ConnectionForm:
    """A vendor's connection form; light, for Airflow's start. ``ConfigurationError`` for an unknown name."""
    _check(name)
    record: ConnectionForm = import_module(f"{__name__}.{name}.connection").FORM
    return record


def _check(name: str) -> None:
    if name not in NAMES:
        from airflow_provider_fleetops.protocol.errors import ConfigurationError

        raise ConfigurationError(f"unknown vendor {name[:40]!r}", advice=f"Known: {', '.join(NAMES)}")
