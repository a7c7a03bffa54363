"""Looking at a change feed from the triggerer, and where a watcher of it stands."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from airflow_provider_fleetops import vendors
from airflow_provider_fleetops.hooks.base import FleetOpsHook, hook_for
from airflow_provider_fleetops.protocol import transfer
from airflow_provider_fleetops.protocol.encoders import Type
from airflow_provider_fleetops.protocol.endpoint import Field
from airflow_provider_fleetops.protocol.errors import ConfigurationError
from airflow_provider_fleetops.protocol.feed import Feed, Seen, look
from airflow_provider_fleetops.protocol.ledger import digest

_FIELDS = (
    Field("conn_id", required=True, maximum=250),
    Field("feed", required=True, maximum=60),
    Field("days_back", Type.INTEGER, required=True, minimum=0, maximum=180),
    Field("days_ahead", Type.INTEGER, required=True, minimum=0, maximum=180),
    Field("interval", Type.NUMBER, required=True, minimum=0, maximum=86_400),
)


@dataclass(frozen=True)
class Source:
    """One feed of one connection: what all of its watchers look at together."""

    conn_id: str
    feed: str
    days_back: int
    days_ahead: int
    interval: float

    @classmethod
    def of(cls, **given: Any) -> Source:
        """Check a user's words, without any look-up; :class:`InvalidInput` names what is wrong."""
        source = cls(**{one.name: one.encode(given[one.name]) for one in _FIELDS})
        source._found()
        return source

    def _found(self) -> Feed:
        vendor, _, name = str(self.feed).partition(".")
        feeds = vendors.vendor(vendor).feeds if vendor in vendors.NAMES else {}
        if name not in feeds:
            known = (f"{vendor}.{name}" for vendor in vendors.NAMES for name in vendors.vendor(vendor).feeds)
            raise ConfigurationError(f"unknown feed {str(self.feed)[:60]!r}", advice=f"Known: {', '.join(known)}")
        return feeds[name]

    async def look(self) -> tuple[Seen, float]:
        """What is known now, and in how many seconds there may be more."""
        hook, days = await self.hook(), (self.days_back, self.days_ahead)
        async with hook.adriver() as driver:
            return await driver.run(look(hook.account, self._found(), days, self.interval))

    async def hook(self) -> FleetOpsHook:
        """A new one each time: connections change while a feed is watched."""
        hook = hook_for(self.feed.partition(".")[0], self.conn_id)
        await hook.aaccount()
        return hook


class CursorPlace:
    """Where a watcher's cursor is kept: the state of its asset, where Airflow has such, else the shared state."""

    def __init__(self, source: Source, asset_state: Any) -> None:
        self._source, self._asset_state = source, asset_state
        self._key = f"feed:{digest(asdict(source))}"
        # Each watcher of an asset has its own; another interval is the same feed, and goes on where it stood.
        self._asset_key = f"fleetops_feed:{digest(asdict(source) | {'interval': None})}"

    async def load(self) -> str:
        """The cursor, empty when there is none."""
        if self._asset_state is not None:
            try:
                kept = await self._asset_state.aget(self._asset_key)
            except ValueError:  # equal triggers of several assets are one to Airflow: they share a cursor
                self._asset_state = None
            else:
                if kept:
                    return str(kept)
        hook = await self._source.hook()
        return await hook.arun(lambda account: transfer.recall(account, self._key)) or ""

    async def save(self, cursor: str) -> None:
        """Keep it; load it first."""
        if self._asset_state is not None:
            await self._asset_state.aset(self._asset_key, cursor)
            return
        hook = await self._source.hook()
        await hook.arun(lambda account: transfer.remember(account, self._key, cursor))
