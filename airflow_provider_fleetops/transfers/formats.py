"""How rows are written: JSON Lines as they come, Parquet in groups of rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import IO, Any

from airflow_provider_fleetops.transfers.shape import Shape, fields_of

GROUP = 5_000
# The column for what has none of its own.
REST = "_more_fields"


def write_lines(file: IO[bytes], lines: Iterable[bytes], _shape: Shape) -> None:
    """One JSON document a line."""
    file.writelines(lines)


def write_parquet(file: IO[bytes], lines: Iterable[bytes], shape: Shape) -> None:
    """A column a field; a file without rows has no columns."""
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    types = {"boolean": pa.bool_(), "integer": pa.int64(), "number": pa.float64()}
    columns = {name: shape.column(name) for name in shape.fields} | ({REST: "json"} if shape.more else {})
    schema = pa.schema([(name, types.get(kind, pa.string())) for name, kind in columns.items()])
    with ParquetWriter(file, schema) as writer:
        rest = iter(lines)
        while group := list(islice(rest, GROUP)):
            rows = [_with_rest(fields_of(json.loads(line)), columns, more=shape.more) for line in group]
            arrays = [
                pa.array([_cell(row.get(name), kind) for row in rows], schema.field(name).type)
                for name, kind in columns.items()
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema))


def _with_rest(row: dict[str, Any], columns: Mapping[str, str], *, more: bool) -> dict[str, Any]:
    if not more:
        return row
    return row | {REST: {name: value for name, value in row.items() if name not in columns} or None}


def _cell(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == "json":
        return json.dumps(value)
    if kind == "number":
        return float(value)
    # Half characters have no UTF-8 form.
    return value.encode("utf-8", "replace").decode() if kind == "text" else value


FORMATS: Mapping[str, Callable[[IO[bytes], Iterable[bytes], Shape], None]] = {
    "jsonl": write_lines,
    "parquet": write_parquet,
}
