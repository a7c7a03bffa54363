"""The peer: Airflow's own ``HttpOperator`` with ``retries=3``, as a DAG author without this provider would use it.

A try of its task is one ``execute``; a failed try, or one whose worker was killed, is tried again.
"""

from __future__ import annotations

import json
import os
import tempfile
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from airflow_provider_fleetops.protocol.messages import Request

# Airflow reads its environment when it is imported, in the functions below: an empty home, no log line for each call.
if "AIRFLOW_HOME" not in os.environ:
    _HOME = tempfile.TemporaryDirectory(prefix="fleetops-bench-")
    os.environ["AIRFLOW_HOME"] = _HOME.name
os.environ |= {
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__LOGGING__LOGGING_LEVEL": "CRITICAL",
    "NO_PROXY": "127.0.0.1",
}

RETRIES = 3
NAME = f"HttpOperator, {RETRIES} retries"


def warm_up() -> None:
    """Let Airflow load what it loads once a process, before the process is forked or its time is taken."""
    _task("http://127.0.0.1").hook  # noqa: B018 - it is made on access


def one_try(request: Request) -> bool:
    """One try of a task that sends this; whether the task succeeds."""
    from airflow.sdk.exceptions import AirflowException
    from requests import RequestException

    url = urlsplit(request.url)
    task = _task(
        f"{url.scheme}://{url.netloc}",
        endpoint=f"{url.path}?{url.query}" if url.query else url.path,
        method=request.method,
        data=request.body,
        headers=dict(request.headers),
    )
    try:
        task.execute({})
    except (AirflowException, RequestException):
        return False
    return True


def _task(host: str, **arguments: Any) -> Any:
    from airflow.providers.http.operators.http import HttpOperator

    os.environ["AIRFLOW_CONN_BENCH_PEER"] = json.dumps({"conn_type": "http", "host": host})
    return HttpOperator(task_id="bench", http_conn_id="bench_peer", retries=RETRIES, **arguments)
