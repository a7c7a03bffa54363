"""A client of ``/control``, for tests and demos; it works against a sandbox in another process too."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

import httpx


class ControlError(RuntimeError):
    """The sandbox refused an order; the text is its reason."""


class ControlClient:
    """Orders and readings over HTTP. ``url`` is the address of the sandbox."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=f"{url}/control", timeout=30, trust_env=False)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def reset(self, seed: int | None = None) -> None:
        """Start again: clock, journal, faults, limits, worlds."""
        self._post("/reset", {"seed": seed})

    def clock(self) -> dict[str, Any]:
        """Return ``world`` and ``gateway`` (datetimes) and ``scale``."""
        return _times(self._get("/clock"))

    def world(self) -> datetime:
        """Return the simulated time."""
        moment: datetime = self.clock()["world"]
        return moment

    def set(self, moment: datetime) -> dict[str, Any]:
        """Set the simulated time."""
        return _times(self._post("/clock", {"set": moment.isoformat()}))

    def advance(self, step: timedelta) -> dict[str, Any]:
        """Move the simulated time, and the gateway's, ahead."""
        return _times(self._post("/clock", {"advance": step.total_seconds()}))

    def scale(self, factor: float) -> dict[str, Any]:
        """Set world seconds per wall second."""
        return _times(self._post("/clock", {"scale": factor}))

    def limits(self, vendor: str, **changes: Any) -> dict[str, Any]:
        """Change named limits, or none; return all of them."""
        path = f"/limits/{vendor}"
        limits: dict[str, Any] = self._post(path, changes) if changes else self._get(path)
        return limits

    def fault(self, vendor: str, kind: str, match: str = "*", **settings: Any) -> None:
        """Order a fault: ``times``, ``probability``, ``seed`` are its own, everything else is an option of its kind."""
        own: dict[str, Any] = {
            name: settings.pop(name) for name in ("times", "probability", "seed") if name in settings
        }
        self._post("/faults", {"vendor": vendor, "kind": kind, "match": match, "options": settings, **own})

    def faults(self) -> list[dict[str, Any]]:
        """Return the ordered faults with their hits."""
        faults: list[dict[str, Any]] = self._get("/faults")
        return faults

    def clear_faults(self) -> None:
        """Drop all faults."""
        self._send("DELETE", "/faults")

    def script(self, vendor: str, event: str, **data: Any) -> Any:
        """Carry out an event in a vendor's world; return what the vendor says of it."""
        return self._post(f"/script/{vendor}", {"event": event, "data": data})["done"]

    def webhooks(self, **order: Any) -> None:
        """Order how the next deliveries misbehave: ``mode``, ``times``, ``seconds``; or change ``retry_seconds``."""
        self._post("/webhooks", order)

    def flush_webhooks(self) -> bool:
        """Wait until every delivery that is due has been tried."""
        return bool(self._post("/webhooks/flush", {})["flushed"])

    def deliveries(self) -> list[dict[str, Any]]:
        """Return the attempts to deliver webhooks."""
        attempts: list[dict[str, Any]] = self._get("/webhooks")
        return attempts

    def journal(self, **filters: Any) -> list[dict[str, Any]]:
        """Return journal entries by ``since``, ``limit``, ``vendor``, ``route``, ``broke``, ``effect``, ``fault``.

        The value "*" asks for any value: ``journal(broke="*")`` lists every broken rule.
        """
        entries: list[dict[str, Any]] = self._get("/journal", filters)
        return entries

    def last_seq(self) -> int:
        """Return the number of the newest journal entry: what ``journal(since=...)`` wants."""
        newest = self.journal(limit=1)
        return int(newest[0]["seq"]) if newest else 0

    def summary(self) -> dict[str, Any]:
        """Return figures per vendor."""
        summary: dict[str, Any] = self._get("/summary")
        return summary

    def routes(self) -> list[dict[str, Any]]:
        """Return every route with its label."""
        routes: list[dict[str, Any]] = self._get("/routes")
        return routes

    def credentials(self, vendor: str) -> dict[str, str]:
        """Return what a client of the vendor needs to log in."""
        credentials: dict[str, str] = self._get("/credentials")[vendor]
        return credentials

    def health(self) -> dict[str, Any]:
        """Return whether the sandbox answers and which vendors it runs."""
        health: dict[str, Any] = self._get("/health")
        return health

    def _get(self, path: str, params: dict[str, Any] | None = None) -> Any:
        return self._send("GET", path, params=params)

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        return self._send("POST", path, json=body)

    def _send(self, method: str, path: str, **kwargs: Any) -> Any:
        response = self._http.request(method, path, **kwargs)
        if response.is_error:
            raise ControlError(f"{method} /control{path}: {response.status_code} {response.text}")
        return response.json()


def _times(clock: dict[str, Any]) -> dict[str, Any]:
    return clock | {name: datetime.fromisoformat(clock[name]) for name in ("world", "gateway")}
