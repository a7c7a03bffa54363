"""One hook call with limits, ledger and accounting on, beside `HttpHook` and raw `requests`, inside a real task.

A read goes through limits and accounting; a write with an ``operation_key`` through the ledger too. All three clients
ask the same local server in turns, so that a noisy machine is noisy for all. The connections are in Airflow's database,
as a user's are. Goal: at least as fast as `HttpHook`; the ratio to raw requests is stated.
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

from _fleet import databases
from _report import Result, conclude, table, time_limit

from airflow_provider_fleetops.demo.airflow import LocalAirflow

DAGS = Path(__file__).parent / "dags"
ANSWER = json.dumps([{"id": 501, "tailNumber": "OE-SIM"}]).encode()
LONGEST = 240
KINDS = {"read": "read", "write": "write, with the ledger"}


class Handler(BaseHTTPRequestHandler):
    """Answers everything with a short list, on one connection per client."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer at once."""
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(ANSWER)}\r\n\r\n"
        self.wfile.write(head.encode() + ANSWER)

    def do_POST(self) -> None:
        """The same, after the body."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def server() -> Iterator[str]:
    """A server on loopback; gives its URL."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()


def prepare(airflow: LocalAirflow, url: str) -> None:
    """Connections to the server, and the DAG ready to run."""
    extra = {"recurring_seconds": 0, "schedule_seconds": 0, "daily_quota": 1_000_000}
    airflow.add_connection("fl3xx_default", {"conn_type": "fl3xx", "host": url, "password": "token", "extra": extra})
    airflow.add_connection("http_default", {"conn_type": "http", "host": url})
    while not airflow.get("/dags")["dags"]:
        time.sleep(1)
    airflow.patch("/dags/overhead", {"is_paused": False})


def measure(airflow: LocalAirflow, url: str, state: str) -> dict[str, float]:
    """Milliseconds a call of each way, from a task of a real Airflow."""
    body = {"logical_date": None, "conf": {"url": url, "state": state}}
    run = airflow.post("/dags/overhead/dagRuns", body)["dag_run_id"]
    while (ended := airflow.get(f"/dags/overhead/dagRuns/{run}")["state"]) not in {"success", "failed"}:
        airflow.check()
        time.sleep(1)
    if ended == "failed":
        raise RuntimeError(f"the measuring task failed; see {airflow.home / 'logs'}")
    path = f"/dags/overhead/dagRuns/{run}/taskInstances/measure/xcomEntries/return_value"
    found: dict[str, float] = airflow.get(path, deserialize=True)["value"]
    return found


def result(database: str, kind: str, took: dict[str, float]) -> Result:
    """Ours is at most HttpHook's time; the ratio to raw requests is stated."""
    raw, peer, ours = (took[f"{kind}: {name}"] for name in ("raw requests.Session", "HttpHook", "fleetops hook"))
    figure = f"{ours:.2f} ({ours / raw:.1f} x raw)"
    beside = f"HttpHook {peer:.2f}, raw {raw:.2f}"
    return Result(f"overhead: one {KINDS[kind]}, ms", database, figure, f"<= {peer:.2f}", ours <= peer, beside)


def main() -> int:
    with (
        time_limit(LONGEST),
        tempfile.TemporaryDirectory() as home,
        server() as url,
        databases() as urls,
        LocalAirflow(Path(home) / "airflow", DAGS) as airflow,
    ):
        prepare(airflow, url)
        took = {database: measure(airflow, url, state) for database, state in urls.items()}
    rows = [(database, name, f"{value:.2f}") for database, found in took.items() for name, value in found.items()]
    table(("state on", "way", "ms a call"), rows)
    return conclude([result(database, kind, found) for database, found in took.items() for kind in KINDS])


if __name__ == "__main__":
    sys.exit(main())
