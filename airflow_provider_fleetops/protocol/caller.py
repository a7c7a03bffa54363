"""Who calls: for the accounts, for the part of a quota that is kept for important work, and for slots that are held."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airflow_provider_fleetops.protocol.replay import Replay

# A key of the ledger has 250 characters at most, and some put a record's id behind the task's.
_LONGEST = 180


@dataclass(frozen=True, slots=True)
class Caller:
    """A task instance, as far as it is known (outside Airflow nothing is).

    ``important``: may use what the connection keeps of a day's quota. ``on_demand``: a person asked for it now; it is
    not part of a schedule. ``waits``: it can come back to a slot that is held for it, without holding a worker;
    ``resumed``: how often it has come back already; ``replay``: what it has read before, where it only reads.
    """

    dag: str = ""
    run: str = ""
    task: str = ""
    map_index: int = -1
    try_number: int = 0
    important: bool = False
    on_demand: bool = False
    waits: bool = False
    resumed: int = 0
    replay: Replay | None = field(default=None, compare=False, repr=False)

    @property
    def key(self) -> str:
        """Names the task instance over all its tries; empty when it is not known.

        The same for every retry, after a clear and for a backfill of a date that ran; another one for every other run.
        A long one, of groups within groups, ends with its digest.
        """
        key = f"{self.dag}/{self.run}/{self.task}/{self.map_index}" if self.task else ""
        if len(key) <= _LONGEST:
            return key
        ending = f"...{hashlib.sha256(key.encode()).hexdigest()[:32]}"
        return key[: _LONGEST - len(ending)] + ending
