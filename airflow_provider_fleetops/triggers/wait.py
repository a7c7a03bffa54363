"""Waiting in the triggerer. Imports nothing heavy: DAG files that name a sensor read this module."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

if TYPE_CHECKING:
    from airflow_provider_fleetops.hooks.watcher import Report, Watcher

# A trigger that fires within seconds of the deferral can meet its task still queued, and fail it (Airflow #66374).
SETTLE_SECONDS = 7.0
pause_for = asyncio.sleep


class WaitTrigger(BaseTrigger):
    """Waits in the triggerer. It carries ids, states and dates; credentials stay in the connection.

    :param interval: seconds between looks; never shorter than the vendor's rule.
    :param important: may use the part of the day's quota that the connection keeps.
    """

    def __init__(self, *, conn_id: str, interval: float, important: bool = False, **watcher: Any) -> None:
        super().__init__()
        self.important = important
        self.conn_id = conn_id
        self.interval = interval
        self.watcher = watcher

    def serialize(self) -> tuple[str, dict[str, Any]]:
        path = f"{type(self).__module__}.{type(self).__qualname__}"
        return path, {
            "conn_id": self.conn_id,
            "interval": self.interval,
            "important": self.important,
            **self.watcher,
        }

    async def run(self) -> AsyncIterator[TriggerEvent]:
        from airflow_provider_fleetops.hooks.watcher import error_event
        from airflow_provider_fleetops.protocol.errors import FleetOpsError

        try:
            report, watcher = await self._wait()
        except FleetOpsError as error:
            yield TriggerEvent(error_event(error))
            return
        if report.hopeless:
            yield TriggerEvent(error_event(watcher.failure(report.result)))
        else:
            yield TriggerEvent({"result": report.result})

    async def _wait(self) -> tuple[Report, Watcher]:
        from airflow_provider_fleetops.hooks.watcher import Watcher
        from airflow_provider_fleetops.triggers.shared import shared_wait

        began = time.monotonic()
        watcher = Watcher.of(**self.watcher)
        shared = shared_wait(watcher.vendor, watcher.watch, self.conn_id, important=self.important)
        async with aclosing(shared.reports(watcher, self.interval)) as reports:
            async for report in reports:
                self.log.info("%s", report.said)
                if report.done or report.hopeless:
                    break
        await pause_for(max(began + SETTLE_SECONDS - time.monotonic(), 0.0))
        return report, watcher
