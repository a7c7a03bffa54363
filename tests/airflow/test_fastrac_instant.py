"""Instant deliveries: the offer and its order in one task, once, and never on an offer that has aged."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred

from airflow_provider_fleetops.hooks.fastrac import FastracHook
from airflow_provider_fleetops.operators.fastrac import (
    FastracCancelShipmentOperator,
    FastracCheckInstantTariffOperator,
    FastracCreateInstantShipmentOperator,
)
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.state import open_store
from airflow_provider_fleetops.transports.sync import SyncDriver
from airflow_provider_fleetops.vendors.fastrac.flows import create_instant_shipment
from tests.airflow.fastrac_kit import GUEST, ITEM, SENDER, box, connect, context, orders, paths, run, send, ship
from tests.faults.drivers import DRIVERS, FakeTime

__all__ = ["box", "connect"]

pytestmark = pytest.mark.usefixtures("fleet_connections")

STOP = {"name": "Pos Satpam", "phone": "6281100000003", "address": "Jl. Tengah 5"}


def offers(**changes: Any) -> list[dict[str, Any]]:
    given = {"shipper": SENDER, "receiver": GUEST, "item": ITEM} | changes
    found: list[dict[str, Any]] = run(FastracCheckInstantTariffOperator(task_id="offers", **given))
    return found


# --- offers -----------------------------------------------------------------------------------------------------------


def test_offers_come_cheapest_first_and_name_nobody(box):
    found = offers(vehicle_type="bike", stop=STOP)
    totals = [offer["total"] for offer in found]
    assert totals == sorted(totals)
    assert len({offer["courier_code"] for offer in found}) > 1
    assert all(offer["tariff_id"] for offer in found)
    assert not any(word in json.dumps(found) for word in ("Sari", "Misal", "Satpam"))
    assert len(paths(box)) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"receiver": GUEST | {"lat": 91}}, "receiver.lat"),
        ({"receiver": GUEST | {"lng": "east"}}, "receiver.lng"),
        ({"shipper": SENDER | {"region_id": 31}}, "shipper.region_id"),
        ({"shipper": None}, "shipper"),
        ({"item": ITEM | {"quantity": 0}}, "item.quantity"),
        ({"item": "{{ ds }}"}, "item"),
        ({"vehicle_type": "zeppelin"}, "vehicle_type"),
        ({"stop": STOP | {"lat": -91}}, "stop.lat"),
    ],
)
def test_a_question_that_would_be_refused_is_not_sent(box, changes, field):
    with pytest.raises(AirflowFailException, match=field) as caught:
        offers(**changes)
    assert isinstance(caught.value, errors.InvalidInput)
    assert paths(box) == []


# --- ordering ---------------------------------------------------------------------------------------------------------


def test_the_cheapest_offer_is_ordered_and_names_nobody(box, caplog):
    cheapest = offers()[0]
    booked = send()
    assert set(booked) == {"awb", "booking_id", "tariff", "courier_code", "code_service", "reference"}
    assert (booked["courier_code"], booked["tariff"]) == (cheapest["courier_code"], cheapest["total"])
    assert paths(box)[1:] == ["/tariff/instant", "/order/instant"]
    (entry,) = box.control.journal(vendor="fastrac", effect="*")
    assert entry["effect"] == f"shipment:{booked['awb']} created"
    assert box.control.journal(vendor="fastrac", broke="*") == []
    assert not any(word in json.dumps(booked) + caplog.text for word in ("Sari", "Misal", "sari@"))
    record = FastracHook().track(booked["courier_code"], booked["awb"])
    assert (record["shipper_name"], record["receiver_address"]) == ("Gudang Barat", "Jl. Misal 9")


def test_the_order_can_be_narrowed_to_a_courier_a_speed_and_a_price(box):
    assert send(courier_code="lalamove", vehicle_type="van")["courier_code"] == "lalamove"
    prices = {offer["courier_code"]: offer["total"] for offer in offers()}
    assert send({"run_id": "fast"}, select="fastest")["tariff"] in prices.values()
    with pytest.raises(AirflowFailException, match="max_total") as caught:
        send({"run_id": "dear"}, max_total=min(prices.values()) - 1)
    assert isinstance(caught.value, errors.Refused)
    assert send({"run_id": "dear"}, max_total=str(min(prices.values())))["tariff"] == min(prices.values())
    with pytest.raises(AirflowFailException, match="no such courier"):
        send({"run_id": "none"}, courier_code="idx")
    assert orders(box) == 3


def test_a_stop_and_cash_on_delivery_reach_fastrac(box):
    assert send(stop=STOP, cod="true", cod_amount="245000", courier_code="paxel")["awb"]
    assert box.control.journal(vendor="fastrac", broke="*") == []


def test_personal_fields_are_templated_late_and_never_rendered(box):
    operator = FastracCreateInstantShipmentOperator(
        task_id="send",
        shipper=lambda ctx: SENDER | {"name": f"Depot {ctx['ds']}"},
        receiver=GUEST | {"name": "{{ ds }} Marked"},
        stop=STOP,
        item=ITEM,
    )
    assert not {"shipper", "receiver", "stop"} & set(operator.template_fields)
    booked = run(operator)
    record = FastracHook().track(booked["courier_code"], booked["awb"])
    assert (record["shipper_name"], record["receiver_name"]) == ("Depot 2031-04-02", "2031-04-02 Marked")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"receiver": GUEST | {"phone": "+6281100000002"}}, "receiver.phone"),
        ({"receiver": GUEST | {"email": "none"}}, "receiver.email"),
        ({"item": {key: ITEM[key] for key in ITEM if key != "category"}}, "item.category"),
        ({"cod": True}, "cod_amount"),
        ({"select": "prettiest"}, "select"),
        ({"max_total": "cheap"}, "max_total"),
        ({"vehicle_type": "zeppelin"}, "vehicle_type"),
        ({"on_unknown": "hope"}, "on_unknown"),
    ],
)
def test_an_order_that_would_be_refused_is_not_sent(box, changes, field):
    with pytest.raises(AirflowFailException, match=field) as caught:
        send(**changes)
    assert isinstance(caught.value, errors.InvalidInput)
    assert paths(box) == []


def test_what_a_template_leaves_empty_is_not_given(box):
    assert send(courier_code="{{ none }}", select="", cod="", cod_amount="None")["awb"]


# --- once -------------------------------------------------------------------------------------------------------------


def test_a_retry_and_a_rerun_get_the_first_awb_without_another_offer(box):
    first = send()
    assert send({"try_number": 2}, select="fastest", max_total=10**9) == first
    assert paths(box) == ["/tariff/instant", "/order/instant"]
    assert send({"run_id": "another"})["awb"] != first["awb"]


@pytest.mark.parametrize(
    "changes",
    [
        {"shipper": SENDER | {"phone": "6281100000009"}},
        {"receiver": GUEST | {"lat": "-6.2"}},
        {"item": ITEM | {"quantity": 2}},
        {"vehicle_type": "van"},
        {"courier_code": "grab"},
        {"stop": STOP},
        {"cod": True, "cod_amount": 5000},
    ],
)
def test_the_same_reference_for_another_delivery_is_refused(box, changes):
    first = send(reference="SO-1")
    with pytest.raises(AirflowFailException, match=first["awb"]) as caught:
        send(reference="SO-1", **changes)
    assert isinstance(caught.value, errors.InvalidInput)
    assert orders(box) == 1


@pytest.mark.parametrize(
    ("kind", "options", "created"),
    [
        ("reset_after", {}, 1),
        ("reset_before", {}, 0),
        ("status", {"code": 503, "when": "after"}, 1),
        ("truncated", {}, 1),
        ("not_json", {"when": "after"}, 1),
    ],
)
def test_an_unclear_order_is_sent_once_and_says_where_to_look(box, kind, options, created):
    box.control.fault("fastrac", kind, "orders.instant", **options)
    for _ in range(3):
        with pytest.raises(AirflowFailException, match="filter_status=order") as caught:
            send()
        assert isinstance(caught.value, errors.OutcomeUnknown)
    assert len(paths(box, route="orders.instant")) == 1
    assert orders(box) == created


def test_a_rule_of_the_user_may_accept_the_one_debit(box):
    box.control.fault("fastrac", "reset_after", "orders.instant")
    booked = send(on_unknown="accept_single_match")
    assert booked["tariff"] > 0
    assert send(on_unknown="accept_single_match") == booked
    assert orders(box) == 1


@pytest.mark.parametrize(("first", "second", "route"), [(send, ship, "orders.express"), (ship, send, "orders.instant")])
def test_express_and_instant_orders_are_rivals_for_a_debit(box, first, second, route):
    first()
    box.control.fault("fastrac", "reset_after", route)
    with pytest.raises(AirflowFailException) as caught:
        second(on_unknown="accept_single_match")
    assert isinstance(caught.value, errors.OutcomeUnknown)


def test_a_refused_order_is_not_remembered(box):
    box.control.limits("fastrac", balance=10)
    with pytest.raises(AirflowFailException):
        send()
    box.control.limits("fastrac", balance=10_000_000)
    assert send()["awb"]
    assert orders(box) == 1


def test_a_limit_hands_the_worker_back_and_nothing_was_ordered(box):
    box.control.fault("fastrac", "too_many", "orders.instant", retry_after=3600)
    with pytest.raises(TaskDeferred):
        send(deferrable=True)
    assert orders(box) == 0


# --- the offer's five minutes -----------------------------------------------------------------------------------------


def order(box: Sandbox, driver: Callable[..., Any]) -> Any:
    """Order on a clock that waiting moves."""

    def flow(account: Any) -> Any:
        return create_instant_shipment(
            account, reference="SO-1", vehicle_type="bike", shipper=SENDER, receiver=GUEST, stop=None, item=ITEM
        )

    return driver(flow(FastracHook().account), open_store(), FakeTime())


@pytest.mark.parametrize("driver", DRIVERS.values(), ids=DRIVERS)
def test_an_offer_that_aged_while_its_order_waited_is_asked_for_anew(box, connect, driver):
    connect(patience_seconds=600)
    box.control.fault("fastrac", "too_many", "orders.instant", retry_after=280)
    assert order(box, driver)["awb"]
    assert paths(box) == ["/tariff/instant", "/order/instant", "/tariff/instant", "/order/instant"]
    assert orders(box) == 1


@pytest.mark.parametrize("driver", DRIVERS.values(), ids=DRIVERS)
def test_a_short_wait_keeps_the_offer(box, connect, driver):
    connect(patience_seconds=600)
    box.control.fault("fastrac", "too_many", "orders.instant", retry_after=200)
    assert order(box, driver)["awb"]
    assert paths(box) == ["/tariff/instant", "/order/instant", "/order/instant"]


def test_a_limit_slower_than_offers_hold_orders_nothing_and_says_so(box, connect):
    connect(patience_seconds=600, requests_per_second=0.003)
    with pytest.raises(errors.Throttled, match="within five minutes"):
        order(box, DRIVERS["requests"])
    assert set(paths(box)) == {"/tariff/instant"}
    assert len(paths(box)) == 3


@pytest.mark.parametrize("apart", [20, 200])
def test_a_deferred_order_asks_for_its_offer_when_it_is_back(box, connect, monkeypatch, apart):
    connect(requests_per_second=1 / apart, patience_seconds=0)
    time = FakeTime()
    defaults = SyncDriver.__init__.__kwdefaults__
    monkeypatch.setitem(defaults, "clock", time.now)
    monkeypatch.setitem(defaults, "sleep", time.sleep)
    given = {"shipper": SENDER, "receiver": GUEST, "item": ITEM}
    operator = FastracCreateInstantShipmentOperator(task_id="send", deferrable=True, **given)
    waits: list[dict[str, Any]] = []
    booked = None
    while booked is None and len(waits) < 12:
        try:
            booked = operator.execute_resumed(context(), waits[-1]) if waits else run(operator)
        except TaskDeferred as deferred:
            trigger = deferred.trigger
            waits.append({"resumed": trigger.resumed, "since": trigger.since})
            time.waited += (datetime.fromisoformat(trigger.moment) - time.now()).total_seconds()
    assert booked
    assert orders(box) == 1
    assert paths(box)[-2:] == ["/tariff/instant", "/order/instant"]
    assert len(paths(box)) < len(waits) + 3


# --- afterwards -------------------------------------------------------------------------------------------------------


def test_an_instant_delivery_is_cancelled_while_it_is_confirmed(box):
    booked = send()
    given = {"awb": booked["awb"], "courier_code": booked["courier_code"], "reason": "Stok habis"}
    operator = FastracCancelShipmentOperator(task_id="c", **given)
    assert operator.execute(context()) == {"awb": booked["awb"], "state": "CANCELED", "already": False}


def test_v1_has_no_instant_deliveries(box, connect):
    connect(api_version="v1")
    with pytest.raises(AirflowFailException, match="api_version"):
        send()
    assert paths(box) == []
