"""The course of one transfer: begin or go on, page by page into parts, commit, move the cursor."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from importlib.util import find_spec
from typing import Any
from uuid import uuid4

from airflow.sdk import ObjectStoragePath, conf

from airflow_provider_fleetops.hooks.base import FleetOpsHook
from airflow_provider_fleetops.protocol import transfer
from airflow_provider_fleetops.protocol.errors import ConfigurationError, Unavailable
from airflow_provider_fleetops.protocol.paging import Cursor, Paging
from airflow_provider_fleetops.protocol.personal import Mode, Personal
from airflow_provider_fleetops.protocol.transfer import Progress, Since
from airflow_provider_fleetops.transfers.commit import Committed, Sifting, commit
from airflow_provider_fleetops.transfers.cursor import CursorPlace
from airflow_provider_fleetops.transfers.formats import FORMATS
from airflow_provider_fleetops.transfers.parts import Parts
from airflow_provider_fleetops.transfers.shape import Shape

_MOST_NAMED = 50


@dataclass(frozen=True)
class Order:
    """What is to be transferred, and how."""

    endpoint: str
    arguments: dict[str, Any]
    body: Any
    path: str
    file_format: str
    personal: Mode
    incremental: bool
    id_field: str | None


class Job:
    """One try of a transfer. ``task`` names the task in its run, ``stream`` the task in all runs."""

    def __init__(self, hook: FleetOpsHook, order: Order, task: str, stream: str, asset_state: Any = None) -> None:
        self._hook, self._order = hook, order
        self._holder = uuid4().hex[:8]
        question = [order.endpoint, self._standing_arguments, order.body]
        self._key = _digest(task, question, order.path, order.file_format, order.personal, order.incremental)
        # An asset's state is one for all tasks and connections that write it, and a connection may get another host.
        self._stream = _digest(stream, hook.conn_id, hook.account.base_url, hook.account.login, question)
        self._place = CursorPlace(hook, f"cursor:{self._stream}", asset_state)

    def run(self) -> dict[str, Any]:
        """Transfer all, and give what may go to XCom."""
        self._check()
        target = ObjectStoragePath(self._order.path)
        parts = Parts(target, self._key)
        progress = self._read_all(parts)
        committed = self._commit(parts, target, progress)
        return self._finish(parts, progress, committed)

    def _commit(self, parts: Parts, target: ObjectStoragePath, progress: Progress) -> Committed:
        try:
            return commit(parts, target, progress, self._sifting, FORMATS[self._order.file_format])
        except FileNotFoundError:
            self._end(progress)
            what = "pages that were written before are gone from their folder; the next try reads all of them again"
            raise Unavailable(what, vendor=self._hook.vendor_name, endpoint=self._order.endpoint) from None

    def _end(self, progress: Progress) -> None:
        """Nothing is gone on with from here."""
        self._hook.run(lambda account: transfer.keep(account, self._key, self._holder, replace(progress, done=True)))

    def _check(self) -> None:
        """Everything that can be wrong before anything is sent."""
        order = self._order
        # A file that is moved onto a folder goes into it, and the consumers find none.
        if order.path.endswith("/") or ObjectStoragePath(order.path).is_dir():
            raise self._wrong("path must be a file, and this is a folder")
        if order.file_format not in FORMATS:
            raise self._wrong(f"file_format must be one of {', '.join(FORMATS)}")
        if order.file_format == "parquet" and find_spec("pyarrow") is None:
            raise self._wrong(
                "file_format 'parquet' needs pyarrow, which is not installed",
                "pip install 'airflow-provider-fleetops[parquet]', or use jsonl",
            )
        if order.personal not in ("drop", "hash", "keep"):
            raise self._wrong("personal must be drop, hash or keep")
        if order.incremental and self._cursor is None:
            able = [name for name, e in self._hook.vendor.endpoints.items() if e.paging and e.paging.cursor]
            advice = f"Lists of {self._hook.vendor.title} that can: {', '.join(able) or 'none'}"
            raise self._wrong("this list cannot say what changed since a time", advice)
        self._personal  # noqa: B018 - its key may be missing

    def _wrong(self, what: str, advice: str = "") -> ConfigurationError:
        return ConfigurationError(what, vendor=self._hook.vendor_name, endpoint=self._order.endpoint, advice=advice)

    @cached_property
    def _paging(self) -> Paging:
        paging = self._hook.vendor.endpoint(self._order.endpoint).paging
        if paging is None:
            raise self._wrong("this endpoint is not a list")
        return paging

    @property
    def _cursor(self) -> Cursor | None:
        return self._paging.cursor

    @property
    def _standing_arguments(self) -> dict[str, Any]:
        """The arguments that are the same in each run: without the first run's modified-since."""
        cursor = self._cursor if self._order.incremental else None
        return {name: value for name, value in self._order.arguments.items() if not cursor or name != cursor.parameter}

    @cached_property
    def _personal(self) -> Personal:
        order = self._order
        key = conf.get("fleetops", "personal_key", fallback="") or conf.get("core", "fernet_key", fallback="") or ""
        if order.personal == "hash" and not key:
            raise self._wrong("personal='hash' needs a key", "Set [fleetops] personal_key or [core] fernet_key")
        return Personal(self._hook.vendor.personal, order.personal, key.encode())

    @cached_property
    def _sifting(self) -> Sifting:
        cursor = self._cursor if self._order.incremental else None
        return Sifting(self._order.id_field or self._paging.unique, cursor, self._hook.vendor.zone if cursor else "")

    # --- reading ---

    def _read_all(self, parts: Parts) -> Progress:
        since = self._place.load() if self._order.incremental else Since()
        progress = self._hook.run(lambda account: transfer.begin(account, self._key, since))
        arguments = self._asked_since(progress.since)
        while not progress.complete:
            progress = self._read_page(parts, progress, arguments)
        return progress

    def _asked_since(self, since: Since) -> dict[str, Any]:
        """The arguments of this run: a while before the cursor."""
        arguments = self._order.arguments
        if self._cursor is None or not self._order.incremental or not since.moment:
            return arguments
        moment = datetime.fromisoformat(since.moment) - timedelta(seconds=self._cursor.lag)
        return {**arguments, self._cursor.parameter: moment.isoformat()}

    def _read_page(self, parts: Parts, before: Progress, arguments: dict[str, Any]) -> Progress:
        name, body, holder = self._order.endpoint, self._order.body, self._holder
        progress, rows, walk = self._hook.run(
            lambda account: transfer.turn(account, self._key, holder, before, name, arguments, body)
        )
        if progress.complete:
            return progress
        after = progress.with_page(holder, len(rows), walk)
        if rows:
            area = name.partition(".")[0]
            parts.write(after.sections, [self._personal.clean(row, area) for row in rows])
        self._hook.run(lambda account: transfer.keep(account, self._key, holder, after))
        return after

    # --- afterwards ---

    def _finish(self, parts: Parts, progress: Progress, committed: Committed) -> dict[str, Any]:
        """The file is there: move the cursor, then forget the parts."""
        cursor = self._place.move(committed.until) if self._order.incremental else None
        new, missing = self._drift(committed.shape)
        self._end(progress)
        parts.remove()
        self._hook.log.info("%d rows of %d pages are in %s", committed.rows, progress.pages, self._order.path)
        return {
            "path": self._order.path,
            "rows": committed.rows,
            "duplicates": committed.duplicates,
            "pages": progress.pages,
            "calls": progress.calls,
            "digest": committed.digest,
            "cursor": cursor,
            "new_fields": new,
            "missing_fields": missing,
        }

    def _drift(self, shape: Shape) -> tuple[list[str], list[str]]:
        """Fields that no run had before, and fields of runs before that are missing now."""
        key = f"fields:{self._stream}"
        kept = self._hook.run(lambda account: transfer.recall(account, key))
        known, seen = set(json.loads(kept) if kept else ()), set(shape.fields)
        new, missing = sorted(seen - known) if kept else [], sorted(known - seen) if seen else []
        if new:
            self._hook.log.warning("New fields since the runs before: %s", _named(new))
        if missing:
            self._hook.log.warning("Fields of the runs before that are missing now: %s", _named(missing))
        if not seen <= known:
            text = json.dumps(sorted(known | seen))
            self._hook.run(lambda account: transfer.remember(account, key, text))
        return _named(new), _named(missing)


def _named(fields: list[str]) -> list[str]:
    return [name[:80] for name in fields[:_MOST_NAMED]]


def _digest(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:16]
