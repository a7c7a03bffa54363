"""Reading a list: page by page and window by window, each page a call like all others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_fleetops.protocol.errors import ConfigurationError, InvalidInput, ProtocolError
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.paging import Paging
from airflow_provider_fleetops.protocol.retry import Retry
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.protocol.walk import Walk

MAX_ROWS = 1_000_000


def paginate(
    account: Account,
    name: str,
    arguments: Mapping[str, Any] | None = None,
    body: Any = None,
    *,
    retry: Retry | None = None,
    reuse: float | None = None,
    max_rows: int = MAX_ROWS,
) -> Flow[list[Any]]:
    """All rows of a list endpoint: all pages, and a window of time in parts that the vendor answers.

    :class:`ConfigurationError` when the entry has no paging.
    """
    paging, walk = _list(account, name, arguments or {}, body)
    rows: dict[Any, Any] = {}
    while walk.windows and len(rows) < max_rows:
        found, walk = yield from next_rows(account, name, walk, arguments, body, retry=retry, reuse=reuse)
        for row in found:
            identity = row.get(paging.unique) if paging.unique and isinstance(row, Mapping) else None
            rows.setdefault(len(rows) if identity is None else f"id:{identity}", row)
    return list(rows.values())


def next_rows(
    account: Account,
    name: str,
    walk: Walk | None,
    arguments: Mapping[str, Any] | None = None,
    body: Any = None,
    *,
    retry: Retry | None = None,
    reuse: float | None = None,
) -> Flow[tuple[list[Any], Walk]]:
    """The rows of the next page of a list, and where the reading stands behind it; from the start without a ``walk``.

    No rows and a walk in halves come of a window that the vendor finds too large.
    """
    paging, whole = _list(account, name, arguments or {}, body)
    walk = walk or whole
    asked = paging.ask(walk.page)
    query = {**walk.within(paging.window, arguments or {}), **(asked if paging.where == "query" else {})}
    content = {**(body or {}), **asked} if paging.where == "body" else body
    try:
        answer = yield from call(account, name, query, content, retry=retry, reuse=reuse)
        found = paging.read(answer)
        return found, walk.past(found, more=paging.more(answer, walk.page, len(found)))
    except InvalidInput as error:
        halved = walk.halved(paging.window) if error.status == 400 else None
        if halved is None:
            raise
        return [], halved
    except ProtocolError as error:
        raise error.as_(ProtocolError, vendor=account.vendor.name, endpoint=name) from None


def _list(account: Account, name: str, arguments: Mapping[str, Any], body: Any) -> tuple[Paging, Walk]:
    """How the entry is read as a list, and the walk over all of it."""
    endpoint = account.vendor.endpoint(name)
    if endpoint.paging is None:
        raise ConfigurationError("this endpoint is not a list", vendor=account.vendor.name, endpoint=name)
    try:
        return endpoint.paging.sized({**(body or {}), **arguments}), Walk.over(endpoint, arguments)
    except InvalidInput as error:
        raise error.as_(InvalidInput, vendor=account.vendor.name, endpoint=name) from None
