"""Any entry of a catalogue, exactly once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from airflow_provider_fleetops.protocol.endpoint import Kind
from airflow_provider_fleetops.protocol.errors import InvalidInput
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.operation import intent, once
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.tracing import BLIND
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.protocol.work import Outcome


def call_once(account: Account, name: str, arguments: Mapping[str, Any], body: Any, key: Any = None) -> Flow[Any]:
    """The first answer to an entry that must not be repeated, for everybody who calls it under this ``key``."""
    outcome = yield from entry_once(account, name, arguments, body, key)
    return outcome.result


def entry_once(account: Account, name: str, arguments: Mapping[str, Any], body: Any, key: Any = None) -> Flow[Outcome]:
    """Any entry of the catalogue that must not be repeated, once per ``key``, with the vendor record's way to look.

    Without a key the task instance is it; a call outside a task is an operation of its own.
    """
    endpoint = account.vendor.endpoint(name)
    if endpoint.kind is not Kind.UNSAFE:
        raise InvalidInput(
            f"parameter 'operation_key' is for entries that must not be repeated; this one is {endpoint.kind}",
            vendor=account.vendor.name,
            endpoint=name,
        )
    try:
        prepared = endpoint.prepare(arguments, body)
    except InvalidInput as error:
        raise error.as_(InvalidInput, vendor=account.vendor.name, endpoint=name) from None
    key = (account.caller.key or f"call {uuid4()}") if key is None else key
    trace = account.vendor.tracings.get(name)
    return (
        yield from once(
            account,
            intent(account, name, key, [prepared.path, prepared.query, prepared.body]),
            lambda on_send: call(account, name, arguments, body, on_send=on_send),
            trace(account, prepared) if trace else BLIND,
        )
    )
