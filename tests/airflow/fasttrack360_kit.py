"""What FastTrack360's tests over HTTP share."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.state import open_store

VENDOR = "fasttrack360"
SEEDED, CONTACT, CANDIDATE = 100000001, 150000001, 300000001
OPEN_JOB, FILLED_JOB = 200000001, 200000002


def context(try_number: int = 1, **changes: Any) -> dict[str, Any]:
    """One try of a task."""
    keys = {"dag_id": "d", "run_id": "r", "task_id": "t", "map_index": -1, "try_number": try_number}
    return {"ti": SimpleNamespace(**(keys | changes))}


def run(operator: type, try_number: int = 1, /, run_id: str = "r", **fields: Any) -> Any:
    """What one try of a task gives to XCom, with its templates rendered."""
    task = operator(task_id="t", **fields)
    given = context(try_number, run_id=run_id)
    task.render_template_fields(given)
    return task.execute(given)


def received(box: Sandbox) -> list[tuple[str, str]]:
    """Method and path of every request that the agency got, oldest first."""
    return [(entry["method"], entry["path"]) for entry in box.control.journal(vendor=VENDOR)]


def methods(box: Sandbox) -> list[str]:
    return [method for method, _ in received(box)]


def routes(box: Sandbox) -> list[str]:
    return [entry["route"] for entry in box.control.journal(vendor=VENDOR)]


def stats(box: Sandbox) -> dict[str, Any]:
    found: dict[str, Any] = box.control.summary()[VENDOR]["stats"]
    return found


def ledger() -> list[str]:
    """The states of all operations."""
    return [str(row.status) for row in open_store().ledger.list()]
