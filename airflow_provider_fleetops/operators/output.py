"""What leaves a task: whole records to a file, and to XCom only what says nothing about a person."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence, Sized
from typing import Any, TypeVar

from airflow.sdk import ObjectStoragePath

from airflow_provider_fleetops.protocol.errors import ConfigurationError

# XCom is a row of Airflow's database: a list that is longer than this belongs into a file.
MOST_ROWS = 1000

S = TypeVar("S", bound=Sized)


def digest(value: Any) -> str:
    """A short digest that changes when the value changes; keys in any order."""
    text = json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def hand_over(answer: Any, keys: Sequence[str] = (), output_path: str | None = None) -> Any:
    """Write the whole answer to ``output_path``, and give what may go to XCom: see :func:`plain_rows`, else a summary.

    A list is written as JSON Lines, an object as one JSON document, bytes as they are.
    """
    if output_path and isinstance(answer, list):
        write_lines(output_path, answer)
    elif output_path:
        write_json(output_path, answer)
    if keys and isinstance(answer, list):
        return plain_rows(answer, keys)
    return summarise(answer, keys) | ({"path": output_path} if output_path else {})


def plain_rows(rows: Sequence[Any], keys: Sequence[str]) -> list[dict[str, Any]]:
    """One object a row with the plain values under ``keys``, for lists that are short enough for XCom."""
    return [_plain(row, keys) for row in few(rows) if isinstance(row, Mapping)]


def few(rows: S) -> S:
    """The same rows; an error where they are too many for XCom."""
    if len(rows) > MOST_ROWS:
        raise ConfigurationError(
            f"{len(rows)} rows are too many for XCom, which takes {MOST_ROWS}",
            advice="Ask for less at once, or write a list to a file with FleetOpsToObjectStorageOperator",
        )
    return rows


def _plain(record: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    return {key: record[key] for key in keys if isinstance(record.get(key), str | int | float | bool)}


def summarise(answer: Any, keys: Sequence[str] = ()) -> dict[str, Any]:
    """Size and digest of an answer, and the plain values under ``keys`` of an object."""
    if isinstance(answer, bytes):
        return {"bytes": len(answer), "digest": hashlib.sha256(answer).hexdigest()[:16]}
    summary: dict[str, Any] = {"digest": digest(answer)}
    if isinstance(answer, list):
        summary["count"] = len(answer)
    if isinstance(answer, Mapping):
        summary |= _plain(answer, keys)
    return summary


def write_json(path: str, value: Any) -> None:
    """Write one JSON document (or the bytes of a binary answer)."""
    target = writable(path)
    if isinstance(value, bytes):
        target.write_bytes(value)
    else:
        target.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def writable(path: str) -> ObjectStoragePath:
    """A path whose folder exists; object stores know no folders, local file systems do."""
    target = ObjectStoragePath(path)
    if target.protocol in ("", "file", "local"):
        target.parent.mkdir(parents=True, exist_ok=True)
    return target


def read_json(path: str) -> Any:
    """The JSON document at a path; None where there is no file."""
    target = ObjectStoragePath(path)
    if not target.exists():
        return None
    try:
        return json.loads(target.read_text(encoding="utf-8"))
    except ValueError:
        raise ConfigurationError(f"{path} holds no JSON", advice="Remove it, or give another path") from None


def write_lines(path: str, rows: Iterable[Any]) -> int:
    """Write JSON Lines and give their number."""
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    writable(path).write_text("".join(lines), encoding="utf-8")
    return len(lines)
