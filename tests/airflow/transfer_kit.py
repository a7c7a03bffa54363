"""What the tests of transfers share: a run of the operator, the file it leaves, what the vendor was asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.transfers.object_storage import FleetOpsToObjectStorageOperator


class AssetState(dict[str, Any]):
    """Airflow's state of an asset, as far as it is used: JSON values by key."""

    def set(self, key: str, value: Any) -> None:
        self[key] = json.loads(json.dumps(value))


def context(run: str = "run-1", task: str = "copy", **more: Any) -> dict[str, Any]:
    """The context of a task in a run."""
    ti = SimpleNamespace(dag_id="transfers", task_id=task, run_id=run, map_index=-1, try_number=1)
    return {"ti": ti, "run_id": run, **more}


def transfer(target: Path | str, given: Mapping[str, Any] | None = None, **arguments: Any) -> dict[str, Any]:
    """Run the operator as a task does, and give its result."""
    path = f"file://{target}" if isinstance(target, Path) else target
    known: dict[str, Any] = {"vendor": "fasttrack360", "endpoint": "candidates.list"}
    operator = FleetOpsToObjectStorageOperator(task_id="copy", path=path, **(known | arguments))
    result = operator.execute(dict(given or context()))
    json.dumps(result)
    return result  # type: ignore[no-any-return]


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]


def asked(box: Sandbox, vendor: str = "fasttrack360", **filters: Any) -> list[dict[str, Any]]:
    """What the vendor received, oldest first."""
    return sorted(box.control.journal(vendor=vendor, **filters), key=lambda entry: entry["seq"])
