"""Fastrac's hook and operators of parcels against the sandbox: what Fastrac received, and what the user sees."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred

from airflow_provider_fleetops.hooks.fastrac import FastracHook
from airflow_provider_fleetops.operators import output
from airflow_provider_fleetops.operators.fastrac import (
    FastracCancelShipmentOperator,
    FastracCheckTariffOperator,
    FastracCreateShipmentOperator,
    FastracTrackShipmentOperator,
)
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.sensors.fastrac import FastracShipmentSensor
from tests.airflow.fastrac_kit import (
    CART,
    ITEM,
    JAKARTA,
    RECEIVER,
    SHIPPER,
    SURABAYA,
    attentive,
    box,
    connect,
    context,
    orders,
    paths,
    run,
    ship,
)

__all__ = ["attentive", "box", "connect"]

pytestmark = pytest.mark.usefixtures("fleet_connections")


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


# --- tracking and cancelling ------------------------------------------------------------------------------------------


def test_where_parcels_stand(box):
    awb = ship()["awb"]
    found = FastracTrackShipmentOperator(task_id="t", awbs=f"['{awb}', 'LOST']", courier_code="anteraja").execute({})
    assert found[awb]["state"] == "PENDING_DROPOFF"
    assert found["LOST"]["state"] == "UNSEEN"
    assert not any(name in json.dumps(found) for name in ("Sari", "Misal", "Gudang"))


def test_parcels_of_several_couriers_come_as_the_order_gave_them(box):
    booked = [
        ship({"run_id": f"r{n}"}, courier_code=courier, code_service=service)
        for n, (courier, service) in enumerate([("anteraja", "ND"), ("idx", "STD")])
    ]
    found = run(FastracTrackShipmentOperator(task_id="t", awbs=booked))
    assert {awb: row["courier_code"] for awb, row in found.items()} == {
        row["awb"]: row["courier_code"] for row in booked
    }
    assert {row["state"] for row in found.values()} == {"PENDING_DROPOFF"}


def test_full_records_go_to_a_file_and_are_asked_for_anew(box, tmp_path):
    awb = ship()["awb"]
    given = {"courier_code": "anteraja", "output_path": f"file://{tmp_path}/{{{{ ds }}}}.jsonl"}
    for _ in range(2):
        found = run(FastracTrackShipmentOperator(task_id="t", awbs=[awb, "LOST"], **given))
    (record,) = [json.loads(line) for line in (tmp_path / "2031-04-02.jsonl").read_text().splitlines()]
    assert (record["awb"], record["receiver_name"]) == (awb, "Sari Wulandari")
    assert {key: row["state"] for key, row in found.items()} == {awb: "PENDING_DROPOFF", "LOST": "UNSEEN"}
    assert "Sari" not in json.dumps(found)
    assert len(paths(box, route="orders.track")) == 4


def test_more_parcels_than_xcom_takes_are_an_error_before_anything_is_sent(box, monkeypatch):
    monkeypatch.setattr(output, "MOST_ROWS", 1)
    with pytest.raises(AirflowFailException, match="2 rows are too many for XCom, which takes 1"):
        run(FastracTrackShipmentOperator(task_id="t", awbs=["A1", "A2"], courier_code="anteraja"))
    assert paths(box) == []


def test_nothing_to_track_is_no_call(box):
    assert run(FastracTrackShipmentOperator(task_id="t", awbs=[None], courier_code="anteraja")) == {}
    assert paths(box) == []


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


def test_a_refusal_says_when_cancelling_is_allowed(box):
    awb = ship()["awb"]
    box.control.advance(timedelta(minutes=200))
    operator = FastracCancelShipmentOperator(task_id="c", awb=awb, courier_code="anteraja", reason="Stok habis")
    with pytest.raises(AirflowFailException, match="PENDING_PICKUP or PENDING_DROPOFF"):
        run(operator)


@pytest.mark.parametrize(("end", "allowed"), [("DELIVERED", False), ("CANCELED", True)])
def test_a_parcel_that_is_known_to_have_ended_costs_no_call(box, end, allowed):
    awb = ship()["awb"]
    box.control.script("fastrac", "status", awb=awb, status=end, hold=True)
    run(FastracTrackShipmentOperator(task_id="t", awbs=awb, courier_code="anteraja"))
    before = len(paths(box))
    operator = FastracCancelShipmentOperator(task_id="c", awb=awb, courier_code="anteraja", reason="Stok habis")
    if allowed:
        assert run(operator) == {"awb": awb, "state": "CANCELED", "already": True}
    else:
        with pytest.raises(AirflowFailException, match="the parcel is DELIVERED"):
            run(operator)
    assert len(paths(box)) == before


def test_after_a_cancel_the_next_look_asks_again(box):
    awb = ship()["awb"]
    look = FastracTrackShipmentOperator(task_id="t", awbs=awb, courier_code="anteraja")
    assert run(look)[awb]["state"] == "PENDING_DROPOFF"
    run(FastracCancelShipmentOperator(task_id="c", awb=awb, courier_code="anteraja", reason="Stok habis"))
    assert run(look)[awb]["state"] == "CANCELED"


@pytest.mark.parametrize("reason", ["no", "x" * 151, ""])
def test_a_reason_the_courier_would_refuse_is_not_sent(box, reason):
    with pytest.raises(AirflowFailException, match=r"parameter .reason. ") as caught:
        run(FastracCancelShipmentOperator(task_id="c", awb="A", courier_code="anteraja", reason=reason))
    assert isinstance(caught.value, errors.InvalidInput)
    assert paths(box) == []


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


def test_the_links_lead_to_the_vendors_pages():
    cancel = FastracCancelShipmentOperator(task_id="c", awb="A", courier_code="x", reason="Stok habis")
    waiting = FastracShipmentSensor(task_id="w", awb="A")
    for operator, page in ((cancel, "cancel-order-19817645e0"), (waiting, "tracking-order-19817646e0")):
        (link,) = operator.operator_extra_links
        assert link.get_link(operator, ti_key=None) == f"https://fastrac-b2b-stg-v2.apidog.io/{page}"
