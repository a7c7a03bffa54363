"""What a task has read before it gave its worker back: on its return it goes on where it was.

A task that makes several limited calls comes back once for each of them. Without its answers it would start over each
time, and calls that stand far apart would never come together.
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from airflow_provider_fleetops.protocol.endpoint import Prepared
from airflow_provider_fleetops.protocol.errors import FleetOpsError
from airflow_provider_fleetops.protocol.steps import Ask, Flow, Note, Now
from airflow_provider_fleetops.protocol.store import Entry
from airflow_provider_fleetops.protocol.vendor import Account

# More than this is not kept over a wait: the task reads it again.
MOST_CHARACTERS = 5_000_000


@dataclass
class Replay:
    """The answers of a task that only reads: those of before the wait, each used once, and those that come now."""

    before: dict[str, deque[str]] = field(default_factory=dict, repr=False)
    now: dict[str, list[str]] = field(default_factory=dict, repr=False)
    size: int = 0

    @classmethod
    def of_text(cls, text: str) -> Replay:
        """What :meth:`to_text` gave."""
        return cls({question: deque(answers) for question, answers in json.loads(text).items()})

    def to_text(self) -> str | None:
        """Everything that is known now, for after the wait; None when it is too much."""
        return json.dumps(self.now) if self.size <= MOST_CHARACTERS else None

    def add(self, question: str, answer: str) -> None:
        self.size += len(answer)
        if self.size > MOST_CHARACTERS:
            self.now.clear()
        else:
            self.now.setdefault(question, []).append(answer)


def replayed(replay: Replay, prepared: Prepared, ask: Flow[Any]) -> Flow[Any]:
    """The answer of before the wait, else a new one, which is kept for after the next."""
    question = f"{prepared.endpoint.name} {prepared.fingerprint}"
    known = replay.before.get(question)
    if known:
        text = known.popleft()
        yield Note(f"{prepared.endpoint.name}: going on with what was read before the wait")
    else:
        text = json.dumps((yield from ask))
    replay.add(question, text)
    return json.loads(text)


def recall(account: Account) -> Flow[Replay]:
    """What this try of the task has read before its wait."""
    now = yield Now()
    entry: Entry | None = yield Ask(lambda store: store.peek(_key(account)))
    return Replay.of_text(entry.value) if entry is not None and entry.expires_at > now.timestamp() else Replay()


def keep(account: Account, seconds: float) -> Flow[None]:
    """Keep what the task has read for after its wait; with 0 seconds, forget it. Without it the task starts over."""
    text = account.caller.replay.to_text() if account.caller.replay is not None and seconds else "{}"
    if text is None:
        yield Note("what was read is too much to keep over the wait: it will be read again")
        return
    now = yield Now()
    entry = Entry(text, now.timestamp(), now.timestamp() + seconds)
    try:
        yield Ask(lambda store: store.publish(_key(account), "", entry))
    except FleetOpsError as error:
        yield Note(f"what was read cannot be kept over the wait: {error.what}")


def _key(account: Account) -> str:
    return f"{account.key}:replay:{account.caller.key}:{account.caller.try_number}"
