"""Bulk operators against the sandbox: what the vendor received, and what the user finds in files, log, XCom and state.

Every row of these manifests carries the word ``Marked`` in each value that may name a person.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred

from airflow_provider_fleetops.hooks.fasttrack360 import FastTrack360Hook
from airflow_provider_fleetops.operators.bulk import (
    FastracBulkShipmentsOperator,
    FastTrack360BulkClientsOperator,
    FastTrack360BulkCommentsOperator,
    FasttrakBulkReservationsOperator,
)
from airflow_provider_fleetops.operators.fasttrack360 import FastTrack360AddCommentOperator
from airflow_provider_fleetops.operators.rows import FleetOpsBulkOperator
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.protocol.manifest import format_of
from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.state import open_store
from tests.conftest import START, set_connection

pytestmark = pytest.mark.usefixtures("fleet_connections")

PARTY = {"phone": "6281100000001", "address": "Jl. Marked 1"}
COMMON = {
    "courier_code": "anteraja",
    "code_service": "ND",
    "shipper": {"name": "Marked Depot", "region_id": 3174050003, **PARTY},
    "item": {"category": "Dokumen", "value": 225_000, "weight": 1_560, "length": 24, "width": 20, "height": 12},
}


class State(dict[str, Any]):
    """The task's state store, as far as it is used."""

    def set(self, key: str, value: Any) -> None:
        self[key] = value


@pytest.fixture
def box(fresh_sandbox: Sandbox) -> Sandbox:
    for vendor, more in (("fastrac", {"balance": 10**12}), ("fasttrack360", {"rate": 1e6, "burst": 10**6})):
        fresh_sandbox.control.limits(vendor, **more)
    return fresh_sandbox


@pytest.fixture
def state() -> State:
    return State()


def shipment(number: int, **changes: Any) -> dict[str, Any]:
    receiver = {f"receiver.{name}": value for name, value in PARTY.items()}
    names = {"receiver.name": f"Marked {number}", "item.name": "Pump", "item.desc": f"=SO+{number}"}
    return {"reference": f"SO-{number}", **receiver, "receiver.region_id": 3578110002, **names} | changes


def car(number: int, **changes: Any) -> dict[str, Any]:
    pickup = START + timedelta(hours=6 + number)
    passenger = {"name": f"Marked {number}", "phone": "+41790000000"}
    places = {"from_location": "Marked Street 1", "to_location": "Airport"}
    return {
        "external_booking_id": f"car-{number}",
        "scheduled_pickup_time": pickup.isoformat(),
        "passenger": passenger,
        **places,
    } | changes


def client(number: int, **changes: Any) -> dict[str, Any]:
    given = {"name": f"Marked {number}", "office_id": 11, "status": "Active", "grade_id": 11}
    return {"external_reference": f"CRM-{number}", **given} | changes


class Bulk:
    """An operator with its three files in a folder."""

    def __init__(self, folder: Path, cls: type[FleetOpsBulkOperator], ending: str = "csv", **arguments: Any) -> None:
        self.cls, self.arguments = cls, arguments
        self.manifest, self.results, self.rejects = (folder / f"{name}.{ending}" for name in ("m", "r", "new/x"))

    def write(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self.manifest.write_bytes(format_of(str(self.manifest)).write(rows, None))

    def run(self, state: State | None = None, **changes: Any) -> dict[str, Any]:
        paths = {"manifest_path": self.manifest, "results_path": self.results, "rejects_path": self.rejects}
        given = {name: str(path) for name, path in paths.items()} | self.arguments | changes
        operator = self.cls(task_id="bulk", **given)
        ti = SimpleNamespace(dag_id="d", run_id="r", task_id="bulk", map_index=-1, try_number=1)
        context: dict[str, Any] = {"ti": ti} | ({} if state is None else {"task_state_store": state})
        operator.render_template_fields(context)
        told: dict[str, Any] = operator.execute(context)
        return told

    def outcomes(self) -> list[str]:
        return [row["outcome"] for row in read(self.results)]


def read(path: Path) -> list[dict[str, Any]]:
    rows = format_of(str(path)).read(path.read_bytes()).rows
    return [dict(row) for row in rows]


@pytest.fixture
def parcels(tmp_path: Path, box: Sandbox) -> Bulk:
    return Bulk(tmp_path, FastracBulkShipmentsOperator, common=COMMON)


def orders(box: Sandbox) -> int:
    return int(box.control.summary()["fastrac"]["stats"]["orders"])


def creates(box: Sandbox, vendor: str, route: str) -> int:
    return len([x for x in box.control.journal(vendor=vendor, route=route, limit=10_000) if x["effect"]])


def calls(box: Sandbox) -> int:
    return len(box.control.journal(limit=10_000))


# --- each vendor ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_shipments_are_booked_once_and_the_same_file_again_sends_nothing(tmp_path, box, ending):
    bulk = Bulk(tmp_path, FastracBulkShipmentsOperator, ending, common=COMMON)
    bulk.write([shipment(n) for n in range(12)])
    told = bulk.run()
    counts = {"rows": 12, "before": 0, "done": 12, "rejected": 0, "unknown": 0, "open": 0}
    assert told == counts | {"results": str(bulk.results), "rejects": None}
    first, asked = read(bulk.results), calls(box)
    assert len({row["awb"] for row in first}) == 12
    assert [row["reference"] for row in first] == [f"SO-{n}" for n in range(12)]
    assert bulk.run()["before"] == 12
    assert read(bulk.results) == first
    assert (orders(box), calls(box)) == (12, asked)


def test_cars_are_looked_for_before_they_are_booked(tmp_path, box):
    common = {"customer": {"first_name": "Marked", "last_name": "Desk"}, "vehicle_type_id": 1}
    bulk = Bulk(tmp_path, FasttrakBulkReservationsOperator, "jsonl", common=common, search_hours=0.25)
    bulk.write([car(n) for n in range(4)])
    assert bulk.run()["done"] == 4
    rows = read(bulk.results)
    assert all(row["reservation_id"] and row["status"] for row in rows)
    assert creates(box, "fasttrak", "reservation.create_new_customer") == 4
    asked = calls(box)
    assert bulk.run()["before"] == 4
    assert calls(box) == asked


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"vehicle_type_id": 3}, "external_booking_id was used for other values already"),
        ({"passenger_count": 8}, "external_booking_id was used for other values already"),
        ({"customer": {"last_name": "Marked Other"}}, "external_booking_id was used for other values already"),
        ({"details": {"collectionType": "Cash"}}, "external_booking_id was used for other values already"),
        ({"scheduled_pickup_time": (START + timedelta(days=30)).isoformat()}, "scheduled_pickup_time must be within"),
    ],
)
def test_another_car_under_a_key_that_was_used_is_an_error(tmp_path, box, change, column):
    common = {"customer": {"first_name": "Marked", "last_name": "Desk"}, "vehicle_type_id": 1}
    bulk = Bulk(tmp_path, FasttrakBulkReservationsOperator, "jsonl", common=common)
    bulk.write([car(1)])
    bulk.run()
    asked = calls(box)
    bulk.write([car(0), car(1, **change)])
    with pytest.raises(errors.InvalidInput, match=f"row 2: {column}"):
        bulk.run()
    assert calls(box) == asked
    later = (START + timedelta(hours=12)).isoformat()
    bulk.write([car(1, scheduled_pickup_time=later, driver_notes="Marked delay")])
    assert bulk.run()["before"] == 1, "an estimate that has moved, and notes, are the same trip"


def test_clients_are_created_changed_or_left_alone(tmp_path, box):
    bulk = Bulk(tmp_path, FastTrack360BulkClientsOperator)
    bulk.write([client(1), client(2)])
    bulk.run()
    assert [row["action"] for row in read(bulk.results)] == ["created", "created"]
    bulk.write([client(1), client(2, status="Inactive"), client(3)])
    assert bulk.run()["before"] == 1
    assert [row["action"] for row in read(bulk.results)] == ["created", "updated", "created"]
    assert creates(box, "fasttrack360", "client.create") == 3
    asked = calls(box)
    assert bulk.run()["before"] == 3
    assert calls(box) == asked


def test_comments_cost_one_call_each_and_are_added_once(tmp_path, box):
    ids = [row["id"] for row in FastTrack360Hook().rows("clients.list")][:2]
    bulk = Bulk(tmp_path, FastTrack360BulkCommentsOperator, subject="client")
    before = calls(box)
    bulk.write([{"operation_key": f"c-{n}", "subject_id": ids[n % 2], "comment": f"Marked {n}"} for n in range(6)])
    assert bulk.run()["done"] == 6
    assert (calls(box) - before, creates(box, "fasttrack360", "client_comment.create")) == (6, 6)
    (first, *_) = read(bulk.results)
    single = FastTrack360AddCommentOperator(
        task_id="single", subject="client", subject_id=ids[0], comment="Marked 0", operation_key="c-0"
    )
    assert single.execute({"ti": SimpleNamespace(try_number=1)})["comment_id"] == int(first["comment_id"])
    assert calls(box) - before == 6


def test_decimals_of_parquet_are_sent_and_go_back_to_the_rejects(tmp_path, box):
    import pyarrow as pa
    from pyarrow import parquet as pq

    bulk = Bulk(tmp_path, FastracBulkShipmentsOperator, "parquet", common=COMMON)
    bulk.arguments["results_path"] = str(tmp_path / "results.jsonl")
    item = {"name": "Pump", "desc": "=SO", "value": Decimal("225000.50")}
    rows = [shipment(n, reference=Decimal(n)) | {"item": item} for n in range(3)]
    rows[1]["receiver.phone"] = "Marked"
    table = pa.Table.from_pylist([{k: v for k, v in row.items() if not k.startswith("item.")} for row in rows])
    pq.write_table(table, bulk.manifest)
    with pytest.raises(AirflowFailException, match="1 of 3 rows were rejected"):
        bulk.run(skip_invalid=True)
    assert orders(box) == 2
    (rejected,) = pq.read_table(bulk.rejects).to_pylist()
    assert (rejected["reference"], rejected["item"], rejected["error_row"]) == (Decimal(1), item, "2")
    assert [row["reference"] for row in read(tmp_path / "results.jsonl")] == ["0", "1", "2"]


# --- what is wrong ----------------------------------------------------------------------------------------------------


BAD = [
    ({"receiver.phone": "Marked"}, "receiver.phone must be 8 to 15 digits"),
    ({"receiver.name": ""}, "receiver.name is required"),
    ({"receiver.note": "x"}, "receiver.note is unknown; known are address, email"),
    ({"item.fragile": "true"}, "item.fragile is unknown; known are category, desc"),
    ({"receiver.name": "Marked\x07"}, "receiver.name must not contain control characters"),
    ({"item.weight": "Marked"}, "item.weight must be a finite number"),
    ({"reference": ""}, "reference must not be empty"),
    ({"cod": "Marked"}, "cod must be true or false"),
    ({"cod": "true"}, "cod_amount is required for cash on delivery"),
    ({"receiver.address": "M" * 100_001}, "receiver.address must be at most 100000 characters"),
    ({"reference": "SO-1"}, "reference is the same as in row 1"),
]


@pytest.mark.parametrize(("change", "rule"), BAD, ids=[rule for _, rule in BAD])
def test_an_invalid_row_is_named_by_number_field_and_rule_and_nothing_is_sent(box, parcels, capsys, change, rule):
    parcels.write([shipment(1), shipment(2, **change)])
    with pytest.raises(AirflowFailException, match=f"1 of 2 rows are invalid: row 2: {rule}") as caught:
        parcels.run()
    assert isinstance(caught.value, errors.InvalidInput)
    log = capsys.readouterr().out
    assert f"row 2: {rule}" in log
    assert "Marked" not in log + str(caught.value)
    assert calls(box) == 0
    (row,) = read(parcels.rejects)
    assert f"{row['error_field']} {row['error_rule']}".startswith(rule)
    assert {name: row[name] for name in change} == {name: str(value) for name, value in change.items()}
    assert row["item.desc"] == "=SO+2"


def test_the_valid_rows_go_where_the_user_wants_that_and_the_rejects_are_fed_again(box, parcels):
    parcels.write([shipment(1), shipment(2, **{"receiver.phone": "-"}), shipment(3)])
    with pytest.raises(errors.Refused, match="1 of 3 rows were rejected"):
        parcels.run(skip_invalid=True)
    assert parcels.outcomes() == ["done", "rejected", "done"]
    corrected = read(parcels.rejects)
    corrected[0]["receiver.phone"] = "6281100000009"
    parcels.write(corrected)
    assert parcels.run()["done"] == 1
    assert not parcels.rejects.exists()
    assert orders(box) == 3


def test_a_key_that_was_used_for_other_values_is_an_error_before_anything_is_sent(box, parcels):
    parcels.write([shipment(1)])
    parcels.run()
    parcels.write([shipment(0), shipment(1, **{"receiver.address": "Marked elsewhere"})])
    with pytest.raises(errors.InvalidInput, match="row 2: reference was used for other values already"):
        parcels.run()
    assert orders(box) == 1


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"rejects_path": "x.jsonl"}, r"rejects_path must end with \.csv"),
        ({"results_path": "r.xls"}, "must be a file of"),
        ({"rejects_path": "m.csv", "manifest_path": "m.csv"}, "must be three files"),
        ({"common": "Marked"}, "'common' must be an object"),
        ({"common": COMMON | {"insurence": True}}, "'common.insurence' is unknown; known are reference, courier_code"),
        ({"common": COMMON | {"item.weight": 2000}}, "'common.item.weight' is unknown"),
    ],
)
def test_what_is_wrong_with_the_task_itself(box, parcels, change, rule):
    parcels.write([shipment(1)])
    with pytest.raises(errors.InvalidInput, match=rule) as caught:
        parcels.run(**change)
    assert "Marked" not in str(caught.value)
    assert calls(box) == 0


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_manifest_without_rows_is_done_and_its_results_have_their_columns(tmp_path, box, ending):
    bulk = Bulk(tmp_path, FastracBulkShipmentsOperator, ending)
    bulk.manifest.write_bytes(format_of(str(bulk.manifest)).write([], None, ("reference",)))
    assert bulk.run()["rows"] == 0
    table = bulk.results.read_text().strip().split(",") if ending == "csv" else parquet_of(bulk.results).column_names
    assert table == ["row", "reference", "outcome", "awb", "booking_id", "tariff", "operation", "reason"]


def parquet_of(path: Path) -> Any:
    from pyarrow import parquet as pq

    return pq.read_table(path)


@pytest.mark.parametrize("wrong", [float("nan"), b"\xff", timedelta(1)])
def test_a_client_that_cannot_be_sent_stops_the_manifest_before_anything_is(tmp_path, box, wrong):
    import pyarrow as pa
    from pyarrow import parquet as pq

    bulk = Bulk(tmp_path, FastTrack360BulkClientsOperator, "parquet", results_path=str(tmp_path / "r.csv"))
    rows = [client(1, custom_fields={"x": None}), client(2, custom_fields={"x": wrong})]
    pq.write_table(pa.Table.from_pylist(rows), bulk.manifest)
    with pytest.raises(errors.InvalidInput, match="1 of 2 rows are invalid: row 2: body cannot be sent as JSON"):
        bulk.run()
    assert calls(box) == 0


def test_dates_of_parquet_are_sent_as_dates(tmp_path, box):
    import pyarrow as pa
    from pyarrow import parquet as pq

    bulk = Bulk(tmp_path, FastTrack360BulkClientsOperator, "parquet", results_path=str(tmp_path / "r.jsonl"))
    given = {"since": START.date(), "reviewed": START, "at": START.time()}
    pq.write_table(pa.Table.from_pylist([client(1, custom_fields=given)]), bulk.manifest)
    assert bulk.run()["done"] == 1
    (row,) = read(tmp_path / "r.jsonl")
    fields = FastTrack360Hook().call("client.get", client_id=row["client_id"])["customFields"]
    assert fields == {"since": "2031-04-02", "reviewed": "2031-04-02T05:00:00+00:00", "at": "05:00:00"}


# --- what goes wrong on the way ---------------------------------------------------------------------------------------


def test_a_refused_row_does_not_stop_the_others_and_is_corrected(box, parcels):
    parcels.write([shipment(1), shipment(2, **{"receiver.region_id": 1234567890}), shipment(3)])
    told = parcels.run(fail_on_rejects=False)
    assert (told["done"], told["rejected"], told["rejects"]) == (2, 1, str(parcels.rejects))
    (row,) = read(parcels.rejects)
    assert (row["reference"], row["error_row"]) == ("SO-2", "2")
    assert (row["error_field"], row["error_rule"]) == ("", "Data not found")
    parcels.write([row | {"receiver.region_id": 3578110002}])
    assert parcels.run()["done"] == 1
    assert orders(box) == 3


@pytest.mark.parametrize(
    ("cls", "row", "reject"),
    [
        (FastTrack360BulkClientsOperator, client(1, status="Actve"), ("status", "is not one of clients.statuses")),
        (FastTrack360BulkClientsOperator, client(1, office_id=999), ("office_id", "is not one of offices")),
        (
            FasttrakBulkReservationsOperator,
            car(1, vehicle_type_id=99, customer={"last_name": "Marked"}),
            ("vehicle_type_id", "is not a known id"),
        ),
    ],
)
def test_the_column_that_the_vendor_blames_is_told(tmp_path, box, cls, row, reject):
    bulk = Bulk(tmp_path, cls, "jsonl")
    bulk.write([row])
    bulk.run(fail_on_rejects=False)
    (told,) = read(bulk.rejects)
    assert (told["error_field"], told["error_rule"]) == reject


def test_rows_that_are_refused_again_stop_nothing_and_are_all_told(box, parcels):
    wrong = {"receiver.region_id": 1234567890}
    parcels.write([shipment(n, **(wrong if n % 2 else {})) for n in range(8)])
    for again in (0, 4):
        told = parcels.run(fail_on_rejects=False, max_failures=2, in_flight=1)
        assert (told["before"], told["done"], told["rejected"], told["open"]) == (again, 4, 4, 0)
        assert [row["reference"] for row in read(parcels.rejects)] == ["SO-1", "SO-3", "SO-5", "SO-7"]
    parcels.write([shipment(n, **wrong) for n in range(20, 24)])
    with pytest.raises(errors.NotFound, match="2 rows failed one after the other"):
        parcels.run(fail_on_rejects=False, max_failures=2, in_flight=1)


def test_clients_that_are_refused_again_stop_nothing(tmp_path, box):
    bulk = Bulk(tmp_path, FastTrack360BulkClientsOperator)
    bulk.write([client(n, **({"office_id": 987_654} if n % 2 else {})) for n in range(8)])
    for _ in range(2):
        told = bulk.run(fail_on_rejects=False, max_failures=2, in_flight=1)
        assert (told["done"], told["rejected"], told["open"]) == (4, 4, 0)


def test_rejected_credentials_stop_all_and_what_was_done_is_told(box, parcels):
    parcels.write([shipment(n) for n in range(30)])
    parcels.run(manifest_path=str(_first(parcels, 5)))
    box.control.fault("fastrac", "revoked_token", times=1000)
    sent = calls(box)
    with pytest.raises(errors.AuthenticationError):
        parcels.run(in_flight=4)
    assert calls(box) - sent <= 4
    assert parcels.outcomes() == ["done"] * 5 + ["open"] * 25


def _first(bulk: Bulk, count: int) -> Path:
    """A manifest with the first rows of another."""
    path = bulk.manifest.with_name("first.csv")
    path.write_bytes(format_of("x.csv").write(read(bulk.manifest)[:count], None))
    return path


def test_a_vendor_that_fails_every_row_is_left_alone(box, parcels):
    box.control.fault("fastrac", "reset_after", "orders.express", times=1000)
    parcels.write([shipment(n) for n in range(40)])
    with pytest.raises(errors.OutcomeUnknown, match="3 rows failed one after the other") as caught:
        parcels.run(max_failures=3, in_flight=2)
    assert isinstance(caught.value, AirflowFailException)
    assert 3 <= orders(box) <= 4
    assert parcels.outcomes().count("unknown") == orders(box)


def test_an_unknown_outcome_is_settled_by_a_person_and_not_sent_again(box, parcels, capsys):
    box.control.fault("fastrac", "reset_after", "orders.express", times=1)
    parcels.write([shipment(n) for n in range(6)])
    with pytest.raises(errors.OutcomeUnknown, match="of 1 rows nobody knows"):
        parcels.run()
    unknown = [row for row in read(parcels.results) if row["outcome"] == "unknown"]
    assert len(unknown) == 1
    named = f"row {unknown[0]['row']}: nobody knows the outcome of operation {unknown[0]['operation']}"
    assert named in capsys.readouterr().out
    assert orders(box) == 6
    from airflow_provider_fleetops.protocol.ledger import Status

    answer = {"value": {"awb": "CO.SETTLED"}}
    assert open_store().ledger.resolve(unknown[0]["operation"], Status.DONE, START.timestamp(), result=answer)
    assert parcels.run()["before"] == 6
    assert "CO.SETTLED" in {row["awb"] for row in read(parcels.results)}
    assert orders(box) == 6


def test_a_long_wait_hands_the_worker_back_and_goes_on_later(box, parcels):
    box.control.fault("fastrac", "too_many", "orders.express", retry_after=3600)
    parcels.write([shipment(n) for n in range(3)])
    with pytest.raises(TaskDeferred) as deferred:
        parcels.run(deferrable=True, in_flight=1)
    assert deferred.value.method_name == "execute_resumed"
    assert orders(box) == 0
    box.control.clear_faults()


def test_progress_is_told_and_a_row_nowhere_but_in_the_files(box, parcels, state, capsys):
    parcels.write([shipment(n) for n in range(5)] + [shipment(5, **{"receiver.region_id": 1234567890})])
    told = parcels.run(state, fail_on_rejects=False)
    counts = {"rows": 6, "before": 0, "done": 5, "rejected": 1, "unknown": 0, "open": 0}
    assert state == {"bulk": counts}
    log = capsys.readouterr().out
    assert "rows 6, before 0, done 5, rejected 1, unknown 0, open 0" in log
    seen = json.dumps([told, state]) + log
    assert "Marked" not in seen
    assert "SO-" not in seen
    assert "Marked" in parcels.rejects.read_text()


def test_a_text_that_begins_like_a_formula_arrives_as_it_is(box, parcels):
    from airflow_provider_fleetops.hooks.fastrac import FastracHook

    parcels.write([shipment(1, **{"receiver.name": "=HYPERLINK(1)"})])
    parcels.run()
    (row,) = read(parcels.results)
    assert FastracHook().track("anteraja", row["awb"])["receiver_name"] == "=HYPERLINK(1)"


def test_several_rows_are_under_way_at_a_time(box, parcels):
    box.control.fault("fastrac", "slow", "orders.express", times=1000, seconds=0.4)
    parcels.write([shipment(n) for n in range(16)])
    import time

    began = time.monotonic()
    parcels.run(in_flight=16)
    assert time.monotonic() - began < 16 * 0.4 / 2
    assert orders(box) == 16


def test_the_header_may_come_from_a_spreadsheet(box, parcels):
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(shipment(1)))
    writer.writeheader()
    writer.writerow(shipment(1))
    parcels.manifest.write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode())
    assert parcels.run()["done"] == 1


@pytest.fixture(autouse=True)
def _no_faults_left(fresh_sandbox: Sandbox) -> Iterator[None]:
    yield
    fresh_sandbox.control.clear_faults()


def test_many_connections_share_nothing(box, parcels, fleet_connections, monkeypatch):
    set_connection(monkeypatch, "other", fleet_connections["fastrac_default"])
    parcels.write([shipment(1)])
    parcels.run()
    assert parcels.run(fastrac_conn_id="other")["before"] == 0
    assert orders(box) == 2
