"""The triggerer's waiting on a clock that its own pauses move: hours pass at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from airflow_provider_fleetops.hooks.base import FleetOpsHook
from airflow_provider_fleetops.state import open_store
from airflow_provider_fleetops.transports.aio import AsyncDriver
from airflow_provider_fleetops.triggers import shared, wait
from tests.faults.drivers import FakeTime


def hurry(patch: pytest.MonkeyPatch, passed: Callable[[float], None] = lambda _waited: None) -> FakeTime:
    """Let pauses of triggers end at once; ``passed`` is told after each how many seconds have been waited so far."""
    time = FakeTime()

    async def pause(seconds: float) -> None:
        time.waited += seconds
        passed(time.waited)
        await asyncio.sleep(0)

    async def hide(_: str) -> None:
        return None

    def driver(_hook: FleetOpsHook) -> AsyncDriver:
        return AsyncDriver(open_store(), lambda _: None, hide, clock=time.now, sleep=time.asleep)

    patch.setattr(shared, "pause_for", pause)
    patch.setattr(shared, "monotonic", lambda: time.waited)
    patch.setattr(wait, "pause_for", pause)
    patch.setattr(FleetOpsHook, "adriver", driver)
    return time
