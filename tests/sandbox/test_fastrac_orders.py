from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests

from tests.sandbox.fastrac_kit import (
    JAKARTA,
    NOWHERE,
    START,
    VENDOR,
    Partner,
    express,
    good,
    instant,
    partner,
    quote,
    running,
)

__all__ = ["partner", "running"]

HOUR = timedelta(hours=1)


def test_an_order_answers_with_its_awb_and_debits_the_balance(partner: Partner) -> None:
    before = partner.balance()
    data = partner.order()
    assert data["awb"].startswith("CO.FASTRAC-20261125-1-")
    assert data["booking_id"].startswith("FSTR.CO-20261125")
    assert (data["insurance"], data["cod"]) == (False, False)
    assert partner.balance() == before - data["tariff"]
    [entry] = partner.control.journal(vendor=VENDOR, effect="*")
    assert (entry["effect"], entry["broke"]) == (f"shipment:{data['awb']} created", None)


def test_the_order_costs_what_the_tariff_said(partner: Partner) -> None:
    item = {"name": "Pump", "weight": 1_560, "length": 24, "width": 20, "height": 12, "quantity": 1}
    lane = {"origin": JAKARTA, "destination": express()["receiver"]["region_id"], "items": [item]}
    row = next(row for row in partner.post("/tariff/express", lane)["nextday"] if row["code_service"] == "ND")
    assert partner.order()["tariff"] == row["total"]


def test_insurance_and_cash_on_delivery_follow_the_couriers_percentages(partner: Partner) -> None:
    data = partner.order(insurance="1", cod="1", cod_amount=300_000, item={"value": 2_000_000})
    assert data["insurance_detail"] == {"insurance_percent": 0.25, "insurance_minimum": 2_000, "insurance": 5_000}
    detail = data["cod_detail"]
    assert (detail["cod_fee"], detail["cod_disbursement"], detail["cod_custom"]) == (60_000, 2_000_000, 300_000)
    assert detail["cod_billed"] == 2_000_000 + data["tariff"] + 5_000 + 60_000


def test_nothing_recognises_a_second_post_but_the_journal(partner: Partner) -> None:
    before, first, second = partner.balance(), partner.order(), partner.order()
    assert first["awb"] != second["awb"]
    assert partner.balance() == before - first["tariff"] - second["tariff"]
    assert partner.broke() == ["duplicate"]
    assert (partner.stats()["orders"], partner.stats()["duplicates"]) == (2, 1)


def test_the_same_goods_under_another_marker_look_alike_but_are_no_duplicate(partner: Partner) -> None:
    for marker in ("SO-1", "SO-2"):
        partner.order(item={"desc": marker})
    partner.order(item={"desc": "SO-3"}, receiver={"name": "Budi"})
    stats = partner.stats()
    assert (stats["duplicates"], stats["lookalikes"], partner.broke()) == (0, 1, [])


def test_an_order_that_the_balance_cannot_pay_is_refused_and_leaves_nothing(partner: Partner) -> None:
    price = partner.order()["tariff"]
    partner.control.limits(VENDOR, balance=2 * price - 1)
    assert partner.refused("/order/express", express(item={"desc": "SO-2"})) == "Insufficient balance"
    assert (partner.balance(), partner.stats()["orders"]) == (price - 1, 1)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"courier_code": "Anteraja"}, "courier_code: is not a known courier"),
        ({"code_service": "nd"}, "code_service: is not an express service of this courier"),
        ({"cod": "1"}, "cod_amount: is required"),
        ({"cod": True}, "cod: must be a string"),
        ({"pickup_start": None}, "pickup_start: is required"),
        ({"pickup_start": "2026-11-26T09:00:00"}, "pickup_start: must look like YYYY-MM-DD HH:mm:ss"),
        ({"pickup_end": "2026-11-26 09:00:00"}, "pickup_end: must be after pickup_start"),
        ({"receiver": {"region_id": "3578110002"}}, "receiver.region_id: must be a number"),
        ({"receiver": {"phone": None}}, "receiver.phone: is required"),
        ({"receiver": []}, "receiver: must be an object"),
        ({"item": {"weight": 999}}, "item.weight: must be between 1000 and 20000"),
        ({"item": {"weight": 20_001}}, "item.weight: must be between 1000 and 20000"),
        ({"item": {"category": "Mystery"}}, "item.category: is not one of the item categories"),
        ({"item": {"desc": "x" * 501}}, "item.desc: must have 1 to 500 characters"),
        (
            {"courier_code": "paxel", "code_service": "PAXEL BIG", "pickup": "0"},
            "pickup: this courier takes no parcels at a counter",
        ),
    ],
)
def test_a_bad_order_names_field_and_rule_and_costs_nothing(
    partner: Partner, changes: dict[str, Any], text: str
) -> None:
    assert partner.refused("/order/express", express(**changes)) == text
    assert partner.stats()["orders"] == 0


def test_an_unknown_region_or_an_unserved_lane_is_not_found(partner: Partner) -> None:
    assert partner.refused("/order/express", express(receiver={"region_id": NOWHERE}), 404) == "Data not found"
    sameday = express(courier_code="paxel", code_service="sameday", item={"weight": 2_000})
    assert partner.refused("/order/express", sameday, 404) == "Data not found"


def test_an_express_parcel_lives_through_the_vendors_states(partner: Partner) -> None:
    awb = partner.order()["awb"]
    seen = []
    for hours in (0, 1, 2, 4.9, 5):
        partner.control.set(START + hours * HOUR)
        seen.append(partner.statuses(awb)[-1])
    assert seen == ["PENDING_PICKUP", "PICKED", "IN_TRANSIT", "IN_TRANSIT", "DELIVERED"]
    history = partner.track(awb)["history"]
    assert history[0]["timestamp"] == "2026-11-25 08:59:58"  # Jakarta is seven hours ahead
    assert [row["timestamp"] for row in history] == sorted(row["timestamp"] for row in history)


def test_a_parcel_brought_to_a_counter_is_dropped_instead_of_picked(partner: Partner) -> None:
    awb = partner.order(pickup="0", pickup_start=None, pickup_end=None)["awb"]
    partner.control.set(START + 5 * HOUR)
    assert partner.statuses(awb) == ["PAID", "CONFIRMED", "PENDING_DROPOFF", "DROPPED", "IN_TRANSIT", "DELIVERED"]


def test_delivery_takes_as_long_as_the_limit_says(partner: Partner) -> None:
    partner.control.limits(VENDOR, delivery_minutes=10)
    awb = partner.order()["awb"]
    partner.control.set(START + timedelta(minutes=10))
    assert partner.statuses(awb)[-1] == "DELIVERED"


@pytest.mark.parametrize(
    "ask",
    [
        lambda partner, keys: partner.call("GET", "/order/track", keys),
        lambda partner, keys: partner.call("GET", "/order/track", params=keys),
        lambda partner, keys: partner.call("POST", "/order/track", keys),
        lambda partner, keys: partner.call("GET", "/apiOrder/trackingOrder", keys),
    ],
)
def test_tracking_reads_a_get_body_and_lenient_aliases(partner: Partner, ask: Callable[..., Any]) -> None:
    awb = partner.order()["awb"]
    data = good(ask(partner, {"courier_code": "anteraja", "awb": awb}))
    assert (data["awb"], data["courier"], data["service"]) == (awb, "ANTERAJA", "ND")


def test_a_parcel_of_another_courier_is_not_found(partner: Partner) -> None:
    awb = partner.order()["awb"]
    assert partner.call("GET", "/order/track", {"courier_code": "idx", "awb": awb}).status_code == 404


def test_a_cancellation_before_pickup_refunds_once(partner: Partner) -> None:
    before = partner.balance()
    awb = partner.order()["awb"]
    assert partner.cancel(awb).status_code == 200
    assert partner.balance() == before
    again = partner.cancel(awb)
    assert (again.status_code, again.json()["message"]) == (404, "An error occurred while placing an cancel")
    assert (partner.balance(), partner.statuses(awb)[-1]) == (before, "CANCELED")
    partner.control.set(START + 9 * HOUR)
    assert partner.statuses(awb)[-1] == "CANCELED"


@pytest.mark.parametrize("reason", ["four", "x" * 151, None, 5])
def test_a_cancellation_needs_a_reason_of_5_to_150_characters(partner: Partner, reason: Any) -> None:
    awb = partner.order()["awb"]
    body = {"courier_code": "anteraja", "awb": awb, "cancel_reason": reason}
    assert partner.refused("/order/cancel", body).startswith("cancel_reason: ")
    assert partner.statuses(awb)[-1] == "PENDING_PICKUP"


def test_after_pickup_and_for_unknown_parcels_the_refusal_is_the_same(partner: Partner) -> None:
    awb = partner.order()["awb"]
    partner.control.set(START + HOUR)
    for number in (awb, "CO.FASTRAC-UNKNOWN"):
        response = partner.cancel(number)
        assert (response.status_code, response.json()["message"]) == (404, "An error occurred while placing an cancel")


def test_an_instant_quote_serves_one_order_within_five_minutes(partner: Partner) -> None:
    option = next(row for row in partner.post("/tariff/instant", quote()) if row["courier_code"] == "grab")
    data = partner.post("/order/instant", instant(option["tariff_id"]), 201)
    assert data["tariff"] == option["total"]
    assert partner.refused("/order/instant", instant(option["tariff_id"])) == "tariff_id: has been used"
    partner.control.set(START + HOUR)
    assert partner.statuses(data["awb"], "grab") == [
        "PAID", "CONFIRMED", "PENDING_PICKUP", "PICKED", "IN_TRANSIT", "DELIVERED",
    ]  # fmt: skip


def test_an_instant_quote_dies_by_the_gateways_clock(partner: Partner) -> None:
    option = partner.post("/tariff/instant", quote())[0]
    partner.control.advance(timedelta(seconds=301))
    body = instant(option["tariff_id"], courier_code=option["courier_code"])
    assert partner.refused("/order/instant", body) == "tariff_id: is unknown or expired"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"courier_code": "lalamove"}, "courier_code: must be the courier of the tariff"),
        ({"receiver": {"name": "S", "address": "A", "phone": "6281100000002"}}, "receiver.email: is required"),
        (
            {"shipper": {"name": "S", "address": "A", "email": "a@b.c", "phone": "+6281"}},
            "shipper.phone: must be digits that start with 62",
        ),
        ({"cod": "1", "cod_amount": 5_000}, "cod: is not offered by this courier"),
    ],
)
def test_a_refused_instant_order_leaves_its_quote_alive(partner: Partner, changes: dict[str, Any], text: str) -> None:
    option = next(row for row in partner.post("/tariff/instant", quote()) if row["courier_code"] == "grab")
    assert partner.refused("/order/instant", instant(option["tariff_id"], **changes)) == text
    partner.post("/order/instant", instant(option["tariff_id"]), 201)


def test_an_instant_problem_can_still_be_cancelled(partner: Partner) -> None:
    option = next(row for row in partner.post("/tariff/instant", quote()) if row["courier_code"] == "grab")
    awb = partner.post("/order/instant", instant(option["tariff_id"]), 201)["awb"]
    partner.control.set(START + timedelta(minutes=30))
    assert partner.cancel(awb, "grab").status_code == 404
    partner.script("problem", awb=awb)
    assert partner.cancel(awb, "grab").status_code == 200


def test_a_problem_ends_in_a_return(partner: Partner) -> None:
    awb = partner.order()["awb"]
    partner.control.set(START + 3 * HOUR)
    assert partner.script("problem", awb=awb) == {"awb": awb, "status": "PROBLEM_SHIPMENT"}
    partner.control.set(START + 9 * HOUR)
    assert partner.statuses(awb)[-4:] == ["IN_TRANSIT", "PROBLEM_SHIPMENT", "RTS", "RETURNED"]


def test_scripts_can_say_any_status_and_whole_timelines(partner: Partner) -> None:
    awb = partner.order()["awb"]
    partner.script("status", awb=awb, status="HELD_AT_CUSTOMS", hold=True)
    partner.control.set(START + 9 * HOUR)
    assert partner.statuses(awb)[-1] == "HELD_AT_CUSTOMS"
    partner.script(
        "timeline", steps=[{"status": "PICKED", "minutes": 5}, {"status": "LOST", "minutes": 6, "desc": "Hilang"}]
    )
    other = partner.order(item={"desc": "SO-2"})["awb"]
    partner.control.advance(timedelta(minutes=6))
    assert partner.statuses(other) == ["PAID", "CONFIRMED", "PICKED", "LOST"]


@pytest.mark.parametrize(
    ("event", "data"), [("explode", {}), ("problem", {"awb": "?"}), ("status", {}), ("timeline", {"steps": [{}]})]
)
def test_a_wrong_script_is_refused(partner: Partner, event: str, data: dict[str, Any]) -> None:
    with pytest.raises(RuntimeError, match="400"):
        partner.script(event, **data)


def test_the_wire_can_be_unsorted_and_spell_cancelled_with_two_ls(partner: Partner) -> None:
    awb = partner.order()["awb"]
    partner.control.limits(VENDOR, cancelled_spelling="CANCELLED", unsorted_history=1)
    partner.cancel(awb)
    assert partner.statuses(awb) == ["PENDING_PICKUP", "CONFIRMED", "PAID", "CANCELLED"]


def test_the_ledger_shows_orders_refunds_and_cash_on_delivery(partner: Partner) -> None:
    awb = partner.order(cod="1", cod_amount=300_000)["awb"]
    partner.cancel(partner.order(item={"desc": "SO-2"})["awb"])
    kinds = {
        kind: partner.post("/user/balance/history", {"filter_status": kind})["total"]
        for kind in ("order", "dana_cod", "topup")
    }
    assert kinds == {"order": 3, "dana_cod": 0, "topup": 1}
    partner.control.set(START + 5 * HOUR)
    [payout] = partner.post("/user/balance/history", {"filter_status": "dana_cod"})["history"]
    assert (payout["saldo_masuk"], payout["saldo_keluar"]) == (225_000, 0)
    assert partner.statuses(awb)[-1] == "DELIVERED"


def test_the_ledger_is_filtered_searched_and_paged(partner: Partner) -> None:
    for number in range(3):
        partner.order(item={"desc": f"SO-{number}"})
    day = {"start_date": "2026-11-25", "end_date": "2026-11-25"}
    page = partner.post("/user/balance/history", day | {"limit": 2, "offset": 2})
    assert (page["total"], len(page["history"])) == (3, 1)
    assert partner.post("/user/balance/history", {"search": "topup"})["total"] == 1
    assert partner.post("/user/balance/history", {"start_date": "2026-11-26", "end_date": "2026-11-27"})["total"] == 0
    assert (
        partner.refused("/user/balance/history", {"start_date": "2026-13-01"})
        == "start_date: must look like YYYY-MM-DD"
    )
    assert partner.refused("/user/balance/history", {"filter_status": "all"}).startswith(
        "filter_status: must be one of"
    )


def test_v1_orders_land_in_the_same_book(partner: Partner) -> None:
    body = express()
    body["receiver"] |= {"email": "sari@mail.example", "latitude": "0", "longitude": "0"}
    body["item"]["qty"] = 1
    response = partner.call("POST", "/apiOrder/orderExpress", body)
    assert response.status_code == 201
    assert "timestamp" not in response.json()
    assert partner.statuses(response.json()["data"]["awb"])[-1] == "PENDING_PICKUP"


def test_an_order_whose_answer_is_lost_has_happened_all_the_same(partner: Partner) -> None:
    partner.control.fault(VENDOR, "reset_after", match="orders.express")
    with pytest.raises(requests.ConnectionError):
        partner.call("POST", "/order/express", express())
    assert partner.stats()["orders"] == 1


def test_a_reset_brings_the_same_world_again(partner: Partner) -> None:
    first = partner.order()
    partner.control.reset(7)
    assert partner.order() == first
