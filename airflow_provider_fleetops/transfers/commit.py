"""From parts to the one file that consumers read: each row once, all at once."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryDirectory
from typing import IO, Any

from airflow.sdk import ObjectStoragePath

from airflow_provider_fleetops.protocol.paging import Cursor
from airflow_provider_fleetops.protocol.times import parse_time
from airflow_provider_fleetops.protocol.transfer import Progress, Since
from airflow_provider_fleetops.transfers.parts import Parts, make_folder
from airflow_provider_fleetops.transfers.shape import Shape, fields_of

# Digests of rows near the cursor: an asset's state holds 64 KB. With more of them a row may be delivered twice.
MOST_DELIVERED = 3000
# No clock is a day ahead: such a value is a mistake, and would end all reading if it became the cursor.
FURTHEST = timedelta(days=1)

Write = Callable[[IO[bytes], Iterable[bytes], Shape], None]


@dataclass(frozen=True)
class Sifting:
    """Which rows are the same, and how far an incremental list goes (``cursor``; ``zone`` of times without one)."""

    id_field: str = ""
    cursor: Cursor | None = None
    zone: str = ""

    def identity(self, row: Any) -> bytes | None:
        value = row.get(self.id_field) if self.id_field and isinstance(row, dict) else None
        return None if value is None else hashlib.sha256(str(value).encode("utf-8", "surrogatepass")).digest()[:16]

    def changed_at(self, row: Any) -> datetime | None:
        """When the row says it changed."""
        try:
            return parse_time(fields_of(row).get(self.cursor.field), self.zone) if self.cursor else None
        except ValueError:
            return None


@dataclass
class Committed:
    """What is in the file, and how far the next run may take it as read."""

    shape: Shape = field(default_factory=Shape)
    until: Since = field(default_factory=Since)
    total: int = 0
    rows: int = 0
    digest: str = ""

    @property
    def duplicates(self) -> int:
        return self.total - self.rows


def commit(parts: Parts, target: ObjectStoragePath, progress: Progress, sifting: Sifting, write: Write) -> Committed:
    """Look at all rows, then write those that stay under another name, and rename that: in two readings of the parts.

    What is known of each row meanwhile (its id, and where it comes last) lies on disk, so memory stays flat.
    """
    with TemporaryDirectory(prefix="fleetops-") as folder, closing(sqlite3.connect(f"{folder}/rows.db")) as index:
        done, newest = _survey(parts.lines(progress.sections), index, progress, sifting)
        sieve = _Sieve(done, newest, progress.since, sifting)
        unfinished = target.parent / f"_{target.name}.unfinished"
        make_folder(target.parent)
        with unfinished.open("wb") as file:
            write(file, sieve.kept(parts.lines(progress.sections), index), done.shape)
        unfinished.fs.mv(unfinished.path, target.path)
    done.digest = sieve.digest.hexdigest()[:16]
    done.until = Since(newest.isoformat() if newest else progress.since.moment, tuple(sieve.near))
    return done


def _survey(
    lines: Iterable[bytes], index: sqlite3.Connection, progress: Progress, sifting: Sifting
) -> tuple[Committed, datetime | None]:
    """The first reading: the rows' shape, the newest change, and where each row comes last."""
    done, newest = Committed(), None
    asked_at = datetime.fromisoformat(progress.asked_at)
    index.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-1000;")
    index.execute("CREATE TABLE last (id BLOB PRIMARY KEY, n INTEGER) WITHOUT ROWID")
    for n, line in enumerate(lines):
        row = json.loads(line)
        done.shape.see(row)
        done.total += 1
        index.execute("INSERT OR REPLACE INTO last VALUES (?, ?)", (sifting.identity(row) or n.to_bytes(8), n))
        changed = sifting.changed_at(row)
        if changed and changed < asked_at + FURTHEST and (newest is None or changed > newest):
            newest = changed
    if sifting.cursor and not sifting.cursor.field:
        newest = asked_at
    return done, newest


class _Sieve:
    """The second reading: passes the rows that stay, and notes what the next run must know."""

    def __init__(self, done: Committed, newest: datetime | None, since: Since, sifting: Sifting) -> None:
        self._done, self._sifting, self._delivered = done, sifting, frozenset(since.delivered)
        lag = timedelta(seconds=sifting.cursor.lag) if sifting.cursor else timedelta()
        self._near_from = newest - lag if newest else datetime.min.replace(tzinfo=UTC)
        self.near: deque[str] = deque(maxlen=MOST_DELIVERED)
        self.digest = hashlib.sha256()

    def kept(self, lines: Iterable[bytes], index: sqlite3.Connection) -> Iterator[bytes]:
        last = index.execute("SELECT n FROM last ORDER BY n")
        following = next(last, None)
        for n, line in enumerate(lines):
            if following != (n,):
                continue
            following = next(last, None)
            if self._sifting.cursor and self._was_delivered(line):
                continue
            self._done.rows += 1
            self.digest.update(line)
            yield line

    def _was_delivered(self, line: bytes) -> bool:
        row = json.loads(line)
        digest = hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()[:16]
        changed = self._sifting.changed_at(row)
        if changed is None or changed >= self._near_from:
            self.near.append(digest)
        return digest in self._delivered
