"""A proxy before a server that can be stopped: its connections stay open, and nothing goes through any more."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Stalling:
    """Takes connections at a port of 127.0.0.1 and passes them on to a Unix socket, unless it is ``stopped``."""

    def __init__(self, target: str) -> None:
        self.stopped = threading.Event()
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = [self._listener]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def close(self) -> None:
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._target)
                self._open += [client, server]
                threading.Thread(target=self._pass_on, args=(client, server), daemon=True).start()

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        other = {client: server, server: client}
        with suppress(OSError, ValueError):
            while True:
                for ready in select.select([*other], [], [])[0]:
                    data = ready.recv(65536)
                    if not data:
                        return other[ready].shutdown(socket.SHUT_WR)
                    if not self.stopped.is_set():
                        other[ready].sendall(data)


@contextmanager
def stalling(target: str) -> Iterator[Stalling]:
    proxy = Stalling(target)
    try:
        yield proxy
    finally:
        proxy.close()
