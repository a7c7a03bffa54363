"""A vendor of three endpoints, a store in memory and a driver whose clock is a number: flows without a socket."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from airflow_provider_fleetops.protocol.accounts import Total, Use
from airflow_provider_fleetops.protocol.answer import Answer
from airflow_provider_fleetops.protocol.auth import Auth, Session, Token
from airflow_provider_fleetops.protocol.connection import COMMON_EXTRAS, ConnectionForm
from airflow_provider_fleetops.protocol.encoders import Type
from airflow_provider_fleetops.protocol.endpoint import Body, Confidence, Endpoint, Field, Kind
from airflow_provider_fleetops.protocol.errors import (
    AuthenticationError,
    FleetOpsError,
    QuotaExhausted,
    TransportError,
)
from airflow_provider_fleetops.protocol.ledger import Begun, Evidence, Intent, Operation, Status, admit
from airflow_provider_fleetops.protocol.limits import Limit, Slot, Spacing, Window, reserve
from airflow_provider_fleetops.protocol.messages import Request, Response
from airflow_provider_fleetops.protocol.paging import Paging
from airflow_provider_fleetops.protocol.steps import Ask, Flow, Hide, Note, Now, Send, Sleep
from airflow_provider_fleetops.protocol.store import Entry, Lease
from airflow_provider_fleetops.protocol.vendor import Account, Vendor

T = TypeVar("T")
START = 1_900_000_000.0


class MemoryUsage:
    """The UsageBook protocol on a list."""

    def __init__(self) -> None:
        self.uses: list[Use] = []

    def record(self, use: Use) -> int:
        self.uses.append(use)
        return len(self.uses) - 1

    def amend(self, number: int, use: Use) -> None:
        self.uses[number] = use

    def totals(self, by: Sequence[str], since: float, conn_id: str = "") -> list[Total]:
        raise NotImplementedError


class MemoryLedger:
    """The Ledger protocol on a dictionary."""

    def __init__(self) -> None:
        self.operations: dict[str, Operation] = {}

    def begin(self, intent: Intent, holder: str, now: float, seconds: float) -> Begun:
        begun = admit(self.operations.get(intent.id), intent, holder, now, seconds)
        self.operations[intent.id] = begun.operation
        return begun

    def mark_sent(self, id_: str, holder: str, now: float, seconds: float) -> bool:
        known = self.operations[id_]
        sent = {"status": Status.SENT, "sent_at": now, "lease_until": now + seconds, "sends": known.sends + 1}
        return self._change(id_, known.holder == holder, updated_at=now, **sent)

    def settle(
        self,
        id_: str,
        holder: str,
        status: Status,
        now: float,
        *,
        result: Any = None,
        evidence: Evidence = (),
        note: str = "",
    ) -> bool:
        if (known := self.operations.get(id_)) is None:
            return False
        may = known.status is not Status.DONE if status is Status.DONE else known.holder == holder
        facts = {"result": result, "note": note, "holder": "", "lease_until": 0.0}
        facts |= {"evidence": evidence} if evidence else {}
        return self._change(id_, may, status=status, updated_at=now, **facts)

    def release(self, id_: str, holder: str) -> None:
        self._change(id_, self.operations[id_].holder == holder, holder="", lease_until=0.0)

    def list(
        self, status: Status | None = None, limit: int = 100, vendor: str = "", *, results: bool = False
    ) -> Sequence[Operation]:
        rows = [
            replace(r, result=r.result if results else None)
            for r in self.operations.values()
            if status in (None, r.status) and vendor in ("", r.vendor)
        ]
        return sorted(rows, key=lambda row: -row.updated_at)[:limit]

    def show(self, name: str) -> Sequence[Operation]:
        return [row for row in self.operations.values() if row.key == name or row.id.startswith(name)]

    def find(self, ids: Sequence[str]) -> Sequence[Operation]:
        return [self.operations[id_] for id_ in ids if id_ in self.operations]

    def resolve(self, id_: str, status: Status, now: float, *, result: Any = None, note: str = "") -> bool:
        known = self.operations[id_]
        idle = not known.holder or known.lease_until <= now
        facts = {"result": result, "note": note, "holder": "", "lease_until": 0.0}
        return self._change(id_, idle, status=status, updated_at=now, **facts)

    def prune(self, now: float) -> None:
        self.operations.clear()

    def _change(self, id_: str, may: bool, **facts: Any) -> bool:
        if may:
            self.operations[id_] = replace(self.operations[id_], **facts)
        return may


class MemoryStore:
    """The Store protocol on dictionaries."""

    def __init__(self) -> None:
        self.ledger = MemoryLedger()
        self.windows: dict[str, Window] = {}
        self.entries: dict[str, Entry] = {}
        self.leases: dict[str, tuple[str, float]] = {}
        self.held: dict[str, float] = {}
        self.usage = MemoryUsage()

    def reserve(
        self,
        limits: Sequence[Limit],
        now: float,
        cost: int,
        patience: float,
        holder: str = "",
        missed: float | None = None,
    ) -> Slot:
        had = self.held.pop(holder, missed)
        slot, rows = reserve(limits, self.windows, now, cost, patience, hold=bool(holder), had=had)
        self.windows |= rows
        if slot.held:
            self.held[holder] = slot.at
        return slot

    def close(self, key: str, until: float) -> None:
        old = self.windows.get(key, Window())
        self.windows[key] = replace(old, closed_until=max(old.closed_until, until))

    def peek(self, key: str, *, shared: bool = False) -> Entry | None:
        return self.entries.get(key)

    def take(self, key: str, holder: str, now: float, seconds: float) -> Lease:
        owner, until = self.leases.get(key, ("", 0.0))
        granted = until <= now or owner == holder
        if granted:
            self.leases[key] = (holder, now + seconds)
        return Lease(granted, self.entries.get(key), until)

    def publish(self, key: str, holder: str, entry: Entry) -> None:
        self.entries[key] = entry
        self.release(key, holder)

    def release(self, key: str, holder: str) -> None:
        if key in self.leases and self.leases[key][0] == holder:
            del self.leases[key]


@dataclass
class FakeDriver:
    """Obeys flows at once: sleeping moves the clock. ``answers`` are responses or errors, in order."""

    answers: list[Response | TransportError] = field(default_factory=list)
    store: MemoryStore = field(default_factory=MemoryStore)
    now: float = START
    sent: list[Request] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)

    def run(self, flow: Flow[T]) -> T:
        send: Callable[[], Any] = lambda: next(flow)  # noqa: E731 - rebound per step
        while True:
            try:
                step = send()
            except StopIteration as stop:
                value: T = stop.value
                return value
            try:
                result = self.obey(step)
            except (FleetOpsError, TransportError) as error:
                send = lambda e=error: flow.throw(e)  # noqa: E731
            else:
                send = lambda r=result: flow.send(r)  # noqa: E731

    def obey(self, step: Any) -> Any:
        match step:
            case Now():
                return datetime.fromtimestamp(self.now, UTC)
            case Sleep(seconds):
                self.slept.append(seconds)
                self.now += seconds
            case Ask(question):
                return question(self.store)
            case Note(text):
                self.notes.append(text)
            case Hide(values):
                self.hidden += values
            case Send(request):
                self.sent.append(request)
                answer = self.answers.pop(0)
                if isinstance(answer, TransportError):
                    raise answer
                return answer
        return None


def ok(body: bytes = b'{"ok": true}', **headers: str) -> Response:
    return Response(200, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def status(code: int, body: bytes = b"{}", **headers: str) -> Response:
    return Response(code, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def _login(account: Account) -> Request:
    return Request("POST", account.url("/login"))


def _refresh(account: Account, token: Token) -> Request:
    return Request("POST", account.url("/refresh"), {"x-refresh": token.refresh})


def _read_token(_account: Account, response: Response, now: datetime) -> Token:
    if response.status != 200:
        raise AuthenticationError("login rejected", vendor="fake", endpoint="auth.login", status=response.status)
    at = now.timestamp()
    return Token(response.json()["access"], at + 1800, "refresh-me", at + 43_200)


_FORM = ConnectionForm("fake", "x.Y", "Fake", {}, {}, (), COMMON_EXTRAS)


def _endpoint(name: str, method: str, kind: Kind, **more: Any) -> Endpoint:
    return Endpoint(name, method, f"/{name}", kind, Confidence.ASSUMED, "none", name, **more)


ENDPOINTS = {
    endpoint.name: endpoint
    for endpoint in (
        _endpoint("thing.get", "GET", Kind.READ, query=(Field("n", Type.INTEGER),)),
        _endpoint("thing.put", "PUT", Kind.IDEMPOTENT, body=Body()),
        _endpoint("thing.create", "POST", Kind.UNSAFE, body=Body((Field("name", required=True),))),
        _endpoint(
            "things.list",
            "GET",
            Kind.READ,
            query=(Field("limit", Type.INTEGER), Field("offset", Type.INTEGER)),
            paging=Paging("offset", page_size=2, total="total", unique="id"),
        ),
    )
}


def account(
    *,
    session: bool = False,
    spacing: float = 0.0,
    reuse: float = 0.0,
    forbidden_pause: float = 0.0,
    spent_until: datetime | None = None,
    **extras: Any,
) -> Account:
    """An account of the fake vendor; ``spent_until``: it reads a 429 as a spent quota."""

    def judge(_account: Account, answer: Answer) -> Any:
        if spent_until and answer.response.status == 429:
            raise answer.error(QuotaExhausted, resume_at=spent_until)
        answer.raise_for_status()
        return answer.json()

    auth = Auth({"x-key": "k"}, Session(_login, _refresh, _read_token) if session else None)
    limits = lambda a, p: [Limit(f"{a.meter}:space", Spacing(spacing), "the spacing")] if spacing else []  # noqa: E731
    vendor = Vendor(
        name="fake",
        title="Fake",
        zone="UTC",
        form=_FORM,
        endpoints=ENDPOINTS,
        auth=lambda _account: auth,
        judge=judge,
        limits=limits,
        probe="thing.get",
        probe_cost="",
        reuse=lambda _account, _endpoint: reuse,
        forbidden_pause=lambda _account: forbidden_pause,
    )
    return Account.of(
        vendor, "fake", host="https://fake.example", port=None, login="u", password="hush-hush", extras=extras
    )
