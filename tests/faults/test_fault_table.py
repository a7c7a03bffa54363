"""For each fault, vendor and driver: the error a user gets, the requests the vendor received, whether it happened.

The rows are what the contract and the rules of the design ask for; the sandbox counts, not our own methods.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from airflow_provider_fleetops import vendors
from airflow_provider_fleetops.hooks.base import hook_for
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.state import open_store
from tests.faults.drivers import DRIVERS, FakeTime

LOCATION = {"displayAddress": "General aviation terminal"}
READS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "fl3xx": ("aircraft.list", {}),
    "fastrac": ("regions.cities", {"province_id": 31}),
    "fasttrak": ("companies.list", {}),
    "fasttrack360": ("offices.list", {}),
}
CREATES: Mapping[str, tuple[str, dict[str, Any]]] = {
    "fl3xx": (
        "booking.create",
        {
            "aircraft": "OE-SIM",
            "externalReference": "erp-555",
            "customer": {"firstName": "Cleo", "lastName": "Testcase", "account": {"name": "Simulated Holdings"}},
            "legs": [
                {
                    "departureAirport": "LOWG",
                    "arrivalAirport": "LSZB",
                    "departureDate": "2031-05-02T09:10",
                    "arrivalDate": "2031-05-02T10:35",
                    "pax": 3,
                }
            ],
        },
    ),
    "fastrac": (
        "orders.express",
        {
            "courier_code": "",
            "code_service": "",
            "cod": "0",
            "insurance": "0",
            "pickup": "0",
            "shipper": {"name": "Depot", "phone": "6281100000001", "address": "Jl. 1", "region_id": 3174050003},
            "receiver": {"name": "Sari", "phone": "6281100000002", "address": "Jl. 2", "region_id": 3578110002},
            "item": {
                "name": "Coffee",
                "desc": "SO-1",
                "category": "Peralatan Rumah Tangga",
                "value": 225000,
                "weight": 1560,
                "length": 24,
                "width": 20,
                "height": 12,
            },
        },
    ),
    "fasttrak": (
        "reservation.create_new_customer",
        {
            "reservationDetail": {
                "companyId": 1,
                "vehicleTypeId": 1,
                "reservationStatus": "Booked",
                "travelType": "Ground",
                "scheduledPickupTime": "2031-04-02T15:00:00Z",
                "externalBookingId": "car-1",
                "fromLocation": LOCATION,
                "toLocation": LOCATION,
                "primaryPassenger": {"name": "Ada Example"},
            },
            "customerSummary": {"firstName": "Ops", "lastName": "Desk", "emailAddress": "ops@fleet.example"},
        },
    ),
    "fasttrack360": (
        "client.create",
        {
            "name": "Fault Table Ltd",
            "officeId": 11,
            "status": "Active",
            "gradeId": 11,
            "customFieldsType": "Default",
            "address": {"country": "Australia"},
            "mailAddress": {"country": "Australia"},
        },
    ),
}


@dataclass(frozen=True)
class Row:
    """A fault and what must come of it: error class (None: success), requests, and for creates whether it happened."""

    name: str
    kind: str
    error: type[errors.FleetOpsError] | None
    requests: int
    happened: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    only: tuple[str, ...] = vendors.NAMES


OTHERS = ("fastrac", "fasttrak", "fasttrack360")
MEBIBYTE = 1 << 20
READ_ROWS = (
    # FL3XX forbids the same read within ten minutes: the second try has to wait, so the error comes at once.
    *(
        row
        for name, kind, options in (
            ("reset before", "reset_before", {}),
            ("reset after", "reset_after", {}),
            ("503 as JSON", "status", {"code": 503}),
            ("502 as HTML", "status", {"code": 502, "html": True}),
            ("504", "status", {"code": 504}),
            ("429", "too_many", {}),
            ("429 for 5 s", "too_many", {"retry_after": 5}),
            ("429 until a date", "too_many", {"retry_after": 5, "date": True}),
            ("cut off", "truncated", {}),
        )
        for row in (
            Row(name, kind, None, 2, options=options, only=OTHERS),
            Row(
                name,
                kind,
                errors.Throttled if kind == "too_many" else errors.Unavailable,
                1,
                False,
                options,
                ("fl3xx",),
            ),
        )
    ),
    Row("429 for an hour", "too_many", errors.Throttled, 1, options={"retry_after": 3600}),
    Row("not JSON", "not_json", errors.ProtocolError, 1),
    Row("redirect to another host", "redirect", errors.ConfigurationError, 1),
    Row("too large", "huge", errors.ProtocolError, 1, options={"bytes": 2 * MEBIBYTE}),
    Row("gzip bomb", "gzip_bomb", errors.ProtocolError, 1, options={"bytes": 2 * MEBIBYTE}),
    Row("refused inside a 200", "success_false", errors.Refused, 1, only=("fastrac", "fasttrak")),
    Row("credentials revoked", "revoked_token", errors.AuthenticationError, 1, only=("fl3xx", "fastrac")),
    Row("key revoked", "revoked_token", errors.AuthenticationError, 1, only=("fasttrack360",)),
    Row("token revoked", "revoked_token", None, 2, options={"headers": ["authorization"]}, only=("fasttrak",)),
)
CREATE_ROWS = (
    Row("reset before", "reset_before", errors.OutcomeUnknown, 1),
    Row("reset after", "reset_after", errors.OutcomeUnknown, 1, happened=True),
    Row("503 before", "status", errors.OutcomeUnknown, 1, options={"code": 503}),
    Row("503 after", "status", errors.OutcomeUnknown, 1, happened=True, options={"code": 503, "when": "after"}),
    Row("502 as HTML after", "status", errors.OutcomeUnknown, 1, True, {"code": 502, "html": True, "when": "after"}),
    Row("504 after", "status", errors.OutcomeUnknown, 1, True, {"code": 504, "when": "after"}),
    Row("cut off", "truncated", errors.OutcomeUnknown, 1, happened=True),
    Row("not JSON after", "not_json", errors.OutcomeUnknown, 1, True, {"when": "after"}),
    Row("slower than the timeout", "slow", errors.OutcomeUnknown, 1, happened=True, options={"seconds": 1.0}),
    Row("too large", "huge", errors.OutcomeUnknown, 1, happened=True, options={"bytes": 2 * MEBIBYTE}),
    Row("429", "too_many", None, 2, happened=True),
    Row("429 for 5 s", "too_many", None, 2, happened=True, options={"retry_after": 5}),
    Row("429 for an hour", "too_many", errors.Throttled, 1, options={"retry_after": 3600}),
    Row("400", "status", errors.InvalidInput, 1, options={"code": 400}, only=("fl3xx", "fastrac", "fasttrack360")),
    Row("redirect to another host", "redirect", errors.ConfigurationError, 1, options={"code": 308}),
    Row("see other, after", "redirect", errors.OutcomeUnknown, 1, True, {"code": 303, "when": "after"}),
    Row("nobody waited, after", "status", errors.OutcomeUnknown, 1, True, {"code": 499, "when": "after"}),
    Row("refused inside a 200", "success_false", errors.Refused, 1, only=("fastrac", "fasttrak")),
    Row("token revoked", "revoked_token", None, 2, True, {"headers": ["authorization"]}, only=("fasttrak",)),
)


def _cases(rows: tuple[Row, ...]) -> list[Any]:
    return [
        pytest.param(vendor, row, driver, id=f"{vendor}-{row.name}-{driver}")
        for row in rows
        for vendor in row.only
        for driver in DRIVERS
    ]


def _play(box: Sandbox, vendor: str, driver: str, row: Row, entry: str, **question: Any) -> Any:
    """The call under the fault: its value or error, and what the vendor saw of this entry."""
    hook = hook_for(vendor, f"{vendor}_default")
    route = hook.vendor.endpoint(entry)
    times = 99 if row.error is not None and row.requests == 1 else 1
    DRIVERS[driver](call(hook.account, *_harmless(vendor)), open_store(), FakeTime())  # signs in, where that exists
    box.control.fault(vendor, row.kind, match=_route_name(box, vendor, route), times=times, **row.options)
    since = box.control.journal()[-1]["seq"]
    try:
        outcome = DRIVERS[driver](call(hook.account, entry, **question), open_store(), FakeTime())
    except errors.FleetOpsError as error:
        outcome = error
    seen = [e for e in box.control.journal(since=since, vendor=vendor) if e["route"] == _route_name(box, vendor, route)]
    return outcome, seen


def _harmless(vendor: str) -> tuple[str, dict[str, Any]]:
    others = {
        "fl3xx": ("airport.get", {"code": "LOWG"}),
        "fastrac": ("couriers.list", {}),
        "fasttrak": ("vehicles.list", {}),
        "fasttrack360": ("grades.list", {}),
    }
    return others[vendor]


def _route_name(box: Sandbox, vendor: str, endpoint: Any) -> str:
    """The sandbox's own name of a catalogue entry's method and path."""
    import re

    shape = re.sub(r"\{[^}]+\}", "{}", endpoint.path)
    for route in box.control.routes():
        same_path = re.sub(r"\{[^}]+\}", "{}", route["path"]).endswith(shape)
        if route["vendor"] == vendor and route["method"] == endpoint.method and same_path:
            return str(route["name"])
    raise LookupError(endpoint.name)


@pytest.mark.parametrize(("vendor", "row", "driver"), _cases(READ_ROWS))
def test_reads(fleet_connections, fresh_sandbox, vendor, row, driver, monkeypatch):
    from tests.conftest import set_connection

    small = fleet_connections[f"{vendor}_default"]
    set_connection(monkeypatch, f"{vendor}_default", {**small, "extra": {**small["extra"], "max_response_mb": 1}})
    entry, arguments = READS[vendor]
    outcome, seen = _play(fresh_sandbox, vendor, driver, row, entry, arguments=arguments)
    assert len(seen) == row.requests
    _check(outcome, row)


@pytest.mark.parametrize(("vendor", "row", "driver"), _cases(CREATE_ROWS))
def test_creates(fleet_connections, fresh_sandbox, vendor, row, driver, monkeypatch):
    from tests.conftest import set_connection

    quick = fleet_connections[f"{vendor}_default"]
    extra = {**quick["extra"], "max_response_mb": 1, "read_timeout": 0.5 if row.kind == "slow" else 20}
    set_connection(monkeypatch, f"{vendor}_default", {**quick, "extra": extra})
    entry, body = CREATES[vendor]
    if vendor == "fastrac":
        body = {**body, **_courier(fresh_sandbox)}
    outcome, seen = _play(fresh_sandbox, vendor, driver, row, entry, body=body)
    effects = [e["effect"] for e in seen if e["effect"]]
    assert len(seen) == row.requests
    _check(outcome, row)
    assert len(effects) == row.happened, "done as often as the table says: never twice"


def _courier(box: Sandbox) -> dict[str, str]:
    hook = hook_for("fastrac", "fastrac_default")
    rates = hook.check_tariff(
        origin=3174050003,
        destination=3578110002,
        items=[{"name": "x", "weight": 1560, "length": 24, "width": 20, "height": 12, "quantity": 1}],
    )
    return {key: rates[0][key] for key in ("courier_code", "code_service")}


def _check(outcome: Any, row: Row) -> None:
    if row.error is None:
        assert not isinstance(outcome, errors.FleetOpsError), outcome
        return
    assert isinstance(outcome, row.error), outcome
    assert outcome.vendor
    assert outcome.endpoint
    assert outcome.retryable == issubclass(row.error, errors.Throttled | errors.Unavailable)
    assert (outcome.effect != errors.Effect.NONE) == (row.error is errors.OutcomeUnknown)
