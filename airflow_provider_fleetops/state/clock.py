"""One clock for all: the database's. Workers whose own clocks are seconds off keep the same limits."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import Connection, text

MEASURE_EVERY = 60.0
_TRIES = 3
_ALIKE_SECONDS = 1.0
_QUESTIONS = {
    "sqlite": text("SELECT (julianday('now') - 2440587.5) * 86400.0"),
    "postgresql": text("SELECT CAST(extract(epoch FROM clock_timestamp()) AS double precision)"),
}


class DatabaseClock:
    """How far this process's clock is from the database's, asked once a minute.

    In between, the database's time is carried on by a clock that nobody sets, but which stands still while a host is
    suspended: where the two clocks no longer go alike, the database is asked again. Before the first question there is
    no difference. An answer is right to half of its round trip; the quickest of three counts. ``wall`` (which must be
    the caller's clock) and ``monotonic`` are arguments for tests.
    """

    def __init__(self, wall: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.wall, self._monotonic = wall, monotonic
        self._known: tuple[float, float] | None = None  # the database's time, and the monotonic time it belongs to
        self._apart = 0.0  # by how much the two clocks here differed then

    def now(self) -> float:
        """The database's time in epoch seconds, without asking it."""
        known = self._known
        return self.wall() if known is None else known[0] + self._monotonic() - known[1]

    def offset(self) -> float:
        """What to add to the caller's time to get the database's."""
        return self.now() - self.wall()

    def measure(self, connection: Connection) -> None:
        """Ask the database, if it is time to."""
        known, apart = self._known, self.wall() - self._monotonic()
        age = MEASURE_EVERY if known is None else self._monotonic() - known[1]
        if age >= MEASURE_EVERY or abs(apart - self._apart) > _ALIKE_SECONDS:
            self._known = min((self._ask(connection) for _ in range(_TRIES)), key=lambda answer: answer[0])[1]
            self._apart = apart

    def _ask(self, connection: Connection) -> tuple[float, tuple[float, float]]:
        before = self._monotonic()
        told = float(connection.execute(_QUESTIONS[connection.dialect.name]).scalar_one())
        after = self._monotonic()
        return after - before, (told, (before + after) / 2)
