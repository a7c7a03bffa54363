"""What goes over the wire, as values. Neither side of an exchange shows a header or a body in its repr."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from airflow_provider_fleetops.protocol.errors import ConfigurationError

MEBIBYTE = 1024 * 1024
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Secret:
    """A value that no log line, traceback or repr shows; ``reveal()`` is the one way to read it."""

    __slots__ = ("_value",)

    def __init__(self, value: str | None) -> None:
        self._value = value or ""

    def reveal(self) -> str:
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Secret(***)" if self._value else "Secret()"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. Timeouts are seconds; ``max_bytes`` bounds the answer before and after decompression."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    max_bytes: int = 20 * MEBIBYTE

    def __post_init__(self) -> None:
        for name, value in self.headers.items():
            if not (name.isascii() and name.isprintable() and value.isprintable() and _fits_latin_1(value)):
                rule = "must consist of printable characters of Latin-1: look for a stray line break or letter"
                raise ConfigurationError(f"the value for header {name[:60]!r} {rule}", advice="Nothing was sent")

    @property
    def hostname(self) -> str:
        return urlsplit(self.url).hostname or ""


@dataclass(frozen=True, slots=True)
class Response:
    """One complete HTTP answer. Header names are lower case, the body is decompressed."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)

    def json(self) -> Any:
        """The decoded JSON body; ``ValueError`` when it is not JSON, ``NaN`` included (it is not JSON either)."""
        try:
            return json.loads(self.body, parse_constant=_refuse_constant)
        except RecursionError as error:
            raise ValueError("JSON nested too deeply") from error


def _fits_latin_1(text: str) -> bool:
    return all(ord(character) < 256 for character in text)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
