"""Paging is three verbs: which rows an answer holds, whether there is more, and what asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from airflow_provider_fleetops.protocol.errors import ProtocolError


@dataclass(frozen=True, slots=True)
class Window:
    """The two parameters that bound a list in time, and the most days that the vendor answers in one call.

    ``halve``: a window may still be too large, which the vendor says with a 400; it is then read in halves.
    """

    start: str
    end: str
    days: int
    halve: bool = False


@dataclass(frozen=True, slots=True)
class Cursor:
    """The parameter that asks for what changed since a time, and the rows' field that tells when they did.

    Without such a ``field`` the time of asking has to do. ``lag`` is by how many seconds the vendor may be behind:
    so much is asked for again.
    """

    parameter: str
    field: str = ""
    lag: float = 300.0


@dataclass(frozen=True, slots=True)
class Paging:
    """How a list endpoint is read page by page.

    ``style``: ``offset`` counts rows, ``page`` counts pages from ``first``, ``none`` answers all at once.
    ``rows`` are the keys that hold the list, tried in turn (a bare array always counts); ``total`` is a dotted path.
    ``unique`` names the row's id: rows seen twice (offset paging over changing data) are dropped.
    ``window`` and ``cursor`` say what else narrows the list, where the vendor has it. ``trusted``: the vendor is known
    to give ``page_size`` rows when it is asked for them.
    """

    style: Literal["offset", "page", "none"] = "none"
    position: str = "offset"
    size: str = "limit"
    page_size: int = 50
    first: int = 0
    rows: tuple[str, ...] = ("data", "items")
    total: str = ""
    unique: str = ""
    where: Literal["query", "body"] = "query"
    window: Window | None = None
    cursor: Cursor | None = None
    trusted: bool = True

    def sized(self, given: Mapping[str, Any]) -> Paging:
        """The same with the rows a page that a caller asks for, where the vendor says how many there are in all.

        Elsewhere a vendor that silently gives less than asked for would seem to be at the end.
        """
        size = str(given.get(self.size) or "")
        return replace(self, page_size=int(size), trusted=False) if self.total and size.isdecimal() else self

    def read(self, answer: Any) -> list[Any]:
        """The rows of one answer; :class:`ProtocolError` when it holds no list."""
        if isinstance(answer, list):
            return answer
        if isinstance(answer, Mapping):
            for key in self.rows:
                if isinstance(answer.get(key), list):
                    return list(answer[key])
        raise ProtocolError(f"expected a list of rows, or one under {' / '.join(self.rows)}")

    def ask(self, page: int) -> dict[str, int]:
        """The parameters that ask for page number ``page`` (from 0)."""
        if self.style == "none":
            return {}
        position = page * self.page_size if self.style == "offset" else self.first + page
        return {self.position: position, self.size: self.page_size}

    def more(self, answer: Any, page: int, count: int) -> bool:
        """Whether another page must be asked for after this answer with ``count`` rows."""
        if self.style == "none" or count == 0:
            return False
        total = _dig(answer, self.total) if self.total else None
        if isinstance(total, int) and not isinstance(total, bool):
            left = total - (page + 1) * self.page_size
            if left > 0 and count < self.page_size and not self.trusted:
                raise ProtocolError(
                    f"a page has {count} rows of {self.page_size}, and more are to come: rows would be lost"
                )
            return left > 0
        return count >= self.page_size


def _dig(value: Any, path: str) -> Any:
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
