"""Waiting for a limit's slot in the triggerer. Imports nothing heavy: DAG files that name an operator read this."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

from airflow_provider_fleetops.triggers.wait import pause_for


class SlotTrigger(BaseTrigger):
    """Fires at a moment. It carries that and how often and since when the task has waited: its slot is in the store.

    :param moment: ISO-8601 with a zone.
    :param resumed: how often the task will have come back.
    :param since: when its first wait began, ISO-8601 with a zone.
    """

    def __init__(self, *, moment: str, resumed: int, since: str) -> None:
        super().__init__()
        self.moment = moment
        self.resumed = resumed
        self.since = since

    def serialize(self) -> tuple[str, dict[str, Any]]:
        path = f"{type(self).__module__}.{type(self).__qualname__}"
        return path, {"moment": self.moment, "resumed": self.resumed, "since": self.since}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        left = (datetime.fromisoformat(self.moment) - datetime.now(UTC)).total_seconds()
        await pause_for(max(left, 0.0))
        yield TriggerEvent({"resumed": self.resumed, "since": self.since})
