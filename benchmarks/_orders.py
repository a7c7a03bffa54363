"""Orders for the four vendors, and a driver that is killed at a given step. Not product code."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow_provider_fleetops import vendors
from airflow_provider_fleetops.demo.connections import connections
from airflow_provider_fleetops.protocol.errors import FleetOpsError, OutcomeUnknown
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.steps import Flow, Step
from airflow_provider_fleetops.protocol.store import Store
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.transports.sync import SyncDriver
from airflow_provider_fleetops.vendors.fastrac.flows import create_shipment
from airflow_provider_fleetops.vendors.fasttrack360.upserts import upsert_client
from airflow_provider_fleetops.vendors.fasttrak.flows import ensure_reservation
from airflow_provider_fleetops.vendors.fl3xx.orders import ensure_booking

START = datetime(2031, 4, 2, 5, tzinfo=UTC)
# What Airflow waits between two tries of a task, and more than any lease or arrival of ours.
RETRY_DELAY = timedelta(minutes=5)
PLACE = {"displayAddress": "Airport Example"}
PARTY = {"phone": "6281100000001", "address": "Jl. Contoh 1", "region_id": 3174050003}
# The sandbox's own limits are not what is measured here.
SANDBOX_LIMITS: Mapping[str, Mapping[str, Any]] = {
    "fl3xx": {"repeat_seconds": 0},
    "fastrac": {"balance": 10**12},
    "fasttrack360": {"rate": 1e6, "burst": 10**6, "daily_quota": 10**9},
}
EXTRAS: Mapping[str, Mapping[str, Any]] = {
    "fl3xx": {"recurring_seconds": 0, "webhook_secret": "sim-signing-key"},
    "fasttrak": {},
}


@dataclass(frozen=True)
class Kind:
    """How an order is made through us, which field of the result is its id, and what a bare POST sends."""

    route: str
    id_field: str
    flow: Callable[[Account, int], Flow[Any]]
    body: Callable[[int], dict[str, Any]]


def _booking(n: int) -> dict[str, Any]:
    leg = {"departureAirport": "LOWG", "arrivalAirport": "LSZB", "pax": 3}
    return {
        "aircraft": "OE-SIM",
        "externalReference": f"order-{n}",
        "customer": {"firstName": "Cleo", "lastName": "Testcase", "account": {"name": "Simulated Holdings"}},
        "legs": [{**leg, "departureDate": "2031-05-02T09:10", "arrivalDate": "2031-05-02T10:35"}],
    }


def _parcel(n: int) -> dict[str, Any]:
    return {
        "courier_code": "anteraja",
        "code_service": "ND",
        "shipper": {"name": "Depot", **PARTY},
        "receiver": {"name": f"Receiver {n}", **PARTY, "region_id": 3578110002},
        "item": {
            "name": "Pump", "desc": f"SO-{n}", "category": "Dokumen", "value": 225_000, "weight": 1_560,
            "length": 24, "width": 20, "height": 12,
        },
    }  # fmt: skip


_PLAIN = {"cod": False, "cod_amount": None, "insurance": False, "pickup": False}
_NO_WINDOW = {"pickup_start": None, "pickup_end": None}


def _pickup(n: int) -> datetime:
    return START + timedelta(hours=6 + n)


def _client(n: int) -> dict[str, Any]:
    return {
        "name": f"Client {n}", "officeId": 11, "status": "Active", "gradeId": 11, "externalReference": f"CRM-{n}",
    }  # fmt: skip


def _reservation(account: Account, n: int) -> Flow[Any]:
    return ensure_reservation(
        account,
        {"external_booking_id": f"car-{n}", "travel_type": "Ground", "vehicle_type_id": 1},
        scheduled_pickup_time=_pickup(n).isoformat(),
        passenger={"name": "Ada Example"},
        from_location=PLACE,
        to_location=PLACE,
        customer={"first_name": "Ops", "last_name": "Desk"},
        search_hours=0.25,
    )


KINDS: Mapping[str, Kind] = {
    "fl3xx": Kind("booking.create", "booking_id", lambda a, n: ensure_booking(a, _booking(n)), _booking),
    "fastrac": Kind(
        "orders.express",
        "awb",
        lambda a, n: create_shipment(a, reference=f"SO-{n}", **_parcel(n), **_PLAIN, **_NO_WINDOW),
        lambda n: {**_parcel(n), "cod": "0", "insurance": "0", "pickup": "0"},
    ),
    "fasttrak": Kind(
        "reservation.create_new_customer",
        "reservation_id",
        _reservation,
        lambda n: {
            "reservationDetail": {
                "companyId": 1, "vehicleTypeId": 1, "reservationStatus": "Booked", "travelType": "Ground",
                "scheduledPickupTime": _pickup(n).isoformat(), "externalBookingId": f"car-{n}",
                "fromLocation": PLACE, "toLocation": PLACE, "primaryPassenger": {"name": "Ada Example"},
            },
            "customerSummary": {"firstName": "Ops", "lastName": "Desk"},
        },
    ),
    "fasttrack360": Kind("client.create", "client_id", lambda a, n: upsert_client(a, _client(n)), _client),
}  # fmt: skip


def account_of(vendor: str, url: str, credentials: Mapping[str, Mapping[str, str]]) -> Account:
    """An account at the sandbox."""
    given = connections(url, credentials)[f"{vendor}_default"]
    return Account.of(
        vendors.vendor(vendor),
        f"{vendor}_default",
        host=given["host"],
        port=None,
        login=given["login"] or "",
        password=given["password"] or "",
        extras={**given["extra"], **EXTRAS.get(vendor, {})},
    )


class MortalDriver(SyncDriver):
    """A driver whose process kills itself with -9 before step ``steps``, counted from 0; it lives ``ahead`` of time."""

    def __init__(self, store: Store, *, steps: int | None = None, ahead: timedelta = timedelta()) -> None:
        self._waited = ahead
        self._last = steps
        self.obeyed = 0
        super().__init__(
            store,
            lambda _: None,
            lambda _: None,
            clock=lambda: datetime.now(UTC) + self._waited,
            sleep=self._wait,
        )

    def _wait(self, seconds: float) -> None:
        self._waited += timedelta(seconds=seconds)

    def _obey(self, step: Step) -> Any:
        if self.obeyed == self._last:
            os.kill(os.getpid(), signal.SIGKILL)
        self.obeyed += 1
        return super()._obey(step)


def try_order(driver: MortalDriver, account: Account, number: int) -> str:
    """One try of the vendor's order."""
    return place(driver, account, number)[0]


def place(driver: MortalDriver, account: Account, number: int) -> tuple[str, str]:
    """The same, with the order's id where it is done."""
    kind = KINDS[account.vendor.name]
    made: list[dict[str, Any]] = []

    def flow() -> Flow[None]:
        made.append((yield from kind.flow(account, number)))

    state = try_flow(driver, flow())
    return state, str(made[0][kind.id_field]) if made else ""


def try_flow(driver: MortalDriver, flow: Flow[Any]) -> str:
    """One try of the task: ``done``, ``unknown`` (for a person), ``again`` (Airflow retries) or ``failed ...``."""
    try:
        driver.run(flow)
    except OutcomeUnknown:
        return "unknown"
    except FleetOpsError as error:
        return "again" if error.retryable else f"failed {error}"
    return "done"


def sign_in(driver: SyncDriver, account: Account) -> None:
    """A read that logs in where the vendor has sessions."""
    driver.run(call(account, account.vendor.probe, account.vendor.probe_arguments))
