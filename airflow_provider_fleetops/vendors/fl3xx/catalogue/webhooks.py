"""API v2: webhook subscriptions. One is for one event and ends after a month unless renewed in its last five days."""

from __future__ import annotations

from airflow_provider_fleetops.protocol.endpoint import Body, Endpoint, Field, Pattern
from airflow_provider_fleetops.vendors.fl3xx.catalogue.entries import PAGE_QUERY, PAGES, v2

_hook = v2("Webhooks (v2)")
_SOURCE = "/reference/v2/webhooks"
_URL = Pattern(r"https://.+", "must begin with https://")
_SUBSCRIPTION = Body(
    (
        Field("event", required=True, doc="FLIGHT_CREATE, FLIGHT_CANCEL, FLIGHT_TIME_UPDATE, … (24 events in v2.4)"),
        Field("callbackUrl", required=True, pattern=_URL, doc="https only"),
        Field("signingKey", required=True, doc="chosen by you; deliveries are signed with it"),
    ),
)
_CHANGE = Body((Field("callbackUrl", pattern=_URL), Field("status", enum=("ACTIVE", "INACTIVE"))))

ENTRIES: tuple[Endpoint, ...] = (
    _hook("webhooks.list", "GET /webhooks/subscriptions", _SOURCE, "All subscriptions, also those that ended",
          "{data, pagination}", query=PAGE_QUERY, paging=PAGES),
    _hook("webhook.create", "POST /webhooks/subscriptions", _SOURCE, "Subscribe to an event", "subscription",
          body=_SUBSCRIPTION),
    _hook("webhook.get", "GET /webhooks/subscriptions/{subscription_id}", _SOURCE, "One subscription", "subscription"),
    _hook("webhook.update", "PATCH /webhooks/subscriptions/{subscription_id}", _SOURCE,
          "Change the address or switch a subscription on or off", "subscription", body=_CHANGE),
    _hook("webhook.remove", "DELETE /webhooks/subscriptions/{subscription_id}", _SOURCE, "End a subscription"),
    _hook("webhook.renew", "POST /webhooks/subscriptions/{subscription_id}/renewals", _SOURCE,
          "One month more, counted from the current end; only in the last five days", "subscription"),
)  # fmt: skip
