"""Worlds of the sandbox in which a thousand triggers wait, ours and the http provider's, and what they wait for."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
from _fleet import KEY, account_of
from _orders import KINDS, SANDBOX_LIMITS, START

from airflow_provider_fleetops import vendors
from airflow_provider_fleetops.demo.connections import connections
from airflow_provider_fleetops.hooks.watcher import Watcher
from airflow_provider_fleetops.protocol.request import build
from airflow_provider_fleetops.sandbox.client import ControlClient

CADENCE = 5
PEER = "HttpSensorTrigger"
# So many days after the world's beginning none of the day's flights has left yet.
DAYS = (1, 2, 3)

Trigger = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Place:
    """A new world of one vendor: how it is ordered about, Airflow's connection to it, and the shared state."""

    vendor: str
    control: ControlClient
    connection: Mapping[str, Any]
    state: str

    def environment(self) -> dict[str, str]:
        return {
            f"AIRFLOW_CONN_{self.vendor.upper()}_DEFAULT": json.dumps(self.connection),
            "AIRFLOW_CONN_BENCH_PEER": json.dumps({"conn_type": "http", "host": self.connection["host"]}),
            "AIRFLOW__FLEETOPS__STATE_URL": self.state,
            "AIRFLOW__CORE__FERNET_KEY": KEY.decode(),
        }

    def calls(self, since: int = 0) -> list[float]:
        """When the vendor was called, by its own clock."""
        seen = self.control.journal(vendor=self.vendor, since=since)
        return sorted(datetime.fromisoformat(entry["gateway_at"]).timestamp() for entry in seen)


class World:
    """The sandbox, begun anew with other credentials each time: the shared state knows nothing of them."""

    def __init__(self, url: str, control: ControlClient) -> None:
        self._url, self._control, self._seeds = url, control, itertools.count(100)

    def place(self, vendor: str, state: str, **extras: Any) -> Place:
        self._control.reset(next(self._seeds))
        self._control.limits(vendor, **SANDBOX_LIMITS[vendor])
        credentials = {name: self._control.credentials(name) for name in vendors.NAMES}
        made = connections(self._url, credentials)[f"{vendor}_default"]
        return Place(vendor, self._control, made | {"extra": made["extra"] | extras}, state)


def waits(vendor: str, watch: str, ids: Sequence[str], window: Mapping[str, str], target: str) -> Trigger:
    watcher = Watcher.of(vendor, watch, ids=ids, window=window, targets=[target], failures=None, condition="all")
    given = {"conn_id": f"{vendor}_default", "interval": 1.0, **watcher.to_kwargs()}
    return "airflow_provider_fleetops.triggers.wait.WaitTrigger", given


def flight_triggers(place: Place, count: int) -> list[Trigger]:
    """Triggers for the flights of three days, each in the window of its day and the days beside it."""
    found = []
    for day in (START + timedelta(days=days) for days in DAYS):
        first, on, last = ((day + timedelta(days=days)).date().isoformat() for days in (-1, 0, 1))
        window = {"from_date": first, "to_date": last}
        rows = httpx.get(
            f"{place.connection['host']}/api/external/flight/flights",
            params={"from": on, "to": on, "timeZone": "UTC", "value": "ALL"},
            headers={"X-Auth-Token": place.connection["password"]},
        ).json()
        found += [(str(row["flightId"]), window) for row in rows if "ancel" not in str(row["flightStatus"])]
    chosen = [found[n % len(found)] for n in range(count)]
    return [waits("fl3xx", "flight", [name], window, "ON_BLOCK") for name, window in chosen]


def peer_triggers(place: Place, count: int) -> list[Trigger]:
    """The http provider's, each for a flight that there is not: it pokes again while the vendor says 404."""
    path, headers = "airflow.providers.http.triggers.http", {"X-Auth-Token": place.connection["password"]}
    given = {"http_conn_id": "bench_peer", "headers": headers, "poke_interval": float(CADENCE)}
    return [(f"{path}.{PEER}", {"endpoint": f"api/external/flight/{n + 1}", **given}) for n in range(count)]


def book(place: Place, count: int) -> list[str]:
    """Parcels, booked with bare requests."""
    account, kind = account_of("fastrac", place.connection), KINDS["fastrac"]
    entry = account.vendor.endpoint(kind.route)
    awbs = []
    with httpx.Client() as client:
        for n in range(count):
            request = build(account, entry.prepare({}, kind.body(n)), None)
            headers = dict(request.headers)
            sent = client.request(request.method, request.url, content=request.body, headers=headers)
            awbs.append(sent.json()["data"]["awb"])
    return awbs
