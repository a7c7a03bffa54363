"""The things of the invented operator, and the one state machine: a flight as a function of time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

CLOSING = timedelta(minutes=60)
"""Post-flight is closed this long after on-block, unless a script closes it earlier."""


@dataclass(frozen=True, slots=True)
class Aircraft:
    """A tail."""

    id: int
    tail: str
    kind: str
    model: str
    category: str
    seats: int
    homebase: str
    first_hour: int


@dataclass(frozen=True, slots=True)
class Account:
    """A customer account."""

    id: int
    name: str
    reference: str | None


@dataclass(slots=True)
class Person:
    """A crew member, a passenger or an office user; ``crew`` tells a pilot or cabin attendant."""

    id: int
    first: str
    last: str
    gender: str
    born: date
    account_id: int
    reference: str | None = None
    crew: str | None = None
    changed: datetime | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def email(self) -> str:
        """An address that can never be delivered to."""
        return f"{self.first}.{self.last}.{self.id}@example.invalid".lower()

    @property
    def phone(self) -> str:
        """A number from a range kept free for fiction."""
        return f"+4415550{self.id:06d}"


@dataclass(slots=True)
class Ticket:
    """A seat on a flight; ``person`` is None while nobody is assigned."""

    id: int
    person: int | None
    kind: str = "NONE"
    main: bool = False
    lap: bool = False
    external: str | None = None
    pax_external: str | None = None
    comment: str | None = None


@dataclass(slots=True)
class Flight:
    """A leg that is flown, or with ``booked`` False only quoted. All times are aware UTC.

    Its milestones follow from the plan (``off``, ``block``), a seeded ``delay``, scripts (``slip`` before off-block,
    ``late`` after it) and what post-flight reported (``reported``).
    """

    id: int
    number: str
    tail: str
    origin: str
    destination: str
    off: datetime
    block: timedelta
    booking_id: int
    pax: int
    kind: str = "PAX"
    workflow: str = "CHARTER"
    custom: str = "Charter Gold"
    booked: bool = True
    delay: timedelta = timedelta()
    slip: timedelta = timedelta()
    late: timedelta = timedelta()
    cancelled: datetime | None = None
    closed: datetime | None = None
    word: str | None = None
    crew: list[tuple[int, str]] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    reported: dict[str, datetime] = field(default_factory=dict)
    quirks: dict[str, str] = field(default_factory=dict)

    @property
    def leg_id(self) -> str:
        """The id of its leg, a string, which is not the flight's."""
        return str(7_700_000 + self.id % 1_000_000)

    @property
    def estimated_off(self) -> datetime:
        """Estimated off-block."""
        return self.off + self.slip

    @property
    def estimated_on(self) -> datetime:
        """Estimated on-block."""
        return self.estimated_off + self.block + self.late

    @property
    def milestones(self) -> dict[str, datetime]:
        """When it goes, or went, OUT, OFF, ON and IN."""
        out = self.estimated_off + self.delay
        inn = out + self.block + self.late - timedelta(minutes=3)
        plan = {"OUT": out, "OFF": out + timedelta(minutes=7), "ON": inn - timedelta(minutes=6), "IN": inn}
        return plan | self.reported

    def reached(self, now: datetime) -> dict[str, datetime]:
        """Return the milestones that lie behind it; none once it is cancelled."""
        if self.cancelled:
            return {}
        return {name: moment for name, moment in self.milestones.items() if moment <= now}

    def closes(self) -> datetime:
        """When post-flight is closed."""
        return self.closed or self.milestones["IN"] + CLOSING

    def is_closed(self, now: datetime) -> bool:
        """Whether post-flight is closed."""
        return not self.cancelled and self.closes() <= now

    def status(self, now: datetime) -> str:
        """Return the status word; "Airborne" and "Landed" are assumed, the others have been seen."""
        if self.word:
            return self.word
        words = {"OUT": "Off Block", "OFF": "Airborne", "ON": "Landed", "IN": "On Block"}
        done = [word for name, word in words.items() if name in self.reached(now)]
        return done[-1] if done else "Scheduled"


@dataclass(slots=True)
class Booking:
    """A quote (status Q) or booking (status B) with its legs in order."""

    id: int
    identifier: str
    status: str
    account_id: int
    customer_id: int
    tail: str
    created: datetime
    changed: datetime
    flights: list[int] = field(default_factory=list)
    reference: str | None = None
    origin: str = "EMAIL"
    paid: bool = False
    comment: str | None = None
    price: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    sold: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Task:
    """A maintenance or AOG task in an aircraft's schedule, and its hold item."""

    id: int
    tail: str
    kind: str
    start: datetime
    end: datetime
    note: str
    airport: str


@dataclass(slots=True)
class Roster:
    """A duty of a crew member; ``more`` holds the fields that the sandbox only stores."""

    id: int
    crew_id: int
    type_id: int
    start: datetime
    end: datetime
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Subscription:
    """A webhook subscription; its times are gateway times."""

    id: str
    event: str
    url: str
    key: str
    created: datetime
    updated: datetime
    expires: datetime
    status: str = "ACTIVE"
