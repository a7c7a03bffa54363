"""The webhook's registration. Its pages are not public: the body is the user's, and is only compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_fleetops.protocol.errors import InvalidInput, NotFound
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.steps import Flow, Note
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fastrac.states import entry


def get_webhook(account: Account) -> Flow[Any]:
    """The webhook as Fastrac has it; None when there is none."""
    try:
        return (yield from call(account, entry(account, "webhooks.get")))
    except NotFound:
        return None


def set_webhook(account: Account, body: Any) -> Flow[bool]:
    """Set the webhook unless it is so already: True when something was changed."""
    name = entry(account, "webhooks.set")
    if not isinstance(body, Mapping) or not body:
        raise InvalidInput("parameter 'body' must be an object with a field", vendor=account.vendor.name, endpoint=name)
    now = yield from get_webhook(account)
    if isinstance(now, Mapping) and all(now.get(key) == value for key, value in body.items()):
        yield Note("fastrac: the webhook is set so already; nothing is sent")
        return False
    yield from call(account, name, None, body)
    return True
