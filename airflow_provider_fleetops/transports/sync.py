"""The driver for workers: requests."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError
from urllib3.util import Retry as NoRetry

from airflow_provider_fleetops.protocol.errors import TransportError
from airflow_provider_fleetops.protocol.messages import LOOPBACK, Request, Response
from airflow_provider_fleetops.protocol.steps import Ask, Flow, Hide, Note, Now, Send, Sleep, Step
from airflow_provider_fleetops.protocol.store import Store
from airflow_provider_fleetops.transports.body import BodyReader
from airflow_provider_fleetops.transports.causes import is_untrusted

T = TypeVar("T")
_CHUNK = 65_536


class SyncDriver:
    """Obeys a flow in the calling thread. One session, so connections are reused; use it from one thread at a time.

    ``note`` takes the lines for the user's log, ``hide`` what the log must mask; ``clock`` and ``sleep`` are
    arguments so that tests need not wait.
    """

    def __init__(
        self,
        store: Store,
        note: Callable[[str], None],
        hide: Callable[[str], None],
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._store, self._note, self._hide, self._clock, self._sleep = store, note, hide, clock, sleep
        self._hidden: set[str] = set()
        self._session = requests.Session()
        self._session.auth = _as_given
        self._session.mount("https://", HTTPAdapter(max_retries=NoRetry(0, read=False)))
        self._session.mount("http://", HTTPAdapter(max_retries=NoRetry(0, read=False)))

    def run(self, flow: Flow[T]) -> T:
        """The flow's value; its error is raised."""
        try:
            step = next(flow)
            while True:
                step = self._advance(flow, step)
        except StopIteration as stop:
            value: T = stop.value
            return value

    def close(self) -> None:
        self._session.close()

    def _advance(self, flow: Flow[T], step: Step) -> Step:
        try:
            result = self._obey(step)
        except Exception as error:  # noqa: BLE001 - thrown into the flow, which knows what it means
            return flow.throw(error)
        return flow.send(result)

    def _obey(self, step: Step) -> Any:
        match step:
            case Now():
                return self._clock()
            case Sleep(seconds):
                return self._sleep(seconds)
            case Ask(question):
                return question(self._store)
            case Note(text):
                return self._note(text)
            case Hide(values):
                self._hide_new(values)
                return None
            case Send(request):
                return self._send(request)

    def _hide_new(self, values: tuple[str, ...]) -> None:
        """Masking costs a message to the task's supervisor: once per value is enough."""
        for value in {v for v in values if v} - self._hidden:
            self._hide(value)
            self._hidden.add(value)

    def _send(self, request: Request) -> Response:
        here = request.hostname in LOOPBACK  # a proxy of the environment serves other hosts
        try:
            with self._session.request(
                request.method,
                request.url,
                data=request.body,
                headers=dict(request.headers),
                timeout=(request.connect_timeout, request.read_timeout),
                allow_redirects=False,
                proxies={"no_proxy": request.hostname} if here else None,
                stream=True,
            ) as answer:
                return _read(answer, request)
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader, requests.exceptions.InvalidSchema):
            raise TransportError(
                "the request cannot be sent: its address or a header is malformed", sent=False, passing=False
            ) from None
        except requests.ConnectTimeout:
            raise TransportError("no connection in time", sent=False) from None
        except requests.ConnectionError as error:
            raise _connection_error(error) from None
        except requests.Timeout:
            raise TransportError("no answer in time", sent=True) from None
        except (requests.RequestException, HTTPError, OSError) as error:
            raise TransportError(f"the exchange broke off ({type(error).__name__})", sent=True) from None


def _as_given(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Without an auth of ours, requests would replace our header by credentials from ``~/.netrc``."""
    return request


def _read(answer: requests.Response, request: Request) -> Response:
    reader = BodyReader(answer.headers.get("Content-Encoding", ""), request)
    for part in answer.raw.stream(_CHUNK, decode_content=False):
        reader.feed(part)
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Response(answer.status_code, headers, reader.finish())


def _connection_error(error: requests.ConnectionError) -> TransportError:
    """A refused connection or certificate sent nothing; a reset or a damaged record may have come after the request.

    Behind a proxy urllib3 calls all of them "unable to connect to proxy"; what it wraps tells them apart.
    """
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    reason = getattr(reason, "original_error", reason)
    if isinstance(error, requests.exceptions.SSLError):
        untrusted = is_untrusted(error)
        what = "nobody vouches for the host's certificate" if untrusted else "TLS broke off"
        return TransportError(what, sent=not untrusted, passing=not untrusted)
    if str(reason).startswith("Tunnel connection failed"):
        return TransportError("the proxy of the environment lets nothing through", sent=False)
    if isinstance(reason, NewConnectionError | ConnectTimeoutError):
        return TransportError("no connection (refused, or the host name is unknown)", sent=False)
    return TransportError("the connection was reset before the answer was complete", sent=True)
