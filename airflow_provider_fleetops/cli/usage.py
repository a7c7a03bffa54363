"""``airflow fleetops usage``: what calls cost, and how much of that was wasted or saved."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime

from airflow.cli.simple_table import AirflowConsole

from airflow_provider_fleetops.protocol.errors import InvalidInput


def usage_show(args: Namespace) -> None:
    """Print one row for each connection and endpoint, DAG or day (``args.by``), the most calls first."""
    from airflow_provider_fleetops.state import open_store

    by = ["conn_id", args.by] if args.by != "day" else ["day", "conn_id"]
    totals = open_store().usage.totals(by, _since(args.since), args.conn_id or "")
    rows = [
        dict(zip(by, total.group, strict=True))
        | {"uses": total.uses, "calls": total.calls, "wasted": total.wasted, "saved": total.saved}
        for total in totals
    ]
    AirflowConsole().print_as(rows, args.output)


def _since(text: str | None) -> float:
    """All that is kept, without a time; one without a zone is UTC."""
    if not text:
        return 0.0
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput("parameter '--since' must be an ISO-8601 time, for example 2026-11-22") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
