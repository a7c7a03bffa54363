"""A real Airflow of one's own: scheduler, dag-processor, triggerer and api-server, on loopback, in a folder."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Self

import httpx

# Each component, and what Airflow's health answer calls it. The API server tells its own health by answering for the
# database.
COMPONENTS = {
    "api-server": "metadatabase",
    "scheduler": "scheduler",
    "dag-processor": "dag_processor",
    "triggerer": "triggerer",
}
START_SECONDS = 120
_KEEP = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")


class AirflowError(RuntimeError):
    """A component did not start, or ended by itself; the text names its log."""


def free_port() -> int:
    """A loopback port that nobody uses now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


class LocalAirflow:
    """``with LocalAirflow(home, dags) as airflow:`` runs Airflow (SQLite, LocalExecutor) until the block ends.

    ``components`` are all by default; for the UI and the REST API ``("api-server",)`` is enough. ``home`` is emptied
    first. Every process is a child of this one and is ended by its pid, also after Ctrl-C.
    """

    def __init__(
        self,
        home: Path,
        dags: Path,
        options: Mapping[str, str] | None = None,
        port: int = 0,
        components: Collection[str] = tuple(COMPONENTS),
    ) -> None:
        self.home, self.port, self._components = home, port or free_port(), components
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = _environment(home, dags, self.port) | dict(options or {})
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._http = httpx.Client(base_url=self.url, timeout=30, trust_env=False)

    def __enter__(self) -> Self:
        shutil.rmtree(self.home, ignore_errors=True)
        (self.home / "logs").mkdir(parents=True)
        try:
            self._airflow("db", "migrate")
            self._airflow("fleetops", "pools")
            for name in self._components:
                self._start(name)
            self._wait_until_healthy()
            self._log_in()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()
        for process in self._processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
        for process in self._processes.values():
            _end(process)

    def get(self, path: str, **params: Any) -> Any:
        """GET from Airflow's REST API, ``/api/v2`` + path."""
        return self._ask("GET", path, params=params)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """POST to Airflow's REST API."""
        return self._ask("POST", path, json=body)

    def patch(self, path: str, body: Mapping[str, Any]) -> Any:
        """PATCH at Airflow's REST API."""
        return self._ask("PATCH", path, json=body)

    def add_connection(self, conn_id: str, connection: Mapping[str, Any]) -> None:
        """Store a connection in Airflow's database, as a person would in the UI."""
        extra = json.dumps(connection.get("extra") or {})
        self.post("/connections", {"connection_id": conn_id, **connection, "extra": extra})

    def check(self) -> None:
        """Raise when a component has ended by itself."""
        for name, process in self._processes.items():
            if process.poll() is not None:
                raise AirflowError(f"{name} ended with {process.returncode}; see {self._log(name)}")

    def _ask(self, method: str, path: str, **kwargs: Any) -> Any:
        answer = self._http.request(method, f"/api/v2{path}", **kwargs)
        if answer.is_error:
            raise AirflowError(f"{method} {path}: HTTP {answer.status_code} {answer.text[:300]}")
        return answer.json() if answer.content else None

    def _airflow(self, *arguments: str) -> None:
        log = self._log("-".join(arguments))
        with log.open("wb") as out:
            code = subprocess.call(_command(*arguments), env=self.env, stdout=out, stderr=subprocess.STDOUT)
        if code:
            raise AirflowError(f"airflow {' '.join(arguments)} failed; see {log}")

    def _start(self, name: str) -> None:
        arguments = ["--port", str(self.port), "--host", "127.0.0.1"] if name == "api-server" else []
        with self._log(name).open("wb") as out:
            self._processes[name] = subprocess.Popen(
                _command(name, *arguments),
                env=self.env,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C in the terminal is ours; we end the children in order
            )

    def _log(self, name: str) -> Path:
        return self.home / "logs" / f"{name}.log"

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            self.check()
            try:
                health = self._http.get("/api/v2/monitor/health").json()
            except (httpx.HTTPError, ValueError):
                health = {}
            parts = (health.get(COMPONENTS[name]) or {} for name in self._components)
            if all(part.get("status") == "healthy" for part in parts):
                return
            time.sleep(0.5)
        raise AirflowError(f"Airflow was not healthy after {START_SECONDS} s; see {self.home / 'logs'}")

    def _log_in(self) -> None:
        token = self._http.get("/auth/token").json()["access_token"]
        self._http.headers["Authorization"] = f"Bearer {token}"


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "airflow", *arguments]


def _end(process: subprocess.Popen[bytes]) -> None:
    """Wait for a polite end; then end the process and what it started (its own session, so nobody else's)."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=15)
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait(timeout=10)


def _environment(home: Path, dags: Path, port: int) -> dict[str, str]:
    """Nothing of the caller's environment but where programs are: the same run on every machine."""
    env = {name: os.environ[name] for name in _KEEP if name in os.environ}
    secret = secrets.token_hex(32)
    settings = {
        "CORE__DAGS_FOLDER": str(dags),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": "6",
        "CORE__FERNET_KEY": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
        "CORE__TEST_CONNECTION": "Enabled",
        "CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "API__SECRET_KEY": secret,
        "API__BASE_URL": f"http://127.0.0.1:{port}",
        "API__WORKERS": "1",
        "API_AUTH__JWT_SECRET": secret,
        "DAG_PROCESSOR__REFRESH_INTERVAL": "5",
        "FLEETOPS__USE_POOLS": "True",
        "LOGGING__WORKER_LOG_SERVER_PORT": str(free_port()),
        "LOGGING__TRIGGER_LOG_SERVER_PORT": str(free_port()),
        # A trigger that fires soon after the deferral must not meet a task that is still queued (Airflow #66374).
        "WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
        "SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "1",
    }
    env |= {f"AIRFLOW__{name}": value for name, value in settings.items()}
    return env | {"AIRFLOW_HOME": str(home), "NO_PROXY": "127.0.0.1,localhost"}
