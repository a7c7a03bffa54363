"""Kinds of authentication. An auth gives headers; one with a session also says how to log in and to refresh."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow_provider_fleetops.protocol.messages import Request, Response

if TYPE_CHECKING:
    from airflow_provider_fleetops.protocol.vendor import Account


@dataclass(frozen=True, slots=True)
class Token:
    """A session's tokens. Times are epoch seconds; ``refresh_until`` is when the refresh token ends (0: none)."""

    access: str = field(repr=False)
    expires_at: float
    refresh: str = field(default="", repr=False)
    refresh_until: float = 0.0

    def fresh(self, now: float, issued_at: float) -> bool:
        """Still good for a call: more than a tenth of its life, at most 90 s, is left."""
        return self.expires_at - now > min(90.0, (self.expires_at - issued_at) * 0.1)

    def refreshable(self, now: float) -> bool:
        return bool(self.refresh) and now < self.refresh_until

    def to_json(self) -> dict[str, Any]:
        """For the shared store, which encrypts it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Session:
    """A vendor that hands out tokens: the login request, the refresh request, and how their answer is read.

    ``read`` judges the answer by the vendor's rule: it gives a token or raises a ``FleetOpsError``.
    ``refresh`` is None where the vendor knows none: then an expired token means a new login.
    """

    login: Callable[[Account], Request]
    refresh: Callable[[Account, Token], Request] | None
    read: Callable[[Account, Response, datetime], Token]


@dataclass(frozen=True, slots=True)
class Auth:
    """How a request is authenticated: fixed ``headers`` and, with a session, ``bearer`` headers from its token."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    session: Session | None = None

    def sign(self, token: Token | None) -> dict[str, str]:
        bearer = {"Authorization": f"Bearer {token.access}"} if token else {}
        return {**self.headers, **bearer}


def basic(user: str, password: str) -> dict[str, str]:
    """The header of HTTP Basic authentication (RFC 7617)."""
    pair = base64.b64encode(f"{user}:{password}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}
