"""A question that a server does not answer ends after a while, as an error of its driver.

A stopped server, or a stopped proxy before it, keeps the connection alive and says nothing: the server's own time-outs
stand still with it, and TCP's see a healthy peer. So a connection that is out of the pool for too long is shut down,
which wakes whoever waits for it.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DisconnectionError

# Longer than a lock is waited for, which the server itself ends.
ANSWER_SECONDS = 12.0
LOOK_EVERY = 1.0
_NAME = "fleetops_deadline"


class _Watcher:
    """One thread for all connections of a process, started at the first. One for each costs more than a question."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: dict[socket.socket, float] = {}
        self._thread: threading.Thread | None = None

    def watch(self, driver: Any) -> socket.socket:
        """Give the driver's connection a deadline."""
        # A duplicate: the driver may close its own meanwhile, and another file get that number.
        duplicate = socket.socket(fileno=os.dup(driver.fileno()))
        with self._lock:
            self._until[duplicate] = time.monotonic() + ANSWER_SECONDS
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, name="fleetops-deadlines", daemon=True)
                self._thread.start()
        return duplicate

    def lift(self, duplicate: socket.socket) -> None:
        with self._lock:
            self._until.pop(duplicate, None)
            duplicate.close()

    def _look(self) -> None:
        while True:
            time.sleep(LOOK_EVERY)
            with self._lock:
                for each in [each for each, until in self._until.items() if until < time.monotonic()]:
                    with suppress(OSError):
                        each.shutdown(socket.SHUT_RDWR)


_watcher = _Watcher()


def keep_deadlines(engine: Engine) -> None:
    """From now on every connection of this engine has a deadline while it is out of the pool.

    It is pinged under that deadline, which the pool's own ping would not be.
    """

    def check_out(driver: Any, record: Any, _fairy: Any) -> None:
        record.info[_NAME] = _watcher.watch(driver)
        try:
            engine.dialect.do_ping(driver)
        except engine.dialect.loaded_dbapi.Error as error:
            check_in(driver, record)
            raise DisconnectionError from error  # the pool opens another one

    def check_in(_driver: Any, record: Any) -> None:
        if duplicate := record.info.pop(_NAME, None):
            _watcher.lift(duplicate)

    event.listen(engine, "checkout", check_out)
    event.listen(engine, "checkin", check_in)


def without_deadline(connection: Connection) -> None:
    """What is done with this connection takes as long as it takes."""
    _watcher.lift(connection.info.pop(_NAME))


def _forget_connections() -> None:
    """In a forked child: neither the thread nor the connections are its own."""
    global _watcher  # noqa: PLW0603 - its lock may have been held by a thread that the child does not have
    _inherited.append(_watcher)
    _watcher = _Watcher()


_inherited: list[_Watcher] = []
os.register_at_fork(after_in_child=_forget_connections)
