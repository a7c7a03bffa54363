"""A task process that can be killed: reads an operator's class and arguments as JSON from stdin, and runs it once.

Connections and the shared state come from the environment. Prints what goes to XCom, or the error's class.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def start(cls: str, arguments: Mapping[str, Any], environment: Mapping[str, str]) -> subprocess.Popen[str]:
    """The process of one try; always the same task of the same DAG run."""
    process = subprocess.Popen(
        [sys.executable, __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps({"cls": cls, "arguments": dict(arguments)}))
    process.stdin.close()
    return process


def finish(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What a try ended with."""
    assert process.stdout is not None
    with process.stdout:
        lines = process.stdout.read().splitlines()
    process.wait()
    told: dict[str, Any] = json.loads(lines[-1])
    return told


def kill_after(process: subprocess.Popen[str], count: Callable[[], int], enough: int, pause: float = 0.02) -> None:
    """``kill -9`` as soon as the vendor has counted enough."""
    while count() < enough:
        if process.poll() is not None:
            raise RuntimeError("the try ended before it could be killed")
        time.sleep(pause)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def main() -> None:
    """Run one try."""
    from airflow_provider_fleetops.operators import bulk
    from airflow_provider_fleetops.protocol.errors import FleetOpsError

    logging.disable(logging.CRITICAL)
    job = json.load(sys.stdin)
    operator = getattr(bulk, job["cls"])(task_id="bulk", **job["arguments"])
    ti = SimpleNamespace(dag_id="bench", run_id="one", task_id="bulk", map_index=-1, try_number=1)
    try:
        told = operator.execute({"ti": ti})
    except FleetOpsError as error:
        told = {"error": type(error).__name__, "text": str(error)}
    print("\n" + json.dumps(told))


if __name__ == "__main__":
    main()
