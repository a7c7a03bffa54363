"""FL3XX's fair use: how far identical reads stand apart, and how long one answer serves all."""

from __future__ import annotations

from collections.abc import Sequence

from airflow_provider_fleetops.protocol.endpoint import Endpoint, Kind, Prepared
from airflow_provider_fleetops.protocol.errors import ConfigurationError
from airflow_provider_fleetops.protocol.limits import Gate, Limit, Rate, Spacing
from airflow_provider_fleetops.protocol.vendor import Account

SCHEDULE = "aircraft.schedule"


def recurring(account: Account) -> float:
    """Seconds between identical reads: ten minutes (https://developer.fl3xx.com/docs/api-basics), and a margin."""
    return _with_margin(account.settings["recurring_seconds"])


def limits(account: Account, prepared: Prepared) -> Sequence[Limit]:
    """The limits of one call. FL3XX limits no writes; what it answered with 403 is held back all the same."""
    _require_client_id(account, prepared.endpoint)
    if prepared.endpoint.kind is not Kind.READ:
        what = "the pause after a 403, which FL3XX also answers to what comes too fast"
        return (Limit(f"{account.meter}:write:{prepared.endpoint.name}", Gate(), what),)
    seconds = reuse(account, prepared.endpoint)
    if not seconds:
        return ()
    if prepared.endpoint.name == SCHEDULE:
        key = f"{account.meter}:schedule:{prepared.path['tail'].upper()}"
        return (Limit(key, Spacing(seconds), "FL3XX's rule of one schedule a minute for each tail"),)
    key = f"{account.meter}:read:{prepared.endpoint.name}:{prepared.fingerprint}"
    identical = Limit(key, Spacing(seconds), "FL3XX's rule of one identical request in ten minutes")
    return (identical, *_of_the_token(account))


def _of_the_token(account: Account) -> Sequence[Limit]:
    """Same page: sporadic calls that a user triggers are tolerated, so they do not count as recurring ones."""
    settings = account.settings
    if account.caller.on_demand and (calls := settings["on_demand_per_hour"]):
        rule, what = Rate(calls, 3600.0, calls), f"the budget of {calls} calls on demand per hour"
        return (Limit(f"{account.meter}:on_demand", rule, what),)
    if settings["recurring_reading"] == "token":
        what = "FL3XX's rule of one recurring request in ten minutes, read for the whole token"
        return (Limit(f"{account.meter}:recurring", Spacing(recurring(account)), what),)
    return ()


def reuse(account: Account, endpoint: Endpoint) -> float:
    """The age up to which an identical read's answer serves everyone: asking again sooner is not allowed."""
    if endpoint.kind is not Kind.READ:
        return 0.0
    # https://developer.fl3xx.com/docs/aircraft-schedule: its own rule, one call a minute for each tail.
    return _with_margin(account.settings["schedule_seconds"]) if endpoint.name == SCHEDULE else recurring(account)


def forbidden_pause(account: Account) -> float:
    """How long a 403 on a right that is known to exist means "too fast"."""
    return recurring(account) if account.settings["forbidden_means"] == "both" else 0.0


def _with_margin(seconds: float) -> float:
    """The vendor measures at its own door: a slow first request and a fast second one arrive closer together."""
    return seconds + min(1.0, seconds * 0.05)


def _require_client_id(account: Account, endpoint: Endpoint) -> None:
    """https://developer.fl3xx.com/reference/v2.md: v2 wants a second header. Checked before anything is sent."""
    if endpoint.version == "v2" and not account.settings["client_id"]:
        raise ConfigurationError(
            f"connection {account.conn_id!r}: extra 'client_id' is required for API v2",
            vendor=account.vendor.name,
            endpoint=endpoint.name,
        )
