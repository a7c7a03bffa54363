"""Looks for marked secrets and names in everything that Airflow and the provider keep."""

from __future__ import annotations

import base64
import contextlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Find:
    """A marked text that stands in clear in a file."""

    label: str
    path: Path


def scan(folder: Path, marked: dict[str, str]) -> list[Find]:
    """Every file below ``folder`` (logs, databases and their journals) that holds a marked text, plain or as base64.

    ``marked`` gives the texts by a label that may be shown. Rendered fields, XComs and trigger rows are in Airflow's
    database, shared values in the provider's: SQLite keeps text as it is.
    """
    needles = {label: tuple(_forms(text)) for label, text in marked.items() if text}
    found: list[Find] = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        data = _content(path)
        found += [Find(label, path) for label, forms in needles.items() if any(form in data for form in forms)]
    return found


def _content(path: Path) -> bytes:
    """A file's bytes; of a database its rows too, since long values are spread over pages."""
    data = path.read_bytes()
    if not data.startswith(b"SQLite format 3"):
        return data
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        return data + "\n".join(database.iterdump()).encode()


def _forms(text: str) -> Iterator[bytes]:
    """The text itself, JSON-escaped, and what base64 makes of it at each of the three alignments."""
    raw = text.encode()
    yield raw
    if not text.isascii():
        yield json.dumps(text)[1:-1].encode()
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw)
        core = encoded[(4 if shift else 0) : -4]
        if len(core) >= 8:
            yield core


def labels(finds: Iterable[Find]) -> str:
    """A line for people: which marks stand where, never the marks themselves."""
    return "; ".join(f"{find.label} in {find.path.name}" for find in finds)
