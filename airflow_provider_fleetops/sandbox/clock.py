"""The sandbox's two clocks: one for what flies and drives, one for the gateway that counts calls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)


def _now() -> datetime:
    return datetime.now(UTC)


class Clock:
    """Two readings of time, both aware UTC datetimes.

    ``world()`` is simulated: it can be set, advanced and scaled (0 stands still); flights, parcels, cars and jobs move
    by it. ``gateway()`` judges limits, token lifetimes, quotas and the UTC day. Callers live in wall time too, so it is
    the wall clock plus every forward jump of the world, and is never scaled; it never goes back, or limits would open
    twice.
    """

    def __init__(
        self, start: datetime | None = None, scale: float = 1.0, source: Callable[[], datetime] = _now
    ) -> None:
        self._source = source
        self._start = start
        self._first_scale = _checked_scale(scale)
        self.reset()

    def reset(self) -> None:
        """Return to the start time and the first scale."""
        self._anchor = self._source()
        self._world = _checked(self._start or self._anchor)
        self._scale = self._first_scale
        self._offset = timedelta()

    @property
    def scale_factor(self) -> float:
        """World seconds per wall second."""
        return self._scale

    def world(self) -> datetime:
        """Return the simulated time."""
        return self._world + (self._source() - self._anchor) * self._scale

    def gateway(self) -> datetime:
        """Return the time by which the API side judges limits and lifetimes."""
        return self._source() + self._offset

    def set(self, moment: datetime) -> None:
        """Set the world to an aware datetime between 2000 and 2100."""
        jump = _checked(moment) - self.world()
        self._rebase(moment)
        self._offset += max(jump, timedelta())

    def advance(self, step: timedelta) -> None:
        """Move the world, and with it the gateway, ahead."""
        if step < timedelta():
            raise ValueError("step: must not be negative; use set to go back")
        self.set(self.world() + step)

    def scale(self, factor: float) -> None:
        """Let the world run ``factor`` times as fast as the wall clock, from now on."""
        checked = _checked_scale(factor)
        self._rebase(self.world())
        self._scale = checked

    def _rebase(self, moment: datetime) -> None:
        self._anchor = self._source()
        self._world = moment.astimezone(UTC)


def _checked(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("moment: needs a time zone")
    if not _EARLIEST <= moment <= _LATEST:
        raise ValueError("moment: must lie between 2000 and 2100")
    return moment.astimezone(UTC)


def _checked_scale(factor: float) -> float:
    if not 0 <= factor <= 100_000:
        raise ValueError("scale: must lie between 0 and 100000")
    return float(factor)
