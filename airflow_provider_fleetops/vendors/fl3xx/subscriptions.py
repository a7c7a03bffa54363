"""Webhook subscriptions that are kept: made, renewed in their last five days, made again after a loss, removed.

https://developer.fl3xx.com/reference/v2/webhooks: one subscription is for one event and ends after a month.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from airflow_provider_fleetops.protocol.call_once import call_once
from airflow_provider_fleetops.protocol.errors import InvalidInput, NotFound
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.listing import paginate
from airflow_provider_fleetops.protocol.steps import Flow, Now
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fl3xx.anew import make_anew
from airflow_provider_fleetops.vendors.fl3xx.tracings import RENEWAL, moment, trace_subscription

Row = Mapping[str, Any]


def ensure_subscriptions(account: Account, events: Sequence[str], url: str) -> Flow[dict[str, dict[str, Any]]]:
    """Make each event be delivered to ``url``; gives for each its subscription's id, end, and what was done for it.

    The signing key is the connection's ``webhook_secret``.
    """
    bodies = {event: _body(account, event, url) for event in dict.fromkeys(events)}
    _require_events(events)
    rows = yield from paginate(account, "webhooks.list", reuse=0)
    done: dict[str, dict[str, Any]] = {}
    for event, body in bodies.items():
        now: datetime = yield Now()
        kept = _newest([row for row in rows if _is(row, event, url) and _ends(row) > now.timestamp()])
        subscription, action = yield from (_keep(account, kept, now) if kept else _subscribe(account, body))
        ends = str(subscription.get("expirationDateTime"))
        done[event] = {"id": subscription.get("id"), "ends": ends, "action": action}
    return done


def remove_subscriptions(account: Account, events: Sequence[str] | None, url: str) -> Flow[list[Any]]:
    """End the subscriptions of ``url``, all of them or those to ``events``; gives the ids of those there were."""
    if events is not None:
        _require_events(events)
    rows = yield from paginate(account, "webhooks.list", reuse=0)
    removed = []
    for row in rows:
        if row.get("callbackUrl") != url or (events is not None and row.get("event") not in events):
            continue
        try:
            yield from call(account, "webhook.remove", {"subscription_id": row["id"]})
        except NotFound:
            continue
        removed.append(row["id"])
    return removed


def _require_events(events: Sequence[str]) -> None:
    if not events:
        raise InvalidInput("parameter 'events' must name at least one event", vendor="fl3xx")


def _body(account: Account, event: str, url: str) -> dict[str, Any]:
    """What is sent, checked before anything is."""
    key = account.settings["webhook_secret"]
    secret = key.reveal() if key else ""
    if not secret:
        raise InvalidInput(
            f"connection {account.conn_id!r}: extra 'webhook_secret' is required, deliveries are signed with it",
            vendor=account.vendor.name,
            endpoint="webhook.create",
        )
    body = {"event": event, "callbackUrl": url, "signingKey": secret}
    try:
        account.vendor.endpoint("webhook.create").prepare({}, body)
    except InvalidInput as error:
        raise error.as_(InvalidInput, vendor=account.vendor.name, endpoint="webhook.create") from None
    return body


def _keep(account: Account, row: Row, now: datetime) -> Flow[tuple[Row, str]]:
    """A subscription that has not ended: switched on where it is off, renewed when that is allowed."""
    asked, action = {"subscription_id": row["id"]}, "kept"
    if row.get("status") == "INACTIVE":
        row = yield from call(account, "webhook.update", asked, {"status": "ACTIVE"})
        action = "switched on"
    if _ends(row) - now.timestamp() < RENEWAL.total_seconds():
        key = f"{row['id']} {row['expirationDateTime']}"
        row = yield from call_once(account, "webhook.renew", asked, None, key)
        action = "renewed"
    return row, action


def _subscribe(account: Account, body: Row) -> Flow[tuple[Row, str]]:
    prepared = account.vendor.endpoint("webhook.create").prepare({}, body)
    key = f"{body['event']} {sha256(str(body['callbackUrl']).encode()).hexdigest()[:16]}"
    outcome = yield from make_anew(
        account,
        "webhook.create",
        key,
        body,
        trace_subscription(account, prepared),
        lambda made: _is_alive(account, made),
    )
    return outcome.result, "created" if outcome.created else "kept"


def _is_alive(account: Account, made: Row) -> Flow[bool]:
    now: datetime = yield Now()
    try:
        row = yield from call(account, "webhook.get", {"subscription_id": made["id"]}, reuse=0)
    except NotFound:
        return False
    return bool(_ends(row) > now.timestamp())


def _is(row: Row, event: str, url: str) -> bool:
    return (row.get("event"), row.get("callbackUrl")) == (event, url)


def _ends(row: Row) -> float:
    ends = moment(row.get("expirationDateTime"))
    return ends.timestamp() if ends else 0.0


def _newest(rows: Sequence[Row]) -> Row | None:
    return max(rows, key=lambda row: (row.get("status") == "ACTIVE", _ends(row)), default=None)
