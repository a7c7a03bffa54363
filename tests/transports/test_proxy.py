"""Behind a proxy of the environment: what broke before the tunnel stood has sent nothing, everything else may have."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from airflow_provider_fleetops import vendors
from airflow_provider_fleetops.protocol.errors import OutcomeUnknown, TransportError
from airflow_provider_fleetops.protocol.ledger import Status
from airflow_provider_fleetops.protocol.messages import Request
from airflow_provider_fleetops.state import open_store
from benchmarks._orders import KINDS, account_of
from tests.faults.drivers import FakeTime
from tests.faults.drivers import run_sync as run_flow
from tests.transports.test_drivers import both, self_signed

HOST = "vendor.example"
ORDER = Request("POST", f"https://{HOST}/order", body=b"{}", connect_timeout=2.0, read_timeout=5.0)
Serve = Callable[[socket.socket], None]


@contextmanager
def proxy(monkeypatch: pytest.MonkeyPatch, serve: Serve) -> Iterator[None]:
    """A proxy on loopback that does ``serve`` with each connection; the environment names it."""

    def each(listening: socket.socket) -> None:
        with suppress(OSError):  # closed: the test is over
            while True:
                connection, _ = listening.accept()
                with connection, suppress(OSError):
                    serve(connection)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        _name_proxy(monkeypatch, listening.getsockname()[1])
        threading.Thread(target=each, args=(listening,), daemon=True).start()
        yield


def _name_proxy(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
    for name in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The vendor's, which the environment vouches for."""
    pem = self_signed(tmp_path, HOST)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(pem))
    return pem


def read_message(stream: socket.socket) -> bytes:
    """A whole request or answer; the body as long as its header says."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _some(stream)
    head, _, body = received.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    while lengths and len(body) < int(lengths[0].split(b":")[1]):
        body += _some(stream)
    return head + b"\r\n\r\n" + body


def _some(stream: socket.socket) -> bytes:
    if not (part := stream.recv(65_536)):
        raise OSError("closed")
    return part


def tunnel(pem: Path, vendor: Callable[[ssl.SSLSocket, bytes], None]) -> Serve:
    """Open the tunnel, and be the vendor at its end."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)

    def serve(connection: socket.socket) -> None:
        assert read_message(connection).startswith(b"CONNECT " + HOST.encode())
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with context.wrap_socket(connection, server_side=True) as secure:
            vendor(secure, read_message(secure))

    return serve


def close(secure: ssl.SSLSocket) -> None:
    """Let the caller close it: what was received is acknowledged."""


def reset(secure: ssl.SSLSocket) -> None:
    secure.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@both
@pytest.mark.parametrize("end", [close, reset])
def test_whoever_breaks_off_after_the_request_may_have_done_it(run, end, certificate, monkeypatch):
    received: list[bytes] = []

    def vendor(secure: ssl.SSLSocket, request: bytes) -> None:
        received.append(request)
        end(secure)

    with proxy(monkeypatch, tunnel(certificate, vendor)), pytest.raises(TransportError) as caught:
        run(ORDER)
    assert received[0].startswith(b"POST /order")
    assert caught.value.sent


def refuse(connection: socket.socket) -> None:
    read_message(connection)
    connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")


@both
def test_a_proxy_that_opens_no_tunnel_has_sent_nothing(run, monkeypatch):
    with proxy(monkeypatch, refuse), pytest.raises(TransportError, match="proxy") as caught:
        run(ORDER)
    assert not caught.value.sent


@both
def test_a_certificate_that_nobody_vouches_for_is_refused_through_a_tunnel_too(run, tmp_path, monkeypatch):
    pem = self_signed(tmp_path, HOST)
    with proxy(monkeypatch, tunnel(pem, lambda *_: None)), pytest.raises(TransportError, match="vouches") as caught:
        run(ORDER)
    assert (caught.value.sent, caught.value.passing) == (False, False)


@both
def test_a_proxy_that_is_not_there_has_sent_nothing(run, monkeypatch):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        _name_proxy(monkeypatch, closed.getsockname()[1])
        with pytest.raises(TransportError, match="no connection") as caught:
            run(ORDER)
    assert not caught.value.sent


def test_an_order_whose_answer_is_lost_behind_a_proxy_is_made_once(fresh_sandbox, state_url, certificate, monkeypatch):
    """Everything reaches the vendor through the tunnel; the answer to the order does not come back."""
    here = urlsplit(fresh_sandbox.url)

    def vendor(secure: ssl.SSLSocket, request: bytes) -> None:
        with socket.create_connection((here.hostname, here.port)) as upstream:
            upstream.sendall(request)
            answer = read_message(upstream)
        if b"/order/express" not in request.splitlines()[0]:
            secure.sendall(answer)

    credentials = {name: fresh_sandbox.credentials(name) for name in vendors.NAMES}
    account = account_of("fastrac", f"https://{HOST}", credentials)
    with proxy(monkeypatch, tunnel(certificate, vendor)), pytest.raises(OutcomeUnknown):
        run_flow(KINDS["fastrac"].flow(account, 1), open_store(), FakeTime())
    assert len(fresh_sandbox.control.journal(vendor="fastrac", route="orders.express")) == 1
    assert [row.status for row in open_store().ledger.list()] == [Status.UNKNOWN]
