"""What all tasks of a triggerer wait for at one connection: one task looks for them, and wakes whom it concerns."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import math
import time
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any

from airflow_provider_fleetops.hooks.base import FleetOpsHook, hook_for
from airflow_provider_fleetops.hooks.watcher import Report, Watcher
from airflow_provider_fleetops.protocol.board import Seen
from airflow_provider_fleetops.protocol.caller import Caller
from airflow_provider_fleetops.protocol.errors import StoreUnavailable
from airflow_provider_fleetops.protocol.looks import Look
from airflow_provider_fleetops.protocol.together import Follower
from airflow_provider_fleetops.protocol.watch import Watch
from airflow_provider_fleetops.transports.aio import AsyncDriver

# How often is asked whether another process has looked: a query of one row.
CHECK_SECONDS = 0.25
# A connection that somebody changes is read again after so long.
ACCOUNT_SECONDS = 300.0
# While the board cannot be reached it is asked again so often.
TRY_AGAIN_SECONDS = 5.0
# After so many subjects the event loop gets its turn: all triggers of the process share it.
AT_ONCE = 200

log = logging.getLogger(__name__)
pause_for = asyncio.sleep
monotonic = time.monotonic
_all: dict[tuple[int, str, str, str, bool], SharedWait] = {}


@dataclass(eq=False)
class Waiting:
    """One trigger: what it waits for, and the newest report that says something new."""

    watcher: Watcher
    every: float
    news: asyncio.Event = field(default_factory=asyncio.Event)
    report: Report | None = None
    error: Exception | None = None

    def tell(self, seen: Mapping[str, Seen], look: Look) -> None:
        """Wake up if this look says something new."""
        error = look.error(self.watcher.interest)
        if error is not None and not error.retryable:
            return self.fail(error)
        if self.report is not None and look.seen.keys().isdisjoint(self.watcher.interest.ids):
            return None
        report = self.watcher.report(seen, time.time())
        if self.report is None or report.text != self.report.text or report.done or report.hopeless:
            self.report = report
            self.news.set()
        return None

    def fail(self, error: Exception) -> None:
        self.error = error
        self.news.set()


class SharedWait:
    """The waiting tasks of one kind at one connection in one event loop, and the task that looks for them."""

    def __init__(self, vendor: str, watch: Watch, conn_id: str, *, important: bool) -> None:
        self.loop = asyncio.get_running_loop()
        self.waiting: dict[Waiting, None] = {}
        self._vendor, self._watch, self._conn_id, self._caller = vendor, watch, conn_id, Caller(important=important)
        self._changed = False
        self._seen: dict[str, Seen] = {}
        self._alone_at = -math.inf
        self._task: asyncio.Task[None] | None = None

    async def reports(self, watcher: Watcher, every: float) -> AsyncGenerator[Report, None]:
        """A report whenever there is something new; the caller's errors are raised."""
        watcher.check()
        waiting = Waiting(watcher, every)
        self.waiting[waiting] = None
        self._change()
        try:
            while True:
                await waiting.news.wait()
                waiting.news.clear()
                if waiting.error is not None:
                    raise waiting.error
                assert waiting.report is not None
                yield waiting.report
        finally:
            del self.waiting[waiting]
            self._change()

    def _change(self) -> None:
        self._changed = True
        if self.waiting and (self._task is None or self._task.done()):
            # Its own task and context: whoever came first may go first, and its log is not everybody's.
            self._task = self.loop.create_task(self._run(), context=contextvars.Context())

    async def _run(self) -> None:
        try:
            hook = None
            while self.waiting:
                hook = await self._fresh_hook(hook)
                async with hook.adriver() as driver:
                    await self._follow(hook, driver)
        except Exception as error:  # noqa: BLE001 - nobody awaits this task: all who wait must learn of it
            for waiting in list(self.waiting):
                waiting.fail(error)

    async def _fresh_hook(self, old: FleetOpsHook | None) -> FleetOpsHook:
        """A hook with the connection as it is now; the one of before, while that cannot be found out."""
        hook = hook_for(self._vendor, self._conn_id)
        try:
            await hook.aaccount()
        except Exception as error:
            if old is None:
                raise
            log.warning("The connection cannot be read anew: %s", type(error).__name__)
            return old
        return hook

    async def _follow(self, hook: FleetOpsHook, driver: AsyncDriver) -> None:
        follower, until, self._changed = self._follower(hook), monotonic() + ACCOUNT_SECONDS, True
        while self.waiting and monotonic() < until:
            if self._changed:
                self._changed = False
                self._refollow(follower)
            pause = await self._step(follower, driver)
            await pause_for(pause)
        if not self.waiting:
            await driver.run(follower.leave())

    def _follower(self, hook: FleetOpsHook) -> Follower:
        account = hook.acting_as(self._caller)
        return Follower(account, self._watch, self._watch.cadence(account))

    def _refollow(self, follower: Follower) -> None:
        """What all wait for now, without what is known to be over."""
        follower.every = max(follower.watch.cadence(follower.account), min(x.every for x in self.waiting))
        follower.follow([waiting.watcher.interest for waiting in self.waiting])
        ids = {subject for interest in follower.interests for subject in interest.ids}
        self._seen = {subject: seen for subject, seen in self._seen.items() if subject in ids}

    async def _step(self, follower: Follower, driver: AsyncDriver) -> float:
        """Look if it is time, tell those who wait, and give how long to pause."""
        try:
            look = await driver.run(follower.step())
        except StoreUnavailable as error:
            log.warning("Looking for this triggerer alone: %s", error)
            return await self._alone(follower, driver)
        if look is not None:
            await self._tell(look)
        return CHECK_SECONDS

    async def _alone(self, follower: Follower, driver: AsyncDriver) -> float:
        if monotonic() - self._alone_at < follower.every:
            return TRY_AGAIN_SECONDS
        self._alone_at = monotonic()
        await self._tell(await driver.run(follower.alone()))
        return TRY_AGAIN_SECONDS

    async def _tell(self, look: Look) -> None:
        self._seen |= look.seen
        told = 0
        for waiting in list(self.waiting):
            waiting.tell(self._seen, look)
            told += len(waiting.watcher.ids)
            if told >= AT_ONCE:
                told = 0
                await asyncio.sleep(0)


def shared_wait(vendor: str, watch: Watch, conn_id: str, *, important: bool) -> SharedWait:
    """The one of this event loop; triggers are made anew from their arguments, so it is kept here."""
    loop: Any = asyncio.get_running_loop()
    key = (id(loop), vendor, watch.name, conn_id, important)
    found = _all.get(key)
    if found is None or found.loop is not loop:
        found = _all[key] = SharedWait(vendor, watch, conn_id, important=important)
    return found
