"""All that is known of the FASTTRAK Partner API."""

from __future__ import annotations

from airflow_provider_fleetops.protocol.vendor import Account, Pool, Vendor
from airflow_provider_fleetops.vendors.fasttrak.auth import auth
from airflow_provider_fleetops.vendors.fasttrak.catalogue import CATALOGUE
from airflow_provider_fleetops.vendors.fasttrak.connection import FORM
from airflow_provider_fleetops.vendors.fasttrak.customers import trace_customer
from airflow_provider_fleetops.vendors.fasttrak.entry import SECURITY
from airflow_provider_fleetops.vendors.fasttrak.feeds import FEEDS
from airflow_provider_fleetops.vendors.fasttrak.flows import trace_reservation
from airflow_provider_fleetops.vendors.fasttrak.judge import judge
from airflow_provider_fleetops.vendors.fasttrak.personal import PERSONAL
from airflow_provider_fleetops.vendors.fasttrak.quotes import trace_quote, trace_quote_booking
from airflow_provider_fleetops.vendors.fasttrak.states import BY_KEY, DRIVER, DRIVER_BY_KEY, WATCH
from airflow_provider_fleetops.vendors.fasttrak.subscriptions import trace_webhook


def _base_path(account: Account) -> str:
    prefix = str(account.settings["api_prefix"]).strip("/")
    return f"/{prefix}" if prefix else ""


VENDOR = Vendor(
    name="fasttrak",
    title="FASTTRAK Partner API",
    zone="UTC",
    form=FORM,
    endpoints=CATALOGUE,
    auth=auth,
    judge=judge,
    limits=lambda _account, _prepared: (),  # none are published; a 429 closes the shared gate like everywhere
    probe="companies.list",
    probe_cost="The test used one read of the companies and, if no session was open, one login.",
    watches={watch.name: watch for watch in (WATCH, BY_KEY, DRIVER, DRIVER_BY_KEY)},
    feeds={feed.name: feed for feed in FEEDS},
    tracings={
        "reservation.create": trace_reservation,
        "reservation.create_new_customer": trace_reservation,
        "customer.create": trace_customer,
        "quote_package.create": trace_quote,
        "quote_package.book": trace_quote_booking,
        "webhook.create": trace_webhook,
    },
    pools=(Pool("fasttrak", 4, "No limit is published. A burst of mapped reservations comes four at a time."),),
    personal=PERSONAL,
    docs=SECURITY,
    base_path=_base_path,
)
