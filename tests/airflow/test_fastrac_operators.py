"""Fastrac's hook, operators and sensor against the sandbox: what Fastrac received, and what the user sees."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred

from airflow_provider_fleetops.hooks.fastrac import FastracHook
from airflow_provider_fleetops.operators.fastrac import (
    FastracCancelShipmentOperator,
    FastracCheckTariffOperator,
    FastracCreateShipmentOperator,
    FastracTrackShipmentOperator,
)
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.sensors.fastrac import FastracShipmentSensor
from airflow_provider_fleetops.triggers import wait
from tests.conftest import START, set_connection

JAKARTA, SURABAYA = 3174050003, 3578110002
SHIPPER = {"name": "Gudang Barat", "phone": "6281100000001", "address": "Jl. Contoh 1", "region_id": JAKARTA}
RECEIVER = {"name": "Sari Wulandari", "phone": "6281100000002", "address": "Jl. Misal 22", "region_id": SURABAYA}
ITEM = {
    "name": "Fuel pump",
    "desc": "SO-10077",
    "category": "Perlengkapan Mobil & Motor",
    "value": 225_000,
    "weight": 1_560,
    "length": 24,
    "width": 20,
    "height": 12,
}
CART = [{"name": "Pump", "weight": 520, "width": 12, "height": 20, "length": 8, "quantity": 3, "value": 75_000}]

pytestmark = pytest.mark.usefixtures("fleet_connections")


def context(**changes: Any) -> dict[str, Any]:
    given = {"dag_id": "d", "run_id": "r", "task_id": "t", "map_index": -1, "try_number": 1} | changes
    return {"ti": SimpleNamespace(**given), "logical_date": START, "ds": "2031-04-02"}


@pytest.fixture
def box(fresh_sandbox: Sandbox) -> Sandbox:
    return fresh_sandbox


@pytest.fixture
def connect(fleet_connections: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Change extras of the connection."""
    own = fleet_connections["fastrac_default"]

    def change(**extras: Any) -> None:
        set_connection(monkeypatch, "fastrac_default", own | {"extra": own["extra"] | extras})

    return change


@pytest.fixture
def attentive(box: Sandbox, connect: Any) -> Sandbox:
    """Every look asks Fastrac: for tests that look twice."""
    connect(tracking_seconds=0)
    return box


def paths(box: Sandbox, **filters: Any) -> list[str]:
    return [entry["path"] for entry in box.control.journal(vendor="fastrac", **filters)]


def ship(task: Mapping[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Run the operator as a task does."""
    given: dict[str, Any] = {
        "courier_code": "anteraja",
        "code_service": "ND",
        "shipper": SHIPPER,
        "receiver": RECEIVER,
        "item": ITEM,
    } | changes
    operator = FastracCreateShipmentOperator(task_id="ship", **given)
    ctx = context(**(task or {}))
    operator.render_template_fields(ctx)
    booked: dict[str, Any] = operator.execute(ctx)
    return booked


def orders(box: Sandbox) -> int:
    count: int = box.control.summary()["fastrac"]["stats"]["orders"]
    return count


def sensor(**arguments: Any) -> FastracShipmentSensor:
    return FastracShipmentSensor(task_id="wait", **({"courier_code": "anteraja"} | arguments))


# --- tariffs ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("select", ["cheapest", "fastest"])
def test_rates_come_cheapest_first_and_the_best_can_be_ordered(box, select):
    found = FastracCheckTariffOperator(
        task_id="rates", origin=str(JAKARTA), destination=SURABAYA, items=CART, insurance="True", select=select
    ).execute(context())
    totals = [rate["total"] for rate in found["rates"]]
    assert totals == sorted(totals)
    assert len({rate["courier_code"] for rate in found["rates"]}) > 1
    assert {"courier_code", "code_service", "service", "group", "etd", "total"} <= set(found["best"])
    if select == "cheapest":
        assert found["best"] == found["rates"][0]
    else:
        assert found["best"]["total"] > totals[0]
    best = found["best"]
    assert ship(courier_code=best["courier_code"], code_service=best["code_service"])["tariff"] == best["total"]
    assert paths(box) == ["/tariff/express", "/order/express"]


def test_a_lane_that_does_not_exist_fails_without_a_retry(box):
    with pytest.raises(AirflowFailException) as caught:
        FastracCheckTariffOperator(task_id="rates", origin=1234567890, destination=SURABAYA, items=CART).execute({})
    assert isinstance(caught.value, errors.NotFound)
    assert len(paths(box)) == 1


# --- shipping ---------------------------------------------------------------------------------------------------------


def test_a_shipment_is_booked_and_names_nobody(box, caplog):
    booked = ship(insurance=True, cod="1", cod_amount="245000", courier_code="anteraja")
    assert set(booked) == {"awb", "booking_id", "tariff", "courier_code", "code_service", "reference"}
    (entry,) = box.control.journal(vendor="fastrac", effect="*")
    assert entry["effect"] == f"shipment:{booked['awb']} created"
    assert "Sari" not in json.dumps(booked) + caplog.text
    record = FastracHook().track("anteraja", booked["awb"])
    assert (record["shipper_name"], record["receiver_name"]) == ("Gudang Barat", "Sari Wulandari")


def test_personal_fields_are_templated_late_and_never_rendered():
    operator = FastracCreateShipmentOperator(
        task_id="ship",
        courier_code="{{ params.courier }}",
        code_service="ND",
        shipper=lambda ctx: SHIPPER | {"name": f"Depot {ctx['ds']}"},
        receiver=RECEIVER | {"name": "{{ params.name }}"},
        item=ITEM,
    )
    ctx = context() | {"params": {"courier": "anteraja", "name": "Sari Marked"}}
    operator.render_template_fields(ctx)
    rendered = {name: getattr(operator, name) for name in operator.template_fields}
    assert rendered["courier_code"] == "anteraja"
    assert not {"shipper", "receiver"} & set(rendered)
    booked = operator.execute(ctx)
    record = FastracHook().track("anteraja", booked["awb"])
    assert (record["shipper_name"], record["receiver_name"]) == ("Depot 2031-04-02", "Sari Marked")


def test_a_pickup_window_reaches_fastrac_in_its_own_time(box):
    window = {"pickup_start": "2031-04-03T02:00:00+00:00", "pickup_end": "2031-04-03 12:00:00"}
    awb = ship(pickup=True, **window)["awb"]
    assert FastracHook().states("anteraja", [awb])[awb]["state"] == "PENDING_PICKUP"
    assert box.control.journal(vendor="fastrac", broke="*") == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"receiver": RECEIVER | {"phone": "-"}}, "receiver.phone"),
        ({"receiver": "{{ ds }}"}, "receiver"),
        ({"receiver": lambda _ctx: None}, "receiver"),
        ({"item": ITEM | {"weight": 300}}, "item.weight"),
        ({"cod": True}, "cod_amount"),
        ({"pickup": True}, "pickup_start"),
    ],
)
def test_what_would_be_refused_is_not_sent(box, changes, field):
    with pytest.raises(AirflowFailException, match=field) as caught:
        ship(**changes)
    assert isinstance(caught.value, errors.InvalidInput)
    assert paths(box) == []


def test_a_retry_and_a_rerun_get_the_first_awb(box):
    first = ship()
    assert ship({"try_number": 2}) == first
    assert orders(box) == 1
    assert ship({"map_index": 1})["awb"] != first["awb"]
    assert ship({"run_id": "r2"})["awb"] != first["awb"]
    assert orders(box) == 3


def test_a_reference_of_ones_own_holds_across_runs(box):
    first = ship(reference="{{ ds }}/SO-1")
    assert first["reference"] == "2031-04-02/SO-1"
    assert ship({"run_id": "another"}, reference="{{ ds }}/SO-1") == first
    with pytest.raises(AirflowFailException, match=first["awb"]):
        ship(reference="{{ ds }}/SO-1", receiver=RECEIVER | {"address": "Jl. Lain 3"})
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
    box.control.fault("fastrac", kind, "orders.express", **options)
    for _ in range(3):
        with pytest.raises(AirflowFailException, match="filter_status=order") as caught:
            ship()
        assert isinstance(caught.value, errors.OutcomeUnknown)
        assert "portal" in str(caught.value)
    assert len(paths(box, route="orders.express")) == 1
    assert orders(box) == created
    assert ship(reference="checked by hand")["awb"]


def test_a_refused_order_is_not_remembered(box):
    box.control.limits("fastrac", balance=10, failures_as_200=1)
    with pytest.raises(AirflowFailException) as caught:
        ship()
    assert isinstance(caught.value, errors.Refused)
    box.control.limits("fastrac", balance=10_000_000)
    assert ship()["awb"]
    assert orders(box) == 1


def test_a_limit_hands_the_worker_back_and_nothing_was_sent(box):
    box.control.fault("fastrac", "too_many", "orders.express", retry_after=3600)
    given = {"courier_code": "anteraja", "code_service": "ND", "shipper": SHIPPER, "receiver": RECEIVER, "item": ITEM}
    operator = FastracCreateShipmentOperator(task_id="ship", deferrable=True, **given)
    with pytest.raises(TaskDeferred) as deferred:
        operator.execute(context())
    assert deferred.value.method_name == "execute_resumed"
    assert orders(box) == 0


# --- waiting ----------------------------------------------------------------------------------------------------------


def test_the_sensor_follows_a_parcel_to_its_delivery(attentive):
    awb = ship()["awb"]
    waiting = sensor(awb=awb)
    assert not waiting.poke(context()).is_done
    assert sensor(awb=awb, target_state="pending_dropoff").poke(context()).is_done
    attentive.control.advance(timedelta(minutes=301))
    result = waiting.poke(context()).xcom_value
    assert result["reached"] == {awb: "DELIVERED"}
    assert set(result["facts"][awb]) == {"courier_code", "service", "at", "steps"}


@pytest.mark.parametrize(("event", "word"), [("return", "RETURNED"), ("cancel", "CANCELED")])
def test_a_parcel_that_will_not_come_fails_the_sensor(attentive, event, word):
    awb = ship()["awb"]
    attentive.control.script("fastrac", event, awb=awb)
    attentive.control.advance(timedelta(minutes=301))
    with pytest.raises(AirflowFailException, match=f"{awb} {word}"):
        sensor(awb=awb).poke(context())


def test_a_problem_keeps_waiting_unless_it_is_named(attentive):
    awb = ship()["awb"]
    attentive.control.script("fastrac", "status", awb=awb, status="PROBLEM_SHIPMENT", hold=True)
    assert not sensor(awb=awb).poke(context()).is_done
    with pytest.raises(AirflowFailException, match="PROBLEM_SHIPMENT"):
        sensor(awb=awb, failure_states=["PROBLEM_SHIPMENT"]).poke(context())


def test_spelling_order_and_unknown_words_of_histories(attentive, connect):
    awb = ship()["awb"]
    attentive.control.limits("fastrac", unsorted_history=1, cancelled_spelling="Cancelled")
    attentive.control.script("fastrac", "status", awb=awb, status="Paket di gudang", hold=True)
    assert not sensor(awb=awb).poke(context()).is_done
    connect(tracking_seconds=0, status_words={"paket di gudang": "DELIVERED"})
    assert sensor(awb=awb).poke(context()).is_done
    other = ship({"run_id": "other"})["awb"]
    FastracHook().cancel_shipment("anteraja", other, "Stok habis")
    assert sensor(awb=other, target_state="CANCELED").poke(context()).is_done


def test_many_parcels_of_several_couriers_and_only_those_under_way_are_asked_for(attentive):
    booked = [
        ship({"run_id": f"r{n}"}, courier_code=courier, code_service=service)
        for n, (courier, service) in enumerate([("anteraja", "ND"), ("idx", "STD"), ("idx", "cargo")])
    ]
    attentive.control.script("fastrac", "status", awb=booked[0]["awb"], status="DELIVERED")
    waiting = sensor(awbs=booked, courier_code=None)
    for _ in range(2):
        assert not waiting.poke(context()).is_done
    attentive.control.advance(timedelta(minutes=301))
    result = waiting.poke(context()).xcom_value
    assert result["reached"] == {row["awb"]: "DELIVERED" for row in booked}
    assert len(paths(attentive, route="orders.track")) == 3 + 2 + 2


def test_sensors_share_what_was_seen_within_the_cadence(box):
    awb = ship()["awb"]
    for _ in range(3):
        assert not sensor(awb=awb).poke(context()).is_done
    assert FastracTrackShipmentOperator(task_id="t", awbs=[awb], courier_code="anteraja").execute(context())
    assert len(paths(box, route="orders.track")) == 1


@pytest.mark.parametrize("fault", [("status", {"code": 503}), ("too_many", {}), ("reset_after", {}), ("truncated", {})])
def test_a_failed_look_is_one_request_and_the_waiting_goes_on(attentive, fault):
    awb = ship()["awb"]
    attentive.control.fault("fastrac", fault[0], "orders.track", **fault[1])
    assert not sensor(awb=awb).poke(context()).is_done
    assert len(paths(attentive, route="orders.track")) == 1


def test_wrong_keys_end_the_waiting(box, connect, fleet_connections, monkeypatch):
    own = fleet_connections["fastrac_default"]
    set_connection(monkeypatch, "fastrac_default", own | {"password": "SK-wrong-and-marked"})
    with pytest.raises(AirflowFailException, match="access key") as caught:
        sensor(awb="A").poke(context())
    assert isinstance(caught.value, errors.AuthenticationError)
    assert "marked" not in str(caught.value)
    assert len(paths(box)) == 1


@pytest.mark.parametrize(
    ("given", "ids", "window"),
    [
        ({"awb": "A"}, ["A"], {"courier_code": "anteraja"}),
        ({"awbs": ["A", "B", "A"]}, ["A", "B"], {"courier_code": "anteraja"}),
        ({"awbs": "A"}, ["A"], {"courier_code": "anteraja"}),
        ({"awbs": "['A', 'B']"}, ["A", "B"], {"courier_code": "anteraja"}),
        ({"awbs": "[not a list"}, ["[not a list"], {"courier_code": "anteraja"}),
        ({"awbs": [{"awb": "A", "courier_code": "idx"}, "B"]}, ["A", "B"], {"courier_code": "anteraja", "A": "idx"}),
        ({"awbs": ({"awb": "A"},)}, ["A"], {"courier_code": "anteraja"}),
        ({"awb": "None"}, [], {"courier_code": "anteraja"}),
        ({"awbs": [None, ""]}, [], {"courier_code": "anteraja"}),
    ],
)
def test_parcels_may_come_as_ids_as_rows_or_as_rendered_text(given, ids, window):
    assert sensor(**given).subjects() == ids
    assert sensor(**given).window(context()) == window


def test_what_the_sensor_must_be_told(box):
    with pytest.raises(ValueError, match="awb or awbs"):
        sensor()
    with pytest.raises(ValueError, match="awb or awbs"):
        sensor(awb="A", awbs=["B"])
    with pytest.raises(errors.ConfigurationError, match="no parcel id"):
        sensor(awb="").poke(context())
    with pytest.raises(AirflowFailException, match="courier_code"):
        sensor(awb="A", courier_code=None).poke(context())
    with pytest.raises(errors.ConfigurationError, match="target state"):
        sensor(awb="A", target_state="ARRIVED").poke(context())
    assert paths(box) == []


async def test_deferred_it_waits_in_the_triggerer_and_ends_with_the_result(attentive, monkeypatch, caplog):
    awb = ship()["awb"]
    waiting = sensor(awbs=[awb], deferrable=True)
    with pytest.raises(TaskDeferred) as deferred:
        waiting.execute(context())
    _, kwargs = deferred.value.trigger.serialize()
    assert not any(secret in json.dumps(kwargs) for secret in attentive.credentials("fastrac").values())
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 2:
            attentive.control.advance(timedelta(minutes=301))
        assert len(slept) < 5, caplog.text

    monkeypatch.setattr(wait, "pause_for", sleep)
    events = [event async for event in wait.WaitTrigger(**json.loads(json.dumps(kwargs))).run()]
    assert waiting.execute_complete(context(), events[0].payload)["reached"] == {awb: "DELIVERED"}
    assert len(slept) == 2


# --- tracking and cancelling ------------------------------------------------------------------------------------------


def test_where_parcels_stand(box):
    awb = ship()["awb"]
    found = FastracTrackShipmentOperator(task_id="t", awbs=f"['{awb}', 'LOST']", courier_code="anteraja").execute({})
    assert found[awb]["state"] == "PENDING_DROPOFF"
    assert found["LOST"]["state"] == "UNSEEN"
    assert not any(name in json.dumps(found) for name in ("Sari", "Misal", "Gudang"))


def test_cancelling_counts_once_however_often(box):
    awb = ship()["awb"]
    operator = FastracCancelShipmentOperator(task_id="c", awb=awb, courier_code="anteraja", reason="Stok habis")
    assert operator.execute(context()) == {"awb": awb, "state": "CANCELED", "already": False}
    assert operator.execute(context()) == {"awb": awb, "state": "CANCELED", "already": True}
    assert box.control.summary()["fastrac"]["stats"]["cancelled"] == 1


@pytest.mark.parametrize("failures_as_200", [0, 1])
def test_a_lost_answer_to_a_cancel_is_looked_up(box, failures_as_200):
    awb = ship()["awb"]
    box.control.limits("fastrac", failures_as_200=failures_as_200)
    box.control.fault("fastrac", "status", "orders.cancel", code=502, when="after", html=True)
    done = FastracCancelShipmentOperator(task_id="c", awb=awb, courier_code="anteraja", reason="Stok habis").execute({})
    assert done == {"awb": awb, "state": "CANCELED", "already": True}


def test_a_parcel_under_way_cannot_be_cancelled(box):
    awb = ship()["awb"]
    box.control.advance(timedelta(minutes=200))
    operator = FastracCancelShipmentOperator(task_id="c", awb=awb, courier_code="anteraja", reason="Stok habis")
    with pytest.raises(AirflowFailException, match="the parcel is IN_TRANSIT") as caught:
        operator.execute(context())
    assert isinstance(caught.value, errors.Refused)


# --- the connection ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("extras", "method", "path"),
    [
        ({}, "GET", "/order/track"),
        ({"tracking_parameters": "query"}, "GET", "/order/track"),
        ({"methods": {"orders.track": "POST"}}, "POST", "/order/track"),
        ({"api_version": "v1"}, "GET", "/apiOrder/trackingOrder"),
    ],
)
def test_ways_to_track(box, connect, extras, method, path):
    awb = ship()["awb"]
    connect(**extras)
    assert FastracHook().track("anteraja", awb)["awb"] == awb
    entry = box.control.journal(vendor="fastrac")[-1]
    assert (entry["method"], entry["path"], entry["status"]) == (method, path, 200)


@pytest.mark.parametrize("version", ["v2", "v1"])
def test_the_test_button_reads_a_list_of_cities(box, connect, version):
    connect(api_version=version)
    worked, message = FastracHook().test_connection()
    assert worked
    assert paths(box) == [{"v2": "/region/city", "v1": "/apiRegion/city"}[version]]
    assert box.url not in message


def test_the_test_button_says_what_is_wrong(box, connect):
    connect(auth_style="headers")
    worked, message = FastracHook().test_connection()
    assert not worked
    assert "AuthenticationError" in message
    assert not any(secret in message for secret in box.credentials("fastrac").values())


def test_v1_books_and_finds_regions_too(box, connect):
    connect(api_version="v1")
    assert ship()["awb"]
    assert any(region["id"] == JAKARTA for region in FastracHook().search_regions("jakarta"))
    assert paths(box)[0] == "/apiOrder/orderExpress"
    with pytest.raises(AirflowFailException, match="api_version"):
        FastracHook().cancel_shipment("anteraja", "A", "Stok habis")


def test_the_ledger_shows_what_an_order_took(box):
    before = FastracHook().balance_history(filter_status="order")
    booked = ship()
    (row,) = FastracHook().balance_history(filter_status="order")
    assert before == []
    assert row["saldo_keluar"] == booked["tariff"]


def test_the_links_lead_to_the_vendors_pages():
    cancel = FastracCancelShipmentOperator(task_id="c", awb="A", courier_code="x", reason="Stok habis")
    for operator, page in ((cancel, "cancel-order-19817645e0"), (sensor(awb="A"), "tracking-order-19817646e0")):
        (link,) = operator.operator_extra_links
        assert link.get_link(operator, ti_key=None) == f"https://fastrac-b2b-stg-v2.apidog.io/{page}"
