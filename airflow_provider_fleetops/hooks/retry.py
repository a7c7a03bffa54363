"""A retry policy for tasks that meet a vendor's limit: try again when it opens, not when ``retry_delay`` has passed.

Airflow knows retry policies since 3.3, where our operators have this one unless they are given another. Before that,
tasks take no ``retry_policy``: the operators leave it out, and waiting without a worker is what ``deferrable`` is for.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import uniform
from typing import TYPE_CHECKING, Any

from airflow_provider_fleetops.protocol.errors import FleetOpsError

if TYPE_CHECKING:
    from airflow.sdk import Context, RetryDecision, RetryPolicy
else:
    try:
        from airflow.sdk import RetryDecision, RetryPolicy
    except ImportError:  # Airflow 3.2
        RetryDecision, RetryPolicy = None, object

# Tasks that wait for the same moment do not all come in the same second.
JITTER_SECONDS = 5.0


class FleetOpsRetryPolicy(RetryPolicy):
    """Retry at the error's ``resume_at``; fail at once what no retry can mend; leave all other errors to the task.

    For ``@task`` functions, and operators that do not defer::

        @task(retries=3, retry_policy=FleetOpsRetryPolicy())

    A policy cannot add retries: ``retries`` counts as always.
    """

    def evaluate(
        self, exception: BaseException, try_number: int, max_tries: int, context: Context | None = None
    ) -> RetryDecision:
        """The decision for one failed try."""
        if not isinstance(exception, FleetOpsError):
            return RetryDecision.default()
        if not exception.retryable:
            return RetryDecision.fail(reason=f"{type(exception).__name__}: a retry cannot mend it")
        if exception.resume_at is None:
            return RetryDecision.default()
        left = (exception.resume_at - datetime.now(UTC)).total_seconds()
        delay = timedelta(seconds=max(left, 0.0) + uniform(0.0, JITTER_SECONDS))  # noqa: S311 - no secret
        moment = exception.resume_at.isoformat(timespec="seconds")
        return RetryDecision.retry(delay=delay, reason=f"not before {moment}: {exception.what}")

    def serialize(self) -> dict[str, Any]:
        """It has no settings."""
        return {"__type": f"{type(self).__module__}.{type(self).__qualname__}"}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> FleetOpsRetryPolicy:
        """It has no settings."""
        return cls()


def with_policy(arguments: dict[str, Any]) -> dict[str, Any]:
    """An operator's arguments with this policy, where Airflow knows policies and the user chose none.

    A mapped operator is given every framework default, None included: a default of ``__init__`` would be lost.
    """
    if RetryDecision is not None and arguments.get("retry_policy") is None:
        return arguments | {"retry_policy": FleetOpsRetryPolicy()}
    return arguments
