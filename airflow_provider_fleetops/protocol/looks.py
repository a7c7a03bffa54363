"""What came of a look: what was seen, and whom it failed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.protocol.board import Seen
from airflow_provider_fleetops.protocol.errors import FleetOpsError
from airflow_provider_fleetops.protocol.watch import Interest, WindowKey


@dataclass(frozen=True)
class Failure:
    """What a look failed with, and for whom: the subjects of each window; for everybody where none is named.

    ``unsettled``: who is to blame for a refusal has to be found out by the next look.
    """

    error: FleetOpsError
    about: Mapping[WindowKey, frozenset[str]] = field(default_factory=dict)
    unsettled: bool = False

    @classmethod
    def of(cls, error: FleetOpsError, looked_for: Interest, seen: Collection[str] = ()) -> Failure:
        """Of one look, for those whom it has not ``seen``."""
        parts = looked_for.parts or (looked_for,)
        return cls(error, {one.key: frozenset(one.ids).difference(seen) for one in parts})

    def hits(self, mine: Interest) -> bool:
        return not self.about or not self.about.get(mine.key, frozenset()).isdisjoint(mine.ids)

    def to_facts(self) -> dict[str, Any]:
        about = [[list(window), sorted(ids)] for window, ids in self.about.items()]
        return {"about": about, "error": errors.to_facts(self.error), "unsettled": self.unsettled}

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Failure:
        about = {tuple((name, value) for name, value in window): frozenset(ids) for window, ids in facts["about"]}
        return cls(errors.from_facts(facts["error"]), about)


@dataclass(frozen=True)
class Look:
    """What a waiter learns: sightings since its last step, when the newest look was, and what it failed with."""

    seen: Mapping[str, Seen] = field(default_factory=dict)
    at: float = 0.0
    failures: Sequence[Failure] = ()

    def error(self, mine: Interest) -> FleetOpsError | None:
        """What the look failed with for this waiter."""
        return next((failure.error for failure in self.failures if failure.hits(mine)), None)
