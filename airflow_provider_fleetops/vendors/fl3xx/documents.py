"""The documents that hang on a flight (services, post-flight, migration, …): what they say, and how to change them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_provider_fleetops.protocol.encoders import Type
from airflow_provider_fleetops.protocol.endpoint import Field
from airflow_provider_fleetops.protocol.errors import InvalidInput
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.shared_answer import remember
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.times import parse_time
from airflow_provider_fleetops.protocol.vendor import Account

# https://developer.fl3xx.com/reference/flight-ground-services: one list of words for every dispatch item.
_STATUSES = frozenset(
    ("NA", "NR", "INIT", "DO", "REQ", "HOLD", "OK", "CNL", "DO_REVISED", "REQ_REVISED", "HOLD_REVISED", "OK_REVISED")
)
# Pre-flight's checklists hold the words themselves, not objects with a status.
_CHECKLISTS = ("detailsDeparture", "detailsArrival")
_DEPTH = 8
_MILESTONES = {"blocksOff": "dep", "takeOff": "dep", "landing": "arr", "blocksOn": "arr"}

_PYTHON_NAMES = {"blocks_off": "blocksOff", "take_off": "takeOff", "landing": "landing", "blocks_on": "blocksOn"}


@dataclass(frozen=True, slots=True)
class Change:
    """What came of a change: the document afterwards, which of its fields were changed, which FL3XX did not keep."""

    document: Mapping[str, Any]
    changed: Sequence[str]
    ignored: Sequence[str]


def change(account: Account, noun: str, flight_id: int | str, changes: Any) -> Flow[Change]:
    """Read a document anew, merge ``changes`` into it, and write it back whole; nothing is written when all is so.

    FL3XX cannot tell whether somebody changed it between this read and this write: it knows no version, and a second
    look is not allowed within ten minutes. The read insists on a new answer, so that the two stand next to each other;
    what the write shows serves whoever reads the document in these ten minutes.
    """
    if not isinstance(changes, Mapping) or not changes:
        raise InvalidInput("parameter 'changes' must be an object with at least one field", vendor="fl3xx")
    where = {"flight_id": flight_id}
    before: Mapping[str, Any] = yield from call(account, f"{noun}.get", where, reuse=0)
    try:
        after = merged(before, changes)
    except RecursionError:
        raise InvalidInput("parameter 'changes' is nested too deeply", vendor="fl3xx") from None
    told = yield from _write(account, noun, where, before, after)
    yield from remember(account, f"{noun}.get", where, told.document)
    return told


def _write(
    account: Account, noun: str, where: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]
) -> Flow[Change]:
    changed = list(differences(before, after))
    if not changed:
        return Change(before, (), ())
    answer = yield from call(account, f"{noun}.update", where, after)
    if answer is None:
        return Change(after, changed, ())
    lost = set(differences(after, answer))
    return Change(answer, changed, [path for path in changed if path in lost])


def merged(before: Any, changes: Any, where: str = "changes") -> Any:
    """``before`` with ``changes``: objects field by field, rows that carry an ``id`` by it, all else is replaced."""
    if isinstance(before, Mapping) and isinstance(changes, Mapping):
        new = {key: merged(before.get(key), value, f"{where}.{key}") for key, value in changes.items()}
        return {**before, **new}
    if isinstance(changes, list) and changes and all(isinstance(r, Mapping) and "id" in r for r in changes):
        return _merged_rows(before, changes, where)
    return changes


def _merged_rows(before: Any, changes: Sequence[Mapping[str, Any]], where: str) -> list[Any]:
    rows = list(before) if isinstance(before, list) else []
    places = {str(row.get("id")): n for n, row in enumerate(rows) if isinstance(row, Mapping)}
    for row in changes:
        place = places.get(str(row["id"]))
        if place is None:
            raise InvalidInput(f"parameter {where!r} has a row whose id is not there", vendor="fl3xx")
        rows[place] = merged(rows[place], {**row, "id": rows[place]["id"]}, where)
    return rows


def differences(before: Any, after: Any, where: str = "") -> Iterator[str]:
    """The paths (``departureHandler.status``, ``crew[0].note``) of what ``after`` says in another way."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in {**before, **after}:
            yield from differences(before.get(key), after.get(key), f"{where}.{key}".lstrip("."))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for n, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from differences(old, new, f"{where}[{n}]")
    elif before != after:
        yield where


def statuses(document: Any) -> dict[str, str]:
    """Where each dispatch item of a document stands, by its place in it: ``{"departureHandler": "OK", …}``."""
    return dict(_statuses(document, "", _DEPTH))


def _statuses(value: Any, where: str, depth: int) -> Iterator[tuple[str, str]]:
    """Words of the list alone, and only where a status stands: nothing that a person wrote or is called."""
    if not depth:
        return
    if isinstance(value, list):
        for n, item in enumerate(value):
            yield from _statuses(item, f"{where}[{n}]", depth - 1)
    if not isinstance(value, Mapping):
        return
    for key, item in value.items():
        place = f"{where}.{key}".lstrip(".")
        if isinstance(item, str):
            if item in _STATUSES and (key == "status" or where in _CHECKLISTS):
                yield (where or key if key == "status" else place), item
        else:
            yield from _statuses(item, place, depth - 1)


def screening(document: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """How many of crew and passengers have which status: of whom it is would be personal."""
    return {group: _counted(document.get(group)) for group in ("crew", "passengers")}


def _counted(rows: Any) -> dict[str, int]:
    words = [row.get("status") for row in rows or () if isinstance(row, Mapping)]
    return dict(Counter(w if isinstance(w, str) and w.isidentifier() and w.isupper() else "OTHER" for w in words))


def movement(document: Mapping[str, Any]) -> dict[str, Any]:
    """When the flight moved, in UTC, as post-flight reports it, and ``delays``: minutes behind the estimates."""
    times, planned = _object(document.get("time")), _object(document.get("estimatedTimes"))
    actual = {name: _moment(_object(times.get(part)).get(name)) for name, part in _MILESTONES.items()}
    estimated = {name: _moment(planned.get(name)) for name in _MILESTONES}
    pairs = ((name, actual[name], estimated[name]) for name in _MILESTONES)
    return {
        **{name: moment.isoformat(timespec="seconds") if moment else None for name, moment in actual.items()},
        "delays": {name: (real - plan).total_seconds() / 60 for name, real, plan in pairs if real and plan},
    }


def report(account: Account, flight_id: int | str, times: Mapping[str, Any], changes: Any = None) -> Flow[Change]:
    """Report when a flight moved, beside other changes of its post-flight. ``times`` are keyed as Python names them."""
    moved: dict[str, dict[str, Any]] = {}
    for name, value in times.items():
        moment = datetime.fromisoformat(Field(name, Type.INSTANT).encode(value))
        key = _PYTHON_NAMES[name]
        moved.setdefault(_MILESTONES[key], {})[key] = round(moment.timestamp() * 1000)
    wanted = merged({"time": moved}, changes or {}) if moved else changes
    return (yield from change(account, "postflight", flight_id, wanted))


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _moment(value: Any) -> datetime | None:
    try:
        return parse_time(value)
    except ValueError:
        return None
