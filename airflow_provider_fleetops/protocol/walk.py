"""How far the reading of a list has come: the windows of time that are left, and the next page of the first one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from airflow_provider_fleetops.protocol.endpoint import Endpoint, Field
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
        start, end = (_bound(fields[name], arguments[name]) for name in (window.start, window.end))
        if _form(start) != _form(end):
            raise fields[window.end].wrong(f"must be a day, or a time with or without Z, as {window.start!r} is")
        if _moment(end) < _moment(start):
            raise fields[window.end].wrong(f"must not be before {window.start!r}")
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
    while last - first > span:
        parts.append((_text(first, start), _text(first + span, start)))
        first += span + step
    return [*parts, (_text(first, start), end)]


def _bound(field: Field, value: Any) -> str:
    """A bound as the vendor wants it; :class:`InvalidInput` when the calendar does not have it."""
    text = str(field.encode(value))
    try:
        _moment(text)
    except ValueError:  # its text would show the value
        raise field.wrong("must be a day or a time of the calendar, in ISO 8601") from None
    return text


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _form(text: str) -> tuple[bool, bool]:
    """Whether a bound is a day, and whether it has a zone."""
    return len(text) == 10, _moment(text).tzinfo is not None


def _text(moment: datetime, like: str) -> str:
    """A bound in the form of the one that was given."""
    if len(like) == 10:
        return moment.date().isoformat()
    exact = "milliseconds" if "." in like else "seconds" if like.count(":") > 1 else "minutes"
    return moment.isoformat(timespec=exact).replace("+00:00", "Z")


def _digest(rows: Sequence[Any]) -> str:
    return hashlib.sha256(json.dumps(rows, sort_keys=True, default=str).encode()).hexdigest()[:16]
