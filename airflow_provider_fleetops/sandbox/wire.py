"""The last step to the client, including the ways in which a connection fails."""

from __future__ import annotations

import asyncio
import socket
import struct
from http import HTTPStatus
from typing import Any

from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from airflow_provider_fleetops.sandbox.routes import Reply

_CHUNK = 1 << 20


class WireProtocol(H11Protocol):
    """uvicorn's protocol, which also hands the transport to the application so that it can cut the line."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Put the transport where the application finds it: in the state of every request."""
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)


async def send_reply(reply: Reply, send: Send, *, head: bool = False) -> None:
    """Send the whole answer, in pieces when it is large."""
    body = b"" if head else reply.body
    headers = {**reply.headers, "content-length": str(len(reply.body))}
    raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": raw})
    for start in range(0, max(len(body), 1), _CHUNK):
        more = start + _CHUNK < len(body)
        await send({"type": "http.response.body", "body": body[start : start + _CHUNK], "more_body": more})


async def cut(scope: Scope, receive: Receive) -> None:
    """Reset the connection without a word."""
    transport = _transport(scope)
    sock = transport.get_extra_info("socket")
    # Linger of zero turns the close into a TCP reset.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    await _gone(receive)


async def truncate(reply: Reply, scope: Scope, receive: Receive) -> None:
    """Promise the whole body, send half of it, close."""
    phrase = HTTPStatus(reply.status).phrase
    headers = {**reply.headers, "content-length": str(len(reply.body))}
    lines = [f"HTTP/1.1 {reply.status} {phrase}", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    transport = _transport(scope)
    transport.write("\r\n".join(lines).encode("latin-1") + reply.body[: len(reply.body) // 2])
    transport.close()
    await _gone(receive)


def _transport(scope: Scope) -> Any:
    return scope["state"]["transport"]


async def _gone(receive: Receive) -> None:
    # uvicorn answers 500 for an application that returns silently, so wait until it knows that the line is down.
    while (await receive())["type"] != "http.disconnect":
        pass
