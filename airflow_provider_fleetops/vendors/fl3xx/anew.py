"""What is kept in existence: the ledger remembers for long what it made, also when it was removed at FL3XX since."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from airflow_provider_fleetops.protocol.flow import OnSend, call
from airflow_provider_fleetops.protocol.operation import intent, once
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.tracing import Tracing
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.protocol.work import Outcome

Alive = Callable[[Mapping[str, Any]], Flow[bool]]


def make_anew(
    account: Account, entry: str, key: str, body: Mapping[str, Any], tracing: Tracing, alive: Alive
) -> Flow[Outcome]:
    """Make what a look has just missed, once; what the ledger gives instead must still be ``alive``.

    Else it was made and removed since: it is made again, under a key that names the lost one.
    """
    after = ""

    def send(on_send: OnSend) -> Flow[Any]:
        return call(account, entry, body=body, on_send=on_send)

    while True:
        outcome = yield from once(account, intent(account, entry, key + after, key), send, tracing)
        if outcome.created or (yield from alive(outcome.result)):
            return outcome
        after = f" after {outcome.result['id']}"
