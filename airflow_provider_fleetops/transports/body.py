"""Reading an answer's body under a ceiling, compressed and decompressed, the same for both drivers."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable

from airflow_provider_fleetops.protocol.errors import TransportError
from airflow_provider_fleetops.protocol.messages import Request


class BodyReader:
    """Collects the raw parts of a body. A gzip bomb stops at the ceiling, not at the end of memory.

    A body that drips must be complete within twice the read timeout, which alone bounds only each part.
    """

    def __init__(self, encoding: str, request: Request, clock: Callable[[], float] = time.monotonic) -> None:
        encoding = encoding.strip().lower()
        self._max = request.max_bytes
        self._clock = clock
        self._deadline = clock() + 2 * request.read_timeout
        self._raw = 0
        self._parts: list[bytes] = []
        self._size = 0
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 32) if encoding in {"gzip", "deflate"} else None
        if encoding not in {"", "identity", "gzip", "deflate"}:
            what = f"the answer has an unknown content encoding ({encoding[:20]!r})"
            raise TransportError(what, sent=True, passing=False)

    def feed(self, raw: bytes) -> None:
        """Take the next raw part; :class:`TransportError` when the ceiling is passed or the data are not gzip."""
        if self._clock() > self._deadline:
            raise TransportError("the answer was not complete in time (extra 'read_timeout')", sent=True)
        self._raw += len(raw)
        if self._raw > self._max:
            raise self._too_large()
        self._keep(self._decompress(raw) if self._inflate else raw)

    def finish(self) -> bytes:
        """The whole body; :class:`TransportError` when compressed data end early."""
        if self._inflate and self._raw and not self._inflate.eof:
            raise TransportError("the answer was cut off (compressed data end early)", sent=True)
        return b"".join(self._parts)

    def _decompress(self, raw: bytes) -> bytes:
        assert self._inflate is not None
        try:
            part = self._inflate.decompress(raw, self._max - self._size + 1)
        except zlib.error:
            raise TransportError("the answer's compressed data are damaged", sent=True) from None
        if self._inflate.unconsumed_tail:
            raise self._too_large()
        return part

    def _keep(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > self._max:
            raise self._too_large()
        self._parts.append(part)

    def _too_large(self) -> TransportError:
        what = f"the answer is larger than {self._max} bytes (extra 'max_response_mb')"
        return TransportError(what, sent=True, passing=False)
