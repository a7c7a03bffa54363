"""A process that transfers a list in children that are killed with -9, each at another point, and tried again.

Reads a job as JSON from stdin (a folder, how many points), prints what came of each as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

from airflow_provider_fleetops.state import open as open_module
from airflow_provider_fleetops.transports.sync import SyncDriver
from tests.airflow.transfer_kit import context, transfer

LATER = timedelta(minutes=10)
PLACES = ("/transfers/", "/protocol/transfer.py", "/protocol/flow.py", "/protocol/listing.py", "/state/store.py")


class Mortal:
    """Counts the calls of functions that make up a transfer, and kills the process at one of them."""

    def __init__(self, last: int | None) -> None:
        self.count, self._last = 0, last

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and any(place in frame.f_code.co_filename for place in PLACES):
            self.count += 1
            if self.count == self._last:
                os.kill(os.getpid(), signal.SIGKILL)


def in_child(work: Callable[[], Any]) -> Any:
    """What ``work`` gives in a process of its own; "killed" when that was."""
    reading, writing = os.pipe()
    if (pid := os.fork()) == 0:
        os.close(reading)
        os.write(writing, json.dumps(work()).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        text = answer.read()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return "killed" if code == -signal.SIGKILL else json.loads(text) if code == 0 else f"exit code {code}"


def attempt(path: Path, run: str, number: int = 0, *, last: int | None = None) -> Any:
    """The try of that number, ten minutes after the one before: its result, and how many functions were called.

    The clock never goes back, for a day that has begun does not end again.
    """
    defaults: dict[str, Any] = SyncDriver.__init__.__kwdefaults__
    defaults["clock"] = lambda: datetime.now(UTC) + number * LATER
    mortal = Mortal(last)
    sys.setprofile(mortal)
    result = transfer(path, context(run), file_format=path.suffix[1:], arguments={"page_size": 20})
    sys.setprofile(None)
    return {"result": result, "count": mortal.count}


def main() -> None:
    job = json.load(sys.stdin)
    open_module.DatabaseClock = lambda: None  # type: ignore[assignment,misc] # leases go by the children's clocks
    folder, points, suffix = Path(job["folder"]), job["points"], job["suffix"]
    attempt(folder / f"first.{suffix}", "first")  # imports are not what is measured
    whole = in_child(lambda: attempt(folder / f"whole.{suffix}", "whole"))
    outcomes = []
    for point in range(points):
        last, path = 1 + point * whole["count"] // points, folder / f"{point}.{suffix}"
        first = in_child(lambda n=point, last=last, path=path: attempt(path, path.name, 2 * n, last=last))  # type: ignore[misc]
        there = path.exists()
        second = in_child(lambda n=point, path=path: attempt(path, path.name, 2 * n + 1))  # type: ignore[misc]
        outcomes.append({"path": str(path), "first": first, "there": there, "second": second})
    json.dump({"whole": whole, "outcomes": outcomes}, sys.stdout)


if __name__ == "__main__":
    main()
