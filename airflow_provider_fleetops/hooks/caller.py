"""Who calls, read from Airflow's task context; outside a task nobody is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_fleetops.protocol.caller import Caller


def caller_of(context: Mapping[str, Any] | None, **more: Any) -> Caller:
    """The task instance of a context; what a context of a test lacks stays empty."""
    ti = (context or {}).get("ti")
    dag, run, task = (str(getattr(ti, name, None) or "") for name in ("dag_id", "run_id", "task_id"))
    index, number = getattr(ti, "map_index", None), getattr(ti, "try_number", None)
    return Caller(
        dag=dag,
        run=run,
        task=task,
        map_index=index if isinstance(index, int) else -1,
        try_number=number if isinstance(number, int) else 0,
        **more,
    )


def current_caller(**more: Any) -> Caller:
    """The task that runs in this process: hooks in ``@task`` functions are not told their context."""
    from airflow.sdk import get_current_context

    try:
        context: Any = get_current_context()
    except RuntimeError:
        context = None
    return caller_of(context, **more)
