"""One hook call with limits and accounting on, beside `HttpHook` and a raw `requests.Session`, inside a real task.

All three ask the same local server in turns, so that a noisy machine is noisy for all. The connections are in Airflow's
database, as a user's are. Goal: at least as fast as `HttpHook`; the ratio to raw requests is stated.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from _fleet import verdict

from airflow_provider_fleetops.demo.airflow import LocalAirflow

DAGS = Path(__file__).parent / "dags"
ANSWER = json.dumps([{"id": 501, "tailNumber": "OE-SIM"}]).encode()
LONGEST = 180.0


class Handler(BaseHTTPRequestHandler):
    """Answers everything with a short list, on one connection per client."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer at once."""
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(ANSWER)}\r\n\r\n"
        self.wfile.write(head.encode() + ANSWER)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def server() -> Iterator[str]:
    """A server on loopback; gives its URL."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()


def measure(airflow: LocalAirflow, url: str) -> dict[str, float]:
    """Milliseconds a call of each way, from a task of a real Airflow."""
    extra = {"recurring_seconds": 0, "schedule_seconds": 0, "daily_quota": 1_000_000}
    airflow.add_connection("fl3xx_default", {"conn_type": "fl3xx", "host": url, "password": "token", "extra": extra})
    airflow.add_connection("http_default", {"conn_type": "http", "host": url})
    deadline = time.monotonic() + LONGEST
    while not airflow.get("/dags")["dags"]:
        time.sleep(1)
    airflow.patch("/dags/overhead", {"is_paused": False})
    run = airflow.post("/dags/overhead/dagRuns", {"logical_date": None, "conf": {"url": url}})["dag_run_id"]
    while airflow.get(f"/dags/overhead/dagRuns/{run}")["state"] not in {"success", "failed"}:
        if time.monotonic() > deadline:
            raise TimeoutError("the measuring task did not end")
        time.sleep(1)
    path = f"/dags/overhead/dagRuns/{run}/taskInstances/measure/xcomEntries/return_value"
    found: dict[str, float] = airflow.get(path, deserialize=True)["value"]
    return found


def main() -> int:
    """Print milliseconds a call; 1 when our hook is slower than HttpHook."""
    with tempfile.TemporaryDirectory() as home, server() as url, LocalAirflow(Path(home) / "airflow", DAGS) as airflow:
        took = measure(airflow, url)
    raw, peer, ours = (took[name] for name in ("raw requests.Session", "HttpHook", "fleetops hook"))
    for name, value in took.items():
        print(f"{name:22} {value:7.2f} ms a call   {value / raw:5.2f} x raw")
    print(f"fleetops hook / HttpHook: {ours / peer:.2f} (goal: at most 1)")
    return verdict(["a hook call is slower than HttpHook's"] if ours > peer else [])


if __name__ == "__main__":
    sys.exit(main())
