"""``airflow fleetops call``: one entry of a vendor's catalogue from the shell."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from airflow_provider_fleetops import vendors
from airflow_provider_fleetops.hooks.base import FleetOpsHook, hook_for
from airflow_provider_fleetops.protocol.endpoint import Endpoint, Kind
from airflow_provider_fleetops.protocol.errors import ConfigurationError, InvalidInput


def call(args: Namespace) -> None:
    """Call it under the vendor's limits and print the answer, JSON or a document. Without an entry, list all."""
    hook = _hook(args.conn_id)
    if args.endpoint is None:
        print("\n".join(_listed(hook.vendor.endpoints.values())))
        return
    endpoint = hook.vendor.endpoint(args.endpoint)
    if endpoint.kind is not Kind.READ and not args.write:
        raise InvalidInput(
            "this entry changes something at the vendor",
            vendor=hook.vendor.name,
            endpoint=endpoint.name,
            advice="Add --write if that is what you want",
        )
    arguments = _arguments(args.arg, endpoint)
    answer = hook.call(endpoint.name, body=_body(args.body), operation_key=args.key, **arguments)
    print("The answer may hold personal data: keep it out of tickets, chats and shared files.", file=sys.stderr)
    if isinstance(answer, bytes):
        sys.stdout.buffer.write(answer)
    else:
        print(json.dumps(answer, indent=2, ensure_ascii=False))


def _listed(endpoints: Iterable[Endpoint]) -> Iterator[str]:
    """What can be called, two lines each: what it does, and what it takes; ``*`` marks what it must be given."""
    for endpoint in endpoints:
        changes = "" if endpoint.kind is Kind.READ else "  (--write)"
        yield f"{endpoint.name}: {endpoint.summary}{changes}"
        takes = [f"{field.name}{'*' * field.required}" for field in (*endpoint.path_fields, *endpoint.query)]
        if endpoint.body:
            takes.append(
                f"--body {', '.join(field.name + '*' for field in endpoint.body.fields if field.required)}".strip()
            )
        if takes:
            yield f"    {' '.join(takes)}"


def _hook(conn_id: str) -> FleetOpsHook:
    """A hook with the connection of that name, from wherever Airflow's own commands would take it."""
    from airflow.models import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        connection = Connection.get_connection_from_secrets(conn_id)
    except AirflowNotFoundException:
        raise ConfigurationError(f"there is no connection {conn_id[:250]!r}") from None
    if connection.conn_type not in vendors.NAMES:
        raise ConfigurationError(
            f"connection {conn_id!r} is of type {connection.conn_type!r}", advice=f"Known: {', '.join(vendors.NAMES)}"
        )
    hook = hook_for(connection.conn_type, conn_id)
    hook.use(connection)
    return hook


def _arguments(pairs: Iterable[str], endpoint: Endpoint) -> dict[str, Any]:
    known = {field.name for field in (*endpoint.path_fields, *endpoint.query)}
    found: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise InvalidInput(f"--arg {pair[:60]!r} must be NAME=VALUE")
        if name not in known:
            takes = ", ".join(sorted(known)) or "none"
            raise InvalidInput(f"unknown parameter {name[:60]!r}", endpoint=endpoint.name, advice=f"It takes: {takes}")
        if name in found:
            raise InvalidInput(f"--arg {name[:60]!r} is given twice")
        found[name] = value
    return found


def _body(text: str | None) -> Any:
    """The JSON of ``--body``; an error never repeats what may be personal data."""
    if text is None:
        return None
    try:
        if text.startswith("@"):
            text = sys.stdin.read() if text == "@-" else Path(text[1:]).read_text(encoding="utf-8")
        return json.loads(text)
    except OSError as error:
        raise InvalidInput(f"--body: the file cannot be read ({error.strerror})") from None
    except RecursionError:
        raise InvalidInput("--body is nested too deeply") from None
    except UnicodeDecodeError:
        raise InvalidInput("--body is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise InvalidInput(f"--body is not JSON: {error.msg} at line {error.lineno}") from None
