"""Several flows side by side: lanes, each a thread with a driver of its own, over one shared store."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from types import TracebackType
from typing import Self, TypeVar

from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.transports.sync import SyncDriver

T = TypeVar("T")


class Halted(Exception):
    """The lanes were closed while this flow waited: nothing is sent any more."""


class Lanes:
    """At most ``size`` flows at a time; use it as ``with``.

    Flows share nothing but the store, whose limits decide when each of them may send. ``make`` gives a driver that
    waits with the given function. At the end, and after :meth:`halt`, flows that wait for a slot give up, and those
    that wait for an answer get it.
    """

    def __init__(self, make: Callable[[Callable[[float], None]], SyncDriver], size: int) -> None:
        self.size = size
        self._halted = threading.Event()
        self._drivers = [make(self._sleep) for _ in range(size)]
        self._idle: SimpleQueue[SyncDriver] = SimpleQueue()
        for driver in self._drivers:
            self._idle.put(driver)
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="fleetops")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.halt()
        self._threads.shutdown(cancel_futures=True)
        for driver in self._drivers:
            driver.close()

    def start(self, flow: Flow[T]) -> Future[T]:
        """Run a flow in a free lane; its error is the future's."""
        return self._threads.submit(self._run, flow)

    def halt(self) -> None:
        """Let nobody wait any longer."""
        self._halted.set()

    def _run(self, flow: Flow[T]) -> T:
        driver = self._idle.get()
        try:
            return driver.run(flow)
        finally:
            self._idle.put(driver)

    def _sleep(self, seconds: float) -> None:
        if self._halted.wait(seconds):
            raise Halted
