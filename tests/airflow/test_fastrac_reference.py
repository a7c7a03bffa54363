"""Regions, couriers, services, categories and weights of Fastrac: one answer for all, and what v1 calls them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_fleetops.hooks.fastrac import FastracHook
from airflow_provider_fleetops.operators.fastrac import (
    FastracCalculateItemsOperator,
    FastracFindPostCodeOperator,
    FastracListCategoriesOperator,
    FastracListCitiesOperator,
    FastracListCouriersOperator,
    FastracListDistrictsOperator,
    FastracListProvincesOperator,
    FastracListServicesOperator,
    FastracListSubDistrictsOperator,
    FastracSearchRegionsOperator,
)
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.protocol.retry import ONCE
from airflow_provider_fleetops.vendors.fastrac.reference import reference
from tests.airflow.fastrac_kit import CART, ITEM, JAKARTA, box, connect, paths, run, ship
from tests.conftest import set_connection

__all__ = ["box", "connect"]

pytestmark = pytest.mark.usefixtures("fleet_connections")


def look(cls: Any, **given: Any) -> Any:
    return run(cls(task_id="look", **given))


def test_from_the_province_down_to_what_an_order_names(box):
    province = next(row for row in look(FastracListProvincesOperator) if row["province_id"] == JAKARTA // 10**8)
    city = next(
        row
        for row in look(FastracListCitiesOperator, province_id=province["province_id"])
        if row["city_id"] == JAKARTA // 10**6
    )
    district = next(
        row
        for row in look(FastracListDistrictsOperator, city_id=str(city["city_id"]))
        if row["district_id"] == JAKARTA // 1000
    )
    rows = look(FastracListSubDistrictsOperator, district_id=district["district_id"])
    (ours,) = [row for row in rows if row["subdistrict_id"] == JAKARTA]
    found = look(FastracFindPostCodeOperator, postal_code=ours["post_code"])
    assert {"subdistrict_id", "subdistrict", "district", "city_name", "province_name", "post_code"} == set(found[0])
    assert JAKARTA in {row["subdistrict_id"] for row in found}
    assert JAKARTA in {row["id"] for row in look(FastracSearchRegionsOperator, keyword=ours["name"])}
    assert paths(box) == [
        "/region/province",
        "/region/city",
        "/region/district",
        "/region/sub-district",
        "/region/post-code",
        "/region/search",
    ]


def test_identical_look_ups_share_one_answer_and_others_do_not(box):
    first = look(FastracListCitiesOperator, province_id=31)
    assert look(FastracListCitiesOperator, province_id="31") == first
    assert look(FastracListCitiesOperator, province_id=35) != first
    for _ in range(2):
        look(FastracSearchRegionsOperator, keyword="jakarta")
    assert paths(box) == ["/region/city", "/region/city", "/region/search"]


def test_whole_rows_go_to_a_file_also_from_a_shared_answer(box, tmp_path):
    for name in ("one", "two"):
        look(FastracListCouriersOperator, output_path=f"file://{tmp_path}/{name}.jsonl")
        rows = [json.loads(line) for line in (tmp_path / f"{name}.jsonl").read_text().splitlines()]
        assert {"courier_code", "logo", "cod"} <= set(rows[0])
    assert len(paths(box)) == 1


def test_other_keys_are_another_account_and_ask_for_themselves(box, fleet_connections, monkeypatch):
    look(FastracListCouriersOperator)
    wrong = fleet_connections["fastrac_default"] | {"password": "SK-wrong-and-marked"}
    set_connection(monkeypatch, "fastrac_default", wrong)
    with pytest.raises(AirflowFailException) as caught:
        look(FastracListCouriersOperator)
    assert isinstance(caught.value, errors.AuthenticationError)


def test_a_failed_look_up_is_kept_for_nobody(box):
    box.control.fault("fastrac", "status", "couriers.list", times=4, code=503)
    with pytest.raises(errors.Unavailable):
        FastracHook().run(lambda account: reference(replace(account, retry=ONCE), "couriers.list"))
    box.control.reset()
    assert look(FastracListCouriersOperator)


def test_the_connection_says_for_how_long(box, connect, later):
    connect(reference_hours=2)
    look(FastracListCouriersOperator)
    later(1.9 * 3600)
    look(FastracListCouriersOperator)
    assert len(paths(box)) == 1
    later(2.1 * 3600)
    look(FastracListCouriersOperator)
    assert len(paths(box)) == 2
    connect(reference_hours=0)
    look(FastracListCouriersOperator)
    assert len(paths(box)) == 3


@pytest.mark.parametrize(
    ("cls", "given", "path", "names"),
    [
        (FastracListCitiesOperator, {"province_id": 31}, "/apiRegion/city", ["province_id"]),
        (FastracFindPostCodeOperator, {"postal_code": "11470"}, "/apiRegion/postCode", ["post_code"]),
        (FastracListServicesOperator, {"courier_code": "idx"}, "/apiCourier/courier-service", ["courier_code"]),
        (FastracListCouriersOperator, {}, "/apiCourier/all-courier", []),
    ],
)
def test_v1_has_other_paths_and_names(box, connect, cls, given, path, names):
    connect(api_version="v1")
    assert look(cls, **given)
    (entry,) = box.control.journal(vendor="fastrac")
    assert (entry["path"], entry["query_keys"], entry["status"]) == (path, names, 200)


def test_v1_searches_under_its_own_word(box, connect):
    connect(api_version="v1")
    assert JAKARTA in {row["id"] for row in look(FastracSearchRegionsOperator, keyword="jakarta")}


@pytest.mark.parametrize(
    ("cls", "given"), [(FastracListSubDistrictsOperator, {"district_id": 3174050}), (FastracListCategoriesOperator, {})]
)
def test_what_v1_does_not_have_fails_without_a_retry(box, connect, cls, given):
    connect(api_version="v1")
    with pytest.raises(AirflowFailException, match="api_version") as caught:
        look(cls, **given)
    assert isinstance(caught.value, errors.ConfigurationError)
    assert paths(box) == []


@pytest.mark.parametrize(
    ("cls", "given", "field"),
    [
        (FastracListCitiesOperator, {"province_id": 3174}, "province_id"),
        (FastracListDistrictsOperator, {"city_id": "Jakarta"}, "city_id"),
        (FastracListSubDistrictsOperator, {"district_id": ""}, "district_id"),
        (FastracFindPostCodeOperator, {"postal_code": "None"}, "postal_code"),
        (FastracSearchRegionsOperator, {"keyword": ""}, "keyword"),
    ],
)
def test_a_wrong_question_is_not_sent(box, cls, given, field):
    with pytest.raises(AirflowFailException, match=field) as caught:
        look(cls, **given)
    assert isinstance(caught.value, errors.InvalidInput)
    assert paths(box) == []


def test_what_couriers_can_do_and_an_order_may_name(box):
    couriers = {row["courier_code"]: row for row in look(FastracListCouriersOperator)}
    assert couriers["lalamove"]["cod"] is False
    assert couriers["anteraja"]["express_delivery"] is True
    assert "logo" not in couriers["anteraja"]
    services = look(FastracListServicesOperator, courier_code="paxel")
    assert {(row["delivery"], row["code_service"]) for row in services} == {
        ("express", "sameday"),
        ("express", "PAXEL BIG"),
        ("instant", "paxel_instant_bike"),
    }
    assert {"nama_service", "etd_start", "etd_end", "etd_unit"} <= set(services[0])
    assert len(look(FastracListServicesOperator)) > len(services)
    categories = [row["name"] for row in look(FastracListCategoriesOperator)]
    assert ship(item=ITEM | {"category": categories[-1]})["awb"]


def test_several_items_in_one_parcel(box):
    packed = look(FastracCalculateItemsOperator, courier_code="anteraja", items=CART)
    assert packed["total_weight"] == 3 * 520
    assert packed["final_actual_weight"] >= packed["total_weight"]
    length, width, height = map(float, packed["suggested_optimal_volumetric"].split("x"))
    sizes = {"length": length, "width": width, "height": height}
    assert ship(item=ITEM | sizes | {"weight": packed["final_actual_weight"]})["awb"]


@pytest.mark.parametrize(
    ("items", "field"),
    [([], "items"), ("{{ ds }}", "items"), ([CART[0] | {"quantity": 0}], r"items\[0\].quantity"), ([7], r"items\[0\]")],
)
def test_items_that_cannot_be_packed_are_not_sent(box, items, field):
    with pytest.raises(AirflowFailException, match=field):
        look(FastracCalculateItemsOperator, courier_code="anteraja", items=items)
    assert paths(box) == []
