"""The ledger of operations: what was meant to be done, whether it was sent, and what came of it.

An :class:`Intent` is written before anything is sent; its row moves ``intent -> sent -> done | not_done | unknown``.
The decision who may work on a row is pure (:func:`admit`); :mod:`airflow_provider_fleetops.state` keeps the rows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Protocol
from uuid import uuid4

Evidence = Sequence[Mapping[str, Any]]


class Status(StrEnum):
    """Where an operation stands.

    ``intent``: written, never sent. ``sent``: about to leave or under way; a crash leaves it so. ``done``: with its
    result. ``not_done``: the vendor certainly did nothing. ``unknown``: sent, and nothing tells what came of it.
    """

    INTENT = "intent"
    SENT = "sent"
    DONE = "done"
    NOT_DONE = "not_done"
    UNKNOWN = "unknown"


# Something may have happened at the vendor: nothing is sent again before a look or a person's word.
DOUBTFUL = frozenset({Status.SENT, Status.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Intent:
    """What is to be done exactly once.

    ``key`` is the user's name for it, unique per connection (``conn_id`` at ``base_url``) and ``action``; ``digest``
    tells two payloads apart without storing either; ``id_field`` is the result's field that holds the vendor's id.
    ``trace`` is what this try is looked for by, where that may differ from try to try; the row's evidence collects it.
    """

    vendor: str
    base_url: str
    conn_id: str
    action: str
    key: str
    digest: str
    id_field: str = "id"
    trace: Mapping[str, Any] | None = field(default=None, repr=False, compare=False)

    @property
    def id(self) -> str:
        """The row's name: the same for every run that means the same operation, whatever the credentials are now."""
        parts = (self.vendor, self.base_url, self.conn_id, self.action, self.key)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class Operation:
    """A row of the ledger; times are epoch seconds, 0 for never.

    ``result`` is ``{"value": what the flow gave}``, or None where none is kept; it and ``evidence`` may be personal.
    """

    id: str
    vendor: str
    conn_id: str
    action: str
    key: str
    digest: str
    id_field: str
    status: Status = Status.INTENT
    note: str = ""
    sends: int = 0
    holder: str = ""
    lease_until: float = 0.0
    created_at: float = 0.0
    sent_at: float = 0.0
    updated_at: float = 0.0
    result: Mapping[str, Any] | None = field(default=None, repr=False)
    evidence: Evidence = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Begun:
    """The answer to ``begin``: the row as it stands, and whether its lease is ours now."""

    operation: Operation
    granted: bool


def admit(known: Operation | None, intent: Intent, holder: str, now: float, seconds: float) -> Begun:
    """Who may work on an operation: nobody once it is done, nobody beside a living lease, nobody under another payload.

    As long as certainly nothing was done, another payload replaces the old one: a refused order can be corrected.
    """
    if known is None:
        fresh = Operation(
            intent.id, intent.vendor, intent.conn_id, intent.action, intent.key, intent.digest, intent.id_field
        )
        fresh = replace(fresh, evidence=_with(fresh.evidence, intent))
        return Begun(replace(fresh, holder=holder, lease_until=now + seconds, created_at=now, updated_at=now), True)
    other = known.digest != intent.digest and known.status in DOUBTFUL
    if known.status is Status.DONE or other or is_leased(known, holder, now):
        return Begun(known, granted=False)
    ours = replace(known, digest=intent.digest, holder=holder, lease_until=now + seconds)
    return Begun(replace(ours, evidence=_with(known.evidence, intent)), granted=True)


def holder_of(task: str) -> str:
    """A new name for who works now; it tells the ``task`` (instance), whose tries all have the same name."""
    mark = hashlib.sha256(task.encode()).hexdigest()[:16] if task else ""
    return f"{mark}.{uuid4().hex}"


def is_leased(known: Operation, holder: str, now: float) -> bool:
    """Whether somebody else is at it.

    Before anything was sent, an earlier try of the same task is nobody: it was killed, and if it lives all the same, it
    is stopped when it marks its request as sent.
    """
    mark = holder.partition(".")[0]
    own = bool(mark) and known.holder.startswith(f"{mark}.") and known.status not in DOUBTFUL
    return known.holder not in ("", holder) and known.lease_until > now and not own


def _with(evidence: Evidence, intent: Intent) -> Evidence:
    """Each trace once, the first try's first."""
    return evidence if intent.trace is None or intent.trace in evidence else [*evidence, intent.trace]


def digest(payload: Any) -> str:
    """A payload's fingerprint: equal for equal content whatever the order of its keys."""
    text = json.dumps(payload, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class Ledger(Protocol):
    """Every method is one short transaction; ``now`` is in epoch seconds and always an argument."""

    def begin(self, intent: Intent, holder: str, now: float, seconds: float) -> Begun:
        """Write the intent, or find it, and try to get its lease; see :func:`admit`."""
        ...

    def mark_sent(self, id_: str, holder: str, now: float, seconds: float) -> bool:
        """Say that the request leaves now, and keep the lease so long; False when the lease has gone to another."""
        ...

    def settle(
        self,
        id_: str,
        holder: str,
        status: Status,
        now: float,
        *,
        result: Mapping[str, Any] | None = None,
        evidence: Evidence = (),
        note: str = "",
    ) -> bool:
        """Record what came of it and end the lease.

        A result is recorded whoever holds the lease; anything else only by its holder. False when nothing changed.
        Without new evidence the old one stays.
        """
        ...

    def release(self, id_: str, holder: str) -> None:
        """End our lease and leave the status as it is: nothing was sent this time."""
        ...

    def list(
        self, status: Status | None = None, limit: int = 100, vendor: str = "", *, results: bool = False
    ) -> Sequence[Operation]:
        """The operations that changed last, newest first, without evidence, and without results unless asked for."""
        ...

    def show(self, name: str) -> Sequence[Operation]:
        """The operations with this key, or whose id begins so, with everything that is known of them."""
        ...

    def find(self, ids: Sequence[str]) -> Sequence[Operation]:
        """Those of the operations with these ids that are known, with results; in one question, in no order."""
        ...

    def resolve(
        self, id_: str, status: Status, now: float, *, result: Mapping[str, Any] | None = None, note: str = ""
    ) -> bool:
        """A person's word on what came of it; False when somebody works on it at this moment, or nobody knows it."""
        ...

    def prune(self, now: float) -> None:
        """Forget what was settled long ago."""
        ...
