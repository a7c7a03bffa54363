"""What is waited for, and one look at it: the same object for a sensor in a worker and its trigger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import uuid4

from airflow_provider_fleetops import vendors
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.protocol.board import Seen
from airflow_provider_fleetops.protocol.steps import Flow, Now
from airflow_provider_fleetops.protocol.together import REGISTERED_SECONDS, Follower, look_once
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.protocol.watch import Goal, Interest, Watch, decide

LISTED = 20


@dataclass(frozen=True)
class Report:
    """One look: whether the waiting is over, the result for XCom, a line on where all stand, and its age in seconds.

    Without an age nothing has been looked at yet.
    """

    done: bool
    hopeless: bool
    result: dict[str, Any]
    text: str
    age: float | None

    @property
    def said(self) -> str:
        """A line for the log."""
        return f"{self.text} ({'not looked at yet' if self.age is None else f'looked at {self.age:.0f} s ago'})"


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
        """Check a user's words; ``ConfigurationError`` or ``InvalidInput`` names what is wrong."""
        record = vendors.vendor(vendor).watches[watch]
        if not ids:
            raise errors.ConfigurationError(f"nothing to wait for: no {record.subject} id is given", vendor=vendor)
        goal, most = Goal.of(record, targets, failures, condition), len(set(ids))
        if goal.need is not None and goal.need > most:
            what = f"parameter 'condition' must be at most the number of ids ({most})"
            raise errors.InvalidInput(what, vendor=vendor)
        return cls(vendor, record, tuple(ids), dict(window), goal)

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

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What each id is called among all that anybody waits for."""
        name_of = self.watch.name_of
        return {subject: name_of(subject, self.window) if name_of else subject for subject in self.ids}

    @cached_property
    def interest(self) -> Interest:
        return Interest(tuple(self.names.values()), {} if self.watch.name_of else self.window)

    def check(self) -> None:
        """``FleetOpsError`` names what is wrong with the window or an id."""
        self.watch.merge([self.interest])

    def look(self, account: Account, interval: float = 0.0) -> Flow[Report]:
        """The newest look of all who wait, which is this one if it is time for it: the way of a task in a worker.

        ``interval``: when the task will come back; until then others look for it. 0: it does not, its trigger does.
        """
        self.check()
        every = self.cadence(account)
        kept = max(REGISTERED_SECONDS, 2 * max(every, interval) if interval else 0.0)
        follower = Follower(account, self.watch, every, account.caller.key or uuid4().hex, kept)
        follower.follow([self.interest])
        look = yield from look_once(follower)
        error = look.error(self.interest)
        if error is not None and not (error.retryable and look.seen):
            if not error.retryable:
                yield from follower.leave()
            raise error
        now = yield Now()
        report = self.report(look.seen, now.timestamp())
        if report.done or report.hopeless:
            yield from follower.leave()
        return report

    def report(self, seen: Mapping[str, Seen], now: float) -> Report:
        """Where all subjects stand; it is as old as the oldest of what was seen of them."""
        found = {subject: seen[name] for subject, name in self.names.items() if name in seen}
        mine = {subject: self.watch.derive(one.sighting) for subject, one in found.items()}
        age = max((max(now - one.at, 0.0) for one in found.values()), default=None)
        outcome = decide(self.watch, self.goal, self.ids, mine)
        result = {
            "reached": dict(outcome.reached),
            "failed": dict(outcome.failed),
            "pending": dict(outcome.pending),
            "facts": {subject: dict(one.facts) for subject, one in mine.items()},
        }
        counts = f"{len(outcome.reached)} there, {len(outcome.pending)} pending, {len(outcome.failed)} failed"
        text = f"{self.watch.subject}: {counts}; {_listed(outcome.pending or outcome.reached)}"
        return Report(outcome.done, outcome.hopeless, result, text, age)

    def failure(self, result: Mapping[str, Any]) -> errors.FleetOpsError:
        """What a sensor says when the goal cannot be reached any more."""
        wanted = " or ".join(self.goal.targets)
        what = f"{self.watch.subject} cannot reach {wanted} any more: {_listed(result['failed'])}"
        return errors.Refused(what, vendor=self.vendor, advice="See failure_states and condition")


def error_event(error: errors.FleetOpsError) -> dict[str, Any]:
    """An error as a trigger's event."""
    return {"error": errors.to_facts(error)}


def error_from_event(event: Mapping[str, Any]) -> errors.FleetOpsError | None:
    """The error that a trigger met, or None."""
    facts = event.get("error")
    return errors.from_facts(facts) if facts else None


def _listed(states: Mapping[str, str]) -> str:
    shown = ", ".join(f"{subject} {state}" for subject, state in list(states.items())[:LISTED])
    return shown + (f" and {len(states) - LISTED} more" if len(states) > LISTED else "")
