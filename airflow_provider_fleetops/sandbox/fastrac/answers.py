"""Fastrac's envelope, its gate (credentials, rights, rate) and the knobs that shape both."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from airflow_provider_fleetops.sandbox.routes import Call, Reply, Route

DEFAULT_LIMITS: dict[str, Any] = {
    # Rupiah on the prepaid account before the first order.
    "balance": 10_000_000,
    # World minutes from order to delivery, of express and instant parcels.
    "delivery_minutes": 300,
    "instant_minutes": 60,
    # Gateway seconds that an instant tariff lives (https://fastrac-b2b-stg-v2.apidog.io/order-instant-20486902e0).
    "tariff_seconds": 300,
    # Calls a second; 0 is no limit: the vendor announces limits without a number.
    "per_second": 0,
    # 1: business failures come as HTTP 200, for the vendor does not promise status codes.
    "failures_as_200": 0,
    # 0: answers lack the timestamp, as several of the vendor's examples do.
    "timestamp": 1,
    "cancelled_spelling": "CANCELED",
    # 1: histories come newest first, but for the newest step, which stands last.
    "unsorted_history": 0,
    # Route names for which the keys have no right.
    "denied": [],
}


def is_v1(call: Call) -> bool:
    """v1 paths start with ``/api...``; v2 paths do not."""
    return call.path.startswith("/api")


class Answers:
    """Makes the envelope ``{success, message, data, timestamp}``; v1 has no timestamp."""

    def __init__(self, limits: Mapping[str, Any]) -> None:
        self.limits = limits

    def ok(self, call: Call, data: object, message: str = "success", status: int = 200, **notes: Any) -> Reply:
        """A success; ``notes`` are the journal's (effect, broke, subjects)."""
        body = {"success": True, "message": message, "data": data}
        return Reply.of(body | self._stamp(call), status, **notes)

    def fail(self, call: Call, status: int, message: str, **notes: Any) -> Reply:
        """A business failure, which may come as HTTP 200."""
        return self.refuse(call, 200 if self.limits["failures_as_200"] else status, message, **notes)

    def refuse(self, call: Call, status: int, message: str, **notes: Any) -> Reply:
        """A failure with exactly this status."""
        return Reply.of({"success": False, "message": message} | self._stamp(call), status, **notes)

    def missing(self, call: Call) -> Reply:
        """A look-up that found nothing; the text is the vendor's."""
        return self.fail(call, 404, "Data not found")

    def _stamp(self, call: Call) -> dict[str, str]:
        if is_v1(call) or not self.limits["timestamp"]:
            return {}
        return {"timestamp": call.gateway.isoformat(timespec="milliseconds").replace("+00:00", "Z")}


class Gate:
    """Credentials first, then rights, then the rate."""

    def __init__(self, answers: Answers, access_key: str, secret_key: str) -> None:
        self._answers = answers
        self._pair = f"{access_key}:{secret_key}"
        self._recent: deque[datetime] = deque()

    def check(self, call: Call, route: Route | None) -> Reply | None:
        """Return the refusal, or None to let the call through."""
        given = _headers(call) if is_v1(call) else _basic(call)
        if not hmac.compare_digest(given.encode(), self._pair.encode()):
            return self._answers.refuse(call, 401, "Unauthorized", broke="auth")
        limits = self._answers.limits
        if route and route.name in limits["denied"]:
            return self._answers.refuse(call, 403, "Forbidden", broke="rights")
        if not self._admit(call.gateway, int(limits["per_second"])):
            return self._answers.refuse(call, 429, "Too many requests", broke="rate")
        return None

    def _admit(self, now: datetime, per_second: int) -> bool:
        while self._recent and self._recent[0] <= now - timedelta(seconds=1):
            self._recent.popleft()
        if per_second and len(self._recent) >= per_second:
            return False
        self._recent.append(now)
        return True


def _basic(call: Call) -> str:
    """v2: HTTP Basic of access key and secret key (https://fastrac-b2b-stg-v2.apidog.io/changelog-v2-1331898m0)."""
    scheme, _, encoded = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


def _headers(call: Call) -> str:
    """v1: two headers (https://github.com/appdevid/fastrac-doc-b2b)."""
    return f"{call.headers.get('access-key', '')}:{call.headers.get('secret-key', '')}"
