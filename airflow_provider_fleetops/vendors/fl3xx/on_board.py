"""Who is on a flight: a crew that is changed and not replaced, and a manifest that names nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from airflow_provider_fleetops.protocol.encoders import Type
from airflow_provider_fleetops.protocol.endpoint import Field
from airflow_provider_fleetops.protocol.errors import InvalidInput, ProtocolError
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.shared_answer import remember
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fl3xx.flows import replace_crew


def change_crew(
    account: Account, flight_id: int | str, assign: Sequence[Any] = (), remove: Sequence[Any] = ()
) -> Flow[list[dict[str, Any]]]:
    """Read the crew anew, let ``remove`` go and ``assign`` come, and write the whole crew back; gives who is on board.

    Nothing is written when the crew is so already. FL3XX cannot tell whether somebody changed it between this read and
    this write.
    """
    coming = {_number("assign", _pilot(member)): dict(member) for member in assign}
    leaving = {_number("remove", pilot) for pilot in remove}
    if coming.keys() & leaving:
        raise InvalidInput("parameter 'remove' names somebody whom 'assign' names too", vendor="fl3xx")
    before = yield from call(account, "flight_crew.get", {"flight_id": flight_id}, reuse=0)
    there = {_known(account, row): row for row in before}
    after = {pilot: _written(row) for pilot, row in there.items() if pilot not in leaving}
    new = {p: member for p, member in coming.items() if p not in there or _role(member) != _role(there[p])}
    if not new and len(after) == len(there):
        yield from remember(account, "flight_crew.get", {"flight_id": flight_id}, before)
        return list(before)
    return (yield from replace_crew(account, flight_id, list((after | new).values())))


def _pilot(member: Any) -> Any:
    if not isinstance(member, Mapping):
        raise InvalidInput("parameter 'assign' must be a list of objects with pilotId and role", vendor="fl3xx")
    return member.get("pilotId")


def _number(name: str, value: Any) -> int:
    number: int = Field(name if name == "remove" else f"{name}.pilotId", Type.INTEGER, minimum=1).encode(value)
    return number


def _known(account: Account, row: Mapping[str, Any]) -> int:
    pilot = row.get("pilotId")
    if not isinstance(pilot, int):
        what = "a crew member has no pilotId, so the list cannot be written back"
        raise ProtocolError(what, vendor=account.vendor.name, endpoint="flight_crew.get")
    return pilot


def _written(row: Mapping[str, Any]) -> dict[str, Any]:
    """A member as the list is written: with the position where there is one, it says more than the role."""
    name = "crewPosition" if row.get("crewPosition") else "role"
    return {"pilotId": row["pilotId"], name: row.get(name)}


def _role(member: Mapping[str, Any]) -> Any:
    position = member.get("crewPosition")
    return member.get("role") or (position.get("role") if isinstance(position, Mapping) else position)


def manifest(details: Mapping[str, Any]) -> dict[str, Any]:
    """What a manifest says without saying who: how many tickets, how many with a person, how many with a document."""
    pax = details.get("pax")
    rows = pax.get("tickets") if isinstance(pax, Mapping) else None
    tickets = [ticket for ticket in rows or () if isinstance(ticket, Mapping)]
    return {
        "flightId": details.get("flightId"),
        "tickets": len(tickets),
        "assigned": sum(bool(ticket.get("paxUser")) for ticket in tickets),
        "with_document": sum(bool(ticket.get("idCard")) for ticket in tickets),
        "cargo": len(details.get("cargo") or ()),
        "animals": len(details.get("animal") or ()),
    }
