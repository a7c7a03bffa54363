"""How to find out afterwards whether something was done, when nobody has the answer any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_provider_fleetops.protocol.ledger import Evidence
from airflow_provider_fleetops.protocol.steps import Flow

Look = Callable[[datetime], Flow[Any]]
Gather = Callable[[datetime], Flow[Evidence]]
Decide = Callable[[Evidence], Any]


@dataclass(frozen=True, slots=True)
class Tracing:
    """What a vendor offers to find an operation again; each part may be missing.

    ``find(since)`` gives the result that the vendor knows, or None. Where there is none, ``gather(since)`` lists what
    points to it, most telling first, ``decide`` is the rule the user chose (a result, or None: a person decides), and
    ``advice`` says what that person should do. ``since`` is when the operation was first meant, by our clock.
    """

    find: Look | None = None
    gather: Gather | None = None
    decide: Decide | None = None
    advice: str = "Look at the vendor whether it was done"


BLIND = Tracing()
