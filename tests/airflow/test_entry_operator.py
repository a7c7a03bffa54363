"""The base of operators that forward to a catalogue entry: what is sent, what is left out, what comes back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
from airflow.sdk import DAG
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_fleetops.operators import output
from airflow_provider_fleetops.operators.entry import FleetOpsOnceOperator
from airflow_provider_fleetops.operators.fl3xx import (
    Fl3xxAddPassengerOperator,
    Fl3xxHoldItemsOperator,
    Fl3xxListAircraftOperator,
    Fl3xxUpdatePassengerOperator,
)
from airflow_provider_fleetops.operators.fl3xx.base import Fl3xxEntryOperator
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.sandbox import Sandbox
from tests.airflow.fl3xx_kit import CONTEXT, DAY, do, effects, programme, rendered, scheduled

pytestmark = pytest.mark.usefixtures("fleet_connections")


class CreateUserOperator(FleetOpsOnceOperator, Fl3xxEntryOperator):
    """Create a user: an entry with a body that is about a person."""

    entry = "user.create"
    sends: ClassVar[Mapping[str, str]] = {"first": "firstName", "last": "lastName", "reference": "externalReference"}
    personal_fields = ("first", "last")

    def __init__(self, *, first: Any, last: Any = None, reference: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.first = first
        self.last = last
        self.reference = reference


@pytest.fixture
def box(fresh_sandbox: Sandbox) -> Sandbox:
    return fresh_sandbox


@pytest.mark.parametrize("nothing", [None, "", "None", "{{ params.none }}"])
def test_what_a_template_leaves_empty_is_not_sent(box, nothing):
    tail = programme()[0]["registrationNumber"]
    task = Fl3xxHoldItemsOperator(task_id="t", tail=tail, from_date=DAY, to_date=DAY, date_search_type=nothing)
    task.render_template_fields({**CONTEXT, "params": {"none": None}})
    assert task.execute(CONTEXT) == []
    (entry,) = box.control.journal(vendor="fl3xx", route="aircraft.hold_items")
    assert sorted(entry["query_keys"]) == ["from", "to"]


def test_given_values_are_sent_by_their_wire_names(box):
    tail = programme()[0]["registrationNumber"]
    do(Fl3xxHoldItemsOperator, tail=tail, from_date="{{ ds }}", to_date="{{ ds }}")
    do(Fl3xxHoldItemsOperator, tail=tail, from_date="2031-04-01", to_date="{{ ds }}", date_search_type="DUE")
    keys = [sorted(e["query_keys"]) for e in box.control.journal(vendor="fl3xx", route="aircraft.hold_items")]
    assert keys == [["from", "to"], ["dateSearchType", "from", "to"]]


def test_false_and_zero_are_values(box):
    flight = scheduled(programme())[0]["flightId"]
    ticket = do(Fl3xxAddPassengerOperator, flight_id=flight, is_main=True, external_reference="t-1")["ticketId"]
    changed = do(Fl3xxUpdatePassengerOperator, flight_id=flight, ticket_id=ticket, is_main=False)
    assert changed["isMain"] is False


def test_a_wrong_value_is_named_and_nothing_is_sent(box):
    with pytest.raises(AirflowFailException, match="'flight_id' must be an integer") as caught:
        do(Fl3xxAddPassengerOperator, flight_id="seven", pax_type="MALE")
    assert isinstance(caught.value, errors.InvalidInput)
    with pytest.raises(AirflowFailException, match="'pax_type' must be one of"):
        do(Fl3xxAddPassengerOperator, flight_id=7_001_001, pax_type="PILOT")
    assert box.control.journal(vendor="fl3xx") == []


def test_a_list_gives_chosen_keys_and_the_file_has_it_all(box, tmp_path: Path):
    path = tmp_path / "fleet.jsonl"
    rows = do(Fl3xxListAircraftOperator, output_path=f"file://{path}")
    full = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(rows) == len(full) > 3
    assert all(set(row) <= set(Fl3xxListAircraftOperator.returns) for row in rows)
    assert [row["tailNumber"] for row in rows] == [row["tailNumber"] for row in full]
    assert "equipment" in full[0]


@pytest.mark.parametrize("prefix", ["file://", ""])
def test_a_folder_that_is_missing_is_made(box, tmp_path: Path, prefix):
    do(Fl3xxListAircraftOperator, output_path=f"{prefix}{tmp_path}/a/b/fleet.jsonl")
    assert (tmp_path / "a/b/fleet.jsonl").read_text()


def test_a_list_that_is_too_long_for_xcom_is_a_clear_error_and_is_in_the_file(box, monkeypatch, tmp_path: Path):
    monkeypatch.setattr(output, "MOST_ROWS", 3)
    path = tmp_path / "fleet.jsonl"
    with pytest.raises(AirflowFailException, match=r"rows are too many for XCom, which takes 3.*to a file") as caught:
        do(Fl3xxListAircraftOperator, output_path=f"file://{path}")
    assert isinstance(caught.value, errors.ConfigurationError)
    assert len(path.read_text().splitlines()) > 3


def test_a_personal_field_is_rendered_when_it_runs_and_stored_nowhere(box):
    given = {"first": "{{ params.name }}", "last": lambda context: context["ds"], "reference": "crm-{{ ds }}"}
    shown = rendered(CreateUserOperator, **given)
    assert json.loads(shown)["reference"] == f"crm-{DAY}"
    assert "first" not in json.loads(shown)
    assert CreateUserOperator.template_fields == ("fl3xx_conn_id", "reference", "output_path", "operation_key")
    task = CreateUserOperator(task_id="t", operation_key="user-1", **given)
    context = {**CONTEXT, "params": {"name": "Quintessa"}}
    task.render_template_fields(context)
    told = task.execute(context)
    assert len(effects(box)) == 1
    assert set(told) == {"digest"}
    assert task.hook.call("user.get", external_reference=f"crm-{DAY}")["firstName"] == "Quintessa"
    assert task.first == "{{ params.name }}"


def test_it_can_be_mapped(box):
    tails = sorted({flight["registrationNumber"] for flight in programme()})[:2]
    with DAG("mapped") as dag:
        Fl3xxHoldItemsOperator.partial(task_id="defects", from_date=DAY, to_date=DAY).expand(tail=tails)
    mapped = dag.get_task("defects")
    assert set(mapped.template_fields) == set(Fl3xxHoldItemsOperator.template_fields)
    for tail in tails:
        assert mapped.unmap({"tail": tail}).execute(CONTEXT) == []
    paths = [entry["path"] for entry in box.control.journal(vendor="fl3xx", route="aircraft.hold_items")]
    assert paths == [f"/api/external/aircraft/{tail}/holditems" for tail in tails]


def test_mapping_over_an_unknown_parameter_is_refused_when_the_dag_is_read():
    with DAG("wrong"), pytest.raises(TypeError, match="tial"):
        Fl3xxHoldItemsOperator.partial(task_id="d", from_date=DAY, to_date=DAY, tial="x").expand(tail=["OE-SIM"])
