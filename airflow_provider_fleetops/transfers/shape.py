"""What rows look like: which fields there are, and of which kinds their values."""

from __future__ import annotations

from typing import Any

# Rows with more fields than that, or with names that are no text, have the rest of them in one column.
MOST_FIELDS = 1000
LONGEST_NAME = 200
# The column of rows that are no objects.
VALUE = "value"
# Whole numbers beyond this are not exact as floating point; beyond 64 bits they fit no column.
_EXACT = 2**53
_LONG = 2**63


class Shape:
    """The union of what was seen, row by row; memory does not grow with the number of rows."""

    def __init__(self) -> None:
        self.fields: dict[str, set[str]] = {}
        self.more = False

    def see(self, row: Any) -> None:
        """Take a row into account."""
        for name, value in fields_of(row).items():
            kinds = self.fields.get(name)
            if kinds is None:
                if len(self.fields) >= MOST_FIELDS or not _is_name(name):
                    self.more = True
                    continue
                kinds = self.fields[name] = set()
            kinds.add(_kind(value))

    def column(self, name: str) -> str:
        """What holds all values of a field: ``boolean``, ``integer``, ``number``, ``text``, or ``json`` for any mix."""
        kinds = self.fields[name] - {"null"}
        if kinds <= {"integer", "long"}:
            return "integer" if kinds else "text"
        if kinds <= {"integer", "number"}:
            return "number"
        return kinds.pop() if len(kinds) == 1 else "json"


def fields_of(row: Any) -> dict[str, Any]:
    """A row's fields; what is no object is one field."""
    return row if isinstance(row, dict) else {VALUE: row}


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer" if abs(value) <= _EXACT else "long" if -_LONG <= value < _LONG else "json"
    return "number" if isinstance(value, float) else "text" if isinstance(value, str) else "json"


def _is_name(name: str) -> bool:
    return len(name) <= LONGEST_NAME and name.isprintable()
