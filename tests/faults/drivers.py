"""Both drivers behind one face, on a clock that waiting moves: nothing here sleeps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.store import Store


class FakeTime:
    """The wall clock plus everything that was waited."""

    def __init__(self) -> None:
        self.waited = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.waited)

    def sleep(self, seconds: float) -> None:
        self.waited += seconds

    async def asleep(self, seconds: float) -> None:
        self.waited += seconds


def run_sync(flow: Flow[Any], store: Store, time: FakeTime) -> Any:
    from airflow_provider_fleetops.transports.sync import SyncDriver

    driver = SyncDriver(store, lambda _: None, lambda _: None, clock=time.now, sleep=time.sleep)
    try:
        return driver.run(flow)
    finally:
        driver.close()


def run_async(flow: Flow[Any], store: Store, time: FakeTime) -> Any:
    from airflow_provider_fleetops.transports.aio import AsyncDriver

    async def hide(_: str) -> None:
        return None

    async def main() -> Any:
        async with AsyncDriver(store, lambda _: None, hide, clock=time.now, sleep=time.asleep) as driver:
            return await driver.run(flow)

    return asyncio.run(main())


DRIVERS: dict[str, Callable[[Flow[Any], Store, FakeTime], Any]] = {"requests": run_sync, "httpx": run_async}
