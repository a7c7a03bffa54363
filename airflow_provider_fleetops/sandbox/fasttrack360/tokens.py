"""Bearer tokens, for the optional second layer of authentication (all of it assumed, contract section 1.3)."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import parse_qs

from airflow_provider_fleetops.sandbox.fields import Fields
from airflow_provider_fleetops.sandbox.routes import BadBody, Call, Reply

TOKEN_ROUTES = {"auth.token": "oauth_client_credentials", "auth.login": "login"}
"""The routes that need no token, and the mode in which each exists."""

_SPARE = timedelta(seconds=60)


@dataclass(slots=True)
class Tokens:
    """Issues and judges tokens. ``secrets`` are the vendor's credentials by name."""

    limits: Mapping[str, Any]
    secrets: Mapping[str, str]
    random: Random
    logins: int = 0
    needless: int = 0
    _issued: dict[str, datetime] = field(default_factory=dict)

    def problem(self, header: str, mode: str, now: datetime) -> str | None:
        """Return what is wrong with an Authorization header, or None."""
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            return "Unauthorized"
        if mode == "static":
            return None if _same(token, self.secrets["token"]) else "Unauthorized"
        expires = self._issued.get(token)
        if expires is None:
            return "Unauthorized"
        return None if now < expires else "The incoming token has expired"

    def client_credentials(self, call: Call) -> Reply:
        """Answer an OAuth token request: form-encoded, the client in the form or as Basic."""
        form = {name: values[0] for name, values in parse_qs(call.body.decode("latin-1")).items()}
        client, secret = _basic(call.headers.get("authorization", "")) or (
            form.get("client_id", ""),
            form.get("client_secret", ""),
        )
        if form.get("grant_type") != "client_credentials":
            return Reply.of({"error": "unsupported_grant_type"}, 400)
        if not (_same(client, self.secrets["client_id"]) and _same(secret, self.secrets["client_secret"])):
            return Reply.of({"error": "invalid_client"}, 401, broke="auth")
        return self._issue(call.gateway, "oauth")

    def login(self, call: Call) -> Reply:
        """Answer a login with user name and password."""
        fields = Fields.of(call.object())
        user, password = fields.text("username"), fields.text("password")
        if not (_same(user, self.secrets["username"]) and _same(password, self.secrets["password"])):
            return Reply.of({"message": "Invalid user name or password"}, 401, broke="auth")
        return self._issue(call.gateway, "password")

    def revoke(self) -> int:
        """Make every issued token worthless and return how many there were."""
        count = len(self._issued)
        self._issued.clear()
        return count

    def _issue(self, now: datetime, way: str) -> Reply:
        needless = any(expires > now + _SPARE for expires in self._issued.values())
        self.logins += 1
        self.needless += needless
        seconds = int(self.limits["token_seconds"])
        token = f"{self.random.getrandbits(160):040x}"
        self._issued[token] = now + timedelta(seconds=seconds)
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": seconds}
        return Reply.of(answer, effect=f"login:{way}", broke="needless_login" if needless else None)


def _same(sent: str, known: str) -> bool:
    return hmac.compare_digest(sent.encode("utf-8", "replace"), known.encode())


def _basic(header: str) -> tuple[str, str] | None:
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, ValueError) as error:
        raise BadBody("authorization: is not valid Basic") from error
    return user, password
