"""The steps of a flow.

A flow is a generator that yields steps and returns a value. It touches no socket, no clock and no store; a driver
(:mod:`airflow_provider_fleetops.transports`) obeys its steps and sends the results back in.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeVar

from airflow_provider_fleetops.protocol.messages import Request
from airflow_provider_fleetops.protocol.store import Store

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Now:
    """Answered with the time, an aware UTC date-time."""


@dataclass(frozen=True, slots=True)
class Sleep:
    """Answered after ``seconds``."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Send:
    """Answered with a ``Response``, or ``TransportError`` is thrown in."""

    request: Request


@dataclass(frozen=True, slots=True)
class Ask:
    """Answered with what ``question`` gives for the shared store."""

    question: Callable[[Store], Any]


@dataclass(frozen=True, slots=True)
class Note:
    """A line for the user's log."""

    text: str


@dataclass(frozen=True, slots=True)
class Hide:
    """Values that the log must mask from now on."""

    values: tuple[str, ...]

    def __repr__(self) -> str:
        return "Hide(***)"


Step = Now | Sleep | Send | Ask | Note | Hide
Flow = Generator[Step, Any, T]


def epoch() -> Flow[float]:
    """The time in epoch seconds."""
    now = yield Now()
    return float(now.timestamp())
