"""Tasks as Airflow runs them: tries in worker processes that may be killed, until each task is settled."""

from __future__ import annotations

import os
import random
from collections.abc import Callable

WORKERS = 2

# A try of a task, by its number and how often it was tried: its state, ``again`` if it should be tried again.
Attempt = Callable[[int, int, random.Random], str]


class Tasks:
    """Tries orders in forked workers until each is settled; a killed worker is replaced, and its order tried again."""

    def __init__(self, attempt: Attempt, orders: int, tries: int) -> None:
        self.attempt, self.most = attempt, tries
        self.tries = [0] * orders
        self.states: dict[int, str] = {}
        self.killed: list[tuple[int, int]] = []  # the order, and which of its tries it was

    def run(self) -> None:
        shares = {n: list(range(n, len(self.tries), WORKERS)) for n in range(WORKERS)}
        running: dict[int, tuple[int, int]] = {}
        while shares or running:
            for share in [share for share in shares if share not in {s for s, _ in running.values()}]:
                pid, reading = self._start(shares[share])
                running[pid] = (share, reading)
            pid, status = os.wait()
            share, reading = running.pop(pid)
            with os.fdopen(reading) as lines:
                self._note(lines.read(), killed=os.WIFSIGNALED(status))
            shares[share] = [number for number in shares[share] if number not in self.states]
            if not shares[share]:
                del shares[share]

    def _start(self, numbers: list[int]) -> tuple[int, int]:
        reading, writing = os.pipe()
        if (pid := os.fork()) == 0:
            os.close(reading)
            for number in numbers:
                chance = random.Random(f"{number}.{self.tries[number]}")  # noqa: S311 - the same every time
                os.write(writing, f"{number} begun\n".encode())
                state = self.attempt(number, self.tries[number], chance)
                os.write(writing, f"{number} {state[:200]}\n".encode())
            os._exit(0)
        os.close(writing)
        return pid, reading

    def _note(self, lines: str, *, killed: bool) -> None:
        number = -1
        for line in lines.splitlines():
            name, _, state = line.partition(" ")
            number = int(name)
            if state == "begun":
                self.tries[number] += 1
            elif state != "again":
                self.states[number] = state
            if self.tries[number] > self.most and number not in self.states:
                self.states[number] = "failed after its retries"
        if killed:
            self.killed.append((number, self.tries[number] - 1))
