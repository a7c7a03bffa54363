"""The pool to put a vendor's tasks into, for DAG files."""

from __future__ import annotations

from airflow.sdk import conf

from airflow_provider_fleetops import vendors
from airflow_provider_fleetops.protocol.errors import ConfigurationError

DEFAULT_POOL = "default_pool"


def pool(vendor: str) -> str:
    """The vendor's pool where ``[fleetops] use_pools`` says that it exists, else Airflow's default pool.

    A task of a pool that does not exist stays scheduled for ever, without a word in the UI. So set ``use_pools`` once
    ``airflow fleetops pools`` has run; DAG files need no change::

        DAG(..., default_args={"pool": pool("fastrac")})
    """
    if vendor not in vendors.NAMES:
        raise ConfigurationError(f"unknown vendor {vendor[:40]!r}", advice=f"Known: {', '.join(vendors.NAMES)}")
    return vendor if conf.getboolean("fleetops", "use_pools", fallback=False) else DEFAULT_POOL
