"""A vendor that answers whatever a test wants, in FastTrack360's pages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Hostile:
    """``pages`` are what it answers, one after the other; ``asked`` the queries that came."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.pages: Sequence[Sequence[Any]] = ()
        self.asked: list[dict[str, list[str]]] = []

    def answer(self, query: dict[str, list[str]]) -> bytes:
        self.asked.append(query)
        number, size = int(query["page"][0]), int(query["pageSize"][0])
        rows = self.pages[number - 1] if number <= len(self.pages) else []
        return json.dumps({"items": rows, "totalCount": size * (len(self.pages) - 1) + 1}).encode()


@contextmanager
def hostile() -> Iterator[Hostile]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    vendor = server.vendor = Hostile(f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield vendor
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = self.server.vendor.answer(parse_qs(urlsplit(self.path).query))  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Keep quiet."""
