"""What each kind of route does with a call: list, read, write, delete, and the job actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from airflow_provider_fleetops.sandbox.fasttrack360 import jobs
from airflow_provider_fleetops.sandbox.fasttrack360.records import Table, Values
from airflow_provider_fleetops.sandbox.fasttrack360.refusal import invalid, missing
from airflow_provider_fleetops.sandbox.fasttrack360.schema import Spec, read_body, record_id, stamp
from airflow_provider_fleetops.sandbox.fasttrack360.world import STATUSES, Check, World, accept
from airflow_provider_fleetops.sandbox.routes import Call, Reply

Handler = Callable[[Call], Reply]
_PAGING = {"page", "pageSize", "modifiedSince"}
_MERGED = ("address", "mailAddress", "optIn", "availability", "customFields")
_MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Resource:
    """A table as the API shows it.

    ``filters`` are the query parameters that narrow a list; ``parent`` names the table of the record above it in the
    path and the field that refers to it; ``marker`` the field that no two live records (of a parent) share, unless
    something was done twice.
    """

    table: str
    filters: tuple[str, ...] = ()
    check: Check = accept
    drop: Check = accept
    parent: tuple[str, str] | None = None
    marker: str = ""


def lister(world: World, resource: Resource, key: str = "id") -> Handler:
    """List records: ``page`` from 1, ``pageSize`` up to 200, ``modifiedSince`` in UTC, and the resource's filters."""

    def handle(call: Call) -> Reply:
        _known_parameters(call, _PAGING | set(resource.filters))
        wanted = {name: values[-1] for name, values in call.query.items() if name in resource.filters}
        if resource.parent:
            table, field = resource.parent
            wanted[field] = str(_existing(world[table], call, key)["id"])
        since = _since(call)
        if not (since or wanted):
            alive = world[resource.table].alive(call.world)
            return _page(call, alive, lambda record: record.at(call.world))
        rows = world[resource.table].rows(
            call.world, lambda row: row["modifiedAt"] >= since and all(_is(row[n], v) for n, v in wanted.items())
        )
        return _page(call, rows)

    return handle


def reader(world: World, resource: Resource) -> Handler:
    """Read one record."""

    def handle(call: Call) -> Reply:
        return Reply.of(_existing(world[resource.table], call))

    return handle


def creator(world: World, resource: Resource) -> Handler:
    """Create a record; under a parent the parent's id comes from the path."""

    def handle(call: Call) -> Reply:
        table, body = world[resource.table], call.object()
        if resource.parent:
            above, field = resource.parent
            body = body | {field: _existing(world[above], call)["id"]}
        values = read_body(table.schema, body, partial=False)
        world.check_references(resource.table, values, call.world)
        resource.check(world, call.world, {}, values)
        broke = _twice(world, resource, values, call.world)
        record = table.add(call.world, values)
        return _changed(table, record.id, call, "created", status=201, broke=broke)

    return handle


def writer(world: World, resource: Resource, *, key: str = "id", replace: bool = False) -> Handler:
    """Change a record: PATCH leaves what is not sent and merges nested objects, PUT replaces the whole."""

    def handle(call: Call) -> Reply:
        table = world[resource.table]
        old = _existing(table, call, key)
        _check_parent(resource, call, old, key)
        body = call.object()
        if replace and resource.parent is None:
            values = read_body(table.schema, body, partial=False)
        else:
            values = _merged(old, read_body(table.schema, body, partial=True))
        world.check_references(resource.table, values, call.world)
        new = old | values
        resource.check(world, call.world, old, new)
        changes = {name: value for name, value in new.items() if value != old.get(name)}
        if not changes:
            return Reply.of(old, subjects=(str(old["id"]),))
        broke = _twice(world, resource, new, call.world) if resource.marker in changes else None
        table.record(old["id"], call.world).add(call.world, changes)
        return _changed(table, old["id"], call, "updated", broke=broke)

    return handle


def remover(world: World, resource: Resource, key: str = "id") -> Handler:
    """Delete a record that nothing refers to."""

    def handle(call: Call) -> Reply:
        table = world[resource.table]
        old = _existing(table, call, key)
        _check_parent(resource, call, old, key)
        resource.drop(world, call.world, old, {})
        table.remove(old["id"])
        return Reply(204, effect=f"{table.noun}:{old['id']} deleted", subjects=(str(old["id"]),))

    return handle


def filler(world: World) -> Handler:
    """Fill a job: body ``{"candidateId"}``."""

    def handle(call: Call) -> Reply:
        candidate = read_body({"candidateId": Spec(record_id, required=True)}, call.object(), partial=False)
        number = _number(call.params["id"], "job_order")
        job = jobs.fill(world, call.world, number, candidate["candidateId"])
        return Reply.of(job, effect=f"job_order:{number} filled", subjects=(str(number), str(candidate["candidateId"])))

    return handle


def job_action(world: World, act: Callable[[World, datetime, int], Values], done: str) -> Handler:
    """Run an action of a job that takes no body."""

    def handle(call: Call) -> Reply:
        number = _number(call.params["id"], "job_order")
        job = act(world, call.world, number)
        return Reply.of(job, effect=f"job_order:{number} {done}", subjects=(str(number),))

    return handle


def lookup(world: World, name: str) -> Handler:
    """List a pick-list of the agency."""
    return lambda call: _page(call, world.lookup(name))


def statuses(call: Call) -> Reply:
    """List the status words of an entity, named as in the paths or in the singular."""
    entity = call.params["entity"]
    name = entity if entity in STATUSES else f"{entity}s"
    if name not in STATUSES:
        raise missing(f"entity {entity[:40]}")
    return _page(call, [{"id": number, "name": word} for number, word in enumerate(STATUSES[name], 1)])


def _existing(table: Table, call: Call, key: str = "id") -> Values:
    return table.get(_number(call.params[key], table.noun), call.world)


def _number(text: str, noun: str) -> int:
    # ASCII digits only: int() would also take blanks, signs, underscores and other scripts' digits.
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise missing(noun)
    return int(text)


def _check_parent(resource: Resource, call: Call, old: Values, key: str) -> None:
    if key != "id" and resource.parent and str(old[resource.parent[1]]) != call.params["id"]:
        raise missing(f"comment {old['id']}")


def _merged(old: Values, values: Values) -> Values:
    return {
        name: {**old[name], **{k: v for k, v in value.items() if name == "customFields" or v is not None}}
        if name in _MERGED and value and old.get(name)
        else value
        for name, value in values.items()
    }


def _twice(world: World, resource: Resource, values: Mapping[str, Any], now: datetime) -> str | None:
    """Tell whether another live record already has the marker; an adjustment repeats its original's on purpose."""
    value = values.get(resource.marker)
    if not value or values.get("adjustmentOf"):
        return None
    owner = resource.parent[1] if resource.parent else resource.marker
    same = {resource.marker: value, owner: values[owner]}
    return "duplicate" if world[resource.table].any(now, **same) else None


def _changed(table: Table, number: int, call: Call, what: str, *, status: int = 200, broke: str | None) -> Reply:
    effect = f"{table.noun}:{number} {what}"
    return Reply.of(table.get(number, call.world), status, effect=effect, broke=broke, subjects=(str(number),))


def _known_parameters(call: Call, known: set[str]) -> None:
    if unknown := sorted(set(call.query) - known):
        raise invalid(unknown[0][:100], f"is not a parameter; known are {', '.join(sorted(known))}", "unknown")


def _is(value: Any, wanted: str) -> bool:
    return value is not None and str(value).casefold() == wanted.casefold()


def _since(call: Call) -> str:
    text = call.one("modifiedSince")
    if text is None:
        return ""
    try:
        # "+" of an offset arrives as a blank where the caller did not escape it.
        moment = datetime.fromisoformat(text.replace(" ", "+"))
        if moment.tzinfo is None:
            raise invalid("modifiedSince", "must carry a time zone")
        return stamp(moment.astimezone(UTC))
    except (ValueError, OverflowError):
        raise invalid("modifiedSince", "must be an ISO-8601 time") from None


def _page(call: Call, rows: Sequence[Any], show: Callable[[Any], Any] = lambda row: row) -> Reply:
    """A page of all rows; only what is on it is shown, because lists may be long."""
    page, size = _count(call, "page", 1, 1_000_000), _count(call, "pageSize", 50, _MOST_ROWS)
    first = (page - 1) * size
    items = [show(row) for row in rows[first : first + size]]
    return Reply.of({"items": items, "totalCount": len(rows), "page": page, "pageSize": size})


def _count(call: Call, name: str, default: int, high: int) -> int:
    text = call.one(name) or str(default)
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= high):
        raise invalid(name, f"must be a whole number from 1 to {high}")
    return int(text)
