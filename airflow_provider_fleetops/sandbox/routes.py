"""What a vendor of the sandbox is made of: a request, an answer, routes, and the server that owns them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NoReturn, Protocol
from urllib.parse import unquote

Label = Literal["documented", "seen", "assumed"]

_DEEPEST = 40
_PARAMETER = re.compile(r"\{(\w+)\}")


class BadBody(ValueError):
    """The request body, or a value in it, is not what the vendor accepts; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request as the vendor sees it. ``headers`` have lower-case names; ``path`` lacks the vendor prefix."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes
    params: Mapping[str, str]
    world: datetime
    gateway: datetime

    def json(self) -> Any:
        """Return the body as strict JSON; raise `BadBody` for anything else, also NaN and nesting beyond 40 levels."""
        try:
            value = json.loads(self.body, parse_constant=_refuse, parse_float=_finite)
        except (ValueError, RecursionError) as error:
            raise BadBody(f"body is not valid JSON: {type(error).__name__}") from error
        _check_depth(value)
        return value

    def object(self) -> dict[str, Any]:
        """Return the body as a JSON object; raise `BadBody` when it is anything else."""
        value = self.json()
        if not isinstance(value, dict):
            raise BadBody("body must be a JSON object")
        return value

    def one(self, name: str, default: str | None = None) -> str | None:
        """Return the first value of a query parameter, or ``default``."""
        values = self.query.get(name)
        return values[0] if values else default


@dataclass(frozen=True, slots=True)
class Reply:
    """The vendor's answer, with what the journal should know about it.

    ``effect`` names what changed ("reservation:123 created"; logins start with "login", refreshes with "refresh"),
    ``broke`` the rule that the caller broke, ``cost`` the calls it counts for, ``subjects`` the ids concerned.
    """

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    effect: str | None = None
    broke: str | None = None
    cost: int = 1
    subjects: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        value: object,
        status: int = 200,
        *,
        headers: Mapping[str, str] | None = None,
        effect: str | None = None,
        broke: str | None = None,
        cost: int = 1,
        subjects: tuple[str, ...] = (),
    ) -> Reply:
        """Return a JSON answer."""
        merged = {"content-type": "application/json", **(headers or {})}
        return cls(status, json.dumps(value).encode(), merged, effect, broke, cost, subjects)


Handler = Callable[[Call], Reply]
# A route as a table has it: name, method, path, label, handler.
Row = tuple[str, str, str, Label, Handler]


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint: its dotted catalogue name, where it answers, how sure the contract is, and who answers."""

    name: str
    method: str
    path: str
    label: Label
    handle: Handler


class VendorServer(Protocol):
    """A vendor: routes, a gate for auth and limits, its own error bodies, and scripts that move its world."""

    name: str
    routes: Sequence[Route]
    limits: dict[str, Any]

    def gate(self, call: Call, route: Route | None) -> Reply | None:
        """Judge auth and limits in the vendor's order; None lets the call through."""

    def unknown(self, call: Call, known_methods: Sequence[str]) -> Reply:
        """Answer an unknown path (no methods) or a wrong method as the vendor does; never 500."""

    def broken(self, call: Call, error: str) -> Reply:
        """Answer an unreadable or wrongly typed request as the vendor does."""

    def reset(self, seed: int) -> None:
        """Build the world again from the seed."""

    def script(self, event: str, data: Mapping[str, Any]) -> Any:
        """Carry out a control event; raise `BadBody` for an unknown event or wrong data."""

    def credentials(self) -> dict[str, str]:
        """Return what a client needs to log in."""

    def stats(self) -> dict[str, Any]:
        """Return figures for the summary: effects, duplicates, balance, logins."""


class Matcher:
    """Finds the route of a raw (still percent-encoded) path; literal segments win over parameters."""

    def __init__(self, routes: Sequence[Route]) -> None:
        ordered = sorted(routes, key=lambda route: len(_PARAMETER.findall(route.path)))
        self._routes = [(re.compile(_pattern(route.path)), route) for route in ordered]

    def find(self, method: str, raw_path: str) -> tuple[Route | None, dict[str, str], list[str]]:
        """Return the route, its decoded parameters, and the methods known at that path (for a 405)."""
        methods: list[str] = []
        for pattern, route in self._routes:
            if found := pattern.fullmatch(raw_path):
                if route.method == method:
                    return route, {name: unquote(value) for name, value in found.groupdict().items()}, [method]
                methods.append(route.method)
        return None, {}, sorted(set(methods))


def _pattern(path: str) -> str:
    parts = _PARAMETER.split(path)
    return "".join(f"(?P<{part}>[^/]+)" if i % 2 else re.escape(part) for i, part in enumerate(parts))


def _check_depth(value: Any) -> None:
    """Refuse what a recursive reader further on could not walk; go level by level, so that this cannot overflow."""
    level = [value]
    for _ in range(_DEEPEST):
        inner = [item.values() if isinstance(item, dict) else item for item in level if isinstance(item, dict | list)]
        level = [item for items in inner for item in items]
        if not level:
            return
    raise BadBody(f"body is nested deeper than {_DEEPEST} levels")


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError("number out of range")
    return value
