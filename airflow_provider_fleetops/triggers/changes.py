"""What has changed at a vendor, as events of assets. Imports nothing heavy: DAG files that name a watcher read this."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Hashable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

if TYPE_CHECKING:
    from airflow_provider_fleetops.hooks.feed import CursorPlace, Source

# Airflow writes events down about once a second. The cursor moves after that: a triggerer that is killed in between
# tells the event again rather than never.
WRITTEN_SECONDS = 5.0
# Who comes a little before a look is due would come again.
MARGIN_SECONDS = 1.0
# After an error that is not the vendor's (a connection that is wrong, a state that cannot be reached).
FIRST_PAUSE = 15.0
LONGEST_PAUSE = 900.0

log = logging.getLogger(__name__)
pause_for = asyncio.sleep


class FleetOpsChangeTrigger(BaseEventTrigger):
    """Tells an asset what has changed at a vendor since the last look; nothing when nothing has.

    For ``AssetWatcher``. The first look tells nothing. Watchers with the same arguments share one look, in all
    triggerers together. An event's payload names nobody: ``conn_id``, ``feed``, ``number`` (events count up by one),
    ``seen_at``, ``created`` and ``removed`` (ids), ``changed`` (``{id: {fact: [old, new]}}``, empty where only what may
    be personal has changed), ``counts`` of the three, each of which names at most 100, and ``missed``: how many events
    before this one are lost, because this watcher was away for longer than 50.

    :param conn_id: the vendor's connection.
    :param feed: ``fl3xx.flights``, ``fl3xx.quotes``, ``fl3xx.bookings``, ``fasttrak.reservations``,
        ``fasttrack360.clients`` or ``fasttrack360.job_orders``.
    :param days_back: how many days before today count, 0 to 180. Lists of changes begin there and go on from look to
        look.
    :param days_ahead: how many days after today count, 0 to 180; nothing for lists of changes.
    :param interval: seconds between looks; never shorter than the vendor's rule, which 0 means.
    """

    def __init__(
        self, *, conn_id: str, feed: str, days_back: int = 1, days_ahead: int = 7, interval: float = 0.0
    ) -> None:
        super().__init__()
        self.conn_id = conn_id
        self.feed = feed
        self.days_back = days_back
        self.days_ahead = days_ahead
        self.interval = interval
        self._source()

    def serialize(self) -> tuple[str, dict[str, Any]]:
        path = f"{type(self).__module__}.{type(self).__qualname__}"
        names = ("conn_id", "feed", "days_back", "days_ahead", "interval")
        return path, {name: getattr(self, name) for name in names}

    def _source(self) -> Source:
        return _source_of(self.serialize()[1])

    def shared_stream_key(self) -> Hashable:
        """All that shapes the look."""
        return ("fleetops", *self.serialize()[1].values())

    @classmethod
    async def open_shared_stream(cls, kwargs: dict[str, Any]) -> AsyncGenerator[Any, None]:
        """What the feed knows after each look, for ever: an error is a longer pause, for it would end all watchers."""
        from airflow_provider_fleetops.protocol.errors import FleetOpsError

        source, failures = _source_of(kwargs), 0
        while True:
            try:
                seen, pause = await source.look()
            except Exception as error:
                pause = min(FIRST_PAUSE * 2**failures, LONGEST_PAUSE)
                failures = min(failures + 1, 10)
                unknown = not isinstance(error, FleetOpsError)
                log.warning("No look at %s, next in %.0f s: %s", source.feed, pause, error, exc_info=unknown)
            else:
                failures = 0
                if seen.error:
                    log.warning("The look at %s failed, next in %.0f s: %s", source.feed, pause, seen.error["what"])
                yield seen
            await pause_for(max(pause, 0.0) + MARGIN_SECONDS)

    async def filter_shared_stream(self, shared_stream: AsyncIterator[Any]) -> AsyncIterator[TriggerEvent]:
        """The events that this trigger's asset has not had; who has no cursor begins with the next."""
        from airflow_provider_fleetops.hooks.feed import CursorPlace
        from airflow_provider_fleetops.protocol.feed import news

        place = CursorPlace(self._source(), getattr(self, "asset_state_store", None))
        cursor: str | None = None
        async for seen in shared_stream:
            if not seen.born or (cursor is None and (cursor := await self._load(place)) is None):
                continue
            events = news(seen, cursor)
            for event in events:
                yield TriggerEvent({**event, "conn_id": self.conn_id, "feed": self.feed})
            if events:
                await pause_for(WRITTEN_SECONDS)
            if cursor != seen.cursor:
                cursor = seen.cursor
                await self._save(place, cursor)

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """The same alone: Airflow 3.2 knows no shared streams, but the look is shared all the same."""
        async with aclosing(self.open_shared_stream(self.serialize()[1])) as stream:
            async for event in self.filter_shared_stream(stream):
                yield event

    async def _load(self, place: CursorPlace) -> str | None:
        """The cursor; None when it cannot be read now."""
        try:
            return await place.load()
        except Exception as error:  # noqa: BLE001 - whatever it is, the next look tries again
            log.warning("The cursor of %s cannot be read: %s", self.feed, error)
            return None

    async def _save(self, place: CursorPlace, cursor: str) -> None:
        try:
            await place.save(cursor)
        except Exception as error:  # noqa: BLE001 - this watcher goes on; a restart may tell its last event again
            log.warning("The cursor of %s cannot be kept: %s", self.feed, error)


def _source_of(kwargs: dict[str, Any]) -> Source:
    from airflow_provider_fleetops.hooks.feed import Source

    return Source.of(**kwargs)
