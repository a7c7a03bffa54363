"""Signing in: one login for all tasks, refreshed while the vendor allows it, never tried again after a rejection."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from airflow_provider_fleetops.protocol.admit import later
from airflow_provider_fleetops.protocol.auth import Session, Token
from airflow_provider_fleetops.protocol.errors import (
    AuthenticationError,
    FleetOpsError,
    TransportError,
    Unavailable,
)
from airflow_provider_fleetops.protocol.limits import Slot
from airflow_provider_fleetops.protocol.messages import Request
from airflow_provider_fleetops.protocol.rejections import rejection, remember_rejection
from airflow_provider_fleetops.protocol.single_flight import single_flight
from airflow_provider_fleetops.protocol.steps import Ask, Flow, Hide, Note, Now
from airflow_provider_fleetops.protocol.store import Entry
from airflow_provider_fleetops.protocol.usage import Line, accounted
from airflow_provider_fleetops.protocol.vendor import Account

# A refused refresh and a login must both fit into the lease under which one task does them for all.
SIGN_IN_CONNECT_SECONDS = 5.0
SIGN_IN_READ_SECONDS = 12.0


def sign_in(account: Account, stale: str | None = None) -> Flow[Token | None]:
    """The account's shared token, or None where the vendor has no sessions. ``stale`` is a token known to be dead."""
    session = account.vendor.auth(account).session
    if session is None:
        return None

    def usable(entry: Entry, now: float) -> bool:
        token = _read(entry)
        return token.access != stale and token.fresh(now, entry.stored_at)

    def renew(old: Entry | None) -> Flow[tuple[str, float]]:
        token = yield from _renew(account, session, _read(old) if old else None)
        return json.dumps(token.to_json()), max(token.expires_at, token.refresh_until)

    entry = yield from single_flight(f"{account.key}:token", usable, renew)
    token = _read(entry)
    yield Hide((token.access, token.refresh))
    return token


def _renew(account: Account, session: Session, old: Token | None) -> Flow[Token]:
    now = yield Now()
    if session.refresh and old and old.refreshable(now.timestamp()):
        try:
            request = session.refresh(account, old)
            return (yield from accounted(account, "auth.refresh", 1, _fetching(account, session, request)))
        except FleetOpsError as error:
            if error.retryable:
                raise
            yield Note(f"{account.vendor.name}: the refresh was refused, logging in once")
    yield from _check_not_rejected(account, now)
    try:
        fetching = _fetching(account, session, session.login(account))
        return (yield from accounted(account, "auth.login", 1, fetching))
    except AuthenticationError as error:
        yield from remember_rejection(account, error)
        raise


def _fetching(account: Account, session: Session, request: Request) -> Callable[[Line], Flow[Token]]:
    return lambda line: _fetch(account, session, request, line)


def _fetch(account: Account, session: Session, request: Request, line: Line) -> Flow[Token]:
    quick = replace(
        request,
        connect_timeout=min(request.connect_timeout, SIGN_IN_CONNECT_SECONDS),
        read_timeout=min(request.read_timeout, SIGN_IN_READ_SECONDS),
    )
    yield from _spend(account)
    try:
        yield from line.open()
        response = yield from line.send(quick)
    except TransportError as error:
        raise Unavailable(
            f"login: {error}; {account.place}", vendor=account.vendor.name, endpoint="auth.login"
        ) from None
    now = yield Now()
    return session.read(account, response, now)


def _spend(account: Account) -> Flow[None]:
    """A sign-in goes through the vendor's gateway like any call, and is counted there: so it is here."""
    now = yield Now()
    slot: Slot = yield Ask(lambda store: store.reserve(account.day_quota, now.timestamp(), 1, 0.0))
    if slot.limit and not slot.taken:
        raise later(account, "auth.login", slot, slot.limit.what)


def _check_not_rejected(account: Account, now: datetime) -> Flow[None]:
    """Repeated bad logins lock accounts: one rejection holds for all tasks until the credentials change."""
    known = yield from rejection(account, now)
    if known:
        raise AuthenticationError(
            known,
            vendor=account.vendor.name,
            endpoint="auth.login",
            advice="No further login is tried with them for 15 minutes, to keep the account from being locked; "
            "a connection with other credentials is tried at once",
        )


def _read(entry: Entry) -> Token:
    return Token(**json.loads(entry.value))
