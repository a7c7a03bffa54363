"""The one place where the provider's errors meet Airflow's: what must not be retried becomes AirflowFailException."""

from __future__ import annotations

from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_fleetops.protocol.errors import FleetOpsError

_made: dict[type[FleetOpsError], type[FleetOpsError]] = {}


def for_airflow(error: FleetOpsError) -> FleetOpsError:
    """The error to raise in a task: a non-retryable one is also an ``AirflowFailException`` (no retry is spent)."""
    if error.retryable or isinstance(error, AirflowFailException):
        return error
    return error.as_(_failing(type(error)))


def _failing(kind: type[FleetOpsError]) -> type[FleetOpsError]:
    """``NotFound`` that is an ``AirflowFailException`` too: users catch the first, Airflow the second."""
    if kind not in _made:
        names = {"__doc__": kind.__doc__, "__module__": kind.__module__}
        _made[kind] = type(kind.__name__, (kind, AirflowFailException), names)
    return _made[kind]
