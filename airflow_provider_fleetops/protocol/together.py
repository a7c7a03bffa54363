"""One look for all: whoever finds that it is time looks on behalf of everybody, under a lease, and the others read.

A :class:`Follower` is one waiter: a task in a worker, or all tasks of a triggerer together. Each step says what it
waits for, looks at the vendor if that is due and nobody else is at it, and gives what was seen since the step before.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from airflow_provider_fleetops.protocol.board import Seen
from airflow_provider_fleetops.protocol.errors import (
    FleetOpsError,
    ProtocolError,
    StoreUnavailable,
    Throttled,
    Unavailable,
)
from airflow_provider_fleetops.protocol.leases import leased
from airflow_provider_fleetops.protocol.looks import Failure, Look
from airflow_provider_fleetops.protocol.one_by_one import COMMON, Round
from airflow_provider_fleetops.protocol.retry import ONCE
from airflow_provider_fleetops.protocol.steps import Ask, Flow, Note, epoch
from airflow_provider_fleetops.protocol.store import Entry, Lease
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.protocol.watch import Interest, Sighting, Watch, same_windows

# A waiter says again what it waits for before that is forgotten; a killed one is looked for so much longer.
REGISTERED_SECONDS = 180.0
# What was seen longer ago than a cadence and this is not news: nobody has looked meanwhile.
GRACE_SECONDS = 60.0
KEPT_SECONDS = 86_400.0
# Two clocks are compared anew each time: a little is read twice, so that nothing is missed.
READ_AGAIN_SECONDS = 0.05
# How long a task in a worker goes on with a walk through many, before it gives its turn back.
LONGEST_WALK = 300.0


@dataclass
class Follower:
    """A waiter. ``every``: seconds between looks that it needs, never less than the vendor's rule.

    ``name`` tells it from others and stays the same when it comes back; ``kept`` is for how many seconds it may not
    come back and is still looked for.
    """

    account: Account
    watch: Watch
    every: float
    name: str = field(default_factory=lambda: uuid4().hex)
    kept: float = REGISTERED_SECONDS
    interests: tuple[Interest, ...] = ()
    _registered_until: float = 0.0
    _began: float = 0.0
    _revision: str = ""
    _read_at: float = 0.0
    _last: dict[str, float] = field(default_factory=dict)
    _new: list[str] = field(default_factory=list)

    @property
    def topic(self) -> str:
        """Names the look. Important waiters have their own: they may use calls of the day that others may not."""
        caller = self.account.caller
        name = self.watch.same_as or self.watch.name
        return f"{self.account.key}:watch:{name}" + (":important" if caller.important else "")

    def follow(self, interests: Sequence[Interest]) -> None:
        """Wait for these from now on."""
        known, new = self._last, set(self._new)
        self.interests, self._registered_until, self._began = tuple(same_windows(interests)), 0.0, 0.0
        self._last = {subject: known.get(subject, 0.0) for one in self.interests for subject in one.ids}
        self._new = [subject for subject in self._last if subject not in known or subject in new]

    def step(self) -> Flow[Look | None]:
        """Look if it is time, and give what is new; None when nothing is."""
        now = yield from epoch()
        self._began = self._began or now
        yield from self._register(now)
        entry: Entry | None = yield Ask(lambda store: store.peek(self.topic))
        news = yield from self._news(entry)
        if self._due(entry, now):
            newer = yield from self._news((yield from self._look_for_all(now)))
            if newer is not None and news is not None:
                newer = dataclasses.replace(newer, seen={**news.seen, **newer.seen})
            news = newer or news
        return news

    def leave(self) -> Flow[None]:
        """Wait no more; who cannot say so is forgotten after a while."""
        with suppress(StoreUnavailable):
            yield Ask(lambda store: store.board.leave(self.topic, self.name))

    def alone(self) -> Flow[Look]:
        """Look for this waiter only: while the board cannot be reached."""
        seen: dict[str, Seen] = {}

        def keep(found: Mapping[str, Sighting]) -> Flow[None]:
            now = yield from epoch()
            seen.update({subject: Seen(sighting, now) for subject, sighting in found.items()})

        failures = yield from self._each(self.watch.merge(self.interests), keep)
        return Look(seen, (yield from epoch()), failures)

    def _register(self, now: float) -> Flow[None]:
        if now < self._registered_until - self.kept / 2:
            return
        until = now + self.kept
        yield Ask(lambda store: store.board.want(self.topic, self.name, self.interests, now, until))
        self._registered_until = until

    def _due(self, entry: Entry | None, now: float) -> bool:
        """Whether the vendor may be looked at: not sooner than its rule, nor than a failure allows."""
        if entry is None:
            return True
        if now < json.loads(entry.value)["not_before"]:
            return False
        if not self.watch.at_once:
            return now - entry.stored_at >= self.every
        return self.waits_for_more(now)

    def waits_for_more(self, now: float) -> bool:
        """Whether something was not seen for a cadence; what has ended is infinitely new."""
        return now - min(self._last.values(), default=math.inf) >= self.every

    def _look_for_all(self, now: float) -> Flow[Entry | None]:
        """Take the lease and look; None when somebody else has it."""
        holder, seconds = uuid4().hex, self.account.turn_seconds
        lease: Lease = yield Ask(lambda store: store.take(self.topic, holder, now, seconds))
        if not lease.granted:
            return None
        if lease.entry is not None and lease.entry.stored_at > now:  # somebody finished between our look and our lease
            yield Ask(lambda store: store.release(self.topic, holder))
            return lease.entry
        try:
            looks = self._looks(now, apart=_unsettled(lease.entry))
            failures: list[Failure] = yield from leased(looks, self.topic, holder, seconds)
        except Exception:  # a closed generator (GeneratorExit) must not yield: its lease ends by itself
            yield Ask(lambda store: store.release(self.topic, holder))
            raise
        done = yield from epoch()
        not_before = self._not_before(failures, done + self.watch.cadence(self.account))
        text = json.dumps({"look": holder, "not_before": not_before, "failures": [x.to_facts() for x in failures]})
        entry = Entry(text, done, done + KEPT_SECONDS)
        yield Ask(lambda store: store.publish(self.topic, holder, entry))
        return entry

    def _looks(self, now: float, *, apart: bool) -> Flow[list[Failure]]:
        """Look for everybody who waits, each window ``apart`` or as few as can be, and give what failed."""
        wanted: list[Interest] = yield Ask(lambda store: store.board.wanted(self.topic, now))
        if self.watch.at_once:
            wanted = yield from self._longest_unseen(wanted, now)
        return (yield from self._each(same_windows(wanted) if apart else self.watch.merge(wanted), self._write))

    def _each(
        self, interests: Iterable[Interest], keep: Callable[[Mapping[str, Sighting]], Flow[None]]
    ) -> Flow[list[Failure]]:
        """One look each, ``keep`` what they show, and give what failed.

        Where the vendor refuses windows that were merged, one of them is to blame: halves are looked at, down to that.
        A limit may then hold for the same request alone, which was refused a moment ago: others still go.
        """
        failures: list[Failure] = []
        ahead, refused = list(interests), False
        while ahead:
            interest = ahead.pop(0)
            try:
                found = yield from self._see(interest)
            except FleetOpsError as error:
                yield Note(f"this look for all who wait failed: {error}")
                unsettled = refused and isinstance(error, Throttled)
                if isinstance(error, COMMON) and not unsettled:
                    return [*failures, Failure(error)]
                if interest.parts and not error.retryable:
                    ahead, refused = [*self._halves(interest.parts), *ahead], True
                else:
                    failures.append(dataclasses.replace(Failure.of(error, interest), unsettled=unsettled))
                continue
            yield from keep(found)
            if isinstance(found, Round) and found.ended is not None:
                failures.append(Failure.of(found.ended, interest, found))
                if not isinstance(found.ended, COMMON):  # the vendor is down
                    break
        return failures

    def _halves(self, parts: Sequence[Interest]) -> Sequence[Interest]:
        middle = len(parts) // 2
        return [*self.watch.merge(parts[:middle]), *self.watch.merge(parts[middle:])]

    def _see(self, interest: Interest) -> Flow[Mapping[str, Sighting]]:
        """One look. An answer that does not fit may be a proxy's error page: the next one may fit."""
        try:
            return (yield from self.watch.look(for_all(self.account), interest.ids, interest.window))
        except ProtocolError as error:
            raise error.as_(Unavailable) from None

    def _not_before(self, failures: Sequence[Failure], a_cadence_on: float) -> float:
        """After a failure that holds for everybody the next look is a cadence later, or when the error says.

        So it is after any where a look takes only some: they would be tried again at once.
        """
        pausing = [failure.error for failure in failures if self.watch.at_once or not failure.about]
        named = [error.resume_at.timestamp() for error in pausing if error.resume_at]
        return max([a_cadence_on, *named]) if pausing else 0.0

    def _write(self, found: Mapping[str, Sighting]) -> Flow[None]:
        now = yield from epoch()
        yield Ask(lambda store: store.board.write(self.topic, found, now))

    def _longest_unseen(self, wanted: Sequence[Interest], now: float) -> Flow[list[Interest]]:
        """The subjects that are due, as many as one look takes, those that were not seen for longest first."""
        seen: dict[str, Seen] = yield Ask(lambda store: store.board.read(self.topic, 0.0))
        ended = {subject for subject, one in seen.items() if one.sighting.state in self.watch.finals}
        ids = {subject for one in wanted for subject in one.ids} - ended
        last = {subject: seen[subject].at if subject in seen else 0.0 for subject in ids}
        due = sorted((at, subject) for subject, at in last.items() if at <= now - self.every)
        turn = {subject for _, subject in due[: self.watch.at_once]}
        chosen = ((tuple(subject for subject in one.ids if subject in turn), one.window) for one in wanted)
        return [Interest(ids, window) for ids, window in chosen if ids]

    def _news(self, entry: Entry | None) -> Flow[Look | None]:
        """What was seen since the last step, and before of what is waited for newly; None when that is nothing."""
        told = json.loads(entry.value) if entry is not None else {}
        if entry is None or (told["look"] == self._revision and not self._new):
            return None
        now = yield from epoch()
        horizon = now - self.every * (2 if self.watch.at_once else 1) - GRACE_SECONDS
        seen: dict[str, Seen] = {}
        for after, ids in ((self._read_at or horizon, list(self._last)), (horizon, self._new)):
            if ids:  # what has ended stays so, however long ago that was seen
                found: dict[str, Seen] = yield Ask(_reading(self.topic, 0.0 if self.watch.at_once else after, ids))
                seen |= {name: one for name, one in found.items() if one.at > after or self._ended(one)}
        self._revision, self._read_at, self._new = told["look"], entry.stored_at - READ_AGAIN_SECONDS, []
        for subject in self._last.keys() & seen.keys():
            self._last[subject] = math.inf if self._ended(seen[subject]) else seen[subject].at
        failures = [Failure.from_facts(one) for one in told["failures"]]
        counting = [one for one in failures if entry.stored_at > self._oldest(one.error, horizon)]
        return Look(seen, entry.stored_at, counting)

    def _oldest(self, error: FleetOpsError, horizon: float) -> float:
        """Since when a failure counts: what no later look could mend may have been mended before this waiter came."""
        return horizon if error.retryable else max(horizon, self._began - GRACE_SECONDS)

    def _ended(self, seen: Seen) -> bool:
        return self.watch.at_once > 0 and seen.sighting.state in self.watch.finals


def look_once(follower: Follower) -> Flow[Look]:
    """What a task learns that looks now and then: the newest look of all, which may be this one.

    Where a look takes only some of what is waited for, it goes on as long as there is more and nobody else is at it.
    """
    started = now = yield from epoch()
    try:
        look = (yield from follower.step()) or Look()
        while follower.watch.at_once and follower.waits_for_more(started) and now - started < LONGEST_WALK:
            if look.failures:
                break
            more = yield from follower.step()
            if more is None or more.seen.keys() <= look.seen.keys():
                break
            look = dataclasses.replace(more, seen={**look.seen, **more.seen})
            now = yield from epoch()
    except StoreUnavailable as error:
        yield Note(f"looking for this task alone: {error.what}")
        return (yield from follower.alone())
    return look


def _unsettled(entry: Entry | None) -> bool:
    return entry is not None and any(one["unsettled"] for one in json.loads(entry.value)["failures"])


def _reading(topic: str, after: float, ids: Sequence[str]) -> Any:
    return lambda store: store.board.read(topic, after, ids)


def for_all(account: Account) -> Account:
    """One try, for the next look is the retry; and no slot is held: by then another waiter may look."""
    single = dataclasses.replace(ONCE, patience=account.retry.patience)
    caller = dataclasses.replace(account.caller, waits=False)
    return dataclasses.replace(account, retry=single, caller=caller)
