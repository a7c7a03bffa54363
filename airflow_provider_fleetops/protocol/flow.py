"""The way of a request, in one place: limit -> token -> build -> send -> judge -> (sleep, again) -> value or error.

Every call of every vendor goes this way. Nothing here knows a vendor, a socket or a clock.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from airflow_provider_fleetops.protocol.admit import (
    admit,
    count_unclear,
    heed_headers,
    paced,
    stay_punctual,
    tell_others,
)
from airflow_provider_fleetops.protocol.answer import Answer
from airflow_provider_fleetops.protocol.auth import Token
from airflow_provider_fleetops.protocol.endpoint import Kind, Prepared
from airflow_provider_fleetops.protocol.errors import (
    AuthenticationError,
    ConfigurationError,
    Effect,
    FleetOpsError,
    OutcomeUnknown,
    PermissionDenied,
    ProtocolError,
    QuotaExhausted,
    StoreUnavailable,
    Throttled,
    TransportError,
    Unavailable,
)
from airflow_provider_fleetops.protocol.limits import Slot, slack_of
from airflow_provider_fleetops.protocol.messages import Response
from airflow_provider_fleetops.protocol.rejections import remember_rejection
from airflow_provider_fleetops.protocol.replay import replayed
from airflow_provider_fleetops.protocol.request import build, personal_values
from airflow_provider_fleetops.protocol.retry import Retry
from airflow_provider_fleetops.protocol.rights import read_forbidden, remember_right
from airflow_provider_fleetops.protocol.session import sign_in
from airflow_provider_fleetops.protocol.shared_answer import answer_key
from airflow_provider_fleetops.protocol.single_flight import single_flight
from airflow_provider_fleetops.protocol.steps import Ask, Flow, Note, Now, Sleep, epoch
from airflow_provider_fleetops.protocol.store import Entry
from airflow_provider_fleetops.protocol.turns import in_turn
from airflow_provider_fleetops.protocol.usage import Line, account_shared, accounted
from airflow_provider_fleetops.protocol.vendor import Account

DENIED_SECONDS = 900.0
# So old may be what was looked at right before a request leaves.
FRESH_SECONDS = 5.0
# Obeyed immediately before a request leaves, when slot and token are there.
OnSend = Callable[[], Flow[None]]


def call(
    account: Account,
    name: str,
    arguments: Mapping[str, Any] | None = None,
    body: Any = None,
    *,
    retry: Retry | None = None,
    reuse: float | None = None,
    on_send: OnSend | None = None,
    looks: bool = False,
) -> Flow[Any]:
    """One call of a catalogue entry, with everything that belongs to it.

    ``reuse``: an answer at most so many seconds old, to anybody's identical read, will do; by default what the
    vendor's rule makes necessary (FL3XX: an identical recurring read once per ten minutes), 0 insists on a new one.
    ``on_send`` is a flow that runs each time right before the request leaves: what happens earlier has sent nothing.
    ``looks``: it calls the vendor itself, as an account that ``holds_turn``; the slot is taken for both.
    """
    endpoint = account.vendor.endpoint(name)
    try:
        prepared = endpoint.prepare(arguments or {}, body)
    except FleetOpsError as error:
        raise error.as_(type(error), vendor=account.vendor.name, endpoint=name) from None
    retry = retry or account.retry
    if endpoint.kind is not Kind.READ or endpoint.binary:
        return (yield from _exchange(account, prepared, retry, on_send, looks=looks))
    age = account.vendor.reuse(account, endpoint) if reuse is None else reuse
    ask = _shared_answer(account, prepared, retry, age) if age > 0 else _exchange(account, prepared, retry, on_send)
    return (yield from (replayed(account.caller.replay, prepared, ask) if account.caller.replay is not None else ask))


def _exchange(
    account: Account, prepared: Prepared, retry: Retry, on_send: OnSend | None = None, *, looks: bool = False
) -> Flow[Any]:
    """One call with its retries, and alone where the account's calls must not go side by side."""
    tries = _tries(account, prepared, retry, on_send, looks)
    return (yield from (in_turn(account, tries) if account.one_at_a_time else tries))


def _tries(account: Account, prepared: Prepared, retry: Retry, on_send: OnSend | None, looks: bool) -> Flow[Any]:
    """Try until there is a value, an error that retrying cannot mend, or no patience left."""
    started = yield Now()
    attempt, stale = 1, None
    last: FleetOpsError | None = None
    while True:
        token = None
        try:
            limits, _ = paced(account, prepared, looks=looks)
            slot = yield from admit(account, prepared, limits, retry.patience)
            token = yield from sign_in(account, stale)
            sending = _Sending(account, prepared, retry.patience, slot, token, on_send, looks)
            return (yield from accounted(account, prepared.endpoint.name, prepared.endpoint.cost, sending.request))
        except AuthenticationError as error:
            # A session that ended early: log in or refresh once, replay once. Never in a loop: logins lock accounts.
            if token is None:
                if account.vendor.auth(account).session is None:  # a sign-in remembers its own, and for how long
                    yield from remember_rejection(account, error)
                raise
            yield from _check_renewal(account, prepared, error, renewed=stale is not None)
            stale = token.access
        except FleetOpsError as error:
            if last is not None and isinstance(error, Throttled) and error.status is None:
                # Our own limit puts the next try off: the caller wants to know what went wrong, not that.
                raise last.as_(type(last), resume_at=error.resume_at) from None
            now = yield Now()
            delay = retry.delay(error, attempt, (now - started).total_seconds(), now.timestamp())
            yield from tell_others(account, prepared, error, now, delay)
            if delay is None:
                raise
            yield Note(f"{error}; trying again in {delay:.1f} s (attempt {attempt + 1})")
            try:
                yield Sleep(delay)
            except Exception:  # noqa: BLE001 - the driver sleeps no more: what was answered is what is known
                raise error from None
            attempt, last = attempt + 1, error


def _check_renewal(account: Account, prepared: Prepared, error: AuthenticationError, *, renewed: bool) -> Flow[None]:
    """Raise where another session would not help: a fresh one was refused here too, now or a while ago.

    Operators of FASTTRAK grant areas one by one, and one that is not granted may answer 401: that must not cost a
    refresh per task.
    """
    key = f"{account.key}:denied:{prepared.endpoint.name}"
    now = yield Now()
    at = now.timestamp()
    known: Entry | None = yield Ask(lambda store: store.peek(key))
    if renewed:
        yield Ask(lambda store: store.publish(key, "", Entry("", at, at + DENIED_SECONDS)))
    elif known is None or known.expires_at < at:
        return
    advice = f"A new session was refused here too, so the right is missing. {error.advice}".strip()
    raise error.as_(PermissionDenied, advice=advice)


@dataclass(frozen=True, slots=True)
class _Sending:
    """One request that has its slot and its token, and the vendor's judgement of its answer."""

    account: Account
    prepared: Prepared
    patience: float
    slot: Slot
    token: Token | None
    on_send: OnSend | None
    looks: bool

    def request(self, line: Line) -> Flow[Any]:
        request = build(self.account, self.prepared, self.token)
        yield from line.open()
        yield from self._ready()
        asked_at = yield Now()
        try:
            response = yield from line.send(request)
        except TransportError as error:
            raise _lost(self.account, self.prepared, error) from None
        try:
            return (yield from _judged(self.account, self.prepared, self.token, response, asked_at))
        except StoreUnavailable as error:  # what was to be noted about the answer; the request was sent all the same
            raise _in_doubt(self.prepared.endpoint.kind, error) from None

    def _ready(self) -> Flow[None]:
        """All that takes time comes first: nothing may stand between the slot and the request.

        What ``on_send`` has looked at and noted must be new. Where it took too long for the slot, another one is
        taken, and after a long wait it is done again: in a slot that leaves it twice the time it needed.
        """
        limits, gap = paced(self.account, self.prepared, looks=self.looks)
        slot, began = self.slot, -math.inf
        while True:
            slot = yield from stay_punctual(self.account, self.prepared, limits, self.patience, slot)
            now = yield from epoch()
            if self.on_send is None or now - began < FRESH_SECONDS:
                return
            began = now
            yield from self.on_send()
            done = now = yield from epoch()
            if done < slot.at + gap:
                yield Sleep(slot.at + gap - done)
                now = yield from epoch()
            if now <= slot.at + gap + slack_of(limits):
                return
            limits, gap = paced(self.account, self.prepared, looks=self.looks, lead=2 * (done - began))


def _judged(
    account: Account, prepared: Prepared, token: Token | None, response: Response, asked_at: datetime
) -> Flow[Any]:
    """The vendor's judgement of an answer, and what it tells everybody."""
    endpoint, vendor = prepared.endpoint, account.vendor
    now = yield Now()
    yield from heed_headers(account, response.headers, now)
    hidden = (*account.secrets, *((token.access, token.refresh) if token else ()), *personal_values(prepared))
    answer = Answer(vendor.name, endpoint, response, now, tuple(sorted(filter(None, hidden), key=len, reverse=True)))
    spent_until = yield from count_unclear(account, answer, asked_at)
    try:
        value = vendor.judge(account, answer)
    except Throttled as error:
        raise (_spent(error, spent_until) if spent_until else error) from None
    except PermissionDenied as error:
        raise (yield from read_forbidden(account, prepared, error, asked_at, now)) from None
    except (Unavailable, ProtocolError) as error:
        raise _asked_to_wait(_in_doubt(endpoint.kind, error)) from None
    if vendor.forbidden_pause(account):
        yield from remember_right(account, prepared, now)
    return value


def _spent(error: Throttled, until: datetime) -> FleetOpsError:
    what = "the vendor said too many requests twice without saying why, which is read as the day's quota"
    return error.as_(QuotaExhausted, what=what, resume_at=until, advice="No task calls before then")


def _lost(account: Account, prepared: Prepared, error: TransportError) -> FleetOpsError:
    """No complete answer: harmless for reads and for what was never sent, in doubt for everything else."""
    effect = Effect.UNKNOWN if error.sent and prepared.endpoint.kind is not Kind.READ else Effect.NONE
    kind = Unavailable if error.passing else ProtocolError if error.sent else ConfigurationError
    lost = kind(f"{error}; {account.place}", vendor=account.vendor.name, endpoint=prepared.endpoint.name, effect=effect)
    return _in_doubt(prepared.endpoint.kind, lost) if error.sent else lost


def _in_doubt(kind: Kind, error: FleetOpsError) -> FleetOpsError:
    """A fault after sending: what is not idempotent may have happened and is never sent again without a look."""
    if kind is Kind.READ or (isinstance(error, ProtocolError) and (error.status or 0) >= 400):
        return error
    if kind is Kind.IDEMPOTENT:
        return error.as_(type(error), effect=Effect.UNKNOWN)
    advice = "Look at the vendor whether it was done before you send it again"
    return error.as_(OutcomeUnknown, effect=Effect.UNKNOWN, advice=advice)


def _asked_to_wait(error: FleetOpsError) -> FleetOpsError:
    """A fault that says when to come back (503 with ``Retry-After``) asks for a wait, as a throttle does."""
    return error.as_(Throttled) if isinstance(error, Unavailable) and error.resume_at else error


def _shared_answer(account: Account, prepared: Prepared, retry: Retry, age: float) -> Flow[Any]:
    """One call serves all: the newest answer to an identical read, fetched by one process at a time."""
    key = answer_key(account, prepared)

    # No slot is held for later: by then another task's answer serves all.
    asking = replace(account, caller=replace(account.caller, waits=False))
    asked: list[bool] = []

    def fetch(_old: Entry | None) -> Flow[tuple[str, float]]:
        asked.append(True)
        value = yield from _exchange(asking, prepared, retry)
        now = yield Now()
        return json.dumps(value), now.timestamp() + age

    entry = yield from single_flight(key, lambda e, now: now - e.stored_at < age, fetch, account.turn_seconds)
    now = yield Now()
    if (old := now.timestamp() - entry.stored_at) > 1:
        yield Note(f"{account.vendor.name} {prepared.endpoint.name}: using a shared answer, {old:.0f} s old")
    if not asked:
        yield from account_shared(account, prepared.endpoint.name, prepared.endpoint.cost)
    return json.loads(entry.value)
