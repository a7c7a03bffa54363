"""What a benchmark says in the end: its table, its goals, and a line each for the summary of all benchmarks."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn

# Names the file to which each benchmark adds its results; ``_all.py`` sets it.
RESULTS = "FLEETOPS_BENCH_RESULTS"


@dataclass(frozen=True)
class Result:
    """One figure of ours on one database, what was asked for, and what the peer had in the same run."""

    measure: str
    database: str
    figure: str
    goal: str
    met: bool
    beside: str = ""

    def cells(self) -> tuple[str, ...]:
        """The line of the summary."""
        return (self.measure, self.database, self.figure, self.goal, "ok" if self.met else "MISSED", self.beside)


HEAD = ("measure", "on", "figure", "goal", "", "beside")


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print columns as wide as they need to be."""
    lines = [list(map(str, head)), *(list(map(str, row)) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip(), flush=True)


def conclude(results: Sequence[Result]) -> int:
    """Say which goals were missed, and leave the results for the summary; the exit code."""
    if path := os.environ.get(RESULTS):
        with Path(path).open("a") as lines:
            lines.writelines(f"{json.dumps(asdict(result))}\n" for result in results)
    missed = [result for result in results if not result.met]
    for result in missed:
        print(f"MISSED: {result.measure}, {result.database}: {result.figure} (goal {result.goal})")
    if not missed:
        print("all goals reached")
    return 1 if missed else 0


@contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    """Fail after so many seconds, or when asked to end, in a way that still ends what the block has started."""

    def stop(*_: object) -> NoReturn:
        raise TimeoutError(f"the benchmark took more than {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("asked to end"))
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
