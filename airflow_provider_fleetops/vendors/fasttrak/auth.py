"""Signing in to FASTTRAK: three headers on every call, and a bearer token from one login for all tasks.

An access token lives 30 minutes and must be used while it lives; a refresh extends the login for 12 hours; calls to
the authentication endpoints are to be kept to a minimum: https://developer.ifasttrak.com/security
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from airflow_provider_fleetops.protocol.answer import Answer
from airflow_provider_fleetops.protocol.auth import Auth, Session, Token
from airflow_provider_fleetops.protocol.errors import AuthenticationError, ConfigurationError, ProtocolError
from airflow_provider_fleetops.protocol.messages import Request, Response, Secret
from airflow_provider_fleetops.protocol.request import USER_AGENT, with_limits
from airflow_provider_fleetops.protocol.times import parse_time
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fasttrak import connection as form
from airflow_provider_fleetops.vendors.fasttrak.catalogue import CATALOGUE
from airflow_provider_fleetops.vendors.fasttrak.judge import check_gateway, envelope

ACCESS_SECONDS = 1800.0
REFRESH_SECONDS = 43_200.0
# The vendor misspells the second name; the corrected one is accepted for the day it is mended.
_REFRESH_LIFE = ("refreshTokenExpiratinSeconds", "refreshTokenExpirationSeconds")
_LOGINS = {form.WEB_SERVICE_USER: "auth.web_service_user", form.PARTNER: "auth.partner"}


def auth(account: Account) -> Auth:
    """The headers that every call needs, logins included, and the session."""
    return Auth(_headers(account), Session(_login, _refresh, _read))


def _headers(account: Account) -> dict[str, str]:
    return {
        account.header("Partner-Access-Key"): _needed(account, "partner_access_api_key"),
        account.header("Partner-Api-Version"): str(account.settings["api_version"]),
        account.header("System-Id"): _needed(account, "system_id"),
    }


def _login(account: Account) -> Request:
    return _request(account, _LOGINS[account.settings["login_kind"]], "", with_credentials=True)


def _refresh(account: Account, token: Token) -> Request:
    """No refresh path is public; the refresh token is a field of the login's body, so it goes the same way."""
    name = _LOGINS[account.settings["login_kind"]]
    request = _request(account, name, token.refresh, with_credentials=account.settings["refresh_sends_credentials"])
    path = (account.settings["paths"] or {}).get("auth.refresh")
    return replace(request, url=account.url(path)) if path else request


def _request(account: Account, name: str, refresh_token: str, *, with_credentials: bool) -> Request:
    body = {
        "systemId": _needed(account, "system_id"),
        "username": account.login if with_credentials else "",
        "password": account.secret.reveal() if with_credentials else "",
        "refreshToken": refresh_token,
    }
    headers = {"Accept": "application/json", "User-Agent": USER_AGENT, "Content-Type": "application/json"}
    headers |= _headers(account)
    path = (account.settings["paths"] or {}).get(name, CATALOGUE[name].path)
    method = (account.settings["methods"] or {}).get(name, "POST").upper()
    return with_limits(account, Request(method, account.url(path), headers, json.dumps(body).encode()))


def _read(account: Account, response: Response, now: datetime) -> Token:
    """The tokens of a login or refresh. A rejection may be a FAILURE on HTTP 200, a 400 or a 401."""
    hidden = tuple(text for text in (*account.secrets, account.login) if len(text) > 3)
    endpoint = CATALOGUE[_LOGINS[account.settings["login_kind"]]]
    answer = Answer(account.vendor.name, endpoint, response, now, hidden)
    check_gateway(answer, bad_key=AuthenticationError)
    body = envelope(answer)
    item = body.get("item") if isinstance(body.get("item"), Mapping) else {}
    assert isinstance(item, Mapping)
    if item.get("isLocked") is True or item.get("isExpired") is True:
        raise _barred(answer, item)
    if body.get("status") == "FAILURE" and response.status < 500 and response.status != 429:
        raise answer.error(AuthenticationError, advice="Check user and password; repeated bad logins lock the user")
    if response.status in (400, 401, 403):
        raise answer.error(AuthenticationError, "the login was rejected")
    if response.status in (404, 405):
        raise answer.error(
            ConfigurationError,
            "no login at this address",
            advice=f"Check the base URL, api_prefix and login_kind, or override the path of {endpoint.name}",
        )
    answer.raise_for_status()
    answer.json()
    if body.get("status") != "SUCCESS" or not isinstance(item.get("token"), Mapping):
        raise answer.error(ProtocolError, "the answer to the login is no SUCCESS with a token")
    return _token(answer, item["token"])


def _barred(answer: Answer, item: Mapping[str, Any]) -> AuthenticationError:
    """A locked or expired user: repeated bad logins lock it."""
    try:
        until = parse_time(item.get("lockedUntilDateUTC"))
    except ValueError:
        until = None
    state = "locked" if item.get("isLocked") is True else "expired"
    error = answer.error(
        AuthenticationError,
        f"the web-service user is {state}",
        resume_at=until,
        advice="The operator can unlock or renew it in its FASTTRAK database",
    )
    assert isinstance(error, AuthenticationError)
    return error


def _token(answer: Answer, fields: Mapping[str, Any]) -> Token:
    access, refresh = fields.get("accessToken"), fields.get("refreshToken")
    if not isinstance(access, str) or not access or not (access.isascii() and access.isprintable()):
        raise answer.error(ProtocolError, "the answer to the login has no accessToken")
    now = answer.now.timestamp()
    life = _seconds(fields.get("accessTokenExpirationSeconds"))
    expires_at = now + life if life else _jwt_end(access, now) or now + ACCESS_SECONDS
    if not isinstance(refresh, str) or not refresh:
        return Token(access, expires_at)
    refresh_life = next(filter(None, (_seconds(fields.get(name)) for name in _REFRESH_LIFE)), REFRESH_SECONDS)
    return Token(access, expires_at, refresh, now + refresh_life)


def _seconds(value: Any) -> float:
    """A lifetime in seconds; 0 when it is none."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if number and 0 < value < 10**9 else 0.0


def _jwt_end(token: str, now: float) -> float:
    """The ``exp`` claim of a JWT (RFC 7519, section 4.1.4), unverified: it says how long to use it. 0: none."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        end = claims.get("exp")
    except (ValueError, IndexError, AttributeError, RecursionError):
        return 0.0
    return float(end) if _seconds(end - now if isinstance(end, int | float) else None) else 0.0


def _needed(account: Account, name: str) -> str:
    value = account.settings.get(name)
    text = value.reveal() if isinstance(value, Secret) else str(value or "")
    if not (text.strip() and text.isascii() and text.isprintable()):
        raise ConfigurationError(f"extra {name!r} must be plain printable text", vendor=account.vendor.name)
    return text.strip()
