"""The errors a caller can meet: one class per decision that the caller can take.

======================  ===========================================================  =========
class                   what to do                                                   retryable
======================  ===========================================================  =========
ConfigurationError      fix the connection, the DAG or the deployment                no
InvalidInput            fix the named value; the vendor would refuse it again        no
AuthenticationError     fix or renew the credentials; nothing is tried again         no
PermissionDenied        ask the vendor (or its operator) for the right               no
NotFound                the record does not exist there                              no
Refused                 a business rule or the record's state forbids it             no
Throttled               come back at ``resume_at``                                   yes
Busy                    this operation alone has to wait until ``resume_at``         yes
QuotaExhausted          nothing goes before ``resume_at`` (the next UTC day)         yes
Unavailable             vendor or network fault, nothing was done; try later         yes
StoreUnavailable        see to the state's database ([fleetops] state_url)           yes
ProtocolError           the answer does not fit the contract; report it              no
OutcomeUnknown          the action may have happened: look before sending again      no
======================  ===========================================================  =========
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar


class Effect(StrEnum):
    """Whether the requested action may have happened at the vendor."""

    NONE = "none"
    DONE = "done"
    UNKNOWN = "unknown"


class FleetOpsError(Exception):
    """Base of all provider errors. Its text holds no secret and at most a short, redacted excerpt of the answer.

    ``held``: the slot at ``resume_at`` is kept for this task instance.
    """

    retryable: ClassVar[bool] = False
    held = False

    def __init__(
        self,
        what: str,
        *,
        vendor: str = "",
        endpoint: str = "",
        status: int | None = None,
        request_id: str | None = None,
        effect: Effect = Effect.NONE,
        resume_at: datetime | None = None,
        advice: str = "",
    ) -> None:
        self.what = what
        self.vendor = vendor
        self.endpoint = endpoint
        self.status = status
        self.request_id = request_id
        self.effect = effect
        self.resume_at = resume_at
        self.advice = advice
        super().__init__(self._text())

    def _text(self) -> str:
        place = " ".join(part for part in (self.vendor, self.endpoint) if part)
        facts = [f"HTTP {self.status}"] if self.status else []
        if self.request_id:
            facts.append(f"request id {self.request_id}")
        if self.effect is not Effect.NONE:
            facts.append(f"effect {self.effect}")
        if self.resume_at:
            facts.append(f"not before {self.resume_at.isoformat(timespec='seconds')}")
        facts.append("safe to retry" if self.retryable else "do not retry")
        head = f"{place}: {self.what}" if place else self.what
        return f"{head} ({', '.join(facts)})" + (f". {self.advice}" if self.advice else "")

    def as_(self, kind: type[FleetOpsError], **changes: Any) -> FleetOpsError:
        """The same facts as an error of another class."""
        facts: dict[str, Any] = {
            "vendor": self.vendor,
            "endpoint": self.endpoint,
            "status": self.status,
            "request_id": self.request_id,
            "effect": self.effect,
            "resume_at": self.resume_at,
            "advice": self.advice,
        }
        return kind(changes.pop("what", self.what), **(facts | changes))

    def __reduce__(self) -> tuple[Any, ...]:
        """Copied and pickled as it is; ``Exception``'s own way would take the finished text for ``what``."""
        return _copy, (type(self), self.args), self.__dict__


def _copy(kind: type[FleetOpsError], arguments: tuple[Any, ...]) -> FleetOpsError:
    return kind.__new__(kind, *arguments)


def to_facts(error: FleetOpsError) -> dict[str, Any]:
    """An error as plain JSON values: its text is free of secrets and bodies already."""
    told = {"kind": type(error).__name__, "what": error.what, "vendor": error.vendor, "endpoint": error.endpoint}
    at = error.resume_at.timestamp() if error.resume_at else None
    return told | {"status": error.status, "advice": error.advice, "resume_at": at}


def from_facts(facts: Mapping[str, Any]) -> FleetOpsError:
    """The error again; a class that this version does not know counts as one that no retry mends."""
    kind = globals().get(facts["kind"], FleetOpsError)
    at = facts.get("resume_at")
    told = {name: facts[name] for name in ("what", "vendor", "endpoint", "status", "advice")}
    return kind(**told, resume_at=datetime.fromtimestamp(at, UTC) if at else None)  # type: ignore[no-any-return]


class ConfigurationError(FleetOpsError):
    """The connection, the DAG or the deployment is wrong. Nothing was sent."""


class InvalidInput(FleetOpsError):
    """A value breaks a rule, ours or the vendor's; the text names the field and the rule."""


def is_blank(value: Any) -> bool:
    """Whether a value is nothing, also as the text that a template makes of nothing."""
    return value is None or (isinstance(value, str) and value.strip() in ("", "None"))


def empty(name: str) -> InvalidInput:
    """The error of a value that must say something, and was a template that came to nothing."""
    return InvalidInput(f"parameter {name!r} is empty: the template rendered to nothing")


_QUOTED = re.compile(r"'(?:body\.)?([A-Za-z_]\w*)((?:[.\[][^'\s]*)?)'")


def in_words_of(error: FleetOpsError, names: Mapping[str, str]) -> FleetOpsError:
    """An :class:`InvalidInput` with the caller's names of the fields that it quotes (the vendor's to the caller's).

    ``parameter 'body.gradeId' is required`` is about ``grade_id`` for whoever has given that.
    """
    if not isinstance(error, InvalidInput):
        return error
    what = _QUOTED.sub(lambda found: f"'{names[found[1]]}{found[2]}'" if found[1] in names else found[0], error.what)
    return error if what == error.what else error.as_(type(error), what=what)


class AuthenticationError(FleetOpsError):
    """The vendor rejects the credentials. Never retried: repeated bad logins lock accounts."""


class PermissionDenied(FleetOpsError):
    """The credentials are good, the right is missing."""


class NotFound(FleetOpsError):
    """The vendor knows no such record."""


class Refused(FleetOpsError):
    """The vendor understood and said no: a business rule, or the state of the record."""


class Throttled(FleetOpsError):
    """Too fast, or asked to wait by the vendor or by our own shared limit; ``resume_at`` says when to come back."""

    retryable = True


class Busy(Throttled):
    """Another process works on this operation, or what it sent may still arrive. Other operations may go on."""


class QuotaExhausted(Throttled):
    """The day's quota is spent; every call before ``resume_at`` is refused."""


class Unavailable(FleetOpsError):
    """Vendor or network fault; nothing was done."""

    retryable = True


class StoreUnavailable(Unavailable):
    """The state that all processes share cannot be used; nothing was sent."""


class ProtocolError(FleetOpsError):
    """The answer does not fit the contract (not JSON, wrong shape, unknown redirect)."""


class OutcomeUnknown(FleetOpsError):
    """The request may have reached the vendor and may have been carried out. Never sent again without a look."""


class TransportError(Exception):
    """Raised by a driver only: no usable answer.

    ``sent`` tells whether the request may have reached the vendor, ``passing`` whether a later try may fare better.
    """

    def __init__(self, what: str, *, sent: bool, passing: bool = True) -> None:
        self.sent = sent
        self.passing = passing
        super().__init__(what)
