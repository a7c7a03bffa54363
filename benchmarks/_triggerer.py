"""A triggerer as far as its triggers can tell: a process whose event loop runs many of them, and may be killed.

A real triggerer also keeps a heartbeat and sends logs, and its tasks take Airflow about a second each to defer: with
thousands that is too slow here.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from airflow_provider_fleetops.transports import aio

PAUSE = 0.01
# The first trigger loads what all need, and looks; what the others add to the process's memory is theirs.
FIRST_SECONDS = 2.0


@dataclass(frozen=True)
class Job:
    """Triggers as Airflow stores them, and where they find connection and state.

    ``seconds``: watch the event loop for so long and end; 0: run until all have fired.
    """

    triggers: Sequence[tuple[str, Mapping[str, Any]]]
    environment: Mapping[str, str]
    seconds: float = 0.0


@dataclass
class Found:
    """When each trigger fired and when this process got the vendor's last answer, in epoch seconds.

    ``failed``: how many triggers did not fire. ``lags``: how late the event loop was, seconds. ``memory``: what a
    trigger takes, bytes.
    """

    woken: list[float] = field(default_factory=list)
    failed: int = 0
    asked_at: float = 0.0
    lags: list[float] = field(default_factory=list)
    memory: float = 0.0


def triggerer(job: Job, doom: Any, results: Any, ready: Any) -> None:
    """Say the process's id when all triggers wait, and a ``Found`` in the end; see ``_fleet.start``.

    ``doom`` is shared: when it is 1, the process that has the vendor's next answer is killed with it.
    """
    os.environ |= job.environment
    logging.disable(logging.CRITICAL)
    found = Found()
    _watch(doom, found)
    ready.wait()
    asyncio.run(_live(job, found, results))
    results.put(found)


def _watch(doom: Any, found: Found) -> None:
    """Know when this process has an answer of the vendor, and die of it when told to."""

    class Watched(aio.AsyncDriver):
        async def _send(self, request: Any) -> Any:
            answer = await super()._send(request)
            found.asked_at = time.time()
            if doom.value:
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

    aio.AsyncDriver = Watched  # type: ignore[misc] # hooks look it up when they need one


async def _live(job: Job, found: Found, results: Any) -> None:
    tasks = [asyncio.create_task(_fired(*one)) for one in job.triggers[:1]]
    await asyncio.sleep(FIRST_SECONDS)
    before = _memory()
    tasks += [asyncio.create_task(_fired(*one)) for one in job.triggers[1:]]
    await asyncio.sleep(FIRST_SECONDS)
    results.put(os.getpid())
    if job.seconds:
        found.lags = await _lags(job.seconds)
        found.memory = (_memory() - before) / max(len(tasks) - 1, 1)
        for task in tasks:
            task.cancel()
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    found.woken = [end for end in ends if isinstance(end, float)]
    found.failed = len(ends) - len(found.woken)


async def _fired(path: str, arguments: Mapping[str, Any]) -> float:
    """When the trigger fires with a result."""
    module, _, name = path.rpartition(".")
    trigger = getattr(import_module(module), name)(**arguments)
    async for event in trigger.run():
        if "result" not in event.payload:
            raise RuntimeError(str(event.payload))
        break
    return time.time()


async def _lags(seconds: float) -> list[float]:
    """How much later than asked for a pause of this task ends, again and again."""
    lags, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.perf_counter()
        await asyncio.sleep(PAUSE)
        lags.append(time.perf_counter() - began - PAUSE)
    return lags


def _memory() -> float:
    """What this process has in memory, bytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024.0
