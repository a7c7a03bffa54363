"""What all operators and sensors share: personal fields, ids from templates, soft_fail in every mode."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from airflow.sdk import DAG, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from airflow_provider_fleetops.operators.base import listed
from airflow_provider_fleetops.operators.call import FleetOpsCallOperator
from airflow_provider_fleetops.operators.fastrac import FastracCreateShipmentOperator
from airflow_provider_fleetops.protocol.errors import ConfigurationError
from airflow_provider_fleetops.sensors.fl3xx import Fl3xxFlightStateSensor


@task
def source() -> dict[str, Any]:
    return {}


def test_a_personal_field_waits_for_the_task_it_comes_from():
    with DAG("personal"):
        call = FleetOpsCallOperator(task_id="call", vendor="fl3xx", endpoint="booking.create", body=source())
        shipment = FastracCreateShipmentOperator(
            task_id="ship", courier_code="a", code_service="b", item={}, shipper={"name": source()}, receiver={}
        )
        mapped = FleetOpsCallOperator.partial(task_id="map", vendor="fl3xx", endpoint="booking.create").expand(
            body=[{"a": 1}]
        )
    assert call.upstream_task_ids == {"source"}
    assert shipment.upstream_task_ids == {"source__1"}
    assert mapped.upstream_task_ids == set()


def test_personal_fields_are_not_template_fields():
    for operator in (FleetOpsCallOperator, FastracCreateShipmentOperator):
        assert operator.personal_fields
        assert not set(operator.personal_fields) & set(operator.template_fields)


@pytest.mark.parametrize(
    ("given", "ids"),
    [
        (7001, [7001]),
        ("7001", ["7001"]),
        ([7001, "7002"], [7001, "7002"]),
        ("[7001, 7002]", [7001, 7002]),
        ("['A', 'B']", ["A", "B"]),
        (" FSTR.CO-1 ", ["FSTR.CO-1"]),
        (None, []),
        ("None", []),
        ("", []),
        ([None, "None", ""], []),
        ({"awb": "A"}, [{"awb": "A"}]),
        ("[broken", ["[broken"]),
    ],
)
def test_ids_are_read_from_what_a_template_makes_of_them(given, ids):
    assert listed(given) == ids


@pytest.mark.parametrize("deferrable", [True, False])
@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({}, AirflowFailException),
        ({"soft_fail": True}, AirflowSkipException),
        ({"never_fail": True}, AirflowSkipException),
    ],
)
def test_soft_fail_means_the_same_in_every_mode(fleet_connections, deferrable, options, error):
    sensor = Fl3xxFlightStateSensor(
        task_id="gone",
        flight_id=1,
        from_date="2031-04-02",
        to_date="2031-04-02",
        deferrable=deferrable,
        **options,
    )
    context: Any = {"ti": _TaskInstance(), "logical_date": datetime(2031, 4, 2, tzinfo=UTC)}
    with pytest.raises(error):
        sensor.execute(context)


class _TaskInstance:
    dag_id, run_id, task_id, map_index, try_number = "d", "r", "t", -1, 1


def test_a_vendor_and_an_entry_that_nobody_knows_are_final_errors(fleet_connections):
    from airflow.sdk.exceptions import AirflowFailException

    from airflow_provider_fleetops.hooks.fl3xx import Fl3xxHook
    from airflow_provider_fleetops.operators.call import FleetOpsCallOperator

    with pytest.raises(AirflowFailException, match="unknown endpoint"):
        Fl3xxHook().call("aircraft.lst")
    with pytest.raises(ConfigurationError, match="unknown vendor 'fl3x'"):
        FleetOpsCallOperator(task_id="t", vendor="fl3x", endpoint="aircraft.list").execute({})
