"""Transfers against the sandbox over HTTP: what the vendors were asked, and what consumers find."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from types import SimpleNamespace

import pyarrow.parquet as pq
import pytest
from airflow.sdk import Asset, ObjectStoragePath
from airflow.sdk.exceptions import AirflowFailException
from airflow.sdk.io import attach
from fsspec.implementations.memory import MemoryFileSystem

from airflow_provider_fleetops.operators.fl3xx import Fl3xxListFlightsOperator
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.transfers.object_storage import FleetOpsToObjectStorageOperator
from tests.airflow.transfer_kit import AssetState, asked, context, lines, transfer
from tests.conftest import set_connection

pytestmark = pytest.mark.usefixtures("fleet_connections")
FLIGHTS = {"vendor": "fl3xx", "endpoint": "flights.list"}
WINDOW = {"from_": "2031-03-30", "to": "2031-04-05"}


@pytest.fixture
def box(unhurried_sandbox, as_of_the_sandbox):
    return unhurried_sandbox


# --- pages and windows ---


@pytest.mark.parametrize("folder", ["file", "memory"])
def test_all_pages_of_a_list_are_in_the_file(box, tmp_path, folder):
    attach("memory", fs=MemoryFileSystem())
    box.control.script("fasttrack360", "grow", rows=300)
    path = ObjectStoragePath(f"file://{tmp_path}/deep/rows.jsonl" if folder == "file" else "memory://deep/rows.jsonl")
    result = transfer(str(path))
    rows = [json.loads(line) for line in path.read_bytes().splitlines()]
    assert result["rows"] == len(rows) == len({row["id"] for row in rows}) == 336
    assert (result["pages"], result["calls"], result["duplicates"], result["cursor"]) == (4, 4, 0, None)
    assert [entry["status"] for entry in asked(box)] == [200] * 4
    assert [entry.name for entry in path.parent.iterdir()] == ["rows.jsonl"]


def test_larger_pages_are_fewer_calls(box, tmp_path):
    box.control.script("fasttrack360", "grow", rows=300)
    assert transfer(tmp_path / "rows.jsonl", arguments={"page_size": 200})["calls"] == len(asked(box)) == 2


def test_a_file_that_is_there_is_replaced_and_the_digest_tells_whether_it_changed(box, tmp_path):
    first = transfer(tmp_path / "rows.jsonl", context("1"))
    assert transfer(tmp_path / "rows.jsonl", context("2"))["digest"] == first["digest"]
    box.control.script("fasttrack360", "grow", rows=1)
    last = transfer(tmp_path / "rows.jsonl", context("3"))
    assert (last["rows"], last["digest"] != first["digest"]) == (37, True)
    assert len(lines(tmp_path / "rows.jsonl")) == 37


def test_a_long_window_is_read_in_parts_and_each_flight_is_written_once(box, tmp_path):
    box.control.limits("fl3xx", flights_days=2)
    result = transfer(tmp_path / "rows.parquet", arguments=WINDOW, file_format="parquet", **FLIGHTS)
    ids = pq.read_table(tmp_path / "rows.parquet").column("flightId").to_pylist()
    assert [entry["status"] for entry in asked(box, "fl3xx")] == [400, 400, 200, 200, 200]
    assert result["calls"] == 5
    box.control.limits("fl3xx", flights_days=366)
    operator = Fl3xxListFlightsOperator(task_id="x", from_date=WINDOW["from_"], to_date=WINDOW["to"], time_zone="CET")
    assert sorted(ids) == sorted(flight["flightId"] for flight in operator.execute(context()))


def test_a_body_may_hold_what_is_asked_for(box, tmp_path):
    body = {"startDate": "2031-04-01T00:00:00Z", "endDate": "2031-04-05T00:00:00Z"}
    result = transfer(tmp_path / "rows.jsonl", vendor="fasttrak", endpoint="reservations.search", body=body)
    assert result["rows"] == len(lines(tmp_path / "rows.jsonl")) > 5


# --- incremental ---


def _grow(box, rows: int) -> None:
    box.control.advance(timedelta(minutes=30))
    box.control.script("fasttrack360", "grow", rows=rows)


def test_an_incremental_list_is_read_from_where_the_run_before_stopped(box, tmp_path):
    first = transfer(tmp_path / "1.jsonl", context("1"), incremental=True)
    assert first["rows"] == 36
    quiet = transfer(tmp_path / "2.jsonl", context("2"), incremental=True)
    assert (quiet["rows"], quiet["cursor"]) == (0, first["cursor"])
    _grow(box, 150)
    third = transfer(tmp_path / "3.jsonl", context("3"), incremental=True)
    assert (third["rows"], third["calls"]) == (150, 2)
    assert third["cursor"] > first["cursor"]
    everything = [row["id"] for name in "123" for row in lines(tmp_path / f"{name}.jsonl")]
    assert len(everything) == len(set(everything)) == 186
    assert [("modifiedSince" in entry["query_keys"]) for entry in asked(box)] == [False, True, True, True]


def test_a_change_is_delivered_again_though_it_is_near_the_cursor(box, tmp_path):
    _grow(box, 3)
    transfer(tmp_path / "1.jsonl", context("1"), incremental=True)
    changed = lines(tmp_path / "1.jsonl")[-1]["id"]
    box.control.advance(timedelta(seconds=1))
    box.control.script("fasttrack360", "status", table="candidates", id=changed, status="Active")
    second = transfer(tmp_path / "2.jsonl", context("2"), incremental=True)
    assert [(row["id"], row["status"]) for row in lines(tmp_path / "2.jsonl")] == [(changed, "Active")]
    assert second["duplicates"] == 2


def test_a_cleared_task_reads_again_from_where_it_had_begun(box, tmp_path):
    transfer(tmp_path / "1.jsonl", context("1"), incremental=True)
    _grow(box, 5)
    second = transfer(tmp_path / "2.jsonl", context("2"), incremental=True)
    _grow(box, 7)
    third = transfer(tmp_path / "3.jsonl", context("3"), incremental=True)
    assert (second["rows"], third["rows"]) == (5, 7)
    again = transfer(tmp_path / "2.jsonl", context("2"), incremental=True)
    assert (again["rows"], again["cursor"]) == (12, third["cursor"])
    assert transfer(tmp_path / "4.jsonl", context("4"), incremental=True)["rows"] == 0


def test_the_first_run_begins_where_the_arguments_say(box, tmp_path):
    start = {"modified_since": "2031-04-02T05:00:00Z"}
    assert transfer(tmp_path / "1.jsonl", context("1"), incremental=True, arguments=start)["rows"] == 0
    _grow(box, 5)
    assert transfer(tmp_path / "2.jsonl", context("2"), incremental=True, arguments=start)["rows"] == 5


def test_the_outlet_asset_keeps_the_cursor_and_its_event_says_what_was_done(box, tmp_path):
    asset, state = Asset("candidates"), AssetState()
    events = {asset: SimpleNamespace(extra={})}
    for run, rows in (("1", 36), ("2", 5)):
        given = context(run, asset_state_store={asset: state}, outlet_events=events)
        result = transfer(tmp_path / f"{run}.jsonl", given, incremental=True, outlets=[asset])
        assert result["rows"] == rows
        _grow(box, 5)
    ((key, kept),) = state.items()
    assert key.startswith("fleetops:")
    assert kept["moment"] == result["cursor"]
    assert events[asset].extra == {name: value for name, value in result.items() if not isinstance(value, list)}
    # A fresh state of the asset: the cursor was there and nowhere else, so all is read.
    given = context("3", asset_state_store={asset: AssetState()}, outlet_events=events)
    assert transfer(tmp_path / "3.jsonl", given, incremental=True, outlets=[asset])["rows"] == 46


@pytest.mark.parametrize(
    ("task", "conn_id", "host"),
    [
        ("another", "fasttrack360_default", "127.0.0.1"),
        ("copy", "another", "127.0.0.1"),
        ("copy", "fasttrack360_default", "localhost"),
    ],
    ids=["another task", "another connection", "another host"],
)
def test_who_shares_an_outlet_asset_does_not_share_its_cursor(box, monkeypatch, tmp_path, task, conn_id, host):
    asset, state = Asset("candidates"), AssetState()
    shared = {"asset_state_store": {asset: state}, "outlet_events": {asset: SimpleNamespace(extra={})}}
    incremental = {"incremental": True, "outlets": [asset]}
    assert transfer(tmp_path / "1.jsonl", context("1", **shared), **incremental)["rows"] == 36
    own = json.loads(os.environ["AIRFLOW_CONN_FASTTRACK360_DEFAULT"])
    set_connection(monkeypatch, conn_id, own | {"host": own["host"].replace("127.0.0.1", host)})
    given = context("2", task, **shared)
    assert transfer(tmp_path / "2.jsonl", given, fleetops_conn_id=conn_id, **incremental)["rows"] == 36
    assert "modifiedSince" not in asked(box)[-1]["query_keys"]


def test_without_a_time_in_the_rows_the_time_of_asking_is_the_cursor(box, tmp_path):
    crew = {"vendor": "fl3xx", "endpoint": "crew.list", "incremental": True}
    first = transfer(tmp_path / "1.jsonl", context("1"), **crew)
    assert first["rows"] == 24
    assert first["cursor"] > "2026"
    second = transfer(tmp_path / "2.jsonl", context("2"), **crew)
    assert (second["rows"], second["duplicates"]) == (0, 24)
    assert asked(box, "fl3xx")[-1]["query_keys"] == ["modifiedSince"]


# --- what is refused before anything is sent ---


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"endpoint": "candidate.get"}, "not a list"),
        ({"endpoint": "candidates"}, "unknown endpoint"),
        ({"endpoint": "offices.list", "incremental": True}, "Lists of FastTrack360 that can: clients.list"),
        ({"file_format": "csv"}, "file_format must be one of jsonl, parquet"),
        ({"personal": "some"}, "personal must be drop, hash or keep"),
        ({"arguments": {"sort": "x"}}, "unknown parameter 'sort'"),
        ({"vendor": "fl3xx", "endpoint": "flights.list", "arguments": {"from_": "2031-04-02", "to": "x"}}, "'to'"),
    ],
)
def test_a_wrong_order_sends_nothing(box, tmp_path, arguments, why):
    with pytest.raises(AirflowFailException, match=why):
        transfer(tmp_path / "rows.jsonl", **arguments)
    assert box.control.journal() == []
    assert list(tmp_path.glob("*rows*")) == []


@pytest.mark.parametrize("path", [None, "", " ", "None"])
def test_a_path_that_rendered_to_nothing_sends_nothing_and_leaves_no_file(box, tmp_path, monkeypatch, path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AirflowFailException, match="'path' is empty: the template rendered to nothing"):
        transfer(path)
    assert box.control.journal() == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("end", ["", "/", "/new/"])
def test_a_path_that_is_a_folder_sends_nothing_and_moves_no_cursor(box, tmp_path, end):
    attach("memory", fs=MemoryFileSystem())
    (tmp_path / "rows").mkdir()
    ObjectStoragePath("memory://rows/other.jsonl").write_text("")
    for folder in (f"file://{tmp_path}/rows{end}", f"memory://rows{end}"):
        with pytest.raises(AirflowFailException, match="path must be a file, and this is a folder"):
            transfer(folder, incremental=True)
    assert box.control.journal() == []
    assert list((tmp_path / "rows").iterdir()) == []
    assert transfer(tmp_path / "rows.jsonl", context("2"), incremental=True)["rows"] == 36


def test_parquet_without_pyarrow_is_a_clear_error(box, tmp_path, monkeypatch):
    monkeypatch.setattr("airflow_provider_fleetops.transfers.job.find_spec", lambda _: None)
    with pytest.raises(errors.ConfigurationError, match=r"needs pyarrow.*fleetops\[parquet\]"):
        transfer(tmp_path / "rows.parquet", file_format="parquet")
    assert box.control.journal() == []
    assert transfer(tmp_path / "rows.jsonl")["rows"] == 36


def test_fields_are_templated_and_the_body_is_not_among_them():
    operator = FleetOpsToObjectStorageOperator(
        task_id="copy", path="file:///x/{{ ds }}", arguments={"from_": "{{ ds }}"}, **FLIGHTS
    )
    operator.render_template_fields({"ds": "2031-04-02"})
    assert (operator.path, operator.arguments) == ("file:///x/2031-04-02", {"from_": "2031-04-02"})
    assert "body" not in operator.template_fields
