"""Accounting: what every call cost, for whom, and whether that was wasted or saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from airflow_provider_fleetops.protocol.accounts import Use
from airflow_provider_fleetops.protocol.errors import FleetOpsError, TransportError
from airflow_provider_fleetops.protocol.messages import Request, Response
from airflow_provider_fleetops.protocol.steps import Ask, Flow, Note, Now, Send

if TYPE_CHECKING:
    from airflow_provider_fleetops.protocol.vendor import Account

T = TypeVar("T")
GOOD = "ok"
SHARED = "shared"
# What stands in the accounts while a request is under way, and stays there when its process is killed.
SENT = "sent"


def accounted(account: Account, endpoint: str, cost: int, request: Callable[[Line], Flow[T]]) -> Flow[T]:
    """Run what sends one request, and write down what it cost: nothing, if it never left."""
    line = Line(account, endpoint, cost)
    try:
        value = yield from request(line)
    except FleetOpsError as error:
        yield from line.close(type(error).__name__, wasted=True)
        raise
    yield from line.close(GOOD, wasted=False)
    return value


def account_shared(account: Account, endpoint: str, cost: int) -> Flow[None]:
    """Another task's answer served: so many calls were saved."""
    now = yield Now()
    yield from _write(account, endpoint, _use(account, endpoint, now.timestamp(), SHARED, saved=cost))


@dataclass
class Line:
    """A line of the accounts: opened before its request leaves, so that a killed process is accounted for too."""

    account: Account
    endpoint: str
    cost: int
    number: int | None = None
    left: bool = False
    use: Use | None = field(default=None, repr=False)

    def open(self) -> Flow[None]:
        """The request is about to leave. It takes as long as a write does: never between a slot and its request."""
        now = yield Now()
        sent = _use(self.account, self.endpoint, now.timestamp(), SENT, calls=self.cost, wasted=self.cost)
        self.use = sent
        self.number = yield from _write(self.account, self.endpoint, sent)

    def send(self, request: Request) -> Flow[Response]:
        """The request itself; it costs nothing where it certainly did not leave."""
        self.left = True
        try:
            response: Response = yield Send(request)
        except TransportError as error:
            self.left = error.sent
            raise
        return response

    def close(self, outcome: str, *, wasted: bool) -> Flow[None]:
        now = yield Now()
        at = now.timestamp()
        cost = self.cost if self.left else 0
        begun = self.use or _use(self.account, self.endpoint, at, outcome)
        use = replace(begun, outcome=outcome, calls=cost, wasted=cost * wasted, seconds=at - begun.at)
        yield from _write(self.account, self.endpoint, use, self.number)


def _use(
    account: Account, endpoint: str, at: float, outcome: str, *, calls: int = 0, wasted: int = 0, saved: int = 0
) -> Use:
    who = account.caller
    return Use(
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
        calls,
        wasted,
        saved,
        seconds=0.0,
    )


def _write(account: Account, endpoint: str, use: Use, number: int | None = None) -> Flow[int | None]:
    """Write it down. A call that was made stays made, whether that can be done or not."""
    try:
        if number is not None:
            yield Ask(lambda store: store.usage.amend(number, use))
            return number
        return (yield Ask(lambda store: store.usage.record(use)))  # type: ignore[no-any-return]
    except FleetOpsError as error:
        yield Note(f"{account.vendor.name} {endpoint}: this call is missing in the accounts: {error.what}")
        return None
