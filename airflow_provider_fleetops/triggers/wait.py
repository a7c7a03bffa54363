"""Waiting for things at a vendor: what a sensor looks at in a worker and what its trigger looks at are one object."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

from airflow_provider_fleetops import vendors
from airflow_provider_fleetops.hooks.base import hook_for
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.protocol.retry import ONCE
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.protocol.watch import Goal, Watch, decide

# A trigger that fires within seconds of the deferral can meet its task still queued, and fail it (Airflow #66374).
SETTLE_SECONDS = 7.0
LISTED = 20
pause_for = asyncio.sleep


def utc_now() -> datetime:
    """The time; with ``pause_for`` the only clock of this module, so that tests need not wait."""
    return datetime.now(UTC)


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


class WaitTrigger(BaseTrigger):
    """Waits in the triggerer. It carries ids, states and dates; credentials stay in the connection.

    :param interval: seconds between looks; never shorter than the vendor's rule.
    """

    def __init__(self, *, conn_id: str, interval: float, **watcher: Any) -> None:
        super().__init__()
        self.conn_id = conn_id
        self.interval = interval
        self.watcher = watcher

    def serialize(self) -> tuple[str, dict[str, Any]]:
        path = f"{type(self).__module__}.{type(self).__qualname__}"
        return path, {"conn_id": self.conn_id, "interval": self.interval, **self.watcher}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        try:
            report, watcher = await self._wait()
        except errors.FleetOpsError as error:
            yield TriggerEvent(error_event(error))
            return
        if report.hopeless:
            yield TriggerEvent(error_event(watcher.failure(report.result)))
        else:
            yield TriggerEvent({"result": report.result})

    async def _wait(self) -> tuple[Report, Watcher]:
        watcher = Watcher.of(**self.watcher)
        hook = hook_for(watcher.vendor, self.conn_id)
        account = await hook.aaccount()
        interval = max(self.interval, watcher.cadence(account))
        pause = max(interval, SETTLE_SECONDS)
        async with hook.adriver() as driver:
            while True:
                await pause_for(pause)
                pause = interval
                try:
                    report = await driver.run(watcher.look(account))
                except errors.FleetOpsError as error:
                    if not error.retryable:
                        raise
                    pause = max(interval, _seconds_until(error.resume_at))
                    self.log.warning("This look failed, the next one is in %.0f s: %s", pause, error)
                    continue
                self.log.info("%s", report.text)
                if report.done or report.hopeless:
                    return report, watcher


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


def _seconds_until(moment: datetime | None) -> float:
    return (moment - utc_now()).total_seconds() if moment else 0.0
