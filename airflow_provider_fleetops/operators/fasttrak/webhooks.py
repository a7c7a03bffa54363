"""Webhook subscriptions at FASTTRAK. Only the root of their path is documented: verbs and bodies are assumed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.base import listed
from airflow_provider_fleetops.operators.fasttrak.base import FasttrakEntryOperator, FasttrakOperator, Personal

if TYPE_CHECKING:
    from airflow.sdk import Context


class FasttrakListWebhooksOperator(FasttrakEntryOperator):
    """Read the webhook subscriptions.

    Returns the ``webhookId`` of each; their addresses, which may hold a secret, are in the file.
    """

    entry: ClassVar[str] = "webhooks.list"
    returns: ClassVar[Sequence[str]] = ("webhookId",)


class FasttrakEnsureWebhookOperator(FasttrakOperator):
    """Make one subscription of these events to this address exist: what is there stays, others of the address go.

    The list is looked at first, and again after an unclear outcome, so a retry makes no second one; if two tasks do
    it at the same moment, the next run removes the double. Paths and methods can be set in the connection; where the
    body has another form, use ``FleetOpsCallOperator`` with ``webhook.create``.

    Returns ``webhook_id``, ``created`` and ``removed`` (how many others).

    :param callback_url: where events go, ``https`` only. Never stored among the rendered fields.
    :param event_types: the vendor's words for the events; by default all. (templated)
    :param secret: what the vendor signs with; a list does not show it, so another secret needs a removal first. Never
        stored among the rendered fields.
    """

    template_fields: Sequence[str] = ("fasttrak_conn_id", "event_types")
    personal_fields: ClassVar[Sequence[str]] = ("callback_url", "secret")
    guarantee: ClassVar[str] = "effectively once"
    calls: ClassVar[str] = "1; 2 to subscribe"

    def __init__(
        self,
        *,
        callback_url: Personal,
        event_types: str | Sequence[str] | None = None,
        secret: Personal = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.callback_url = callback_url
        self.event_types = event_types
        self.secret = secret

    def act(self, context: Context) -> dict[str, Any]:
        told: dict[str, Any] = self.hook.ensure_webhook(
            self.personal("callback_url"), listed(self.event_types), self.personal("secret")
        )
        self.log.info("Webhook %s %s", told["webhook_id"], "made" if told["created"] else "is there")
        return told


class FasttrakRemoveWebhookOperator(FasttrakOperator):
    """End every webhook subscription of an address; none is a success.

    Returns ``removed``: how many there were.

    :param callback_url: the address. Never stored among the rendered fields.
    """

    template_fields: Sequence[str] = ("fasttrak_conn_id",)
    personal_fields: ClassVar[Sequence[str]] = ("callback_url",)
    guarantee: ClassVar[str] = "idempotent"
    calls: ClassVar[str] = "1, and 1 each"

    def __init__(self, *, callback_url: Personal, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.callback_url = callback_url

    def act(self, context: Context) -> dict[str, Any]:
        told: dict[str, Any] = self.hook.remove_webhook(self.personal("callback_url"))
        self.log.info("%d webhooks removed", told["removed"])
        return told
