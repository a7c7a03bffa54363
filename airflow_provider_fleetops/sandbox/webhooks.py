"""Webhook deliveries of the vendors: a worker thread that posts, retries, and misbehaves when ordered to."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, Protocol, runtime_checkable
from urllib.parse import urlsplit

import httpx

Mode = Literal["duplicate", "late", "out_of_order", "forged"]
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_TIMEOUT = 5.0


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One delivery, already signed by the vendor; ``subject`` is the id that it is about."""

    vendor: str
    event: str
    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    subject: str = ""


@runtime_checkable
class Emitter(Protocol):
    """A vendor that sends webhooks: the kernel asks again and again what has become due since the last question."""

    def outgoing(self) -> Sequence[Outgoing]:
        """Return the new deliveries in their true order."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt as the sandbox saw it; ``status`` 0 means that no answer came."""

    vendor: str
    event: str
    subject: str
    attempt: int
    status: int
    mode: str

    def public(self) -> dict[str, Any]:
        """Return the attempt as JSON-ready values."""
        return asdict(self)


def callback_problem(url: object, *, allow_http: bool = False) -> str | None:
    """Tell why a callback address is refused: it must be https, or http to this machine where that is allowed."""
    if not isinstance(url, str) or len(url) > 2000 or not url.isprintable():
        return "must be a URL"
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return "must be a URL"
    if not host or parts.username is not None:
        return "must name a host and no user"
    local = allow_http and parts.scheme == "http" and host in _LOOPBACK
    return None if parts.scheme == "https" or local else "must be https"


class Postman:
    """Delivers in a thread of its own. ``misbehave`` orders what happens to the next deliveries."""

    def __init__(self, retry_seconds: Sequence[float] = (1.0, 5.0, 25.0)) -> None:
        self._first_retries = tuple(retry_seconds)
        self.retry_seconds = self._first_retries
        self._ready = threading.Condition()
        self._order = itertools.count()
        self._queue: list[tuple[float, int, int, str, Outgoing]] = []
        self._held: list[Outgoing] = []
        self._attempts: list[Attempt] = []
        self._mode: Mode | None = None
        self._left = 0
        self._late_seconds = 0.0
        self._busy = False
        self._stop = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the worker."""
        self._thread = threading.Thread(target=self._work, name="sandbox-webhooks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop the worker; what is still queued is dropped."""
        with self._ready:
            self._stop = True
            self._ready.notify_all()
        if self._thread:
            self._thread.join(_TIMEOUT + 1)

    def clear(self) -> None:
        """Forget queue, orders and history."""
        with self._ready:
            self.retry_seconds = self._first_retries
            self._queue.clear()
            self._held.clear()
            self._attempts.clear()
            self._mode, self._left = None, 0

    def misbehave(self, mode: Mode, times: int = 1, seconds: float = 1.0) -> None:
        """Let the next ``times`` deliveries be duplicate, late by ``seconds``, forged, or in reverse order."""
        with self._ready:
            self._mode, self._left, self._late_seconds = mode, times, seconds

    def post(self, deliveries: Iterable[Outgoing]) -> None:
        """Queue deliveries in their order."""
        with self._ready:
            for outgoing in deliveries:
                self._accept(outgoing)
            self._ready.notify_all()

    def attempts(self) -> list[Attempt]:
        """Return every attempt so far."""
        with self._ready:
            return list(self._attempts)

    def flush(self, seconds: float = 5.0) -> bool:
        """Wait until every delivery that is due has been tried; tell whether that came true in time."""
        with self._ready:
            return self._ready.wait_for(self._idle, seconds)

    def _idle(self) -> bool:
        return not self._busy and not (self._queue and self._queue[0][0] <= time.monotonic())

    def _accept(self, outgoing: Outgoing) -> None:
        mode = self._mode if self._left else None
        self._left -= mode is not None
        if mode == "out_of_order":
            self._held.append(outgoing)
            if not self._left:
                for held in reversed(self._held):
                    self._push(held, 0, "out_of_order")
                self._held.clear()
            return
        shown = _forged(outgoing) if mode == "forged" else outgoing
        self._push(shown, self._late_seconds if mode == "late" else 0, mode or "")
        if mode == "duplicate":
            self._push(outgoing, 0, mode)

    def _push(self, outgoing: Outgoing, delay: float, mode: str, attempt: int = 1) -> None:
        heapq.heappush(self._queue, (time.monotonic() + delay, next(self._order), attempt, mode, outgoing))

    def _work(self) -> None:
        with httpx.Client(timeout=_TIMEOUT, trust_env=False) as client:
            while (item := self._next()) is not None:
                attempt, mode, outgoing = item
                self._done(outgoing, attempt, mode, _deliver(client, outgoing))

    def _next(self) -> tuple[int, str, Outgoing] | None:
        with self._ready:
            while not self._stop:
                wait = self._queue[0][0] - time.monotonic() if self._queue else None
                if wait is not None and wait <= 0:
                    _, _, attempt, mode, outgoing = heapq.heappop(self._queue)
                    self._busy = True
                    return attempt, mode, outgoing
                self._ready.wait(wait)
            return None

    def _done(self, outgoing: Outgoing, attempt: int, mode: str, status: int) -> None:
        with self._ready:
            self._attempts.append(Attempt(outgoing.vendor, outgoing.event, outgoing.subject, attempt, status, mode))
            if not 200 <= status < 300 and attempt <= len(self.retry_seconds):
                self._push(outgoing, self.retry_seconds[attempt - 1], mode, attempt + 1)
            self._busy = False
            self._ready.notify_all()


def _deliver(client: httpx.Client, outgoing: Outgoing) -> int:
    if callback_problem(outgoing.url, allow_http=True):
        return 0
    headers = {"content-type": "application/json", **outgoing.headers}
    try:
        with client.stream("POST", outgoing.url, content=outgoing.body, headers=headers) as response:
            return response.status_code
    except (httpx.HTTPError, httpx.InvalidURL):
        return 0


def _forged(outgoing: Outgoing) -> Outgoing:
    """Return the delivery with a signature that does not fit."""
    headers = {
        name: "0" * len(value) if "signature" in name.lower() else value for name, value in outgoing.headers.items()
    }
    return replace(outgoing, headers=headers)
