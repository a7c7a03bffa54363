"""The way of a request through the sandbox: fault, gate, route, effect, journal, answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qs, unquote

from starlette.types import Receive, Scope, Send

from airflow_provider_fleetops.sandbox import wire
from airflow_provider_fleetops.sandbox.faults import Fault, shape, spoil
from airflow_provider_fleetops.sandbox.journal import Entry
from airflow_provider_fleetops.sandbox.routes import BadBody, Call, Reply, Route
from airflow_provider_fleetops.sandbox.world import World

MAX_BODY = 2 << 20

log = logging.getLogger(__name__)


class Gateway:
    """One vendor as an ASGI application; calls are handled one at a time, on the server's loop."""

    def __init__(self, world: World, vendor: str) -> None:
        self._world = world
        self._name = vendor
        self._vendor = world.vendor(vendor)
        self._matcher = world.matchers[vendor]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        body, whole = await _body(receive)
        raw_path = scope["raw_path"].decode("latin-1")[len(self._name) + 1 :] or "/"
        route, params, methods = self._matcher.find(scope["method"], raw_path)
        call = self._call(scope, raw_path, params, body)
        fault = self._world.faults.take(self._name, route.name if route else "")
        reply = self._reply(call, route, methods, fault, whole=whole)
        self._record(call, route, fault, reply)
        await _transmit(fault, reply, scope, receive, send)

    def _call(self, scope: Scope, raw_path: str, params: Mapping[str, str], body: bytes) -> Call:
        clock = self._world.clock
        return Call(
            method=scope["method"],
            path=unquote(raw_path),
            query=parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True),
            headers=_headers(scope),
            body=body,
            params=params,
            world=clock.world(),
            gateway=clock.gateway(),
        )

    def _reply(self, call: Call, route: Route | None, methods: list[str], fault: Fault | None, *, whole: bool) -> Reply:
        if fault and fault.before:
            return shape(fault, call, Reply(503))
        seen = spoil(fault, call) if fault and fault.kind == "revoked_token" else call
        reply = self._vendor_reply(seen, route, methods, whole=whole)
        return shape(fault, seen, reply) if fault else reply

    def _vendor_reply(self, call: Call, route: Route | None, methods: list[str], *, whole: bool) -> Reply:
        try:
            if refusal := self._vendor.gate(call, route):
                return refusal
            if route is None:
                return self._vendor.unknown(call, methods)
            if not whole:
                return self._vendor.broken(call, f"body is larger than {MAX_BODY} bytes")
            return route.handle(call)
        except BadBody as error:
            return self._vendor.broken(call, str(error))
        except Exception:
            # A fault of the sandbox itself: show it as what it is instead of passing it off as the vendor's.
            log.exception("sandbox: %s failed in %s", self._name, route.name if route else "no route")
            return Reply.of({"sandbox": "internal error, see its log"}, 500, broke="sandbox_error")

    def _record(self, call: Call, route: Route | None, fault: Fault | None, reply: Reply) -> None:
        journal = self._world.journal
        journal.add(
            Entry(
                seq=0,
                world_at=call.world.isoformat(),
                gateway_at=call.gateway.isoformat(),
                vendor=self._name,
                method=call.method,
                path=call.path,
                route=route.name if route else "",
                label=route.label if route else "",
                query_keys=tuple(sorted(call.query)),
                status=0 if fault and fault.kind in ("reset_before", "reset_after") else reply.status,
                cost=reply.cost,
                broke=reply.broke,
                effect=reply.effect,
                subjects=reply.subjects,
                fault=fault.kind if fault else None,
                body_digest=journal.digest(call.body),
                header_names=tuple(sorted(call.headers)),
                user_agent=call.headers.get("user-agent", ""),
            )
        )


async def _transmit(fault: Fault | None, reply: Reply, scope: Scope, receive: Receive, send: Send) -> None:
    kind = fault.kind if fault else ""
    if kind in ("reset_before", "reset_after"):
        return await wire.cut(scope, receive)
    if kind == "truncated":
        return await wire.truncate(replace(reply, body=reply.body or b"{}"), scope, receive)
    if fault and kind == "slow":
        await asyncio.sleep(float(fault.options.get("seconds", 5)))
    return await wire.send_reply(reply, send, head=scope["method"] == "HEAD")


async def _body(receive: Receive) -> tuple[bytes, bool]:
    """Read the body to its end, keeping at most `MAX_BODY` bytes; tell whether that was all of it."""
    kept, size, more = bytearray(), 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        chunk = message.get("body", b"")
        size += len(chunk)
        kept += chunk[: MAX_BODY - len(kept)]
        more = message.get("more_body", False)
    return bytes(kept), size <= MAX_BODY


def _headers(scope: Scope) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers
