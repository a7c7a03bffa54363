"""Read a request body the way a vendor would: whatever is wrong with it is named by field and by rule."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from airflow_provider_fleetops.sandbox.routes import BadBody

BIGGEST = 10**15
"""No money amount, id or weight in any contract comes near it; larger numbers are refused."""


class Invalid(BadBody):
    """A field broke a rule. Its text is ``field: rule`` and never holds the value."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field = field
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Fields:
    """One JSON object of a body. Getters without a default require the field; ``null`` counts as absent.

    Raises `Invalid` from every getter.
    """

    data: Mapping[str, object]
    where: str = ""

    @classmethod
    def of(cls, value: object, where: str = "") -> Fields:
        """Wrap a decoded body, which must be a JSON object."""
        if not isinstance(value, Mapping):
            raise Invalid(where.rstrip(".") or "body", "must be an object")
        return cls(value, where)

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self.data.get(name) is not None

    def name(self, name: str) -> str:
        """The full path of a field, for messages."""
        return f"{self.where}{name}"

    def text(self, name: str, default: str | None = None, *, low: int = 1, high: int = 500) -> str:
        """A string of ``low`` to ``high`` characters without control characters."""
        value = self._value(name, default)
        if not isinstance(value, str):
            raise Invalid(self.name(name), "must be a string")
        if value == default:
            return value
        if not low <= len(value) <= high:
            raise Invalid(self.name(name), f"must have {low} to {high} characters")
        if any(unicodedata.category(char) in {"Cc", "Cs"} and char not in "\r\n\t" for char in value):
            raise Invalid(self.name(name), "must not contain control characters")
        return value

    def number(self, name: str, default: float | None = None, *, low: float = 0, high: float = BIGGEST) -> float:
        """A JSON number within ``low`` .. ``high``; true and false are not numbers."""
        value = self._value(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Invalid(self.name(name), "must be a number")
        if not low <= value <= high:
            raise Invalid(self.name(name), f"must be between {low:g} and {high:g}")
        return value

    def integer(self, name: str, default: int | None = None, *, low: int = 0, high: int = BIGGEST) -> int:
        """A whole number within ``low`` .. ``high``."""
        value = self.number(name, default, low=low, high=high)
        if value != int(value):
            raise Invalid(self.name(name), "must be a whole number")
        return int(value)

    def boolean(self, name: str, default: bool | None = None) -> bool:
        """JSON true or false."""
        value = self._value(name, default)
        if not isinstance(value, bool):
            raise Invalid(self.name(name), "must be true or false")
        return value

    def choice(self, name: str, allowed: Collection[str], default: str | None = None) -> str:
        """One of the allowed strings, spelled exactly so."""
        value = self.text(name, default)
        if value not in allowed:
            raise Invalid(self.name(name), f"must be one of {', '.join(allowed)}")
        return value

    def instant(self, name: str) -> datetime:
        """An ISO-8601 time with a zone, of this century, like the sandbox's clock."""
        try:
            value = datetime.fromisoformat(self.text(name, high=40))
        except ValueError as error:
            raise (
                error if isinstance(error, Invalid) else Invalid(self.name(name), "must be an ISO-8601 time")
            ) from None
        if value.tzinfo is None:
            raise Invalid(self.name(name), "must carry a time zone")
        if not 2000 <= value.year < 2100:
            raise Invalid(self.name(name), "must lie between 2000 and 2100")
        return value

    def day(self, name: str, default: date | None = None) -> date:
        """A date ``YYYY-MM-DD``."""
        if default is not None and not self.has(name):
            return default
        return self.moment(name, "%Y-%m-%d", "YYYY-MM-DD").date()

    def moment(self, name: str, pattern: str, shown: str) -> datetime:
        """A naive time in exactly one notation; ``shown`` is how the message names it."""
        text = self.text(name, high=40)
        try:
            value = datetime.strptime(text, pattern)  # noqa: DTZ007 - the vendor writes no zone
        except ValueError:
            raise Invalid(self.name(name), f"must look like {shown}") from None
        if value.strftime(pattern) != text:
            raise Invalid(self.name(name), f"must look like {shown}")
        return value

    def fields(self, name: str) -> Fields:
        """A nested object."""
        return Fields.of(self._value(name, None), f"{self.name(name)}.")

    def rows(self, name: str, *, high: int = 200) -> list[Fields]:
        """A list of 1 to ``high`` objects."""
        value = self._value(name, None)
        if not isinstance(value, list):
            raise Invalid(self.name(name), "must be a list")
        if not 1 <= len(value) <= high:
            raise Invalid(self.name(name), f"must hold 1 to {high} objects")
        return [Fields.of(row, f"{self.name(name)}[{index}].") for index, row in enumerate(value)]

    def _value(self, name: str, default: object) -> object:
        value = self.data.get(name)
        if value is None:
            value = default
        if value is None:
            raise Invalid(self.name(name), "is required")
        return value
