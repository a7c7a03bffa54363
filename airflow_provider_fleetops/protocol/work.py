"""One run's work on one operation: begin, look, send, record. :mod:`operation` says in which order."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

from airflow_provider_fleetops.protocol.errors import (
    Busy,
    Effect,
    FleetOpsError,
    InvalidInput,
    OutcomeUnknown,
    Refused,
    Unavailable,
)
from airflow_provider_fleetops.protocol.flow import OnSend
from airflow_provider_fleetops.protocol.ledger import DOUBTFUL, Begun, Evidence, Intent, Operation, Status
from airflow_provider_fleetops.protocol.steps import Ask, Flow, Note, Sleep, epoch
from airflow_provider_fleetops.protocol.tracing import Tracing
from airflow_provider_fleetops.protocol.vendor import Account

# Longer than looking and waiting for a slot take; a killed holder keeps others out no longer than this.
WORK_SECONDS = 120.0
# Beyond the request's own timeouts: after this, whatever was sent has arrived or never will.
ARRIVAL_SECONDS = 10.0
LONGEST_TURN = 10.0
MAX_RESULT = 200_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an operation. ``created``: by this very run, not by an earlier one."""

    result: Any
    created: bool


@dataclass(frozen=True, slots=True)
class Work:
    """One run's work on one operation, under a lease of its own."""

    account: Account
    meant: Intent
    tracing: Tracing
    holder: str

    def begin(self) -> Flow[Operation]:
        """Write or find the intent; wait a little while another process is at it."""
        started = now = yield from epoch()
        pause, longest = 0.1, min(self.account.retry.patience, LONGEST_TURN)
        while True:
            begun: Begun = yield Ask(self._begin(now))
            found = begun.operation
            if found.status is not Status.INTENT and found.status is not Status.NOT_DONE:
                self._check_payload(found)
            if begun.granted or found.status is Status.DONE:
                return found
            if now - started + pause > longest:
                raise self._error(
                    Busy,
                    f"another process works on the operation {self.meant.key!r}",
                    resume_at=datetime.fromtimestamp(found.lease_until, UTC),
                    advice="It may have been killed: then this time ends its turn",
                )
            yield Sleep(pause)
            pause, now = min(pause * 2, 2.0), (yield from epoch())

    def recorded(self, operation: Operation) -> Flow[Outcome]:
        """What an earlier run has done: nothing is sent."""
        name = f"{self.meant.vendor} {self.meant.action}"
        if operation.result is None:
            return (yield from self._looked_up(operation))
        yield Note(f"{name}: {self.meant.key!r} was done at {_time(operation.updated_at)}; nothing is sent")
        return Outcome(operation.result["value"], created=False)

    def _looked_up(self, operation: Operation) -> Flow[Outcome]:
        """Done, with a result that was too large to keep, or that no key opens any more: the vendor may still know."""
        found = (yield from self.tracing.find(_moment(operation.created_at))) if self.tracing.find else None
        if found is None:
            raise self._error(
                Refused,
                f"the operation {self.meant.key!r} was done before, and its result is not kept",
                advice=f"Nothing was sent. {self._commands()}, with --done and --force",
            )
        yield Note(f"{self.meant.vendor} {self.meant.action}: {self.meant.key!r} was done before; looked up again")
        return Outcome(found, created=False)

    def look(self, operation: Operation) -> Flow[Any]:
        """Ask the vendor whether it is done already; a vendor that cannot be asked stops a doubtful operation."""
        if self.tracing.find is not None:
            return (yield from self.tracing.find(_moment(operation.created_at)))
        if operation.status in DOUBTFUL:
            what = f"an earlier try sent this at {_time(operation.sent_at)} and never learned the outcome"
            return (yield from self._undecided(self._error(OutcomeUnknown, what), operation))
        return None

    def wait_for_arrival(self, operation: Operation, asked: float) -> None:
        """What was sent a moment before the look may have been on its way still: nothing is sent again then."""
        arrived = operation.sent_at + self._flight_seconds()
        if asked < arrived:
            raise self._error(
                Busy,
                "an earlier try is not to be found, but may still arrive",
                effect=Effect.UNKNOWN,
                resume_at=datetime.fromtimestamp(arrived, UTC),
                advice="A retry looks again before it sends",
            )

    def send(self, operation: Operation, send: Callable[[OnSend], Flow[Any]]) -> Flow[Outcome]:
        """Send, and record what came of it."""
        sent: list[float] = []

        def on_send() -> Flow[None]:
            now = yield from epoch()
            seconds = self._flight_seconds()
            ours = yield Ask(lambda store: store.ledger.mark_sent(self.meant.id, self.holder, now, seconds))
            if not ours:
                raise self._error(
                    Busy,
                    f"another process has taken over the operation {self.meant.key!r}",
                    resume_at=datetime.fromtimestamp(now + WORK_SECONDS, UTC),
                )
            sent.append(now)

        try:
            result = yield from send(on_send)
        except FleetOpsError as error:
            if error.effect is Effect.UNKNOWN and sent:
                return (yield from self._doubted(error, operation, sent[-1]))
            if sent:
                yield from self._settle(Status.NOT_DONE, note=error.what)
            raise
        yield from self.record(result)
        return Outcome(result, created=True)

    def record(self, result: Any) -> Flow[None]:
        """Keep the result, unless it is very large."""
        if len(json.dumps(result, default=str)) <= MAX_RESULT:
            yield from self._settle(Status.DONE, result={"value": result})
        else:
            yield from self._settle(Status.DONE, note="the result was too large to keep")

    def _doubted(self, error: FleetOpsError, operation: Operation, sent_at: float) -> Flow[Outcome]:
        """The answer tells nothing: look once, at once."""
        find = self.tracing.find
        if find is None:
            decided = yield from self._undecided(error, operation)
            yield from self.record(decided)
            return Outcome(decided, created=True)
        yield Note(f"{error.what}: looking whether it was done")
        seen, resume_at = "it was not found afterwards", _moment(sent_at + self._flight_seconds())
        try:
            found = yield from find(_moment(operation.created_at))
        except FleetOpsError as failed:
            if not failed.retryable:  # no later look will do better: this is for a person
                yield Note(f"the look failed: {failed.what}")
                yield from self._leave_to_a_person(error, ())
            found, seen = None, f"looking for it failed ({failed.what})"
            resume_at = max(resume_at, failed.resume_at or resume_at)
        if found is None:  # whatever the reason, never to be read as "nothing was done"
            yield from self._settle(Status.UNKNOWN, note=error.what)
            raise error.as_(
                Unavailable,
                what=f"{error.what}; {seen}",
                effect=Effect.UNKNOWN,
                resume_at=resume_at,
                advice="A retry looks again before it sends: retrying the task is safe",
            )
        yield from self.record(found)
        return Outcome(found, created=True)

    def _undecided(self, error: FleetOpsError, operation: Operation) -> Flow[Any]:
        """Nothing tells for sure: gather evidence, apply the user's rule, else leave it to a person."""
        evidence: Evidence = ()
        if self.tracing.gather is not None:
            try:
                evidence = yield from self.tracing.gather(_moment(operation.created_at))
            except FleetOpsError as failed:
                yield Note(f"no evidence could be gathered: {failed.what}")
        decided = self.tracing.decide(evidence) if self.tracing.decide else None
        if decided is not None:
            yield Note(f"{self.meant.action}: decided by rule: {self.meant.key!r} was done")
            return decided
        yield from self._leave_to_a_person(error, evidence)

    def _leave_to_a_person(self, error: FleetOpsError, evidence: Evidence) -> Flow[NoReturn]:
        yield from self._settle(Status.UNKNOWN, evidence=evidence, note=error.what)
        pieces = f"{len(evidence)} pieces of evidence" if len(evidence) != 1 else "one piece of evidence"
        found = f"; {pieces} found, first: {_short(evidence[0])}" if evidence else ""
        raise error.as_(
            OutcomeUnknown,
            what=error.what + found,
            effect=Effect.UNKNOWN,
            advice=f"{self.tracing.advice}. {self._commands()}",
        )

    def _settle(self, status: Status, **facts: Any) -> Flow[None]:
        """Record it. What happened is true even when the store is gone: the next run finds it sent, and looks."""
        now = yield from epoch()
        try:
            yield Ask(lambda store: store.ledger.settle(self.meant.id, self.holder, status, now, **facts))
        except FleetOpsError as error:
            yield Note(f"{self.meant.vendor} {self.meant.action}: {status}, but that was not recorded: {error.what}")

    def _begin(self, now: float) -> Callable[[Any], Begun]:
        return lambda store: store.ledger.begin(self.meant, self.holder, now, WORK_SECONDS)

    def _check_payload(self, found: Operation) -> None:
        if found.digest != self.meant.digest:
            value = found.result["value"] if found.result else None
            number = value.get(found.id_field) if isinstance(value, Mapping) else None
            state = f"{found.status}, {found.id_field} {number}" if number else found.status
            raise self._error(
                InvalidInput,
                f"the operation key {self.meant.key!r} was used for another payload already ({state})",
                advice=f"Nothing was sent: use another key for another order. {self._commands()}",
            )

    def _flight_seconds(self) -> float:
        return self.account.flight_seconds + ARRIVAL_SECONDS

    def _commands(self) -> str:
        return f"See `airflow fleetops operations show {self.meant.id}`; `resolve` settles it"

    def _error(self, kind: type[FleetOpsError], what: str, **facts: Any) -> FleetOpsError:
        return kind(what, vendor=self.meant.vendor, endpoint=self.meant.action, **facts)


def _short(piece: Mapping[str, Any]) -> str:
    """A piece of evidence in a line: what it says in plain values, without nested records."""
    plain = (f"{key} {value}" for key, value in piece.items() if isinstance(value, str | int | float))
    return ", ".join(plain)[:200]


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _time(at: float) -> str:
    return _moment(at).isoformat(sep=" ", timespec="seconds")
