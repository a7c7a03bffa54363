"""Waiting is data: what is looked at, which states there are, and when the waiting is over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from airflow_provider_fleetops.protocol.errors import ConfigurationError

if TYPE_CHECKING:
    from airflow_provider_fleetops.protocol.steps import Flow
    from airflow_provider_fleetops.protocol.vendor import Account

UNSEEN = "UNSEEN"


@dataclass(frozen=True, slots=True)
class Sighting:
    """One subject as last seen: our canonical state, the vendor's own word, and facts without personal data."""

    state: str
    raw: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Watch:
    """One kind of thing to wait for.

    ``ranks`` order the states: a subject that is past the target has reached it. ``dead_ends`` are the states from
    which no target can be reached any more; they fail the waiting unless they are the target.
    ``finals`` end well: a subject there moves no more, so what has not been reached never will be.
    ``look(account, ids, window)`` is a flow that sees all ids with as few calls as the vendor allows; ids that it
    does not return count as :data:`UNSEEN`. ``cadence`` is the shortest allowed time between looks, in seconds.
    """

    name: str
    subject: str
    ranks: Mapping[str, int]
    dead_ends: frozenset[str]
    finals: frozenset[str]
    look: Callable[[Account, Sequence[str], Mapping[str, str]], Flow[Mapping[str, Sighting]]]
    cadence: Callable[[Account], float]

    @property
    def states(self) -> frozenset[str]:
        return frozenset(self.ranks) | self.dead_ends


@dataclass(frozen=True, slots=True)
class Goal:
    """When the waiting is over: ``need`` subjects (None: all) have reached one of ``targets``."""

    targets: tuple[str, ...]
    failures: tuple[str, ...]
    need: int | None = None

    @classmethod
    def of(cls, watch: Watch, targets: Sequence[str], failures: Sequence[str] | None, condition: str | int) -> Goal:
        """Check a user's words; :class:`ConfigurationError` names what is wrong."""
        chosen = _known(watch, "target", targets)
        if not chosen:
            raise ConfigurationError("no target state was given", advice=_advice(watch))
        dead = watch.dead_ends if failures is None else set(_known(watch, "failure", failures))
        return cls(chosen, tuple(sorted(dead - set(chosen))), _need(condition))


def _known(watch: Watch, kind: str, states: Sequence[str]) -> tuple[str, ...]:
    words = [states] if isinstance(states, str) else states
    chosen = tuple(str(word).upper() for word in words)
    for state in chosen:
        if state not in watch.states:
            raise ConfigurationError(f"unknown {kind} state {state[:40]!r}", advice=_advice(watch))
    return chosen


def _advice(watch: Watch) -> str:
    return f"Known: {', '.join(sorted(watch.states))}"


def _need(condition: str | int) -> int | None:
    if condition == "all":
        return None
    if condition == "any":
        return 1
    if isinstance(condition, int) and not isinstance(condition, bool) and condition > 0:
        return condition
    raise ConfigurationError(f"condition must be 'all', 'any' or a positive count, not {str(condition)[:40]!r}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where all subjects stand. ``done``: the goal is reached; ``hopeless``: it cannot be reached any more."""

    done: bool
    hopeless: bool
    reached: Mapping[str, str]
    failed: Mapping[str, str]
    pending: Mapping[str, str]


def decide(watch: Watch, goal: Goal, ids: Sequence[str], sightings: Mapping[str, Sighting]) -> Outcome:
    """Compare what was seen with the goal."""
    groups: tuple[dict[str, str], dict[str, str], dict[str, str]] = ({}, {}, {})
    for subject in dict.fromkeys(ids):
        state = sightings[subject].state if subject in sightings else UNSEEN
        groups[_group(watch, goal, state)][subject] = state
    reached, failed, pending = groups
    need = goal.need if goal.need is not None else len(set(ids))
    hopeless = len(reached) + len(pending) < need
    return Outcome(len(reached) >= need, hopeless, reached, failed, pending)


def _group(watch: Watch, goal: Goal, state: str) -> int:
    if state in goal.targets:
        return 0
    if state in goal.failures:
        return 1
    first = min((watch.ranks[target] for target in goal.targets if target in watch.ranks), default=None)
    if first is not None and state in watch.ranks and watch.ranks[state] >= first:
        return 0
    return 1 if state in watch.finals else 2
