"""The accounts' records: what a call cost, and their part of the shared store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Use:
    """One call: when (epoch seconds), of what, by whom, and what came of it.

    ``outcome`` is ``ok``, ``shared`` (another task's answer served), the name of an error class, or ``sent`` while
    nobody knows (for ever, where the process was killed). ``calls`` are of the vendor's quota, ``wasted`` those of them
    that gave no answer to work with, ``saved`` those that were not needed.
    """

    at: float
    vendor: str
    conn_id: str
    endpoint: str
    dag: str
    run: str
    task: str
    map_index: int
    try_number: int
    outcome: str
    calls: int
    wasted: int
    saved: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Total:
    """The uses of one group: ``group`` are the values of the columns asked for."""

    group: tuple[str, ...]
    uses: int
    calls: int
    wasted: int
    saved: int


class UsageBook(Protocol):
    """The accounts, as part of the store."""

    def record(self, use: Use) -> int:
        """Write down one use and give its number; old ones are removed by and by."""
        ...

    def amend(self, number: int, use: Use) -> None:
        """Say what came of a use that was written down when it began: outcome, calls, wasted, seconds."""
        ...

    def totals(self, by: Sequence[str], since: float, conn_id: str = "") -> list[Total]:
        """Sums per group of ``vendor``, ``conn_id``, ``endpoint``, ``dag``, ``run``, ``task``, ``outcome``, ``day``.

        Days are UTC days, ``YYYY-MM-DD``. ``conn_id`` asks for one connection only.
        """
        ...
