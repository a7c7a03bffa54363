"""The board on which waiting tasks say what they wait for, and whoever looks writes what was seen, for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from airflow_provider_fleetops.protocol.watch import Interest, Sighting


@dataclass(frozen=True, slots=True)
class Seen:
    """A sighting and when it was made, in epoch seconds."""

    sighting: Sighting
    at: float


class Board(Protocol):
    """Every method is one short transaction; times are in epoch seconds. A topic is one kind of look."""

    def want(self, topic: str, waiter: str, interests: Sequence[Interest], now: float, until: float) -> None:
        """Say what ``waiter`` (a task, or all of a triggerer) waits for; it counts until then, or until it leaves."""
        ...

    def leave(self, topic: str, waiter: str) -> None:
        """The waiter waits no more."""
        ...

    def wanted(self, topic: str, now: float) -> list[Interest]:
        """What all waiters wait for now."""
        ...

    def write(self, topic: str, sightings: Mapping[str, Sighting], now: float) -> None:
        """Write what was seen now; what was seen before of these subjects is replaced."""
        ...

    def read(self, topic: str, after: float, ids: Sequence[str] = ()) -> dict[str, Seen]:
        """What was seen after that moment, of some subjects or of all."""
        ...
