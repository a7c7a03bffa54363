"""Leave to send: waiting for a slot under all limits, and telling everybody what the vendor said about pace."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from airflow_provider_fleetops.protocol.answer import Answer
from airflow_provider_fleetops.protocol.endpoint import Prepared
from airflow_provider_fleetops.protocol.errors import FleetOpsError, QuotaExhausted, Throttled
from airflow_provider_fleetops.protocol.limits import Limit, Slot, pace_of, slack_of, with_gap
from airflow_provider_fleetops.protocol.rejections import rejection
from airflow_provider_fleetops.protocol.steps import Ask, Flow, Note, Now, Sleep
from airflow_provider_fleetops.protocol.store import Entry
from airflow_provider_fleetops.protocol.times import parse_reset
from airflow_provider_fleetops.protocol.vendor import Account

# Giving a worker back and getting one again takes seconds: a shorter wait is slept even by tasks that could.
SHORTEST_DEFERRAL = 10.0
# Longer than the longest spacing (FL3XX: 600 s and a margin): two calls that far apart come together in the end.
LONGEST_SLEEP = 660.0
# So late for its slot may a look leave: a login is asked for, and the accounts are written.
LOOK_SECONDS = 0.1
UNCLEAR_SECONDS = 3600.0
_REMAINING = re.compile(r"(?:^|[;,\s])(?:r|remaining)=\s*0(?=$|[;,\s])", re.IGNORECASE)
_RESET = re.compile(r"(?:^|[;,\s])(?:t|reset)=\s*(\d{1,10})(?=$|[;,\s])", re.IGNORECASE)


def paced(account: Account, prepared: Prepared, *, looks: bool, lead: float = 0.0) -> tuple[Sequence[Limit], float]:
    """The limits of a call, and how long after its slot it leaves: ``lead``, and a pace behind a look in that slot."""
    limits = account.limits(prepared)
    pace = pace_of(limits)
    gap = lead + (pace + LOOK_SECONDS) * looks
    return (with_gap(limits, gap), gap) if pace and gap else (limits, 0.0)


def admit(
    account: Account, prepared: Prepared, limits: Sequence[Limit], patience: float, missed: float | None = None
) -> Flow[Slot]:
    """Wait for a slot under all ``limits``; a wait beyond ``patience`` gives the time back instead.

    The slot of a task that can wait without a worker is held for it. ``missed`` is a slot that it came too late for.
    """
    vendor, endpoint, caller = account.vendor.name, prepared.endpoint, account.caller
    holder = f"{caller.key}\x1f{endpoint.name}" if caller.waits and caller.key else ""
    # Each time it comes back it sleeps longer, or calls that stand far apart would never come together.
    if holder and not account.one_at_a_time:
        patience = min(max(patience, SHORTEST_DEFERRAL) * 2**caller.resumed, max(patience, LONGEST_SLEEP))
    now = yield Now()
    slot: Slot = yield Ask(
        lambda store: store.reserve(limits, now.timestamp(), endpoint.cost, patience, holder, missed)
    )
    if slot.local:
        yield Note(f"{vendor} {endpoint.name}: {slot.local}")
    what = slot.limit.what if slot.limit else "the slot that was held for this task"
    if not slot.taken:
        raise later(account, endpoint.name, slot, what, (yield from rejection(account, now)))
    now = yield Now()
    wait = slot.at - now.timestamp()
    if wait > 0:
        yield Note(f"{vendor} {endpoint.name}: waiting {wait:.1f} s for {what}")
        yield Sleep(wait)
    return slot


def stay_punctual(
    account: Account, prepared: Prepared, limits: Sequence[Limit], patience: float, slot: Slot
) -> Flow[Slot]:
    """Whoever was held up since (by a login, a busy machine) takes a new slot: the old one is too close to others."""
    slack = slack_of(limits)
    now = yield Now()
    while slot.at < now.timestamp() - slack:
        slot = yield from admit(account, prepared, limits, patience, missed=slot.at)
        now = yield Now()
    return slot


def later(account: Account, endpoint: str, slot: Slot, what: str, rejected: str = "") -> FleetOpsError:
    """The error of a slot that is not now. ``rejected``: whoever is put off must not think that waiting is enough."""
    sent = "Nothing was sent; the slot is held for this task" if slot.held else "Nothing was sent"
    kind = QuotaExhausted if slot.limit and slot.limit.daily else Throttled
    error = kind(
        f"the next call may go later ({what})",
        vendor=account.vendor.name,
        endpoint=endpoint,
        resume_at=datetime.fromtimestamp(slot.at, UTC),
        advice=f"{sent}. But {rejected}: check them" if rejected else sent,
    )
    error.held = slot.held
    return error


def tell_others(
    account: Account, prepared: Prepared, error: FleetOpsError, now: datetime, delay: float | None
) -> Flow[None]:
    """A vendor's "too fast" holds for everybody: a 429 for the account, FL3XX's 403 for the same call alone.

    So does its ``Retry-After`` where the outcome is unknown.
    """
    if error.status is None or not (isinstance(error, Throttled) or error.resume_at):
        return
    pause = timedelta(seconds=delay if delay is not None else 1.0)
    until = max(error.resume_at or now, now + pause).timestamp()
    passing, spent = account.gates
    closed = [spent] if isinstance(error, QuotaExhausted) else [passing]
    if error.status == 403:
        closed = list(account.vendor.limits(account, prepared))
    for limit in closed:
        yield from _close(limit.key, until)


def count_unclear(account: Account, answer: Answer, asked_at: datetime) -> Flow[datetime | None]:
    """Until when the day's quota is spent, if this 429 does not say what it means and the answer before did neither.

    "Before" is what any task was told: an answer that came after this request had left proves nothing.
    """
    if account.vendor.unclear_throttle is None:
        return None
    key = f"{account.meter}:unclear"
    until, at = account.vendor.unclear_throttle(answer), answer.now.timestamp()
    mark: Entry | None = yield Ask(lambda store: store.peek(key))
    marked = mark is not None and mark.value == "unclear" and mark.expires_at > at
    if until is None:
        if marked:
            yield Ask(lambda store: store.publish(key, "", Entry("clear", at, at)))
        return None
    if mark is not None and marked and mark.stored_at <= asked_at.timestamp():
        return until
    yield Ask(lambda store: store.publish(key, "", Entry("unclear", at, at + UNCLEAR_SECONDS)))
    return None


def heed_headers(account: Account, headers: Mapping[str, str], now: datetime) -> Flow[None]:
    """No calls remaining, says the answer: then nobody calls before the vendor's reset."""
    until = reset_of(headers, now)
    if until is not None and until > now:
        yield from _close(account.gates[0].key, until.timestamp())


def reset_of(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When calls are allowed again, if none remain now.

    https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/: ``RateLimit: "day";r=0;t=50``, in older
    drafts ``limit=10, remaining=0, reset=50`` or ``RateLimit-Remaining`` and ``RateLimit-Reset``; with ``X-`` before
    it is common usage, where the reset may also be in epoch seconds.
    """
    for prefix in ("ratelimit", "x-ratelimit", "x-rate-limit"):
        if headers.get(f"{prefix}-remaining", "").split(",")[0].strip() == "0":
            return parse_reset(headers.get(f"{prefix}-reset"), now)
    for policy in headers.get("ratelimit", "").split(', "'):
        found = _RESET.search(policy)
        if _REMAINING.search(policy) and found:
            return parse_reset(found[1], now)
    return None


def _close(key: str, until: float) -> Flow[None]:
    yield Ask(lambda store: store.close(key, until))
