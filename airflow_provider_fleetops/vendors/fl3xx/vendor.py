"""All that is known of FL3XX."""

from __future__ import annotations

from datetime import timedelta

from airflow_provider_fleetops.protocol.auth import Auth
from airflow_provider_fleetops.protocol.vendor import Account, Pool, Vendor
from airflow_provider_fleetops.protocol.watch import Spans, Watch
from airflow_provider_fleetops.vendors.fl3xx import states
from airflow_provider_fleetops.vendors.fl3xx.catalogue import ENDPOINTS
from airflow_provider_fleetops.vendors.fl3xx.catalogue.entries import DOCS
from airflow_provider_fleetops.vendors.fl3xx.connection import FORM
from airflow_provider_fleetops.vendors.fl3xx.feeds import FEEDS
from airflow_provider_fleetops.vendors.fl3xx.flows import day_of, look
from airflow_provider_fleetops.vendors.fl3xx.judge import judge
from airflow_provider_fleetops.vendors.fl3xx.limits import forbidden_pause, limits, recurring, reuse
from airflow_provider_fleetops.vendors.fl3xx.personal import PERSONAL
from airflow_provider_fleetops.vendors.fl3xx.tracings import TRACINGS
from airflow_provider_fleetops.vendors.fl3xx.watches import BOOKING, PERMITS, SLOTS


def _auth(account: Account) -> Auth:
    """https://developer.fl3xx.com/docs/fl3xx-api-authentication; v2 adds a client id (…/reference/v2.md)."""
    headers = {account.header("X-Auth-Token"): account.secret.reveal()}
    if client_id := account.settings["client_id"]:
        headers[account.header("X-Api-Client-Id")] = client_id
    return Auth(headers)


FLIGHT = Watch(
    name="flight",
    subject="flight",
    ranks=states.RANKS,
    dead_ends=states.DEAD_ENDS,
    finals=frozenset({"POST_FLIGHT_CLOSED"}),
    look=look,
    cadence=recurring,
    merge=Spans(
        "from_date", "to_date", day_of, gap=timedelta(days=1), longest=timedelta(days=89)
    ),  # as long as one list
)

VENDOR = Vendor(
    name="fl3xx",
    title="FL3XX",
    zone="Europe/Vienna",
    form=FORM,
    endpoints=ENDPOINTS,
    auth=_auth,
    judge=judge,
    limits=limits,
    probe="aircraft.list",
    probe_cost="FL3XX counts no calls; the aircraft list is read at most once in ten minutes.",
    reuse=reuse,
    forbidden_pause=forbidden_pause,
    watches={watch.name: watch for watch in (FLIGHT, BOOKING, PERMITS, SLOTS)},
    feeds={feed.name: feed for feed in FEEDS},
    tracings=TRACINGS,
    pools=(Pool("fl3xx", 4, "FL3XX asks for sporadic use. A task that waits for it holds a worker: at most four do."),),
    personal=PERSONAL,
    docs=DOCS,
)
