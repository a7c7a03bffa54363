"""Logins: JSON web tokens of 30 minutes, refreshed for up to 12 hours, and a user that locks itself.

Rules of https://developer.ifasttrak.com/security; refresh path, rotation and lock are the contract's assumptions.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

MAX_BAD_LOGINS = 5

DEFAULT_LIFETIMES: dict[str, Any] = {
    # Gateway seconds.
    "access_seconds": 1_800,
    "refresh_seconds": 43_200,
    "lock_seconds": 900,
    # A login while a token has longer to live than this was not needed; it covers a client's early refresh.
    "needless_seconds": 120,
}


@dataclass(frozen=True, slots=True)
class Grant:
    """Tokens handed out; lifetimes in seconds."""

    id: str
    access: str
    refresh: str
    access_seconds: int
    refresh_seconds: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a login: a grant, or the reason why not. ``needless`` marks a login nobody needed."""

    kind: Literal["login", "refresh", "bad", "locked"]
    grant: Grant | None = None
    needless: bool = False
    locked_until: datetime | None = None


class Sessions:
    """All sessions of one web-service user."""

    def __init__(self, limits: Mapping[str, Any], *, username: str, password: str, system_id: str, seed: int) -> None:
        self.username = username
        self.password = password
        self.system_id = system_id
        self._limits = limits
        self._random = random.Random(f"fasttrak-tokens:{seed}")
        self._secret = self._random.randbytes(32)
        self._live: dict[str, datetime] = {}
        self._refresh: dict[str, datetime] = {}
        self._bad = 0
        self._locked_until: datetime | None = None
        self._refused = False
        self.counts = dict.fromkeys(("logins", "refreshes", "needless_logins", "bad_logins", "locked_logins"), 0)

    def enter(self, username: str, password: str, refresh_token: str, now: datetime) -> Outcome:
        """Log in, or extend a login when ``refresh_token`` is filled; credentials beside it may be empty."""
        if self._locked_until and now < self._locked_until:
            self.counts["locked_logins"] += 1
            return Outcome("locked", locked_until=self._locked_until)
        if not self._known(username, password, refreshing=bool(refresh_token)):
            return self._bad_login(now)
        if refresh_token:
            return self._extend(refresh_token, now)
        return self._log_in(now)

    def usable(self, token: str, now: datetime) -> bool:
        """Whether a bearer token is ours, alive and not revoked."""
        token_id = self._verified(token, now)
        usable = token_id is not None and self._live.get(token_id, now) > now
        self._refused = self._refused or not usable
        return usable

    def revoke(self) -> int:
        """Make every token worthless; return how many access tokens were alive."""
        count = len(self._live)
        self._live.clear()
        self._refresh.clear()
        return count

    def _known(self, username: str, password: str, *, refreshing: bool) -> bool:
        if refreshing and not username and not password:
            return True
        fits = hmac.compare_digest(username.encode(), self.username.encode())
        return hmac.compare_digest(password.encode(), self.password.encode()) and fits

    def _bad_login(self, now: datetime) -> Outcome:
        self.counts["bad_logins"] += 1
        self._bad += 1
        if self._bad >= MAX_BAD_LOGINS:
            self._bad = 0
            self._locked_until = now + timedelta(seconds=float(self._limits["lock_seconds"]))
            return Outcome("bad", locked_until=self._locked_until)
        return Outcome("bad")

    def _log_in(self, now: datetime) -> Outcome:
        margin = now + timedelta(seconds=float(self._limits["needless_seconds"]))
        # A client whose token was refused has a reason to log in, whatever we think of the token.
        needless = not self._refused and any(until > margin for until in self._live.values())
        self.counts["logins"] += 1
        self.counts["needless_logins"] += needless
        self._bad, self._refused = 0, False
        return Outcome(
            "login", self._grant(now, now + timedelta(seconds=float(self._limits["refresh_seconds"]))), needless
        )

    def _extend(self, refresh_token: str, now: datetime) -> Outcome:
        """Rotate: a refresh token serves once, and its successor ends when the login's twelve hours do."""
        until = self._refresh.pop(refresh_token, now)
        if until <= now:
            return Outcome("bad")
        self.counts["refreshes"] += 1
        self._refused = False
        return Outcome("refresh", self._grant(now, until))

    def _grant(self, now: datetime, login_until: datetime) -> Grant:
        seconds = int(self._limits["access_seconds"])
        token_id, refresh = self._random.randbytes(8).hex(), self._random.randbytes(24).hex()
        self._live = {key: until for key, until in self._live.items() if until > now}
        self._live[token_id] = now + timedelta(seconds=seconds)
        self._refresh[refresh] = login_until
        access = self._sign(token_id, now, self._live[token_id])
        return Grant(token_id, access, refresh, seconds, int((login_until - now).total_seconds()))

    def _sign(self, token_id: str, now: datetime, until: datetime) -> str:
        claims = {
            "sub": self.username,
            "systemId": self.system_id,
            "jti": token_id,
            "iat": int(now.timestamp()),
            "exp": int(until.timestamp()),
        }
        unsigned = f"{_pack({'alg': 'HS256', 'typ': 'JWT'})}.{_pack(claims)}"
        return f"{unsigned}.{self._signature(unsigned)}"

    def _signature(self, unsigned: str) -> str:
        return _encode(hmac.new(self._secret, unsigned.encode(), hashlib.sha256).digest())

    def _verified(self, token: str, now: datetime) -> str | None:
        """The token's id, when its signature fits and it has not expired."""
        unsigned, _, signature = token.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(unsigned).encode()):
            return None
        claims = json.loads(_decode(unsigned.partition(".")[2]))
        alive = datetime.fromtimestamp(claims["exp"], UTC) > now
        return str(claims["jti"]) if alive else None


def _pack(value: object) -> str:
    return _encode(json.dumps(value, separators=(",", ":")).encode())


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
