"""Waiting is data: what is looked at, which states there are, and when the waiting is over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow_provider_fleetops.protocol.errors import ConfigurationError, InvalidInput

if TYPE_CHECKING:
    from airflow_provider_fleetops.protocol.steps import Flow
    from airflow_provider_fleetops.protocol.vendor import Account

UNSEEN = "UNSEEN"
# A subject that the vendor does not know: a state like others, so that one wrong id harms nobody else.
NOT_FOUND = "NOT_FOUND"
WindowKey = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sighting:
    """One subject as last seen: our canonical state, the vendor's own word, and facts without personal data."""

    state: str
    raw: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Interest:
    """Subjects that somebody waits for, and the window in which they are to be looked for.

    Without ids it is everything in the window. ``parts`` are the interests of which this one was made.
    """

    ids: tuple[str, ...]
    window: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[Interest, ...] = ()

    @property
    def key(self) -> WindowKey:
        """The same for equal windows."""
        return tuple(sorted(self.window.items()))


def same_windows(interests: Sequence[Interest]) -> list[Interest]:
    """One interest for each window, with all the subjects that are looked for in it."""
    groups: dict[WindowKey, dict[str, None]] = {}
    for interest in interests:
        groups.setdefault(interest.key, {}).update(dict.fromkeys(interest.ids))
    return [Interest(tuple(ids), dict(window)) for window, ids in groups.items()]


@dataclass(frozen=True, slots=True)
class Spans:
    """How windows with a beginning and an end become few: ``read`` gives a bound's moment, or an error that names it.

    Windows that overlap, or leave a ``gap`` between them, become one, as long as that is not longer than ``longest``;
    what else stands in a window must be equal.
    """

    first: str
    last: str
    read: Callable[[str, str], Any]
    gap: timedelta
    longest: timedelta

    def __call__(self, interests: Sequence[Interest]) -> list[Interest]:
        merged: list[Interest] = []
        for interest in sorted(same_windows(interests), key=self._order):
            if merged and (joined := self._joined(merged[-1], interest)):
                merged[-1] = joined
            else:
                merged.append(interest)
        return merged

    def _bounds(self, interest: Interest) -> tuple[Any, Any] | None:
        window = interest.window
        if self.first not in window:
            return None
        first, last = self.read(self.first, window[self.first]), self.read(self.last, window.get(self.last, ""))
        if last < first:
            raise InvalidInput(f"parameter {self.last!r} must not be before {self.first!r}")
        return first, last

    def _others(self, interest: Interest) -> list[tuple[str, str]]:
        return sorted((key, value) for key, value in interest.window.items() if key not in (self.first, self.last))

    def _order(self, interest: Interest) -> tuple[Any, ...]:
        bounds = self._bounds(interest)
        return (self._others(interest), bounds is not None, bounds or ())

    def _joined(self, one: Interest, other: Interest) -> Interest | None:
        ours, theirs = self._bounds(one), self._bounds(other)
        if ours is None or theirs is None or self._others(one) != self._others(other):
            return None
        later = other if theirs[1] > ours[1] else one
        if theirs[0] > ours[1] + self.gap or max(ours[1], theirs[1]) - ours[0] > self.longest:
            return None
        ids = tuple(dict.fromkeys((*one.ids, *other.ids)))
        return Interest(ids, {**one.window, self.last: later.window[self.last]}, (*(one.parts or (one,)), other))


@dataclass(frozen=True)
class Watch:
    """One kind of thing to wait for.

    ``ranks`` order the states: a subject that is past the target has reached it. ``dead_ends`` are the states from
    which no target can be reached any more; they fail the waiting unless they are the target.
    ``sides`` are the states that lie beside the way, with those to which they lead: who waits for one is content with
    it and with these, and not with progress.
    ``finals`` end well: a subject there moves no more, so what has not been reached never will be.
    ``look(account, ids, window)`` is a flow that sees all ids with as few calls as the vendor allows; it may return
    others that it saw on the way, and ids that it does not return count as :data:`UNSEEN`. One look serves all who
    wait, so a subject that the vendor does not know is a state, never an error. ``cadence`` is the shortest allowed
    time between looks, in seconds. ``merge`` makes few looks of many waiters' windows (an error of a single one names
    what is wrong with it); ``at_once`` is for vendors that show one subject a call: how many a look takes, those that
    were not seen for longest first (0: all). ``same_as`` names another watch whose looks serve this one: it only
    tells something else of what is seen there, which ``derive`` says. ``name_of(id, window)`` is for vendors where an
    id alone does not say what is looked for: the name does, and takes the place of both.
    """

    name: str
    subject: str
    ranks: Mapping[str, int]
    dead_ends: frozenset[str]
    finals: frozenset[str]
    look: Callable[[Account, Sequence[str], Mapping[str, str]], Flow[Mapping[str, Sighting]]]
    cadence: Callable[[Account], float]
    merge: Callable[[Sequence[Interest]], Sequence[Interest]] = same_windows
    at_once: int = 0
    same_as: str = ""
    derive: Callable[[Sighting], Sighting] = lambda sighting: sighting
    name_of: Callable[[str, Mapping[str, str]], str] | None = None
    sides: Mapping[str, frozenset[str]] = field(default_factory=dict)

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
    chosen = tuple(str(word).strip().upper() for word in words)
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
    sides = [watch.sides[target] for target in goal.targets if target in watch.sides]
    if state in goal.targets or any(state in beyond for beyond in sides):
        return 0
    if state in goal.failures:
        return 1
    on_the_way = watch.ranks.keys() - watch.sides.keys()
    first = min((watch.ranks[target] for target in goal.targets if target in on_the_way), default=None)
    if first is not None and state in watch.ranks and watch.ranks[state] >= first:
        return 0
    return 1 if state in watch.finals else 2
