"""Building a request from checked arguments, and knowing which values in it are nobody else's business."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from airflow_provider_fleetops import __version__
from airflow_provider_fleetops.protocol.messages import MEBIBYTE, Request

if TYPE_CHECKING:
    from airflow_provider_fleetops.protocol.auth import Token
    from airflow_provider_fleetops.protocol.endpoint import Prepared
    from airflow_provider_fleetops.protocol.vendor import Account

USER_AGENT = f"airflow-provider-fleetops/{__version__}"
_SHORTEST_HIDDEN = 4
_MOST_HIDDEN = 500


def build(account: Account, prepared: Prepared, token: Token | None) -> Request:
    """The request of one call, with the connection's overrides of path, method, header and parameter names."""
    endpoint, settings = prepared.endpoint, account.settings
    path = _override(settings, "paths", endpoint.name, endpoint.path)
    for name, value in prepared.path.items():
        path = path.replace(f"{{{name}}}", value)
    names = {field.name: field.wire_name for field in endpoint.query}
    query = {
        _override(settings, "parameters", f"{endpoint.name}.{names[name]}", names[name]): value
        for name, value in prepared.query.items()
    }
    url = account.url(path) + (f"?{urlencode(query)}" if query else "")
    headers = {"Accept": "application/json", "User-Agent": USER_AGENT, "Accept-Encoding": "gzip"}
    body = None
    if prepared.body is not None:
        headers["Content-Type"] = "application/json"
        body = json.dumps(_rename(settings, endpoint.name, prepared.body), ensure_ascii=False).encode()
    headers |= account.vendor.auth(account).sign(token)
    method = _override(settings, "methods", endpoint.name, endpoint.method).upper()
    return with_limits(account, Request(method, url, headers, body))


def with_limits(account: Account, request: Request) -> Request:
    """The request under the connection's timeouts and size ceiling."""
    settings = account.settings
    return Request(
        request.method,
        request.url,
        request.headers,
        request.body,
        connect_timeout=float(settings.get("connect_timeout", request.connect_timeout)),
        read_timeout=float(settings.get("read_timeout", request.read_timeout)),
        max_bytes=int(settings.get("max_response_mb", request.max_bytes // MEBIBYTE)) * MEBIBYTE,
    )


def personal_values(prepared: Prepared) -> tuple[str, ...]:
    """The texts that a call sends: a vendor may echo them in an error, and they may be personal."""
    texts = (text for text in _texts([prepared.body, prepared.query]) if len(text) >= _SHORTEST_HIDDEN)
    return tuple(text for text, _ in zip(texts, range(_MOST_HIDDEN), strict=False))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


def _override(settings: Mapping[str, Any], kind: str, name: str, default: str) -> str:
    return str((settings.get(kind) or {}).get(name, default))


def _rename(settings: Mapping[str, Any], endpoint: str, body: Any) -> Any:
    if isinstance(body, Mapping):
        return {_override(settings, "parameters", f"{endpoint}.{key}", key): value for key, value in body.items()}
    return body
