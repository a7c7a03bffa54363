"""Whatever rows a vendor sends: no crash, no row lost, fields that come and go are told, Parquet holds it all."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest

from tests.airflow.hostile import hostile
from tests.airflow.transfer_kit import context, lines, transfer
from tests.conftest import set_connection

LONG = 2**53 + 1


@pytest.fixture
def vendor(state_url, monkeypatch):
    with hostile() as vendor:
        extra = {"daily_quota": 1_000_000}
        connection = {"conn_type": "fasttrack360", "host": vendor.url, "password": "key", "extra": extra}
        set_connection(monkeypatch, "fasttrack360_default", connection)
        yield vendor


HOSTILE = [
    {"id": 1, "a": 1, "b": True, "c": "x", "d": 1, "e": {"deep": [1, {"x": None}]}, "f": None},
    {"id": "1", "a": LONG, "b": None, "c": "\u2028\x85\x00\x1b[31m\n", "d": 1.5, "e": [], "f": None},
    {"id": 2, "a": -5, "b": False, "c": "\ud83d", "d": -3, "e": "text", "g": 10**30, "h": 2**63},
    {"id": None, "a": None, "i": "only here", "": "no name", "\ud800": "half a name", "n" * 300: 1},
    {"id": {"not": "an id"}, "a": 7}, {}, {"id": [1]},
    "a text", 7, None, ["a", "list"], {"id": 3, "c": "x" * 300_000}, {"id": 3, "c": "as seen last"},
]  # fmt: skip


def test_json_lines_hold_every_row_as_it_came(vendor, tmp_path):
    vendor.pages = [HOSTILE]
    result = transfer(tmp_path / "rows.jsonl", personal="keep")
    found = lines(tmp_path / "rows.jsonl")
    assert found == [row for n, row in enumerate(HOSTILE) if n not in (0, 11)]  # ids 1 and 3 come twice
    assert (result["rows"], result["duplicates"]) == (11, 2)
    text = (tmp_path / "rows.jsonl").read_text(encoding="ascii")
    assert len(text.splitlines()) == 11


def test_parquet_has_a_column_for_each_field_and_json_for_any_mix(vendor, tmp_path):
    vendor.pages = [HOSTILE]
    assert transfer(tmp_path / "rows.parquet", file_format="parquet", personal="keep")["rows"] == 11
    table = pq.read_table(tmp_path / "rows.parquet")
    kinds = {field.name: str(field.type) for field in table.schema}
    wanted = {"a": "int64", "b": "bool", "c": "string", "d": "double", "e": "string", "f": "string", "g": "string"}
    assert kinds.items() >= (wanted | {"h": "string", "i": "string", "id": "string", "value": "string"}).items()
    rows = table.to_pylist()
    assert [row["a"] for row in rows[:3]] == [LONG, -5, None]
    assert [row["id"] for row in rows[:5]] == ['"1"', "2", None, '{"not": "an id"}', None]
    assert rows[0]["c"] == HOSTILE[1]["c"]
    assert rows[1]["c"] == "?"
    assert json.loads(rows[1]["g"]) == 10**30
    assert json.loads(rows[2]["_more_fields"]) == {"\ud800": "half a name", "n" * 300: 1}
    assert [json.loads(row["value"]) for row in rows[6:10] if row["value"]] == ["a text", 7, ["a", "list"]]


def test_a_thousand_fields_have_columns_and_the_rest_one(vendor, tmp_path):
    vendor.pages = [[{"id": n, **{f"f{n}_{i}": i for i in range(400)}} for n in range(5)]]
    result = transfer(tmp_path / "rows.parquet", file_format="parquet")
    table = pq.read_table(tmp_path / "rows.parquet")
    assert (result["rows"], table.num_columns) == (5, 1001)
    assert len(json.loads(table.to_pylist()[4]["_more_fields"])) == 400


def test_an_empty_list_is_an_empty_file(vendor, tmp_path):
    vendor.pages = [[]]
    for suffix in ("jsonl", "parquet"):
        result = transfer(tmp_path / f"rows.{suffix}", file_format=suffix)
        assert (result["rows"], result["pages"], result["calls"]) == (0, 0, 1)
    assert lines(tmp_path / "rows.jsonl") == []
    assert pq.read_table(tmp_path / "rows.parquet").num_rows == 0


def test_fields_that_come_and_go_are_told(vendor, tmp_path, capsys):
    vendor.pages = [[{"id": 1, "old": 1, "email": "ada@people.example"}]]
    first = transfer(tmp_path / "1.jsonl", context("1"))
    assert (first["new_fields"], first["missing_fields"]) == ([], [])
    vendor.pages = [[{"id": 1, "neü": 1, "x\x1b[31m": 1}]]
    second = transfer(tmp_path / "2.jsonl", context("2"))
    assert (second["new_fields"], second["missing_fields"]) == (["neü"], ["old"])
    log = capsys.readouterr().out
    assert "New fields since the runs before: ['neü']" in log
    assert "missing now: ['old']" in log
    third = transfer(tmp_path / "3.jsonl", context("3"))
    assert (third["new_fields"], third["missing_fields"]) == ([], ["old"])


def test_a_row_nested_too_deeply_is_cut_and_not_a_crash(vendor, tmp_path):
    deep: list[object] = []
    for _ in range(400):
        deep = [deep]
    vendor.pages = [[{"id": 1, "deep": deep}]]
    for suffix in ("jsonl", "parquet"):
        assert transfer(tmp_path / f"rows.{suffix}", file_format=suffix)["rows"] == 1
    (row,) = lines(tmp_path / "rows.jsonl")
    assert row["id"] == 1


def test_a_time_far_ahead_or_of_no_form_does_not_become_the_cursor(vendor, tmp_path, as_of_the_sandbox):
    times = ["9999-12-31T23:59:59Z", "2031-04-04T05:00:00Z", "soon", 7, None, ["x"], True]
    times += ["2031-04-02T05:00:00Z", "2031-04-01T05:00:00Z"]
    vendor.pages = [[{"id": n, "modifiedAt": time} for n, time in enumerate(times)]]
    result = transfer(tmp_path / "rows.jsonl", incremental=True)
    assert result["rows"] == len(times)
    assert result["cursor"] == "2031-04-02T05:00:00+00:00"
    transfer(tmp_path / "2.jsonl", context("2"), incremental=True)
    assert vendor.asked[-1]["modifiedSince"] == ["2031-04-02T04:55:00.000Z"]
