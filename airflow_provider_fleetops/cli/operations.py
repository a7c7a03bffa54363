"""``airflow fleetops operations``: what was sent to the vendors under a key, and a person's word on what is unknown."""

from __future__ import annotations

import json
import time
from argparse import Namespace
from datetime import UTC, datetime
from typing import Any

from airflow_provider_fleetops.protocol.errors import InvalidInput, NotFound, Throttled
from airflow_provider_fleetops.protocol.ledger import Ledger, Operation, Status


def operations_list(args: Namespace) -> None:
    """Print the newest operations, of all states or of one."""
    from airflow.cli.simple_table import AirflowConsole

    found = _ledger().list(Status(args.state) if args.state else None, args.limit, args.vendor or "")
    AirflowConsole().print_as([_row(operation) for operation in found], args.output)


def operations_show(args: Namespace) -> None:
    """Print one operation with its result and its evidence, which may be personal."""
    from airflow.cli.simple_table import AirflowConsole

    operation = _find(_ledger(), args.id)
    result = operation.result["value"] if operation.result else None
    row = _row(operation) | {
        "created": _time(operation.created_at),
        "sent": _time(operation.sent_at),
        "sends": operation.sends,
        "in work until": _time(operation.lease_until) if operation.holder else "",
        "result": json.dumps(result, ensure_ascii=False) if result is not None else "",
    }
    row |= {f"evidence {n}": json.dumps(piece, ensure_ascii=False) for n, piece in enumerate(operation.evidence, 1)}
    if args.output in (None, "table", "plain"):
        print("\n".join(f"{name}: {value}" for name, value in row.items()))
    else:
        AirflowConsole().print_as([row], args.output)


def operations_resolve(args: Namespace) -> None:
    """Settle it: ``--done ID`` gives the vendor's id to all who ask again, after ``--not-done`` the next try sends.

    Takes an operation's whole id or its exact key, never a beginning: a mistyped order number must name nothing. With
    ``--force`` it also takes back what was recorded: a shipment that was cancelled can be made again under its key.
    """
    if (args.done is None) is not args.not_done:
        raise InvalidInput("give either --done ID or --not-done")
    if args.done is not None and not args.done.strip():
        raise InvalidInput("--done wants the vendor's id")
    ledger = _ledger()
    operation = _find(ledger, args.id, whole=True)
    if operation.status is Status.DONE and not args.force:
        raise InvalidInput(
            f"operation {operation.id} ({operation.vendor} {operation.action} {operation.key!r}) is done already",
            advice="--force replaces what is recorded; after --not-done the next try sends it again",
        )
    status = Status.NOT_DONE if args.not_done else Status.DONE
    result = None if args.not_done else {"value": {operation.id_field: _number(args.done.strip())}}
    note = f"settled by a person, was {operation.status}"
    if not ledger.resolve(operation.id, status, time.time(), result=result, note=note):
        raise Throttled(
            f"a process works on operation {operation.id} at this moment",
            resume_at=datetime.fromtimestamp(_find(ledger, operation.id).lease_until, UTC),
        )
    print(f"Operation {operation.id} ({operation.vendor} {operation.action} {operation.key!r}) is {status} now.")


def _ledger() -> Ledger:
    from airflow_provider_fleetops.state import open_store

    return open_store().ledger


def _find(ledger: Ledger, name: str, *, whole: bool = False) -> Operation:
    """The one operation whose key this is, or whose id begins so; with ``whole`` the id must be complete."""
    found = [row for row in ledger.show(name) if not whole or name in (row.id, row.key)] if name else []
    if not found:
        raise NotFound(f"no operation has the id or the key {name[:60]!r}", advice="List them: operations list")
    if len(found) > 1:
        ids = ", ".join(operation.id for operation in found[:5])
        raise InvalidInput(f"{name[:60]!r} means {len(found)} operations: {ids}")
    return found[0]


def _row(operation: Operation) -> dict[str, Any]:
    return {
        "id": operation.id,
        "state": operation.status.value,
        "vendor": operation.vendor,
        "connection": operation.conn_id,
        "action": operation.action,
        "key": operation.key,
        "changed": _time(operation.updated_at),
        "note": operation.note,
    }


def _number(text: str) -> int | str:
    """Vendors' numbers are numbers in results too."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 and not text.startswith("0") else text


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(sep=" ", timespec="seconds") if at else ""
