"""What FL3XX's tests over HTTP share."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import pytest

from airflow_provider_fleetops.operators.fl3xx import Fl3xxListFlightsOperator
from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.transports.sync import SyncDriver
from tests.conftest import START, set_connection

DAY = "2031-04-02"
CONTEXT: dict[str, Any] = {"logical_date": START, "ds": DAY}


def unhurry(box: Sandbox, connections: Mapping[str, Any], patch: pytest.MonkeyPatch) -> None:
    """Neither side spaces reads any more, and no retry waits: for tests that look twice."""
    defaults = SyncDriver.__init__.__kwdefaults__
    assert defaults is not None
    patch.setitem(defaults, "sleep", lambda _seconds: None)
    box.control.limits("fl3xx", repeat_seconds=0, schedule_seconds=0)
    own = connections["fl3xx_default"]
    extra = own["extra"] | {"recurring_seconds": 0, "schedule_seconds": 0}
    set_connection(patch, "fl3xx_default", own | {"extra": extra})


def programme(**arguments: Any) -> list[dict[str, Any]]:
    """The day's flights as the operator returns them, earliest arrival first."""
    given: dict[str, Any] = {"from_date": DAY, "to_date": DAY} | arguments
    flights = Fl3xxListFlightsOperator(task_id="flights", **given).execute(CONTEXT)
    return sorted(flights, key=lambda flight: flight["blockOnEstUTC"] or "")


def scheduled(flights: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [flight for flight in flights if flight["state"] == "SCHEDULED"]


def arrival(flight: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(flight["blockOnEstUTC"])


def requests(box: Sandbox, **filters: Any) -> list[str]:
    """The paths that FL3XX was asked for."""
    return [entry["path"] for entry in box.control.journal(vendor="fl3xx", **filters)]


class TaskInstance:
    """What a hook and an operator read of a task instance."""

    dag_id, run_id, task_id, map_index, try_number = "dag", "run-1", "task", -1, 1


def do(operator: Any, run: str = "run-1", **arguments: Any) -> Any:
    """Render an operator of this class and run it in a run; gives what goes to XCom."""
    ti = TaskInstance()
    ti.run_id = run
    context = CONTEXT | {"ti": ti}
    task = operator(task_id="task", **arguments)
    task.render_template_fields(context)
    return task.execute(context)


def rendered(operator: Any, **arguments: Any) -> str:
    """Everything that Airflow would store and show of a task's rendered fields."""
    task = operator(task_id="task", **arguments)
    task.render_template_fields(CONTEXT)
    return json.dumps({name: getattr(task, name) for name in task.template_fields}, default=str)


def effects(box: Sandbox) -> list[str]:
    """What was changed at FL3XX."""
    return [entry["effect"] for entry in box.control.journal(vendor="fl3xx", effect="*")]


def people(*documents: Any) -> set[str]:
    """Every name, address and number of a person in some documents: what must show up nowhere else."""
    found: set[str] = set()
    for document in documents:
        found |= {str(value) for key, value in _leaves(document) if key in _PERSONAL and value}
    assert found, "a test that looks for nobody cannot fail"
    return found


_PERSONAL = ("firstName", "lastName", "logName", "email", "emailAddress", "phone", "phoneNumber", "number")


def _leaves(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item) if isinstance(item, Mapping | list) else [(key, item)]
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
