"""How to knock at each vendor of the sandbox with valid credentials, and a receiver of its webhooks."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from airflow_provider_fleetops.sandbox import Sandbox

UNLIMITED = {
    "fl3xx": {"repeat_seconds": 0, "schedule_seconds": 0},
    "fasttrack360": {"rate": 1e6, "burst": 10**6, "daily_quota": 10**6},
}


def headers_of(box: Sandbox, vendor: str) -> dict[str, str]:
    known = box.credentials(vendor)
    if vendor == "fl3xx":
        return {"X-Auth-Token": known["token"], "X-Api-Client-Id": known["client_id"]}
    if vendor == "fastrac":
        pair = f"{known['access_key']}:{known['secret_key']}"
        basic = base64.b64encode(pair.encode()).decode()
        return {
            "Authorization": f"Basic {basic}",
            "access-key": known["access_key"],
            "secret-key": known["secret_key"],
        }
    if vendor == "fasttrack360":
        return {"x-api-key": known["api_key"]}
    return _fasttrak(box, known)


def _fasttrak(box: Sandbox, known: dict[str, str]) -> dict[str, str]:
    headers = {
        "Partner-Access-Key": known["partner_access_key"],
        "Partner-API-Version": known["partner_api_version"],
        "System-ID": known["system_id"],
    }
    body = {
        "username": known["username"],
        "password": known["password"],
        "systemId": known["system_id"],
        "refreshToken": "",
    }
    url = f"{box.base_url('fasttrak')}/api/authentication/web-service-user"
    answer = requests.post(url, json=body, headers=headers, timeout=10)
    return headers | {"Authorization": f"Bearer {answer.json()['item']['token']['accessToken']}"}


@dataclass
class Receiver:
    """Keeps what it receives and answers the given statuses, then 200."""

    url: str = ""
    received: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    @property
    def bodies(self) -> list[str]:
        return [body.decode() for body, _ in self.received]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            kept.received.append((body, {name.lower(): value for name, value in self.headers.items()}))
            self.send_response(kept.answers.pop(0) if kept.answers else 200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield kept
    server.shutdown()
    thread.join()
    server.server_close()
