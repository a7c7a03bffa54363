"""Tables of what the code lists, which written pages include."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from airflow_provider_fleetops import vendors
from airflow_provider_fleetops.sandbox.control import control_orders, create_control
from airflow_provider_fleetops.sandbox.world import World
from pages.classes import bulk
from pages.parameters import path_of
from pages.text import table


def bulk_table() -> str:
    """The bulk operators: what a row is known by, what its result tells, what it costs."""
    return "\n".join(table(("operator", "key column", "result of a row", "calls"), map(_bulk_row, bulk())))


def _bulk_row(cls: Any) -> tuple[str, ...]:
    module, _, name = cls.row_kind.partition(":")
    kind = getattr(import_module(module), name)
    tells = ", ".join(f"`{column}`" for column in kind.tells)
    return f"{{py:class}}`{cls.__name__} <{path_of(cls)}>`", f"`{kind.key}`", tells, cls.calls


def control_table() -> str:
    """The orders that the sandbox takes."""
    orders = control_orders(create_control(World()))
    rows = ((f"`{request}`", says, ", ".join(f"`{name}`" for name in takes)) for request, says, takes in orders)
    return "\n".join(table(("order", "what it does", "takes"), rows))


def settings_table() -> str:
    """What can be changed of each vendor of the sandbox, and what stands there first."""
    rows = ((vendors.vendor(name).title, _settings(server.limits)) for name, server in World().vendors.items())
    return "\n".join(table(("vendor", "settings"), rows))


def _settings(limits: Mapping[str, Any]) -> str:
    return ", ".join(f"`{name}` ({json.dumps(value)})" for name, value in limits.items())


LISTS: Mapping[str, Callable[[], str]] = {"bulk": bulk_table, "control": control_table, "settings": settings_table}
