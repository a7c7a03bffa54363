"""v2: the subscription API (https://developer.fl3xx.com/reference/v2/webhooks)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow_provider_fleetops.sandbox.fields import Fields
from airflow_provider_fleetops.sandbox.fl3xx.errors import conflict, missing
from airflow_provider_fleetops.sandbox.fl3xx.fleet import Fleet
from airflow_provider_fleetops.sandbox.fl3xx.handlers import V2, Row
from airflow_provider_fleetops.sandbox.fl3xx.model import Subscription
from airflow_provider_fleetops.sandbox.fl3xx.subscriptions import EVENTS, Subscriptions, month_after
from airflow_provider_fleetops.sandbox.fl3xx.times import iso
from airflow_provider_fleetops.sandbox.fl3xx.v2 import envelope, read_query
from airflow_provider_fleetops.sandbox.routes import BadBody, Call, Reply
from airflow_provider_fleetops.sandbox.webhooks import callback_problem


class WebhookApi:
    """The handlers, which need the subscriptions and the limits besides the fleet."""

    def __init__(self, subscriptions: Subscriptions, limits: dict[str, Any]) -> None:
        self._subscriptions = subscriptions
        self._limits = limits

    def list_all(self, fleet: Fleet, call: Call) -> Reply:
        """Return active and inactive subscriptions."""
        return envelope([_json(one) for one in self._subscriptions.all.values()], read_query(call, {}))

    def create(self, fleet: Fleet, call: Call) -> Reply:
        """Subscribe to one event for a month."""
        body = Fields.of(call.object())
        event, key = body.choice("event", EVENTS), body.text("signingKey")
        url = self._url(body)
        same = [one for one in self._subscriptions.active(call.gateway) if (one.event, one.url) == (event, url)]
        if same:
            fleet.duplicates.append("subscription")
        one = self._subscriptions.create(event, url, key, call.gateway)
        effect, broke = f"subscription:{one.id} created", "duplicate" if same else None
        return Reply.of(_json(one), 201, effect=effect, broke=broke, subjects=(one.id,))

    def get(self, fleet: Fleet, call: Call) -> Reply:
        """Return one subscription; its key is never told."""
        return Reply.of(_json(self._one(call)))

    def update(self, fleet: Fleet, call: Call) -> Reply:
        """Change address or status."""
        one = self._one(call)
        body = Fields.of(call.object())
        url = self._url(body) if body.has("callbackUrl") else one.url
        one.status = body.choice("status", ("ACTIVE", "INACTIVE"), one.status)
        one.url, one.updated = url, call.gateway
        return Reply.of(_json(one), effect=f"subscription:{one.id} changed", subjects=(one.id,))

    def remove(self, fleet: Fleet, call: Call) -> Reply:
        """Remove a subscription."""
        one = self._one(call)
        del self._subscriptions.all[one.id]
        return Reply(204, effect=f"subscription:{one.id} removed", subjects=(one.id,))

    def renew(self, fleet: Fleet, call: Call) -> Reply:
        """Add a month to the present end; only within the last days before it. The refusal's status is assumed."""
        one = self._one(call)
        window = timedelta(days=self._limits["renewal_days"])
        if not one.expires - window <= call.gateway < one.expires:
            raise conflict(f"subscription: can be renewed in the last {self._limits['renewal_days']} days only")
        one.expires, one.updated = month_after(one.expires), call.gateway
        return Reply.of(_json(one), effect=f"subscription:{one.id} renewed", subjects=(one.id,))

    def _one(self, call: Call) -> Subscription:
        known = self._subscriptions.all
        if call.params["id"] not in known:
            raise missing("subscription")
        return known[call.params["id"]]

    def _url(self, body: Fields) -> str:
        url = body.text("callbackUrl", high=2000)
        if problem := callback_problem(url, allow_http=self._limits["allow_http_callbacks"]):
            raise BadBody(f"callbackUrl: {problem}")
        return url

    def rows(self) -> list[Row]:
        """Return the rows of this module."""
        many = f"{V2}/webhooks/subscriptions"
        one = f"{many}/{{id}}"
        return [
            ("webhooks.list", "GET", many, "documented", self.list_all),
            ("webhook.create", "POST", many, "documented", self.create),
            ("webhook.get", "GET", one, "documented", self.get),
            ("webhook.update", "PATCH", one, "documented", self.update),
            ("webhook.remove", "DELETE", one, "documented", self.remove),
            ("webhook.renew", "POST", f"{one}/renewals", "documented", self.renew),
        ]


def _json(one: Subscription) -> dict[str, Any]:
    return {
        "id": one.id,
        "event": one.event,
        "callbackUrl": one.url,
        "status": one.status,
        "createdAtDateTime": iso(one.created),
        "updatedAtDateTime": iso(one.updated),
        "expirationDateTime": iso(one.expires),
    }
