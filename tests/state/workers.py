"""Processes that share a state. Each says "ready", waits for "go", works, and prints what it got as JSON.

Run as a script: ``workers.py <job> <url> <JSON arguments>``.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, MultiFernet

KEY = "ZmxlZXRvcHMtdGVzdC1rZXktMzItYnl0ZXMtbG9uZyE="
ROOT = Path(__file__).parents[2]


class Worker:
    """One process, from the outside."""

    def __init__(self, job: str, url: str, **arguments: Any) -> None:
        command = [sys.executable, "-W", "error", __file__, job, url, json.dumps(arguments)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def say(self, word: str = "go") -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()

    def hear(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        return json.loads(line) if line else None

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.end()

    def end(self) -> int:
        self.process.communicate(timeout=60)
        return self.process.returncode


def run_together(workers: Sequence[Worker]) -> list[Any]:
    """Start all at the same moment; what each of them printed."""
    for worker in workers:
        assert worker.hear() == "ready"
    for worker in workers:
        worker.say()
    heard = [worker.hear() for worker in workers]
    assert [worker.end() for worker in workers] == [0] * len(workers)
    return heard


# --- inside the process ----------------------------------------------------------------------------------------------


def _store(url: str) -> Any:
    from airflow_provider_fleetops.state import StateStore

    return StateStore(url, MultiFernet([Fernet(KEY)]))


def _reserve(url: str, *, rules: list[list[Any]], times: int, step: float, start: float, forever: bool = False) -> Any:
    """Slots under limits ``[key, kind, *numbers]``, asked for at ``start``, ``start + step``, ..."""
    from airflow_provider_fleetops.protocol import limits

    kinds = {"spacing": limits.Spacing, "rate": limits.Rate, "quota": limits.DayQuota, "gate": limits.Gate}
    wanted = [limits.Limit(key, kinds[kind](*numbers), kind) for key, kind, *numbers in rules]
    store, slots = _store(url), []
    while True:
        asked = [store.reserve(wanted, start + i * step, 1, 1e9) for i in range(times)]
        slots += [slot.at for slot in asked if slot.taken]
        if not forever:
            return slots
        _print(slots.pop())


def _take_and_hang(url: str, *, key: str, now: float, seconds: float) -> None:
    _print(_store(url).take(key, "doomed", now, seconds).granted)
    sys.stdin.readline()


def _single_flight(url: str, *, key: str, now: float) -> Any:
    """The real flow under a clock of our own: a sleep of a second takes ten milliseconds and advances it by one."""
    from airflow_provider_fleetops.protocol.single_flight import single_flight
    from airflow_provider_fleetops.protocol.steps import Ask, Now, Sleep

    renewed = []

    def renew(_old: Any) -> Any:
        renewed.append(now)
        yield Sleep(3.0)
        return f"made by {os.getpid()}", now + 1000

    store = _store(url)
    flow = single_flight(key, lambda entry, at: at < entry.expires_at, renew)
    step = next(flow)
    try:
        while True:
            answer: Any = None
            match step:
                case Now():
                    answer = datetime.fromtimestamp(now, UTC)
                case Sleep(seconds):
                    time.sleep(seconds / 100)
                    now += seconds
                case Ask(question):
                    answer = question(store)
            step = flow.send(answer)
    except StopIteration as stop:
        return {"value": stop.value.value, "renewed": renewed}


def _begin(url: str, *, key: str, holder: str, now: float) -> bool:
    from airflow_provider_fleetops.protocol.ledger import Intent

    meant = Intent("fake", "https://x.example", "conn", "thing.create", key, "d")
    return bool(_store(url).ledger.begin(meant, holder, now, 60).granted)


def _migrate(url: str) -> Any:
    from airflow_provider_fleetops.state import migrate

    migrate(url)
    return "migrated"


def _fork(url: str) -> Any:
    """A child that uses the store its parent has connected already; both go on afterwards."""
    from airflow_provider_fleetops.protocol.store import Entry
    from airflow_provider_fleetops.state.engine import engine_for

    store = _store(url)
    store.publish("parent", "", Entry("before", 1.0, 2.0))
    mine = id(engine_for(url))
    child = os.fork()
    if child == 0:
        store.publish("child", "", Entry(f"{id(engine_for(url)) != mine}", 1.0, 2.0))
        seen = store.peek("parent")
        os._exit(0 if seen and seen.value == "before" else 1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    store.publish("parent", "", Entry("after", 1.0, 2.0))
    return {"exit": code, "own engine": store.peek("child").value, "parent": store.peek("parent").value}


def _print(value: Any) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


_JOBS: dict[str, Callable[..., Any]] = {
    "reserve": _reserve,
    "take_and_hang": _take_and_hang,
    "single_flight": _single_flight,
    "begin": _begin,
    "migrate": _migrate,
    "fork": _fork,
}

if __name__ == "__main__":
    job, url, arguments = sys.argv[1:]

    _print("ready")
    sys.stdin.readline()
    _print(_JOBS[job](url, **json.loads(arguments)))
