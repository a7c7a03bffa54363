"""Say "sleep", do not sleep: whether and when to try again, from tenacity's stop and wait objects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from tenacity import RetryCallState, stop_after_attempt, wait_exponential_jitter

from airflow_provider_fleetops.protocol.errors import FleetOpsError, QuotaExhausted

if TYPE_CHECKING:
    from tenacity.stop import stop_base
    from tenacity.wait import wait_base


_FOUR_TRIES = stop_after_attempt(4)
_BACK_OFF = wait_exponential_jitter(initial=1, max=20, jitter=1)


@dataclass(frozen=True)
class Retry:
    """How often and how long one call is tried.

    ``patience`` (seconds) is the longest single wait that is slept; what must wait longer is handed back to the
    caller with ``resume_at``, so that a worker slot is not held by a sleeping task.
    """

    stop: stop_base = _FOUR_TRIES
    wait: wait_base = _BACK_OFF
    patience: float = 30.0

    def delay(self, error: FleetOpsError, attempt: int, elapsed: float, now: float) -> float | None:
        """Seconds to wait before attempt ``attempt + 1``, or None when there must be none.

        A vendor's ``resume_at`` (``Retry-After``) replaces a shorter delay of ours.
        """
        if not error.retryable or isinstance(error, QuotaExhausted):
            return None
        state = RetryCallState(retry_object=cast("Any", None), fn=None, args=(), kwargs={})
        state.attempt_number = attempt
        state.start_time, state.outcome_timestamp = 0.0, elapsed
        if self.stop(state):
            return None
        delay = float(self.wait(state))
        if error.resume_at is not None:
            delay = max(delay, error.resume_at.timestamp() - now)
        return delay if delay <= self.patience else None


ONCE = Retry(stop=stop_after_attempt(1))
