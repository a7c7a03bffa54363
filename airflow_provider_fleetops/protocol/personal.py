"""Personal data in a vendor's rows: dropped, hashed with a key, or kept, by the names of the fields that hold it."""

from __future__ import annotations

import hashlib
import hmac
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

Mode = Literal["drop", "hash", "keep"]

# A field is about a person when its name contains one of these, whoever the vendor is and whenever it was added.
TELLING = (
    "firstname", "lastname", "middlename", "surname", "email", "phone", "mobile", "faxnumber", "birth", "passport",
    "salutation", "gender", "nationality", "password",
)  # fmt: skip
_TELLING = re.compile("|".join(TELLING))
# An address may also stand in a text; one character on each side is enough, and keeps the search linear.
_ADDRESS = re.compile(r"[^@\s]@[^@\s]+\.[^@\s]")
DEEPEST = 40
_GONE = object()


@dataclass(frozen=True)
class Personal:
    """What becomes of personal data.

    ``fields`` are names at any depth, without case and punctuation; ``account.name`` means a ``name`` directly below an
    ``account`` (or below the rows of ``account…`` lists). What lies below such a field is personal too. ``key`` makes
    hashes that nobody can look up without it; the same value has the same hash in every list.
    """

    fields: frozenset[str]
    mode: Mode = "drop"
    key: bytes = field(default=b"", repr=False)

    def clean(self, value: Any, parent: str = "", depth: int = 0) -> Any:
        """The value as it may leave; what is no JSON (not a number, or nested too deeply) becomes null."""
        cleaned = self._clean(value, _plain(parent), depth)
        return None if cleaned is _GONE else cleaned

    def _clean(self, value: Any, parent: str, depth: int) -> Any:
        if isinstance(value, Mapping) and depth < DEEPEST:
            items = ((key, self._field(key, item, parent, depth)) for key, item in value.items())
            return {key: item for key, item in items if item is not _GONE}
        if isinstance(value, list) and depth < DEEPEST:
            items_ = (self._clean(item, parent, depth + 1) for item in value)
            return [item for item in items_ if item is not _GONE]
        if isinstance(value, str):
            hidden = self.mode != "keep" and "@" in value and _ADDRESS.search(value)
            return self._hide(value, depth) if hidden else value
        return None if (isinstance(value, float) and not math.isfinite(value)) or depth >= DEEPEST else value

    def _field(self, key: str, value: Any, parent: str, depth: int) -> Any:
        name = _plain(key)
        if self.mode != "keep" and self.is_personal(name, parent):
            return self._hide(value, depth + 1)
        return self._clean(value, name, depth + 1)

    def is_personal(self, name: str, parent: str) -> bool:
        """Whether a field (by its plain name, below its parent's) is about a person."""
        return name in self.fields or f"{parent}.{name}" in self.fields or _TELLING.search(name) is not None

    def _hide(self, value: Any, depth: int) -> Any:
        """Nothing, or a hash in the place of each plain value."""
        if self.mode == "drop":
            return _GONE
        if value is None or depth >= DEEPEST:
            return None
        if isinstance(value, Mapping):
            return {key: self._hide(item, depth + 1) for key, item in value.items()}
        if isinstance(value, list):
            return [self._hide(item, depth + 1) for item in value]
        text = value if isinstance(value, str) else json.dumps(value)
        return hmac.new(self.key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:32]


def names(*fields: str) -> frozenset[str]:
    """A vendor's list of fields, in the form in which they are compared."""
    return frozenset(".".join(_plain(part) for part in name.split(".")) for name in fields)


def _plain(name: str) -> str:
    return _known(name) if len(name) <= _USUAL else _bare(name)


def _bare(name: str) -> str:
    return re.sub(r"[\W_]", "", name).casefold()


# The same names come with each row; those that are no names are not worth remembering.
_USUAL = 100
_known = lru_cache(maxsize=4096)(_bare)
