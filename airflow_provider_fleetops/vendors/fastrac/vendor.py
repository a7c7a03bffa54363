"""The record of Fastrac."""

from __future__ import annotations

from collections.abc import Sequence

from airflow_provider_fleetops.protocol.auth import Auth, basic
from airflow_provider_fleetops.protocol.endpoint import Prepared
from airflow_provider_fleetops.protocol.limits import Limit, at_their_door
from airflow_provider_fleetops.protocol.vendor import Account, Pool, Vendor
from airflow_provider_fleetops.vendors.fastrac.catalogue import ENDPOINTS, OVERVIEW
from airflow_provider_fleetops.vendors.fastrac.connection import FORM
from airflow_provider_fleetops.vendors.fastrac.evidence import trace_call
from airflow_provider_fleetops.vendors.fastrac.judge import judge
from airflow_provider_fleetops.vendors.fastrac.money import BALANCE
from airflow_provider_fleetops.vendors.fastrac.personal import PERSONAL
from airflow_provider_fleetops.vendors.fastrac.states import PARCEL


def auth(account: Account) -> Auth:
    """v2: HTTP Basic (https://fastrac-b2b-stg-v2.apidog.io/changelog-v2-1331898m0); v1: two headers.

    v2's overview still speaks of the headers, so ``auth_style`` can choose.
    """
    style = account.settings["auth_style"] or ("basic" if account.settings["api_version"] == "v2" else "headers")
    if style == "basic":
        return Auth(basic(account.login, account.secret.reveal()))
    return Auth(
        {
            account.header("access-key"): account.login,
            account.header("secret-key"): account.secret.reveal(),
        }
    )


def limits(account: Account, _prepared: Prepared) -> Sequence[Limit]:
    """Limits per second and day "may" be enforced (overview), without a number: only what the connection says."""
    rate = float(account.settings["requests_per_second"])
    key, what = f"{account.meter}:rate", f"{rate:g} requests per second"
    return [Limit(key, at_their_door(rate, 1.0, 1), what)] if rate else []


VENDOR = Vendor(
    name="fastrac",
    title="Fastrac",
    zone="Asia/Jakarta",
    form=FORM,
    endpoints=ENDPOINTS,
    auth=auth,
    judge=judge,
    limits=limits,
    probe="regions.cities",
    probe_cost="It costs nothing: a list of cities was read.",
    probe_arguments={"province_id": 31},
    watches={watch.name: watch for watch in (PARCEL, BALANCE)},
    tracings=dict.fromkeys(("orders.express", "v1.orders.express", "orders.instant"), trace_call),
    pools=(Pool("fastrac", 4, "No limit is published. A burst of mapped shipments comes four at a time."),),
    personal=PERSONAL,
    docs=OVERVIEW,
)
