"""The journal: every request that reached the sandbox, what it cost, what it changed, and which rule it broke."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One request or webhook delivery. Holds names, ids and digests: never a secret or a personal value."""

    seq: int
    world_at: str
    gateway_at: str
    vendor: str
    method: str
    path: str
    route: str
    label: str
    query_keys: tuple[str, ...]
    status: int
    cost: int
    broke: str | None
    effect: str | None
    subjects: tuple[str, ...]
    fault: str | None
    body_digest: str
    header_names: tuple[str, ...]
    user_agent: str

    def public(self) -> dict[str, Any]:
        """Return the entry as JSON-ready values."""
        return asdict(self)


class Journal:
    """An append-only list of entries, safe for the delivery thread and the server's loop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: list[Entry] = []
        # Keyed, so that a digest tells equal bodies apart but cannot be looked up in a dictionary of likely bodies.
        self._key = secrets.token_bytes(16)

    def digest(self, body: bytes) -> str:
        """Return a short keyed digest: equal for equal bodies, empty for no body."""
        return hashlib.blake2b(body, digest_size=8, key=self._key).hexdigest() if body else ""

    def add(self, entry: Entry) -> Entry:
        """Append with the next sequence number and return what was stored."""
        with self._lock:
            stored = replace(entry, seq=len(self._entries) + 1)
            self._entries.append(stored)
        return stored

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()

    def entries(self, *, since: int = 0, limit: int | None = None, **equal: str | None) -> list[Entry]:
        """Return entries after ``since`` whose named fields equal the given values (None means: do not ask)."""
        with self._lock:
            later = self._entries[since:]
        asked = {name: value for name, value in equal.items() if value is not None}
        found = [entry for entry in later if _matches(entry, asked)]
        return found if limit is None else found[-limit:]

    def summary(self) -> dict[str, dict[str, Any]]:
        """Return per vendor: calls, cost, statuses, broken rules, duplicates, logins, refreshes, effects, faults."""
        entries = self.entries()
        vendors = sorted({entry.vendor for entry in entries})
        return {vendor: _figures(entry for entry in entries if entry.vendor == vendor) for vendor in vendors}


def _matches(entry: Entry, asked: dict[str, str]) -> bool:
    for name, value in asked.items():
        actual = getattr(entry, name)
        # "*" asks for any value at all: broke=* lists every broken rule.
        if not (actual if value == "*" else str(actual) == value):
            return False
    return True


def _figures(entries: Iterable[Entry]) -> dict[str, Any]:
    rows = list(entries)
    effects = [row.effect for row in rows if row.effect]
    return {
        "calls": len(rows),
        "cost": sum(row.cost for row in rows),
        "by_status": dict(Counter(str(row.status) for row in rows)),
        "by_route": dict(Counter(row.route for row in rows)),
        "broken": dict(Counter(row.broke for row in rows if row.broke and row.broke != "duplicate")),
        "duplicates": sum(row.broke == "duplicate" for row in rows),
        "logins": sum(effect.startswith("login") for effect in effects),
        "refreshes": sum(effect.startswith("refresh") for effect in effects),
        "effects": len([effect for effect in effects if not effect.startswith(("login", "refresh"))]),
        "faults": dict(Counter(row.fault for row in rows if row.fault)),
    }
