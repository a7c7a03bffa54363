"""Many rows, each an operation of its own: what is checked before anything is sent, and the accounts of a run."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from heapq import heapify, heappop, heappush
from typing import Any

from airflow_provider_fleetops.protocol.answer import SAYS
from airflow_provider_fleetops.protocol.errors import (
    AuthenticationError,
    Busy,
    ConfigurationError,
    FleetOpsError,
    InvalidInput,
    OutcomeUnknown,
    PermissionDenied,
    Refused,
    StoreUnavailable,
    Throttled,
    Unavailable,
)
from airflow_provider_fleetops.protocol.ledger import Intent, Operation, Status, holder_of, is_leased
from airflow_provider_fleetops.protocol.manifest import Row, Structure, nest
from airflow_provider_fleetops.protocol.steps import Ask, Flow
from airflow_provider_fleetops.protocol.vendor import Account

# Parameters of one question to a database are limited.
ASKED_AT_ONCE = 500
# What a killed try had sent has arrived after twice the read time-out: that is worth waiting for with a worker.
LONGEST_PAUSE = 180.0
MOST_TRIES = 3
# They hold for every row: no other row would fare better.
STOPPING = (AuthenticationError, ConfigurationError, PermissionDenied, StoreUnavailable, Throttled)
_BLAMED = re.compile(r"parameter '(?:body\.)?([^']+)' (.+)", re.DOTALL)
# As vendors say it: what is wrong as a whole, then what is wrong with each field.
_SAID = re.compile(r"(?:^|; )([\w.]+): ([^;]+)")


@dataclass(frozen=True, slots=True)
class Plan:
    """A checked operation: ``act()`` does what is ``meant`` once. ``key`` is the user's name for it.

    ``check`` raises :class:`InvalidInput` where the result of what was done under this key is of something else.
    """

    key: str
    meant: Intent
    act: Callable[[], Flow[dict[str, Any]]] = field(repr=False)
    check: Callable[[Mapping[str, Any]], None] = field(default=lambda _result: None, repr=False)


@dataclass(frozen=True, slots=True)
class RowKind:
    """What rows of one kind hold. ``key`` is the column that names a row, ``tells`` what a result says of it.

    ``plan`` checks a row and sends nothing; it takes the user's options too. ``names`` translates where the vendor's
    fields are called otherwise than the columns.
    """

    key: str
    columns: Sequence[str]
    tells: Sequence[str]
    plan: Callable[[Account, Row, Mapping[str, Any]], Plan]
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reject:
    """Why a row cannot be sent, or was refused: the field, where one is to blame, and the rule. Never the value."""

    field: str
    rule: str


class Outcome(StrEnum):
    """Where a row stands at the end of a try. ``open``: it was not come to, or may be tried again."""

    DONE = "done"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    OPEN = "open"


@dataclass(slots=True)
class Line:
    """A row on its way. An earlier try has done it (``before``), or has come to it in vain (``tried``)."""

    number: int
    plan: Plan | None
    outcome: Outcome = Outcome.OPEN
    told: Mapping[str, Any] = field(default_factory=dict, repr=False)
    reject: Reject | None = None
    before: bool = False
    tried: bool = False
    due: float = 0.0
    tries: int = 0


def survey(
    account: Account, kind: RowKind, rows: Sequence[Row], common: Structure, options: Mapping[str, Any]
) -> Flow[list[Line]]:
    """Check all rows, and ask the ledger what is done already: a line for each. Nothing is sent."""
    if unknown := [str(name) for name in common if name not in kind.columns]:
        raise InvalidInput(f"parameter 'common.{unknown[0][:60]}' is unknown; known are {', '.join(kind.columns)}")
    lines = [_planned(account, kind, number, row, common, options) for number, row in enumerate(rows, 1)]
    _reject_repetitions(lines, kind)
    planned = {line.plan.meant.id: line for line in lines if line.plan and not line.reject}
    ids = list(planned)
    for start in range(0, len(ids), ASKED_AT_ONCE):
        for operation in (yield from _known(ids[start : start + ASKED_AT_ONCE])):
            _recall(planned[operation.id], operation, kind, account.caller.key)
    return lines


def _known(ids: Sequence[str]) -> Flow[Sequence[Operation]]:
    found: Sequence[Operation] = yield Ask(lambda store: store.ledger.find(ids))
    return found


def _planned(
    account: Account, kind: RowKind, number: int, row: Row, common: Structure, options: Mapping[str, Any]
) -> Line:
    try:
        return Line(number, kind.plan(account, nest(row, common), options))
    except InvalidInput as error:
        return Line(number, None, Outcome.REJECTED, reject=blame(error, kind))


def blame(error: FleetOpsError, kind: RowKind) -> Reject:
    """The column and the rule that an error names, ours or the vendor's."""
    if found := _BLAMED.fullmatch(error.what):
        return Reject(_column(found[1], kind), found[2])
    said = error.what.removeprefix(SAYS)
    for name, rule in _SAID.findall(said):
        for part in (name, name.partition(".")[2]):  # an order may stand within another object
            if (column := _column(part, kind)).partition(".")[0] in kind.columns:
                return Reject(column, rule)
    return Reject("", said if said != error.what else f"{type(error).__name__}: {said}")


def _column(name: str, kind: RowKind) -> str:
    head, dot, rest = name.partition(".")
    return (kind.key if head == "operation_key" else kind.names.get(head, head)) + dot + rest


def _reject_repetitions(lines: Sequence[Line], kind: RowKind) -> None:
    first: dict[str, int] = {}
    for line in lines:
        if line.plan and first.setdefault(line.plan.key, line.number) != line.number:
            line.reject = Reject(kind.key, f"is the same as in row {first[line.plan.key]}")
            line.outcome = Outcome.REJECTED


def _recall(line: Line, operation: Operation, kind: RowKind, task: str) -> None:
    """What the ledger knows of a row: done is done; what somebody is at has to wait."""
    assert line.plan is not None
    if operation.status is not Status.DONE:
        line.due = operation.lease_until if is_leased(operation, holder_of(task), 0.0) else 0.0
        line.tried = True
    elif operation.digest != line.plan.meant.digest:
        line.outcome, line.reject = Outcome.REJECTED, Reject(kind.key, "was used for other values already")
    else:
        value = (operation.result or {}).get("value") or {}
        line.outcome, line.before, line.told = Outcome.DONE, True, value
        try:
            line.plan.check(value)
        except InvalidInput as error:
            line.outcome, line.before, line.reject = Outcome.REJECTED, False, blame(error, kind)


class Run:
    """The accounts of one try, without I/O: which row goes next, and what is to be made of what came of it.

    A row that failed does not stop the others; ``stop`` is the error that does: one that holds for all rows, or
    ``max_failures`` rows that failed one after the other. One that was tried before may be refused again.
    """

    def __init__(self, kind: RowKind, lines: Sequence[Line], max_failures: int) -> None:
        self.kind, self.lines = kind, lines
        self.stop: FleetOpsError | None = None
        self._max_failures, self._streak = max_failures, 0
        # Rows that were tried before go last: a deferred task would send them each time it comes back.
        opened = [line for line in lines if line.outcome is Outcome.OPEN]
        self._ready = [(line.tried, line.number, line) for line in opened if not line.due]
        self._waiting = [(line.due, line.number, line) for line in opened if line.due]
        heapify(self._ready)
        heapify(self._waiting)

    def next(self, now: float) -> Line | None:
        """A row that may go now, if there is one; first one that had to wait, which costs more calls than others."""
        if self.stop:
            return None
        if self._waiting and self._waiting[0][0] <= now:
            return heappop(self._waiting)[-1]
        return heappop(self._ready)[-1] if self._ready else None

    def pause(self, now: float) -> float | None:
        """Seconds until a row may go; None when no row is left that could."""
        if self.stop or not (self._ready or self._waiting):
            return None
        return 0.0 if self._ready else max(self._waiting[0][0] - now, 0.0)

    def give_up(self, now: float, pause: float) -> None:
        """No row may go for too long a time to wait for."""
        moment = datetime.fromtimestamp(now + pause, UTC)
        self.stop = Busy(f"{len(self._waiting)} rows have to wait", resume_at=moment, advice="Others may be at them")

    def ended(self, line: Line, told: Mapping[str, Any]) -> None:
        line.outcome, line.told, line.reject = Outcome.DONE, told, None
        self._streak = 0

    def failed(self, line: Line, error: FleetOpsError) -> None:
        """Later, never, or for a person to settle."""
        line.reject = blame(error, self.kind)
        line.tries += 1
        if error.retryable and error.resume_at and not _stops(error) and line.tries < MOST_TRIES:
            line.due = error.resume_at.timestamp()
            heappush(self._waiting, (line.due, line.number, line))
        elif _stops(error):
            self.stop = self.stop or error
        elif isinstance(error, OutcomeUnknown):
            line.outcome = Outcome.UNKNOWN
        elif not error.retryable:
            line.outcome = Outcome.REJECTED
        # Refused rows of earlier tries stand side by side at the end: their streak says nothing of the others.
        again = line.tried and line.outcome is Outcome.REJECTED
        if not again and not isinstance(error, Throttled):
            self._count(error)

    def _count(self, error: FleetOpsError) -> None:
        self._streak += 1
        if self._streak >= self._max_failures and not self.stop:
            what = f"{self._streak} rows failed one after the other, the last one as {type(error).__name__}"
            advice = "Their reasons are in the rejects and results files; max_failures says how many may fail so"
            self.stop = error.as_(type(error), what=what, advice=advice, resume_at=None, request_id=None)

    def tally(self) -> dict[str, int]:
        """How many rows there are, how many of them were done before this try, and where the others stand."""
        counts = {"rows": len(self.lines), "before": sum(line.before for line in self.lines)}
        return counts | {str(x): sum(line.outcome is x for line in self.lines) for x in Outcome}

    def verdict(self, *, fail_on_rejects: bool) -> FleetOpsError | None:
        """The error that the try ends with, if any: counts alone, for a row may name a person."""
        counts = self.tally()
        if self.stop:
            return self.stop
        if counts["open"]:
            return Unavailable(f"{counts['open']} of {counts['rows']} rows are still open", advice="A retry goes on")
        if counts["unknown"]:
            advice = "See `airflow fleetops operations list --state unknown`; `resolve` settles each. Nothing is sent"
            return OutcomeUnknown(f"of {counts['unknown']} rows nobody knows the outcome", advice=advice)
        if counts["rejected"] and fail_on_rejects:
            advice = "Correct the rejects file and feed it again"
            return Refused(f"{counts['rejected']} of {counts['rows']} rows were rejected", advice=advice)
        return None


def _stops(error: FleetOpsError) -> bool:
    return isinstance(error, STOPPING) and not isinstance(error, Busy)
