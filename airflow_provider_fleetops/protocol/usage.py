"""Accounting: what every call cost, for whom, and whether that was wasted or saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from airflow_provider_fleetops.protocol.accounts import Use
from airflow_provider_fleetops.protocol.errors import FleetOpsError, TransportError
from airflow_provider_fleetops.protocol.steps import Ask, Flow, Note, Now, Send

if TYPE_CHECKING:
    from airflow_provider_fleetops.protocol.vendor import Account

T = TypeVar("T")
GOOD = "ok"
SHARED = "shared"


def accounted(account: Account, endpoint: str, cost: int, flow: Flow[T]) -> Flow[T]:
    """Run what sends one request, and write down what it cost: nothing, if it never left."""
    begun = yield Now()
    left: list[Send] = []
    try:
        value = yield from _watched(flow, left)
    except FleetOpsError as error:
        now = yield Now()
        cost = cost if left else 0
        seconds = (now - begun).total_seconds()
        yield from _record(account, endpoint, now.timestamp(), type(error).__name__, (cost, cost, 0), seconds)
        raise
    now = yield Now()
    yield from _record(account, endpoint, now.timestamp(), GOOD, (cost, 0, 0), (now - begun).total_seconds())
    return value


def _watched(flow: Flow[T], left: list[Send]) -> Flow[T]:
    """The same flow; ``left`` gets the requests that left, answered or not."""
    answer: Any = None
    error: BaseException | None = None
    while True:
        try:
            step = flow.throw(error) if error else flow.send(answer)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        answer = error = None
        try:
            answer = yield step
        except BaseException as caught:  # noqa: BLE001 - the flow's to handle, as if we were not there
            error = caught
        if isinstance(step, Send) and not (isinstance(error, TransportError) and not error.sent):
            left.append(step)


def account_shared(account: Account, endpoint: str, cost: int) -> Flow[None]:
    """Another task's answer served: so many calls were saved."""
    now = yield Now()
    yield from _record(account, endpoint, now.timestamp(), SHARED, (0, 0, cost), 0.0)


def _record(
    account: Account, endpoint: str, at: float, outcome: str, calls: tuple[int, int, int], seconds: float
) -> Flow[None]:
    """A call that was made stays made, whether it can be written down or not."""
    who = account.caller
    use = Use(
        at,
        account.vendor.name,
        account.conn_id,
        endpoint,
        who.dag,
        who.run,
        who.task,
        who.map_index,
        who.try_number,
        outcome,
        *calls,
        seconds,
    )
    try:
        yield Ask(lambda store: store.usage.record(use))
    except FleetOpsError as error:
        yield Note(f"{account.vendor.name} {endpoint}: this call is missing in the accounts: {error.what}")
