"""Webhook subscriptions of FL3XX (API v2, beta). The connection needs a ``client_id`` and a ``webhook_secret``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.base import listed
from airflow_provider_fleetops.operators.fl3xx.base import Fl3xxEntryOperator, Fl3xxOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class Fl3xxListWebhooksOperator(Fl3xxEntryOperator):
    """List the webhook subscriptions, also those that are switched off or have ended.

    Returns a list with ``id``, ``event``, ``status`` and ``expirationDateTime``; with their addresses, which may carry
    a secret, they go to ``output_path``.
    """

    entry = "webhooks.list"
    returns: ClassVar[Sequence[str]] = ("id", "event", "status", "expirationDateTime")


class Fl3xxEnsureWebhooksOperator(Fl3xxOperator):
    """Keep events being delivered to an address: run it daily.

    A subscription is for one event and ends after a month. A missing one is made, one that is switched off is switched
    on, one in its last five days is renewed, one that was removed or has ended is made again, and the others are left
    alone. Deliveries are signed with the connection's ``webhook_secret``; to change that key, remove the subscriptions
    and ensure them again.

    The list of subscriptions is read anew: run twice within ten minutes, the second task waits for FL3XX's spacing
    (``deferrable=True`` waits without a worker).

    Returns for each event ``id``, ``ends`` and ``action``: ``created``, ``renewed``, ``switched on`` or ``kept``.

    :param events: for example ``["FLIGHT_TIME_UPDATE", "FLIGHT_CANCEL"]``. (templated)
    :param callback_url: where FL3XX delivers, https only. Never stored among the rendered fields.
    """

    template_fields: Sequence[str] = ("fl3xx_conn_id", "events")
    personal_fields: ClassVar[Sequence[str]] = ("callback_url",)
    guarantee: ClassVar[str] = "effectively once"
    calls: ClassVar[str] = "1, and 1 for each event that needs something"

    def __init__(self, *, events: Sequence[str] | str, callback_url: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.events = events
        self.callback_url = callback_url

    def act(self, context: Context) -> dict[str, dict[str, Any]]:
        done: dict[str, dict[str, Any]] = self.hook.ensure_subscriptions(
            listed(self.events), self.personal("callback_url")
        )
        return done


class Fl3xxRemoveWebhooksOperator(Fl3xxOperator):
    """End the webhook subscriptions of an address; where there are none, nothing is done.

    Returns ``removed``, the ids of those there were.

    :param callback_url: where they deliver to. Never stored among the rendered fields.
    :param events: only those to these events, or ``all``, the default; none at all is an error. (templated)
    """

    template_fields: Sequence[str] = ("fl3xx_conn_id", "events")
    personal_fields: ClassVar[Sequence[str]] = ("callback_url",)
    guarantee: ClassVar[str] = "idempotent"
    calls: ClassVar[str] = "1, and 1 for each subscription"

    def __init__(self, *, callback_url: Any, events: Sequence[str] | str = "all", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.callback_url = callback_url
        self.events = events

    def act(self, context: Context) -> dict[str, list[Any]]:
        events = None if self.events == "all" else listed(self.events)
        return {"removed": self.hook.remove_subscriptions(self.personal("callback_url"), events)}
