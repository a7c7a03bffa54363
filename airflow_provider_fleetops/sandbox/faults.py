"""Faults that a test or a demo can order: which calls they hit, how often, and what they do to the answer."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any, Literal, get_args

from airflow_provider_fleetops.sandbox.routes import Call, Reply

Kind = Literal[
    "reset_before",
    "reset_after",
    "status",
    "too_many",
    "slow",
    "truncated",
    "success_false",
    "unknown_state",
    "revoked_token",
    "huge",
    "gzip_bomb",
    "redirect",
    "not_json",
]
KINDS: tuple[str, ...] = get_args(Kind)
_OPTIONS = {
    "when",
    "code",
    "body",
    "html",
    "headers",
    "retry_after",
    "date",
    "seconds",
    "keys",
    "value",
    "bytes",
    "location",
}
_CREDENTIALS = ("authorization", "x-auth-token", "x-api-key", "access-key", "secret-key", "token")
_HTML = b"<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Temporarily out of service</h1></body></html>"
_MEBIBYTE = 1 << 20


@dataclass(slots=True)
class Fault:
    """An ordered fault.

    ``match`` is a route name or "*"; ``times`` a count or "forever"; a ``probability`` below 1 draws per call from
    ``seed``. Options by kind:

    - status, too_many, success_false, redirect, not_json: ``when`` is "before" (the effect; default) or "after"
    - status: ``code`` (503), ``body`` (any JSON) or ``html`` (true), ``headers``
    - too_many: ``retry_after`` in seconds, sent as an HTTP date if ``date`` is true; without it no header
    - success_false: ``body``; redirect: ``code`` (302), ``location``; slow: ``seconds`` (5) before the answer
    - unknown_state: ``keys`` whose words are replaced by ``value``; revoked_token: ``headers`` (names) to spoil
    - huge, gzip_bomb: ``bytes`` of the (unpacked) body
    """

    vendor: str
    kind: Kind
    match: str = "*"
    times: int | Literal["forever"] = 1
    probability: float = 1.0
    seed: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)
    hits: int = 0
    _random: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        _check(self)
        self._random = random.Random(self.seed)

    @property
    def spent(self) -> bool:
        """Whether it has hit as often as ordered."""
        return isinstance(self.times, int) and self.hits >= self.times

    @property
    def before(self) -> bool:
        """Whether it answers in the vendor's place, so that nothing happens at the vendor."""
        if self.kind in ("status", "too_many", "success_false", "redirect", "not_json"):
            return bool(self.options.get("when", "before") == "before")
        return self.kind == "reset_before"

    def hit(self, vendor: str, route: str) -> bool:
        """Tell whether this fault strikes the call, and count it."""
        if self.spent or self.vendor not in (vendor, "*") or self.match not in (route, "*"):
            return False
        if self.probability < 1 and self._random.random() >= self.probability:
            return False
        self.hits += 1
        return True

    def public(self) -> dict[str, Any]:
        """Return the fault as JSON-ready values."""
        names = ("vendor", "kind", "match", "times", "probability", "hits")
        return {name: getattr(self, name) for name in names} | {"options": dict(self.options)}


class FaultPlan:
    """The faults in order; the first that strikes a call is the only one."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Append a fault."""
        self._faults.append(fault)

    def clear(self) -> None:
        """Drop all faults."""
        self._faults.clear()

    def ordered(self) -> list[Fault]:
        """Return the faults, spent ones too."""
        return list(self._faults)

    def take(self, vendor: str, route: str) -> Fault | None:
        """Return the fault that strikes this call, if any."""
        return next((fault for fault in self._faults if fault.hit(vendor, route)), None)


def spoil(fault: Fault, call: Call) -> Call:
    """Return the call with worthless credentials, so that the vendor's own gate refuses it."""
    names = tuple(fault.options.get("headers", _CREDENTIALS))
    headers = {name: "revoked" if name in names else value for name, value in call.headers.items()}
    if headers.get("authorization") == "revoked":
        headers["authorization"] = call.headers["authorization"].split(" ")[0] + " revoked"
    return replace(call, headers=headers)


def shape(fault: Fault, call: Call, reply: Reply) -> Reply:
    """Return the vendor's reply as the fault distorts it; kinds that act on the wire alone return it unchanged."""
    make = _SHAPES.get(fault.kind)
    return make(fault, call, reply) if make else reply


def _answer(reply: Reply, status: int, body: bytes, headers: Mapping[str, str]) -> Reply:
    return replace(reply, status=status, body=body, headers=headers)


def _status(fault: Fault, call: Call, reply: Reply) -> Reply:
    code = int(fault.options.get("code", 503))
    headers = dict(fault.options.get("headers", {}))
    if fault.options.get("html"):
        return _answer(reply, code, _HTML, {"content-type": "text/html", **headers})
    body = json.dumps(fault.options.get("body", {"message": "scripted fault"})).encode()
    return _answer(reply, code, body, {"content-type": "application/json", **headers})


def _too_many(fault: Fault, call: Call, reply: Reply) -> Reply:
    headers = {"content-type": "application/json"}
    if (seconds := fault.options.get("retry_after")) is not None:
        headers["retry-after"] = _retry_after(fault, call.gateway, float(seconds))
    return _answer(reply, 429, b'{"message":"Too Many Requests"}', headers)


def _retry_after(fault: Fault, now: datetime, seconds: float) -> str:
    if fault.options.get("date"):
        return format_datetime(now + timedelta(seconds=seconds), usegmt=True)
    return f"{seconds:g}"


def _success_false(fault: Fault, call: Call, reply: Reply) -> Reply:
    body = fault.options.get("body", {"success": False, "status": "FAILURE", "message": "scripted failure"})
    return _answer(reply, 200, json.dumps(body).encode(), {"content-type": "application/json"})


def _unknown_state(fault: Fault, call: Call, reply: Reply) -> Reply:
    keys = set(fault.options.get("keys", ("status", "flightStatus", "reservationStatus", "tripStatus", "statusCode")))
    word = str(fault.options.get("value", "HOVERING"))
    try:
        value = json.loads(reply.body)
    except ValueError:
        return reply
    return replace(reply, body=json.dumps(_respell(value, keys, word)).encode())


def _respell(value: Any, keys: set[str], word: str) -> Any:
    if isinstance(value, list):
        return [_respell(item, keys, word) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: word if name in keys and isinstance(item, str) else _respell(item, keys, word)
        for name, item in value.items()
    }


def _huge(fault: Fault, call: Call, reply: Reply) -> Reply:
    # White space after the document keeps it valid JSON: only its size is wrong.
    return replace(reply, body=reply.body.ljust(int(fault.options.get("bytes", 64 * _MEBIBYTE))))


def _gzip_bomb(fault: Fault, call: Call, reply: Reply) -> Reply:
    packed = gzip.compress(_huge(fault, call, reply).body, compresslevel=9)
    return replace(reply, body=packed, headers={**reply.headers, "content-encoding": "gzip"})


def _redirect(fault: Fault, call: Call, reply: Reply) -> Reply:
    # 127.0.0.2 is another host to every HTTP client, yet never leaves the machine.
    where = str(fault.options.get("location", "http://127.0.0.2:9/elsewhere"))
    return _answer(reply, int(fault.options.get("code", 302)), b"", {"location": where})


def _not_json(fault: Fault, call: Call, reply: Reply) -> Reply:
    return _answer(reply, 200, _HTML, {"content-type": "text/html"})


_SHAPES: dict[str, Callable[[Fault, Call, Reply], Reply]] = {
    "status": _status,
    "too_many": _too_many,
    "success_false": _success_false,
    "unknown_state": _unknown_state,
    "huge": _huge,
    "gzip_bomb": _gzip_bomb,
    "redirect": _redirect,
    "not_json": _not_json,
}


def _check(fault: Fault) -> None:
    if fault.kind not in KINDS:
        raise ValueError(f"kind: must be one of {', '.join(KINDS)}")
    if fault.times != "forever" and fault.times < 1:
        raise ValueError('times: must be a positive whole number or "forever"')
    if not 0 < fault.probability <= 1:
        raise ValueError("probability: must lie above 0 and not above 1")
    if unknown := sorted(set(fault.options) - _OPTIONS):
        raise ValueError(f"options: unknown {', '.join(unknown)}")
    if fault.options.get("when", "before") not in ("before", "after"):
        raise ValueError("options.when: must be before or after")
