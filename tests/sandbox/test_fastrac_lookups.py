from __future__ import annotations

import re
from typing import Any

import pytest

from tests.sandbox.fastrac_kit import JAKARTA, NOWHERE, SURABAYA, VENDOR, Partner, partner, quote, running

__all__ = ["partner", "running"]

ITEM = {"name": "Kopi", "weight": 520, "width": 12, "height": 20, "length": 8, "quantity": 3, "value": 75_000}
LANE = {"origin": JAKARTA, "destination": SURABAYA}


def test_regions_lead_from_the_province_to_the_sub_district(partner: Partner) -> None:
    province = next(row for row in partner.get("/region/province") if row["name"] == "DKI JAKARTA")
    city = partner.get("/region/city", province_id=province["province_id"])[-1]
    district = partner.get("/region/district", city_id=city["city_id"])[0]
    villages = partner.get("/region/sub-district", district_id=district["district_id"])
    assert (province["province_id"], city["city_id"], district["district_id"]) == (31, 3174, 3174050)
    assert villages[0]["subdistrict_id"] == JAKARTA > 2**31
    assert partner.get("/region/post-code", postal_code=villages[0]["post_code"])[0]["subdistrict_id"] == JAKARTA


def test_search_finds_every_word_and_pages(partner: Partner) -> None:
    rows = partner.post("/region/search", {"keyword": "jakarta", "limit": 3, "offset": 1})
    everything = partner.post("/region/search", {"keyword": "jakarta"})
    assert rows == everything[1:4]
    assert partner.post("/region/search", {"keyword": "tanjung 11470"})[0]["id"] == JAKARTA


@pytest.mark.parametrize("path", ["/region/city?province_id=99", "/courier/service?courier_code=Anteraja"])
def test_what_is_not_there_is_data_not_found(partner: Partner, path: str) -> None:
    response = partner.call("GET", path)
    assert (response.status_code, response.json()["message"]) == (404, "Data not found")


@pytest.mark.parametrize(
    "query", ["", "?province_id=", "?province_id=x", "?province_id=-1", "?province_id=" + "9" * 99]
)
def test_a_missing_or_odd_region_id_is_a_400_that_names_it(partner: Partner, query: str) -> None:
    response = partner.call("GET", f"/region/city{query}")
    assert response.status_code == 400
    assert response.json()["message"].startswith("province_id: ")


def test_couriers_show_what_they_can_do(partner: Partner) -> None:
    rows = {row["courier_code"]: row for row in partner.get("/courier/all")}
    assert (rows["grab"]["cod"], rows["grab"]["instant_delivery"], rows["grab"]["express_delivery"]) == (
        False,
        True,
        False,
    )
    services = partner.get("/courier/service", courier_code="paxel")
    assert [row["code_service"] for row in services["express_delivery"]] == ["sameday", "PAXEL BIG"]
    assert [row["code_service"] for row in services["instant_delivery"]] == ["paxel_instant_bike"]
    assert {row["name"] for row in partner.get("/item/categories")} >= {"Dokumen", "Peralatan Rumah Tangga"}


def test_the_express_tariff_has_four_groups_and_totals_after_discount(partner: Partner) -> None:
    groups = partner.post("/tariff/express", LANE | {"items": [ITEM]})
    assert sorted(groups) == ["cargo", "nextday", "regular", "sameday"]
    assert groups["sameday"] == []  # nobody crosses the island in a day
    row = groups["nextday"][0]
    assert (row["courier_code"], row["code_service"], row["mapping_service"]) == ("anteraja", "ND", "nextday")
    assert 0 < row["total"] == row["base_tariff"] - row["discount"]
    assert re.fullmatch(r"\d+-\d+ (Days|Hours)", row["etd"])


def test_the_farther_the_dearer(partner: Partner) -> None:
    within, beside, across = JAKARTA + 1, 3171010004, SURABAYA
    prices = [
        partner.post("/tariff/express", LANE | {"destination": where, "items": [ITEM]})["regular"][0]["total"]
        for where in (within, beside, across)
    ]
    assert prices == sorted(set(prices))


def test_cash_on_delivery_and_insurance_need_the_value_of_each_item(partner: Partner) -> None:
    worthless = {name: value for name, value in ITEM.items() if name != "value"}
    assert partner.post("/tariff/express", LANE | {"items": [worthless]})
    for flag in ("cod", "insurance"):
        body = LANE | {"items": [ITEM, worthless], flag: "1"}
        assert partner.refused("/tariff/express", body) == "items[1].value: is required"


def test_heavy_goods_leave_only_the_couriers_that_carry_them(partner: Partner) -> None:
    groups = partner.post("/tariff/express", LANE | {"items": [ITEM | {"weight": 90_000, "quantity": 1}]})
    assert [row["code_service"] for rows in groups.values() for row in rows] == ["cargo"]
    assert partner.refused("/tariff/express", LANE | {"items": [ITEM | {"weight": 400_000}]}, 404) == "Data not found"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"origin": JAKARTA, "items": [ITEM]}, "destination: is required"),
        (LANE | {"origin": str(JAKARTA), "items": [ITEM]}, "origin: must be a number"),
        (LANE | {"origin": True, "items": [ITEM]}, "origin: must be a number"),
        (LANE | {"items": []}, "items: must hold 1 to 200 objects"),
        (LANE | {"items": {}}, "items: must be a list"),
        (LANE | {"items": [7]}, "items[0]: must be an object"),
        (LANE | {"items": [ITEM | {"weight": "520"}]}, "items[0].weight: must be a number"),
        (LANE | {"items": [ITEM | {"weight": 10**400}]}, "items[0].weight: must be between 1 and 1e+07"),
        (LANE | {"items": [ITEM | {"quantity": 1.5}]}, "items[0].quantity: must be a whole number"),
        (LANE | {"items": [ITEM | {"name": "a\x00b"}]}, "items[0].name: must not contain control characters"),
        (LANE | {"items": [ITEM | {"name": "\ud800"}]}, "items[0].name: must not contain control characters"),
        (LANE | {"items": [ITEM], "cod": 1}, "cod: must be a string"),
        (LANE | {"items": [ITEM], "cod": "true"}, "cod: must be one of 0, 1"),
        ([], "body: must be an object"),
    ],
)
def test_a_bad_tariff_request_names_field_and_rule(partner: Partner, body: Any, text: str) -> None:
    assert partner.refused("/tariff/express", body) == text


def test_an_unknown_region_is_not_found(partner: Partner) -> None:
    body = {"origin": NOWHERE, "destination": SURABAYA, "items": [ITEM]}
    assert partner.refused("/tariff/express", body, 404) == "Data not found"


def test_a_cart_is_packed_and_weighed_by_volume(partner: Partner) -> None:
    one = {"name": "Box", "length": 30, "width": 20, "height": 10, "weight": 500, "quantity": 2}
    data = partner.post("/item/multi-items", {"courier": "idx", "items": [one]})
    assert data == {
        "desc": "Box Qty: 2",
        "total_weight": 1_000,
        "volumetric_weight": 2_000,
        "final_actual_weight": 2_000,
        "suggested_optimal_volumetric": "30x20x20",
    }


def test_instant_options_fit_vehicle_lane_and_weight(partner: Partner) -> None:
    bikes = partner.post("/tariff/instant", quote())
    vans = partner.post("/tariff/instant", quote(vehicle_type="van"))
    assert {row["courier_code"] for row in bikes} == {"paxel", "lalamove", "grab"}
    assert [row["courier_code"] for row in vans] == ["lalamove"]
    assert len({row["tariff_id"] for row in bikes + vans}) == 4
    away = quote()["destination"] | {"id": str(SURABAYA)}
    assert partner.refused("/tariff/instant", quote(destination=away), 404) == "Data not found"


@pytest.mark.parametrize(
    ("field", "value"), [("lat", "-91"), ("lng", "181"), ("lat", "nan"), ("lat", -6.2), ("id", "x")]
)
def test_coordinates_are_text_within_the_globe(partner: Partner, field: str, value: Any) -> None:
    origin = quote()["origin"] | {field: value}
    assert partner.refused("/tariff/instant", quote(origin=origin)).startswith(f"origin.{field}: ")


def test_v1_has_its_own_paths_headers_bodies_and_envelope(partner: Partner) -> None:
    response = partner.call(
        "POST", "/apiTariff/tariffExpress", LANE | {"weight": 900, "length": 9, "width": 9, "height": 9}
    )
    assert response.status_code == 200
    assert "timestamp" not in response.json()
    assert response.json()["data"]["regular"]
    found = partner.call("POST", "/apiRegion/search-region", {"search": "gubeng", "limit": 1, "offset": 0}).json()
    assert found["data"][0]["id"] == SURABAYA
    assert (
        partner.call("GET", "/apiRegion/city", params={"province_id": 31}, headers={}, auth=partner.basic).status_code
        == 401
    )
    assert (
        partner.call(
            "GET", "/region/city", params={"province_id": 31}, headers=partner.key_headers, auth=None
        ).status_code
        == 401
    )


def test_the_envelope_carries_a_timestamp_unless_told_otherwise(partner: Partner) -> None:
    stamped = partner.call("GET", "/region/province").json()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", stamped["timestamp"])
    partner.control.limits(VENDOR, timestamp=0)
    assert "timestamp" not in partner.call("GET", "/region/province").json()
