"""The AWS gateway in front: key, optional bearer token, throttle, daily quota; then route and application.

Texts and error types are those of the contract's section 1.4. There is no Retry-After and no remaining-quota header.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from airflow_provider_fleetops.sandbox.fasttrack360.tokens import TOKEN_ROUTES, Tokens
from airflow_provider_fleetops.sandbox.routes import Call, Reply, Route


def gateway_reply(status: int, message: str, kind: str, *, broke: str | None = None) -> Reply:
    """Return a default answer of the gateway. A call that it refuses costs nothing here (not stated by the vendor)."""
    headers = {"x-amzn-ErrorType": kind}
    return Reply.of({"message": message}, status, headers=headers, broke=broke, cost=0)


def no_such_route() -> Reply:
    """Return the answer to an unknown path, method or version: it reads like an auth error."""
    return gateway_reply(403, "Missing Authentication Token", "MissingAuthenticationTokenException")


@dataclass(slots=True)
class Bucket:
    """A token bucket: refilled at ``rate`` per second up to ``burst``; a request takes one."""

    level: float
    at: datetime

    def take(self, now: datetime, rate: float, burst: float) -> bool:
        """Take a token if there is one."""
        elapsed = max((now - self.at).total_seconds(), 0)
        self.level = min(burst, self.level + elapsed * rate)
        self.at = now
        if self.level < 1:
            return False
        self.level -= 1
        return True


@dataclass(slots=True)
class Gate:
    """Judges a call. ``limits`` are the live numbers: rate, burst, daily_quota, token_mode, api_version."""

    limits: Mapping[str, Any]
    keys: tuple[str, ...]
    tokens: Tokens
    throttled: int = 0
    limit_exceeded: int = 0
    _buckets: dict[str, Bucket] = field(default_factory=dict)
    _used: dict[tuple[str, date], int] = field(default_factory=dict)
    _told: set[tuple[str, date]] = field(default_factory=set)

    def judge(self, call: Call, route: Route | None) -> Reply | None:
        """Return the gateway's refusal, or None and count the call."""
        key = self._key(call)
        if key is None:
            return gateway_reply(403, "Forbidden", "ForbiddenException", broke="auth")
        if refusal := self._token(call, route):
            return refusal
        today = (key, call.gateway.astimezone(UTC).date())
        return self._throttle(key, today, call.gateway) or self._count(today) or self._version(call, route)

    def used(self, now: datetime) -> int:
        """Return the calls that all keys together have used on the UTC day of ``now``."""
        day = now.astimezone(UTC).date()
        return sum(count for (_, counted), count in self._used.items() if counted == day)

    def _key(self, call: Call) -> str | None:
        sent = call.headers.get("x-api-key", "").encode()
        return next((key for key in self.keys if hmac.compare_digest(key.encode(), sent)), None)

    def _token(self, call: Call, route: Route | None) -> Reply | None:
        if self.limits["token_mode"] == "off" or (route is not None and route.name in TOKEN_ROUTES):
            return None
        problem = self.tokens.problem(call.headers.get("authorization", ""), self.limits["token_mode"], call.gateway)
        return gateway_reply(401, problem, "UnauthorizedException", broke="auth") if problem else None

    def _throttle(self, key: str, today: tuple[str, date], now: datetime) -> Reply | None:
        rate, burst = float(self.limits["rate"]), float(self.limits["burst"])
        bucket = self._buckets.setdefault(key, Bucket(burst, now))
        if bucket.take(now, rate, burst):
            return None
        self.throttled += 1
        broke = "quota" if today in self._told and self._spent(today) else "rate"
        return gateway_reply(429, "Too Many Requests", "TooManyRequestsException", broke=broke)

    def _count(self, today: tuple[str, date]) -> Reply | None:
        if not self._spent(today):
            self._used[today] = self._used.get(today, 0) + 1
            return None
        self.limit_exceeded += 1
        # The first answer tells the caller; calling again on the same UTC day breaks the rule.
        broke = "quota" if today in self._told else None
        self._told.add(today)
        return gateway_reply(429, "Limit Exceeded", "LimitExceededException", broke=broke)

    def _spent(self, today: tuple[str, date]) -> bool:
        return self._used.get(today, 0) >= int(self.limits["daily_quota"])

    def _version(self, call: Call, route: Route | None) -> Reply | None:
        # The version is a stage of the gateway: another one has no routes at all.
        known = route is None or call.params.get("api_version") == self.limits["api_version"]
        return None if known else no_such_route()
