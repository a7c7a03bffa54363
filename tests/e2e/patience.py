"""Waiting for what a real Airflow does in its own time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

LONGEST = 240.0


def until(holds: Callable[[], Any]) -> Any:
    """What ``holds`` gives as soon as that is true."""
    deadline = time.monotonic() + LONGEST
    while not (found := holds()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.5)
    return found
