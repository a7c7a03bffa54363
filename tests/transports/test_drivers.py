"""What no sandbox shows: TLS, proxies, .netrc, connections, malformed requests. Both drivers, real sockets."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from airflow_provider_fleetops.protocol.errors import ConfigurationError, TransportError
from airflow_provider_fleetops.protocol.messages import Request, Response
from airflow_provider_fleetops.protocol.steps import Flow, Send
from airflow_provider_fleetops.transports.aio import AsyncDriver
from airflow_provider_fleetops.transports.sync import SyncDriver

STORE: Any = None


class Server(ThreadingHTTPServer):
    """Remembers request lines, Authorization headers and how many connections there were."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.lines: list[str] = []
        self.auth: list[str | None] = []
        self.connections = 0

    def get_request(self) -> Any:
        self.connections += 1
        return super().get_request()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        self.server.lines.append(self.requestline)
        self.server.auth.append(self.headers.get("Authorization"))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


def _send_all(requests: list[Request]) -> Flow[list[Response]]:
    answers = []
    for request in requests:
        answers.append((yield Send(request)))  # noqa: PERF401 - a comprehension cannot yield
    return answers


def run_sync(*requests: Request) -> list[Response]:
    driver = SyncDriver(STORE, lambda _: None, lambda _: None)
    try:
        return driver.run(_send_all(list(requests)))
    finally:
        driver.close()


def run_async(*requests: Request) -> list[Response]:
    async def hide(_: str) -> None:
        return

    async def main() -> list[Response]:
        async with AsyncDriver(STORE, lambda _: None, hide) as driver:
            return await driver.run(_send_all(list(requests)))

    return asyncio.run(main())


both = pytest.mark.parametrize("run", [run_sync, run_async], ids=["requests", "httpx"])


@both
def test_connections_are_reused(run, server):
    request = Request("GET", f"http://127.0.0.1:{server.port}/x")
    assert [answer.status for answer in run(*[request] * 5)] == [200] * 5
    assert server.connections == 1


@both
def test_a_certificate_that_nobody_vouches_for_is_refused(run, server, tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with pytest.raises(TransportError, match="vouches") as caught:
        run(Request("GET", f"https://localhost:{server.port}/x"))
    assert (caught.value.sent, caught.value.passing) == (False, False)
    assert server.lines == []


@both
def test_tls_that_breaks_after_the_request_may_have_done_it(run, tmp_path, monkeypatch):
    """The vendor read the request, then the connection is damaged: a create must not be sent again."""
    pem = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    received: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def damage() -> None:
            raw, _ = listening.accept()
            secure = context.wrap_socket(raw, server_side=True)
            received.append(secure.recv(65_536))
            with socket.socket(fileno=secure.detach()) as plain:
                plain.sendall(b"this is no TLS record at all, and never was one")

        thread = threading.Thread(target=damage, daemon=True)
        thread.start()
        url = f"https://localhost:{listening.getsockname()[1]}/x"
        with pytest.raises(TransportError) as caught:
            run(Request("POST", url, body=b"{}", read_timeout=5))
        thread.join(5)
    assert received[0].startswith(b"POST /x")
    assert caught.value.sent


@both
def test_netrc_never_replaces_our_credentials(run, server, tmp_path, monkeypatch):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password else\ndefault login a password b\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    url = f"http://127.0.0.1:{server.port}/x"
    run(Request("GET", url, {"Authorization": "Bearer ours"}), Request("GET", url))
    assert server.auth == ["Bearer ours", None]


@both
def test_a_proxy_of_the_environment_serves_other_hosts_and_not_this_one(run, server, monkeypatch):
    proxy = f"http://127.0.0.1:{server.port}"
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    run(Request("GET", f"http://127.0.0.1:{server.port}/direct"), Request("GET", "http://vendor.example/proxied"))
    assert server.lines == ["GET /direct HTTP/1.1", "GET http://vendor.example/proxied HTTP/1.1"]


@both
def test_a_refused_connection_and_an_unknown_host_sent_nothing(run):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}/", "http://no-such-host.invalid/"):
        with pytest.raises(TransportError) as caught:
            run(Request("GET", url))
        assert not caught.value.sent


@both
def test_a_header_that_would_smuggle_another_is_never_sent(run, server):
    with pytest.raises(ConfigurationError, match="'X-Key'"):
        run(Request("GET", f"http://127.0.0.1:{server.port}/x", {"X-Key": "a\r\nX-Evil: b"}))
    assert server.lines == []


def self_signed(folder: Path, host: str = "localhost") -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "server.pem"
    path.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    return path
