"""Short transactions, and their time: the database's, whatever the hosts' clocks say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from airflow_provider_fleetops.state.clock import DatabaseClock
from airflow_provider_fleetops.state.engine import Purpose, engine_for, told_plainly
from airflow_provider_fleetops.state.upgrade import prepare


class Transactions:
    """Opens transactions in the database at ``url``.

    Callers give and get times of their own clock; rows hold the database's. ``clock`` tells the difference; without
    one there is none.
    """

    def __init__(self, url: str, clock: DatabaseClock | None = None) -> None:
        self.url = url
        self.clock = clock

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that changes nothing."""
        with self._begin(Purpose.READ) as connection:
            self._measure(connection)
            yield connection

    @contextmanager
    def writing(
        self, now: float = 0.0, purpose: Purpose = Purpose.WRITE
    ) -> Iterator[tuple[Connection, Callable[[], float]]]:
        """A transaction, and what gives ``now`` in the database's clock, the time since spent waiting included."""
        clock = self.clock
        entered = clock.wall() if clock else 0.0
        with self._begin(purpose) as connection:
            self._measure(connection)
            yield connection, (lambda: now + clock.now() - entered) if clock else (lambda: now)

    def offset(self) -> float:
        """What to add to the caller's time to get the database's."""
        return self.clock.offset() if self.clock else 0.0

    def _measure(self, connection: Connection) -> None:
        if self.clock:
            self.clock.measure(connection)

    @contextmanager
    def _begin(self, purpose: Purpose) -> Iterator[Connection]:
        prepare(self.url)
        with told_plainly(self.url), engine_for(self.url, purpose).begin() as connection:
            yield connection
