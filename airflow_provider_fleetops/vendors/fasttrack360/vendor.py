"""The record of FastTrack360."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from airflow_provider_fleetops.protocol.endpoint import Prepared
from airflow_provider_fleetops.protocol.limits import Limit, at_their_door
from airflow_provider_fleetops.protocol.vendor import Account, Pool, Vendor
from airflow_provider_fleetops.vendors.fasttrack360.auth import auth
from airflow_provider_fleetops.vendors.fasttrack360.catalogue import API_ACCESS, ENDPOINTS
from airflow_provider_fleetops.vendors.fasttrack360.connection import FORM
from airflow_provider_fleetops.vendors.fasttrack360.feeds import FEEDS
from airflow_provider_fleetops.vendors.fasttrack360.judge import judge, unclear_throttle
from airflow_provider_fleetops.vendors.fasttrack360.personal import PERSONAL
from airflow_provider_fleetops.vendors.fasttrack360.states import WATCHES
from airflow_provider_fleetops.vendors.fasttrack360.tracings import TRACINGS


def limits(account: Account, _prepared: Prepared) -> Sequence[Limit]:
    """The tier's throttle, which is contractual: no setting, no limit of ours. Every connection may have a quota."""
    settings = account.settings
    if rate := settings["requests_per_second"]:
        rule = at_their_door(float(rate), 1.0, settings["burst"])
        return [Limit(f"{account.meter}:rate", rule, f"{rate:g} calls per second")]
    return ()


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
    feeds={feed.name: feed for feed in FEEDS},
    pools=(Pool("fasttrack360", 4, "Calls are metered. A task that waits for its turn holds a worker: four at most."),),
    tracings=TRACINGS,
    personal=PERSONAL,
    docs=API_ACCESS,
    base_path=base_path,
    unclear_throttle=unclear_throttle,
    # https://fasttrackservice.atlassian.net/wiki/spaces/FV1OH/pages/2795831497/API+Access: going over stops all calls.
    hard_quota=True,
    # Failed calls are likely to count, and integrations must not over-consume (API_ACCESS): two attempts, no storm.
    attempts=2,
)
