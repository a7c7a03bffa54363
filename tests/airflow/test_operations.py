"""What clear, retry, backfill and a manual re-run mean, and ``airflow fleetops operations``: with real operators."""

from __future__ import annotations

import json
import time
from argparse import Namespace
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_fleetops.cli.operations import operations_list, operations_resolve, operations_show
from airflow_provider_fleetops.hooks.fasttrack360 import FastTrack360Hook
from airflow_provider_fleetops.operators.call import FleetOpsCallOperator
from airflow_provider_fleetops.operators.fastrac import FastracCreateShipmentOperator
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.protocol.caller import Caller
from airflow_provider_fleetops.protocol.ledger import Intent
from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.state import open_store
from benchmarks._orders import _parcel
from tests.conftest import START, set_connection

pytestmark = pytest.mark.usefixtures("fleet_connections")
CLIENT = {"name": "Invented Air", "officeId": 11, "status": "Active", "gradeId": 11}
JOB, CANDIDATE = 200000001, 300000001


@pytest.fixture
def box(fresh_sandbox: Sandbox) -> Sandbox:
    return fresh_sandbox


def context(try_number: int = 1, **changes: Any) -> dict[str, Any]:
    keys = {"dag_id": "d", "run_id": "scheduled__2031-04-02", "task_id": "t", "map_index": -1, "try_number": try_number}
    return {"ti": SimpleNamespace(**(keys | changes)), "logical_date": START, "ds": "2031-04-02"}


def create(given: Mapping[str, Any], endpoint: str = "client.create", **arguments: Any) -> Any:
    """One try of a task that creates a client by the catalogue's entry."""
    task = {"body": CLIENT, "xcom_keys": ["id"], **arguments}
    operator = FleetOpsCallOperator(task_id="t", vendor="fasttrack360", endpoint=endpoint, **task)
    operator.render_template_fields(given)
    return operator.execute(given)


def sent(box: Sandbox, route: str = "client.create") -> int:
    return len(box.control.journal(vendor="fasttrack360", route=route))


# --- what a name means ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("again", [context(2), context(7)], ids=["retry", "clear"])
def test_a_retry_and_a_clear_get_the_first_answer_and_send_nothing(box: Sandbox, again: Any) -> None:
    first = create(context())
    assert create(again) == first
    assert sent(box) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"run_id": "backfill__2031-04-03"},
        {"run_id": "manual__2031-04-02T09:00:00"},
        {"task_id": "another"},
        {"dag_id": "another"},
        {"map_index": 1},
    ],
    ids=lambda other: next(iter(other.values())),
)
def test_another_run_or_task_does_it_again_unless_the_user_names_it(box: Sandbox, other: Mapping[str, Any]) -> None:
    assert create(context())["id"] != create(context(**other))["id"]
    named = {"operation_key": "{{ ds }} client 7"}
    assert create(context(), **named) == create(context(**other), **named)
    assert sent(box) == 3


def test_another_payload_under_the_same_name_fails_and_is_not_retried(box: Sandbox) -> None:
    create(context(), operation_key="client 7")
    with pytest.raises(AirflowFailException, match="another payload") as caught:
        create(context(2), operation_key="client 7", body={**CLIENT, "name": "Other Air"})
    assert isinstance(caught.value, errors.InvalidInput)
    assert "Other Air" not in str(caught.value)
    assert sent(box) == 1


def test_a_refused_order_can_be_corrected_under_its_name(box: Sandbox) -> None:
    with pytest.raises(AirflowFailException):
        create(context(), operation_key="client 7", body={**CLIENT, "gradeId": 99999})
    assert create(context(2), operation_key="client 7")["id"]


def test_a_read_needs_no_name_and_refuses_one() -> None:
    read = {"endpoint": "offices.list", "body": None, "xcom_keys": []}
    create(context(), **read)
    with pytest.raises(AirflowFailException, match="operation_key"):
        create(context(), operation_key="x", **read)


def test_in_a_task_function_the_hook_takes_the_name(box: Sandbox) -> None:
    hook = FastTrack360Hook()
    first = hook.call("client.create", body=CLIENT, operation_key="client 7")
    assert hook.call("client.create", body=CLIENT, operation_key="client 7") == first
    assert hook.call("client.create", body={**CLIENT, "name": "B"})["id"] != first["id"]
    assert sent(box) == 2


def test_a_task_that_does_it_twice_needs_a_name_for_each(box: Sandbox) -> None:
    hook = FastTrack360Hook()
    hook.caller = Caller("d", "r", "t")
    first = hook.call("client.create", body=CLIENT)
    with pytest.raises(errors.InvalidInput, match="operation_key"):
        hook.call("client.create", body={**CLIENT, "name": "B"})
    retried = FastTrack360Hook()
    retried.caller = Caller("d", "r", "t", try_number=2)
    assert retried.call("client.create", body=CLIENT) == first
    assert sent(box) == 1


def test_without_the_shared_state_nothing_is_sent(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("psycopg")
    monkeypatch.setenv("AIRFLOW__FLEETOPS__STATE_URL", "postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(errors.StoreUnavailable):
        create(context())
    assert sent(box) == 0


# --- looking, by vendor knowledge -------------------------------------------------------------------------------------

SHEET = {"jobOrderId": 200000002, "candidateId": 300000002, "weekEnding": "2031-04-13"}


@pytest.mark.parametrize(
    ("endpoint", "body", "arguments"),
    [
        ("client.create", CLIENT, {}),
        ("client.create", {**CLIENT, "externalReference": "CRM-9"}, {}),
        ("timesheet.create", {**SHEET, "alternativeTimesheetNo": "VMS-77"}, {}),
        ("job_order.fill", {"candidateId": CANDIDATE}, {"job_order_id": JOB}),
    ],
    ids=["by name and office", "by reference", "by timesheet number", "by the job itself"],
)
def test_an_entry_whose_answer_was_lost_is_found(box: Sandbox, endpoint: str, body: Any, arguments: Any) -> None:
    box.control.fault("fasttrack360", "reset_after", endpoint)
    made = create(context(), endpoint, body=body, arguments=arguments)
    assert made["id"]
    assert create(context(2), endpoint, body=body, arguments=arguments) == made
    assert sent(box, endpoint) == 1


def test_an_entry_that_nothing_identifies_is_for_a_person(box: Sandbox) -> None:
    box.control.fault("fasttrack360", "reset_after", "timesheet.create")
    for try_number in (1, 2):
        with pytest.raises(AirflowFailException, match="operations show") as caught:
            create(context(try_number), "timesheet.create", body=SHEET)
        assert isinstance(caught.value, errors.OutcomeUnknown)
    assert sent(box, "timesheet.create") == 1


# --- the commands -----------------------------------------------------------------------------------------------------


def ship(given: Mapping[str, Any]) -> Any:
    task = FastracCreateShipmentOperator(task_id="ship", reference="SO-1", **_parcel(1))
    return task.execute(given)


@pytest.fixture
def unknown(box: Sandbox) -> str:
    """The id of a shipment that was booked, and of which only the vendor knows."""
    box.control.fault("fastrac", "reset_after", "orders.express")
    with pytest.raises(errors.OutcomeUnknown):
        ship(context())
    (operation,) = open_store().ledger.list()
    return operation.id


def args(**given: Any) -> Namespace:
    usual = {"state": None, "vendor": None, "limit": 50, "output": "json"}
    usual |= {"done": None, "not_done": False, "force": False}
    return Namespace(**(usual | given))


def printed(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_list_shows_what_is_unknown(unknown: str, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    operations_list(args(state="unknown"))
    (row,) = printed(capsys)
    assert (row["id"], row["key"], row["action"], row["state"]) == (unknown, "SO-1", "orders.express", "unknown")
    for nothing in ({"state": "done"}, {"vendor": "fl3xx"}):
        operations_list(args(**nothing))
        assert printed(capsys) == []


def test_show_has_the_evidence(unknown: str, capsys: pytest.CaptureFixture[str]) -> None:
    for name in (unknown, unknown[:6], "SO-1"):
        capsys.readouterr()
        operations_show(args(id=name))
        (row,) = printed(capsys)
        (evidence,) = [json.loads(value) for key, value in row.items() if key.startswith("evidence")]
        assert evidence["order_code"].startswith("PSN-")
        assert evidence["debit"] > 0
        assert (evidence["names_courier"], row["sends"]) == (2, "1")
    operations_show(args(id=unknown, output="table"))
    assert f"id: {unknown}" in capsys.readouterr().out


def test_done_gives_the_id_to_whoever_asks_again(unknown: str, box: Sandbox) -> None:
    operations_resolve(args(id=unknown, done="CO.FASTRAC-1"))
    again = ship(context(2))
    assert (again["awb"], again["courier_code"], again["reference"]) == ("CO.FASTRAC-1", "anteraja", "SO-1")
    assert len(box.control.journal(vendor="fastrac", route="orders.express")) == 1


def test_not_done_lets_the_next_try_send(unknown: str, box: Sandbox) -> None:
    operations_resolve(args(id="SO-1", not_done=True))
    assert ship(context(2))["awb"]
    assert len(box.control.journal(vendor="fastrac", route="orders.express")) == 2


def test_resolve_takes_no_beginning_of_an_id(unknown: str, box: Sandbox) -> None:
    for mistyped in (unknown[:6], unknown[:-1], ""):
        with pytest.raises(errors.NotFound, match="no operation"):
            operations_resolve(args(id=mistyped, not_done=True))
    assert open_store().ledger.show(unknown)[0].status == "unknown"


@pytest.mark.parametrize("word", [{"not_done": True}, {"done": "CO.FASTRAC-2"}], ids=["not done", "done"])
def test_what_is_done_is_only_taken_back_by_force(box: Sandbox, word: Mapping[str, Any]) -> None:
    made = ship(context())
    with pytest.raises(errors.InvalidInput, match=r"done already.*--force"):
        operations_resolve(args(id="SO-1", **word))
    assert ship(context(2)) == made
    operations_resolve(args(id="SO-1", force=True, **word))
    assert ship(context(3))["awb"] != made["awb"]


@pytest.mark.parametrize("given", [{}, {"done": "A", "not_done": True}, {"done": " "}])
def test_resolve_wants_one_word(unknown: str, given: Mapping[str, Any]) -> None:
    with pytest.raises(errors.InvalidInput, match="--done"):
        operations_resolve(args(id=unknown, **given))


def test_what_is_not_there_or_meant_twice_is_named(box: Sandbox) -> None:
    with pytest.raises(errors.NotFound, match="no operation"):
        operations_show(args(id="nothing"))
    for endpoint, body in (("client.create", CLIENT), ("job_order.fill", {"candidateId": CANDIDATE})):
        where = {} if endpoint == "client.create" else {"job_order_id": JOB}
        create(context(), endpoint, body=body, arguments=where, operation_key="same")
    with pytest.raises(errors.InvalidInput, match="'same' means 2 operations"):
        operations_show(args(id="same"))


def test_what_is_in_work_cannot_be_settled() -> None:
    ledger, now = open_store().ledger, time.time()
    meant = Intent("fl3xx", "https://x.example", "c", "booking.create", "k", "d")
    ledger.begin(meant, "another process", now, 60)
    with pytest.raises(errors.Throttled, match="works on"):
        operations_resolve(args(id=meant.id, done="1"))


def test_the_rule_may_accept_the_one_debit(box: Sandbox) -> None:
    box.control.fault("fastrac", "reset_after", "orders.express")
    task = FastracCreateShipmentOperator(task_id="ship", on_unknown="accept_single_match", **_parcel(1))
    made = task.execute(context())
    assert made["awb"] is None
    assert made["tariff"] > 0
    assert task.execute(context(2)) == made


def test_v1_has_no_ledger_to_look_into(box: Sandbox, fleet_connections: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    given = fleet_connections["fastrac_default"]
    set_connection(monkeypatch, "fastrac_default", {**given, "extra": {**given["extra"], "api_version": "v1"}})
    box.control.fault("fastrac", "reset_after", "*")
    with pytest.raises(errors.OutcomeUnknown):
        ship(context())
