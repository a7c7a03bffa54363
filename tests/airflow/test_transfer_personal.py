"""No file names anybody unless it is asked to: each list of each vendor, scanned for what its rows say of people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from airflow_provider_fleetops import vendors
from tests.airflow.transfer_kit import context, lines, transfer

pytestmark = pytest.mark.usefixtures("fleet_connections")

# What a reader would call personal, written without a look at the vendors' own lists.
TELLING = re.compile(
    r"(?i)(first|last|middle|display|log|passenger|customer|employee|account)_?name$|mail|phone|cell|mobile|street|line1"
)
GIVEN: dict[str, Any] = {
    "from_": "2031-04-01", "to": "2031-04-03", "last_request": "2030-01-01T00:00:00Z", "entity": "client",
    "province_id": 31, "city_id": 3174, "district_id": 3174050, "client_id": 100000001, "candidate_id": 300000001,
    "job_order_id": 200000001, "code": "LOWG", "reference": 5600002, "booking_id": 5600002, "flight_id": 7001071,
    "tail": "OE-SIM",
}  # fmt: skip
_DAYS = {"startDate": "2031-04-01T00:00:00Z", "endDate": "2031-04-05T00:00:00Z"}
SPECIAL: dict[str, dict[str, Any]] = {
    "flights_v2.list": {
        "arguments": {"filter": "blocksOffEstimatedDateTime,BTW,2031-04-01T00:00:00.000Z,2031-04-03T00:00:00.000Z"}
    },
    "roster.list": {"arguments": {"from_": "2031-04-01T00:00:00Z", "to": "2031-04-03T00:00:00Z"}},
    "quotes.list": {"arguments": {"last_request": "2030-01-01T00:00:00Z"}},
    "regions.search": {"body": {"keyword": "JAKARTA"}},
    "crew_positions.search": {"body": {"filters": [{"field": "tailNumber", "operator": "EQ", "value": "OE-SIM"}]}},
    "reservations.search": {"body": _DAYS},
    "reservations.search_advanced": {"body": _DAYS},
    "customers.search": {"body": {}},
    "employee_pays.search": {"body": {}},
}
# Lists of v1 want another connection; a post code and a fuel partner's airport are not in the sandbox's world.
LEFT_OUT = {"regions.post_codes", "fuel_prices.get"}


def _lists() -> Iterator[tuple[str, str]]:
    for vendor in vendors.NAMES:
        for name, entry in vendors.vendor(vendor).endpoints.items():
            if entry.paging and str(entry.kind) == "read" and not name.startswith("v1.") and name not in LEFT_OUT:
                yield vendor, name


def _said(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _said(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from _said(item, key)
    elif isinstance(value, str) and TELLING.search(key) and len(value) > 2:
        yield value


def _given(vendor: str, name: str) -> dict[str, Any]:
    entry = vendors.vendor(vendor).endpoint(name)
    wanted = [
        field.name for field in (*entry.path_fields, *entry.query) if field.required or field in entry.path_fields
    ]
    arguments = {field: GIVEN[field] for field in wanted if field in GIVEN}
    return {"vendor": vendor, "endpoint": name, "arguments": arguments} | SPECIAL.get(name, {})


@pytest.mark.parametrize("vendor", vendors.NAMES)
def test_no_file_names_anybody_by_default(unhurried_sandbox, tmp_path, vendor):
    people: set[str] = set()
    texts, hashed = {}, {}
    for name in (name for v, name in _lists() if v == vendor):
        given = _given(vendor, name)
        transfer(tmp_path / "kept.jsonl", context(f"{name} keep"), personal="keep", **given)
        people |= set(_said(lines(tmp_path / "kept.jsonl")))
        for mode, found in (("drop", texts), ("hash", hashed)):
            transfer(tmp_path / f"{mode}.jsonl", context(f"{name} {mode}"), personal=mode, **given)
            found[name] = (tmp_path / f"{mode}.jsonl").read_text()
    if vendor != "fastrac":  # its lists are of regions and couriers
        assert len(people) > 20
    for found in (texts, hashed):
        told = {(name, word) for name, text in found.items() for word in people if f'"{word}"' in text}
        assert told == set()


def test_ids_stay_and_hashes_join_lists(unhurried_sandbox, tmp_path):
    staff = {"vendor": "fl3xx", "personal": "hash"}
    transfer(tmp_path / "crew.jsonl", context("1"), endpoint="crew.list", **staff)
    transfer(tmp_path / "users.jsonl", context("2"), endpoint="users.list", **staff)
    crew = {row["pilotId"]: row["email"] for row in lines(tmp_path / "crew.jsonl")}
    users = {row["internalId"]: row["email"] for row in lines(tmp_path / "users.jsonl")}
    assert len(crew) == len(set(crew.values())) == 24
    assert all(users[number] == mail for number, mail in crew.items())
    assert all(re.fullmatch(r"[0-9a-f]{32}", mail) for mail in crew.values())


def test_the_key_of_hashes_is_a_setting(unhurried_sandbox, tmp_path, monkeypatch):
    def mail(run: str) -> str:
        transfer(tmp_path / "rows.jsonl", context(run), personal="hash")
        return str(lines(tmp_path / "rows.jsonl")[0]["email"])

    fernet = mail("1")
    monkeypatch.setenv("AIRFLOW__FLEETOPS__PERSONAL_KEY", "another")
    assert mail("2") != fernet


def test_a_pricing_plan_may_be_called_after_its_customer(unhurried_sandbox, tmp_path):
    transfer(tmp_path / "rows.jsonl", vendor="fasttrak", endpoint="pricing_plans.list")
    rows = lines(tmp_path / "rows.jsonl")
    assert all(row["pricingId"] for row in rows)
    assert not {"name", "friendlyName"} & {name for row in rows for name in row}
