"""Limits as pure decisions on rows: given a limit, its row and the time, when may the next call go?

Spacing and rate are one algorithm (GCRA, https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm): the row keeps the
theoretical arrival time ``tat`` of the next call. A day quota counts per UTC day. ``closed_until`` is what the vendor
said, and wins over what we counted.

Slots are given in order: where other limits have moved a quota's newest call into a later day, no call goes before
that day any more, because the row counts one day only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from airflow_provider_fleetops.protocol.errors import ConfigurationError

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Spacing:
    """At most one call every ``seconds``."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Rate:
    """``count`` calls per ``seconds`` on average, ``burst`` at once."""

    count: float
    seconds: float = 1.0
    burst: int = 1


@dataclass(frozen=True, slots=True)
class DayQuota:
    """``calls`` per UTC day."""

    calls: int


@dataclass(frozen=True, slots=True)
class Gate:
    """No limit of our own: only closed when the vendor says so. ``daily``: for the rest of the UTC day."""

    daily: bool = False


Rule = Spacing | Rate | DayQuota | Gate


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit. ``key`` names the row that all processes share; ``what`` is what a waiting user is told."""

    key: str
    rule: Rule
    what: str

    @property
    def daily(self) -> bool:
        """Whether waiting for it means waiting for the next UTC day."""
        return isinstance(self.rule, DayQuota) or (isinstance(self.rule, Gate) and self.rule.daily)


@dataclass(frozen=True, slots=True)
class Window:
    """A limit's row: seconds since the epoch, calls used on ``day`` (days since the epoch)."""

    tat: float = 0.0
    closed_until: float = 0.0
    day: int = 0
    used: int = 0


@dataclass(frozen=True, slots=True)
class Slot:
    """The answer to ``reserve``: when the call may go, whether that slot is now taken, and which limit decided."""

    at: float
    taken: bool
    limit: Limit | None = None


def earliest(rule: Rule, window: Window, now: float, cost: int) -> float:
    """When a call of ``cost`` may go under one rule; ``ConfigurationError`` when it never may."""
    start = max(now, window.closed_until)
    match rule:
        case Spacing():
            return max(start, window.tat)
        case Rate(count, seconds, burst):
            return max(start, window.tat - (burst - cost) * seconds / count)
        case DayQuota(calls):
            if cost > calls:
                raise ConfigurationError(f"one call costs {cost} of a quota of {calls} calls a day: it can never go")
            start = max(start, float(window.day * DAY))
            day = int(start // DAY)
            used = window.used if window.day == day else 0
            return start if used + cost <= calls else float((day + 1) * DAY)
        case Gate():
            return start


def spend(rule: Rule, window: Window, at: float, cost: int) -> Window:
    """The row after a call of ``cost`` that goes at ``at``."""
    match rule:
        case Spacing(seconds):
            return replace(window, tat=at + seconds)
        case Rate(count, seconds, _):
            return replace(window, tat=max(window.tat, at) + cost * seconds / count)
        case DayQuota():
            day = int(at // DAY)
            return replace(window, day=day, used=(window.used if window.day == day else 0) + cost)
        case Gate():
            return window


def reserve(
    limits: Sequence[Limit], windows: Mapping[str, Window], now: float, cost: int, patience: float
) -> tuple[Slot, dict[str, Window]]:
    """Decide under all limits at once: the slot, and the rows to write (none when the wait exceeds ``patience``)."""
    at, decisive = now, None
    for limit in limits:  # whatever is allowed at one moment is allowed later too, so the latest moment suits all
        moment = earliest(limit.rule, windows.get(limit.key, Window()), now, cost)
        if moment > at:
            at, decisive = moment, limit
    if at - now > patience:
        return Slot(at, taken=False, limit=decisive), {}
    rows = {
        x.key: spend(x.rule, windows.get(x.key, Window()), at, cost) for x in limits if not isinstance(x.rule, Gate)
    }
    return Slot(at, taken=True, limit=decisive), rows
