"""What all tasks share: tokens, answers and limit windows, in one small SQL schema.

Nothing here imports SQLAlchemy before it is used: operator modules, which the DAG processor reads, stay light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow_provider_fleetops.state.open import open_store
    from airflow_provider_fleetops.state.store import StateStore
    from airflow_provider_fleetops.state.upgrade import migrate

__all__ = ["StateStore", "migrate", "open_store"]

_HOMES = {"StateStore": "store", "migrate": "upgrade", "open_store": "open"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
