"""Manifests: rows in CSV, JSON Lines or Parquet, read whole and written again. Every file is hostile.

Text stays text: a cell that begins with ``=`` is no formula, here nor in what is written. A name with dots stands for
a field of an object (``receiver.phone``).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from importlib import import_module
from typing import Any, NoReturn

from airflow_provider_fleetops.protocol.errors import ConfigurationError, InvalidInput

Row = Mapping[str, Any]
Structure = Mapping[str, Any]

MOST_BYTES = 256 * 2**20
MOST_ROWS = 200_000
_OTHER_SEPARATORS = frozenset(";\t|")
# What a rejects file has beyond the columns of its manifest; read again, they are nobody's.
ERRORS = ("error_row", "error_field", "error_rule")


@dataclass(frozen=True, slots=True)
class Manifest:
    """The rows as they stand in the file, row 1 being the first after a header. ``schema`` is Parquet's own."""

    rows: Sequence[Row] = field(repr=False)
    schema: Any = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Format:
    """How a kind of file is read and written: ``write(rows, schema, columns)``.

    ``schema`` is the one that the rows came with, if any; ``columns`` are there also without rows that have them.
    """

    read: Callable[[bytes], Manifest]
    write: Callable[..., bytes]


def format_of(path: str) -> Format:
    """By the file's suffix; :class:`InvalidInput` for one that is none of ours."""
    found = _FORMATS.get(suffix(path))
    if found is None:
        raise InvalidInput(f"a manifest must be a file of {', '.join(_FORMATS)}")
    return found


def suffix(path: str) -> str:
    """The last suffix with its dot, in small letters."""
    return "." + path.rpartition("/")[2].rpartition(".")[2].lower()


def read(path: str, data: bytes, columns: Sequence[str]) -> Manifest:
    """The manifest at ``path``, whose content is ``data``; :class:`InvalidInput` says what is wrong with the file.

    Only ``columns`` may stand in it, for a misspelt one would be left out silently. They are told by their place:
    without a header, the first row would be taken for one.
    """
    if len(data) > MOST_BYTES:
        raise InvalidInput(f"the manifest is larger than {MOST_BYTES >> 20} MiB: split it")
    manifest = format_of(path).read(data)
    if len(manifest.rows) > MOST_ROWS:
        raise InvalidInput(f"the manifest has more than {MOST_ROWS} rows: split it")
    known = {*columns, *ERRORS}
    for number, row in enumerate(manifest.rows, 1):
        for place, name in enumerate(row, 1):
            if name.partition(".")[0] not in known:
                where = f"column {place} of the header" if suffix(path) == ".csv" else f"row {number}: column {place}"
                advice = "A manifest in CSV has commas between its columns" if _OTHER_SEPARATORS & {*name} else ""
                raise InvalidInput(f"{where} is unknown; known are {', '.join(columns)}", advice=advice)
    return manifest


def nest(row: Row, common: Structure) -> dict[str, Any]:
    """A row as objects, above what is ``common`` to all rows; empty cells are not there, decimals are text."""
    whole: dict[str, Any] = _copy(common)
    for name, value in row.items():
        if name not in ERRORS and value not in (None, ""):
            _put(whole, name, value)
    return whole


def _copy(value: Any) -> Any:
    return {key: _copy(inner) for key, inner in value.items()} if isinstance(value, Mapping) else value


def _put(whole: dict[str, Any], name: str, value: Any) -> None:
    """An object of a JSON row is laid over what is there, key by key; anything else replaces it."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if inner is not None:
                _put(whole, f"{name}.{key}", inner)
        return
    *path, last = name.split(".")
    for part in path:
        inner = whole.setdefault(part, {})
        if not isinstance(inner, dict):
            raise InvalidInput(f"parameter {name.partition('.')[0]!r} is a value and an object at once")
        whole = inner
    # A column itself may be a parameter that takes dates, and says which.
    whole[last] = value if isinstance(value, date) and not path else plain(value)


def plain(value: Any) -> Any:
    """A value of a file as JSON has it: decimals, dates and times, at any depth, as text."""
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, date | time):  # a date-time is a date
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else value


def _names(rows: Sequence[Row], columns: Sequence[str]) -> list[str]:
    return list(dict.fromkeys((*columns, *(name for row in rows for name in row))))


# --- CSV -------------------------------------------------------------------------------------------------------------


def _read_csv(data: bytes) -> Manifest:
    reader = csv.reader(io.StringIO(_text(data), newline=""), strict=True)
    try:
        header, *lines = [line for line in reader if line] or [[]]
    except csv.Error as error:
        raise InvalidInput(f"line {reader.line_num} is not CSV: {error}") from None
    names = [name.strip() for name in header]
    for place, name in enumerate(names, 1):
        if not name or name in names[: place - 1]:
            raise InvalidInput(f"column {place} of the header is empty, or there twice")
    for number, line in enumerate(lines, 1):
        if len(line) != len(names):
            raise InvalidInput(f"row {number} has {len(line)} cells, the header {len(names)}")
    return Manifest([dict(zip(names, line, strict=True)) for line in lines])


def _write_csv(rows: Sequence[Row], _schema: Any = None, columns: Sequence[str] = ()) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, _names(rows, columns), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8", "surrogatepass")


# --- JSON Lines ------------------------------------------------------------------------------------------------------


def _read_lines(data: bytes) -> Manifest:
    lines = [line for line in _text(data).split("\n") if line.strip()]
    return Manifest([_object(number, line) for number, line in enumerate(lines, 1)])


def _object(number: int, line: str) -> Row:
    try:
        value = json.loads(line, object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError):  # its text would show the line
        raise InvalidInput(f"row {number} is not JSON in which each name stands once") from None
    if not isinstance(value, dict):
        raise InvalidInput(f"row {number} is not a JSON object")
    return value


def _unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for name, value in pairs:
        if name in known:
            raise ValueError
        known[name] = value
    return known


def _no_constant(_name: str) -> NoReturn:
    raise ValueError


def _write_lines(rows: Sequence[Row], _schema: Any = None, _columns: Sequence[str] = ()) -> bytes:
    # Half an emoji, which a manifest may hold as an escape, has no other form than that; Parquet's keys may be dates.
    return "".join(json.dumps(row, default=str) + "\n" for row in rows).encode()


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"the manifest is not UTF-8 text (byte {error.start})") from None


# --- Parquet ---------------------------------------------------------------------------------------------------------


def _arrow() -> Any:
    try:
        import_module("pyarrow.parquet")
        return import_module("pyarrow")
    except ImportError:
        raise ConfigurationError(
            "Parquet needs the Python package pyarrow", advice="Install airflow-provider-fleetops[parquet]"
        ) from None


def _read_parquet(data: bytes) -> Manifest:
    arrow = _arrow()
    try:
        file = arrow.parquet.ParquetFile(io.BytesIO(data))
        groups = (file.metadata.row_group(index) for index in range(file.metadata.num_row_groups))
        if file.metadata.num_rows > MOST_ROWS or sum(group.total_byte_size for group in groups) > MOST_BYTES:
            raise InvalidInput(f"the manifest has more than {MOST_ROWS} rows or {MOST_BYTES >> 20} MiB: split it")
        table = file.read()
        return Manifest(_in_microseconds(arrow, table).to_pylist(), table.schema)
    except (arrow.ArrowException, OSError, ValueError):  # its text may show a value
        raise InvalidInput("the manifest is not a whole Parquet file") from None


def _in_microseconds(arrow: Any, table: Any) -> Any:
    """Python's times have no nanoseconds, and no vendor's have."""
    fields = [
        field.with_type(arrow.timestamp("us", field.type.tz)) if arrow.types.is_timestamp(field.type) else field
        for field in table.schema
    ]
    return table.cast(arrow.schema(fields), safe=False)


def _write_parquet(rows: Sequence[Row], schema: Any = None, columns: Sequence[str] = ()) -> bytes:
    arrow = _arrow()
    if schema is not None:
        own = [column for column in schema if column.name not in ERRORS]
        schema = arrow.schema([*own, *(arrow.field(name, arrow.string()) for name in ERRORS)])
    cells = {name: [row.get(name) for row in rows] for name in _names(rows, columns)}
    text = {
        name: arrow.array([None if x is None else str(x) for x in given], arrow.string())
        for name, given in cells.items()
    }
    table = arrow.Table.from_pylist(list(rows), schema=schema) if schema else arrow.table(text)
    out = io.BytesIO()
    arrow.parquet.write_table(table, out)
    return out.getvalue()


_FORMATS = {
    ".csv": Format(_read_csv, _write_csv),
    ".jsonl": Format(_read_lines, _write_lines),
    ".ndjson": Format(_read_lines, _write_lines),
    ".parquet": Format(_read_parquet, _write_parquet),
}
