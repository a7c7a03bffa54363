"""Upserts: look a record up once by its natural key, then create it, change what differs, or do nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from airflow_provider_fleetops.protocol.errors import (
    ConfigurationError,
    InvalidInput,
    NotFound,
    Refused,
    Unavailable,
)
from airflow_provider_fleetops.protocol.flow import OnSend, call
from airflow_provider_fleetops.protocol.ledger import Intent, digest
from airflow_provider_fleetops.protocol.listing import MAX_ROWS, paginate
from airflow_provider_fleetops.protocol.operation import intent, record_found
from airflow_provider_fleetops.protocol.retry import ONCE
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fasttrack360.records import Record, create_once, differs, merged, records
from airflow_provider_fleetops.vendors.fasttrack360.states import TIMESHEET_RANKS

# A look-up without a match in ten full pages has a filter that the vendor does not know.
LOOK_UP_ROWS = 1000
# What may stand in the ledger as it is; everything else could name somebody.
_READABLE = frozenset({"externalReference", "alternativeTimesheetNo", "jobOrderId", "weekEnding"})


@dataclass(frozen=True, slots=True)
class Kind:
    """How records of one kind are told apart and found.

    ``noun`` names the entries (``client.create``, ``client.update``, ``client.get``) and the id (``client_id``).
    ``keys`` are the natural keys: the first that is given in full counts. ``filters`` are the parameters of the
    ``listing`` that narrow it to a key; a field that could name a person is none of them, because it would stand in
    the URL. ``ranks`` order the words of ``status``: a record that is past the wanted one is not moved back.
    """

    noun: str
    listing: str
    keys: tuple[tuple[str, ...], ...]
    filters: Mapping[str, str] = field(default_factory=dict)
    ranks: Mapping[str, int] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"{self.noun}_id"


CLIENT = Kind(
    "client",
    "clients.list",
    (("externalReference",), ("name", "officeId")),
    {"externalReference": "external_reference", "name": "name", "officeId": "office_id"},
)
CONTACT = Kind("contact", "contacts.list", (("email",), ("firstName", "lastName")))
COST_CENTRE = Kind("cost_centre", "cost_centres.list", (("name",),))
CANDIDATE = Kind("candidate", "candidates.list", (("externalReference",),), {"externalReference": "external_reference"})
TIMESHEET = Kind(
    "timesheet",
    "timesheets.list",
    (("alternativeTimesheetNo", "jobOrderId", "weekEnding"),),  # one number may stand for several sheets
    {"alternativeTimesheetNo": "alternative_timesheet_no"},
    {word.capitalize(): rank for word, rank in TIMESHEET_RANKS.items()},
)
_IMPORTED = ("Incomplete", "Submitted")


def upsert_client(account: Account, fields: Record) -> Flow[dict[str, Any]]:
    """Make a client be as ``fields`` say: look it up once, then create it, change what differs, or do nothing.

    It is found by ``externalReference`` if that is given, else by its exact name and office. The value is
    ``{"client_id", "action": "created" | "updated" | "unchanged"}``. A creation without a clear answer is looked for;
    if it cannot be seen, ``Unavailable`` leaves the next look to the next try: nothing is ever created blindly twice.
    """
    return (yield from upsert(account, CLIENT, fields))


def upsert_timesheet(account: Account, fields: Record) -> Flow[dict[str, Any]]:
    """Make the timesheet of an alternative number, a job and a week be as ``fields`` say.

    Its status can be moved to Incomplete or Submitted; one that is past it stays where it is.
    """
    if fields.get("status") not in (None, *_IMPORTED):
        raise InvalidInput(f"parameter 'status' must be one of {', '.join(_IMPORTED)}", vendor=account.vendor.name)
    return (yield from upsert(account, TIMESHEET, fields))


def upsert(
    account: Account, kind: Kind, fields: Record, where: Record | None = None, *, known: Any = None
) -> Flow[dict[str, Any]]:
    """Make a record of any kind be as ``fields`` say; ``where`` is what it belongs to (``client_id``).

    With the ``known`` id the record is read by it, its natural key may change, and it is never created.
    """
    where, wanted = where or {}, encoded(account, kind, fields)
    if known is not None:
        record: Record = yield from call(account, f"{kind.noun}.get", {kind.id: known})
        return (yield from _adapt(account, kind, record, wanted))
    found = yield from find(account, kind, where, wanted)
    meant = _creation(account, kind, where, wanted)
    if found is None:
        made = yield from create_once(account, meant, where, wanted, lambda _: find(account, kind, where, wanted))
        if made.created:
            return {**made.result, "action": "created"}
        found = yield from _recorded(account, kind, made.result[kind.id])
    else:
        yield from record_found(account, meant, {kind.id: found["id"]})
    return (yield from _adapt(account, kind, found, wanted))


def find(account: Account, kind: Kind, where: Record, wanted: Record) -> Flow[Record | None]:
    """The record that the natural key names; two of them are for a person to sort out."""
    key = _natural_key(account, kind, wanted)
    query = {parameter: wanted[name] for name, parameter in kind.filters.items() if name in key}
    most = LOOK_UP_ROWS if kind.filters else MAX_ROWS
    rows = yield from paginate(account, kind.listing, {**where, **query}, max_rows=most)
    found = [row for row in records(rows) if not any(differs(row.get(name), wanted[name]) for name in key)]
    what, plural = " and ".join(key), kind.listing.removesuffix(".list").replace("_", " ")
    if len(found) > 1:
        ids = ", ".join(str(row["id"]) for row in found[:5])
        raise Refused(f"{len(found)} {plural} have the same {what}: {ids}", vendor=account.vendor.name)
    if not found and len(rows) >= most:
        raise ConfigurationError(
            f"the vendor does not filter {plural} by {what}",
            vendor=account.vendor.name,
            endpoint=kind.listing,
            advice="Give the right parameter names in the connection's extra 'parameters'",
        )
    return found[0] if found else None


def _natural_key(account: Account, kind: Kind, wanted: Record) -> tuple[str, ...]:
    for key in kind.keys:
        if all(wanted.get(name) for name in key):
            return key
    needed = ", or by ".join(" and ".join(map(repr, key)) for key in kind.keys)
    missing = next(name for name in kind.keys[-1] if not wanted.get(name))
    rule = f"is required: a {kind.noun.replace('_', ' ')} is found by {needed}"
    raise InvalidInput(f"parameter {missing!r} {rule}", vendor=account.vendor.name)


def encoded(account: Account, kind: Kind, fields: Record) -> dict[str, Any]:
    """The given fields in wire form, so that a rendered "3" and the vendor's 3 are the same."""
    given = {name: value for name, value in fields.items() if value is not None}
    try:
        wire: dict[str, Any] = account.vendor.endpoint(f"{kind.noun}.update").encode_body(given)
    except InvalidInput as error:
        raise error.as_(InvalidInput, vendor=account.vendor.name) from None
    return wire


def _creation(account: Account, kind: Kind, where: Record, wanted: Record) -> Intent:
    """Once per natural key, which is the payload too: other fields may change, and are changed afterwards."""
    key = {name: wanted[name] for name in _natural_key(account, kind, wanted)}
    plain = [str(value) for value in key.values()] if _READABLE.issuperset(key) else []
    named = plain or [" and ".join(key), digest(key)]
    return intent(account, f"{kind.noun}.create", " ".join([*map(str, where.values()), *named]), key, kind.id)


def _recorded(account: Account, kind: Kind, number: Any) -> Flow[Record]:
    """A record that no list shows (yet) though it was created: listed late, or deleted since."""
    name = f"{kind.noun}.get"
    try:
        if name in account.vendor.endpoints:
            found: Record = yield from call(account, name, {kind.id: number})
            return found
    except NotFound:
        pass
    raise Refused(
        f"{kind.noun.replace('_', ' ')} {number} was created under this key and is gone",
        vendor=account.vendor.name,
        endpoint=name,
        advice="Nothing was sent: use another key, or `airflow fleetops operations resolve ... --not-done --force`",
    )


def _adapt(account: Account, kind: Kind, found: Record, wanted: Record) -> Flow[dict[str, Any]]:
    changes = _changes(kind, found, wanted)
    if changes:
        yield from _write(account, kind, found, changes)
    return {kind.id: found["id"], "action": "updated" if changes else "unchanged"}


def _changes(kind: Kind, found: Record, wanted: Record) -> dict[str, Any]:
    different = {name: value for name, value in wanted.items() if differs(found.get(name), value)}
    if kind.ranks.get(str(found.get("status")), -1) >= kind.ranks.get(str(different.get("status")), 99):
        del different["status"]
    return {name: merged(found.get(name), value) for name, value in different.items()}


class _Changed(Refused):
    """Somebody has changed an object since it was read; ends the tries of this write."""


def _write(account: Account, kind: Kind, found: Record, changes: Record) -> Flow[None]:
    """Send what differs.

    A plain field carries the value that the user wants, whatever it was a moment ago. An object is merged with what
    was read and sent whole, so another's change within it would be lost: it is looked at again.
    """
    whole = {name: value for name, value in changes.items() if isinstance(value, Mapping)}
    look = _unless_changed(account, kind, found, whole) if whole else None
    try:
        where = {kind.id: found["id"]}
        yield from call(account, f"{kind.noun}.update", where, changes, on_send=look, looks=bool(whole))
    except _Changed as error:
        raise error.as_(Unavailable, advice="A retry reads it anew") from None


def _unless_changed(account: Account, kind: Kind, found: Record, whole: Record) -> OnSend:
    """A look right before the write leaves; what an earlier try of it has written is no change of somebody else."""
    within = replace(account, holds_turn=True)  # the write has it, and a slot for one request

    def look() -> Flow[None]:
        newest = yield from call(within, f"{kind.noun}.get", {kind.id: found["id"]}, retry=ONCE)
        for name, value in whole.items():
            if newest.get(name) not in (found.get(name), value):
                raise _Changed(
                    f"{name} of {kind.noun} {found['id']} has changed since it was read",
                    vendor=account.vendor.name,
                    endpoint=f"{kind.noun}.update",
                )

    return look
