"""What is given and renders to nothing: never another key, another thing or no file in its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from airflow.sdk import DAG
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_fleetops.operators.call import FleetOpsCallOperator
from airflow_provider_fleetops.operators.fastrac import (
    FastracCreateInstantShipmentOperator,
    FastracCreateShipmentOperator,
    FastracListProvincesOperator,
    FastracReadBalanceOperator,
)
from airflow_provider_fleetops.operators.fasttrack360 import (
    FastTrack360AddCommentOperator,
    FastTrack360CreateJobOrderOperator,
    FastTrack360FillJobOrderOperator,
    FastTrack360UpsertClientOperator,
    FastTrack360UpsertTimesheetOperator,
)
from airflow_provider_fleetops.operators.fasttrak import (
    FasttrakBookQuoteOperator,
    FasttrakCancelReservationOperator,
    FasttrakCreateQuoteOperator,
    FasttrakCreateReservationOperator,
    FasttrakGetReservationOperator,
    FasttrakRetimeReservationOperator,
    FasttrakUpdateReservationOperator,
)
from airflow_provider_fleetops.operators.fasttrak.base import FasttrakOneReservationOperator
from airflow_provider_fleetops.operators.fl3xx import (
    Fl3xxAddPassengerOperator,
    Fl3xxChangeBookingOperator,
    Fl3xxCreateBookingOperator,
    Fl3xxCreateQuoteOperator,
    Fl3xxEnsureAccountOperator,
    Fl3xxUpsertUserOperator,
)
from airflow_provider_fleetops.protocol.errors import InvalidInput
from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.state import open_store
from tests.airflow.fastrac_kit import GUEST, ITEM, RECEIVER, SENDER, SHIPPER, context
from tests.airflow.fasttrack360_kit import CANDIDATE, OPEN_JOB
from tests.airflow.fasttrak.kit import PICKUP, TRIP

pytestmark = pytest.mark.usefixtures("fleet_connections")

NOW = PICKUP.isoformat()
SHIP = {"courier_code": "anteraja", "code_service": "ND", "shipper": SHIPPER, "receiver": RECEIVER, "item": ITEM}
CAR = {name: value for name, value in TRIP.items() if name != "external_booking_id"}
QUOTE = {"quote_package_id": "p", "quote_id": "q", "scheduled_pickup_time": NOW}
SHEET = {"job_order_id": 1, "week_ending": "2031-04-06"}
CALL = {"vendor": "fastrac", "endpoint": "orders.express", "body": {}}
KEYS: list[tuple[type, str, dict[str, Any]]] = [
    (FastracCreateShipmentOperator, "reference", SHIP),
    (FastracCreateInstantShipmentOperator, "reference", {"shipper": SENDER, "receiver": GUEST, "item": ITEM}),
    (FastracCreateInstantShipmentOperator, "max_total", {"shipper": SENDER, "receiver": GUEST, "item": ITEM}),
    (FastracReadBalanceOperator, "minimum", {}),
    (FleetOpsCallOperator, "operation_key", CALL),
    (Fl3xxAddPassengerOperator, "operation_key", {"flight_id": 1, "pax_user_id": 1}),
    (Fl3xxCreateBookingOperator, "external_reference", {}),
    (Fl3xxCreateQuoteOperator, "external_reference", {}),
    (Fl3xxChangeBookingOperator, "reference", {"changes": {"comment": "x"}}),
    (Fl3xxUpsertUserOperator, "external_reference", {"user": {"firstName": "A"}}),
    (Fl3xxEnsureAccountOperator, "external_reference", {"customer": {"name": "A"}}),
    (FasttrakCreateReservationOperator, "external_booking_id", CAR),
    (FasttrakCreateQuoteOperator, "external_booking_id", {k: CAR[k] for k in CAR if k != "vehicle_type_id"}),
    (FasttrakBookQuoteOperator, "external_booking_id", QUOTE),
    (FasttrakGetReservationOperator, "external_booking_id", {"scheduled_pickup_time": NOW}),
    (FasttrakGetReservationOperator, "reservation_id", {}),
    (FasttrakUpdateReservationOperator, "external_booking_id", {"scheduled_pickup_time": NOW, "is_vip": True}),
    (FasttrakRetimeReservationOperator, "external_booking_id", {"scheduled_pickup_time": NOW}),
    (FasttrakCancelReservationOperator, "external_booking_id", {"scheduled_pickup_time": NOW}),
    (FastTrack360AddCommentOperator, "operation_key", {"subject": "client", "subject_id": 1, "comment": "x"}),
    (FastTrack360FillJobOrderOperator, "operation_key", {"job_order_id": 1, "candidate_id": 1}),
    (FastTrack360CreateJobOrderOperator, "external_reference", {"client_id": 1, "job_type": "x", "first_day": "y"}),
    (FastTrack360UpsertClientOperator, "external_reference", {"name": "Example", "office_id": 1}),
    (FastTrack360UpsertTimesheetOperator, "alternative_timesheet_no", SHEET),
]
each_key = pytest.mark.parametrize(
    ("operator", "name", "fields"), KEYS, ids=[f"{cls.__name__}-{name}" for cls, name, _ in KEYS]
)


@pytest.fixture
def box(fresh_sandbox: Sandbox) -> Sandbox:
    return fresh_sandbox


def run(operator: Any, /, run_id: str = "r", **variables: Any) -> Any:
    """What a task does: render, then execute."""
    ctx = context(run_id=run_id) | {"nothing": None} | variables
    operator.render_template_fields(ctx)
    return operator.execute(ctx)


def refused(operator: Any, name: str) -> None:
    with pytest.raises(InvalidInput, match=f"parameter '{name}' is empty: the template rendered to nothing") as caught:
        run(operator)
    assert isinstance(caught.value, AirflowFailException)


@each_key
@pytest.mark.parametrize("nothing", ["{{ nothing }}", "{{ '' }}", "  {{ nothing }} ", "", "None"])
def test_a_key_that_renders_to_nothing_is_refused_before_anything_is_sent(box, operator, name, fields, nothing):
    refused(operator(task_id="t", **fields, **{name: nothing}), name)
    assert box.control.journal() == []
    assert open_store().ledger.list() == []


@each_key
def test_a_key_that_is_none_natively_is_refused(box, operator, name, fields):
    with DAG("native", render_template_as_native_obj=True):
        work = operator(task_id="t", **fields, **{name: "{{ nothing }}"})
    refused(work, name)
    assert box.control.journal() == []


class _Empty:
    """The output of a task that gave nothing."""

    def resolve(self, _context: Any) -> None:
        return None


@each_key
def test_an_output_that_is_not_there_is_no_key(box, operator, name, fields):
    refused(operator(task_id="t", **fields, **{name: _Empty()}), name)
    assert box.control.journal() == []


@pytest.mark.parametrize(
    ("operator", "name", "fields"),
    [key for key in KEYS if not issubclass(key[0], FasttrakOneReservationOperator)],  # refused as they are made
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_mapped_key_that_is_not_there_is_refused(box, operator, name, fields):
    with DAG("mapped"):
        mapped = operator.partial(task_id="t", **fields).expand(**{name: ["A", None]})
    refused(mapped.unmap({name: None}), name)
    assert box.control.journal() == []


@pytest.mark.parametrize("mapped", [True, False])
def test_without_a_key_a_task_has_its_own(box, mapped):
    """A literal None is what leaving it out is."""
    booked = run(FastracCreateShipmentOperator(task_id="t", **SHIP, reference=None))
    if mapped:
        with DAG("mapped"):
            every = FastracCreateShipmentOperator.partial(task_id="t", **SHIP).expand(on_unknown=["fail"])
        booked = run(every.unmap({"on_unknown": "fail"}))
    assert booked["reference"] == "d/r/t/-1"
    assert box.control.summary()["fastrac"]["stats"]["orders"] == 1


def test_an_order_without_a_number_is_not_taken_for_another_one(box):
    """Once, the first order of the key "None" was the answer to every later one."""
    for run_id in ("one", "two"):
        with pytest.raises(InvalidInput, match="'reference' is empty"):
            run(FastracCreateShipmentOperator(task_id="t", **SHIP, reference="{{ nothing }}"), run_id)
    assert box.control.summary()["fastrac"]["stats"]["orders"] == 0


@pytest.mark.parametrize("nothing", ["{{ nothing }}", "{{ '' }}"])
def test_an_output_path_that_renders_to_nothing_is_refused(box, tmp_path, monkeypatch, nothing):
    """Once, whole records went to a file named ``None`` where the worker stood."""
    (tmp_path / "worker").mkdir()
    monkeypatch.chdir(tmp_path / "worker")
    for cls, fields in ((FastracListProvincesOperator, {}), (FleetOpsCallOperator, CALL)):
        refused(cls(task_id="t", **fields, output_path=nothing), "output_path")
    assert box.control.journal() == []
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize("nothing", ["{{ nothing }}", "{{ '' }}"])
def test_a_connection_that_renders_to_nothing_is_not_the_default_one(box, nothing):
    """Its account would pay."""
    refused(FastracCreateShipmentOperator(task_id="t", **SHIP, fastrac_conn_id=nothing), "fastrac_conn_id")
    refused(FleetOpsCallOperator(task_id="t", **CALL, fleetops_conn_id=nothing), "fleetops_conn_id")
    assert box.control.journal() == []
    provinces = {"vendor": "fastrac", "endpoint": "regions.provinces"}
    assert run(FleetOpsCallOperator(task_id="t", **provinces, fleetops_conn_id=None))["count"] > 0


LONG = {"dag_id": "d" * 150, "run_id": "scheduled__2031-04-02T05:00:00+00:00", "task_id": "group." * 20 + "t"}


def test_a_long_name_of_the_task_itself_is_a_key(box):
    """Groups in groups, each mapped index its own; the user's own key keeps its limit."""
    tasks = [LONG | {"map_index": index} for index in (0, 1, 0)]
    booked = []
    for ti in tasks:
        work = FastracCreateShipmentOperator(task_id="t", **SHIP)
        ctx = context(**ti)
        work.render_template_fields(ctx)
        booked.append(work.execute(ctx)["awb"])
    assert booked[0] == booked[2] != booked[1]
    assert box.control.summary()["fastrac"]["stats"]["orders"] == 2
    with pytest.raises(InvalidInput, match="must be at most 250 characters"):
        run(FastracCreateShipmentOperator(task_id="t", **SHIP, reference="x" * 251))


def test_a_long_name_of_the_task_leaves_room_for_the_job_order(box):
    work = FastTrack360FillJobOrderOperator(task_id="t", job_order_id=OPEN_JOB, candidate_id=CANDIDATE)
    ctx = context(**LONG)
    work.render_template_fields(ctx)
    assert work.execute(ctx)["action"] == "done"
