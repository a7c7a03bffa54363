"""Signing in to FastTrack360: an API key, and where the agreement asks for one, a bearer token (all assumed)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from airflow_provider_fleetops.protocol.answer import Answer
from airflow_provider_fleetops.protocol.auth import Auth, Session, Token
from airflow_provider_fleetops.protocol.errors import (
    AuthenticationError,
    ConfigurationError,
    InvalidInput,
    NotFound,
    ProtocolError,
)
from airflow_provider_fleetops.protocol.messages import Request, Response, Secret
from airflow_provider_fleetops.protocol.request import USER_AGENT, with_limits
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fasttrack360 import connection as form
from airflow_provider_fleetops.vendors.fasttrack360.catalogue import ENDPOINTS
from airflow_provider_fleetops.vendors.fasttrack360.judge import judge

_USUAL_LIFE = 3600.0


def auth(account: Account) -> Auth:
    """The headers of every call, and the session of the modes that have one."""
    mode = account.settings["auth_mode"]
    headers = fixed_headers(account)
    if mode == form.BEARER:
        headers["Authorization"] = f"Bearer {_needed(account, 'bearer_token')}"
    if mode == form.OAUTH:
        return Auth(headers, Session(_client_credentials, None, _read))
    if mode == form.LOGIN:
        return Auth(headers, Session(_user_login, None, _read))
    return Auth(headers)


def fixed_headers(account: Account) -> dict[str, str]:
    """Key, tenant and version under the names that the connection gives them."""
    settings = account.settings
    headers = {account.header(settings["key_header"]): account.secret.reveal()}
    if settings["tenant_header"] and settings["tenant"]:
        headers[settings["tenant_header"]] = settings["tenant"]
    if settings["version_header"] and settings["api_version"]:
        headers[settings["version_header"]] = settings["api_version"]
    return headers


def _client_credentials(account: Account) -> Request:
    """RFC 6749, section 4.4: a form; the client's id and secret go in its body (section 2.3.1)."""
    fields = {
        "grant_type": "client_credentials",
        "client_id": _needed(account, "client_id"),
        "client_secret": _needed(account, "client_secret"),
    }
    if scope := account.settings["scope"]:
        fields["scope"] = scope
    return _request(account, "auth.token", urlencode(fields), "application/x-www-form-urlencoded")


def _user_login(account: Account) -> Request:
    if not account.login:
        raise ConfigurationError("User (login) is required by auth_mode api_key+login", vendor=account.vendor.name)
    settings = account.settings
    fields = {settings["user_field"]: account.login, settings["pass_field"]: _needed(account, "login_password")}
    return _request(account, "auth.login", json.dumps(fields), "application/json")


def _request(account: Account, name: str, body: str, content_type: str) -> Request:
    headers = {"Accept": "application/json", "User-Agent": USER_AGENT, "Content-Type": content_type}
    headers |= fixed_headers(account)
    return with_limits(account, Request("POST", _sign_in_url(account, name), headers, body.encode()))


def _sign_in_url(account: Account, name: str) -> str:
    """Below the base path like every call, unless the connection says where on the host it is."""
    settings = account.settings
    if path := settings["sign_in_path"]:
        if not path.startswith("/"):
            raise ConfigurationError("extra 'sign_in_path' must start with /", vendor=account.vendor.name)
        return account.base_url + str(path)
    return account.url((settings["paths"] or {}).get(name, ENDPOINTS[name].path))


def _read(account: Account, response: Response, now: datetime) -> Token:
    name = "auth.login" if account.settings["auth_mode"] == form.LOGIN else "auth.token"
    answer = Answer(account.vendor.name, ENDPOINTS[name], response, now, account.secrets)
    try:
        value = judge(account, answer)
    except InvalidInput as error:  # RFC 6749, section 5.2: invalid_client and invalid_grant may come as a 400
        raise error.as_(AuthenticationError) from None
    except NotFound as error:
        raise error.as_(ConfigurationError, advice="Check sign_in_path and base_path of the connection") from None
    return _token(account.settings, answer, value, now)


def _token(settings: Mapping[str, Any], answer: Answer, value: Any, now: datetime) -> Token:
    fields = value if isinstance(value, Mapping) else {}
    access, life = fields.get(settings["access_field"]), fields.get(settings["expires_field"], _USUAL_LIFE)
    if not isinstance(access, str) or not access or not access.isprintable():
        raise answer.error(ProtocolError, f"the answer to the sign-in has no text under {settings['access_field']!r}")
    if isinstance(life, bool) or not isinstance(life, int | float) or not 0 < life < 10**9:
        raise answer.error(ProtocolError, f"{settings['expires_field']!r} of the sign-in must be a number of seconds")
    return Token(access, now.timestamp() + life)


def _needed(account: Account, name: str) -> str:
    value = account.settings.get(name)
    text = value.reveal() if isinstance(value, Secret) else str(value or "")
    if not text:
        mode = account.settings["auth_mode"]
        raise ConfigurationError(f"extra {name!r} is required by auth_mode {mode}", vendor=account.vendor.name)
    return text
