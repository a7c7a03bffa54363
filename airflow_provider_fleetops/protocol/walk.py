"""How far the reading of a list has come: the windows of time that are left, and the next page of the first one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from airflow_provider_fleetops.protocol.endpoint import Endpoint
from airflow_provider_fleetops.protocol.errors import ProtocolError
from airflow_provider_fleetops.protocol.paging import Window

Bounds = tuple[str, str]
# A list that is not bounded in time is one window without bounds.
UNBOUNDED: Bounds = ("", "")


@dataclass(frozen=True, slots=True)
class Walk:
    """Where the reading of a list stands; plain values, so that it can be kept and gone on with.

    ``windows`` are those that are left, ``page`` is the next page of the first one (from 0), ``before`` a digest of the
    page before.
    """

    windows: tuple[Bounds, ...] = (UNBOUNDED,)
    page: int = 0
    before: str = ""

    @classmethod
    def over(cls, endpoint: Endpoint, arguments: Mapping[str, Any]) -> Walk:
        """The whole list; a window of time in parts that the vendor answers. ``InvalidInput`` names a wrong bound."""
        window = endpoint.paging.window if endpoint.paging else None
        if window is None or not (arguments.get(window.start) and arguments.get(window.end)):
            return cls()
        fields = {field.name: field for field in endpoint.query}
        start, end = (str(fields[name].encode(arguments[name])) for name in (window.start, window.end))
        if _moment(end) < _moment(start):
            raise fields[window.end].wrong(f"must not be before {window.start}")
        return cls(tuple(_parts(start, end, window.days)))

    def within(self, window: Window | None, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments that ask for the first window that is left."""
        bounds = self.windows[0]
        if window is None or bounds == UNBOUNDED:
            return dict(arguments)
        return {**arguments, window.start: bounds[0], window.end: bounds[1]}

    def halved(self, window: Window | None) -> Walk | None:
        """The same with the first window in halves, if the vendor's rule allows and it is longer than two days."""
        start, end = self.windows[0]
        if window is None or not window.halve or (start, end) == UNBOUNDED:
            return None
        days = (_moment(end) - _moment(start)).days
        return Walk((*_parts(start, end, days // 2 + 1), *self.windows[1:])) if days >= 2 else None

    def past(self, rows: Sequence[Any], *, more: bool) -> Walk:
        """Where it stands after a page; :class:`ProtocolError` when that page was the one before again."""
        digest = _digest(rows) if rows and (more or self.before) else ""
        if digest and digest == self.before:
            raise ProtocolError("a page repeats the one before: the position is ignored")
        return Walk(self.windows, self.page + 1, digest) if more else Walk(self.windows[1:])


def _parts(start: str, end: str, days: int) -> list[Bounds]:
    """A window in parts. Days count in full, so the next part begins a day later; moments meet."""
    whole_days = len(start) == len(end) == 10
    span = timedelta(days=days - 1 if whole_days else days)
    step = timedelta(days=1 if whole_days else 0)
    first, last, parts = _moment(start), _moment(end), []
    while first + span < last:
        parts.append((_text(first, start), _text(first + span, end)))
        first += span + step
    return [*parts, (_text(first, start), end)]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _text(moment: datetime, like: str) -> str:
    """A bound in the form of the one that was given."""
    return moment.isoformat()[: len(like.rstrip("Z"))] + "Z" * like.endswith("Z")


def _digest(rows: Sequence[Any]) -> str:
    return hashlib.sha256(json.dumps(rows, sort_keys=True, default=str).encode()).hexdigest()[:16]
