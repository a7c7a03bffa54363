"""Everything that runs in one sandbox: clock, journal, faults and the vendors."""

from __future__ import annotations

import copy
import importlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from airflow_provider_fleetops.sandbox.clock import Clock
from airflow_provider_fleetops.sandbox.faults import FaultPlan
from airflow_provider_fleetops.sandbox.journal import Journal
from airflow_provider_fleetops.sandbox.routes import Matcher, VendorServer
from airflow_provider_fleetops.sandbox.webhooks import Emitter, Postman

VENDORS = ("fl3xx", "fastrac", "fasttrak", "fasttrack360")


class World:
    """One seeded world; ``limits`` are per vendor, laid over the vendor's defaults."""

    def __init__(
        self,
        *,
        seed: int = 7,
        start: datetime | None = None,
        scale: float = 1.0,
        limits: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self.seed = seed
        self.clock = Clock(start, scale)
        self.journal = Journal()
        self.faults = FaultPlan()
        self.postman = Postman()
        self.vendors = load_vendors(self.clock, seed)
        self.matchers = {name: Matcher(vendor.routes) for name, vendor in self.vendors.items()}
        for name, changes in (limits or {}).items():
            self.limit(name, changes)
        self._first_limits = {name: copy.deepcopy(vendor.limits) for name, vendor in self.vendors.items()}

    def vendor(self, name: str) -> VendorServer:
        """Return the vendor or raise `ValueError`."""
        if name not in self.vendors:
            raise ValueError(f"vendor: must be one of {', '.join(self.vendors)}")
        return self.vendors[name]

    def limit(self, name: str, changes: Mapping[str, Any]) -> None:
        """Change named limits of a vendor; an unknown name is an error."""
        limits = self.vendor(name).limits
        if unknown := sorted(set(changes) - set(limits)):
            raise ValueError(f"limits: {name} has no {', '.join(unknown)}; it has {', '.join(sorted(limits))}")
        if wrong := sorted(key for key, value in changes.items() if not _alike(value, limits[key])):
            raise ValueError(f"limits: {', '.join(wrong)} must be of the kind that stands there")
        limits.update(changes)

    def pump(self) -> None:
        """Hand the deliveries that have become due to the postman."""
        for vendor in self.vendors.values():
            if isinstance(vendor, Emitter):
                self.postman.post(vendor.outgoing())

    def reset(self, seed: int | None = None) -> None:
        """Start again: clock, journal, faults, limits and every vendor's world."""
        self.seed = self.seed if seed is None else seed
        self.clock.reset()
        self.journal.clear()
        self.faults.clear()
        self.postman.clear()
        for name, vendor in self.vendors.items():
            vendor.limits.clear()
            vendor.limits.update(copy.deepcopy(self._first_limits[name]))
            vendor.reset(self.seed)


def load_vendors(clock: Clock, seed: int) -> dict[str, VendorServer]:
    """Build every vendor."""
    modules = {name: importlib.import_module(f"{__package__}.{name}") for name in VENDORS}
    return {name: module.server(clock, seed) for name, module in modules.items()}


def _alike(value: Any, known: Any) -> bool:
    """Tell whether a value can stand in a limit's place: numbers for numbers, lists for lists; a switch takes both."""
    if known is None or value is None:
        return True
    kinds = {bool: bool | int, int: int | float, float: int | float}
    return isinstance(value, kinds.get(type(known), type(known)))
