"""Limits as pure decisions on rows: given a limit, its row and the time, when may the next call go?

Spacing and rate are one algorithm (GCRA, https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm): the row keeps the
theoretical arrival time ``tat`` of the next call. A day quota counts per UTC day. ``closed_until`` is what the vendor
said, and wins over what we counted. A slot that a task waits for without a worker is held for it: it comes back to
the slot that it was given, and does not queue again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from airflow_provider_fleetops.protocol.errors import ConfigurationError
from airflow_provider_fleetops.protocol.times import AFTER_MIDNIGHT

DAY = 86_400
# Judged at the vendor's door, calls stand closer together than they left: by scheduling, network and queues there.
GUARD_SECONDS = 0.04
# A call that is later than this has missed its slot: sent now, it would come too close to the next one's.
PUNCTUAL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Spacing:
    """At most one call every ``seconds``."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Rate:
    """``count`` calls per ``seconds`` on average, ``burst`` at once; one may be ``slack`` seconds late for its slot."""

    count: float
    seconds: float = 1.0
    burst: int = 1
    slack: float = PUNCTUAL_SECONDS


@dataclass(frozen=True, slots=True)
class DayQuota:
    """``calls`` per UTC day; the last ``kept`` of them are not for this caller, but for important work."""

    calls: int
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Gate:
    """No limit of our own: only closed when the vendor says so. ``daily``: for the rest of the UTC day.

    ``hard``: for everybody, so nothing may go where that cannot be known.
    """

    daily: bool = False
    hard: bool = False


Rule = Spacing | Rate | DayQuota | Gate


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit. ``key`` names the row that all processes share; ``what`` is what a waiting user is told."""

    key: str
    rule: Rule
    what: str

    @property
    def paced(self) -> bool:
        """Whether calls that come late come too close to others."""
        return isinstance(self.rule, Spacing | Rate)

    @property
    def daily(self) -> bool:
        """Whether waiting for it means waiting for the next UTC day."""
        return isinstance(self.rule, DayQuota) or (isinstance(self.rule, Gate) and self.rule.daily)


@dataclass(frozen=True, slots=True)
class Window:
    """A limit's row: times in epoch seconds, calls ``used`` on ``day`` (since the epoch) and ``ahead`` on the next."""

    tat: float = 0.0
    closed_until: float = 0.0
    day: int = 0
    used: int = 0
    ahead: int = 0

    def count(self, day: int) -> int:
        """Calls counted for a day."""
        return self.used if day == self.day else self.ahead if day == self.day + 1 else 0


@dataclass(frozen=True, slots=True)
class Slot:
    """The answer to ``reserve``: when the call may go, and which limit decided.

    ``taken``: go then. ``held``: the wait is too long to sleep, and the slot waits for its holder. ``local`` says why
    the limits of this process alone were asked, where the shared ones could not be.
    """

    at: float
    taken: bool
    limit: Limit | None = None
    held: bool = False
    local: str = ""


def at_their_door(count: float, seconds: float, burst: int) -> Rate:
    """A vendor's token bucket as we keep it, so that none of ours is refused there, however calls bunch on the way.

    Half of the burst is kept to absorb that, which costs nothing; without a burst the calls stand further apart. Half
    a per cent is for two clocks that do not run alike.
    """
    interval = seconds / count
    spare = min(burst - 1, max(math.ceil(GUARD_SECONDS / interval), burst // 2))
    slack = max(PUNCTUAL_SECONDS, spare * interval / 2)  # the other half is for the way there
    return Rate(1, max(interval * 1.005, interval * (1 - spare) + GUARD_SECONDS), burst - spare, slack)


def with_gap(limits: Sequence[Limit], gap: float) -> list[Limit]:
    """Limits under which a slot is followed by ``gap`` seconds in which nobody else calls.

    So a look and the write behind it stay together, however many wait: the look goes in the slot, then the write.
    """
    return [replace(x, rule=Rate(1, _pace(x) + gap, slack=slack_of([x]))) if x.paced else x for x in limits]


def pace_of(limits: Sequence[Limit]) -> float:
    """Seconds from one call to the next, as the slowest limit has it; 0 where nothing is paced."""
    return max(map(_pace, limits), default=0.0)


def _pace(limit: Limit) -> float:
    match limit.rule:
        case Spacing(seconds):
            return seconds
        case Rate(count, seconds, _, _):
            return seconds / count
        case _:
            return 0.0


def slack_of(limits: Sequence[Limit]) -> float:
    """How late a call may be for its slot; infinite where no limit minds."""
    paces = (x.rule.slack if isinstance(x.rule, Rate) else PUNCTUAL_SECONDS for x in limits if x.paced)
    return min(paces, default=math.inf)


def earliest(rule: Rule, window: Window, now: float, cost: int) -> float:
    """When a call of ``cost`` may go under one rule; ``ConfigurationError`` when it never may."""
    start = max(now, window.closed_until)
    match rule:
        case Spacing():
            return max(start, window.tat)
        case Rate(count, seconds, burst, _):
            return max(start, window.tat - (burst - cost) * seconds / count)
        case DayQuota():
            return _earliest_in_quota(rule, window, start, cost)
        case Gate():
            return start


def _earliest_in_quota(quota: DayQuota, window: Window, start: float, cost: int) -> float:
    allowed = quota.calls - quota.kept
    if cost > allowed:
        raise ConfigurationError(f"one call costs {cost} of a quota of {allowed} calls a day: it can never go")
    start = max(start, float(window.day * DAY))
    today = int(start // DAY)
    if window.count(today) + cost <= allowed:
        return start
    free = 1 if window.count(today + 1) + cost <= allowed else 2
    return (today + free) * DAY + AFTER_MIDNIGHT


def spend(rule: Rule, window: Window, at: float, cost: int, now: float) -> Window:
    """The row after a call of ``cost`` that goes at ``at``; a quota's calls are counted today or for tomorrow."""
    match rule:
        case Spacing(seconds):
            return replace(window, tat=at + seconds)
        case Rate(count, seconds, _, _):
            return replace(window, tat=max(window.tat, at) + cost * seconds / count)
        case DayQuota():
            today = _today(window, now)
            used, ahead = window.count(today), window.count(today + 1)
            on_today = int(at // DAY) == today
            return replace(window, day=today, used=used + cost * on_today, ahead=ahead + cost * (not on_today))
        case Gate():
            return window


def reserve(
    limits: Sequence[Limit],
    windows: Mapping[str, Window],
    now: float,
    cost: int,
    patience: float,
    *,
    hold: bool = False,
    had: float | None = None,
) -> tuple[Slot, dict[str, Window]]:
    """Decide under all limits at once: the slot, and the rows to write.

    A wait beyond ``patience`` takes nothing, or with ``hold`` keeps the slot for its holder. ``had`` is the slot that
    the caller was given before: it is used where it is still good; where it was missed, the caller is not charged
    twice for the day's quota, nor at all where nobody has queued behind it.
    """
    if had is not None:
        closed = max((windows[x.key].closed_until for x in limits if x.key in windows), default=0.0)
        if had >= max(closed, now - slack_of(limits), now // DAY * DAY):
            return Slot(had, taken=had - now <= patience, held=had - now > patience), {}
        windows = {**windows} | {x.key: _give_back(x.rule, windows.get(x.key, Window()), had, cost) for x in limits}
        paid = [x for x in limits if isinstance(x.rule, DayQuota)]
        rest = [x for x in limits if x not in paid]
        at, decisive = _moment(rest, windows, now, cost)
        if at // DAY == had // DAY:
            return _settle(rest, windows, now, cost, patience, hold, Slot(at, taken=False, limit=decisive))
    at, decisive = _moment(limits, windows, now, cost)
    return _settle(limits, windows, now, cost, patience, hold, Slot(at, taken=False, limit=decisive))


def _moment(
    limits: Sequence[Limit], windows: Mapping[str, Window], now: float, cost: int
) -> tuple[float, Limit | None]:
    """The first moment that suits all limits, and the one that decided: a later moment may be in a fuller day."""
    at, decisive, before = now, None, -math.inf
    while at > before:
        before = at
        for limit in limits:
            moment = earliest(limit.rule, windows.get(limit.key, Window()), before, cost)
            if moment > at:
                at, decisive = moment, limit
    return at, decisive


def _settle(
    limits: Sequence[Limit],
    windows: Mapping[str, Window],
    now: float,
    cost: int,
    patience: float,
    hold: bool,
    slot: Slot,
) -> tuple[Slot, dict[str, Window]]:
    """Take the slot, hold it, or leave it: beyond tomorrow nothing is counted, so nothing can be held."""
    quotas = [windows.get(x.key, Window()) for x in limits if isinstance(x.rule, DayQuota)]
    too_far = any(int(slot.at // DAY) > _today(window, now) + 1 for window in quotas)
    taken = slot.at - now <= patience and not too_far
    held = hold and not taken and not too_far
    if not (taken or held):
        return slot, {}
    rows = {
        x.key: spend(x.rule, windows.get(x.key, Window()), slot.at, cost, now)
        for x in limits
        if not isinstance(x.rule, Gate)
    }
    return replace(slot, taken=taken, held=held), rows


def _today(window: Window, now: float) -> int:
    return max(window.day, int(now // DAY))


def _give_back(rule: Rule, window: Window, at: float, cost: int) -> Window:
    """The row without the slot at ``at``, if that was the last one: nobody has queued behind it."""
    match rule:
        case Spacing(seconds) if _is_last(window, at, seconds):
            return replace(window, tat=at)
        case Rate(count, seconds, 1, _) if _is_last(window, at, cost * seconds / count):
            return replace(window, tat=at)
        case _:
            return window


def _is_last(window: Window, at: float, interval: float) -> bool:
    """Clocks are compared anew each time, so the same slot may look some milliseconds apart."""
    return abs(window.tat - at - interval) < min(0.05, interval / 2)
