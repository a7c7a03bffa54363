"""A run over many rows: keeps the lanes busy with what the accounts of the run give out."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any

from airflow_provider_fleetops.protocol.bulk import LONGEST_PAUSE, Line, Run
from airflow_provider_fleetops.protocol.errors import FleetOpsError
from airflow_provider_fleetops.transports.lanes import Halted, Lanes

TELL_SECONDS = 10.0

Working = dict[Future[dict[str, Any]], Line]


def carry_out(run: Run, lanes: Lanes, tell: Callable[[Run], None]) -> None:
    """Work until no row is left that may go, or something stops the run; ``tell`` is called now and then.

    Rows that are under way when it stops are waited for: what was sent gets its answer.
    """
    working: Working = {}
    told = time.monotonic()
    while True:
        _give_out(run, lanes, working)
        pause = run.pause(time.time())
        if not working:
            if pause is None:
                return
            if pause > LONGEST_PAUSE:
                run.give_up(time.time(), pause)
                return
            time.sleep(min(pause, 1.0))
        elif run.stop:
            lanes.halt()
        _take_in(run, working)
        if time.monotonic() - told >= TELL_SECONDS:
            told = time.monotonic()
            tell(run)


def _give_out(run: Run, lanes: Lanes, working: Working) -> None:
    while len(working) < lanes.size and (line := run.next(time.time())) is not None:
        assert line.plan is not None
        working[lanes.start(line.plan.act())] = line


def _take_in(run: Run, working: Working) -> None:
    """What has ended; a fault of ours ends the run as it is."""
    done, _ = wait(working, timeout=1.0, return_when=FIRST_COMPLETED)
    for future in done:
        line = working.pop(future)
        try:
            run.ended(line, future.result())
        except FleetOpsError as error:
            run.failed(line, error)
        except Halted:
            continue
