"""Answers that serve everybody who asks the same: where they are kept, and how a change puts a new one there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from airflow_provider_fleetops.protocol.endpoint import Prepared
from airflow_provider_fleetops.protocol.errors import FleetOpsError
from airflow_provider_fleetops.protocol.steps import Ask, Flow, Note, Now
from airflow_provider_fleetops.protocol.store import Entry
from airflow_provider_fleetops.protocol.vendor import Account


def answer_key(account: Account, prepared: Prepared) -> str:
    """Where the newest answer to this question is kept."""
    return f"{account.key}:answer:{prepared.endpoint.name}:{prepared.fingerprint}"


def remember(account: Account, name: str, arguments: Mapping[str, Any], value: Any) -> Flow[None]:
    """Let ``value`` serve whoever reads this entry next: what a change has shown need not, or must not, be asked for.

    Without it they would get the answer of before the change. That it could not be kept takes nothing back.
    """
    endpoint = account.vendor.endpoint(name)
    age = account.vendor.reuse(account, endpoint)
    if age <= 0:
        return
    now = yield Now()
    entry = Entry(json.dumps(value), now.timestamp(), now.timestamp() + age)
    key = answer_key(account, endpoint.prepare(arguments, None))
    try:
        yield Ask(lambda store: store.publish(key, "", entry))
    except FleetOpsError as error:
        yield Note(f"what {name} would show now could not be kept for others: {error.what}")
