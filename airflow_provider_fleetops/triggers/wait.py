"""Waiting in the triggerer. Imports nothing heavy: DAG files that name a sensor read this module."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

if TYPE_CHECKING:
    from airflow_provider_fleetops.hooks.watcher import Report, Watcher

# A trigger that fires within seconds of the deferral can meet its task still queued, and fail it (Airflow #66374).
SETTLE_SECONDS = 7.0
# A slot that is held for this trigger is waited for to the instant by the look itself.
ARRIVE_EARLY = 1.0
pause_for = asyncio.sleep


def utc_now() -> datetime:
    """The time; with ``pause_for`` the only clock of this module, so that tests need not wait."""
    return datetime.now(UTC)


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
        from airflow_provider_fleetops.hooks.base import hook_for
        from airflow_provider_fleetops.hooks.caller import of_task
        from airflow_provider_fleetops.hooks.watcher import Watcher
        from airflow_provider_fleetops.protocol.errors import FleetOpsError, Throttled

        watcher = Watcher.of(**self.watcher)
        hook = hook_for(watcher.vendor, self.conn_id)
        caller = of_task(self.task_instance, important=self.important, waits=True)
        account = replace(await hook.aaccount(), caller=caller)
        interval = max(self.interval, watcher.cadence(account))
        pause = max(interval, SETTLE_SECONDS)
        async with hook.adriver() as driver:
            while True:
                await pause_for(pause)
                pause = interval
                try:
                    report = await driver.run(watcher.look(account))
                except FleetOpsError as error:
                    if not error.retryable:
                        raise
                    left = _seconds_until(error.resume_at)
                    held = isinstance(error, Throttled) and error.held
                    pause = max(left - ARRIVE_EARLY, 0.0) if held else max(interval, left)
                    self.log.warning("This look failed, the next one is in %.0f s: %s", pause, error)
                    continue
                self.log.info("%s", report.text)
                if report.done or report.hopeless:
                    return report, watcher


def _seconds_until(moment: datetime | None) -> float:
    return (moment - utc_now()).total_seconds() if moment else 0.0
