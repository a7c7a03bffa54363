"""Who may call what, and how often (https://developer.fl3xx.com/docs/api-basics, /docs/aircraft-schedule)."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from airflow_provider_fleetops.sandbox.fl3xx.errors import error
from airflow_provider_fleetops.sandbox.routes import Call, Reply, Route

SCHEDULE = "aircraft.schedule"


def default_limits() -> dict[str, Any]:
    """Return the limits that ``/control/limits/fl3xx`` may change.

    ``repeat_seconds``: least distance of identical GETs; ``schedule_seconds``: of schedule calls per tail (0 switches
    a rule off); ``schedule_days``, ``flights_days``: longest windows; ``denied``: route names that the token may not
    use; ``error_body``: mixed, json, html or empty; ``allow_http_callbacks``: accept http callbacks to this machine,
    though the vendor wants https; ``coalesce_webhooks``: send a group event for changes that fall together;
    ``renewal_days``: how long before its end a subscription can be renewed.
    """
    return {
        "repeat_seconds": 600,
        "schedule_seconds": 60,
        "schedule_days": 31,
        "flights_days": 92,
        "denied": [],
        "error_body": "mixed",
        "allow_http_callbacks": False,
        "coalesce_webhooks": False,
        "renewal_days": 5,
    }


class Gate:
    """Authentication, then the token's rights, then fair use: the last two are answered alike, with 403."""

    def __init__(self, token: str, client_id: str, limits: Mapping[str, Any]) -> None:
        self._token = token
        self._client_id = client_id
        self._limits = limits
        self._last: dict[tuple[object, ...], datetime] = {}

    def check(self, call: Call, route: Route | None) -> Reply | None:
        """Return the refusal, or None."""
        if not self._known(call):
            return self._refuse(call, 401, "Unauthorized", "auth")
        if route is None:
            return None
        if route.name in self._limits["denied"]:
            return self._refuse(call, 403, "Access denied", "permission")
        if call.method == "GET" and self._too_soon(call, route):
            return self._refuse(call, 403, "Access denied", "spacing")
        return None

    def _known(self, call: Call) -> bool:
        if not _same(call.headers.get("x-auth-token", ""), self._token):
            return False
        v2 = call.path.startswith("/api/v2")
        return not v2 or _same(call.headers.get("x-api-client-id", ""), self._client_id)

    def _too_soon(self, call: Call, route: Route) -> bool:
        if route.name == SCHEDULE:
            key: tuple[object, ...] = (SCHEDULE, call.params["tail"])
            seconds = self._limits["schedule_seconds"]
        else:
            key = (call.path, tuple(sorted((name, tuple(values)) for name, values in call.query.items())))
            seconds = self._limits["repeat_seconds"]
        last = self._last.get(key)
        if last and call.gateway - last < timedelta(seconds=seconds):
            return True
        self._last[key] = call.gateway
        return False

    def _refuse(self, call: Call, status: int, message: str, broke: str) -> Reply:
        return error(call, status, message, style=self._limits["error_body"], broke=broke)


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())
