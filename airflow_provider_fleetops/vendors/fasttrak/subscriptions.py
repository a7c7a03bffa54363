"""Webhook subscriptions. The root of their path is documented; verbs and bodies are assumed, and can be overridden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from airflow_provider_fleetops.protocol.endpoint import Field, Pattern, Prepared
from airflow_provider_fleetops.protocol.errors import Effect, NotFound, OutcomeUnknown, Unavailable
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.listing import paginate
from airflow_provider_fleetops.protocol.steps import Flow, Note
from airflow_provider_fleetops.protocol.tracing import BLIND, Tracing
from airflow_provider_fleetops.protocol.vendor import Account

Record = Mapping[str, Any]
_HTTPS = Pattern(r"https://[^\s]+", "must begin with https:// and have no spaces")
_URL = Field("callback_url", required=True, maximum=2000, pattern=_HTTPS)
_EVENT = Field("event_types", required=True, maximum=100)


def ensure_webhook(
    account: Account, callback_url: Any, event_types: Sequence[Any] = (), secret: Any = None
) -> Flow[dict[str, Any]]:
    """One subscription of these events (all, if none is named) to this address: what is there stays, others go.

    An unclear answer is decided by the list, now or by the next try, which looks first. Gives ``webhook_id``,
    ``created`` and ``removed``.
    """
    url, types = str(_URL.encode(callback_url)), [str(_EVENT.encode(name)) for name in event_types]
    body: dict[str, Any] = {"url": url, **({"eventTypes": types} if types else {})}
    if secret:
        body["secret"] = Field("secret", maximum=1000).encode(secret)
    before = yield from _subscriptions(account, url)
    fit = [row for row in before if _fits(row, types)]
    kept = fit[0] if fit else (yield from _subscribe(account, body, types))
    others = [row for row in before if row["webhookId"] != kept["webhookId"]]
    yield from _remove(account, others)
    return {"webhook_id": kept["webhookId"], "created": not fit, "removed": len(others)}


def remove_webhook(account: Account, callback_url: Any) -> Flow[dict[str, Any]]:
    """End every subscription of this address; gives how many were ``removed``."""
    rows = yield from _subscriptions(account, str(_URL.encode(callback_url)))
    yield from _remove(account, rows)
    return {"removed": len(rows)}


def trace_webhook(account: Account, prepared: Prepared) -> Tracing:
    """How to find a subscription again that was made through the catalogue's entry: by its address and events."""
    url, types = prepared.body.get("url"), prepared.body.get("eventTypes") or []
    if not isinstance(url, str) or not isinstance(types, list):
        return BLIND

    def find(_since: datetime) -> Flow[Record | None]:
        rows = yield from _subscriptions(account, url)
        return next((row for row in rows if _fits(row, types)), None)

    return Tracing(find)


def _subscriptions(account: Account, url: str) -> Flow[list[Record]]:
    rows = yield from paginate(account, "webhooks.list")
    known = [row for row in rows if isinstance(row, Mapping) and row.get("webhookId")]
    return [row for row in known if row.get("url") == url]


def _fits(row: Record, types: Sequence[str]) -> bool:
    """Whether it brings what is wanted; a vendor that does not show the events is believed."""
    shown = row.get("eventTypes")
    return not types or not isinstance(shown, list) or set(shown) == set(types)


def _subscribe(account: Account, body: Record, types: Sequence[str]) -> Flow[Record]:
    try:
        made = yield from call(account, "webhook.create", None, body)
    except OutcomeUnknown as error:
        yield Note(f"{error.what}: looking whether it was done")
        made, doubt = None, error.as_(Unavailable, effect=Effect.UNKNOWN, advice="A retry looks before it sends")
    else:
        doubt = Unavailable("the answer holds no subscription", vendor=account.vendor.name, endpoint="webhook.create")
    if made and made.get("webhookId"):
        return dict(made)
    rows = yield from _subscriptions(account, str(body["url"]))
    found = next((row for row in rows if _fits(row, types)), None)
    if found is None:
        raise doubt
    return found


def _remove(account: Account, rows: Sequence[Record]) -> Flow[None]:
    for row in rows:
        try:
            yield from call(account, "webhook.delete", {"webhook_id": str(row["webhookId"])})
        except NotFound:
            yield Note("a subscription was gone already")
