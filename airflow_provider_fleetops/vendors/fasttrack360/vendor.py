"""The record of FastTrack360."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from airflow_provider_fleetops.protocol.endpoint import Prepared
from airflow_provider_fleetops.protocol.limits import DayQuota, Limit, Rate
from airflow_provider_fleetops.protocol.vendor import Account, Vendor
from airflow_provider_fleetops.vendors.fasttrack360.auth import auth
from airflow_provider_fleetops.vendors.fasttrack360.catalogue import API_ACCESS, ENDPOINTS
from airflow_provider_fleetops.vendors.fasttrack360.connection import FORM
from airflow_provider_fleetops.vendors.fasttrack360.flows import (
    trace_client,
    trace_fill,
    trace_job_order,
    trace_timesheet,
)
from airflow_provider_fleetops.vendors.fasttrack360.judge import judge
from airflow_provider_fleetops.vendors.fasttrack360.states import WATCHES


def limits(account: Account, _prepared: Prepared) -> Sequence[Limit]:
    """The tier's throttle and its calls per UTC day, both contractual: no setting, no limit of ours."""
    settings = account.settings
    found: list[Limit] = []
    if rate := settings["requests_per_second"]:
        rule = Rate(count=float(rate), seconds=1.0, burst=settings["burst"])
        found.append(Limit(f"{account.key}:rate", rule, f"{rate:g} calls per second"))
    if quota := settings["daily_quota"]:
        found.append(Limit(f"{account.key}:day", DayQuota(quota), f"{quota} calls per UTC day"))
    return found


def base_path(account: Account) -> str:
    """The version segment, where there is one; ``/`` and an empty version mean none."""
    version = quote(account.settings["api_version"].strip("/"), safe="/")
    return str(account.settings["base_path"]).replace("{api_version}", version).rstrip("/")


VENDOR = Vendor(
    name="fasttrack360",
    title="FastTrack360",
    zone="UTC",
    form=FORM,
    endpoints=ENDPOINTS,
    auth=auth,
    judge=judge,
    limits=limits,
    probe="offices.list",
    probe_cost="The test costs one call of the day's quota.",
    probe_arguments={"page": 1, "page_size": 1},
    watches=WATCHES,
    tracings={
        "client.create": trace_client,
        "job_order.create": trace_job_order,
        "job_order.fill": trace_fill,
        "timesheet.create": trace_timesheet,
    },
    docs=API_ACCESS,
    base_path=base_path,
    # Failed calls are likely to count, and integrations must not over-consume (API_ACCESS): two attempts, no storm.
    attempts=2,
)
