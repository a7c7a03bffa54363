"""Manifests as people and programs write them, and as nobody should: the reading never guesses and never quotes."""

from __future__ import annotations

import io
import json
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from airflow_provider_fleetops.protocol.errors import ConfigurationError, InvalidInput
from airflow_provider_fleetops.protocol.manifest import MOST_BYTES, format_of, nest, read

COLUMNS = ("reference", "receiver", "cod", "note")
ROWS = [{"reference": "SO-1", "receiver.name": "Sari", "note": "=cmd()"}, {"reference": "SO-2", "note": ""}]


def rows(text: str, path: str = "m.csv") -> list[dict[str, Any]]:
    return [dict(row) for row in read(path, text.encode("utf-8", "surrogatepass"), COLUMNS).rows]


def parquet(**columns: Any) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "reference,note\nSO-1,plain\n",
        "\ufeffreference,note\r\nSO-1,plain\r\n",
        'reference , note\n\nSO-1,"plain"',
    ],
    ids=["plain", "BOM and CRLF", "blanks in the header, an empty line, no last line break"],
)
def test_csv_as_programs_write_it(text: str) -> None:
    assert rows(text) == [{"reference": "SO-1", "note": "plain"}]


def test_a_cell_may_hold_lines_commas_and_quotes() -> None:
    assert rows('reference,note\n1,"a, ""b""\nc"\n')[0]["note"] == 'a, "b"\nc'


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("reference,note\nSO-1\n", "row 1 has 1 cells, the header 2"),
        ("reference,note\nSO-1,Sari,Jl. 1\n", "row 1 has 3 cells, the header 2"),
        ("reference,reference\n1,2\n", "column 2 of the header is empty, or there twice"),
        ("reference,\n1,2\n", "column 2 of the header is empty"),
        ('reference,note\n1,"Sari\n', "line 2 is not CSV"),
        ('reference,note\n1,"Sari"x\n', "line 2 is not CSV"),
        ("reference,note\n1," + "S" * 200_000 + "\n", "line 2 is not CSV: field larger than"),
        ("Sari Wulandari,note\n1,2\n", "column 1 of the header is unknown; known are reference"),
        ("reference,referense\n1,2\n", r"column 2 of the header is unknown; known are [a-z, ]+ \(do not retry\)$"),
        ("reference;note\n1;2\n", "column 1 of the header is unknown.*commas between its columns"),
        ("reference\tnote\n1\t2\n", "column 1 of the header is unknown.*commas between its columns"),
    ],
)
def test_csv_that_cannot_be_meant_is_refused_and_not_quoted(text: str, rule: str) -> None:
    with pytest.raises(InvalidInput, match=rule) as caught:
        rows(text)
    assert "Sari" not in str(caught.value)


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ('{"reference": "Sari"', "row 2 is not JSON"),
        ('{"note": "Sari", "note": "b"}', "row 2 is not JSON in which each name stands once"),
        ('{"note": NaN}', "row 2 is not JSON"),
        ("[" * 100_000, "row 2 is not JSON"),
        ('["Sari"]', "row 2 is not a JSON object"),
        ('{"Sari": 1}', "row 2: column 1 is unknown"),
    ],
)
def test_json_lines_that_cannot_be_meant(line: str, rule: str) -> None:
    with pytest.raises(InvalidInput, match=rule) as caught:
        rows('{"reference": "SO-1"}\n' + line, "m.jsonl")
    assert "Sari" not in str(caught.value)


def test_json_lines_are_split_at_line_feeds_only() -> None:
    assert rows('\ufeff{"note": "a\u2028b"}\r\n\r\n{"note": "c"}', "m.ndjson") == [{"note": "a\u2028b"}, {"note": "c"}]


@pytest.mark.parametrize("path", ["m.csv", "m.jsonl"])
def test_bytes_that_are_no_text(path: str) -> None:
    with pytest.raises(InvalidInput, match=r"not UTF-8 text \(byte 10\)"):
        read(path, b"reference\n\xff\xfe\n", COLUMNS)


def test_a_file_without_rows_has_none() -> None:
    assert [rows("", path) for path in ("m.csv", "m.jsonl")] == [[], []]
    assert rows("reference,note\n") == []


def test_a_manifest_that_no_worker_could_hold() -> None:
    with pytest.raises(InvalidInput, match="larger than 256 MiB"):
        read("m.csv", bytes(MOST_BYTES + 1), COLUMNS)


@pytest.mark.parametrize("path", ["m", "m.xlsx", "a.csv/m"])
def test_a_format_that_is_none_of_ours(path: str) -> None:
    with pytest.raises(InvalidInput, match=r"must be a file of \.csv"):
        format_of(path)


def test_times_of_nanoseconds_lose_them() -> None:
    import pyarrow as pa

    data = parquet(reference=pa.array([1_932_872_400_123_456_789], pa.timestamp("ns", "UTC")))
    (row,) = read("m.parquet", data, COLUMNS).rows
    assert row["reference"] == datetime(2031, 4, 2, 5, 0, 0, 123456, tzinfo=UTC)


def test_parquet_types_are_read_as_they_are_meant() -> None:
    receiver = {"name": "Sari", "credit": Decimal("2.50"), "lots": [{"price": Decimal("0.0000001")}]}
    data = parquet(reference=[1, 2], receiver=[receiver, None], cod=[Decimal("1.50"), None])
    assert [nest(row, {}) for row in read("m.parquet", data, COLUMNS).rows] == [
        {
            "reference": 1,
            "receiver": {"name": "Sari", "credit": "2.50", "lots": [{"price": "0.0000001"}]},
            "cod": "1.50",
        },
        {"reference": 2},
    ]


@pytest.mark.parametrize("cut", [0, 3, 100, -1])
def test_a_truncated_parquet_file(cut: int) -> None:
    with pytest.raises(InvalidInput, match="not a whole Parquet file"):
        read("m.parquet", parquet(reference=["SO-1"] * 100)[:cut], COLUMNS)


def test_parquet_without_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(ConfigurationError, match=r"airflow-provider-fleetops\[parquet\]"):
        read("m.parquet", b"", COLUMNS)


@pytest.mark.parametrize("path", ["m.csv", "m.jsonl", "m.parquet"])
def test_what_is_written_reads_the_same(path: str) -> None:
    written = format_of(path).write([ROWS[0], ROWS[1] | {"error_row": "2"}], None)
    again = [nest(row, {}) for row in read(path, written, COLUMNS).rows]
    assert again == [nest(row, {}) for row in ROWS]
    assert again[0]["note"] == "=cmd()"


def test_a_parquet_manifest_keeps_its_types_in_its_rejects() -> None:
    manifest = read("m.parquet", parquet(reference=[1, 2], cod=[True, None]), COLUMNS)
    rejected = [{**manifest.rows[1], "error_row": "2", "error_rule": "is required"}]
    again = read("x.parquet", format_of("x.parquet").write(rejected, manifest.schema), COLUMNS)
    assert again.schema.field("cod").type == manifest.schema.field("cod").type
    assert nest(again.rows[0], {}) == {"reference": 2}


def test_parquet_values_come_back_from_a_rejects_file_as_they_were() -> None:
    receiver = {"name": "Sari", "credit": Decimal("2.50"), "since": date(2031, 4, 1)}
    data = parquet(
        reference=[Decimal("1.0")], receiver=[receiver], cod=[datetime(2031, 4, 1, tzinfo=UTC)], error_row=[7]
    )
    manifest = read("m.parquet", data, COLUMNS)
    written = format_of("x.parquet").write([{**manifest.rows[0], "error_row": "1"}], manifest.schema)
    again = read("x.parquet", written, COLUMNS)
    assert nest(again.rows[0], {}) == nest(manifest.rows[0], {})
    assert [again.schema.field(name).type for name in COLUMNS[:3]] == [
        manifest.schema.field(n).type for n in COLUMNS[:3]
    ]


def test_half_an_emoji_survives_the_way_through_a_file() -> None:
    line = json.dumps({"note": "\ud83d"})
    (row,) = read("m.jsonl", line.encode(), COLUMNS).rows
    assert read("m.jsonl", format_of("m.jsonl").write([row], None), COLUMNS).rows == [row]


def test_dots_and_objects_mean_the_same() -> None:
    common = {"receiver": {"name": "Depot", "phone": "1"}, "cod": False}
    flat = nest({"reference": "1", "receiver.name": "Sari", "cod": ""}, common)
    assert flat == nest({"reference": "1", "receiver": {"name": "Sari", "phone": None}}, common)
    assert flat == {"reference": "1", "receiver": {"name": "Sari", "phone": "1"}, "cod": False}
    assert common["receiver"] == {"name": "Depot", "phone": "1"}


@pytest.mark.parametrize(
    "row", [{"receiver": "Sari", "receiver.name": "x"}, {"receiver.name": 1, "receiver.name.a": 2}]
)
def test_a_value_cannot_be_an_object_too(row: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="parameter 'receiver' is a value and an object at once"):
        nest(row, {})
