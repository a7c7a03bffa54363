"""A real server on a free loopback port, in a thread, for tests and demos."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

import uvicorn

from airflow_provider_fleetops.sandbox.app import create_app
from airflow_provider_fleetops.sandbox.client import ControlClient
from airflow_provider_fleetops.sandbox.wire import WireProtocol
from airflow_provider_fleetops.sandbox.world import World

HOST = "127.0.0.1"
_START_SECONDS = 10.0


def build_server(world: World) -> uvicorn.Server:
    """Return a uvicorn server for the world; give it a socket of `listen`."""
    config = uvicorn.Config(
        create_app(world),
        http=WireProtocol,
        ws="none",
        log_level=logging.WARNING,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)


def listen(port: int = 0) -> socket.socket:
    """Return a listening socket on 127.0.0.1; 0 takes a free port."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((HOST, port))
    sock.listen(512)
    return sock


class Sandbox:
    """``with Sandbox(seed=7, scale=0) as box:`` runs the vendors at ``box.url`` until the block ends.

    ``start`` is the world's first moment (default: now), ``scale`` world seconds per wall second, ``limits`` are laid
    over each vendor's own.
    """

    def __init__(
        self,
        *,
        seed: int = 7,
        start: datetime | None = None,
        scale: float = 1.0,
        limits: Mapping[str, Mapping[str, Any]] | None = None,
        port: int = 0,
    ) -> None:
        self.world = World(seed=seed, start=start, scale=scale, limits=limits)
        self._socket = listen(port)
        self._server = build_server(self.world)
        self.control = ControlClient(self.url)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="sandbox", daemon=True)

    @property
    def url(self) -> str:
        """The address of the sandbox, without a trailing slash."""
        return f"http://{HOST}:{self._socket.getsockname()[1]}"

    def base_url(self, vendor: str) -> str:
        """Return the address under which a vendor answers."""
        return f"{self.url}/{self.world.vendor(vendor).name}"

    def credentials(self, vendor: str) -> dict[str, str]:
        """Return what a client of the vendor needs to log in."""
        return self.world.vendor(vendor).credentials()

    def __enter__(self) -> Self:
        """Start, and return once the server answers."""
        self._thread.start()
        deadline = time.monotonic() + _START_SECONDS
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise RuntimeError("the sandbox did not start; see the log above")
            time.sleep(0.01)
        return self

    def __exit__(self, *exc: object) -> None:
        """Stop and free the port."""
        self.control.close()
        self._server.should_exit = True
        self._thread.join(_START_SECONDS)
        self._socket.close()
