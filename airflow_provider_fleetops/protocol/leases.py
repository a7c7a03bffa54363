"""A lease that lasts as long as its work: made longer with each request that the work sends."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, TypeVar

from airflow_provider_fleetops.protocol.errors import FleetOpsError
from airflow_provider_fleetops.protocol.steps import Ask, Flow, Now, Send

T = TypeVar("T")


def leased(flow: Flow[T], key: str, holder: str, seconds: float) -> Flow[T]:
    """The same flow; ``holder``'s lease of ``key`` is good for ``seconds`` from each of its requests on."""
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
        except GeneratorExit:  # we are closed: so is the flow, and neither may yield
            flow.close()
            raise
        except BaseException as caught:  # noqa: BLE001 - the flow's to handle, as if we were not there
            error = caught
        if isinstance(step, Send):  # behind it: nothing may stand between a slot and its request
            now = yield Now()
            with suppress(FleetOpsError):  # the answer counts, whether the lease can be made longer or not
                yield Ask(_longer(key, holder, now.timestamp(), seconds))


def _longer(key: str, holder: str, now: float, seconds: float) -> Any:
    return lambda store: store.take(key, holder, now, seconds)
