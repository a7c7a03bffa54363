"""What leaves a task: whole records to a file, and to XCom only what says nothing about a person."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from airflow.sdk import ObjectStoragePath


def digest(value: Any) -> str:
    """A short digest that changes when the value changes; keys in any order."""
    text = json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def summarise(answer: Any, keys: Sequence[str] = ()) -> dict[str, Any]:
    """Size and digest of an answer, and the plain values under ``keys`` of an object."""
    if isinstance(answer, bytes):
        return {"bytes": len(answer), "digest": hashlib.sha256(answer).hexdigest()[:16]}
    summary: dict[str, Any] = {"digest": digest(answer)}
    if isinstance(answer, list):
        summary["count"] = len(answer)
    if isinstance(answer, Mapping):
        summary |= {key: answer[key] for key in keys if isinstance(answer.get(key), str | int | float | bool)}
    return summary


def write_json(path: str, value: Any) -> None:
    """Write one JSON document (or the bytes of a binary answer)."""
    target = ObjectStoragePath(path)
    if isinstance(value, bytes):
        target.write_bytes(value)
    else:
        target.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def write_lines(path: str, rows: Iterable[Any]) -> int:
    """Write JSON Lines and give their number."""
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    ObjectStoragePath(path).write_text("".join(lines), encoding="utf-8")
    return len(lines)
