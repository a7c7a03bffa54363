"""Where an incremental transfer remembers how far it has read."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from airflow_provider_fleetops.hooks.base import FleetOpsHook
from airflow_provider_fleetops.protocol import transfer
from airflow_provider_fleetops.protocol.transfer import Since


class CursorPlace:
    """The state of the outlet asset where Airflow has such, else the shared state.

    ``asset_state`` is Airflow's accessor or None. What the shared state knows counts until the asset knows better: a
    task keeps its cursor when Airflow is upgraded, or an outlet added.
    """

    def __init__(self, hook: FleetOpsHook, key: str, asset_state: Any) -> None:
        self._hook, self._key, self._asset_state, self._asset_key = hook, key, asset_state, f"fleetops:{key}"

    def load(self) -> Since:
        """How far the runs before have read."""
        kept = self._asset_state.get(self._asset_key) if self._asset_state is not None else None
        if kept is None:
            text = self._hook.run(lambda account: transfer.recall(account, self._key))
            kept = json.loads(text) if text else {}
        return Since(str(kept.get("moment", "")), tuple(map(str, kept.get("delivered", ()))))

    def move(self, until: Since) -> str:
        """Remember how far this run has read, unless another has read further; gives the cursor."""
        known = self.load()
        if known.moment > until.moment:
            self._hook.log.info("The cursor stays at %s: this run read what an earlier one had read", known.moment)
            return known.moment
        if self._asset_state is not None:
            self._asset_state.set(self._asset_key, asdict(until) | {"delivered": list(until.delivered)})
        else:
            text = json.dumps(asdict(until))
            self._hook.run(lambda account: transfer.remember(account, self._key, text))
        return until.moment
