"""What is waited for, and one look at it: the same object for a sensor in a worker and its trigger."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from airflow_provider_fleetops import vendors
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.protocol.retry import ONCE
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.protocol.watch import Goal, Watch, decide

LISTED = 20


@dataclass(frozen=True)
class Report:
    """One look: whether the waiting is over, the result for XCom, and a line for the log."""

    done: bool
    hopeless: bool
    result: dict[str, Any]
    text: str


@dataclass(frozen=True)
class Watcher:
    """What is waited for: a watch of a vendor, the things, and the goal."""

    vendor: str
    watch: Watch
    ids: tuple[str, ...]
    window: Mapping[str, str]
    goal: Goal

    @classmethod
    def of(
        cls,
        vendor: str,
        watch: str,
        *,
        ids: Sequence[str],
        window: Mapping[str, str],
        targets: Sequence[str],
        failures: Sequence[str] | None,
        condition: str | int,
    ) -> Watcher:
        """Check a user's words; ``ConfigurationError`` names what is wrong."""
        record = vendors.vendor(vendor).watches[watch]
        if not ids:
            raise errors.ConfigurationError(f"nothing to wait for: no {record.subject} id is given", vendor=vendor)
        return cls(vendor, record, tuple(ids), dict(window), Goal.of(record, targets, failures, condition))

    def to_kwargs(self) -> dict[str, Any]:
        """As plain values for a trigger: ids, states, dates, nothing else."""
        return {
            "vendor": self.vendor,
            "watch": self.watch.name,
            "ids": list(self.ids),
            "window": dict(self.window),
            "targets": list(self.goal.targets),
            "failures": list(self.goal.failures),
            "condition": self.goal.need or "all",
        }

    def cadence(self, account: Account) -> float:
        return self.watch.cadence(account)

    def look(self, account: Account) -> Flow[Report]:
        """Look once, with one try: the next look is the retry."""
        single = dataclasses.replace(account, retry=dataclasses.replace(ONCE, patience=account.retry.patience))
        sightings = yield from self.watch.look(single, self.ids, self.window)
        outcome = decide(self.watch, self.goal, self.ids, sightings)
        result = {
            "reached": dict(outcome.reached),
            "failed": dict(outcome.failed),
            "pending": dict(outcome.pending),
            "facts": {subject: dict(seen.facts) for subject, seen in sightings.items() if subject in self.ids},
        }
        counts = f"{len(outcome.reached)} there, {len(outcome.pending)} pending, {len(outcome.failed)} failed"
        text = f"{self.watch.subject}: {counts}; {_listed(outcome.pending or outcome.reached)}"
        return Report(outcome.done, outcome.hopeless, result, text)

    def failure(self, result: Mapping[str, Any]) -> errors.FleetOpsError:
        """What a sensor says when the goal cannot be reached any more."""
        wanted = " or ".join(self.goal.targets)
        what = f"{self.watch.subject} cannot reach {wanted} any more: {_listed(result['failed'])}"
        return errors.Refused(what, vendor=self.vendor, advice="See failure_states and condition")


def error_event(error: errors.FleetOpsError) -> dict[str, Any]:
    """An error as a trigger's event; its text is already free of secrets and bodies."""
    return {
        "error": {
            "kind": type(error).__name__,
            "what": error.what,
            "vendor": error.vendor,
            "endpoint": error.endpoint,
            "status": error.status,
            "advice": error.advice,
        }
    }


def error_from_event(event: Mapping[str, Any]) -> errors.FleetOpsError | None:
    """The error that a trigger met, or None."""
    facts = dict(event.get("error") or {})
    if not facts:
        return None
    kind = getattr(errors, facts.pop("kind"), errors.FleetOpsError)
    error: errors.FleetOpsError = kind(facts.pop("what"), **facts)
    return error


def _listed(states: Mapping[str, str]) -> str:
    shown = ", ".join(f"{subject} {state}" for subject, state in list(states.items())[:LISTED])
    return shown + (f" and {len(states) - LISTED} more" if len(states) > LISTED else "")
