"""The driver for the triggerer: httpx. It never blocks the event loop: the store is asked in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Self, TypeVar

import httpx

from airflow_provider_fleetops.protocol.errors import TransportError
from airflow_provider_fleetops.protocol.messages import LOOPBACK, Request, Response
from airflow_provider_fleetops.protocol.steps import Ask, Flow, Hide, Note, Now, Send, Sleep, Step
from airflow_provider_fleetops.protocol.store import Store
from airflow_provider_fleetops.transports.body import BodyReader
from airflow_provider_fleetops.transports.causes import is_untrusted

T = TypeVar("T")


class AsyncDriver:
    """Obeys a flow in an event loop; use it as ``async with``.

    ``note`` takes the lines for the log, ``hide`` what it must mask; ``clock`` and ``sleep`` are arguments for tests.
    """

    def __init__(
        self,
        store: Store,
        note: Callable[[str], None],
        hide: Callable[[str], Awaitable[Any]],
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep,
    ) -> None:
        self._store, self._note, self._hide, self._clock, self._sleep = store, note, hide, clock, sleep
        self._hidden: set[str] = set()
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def run(self, flow: Flow[T]) -> T:
        """The flow's value; its error is raised."""
        try:
            step = next(flow)
            while True:
                try:
                    result = await self._obey(step)
                except Exception as error:  # noqa: BLE001 - thrown into the flow, which knows what it means
                    step = flow.throw(error)
                else:
                    step = flow.send(result)
        except StopIteration as stop:  # not in a helper coroutine: StopIteration must not leave one
            value: T = stop.value
            return value

    async def _obey(self, step: Step) -> Any:
        match step:
            case Now():
                return self._clock()
            case Sleep(seconds):
                return await self._sleep(seconds)
            case Ask(question):
                return await asyncio.to_thread(question, self._store)
            case Note(text):
                return self._note(text)
            case Hide(values):
                await self._hide_new(values)
                return None
            case Send(request):
                return await self._send(request)

    async def _hide_new(self, values: tuple[str, ...]) -> None:
        """Masking costs a message to the triggerer's supervisor: once per value is enough."""
        for value in {v for v in values if v} - self._hidden:
            await self._hide(value)
            self._hidden.add(value)

    async def _connect(self) -> httpx.AsyncClient:
        if self._client is None:  # building the TLS context reads files: not on the event loop
            self._client = await asyncio.to_thread(_client)
        return self._client

    async def _send(self, request: Request) -> Response:
        client = await self._connect()
        timeout = httpx.Timeout(request.read_timeout, connect=request.connect_timeout)
        try:
            async with client.stream(
                request.method, request.url, content=request.body, headers=dict(request.headers), timeout=timeout
            ) as answer:
                return await _read(answer, request)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError, ValueError):
            raise TransportError(
                "the request cannot be sent: its address or a header is malformed", sent=False, passing=False
            ) from None
        except httpx.ConnectTimeout:
            raise TransportError("no connection in time", sent=False) from None
        except httpx.ProxyError:
            raise TransportError("the proxy of the environment lets nothing through", sent=False) from None
        except httpx.ConnectError as error:
            untrusted = is_untrusted(error)
            what = "nobody vouches for the host's certificate" if untrusted else "no connection (refused, or no host)"
            raise TransportError(what, sent=False, passing=not untrusted) from None
        except httpx.TimeoutException:
            raise TransportError("no answer in time", sent=True) from None
        except (httpx.HTTPError, OSError) as error:  # a damaged TLS record comes as ssl's own error
            what = f"the connection was reset before the answer was complete ({type(error).__name__})"
            raise TransportError(what, sent=True) from None


def _client() -> httpx.AsyncClient:
    """A proxy of the environment serves other hosts than this one."""
    direct = {f"all://{f'[{name}]' if ':' in name else name}": httpx.AsyncHTTPTransport() for name in LOOPBACK}
    return httpx.AsyncClient(follow_redirects=False, mounts=direct)


async def _read(answer: httpx.Response, request: Request) -> Response:
    reader = BodyReader(answer.headers.get("Content-Encoding", ""), request)
    async for part in answer.aiter_raw():
        reader.feed(part)
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Response(answer.status_code, headers, reader.finish())
